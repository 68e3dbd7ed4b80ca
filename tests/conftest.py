"""What all tests share."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from functools import partial

import pytest

from model.reports import write
from model.reports.map.png import map_png


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """Tests that press Ctrl-C work however the suite was started: `nohup pytest &` has it ignored, and hands it on."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def pictures_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test writes has the picture of its map at a fifth of its size: at full size it takes half a second.

    Folders that a fixture of a session or a module writes, and processes of their own, have it as it is.
    """
    monkeypatch.setattr(write, "map_png", partial(map_png, scale=0.2))
