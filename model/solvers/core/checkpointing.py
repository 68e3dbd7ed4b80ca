"""What a caller wishes about checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Checkpointing:
    """Where a solve keeps its checkpoints and, with `resume`, which one it continues.

    `identity` is written into the file for whoever reads it later; `continued` is the SHA-256 of the checkpoint that is
    continued, which may be gone when the search ends; `every` are the seconds between two writings; 0
    writes at every step. `save`, set when the search begins, writes what it has by now, also after it has ended;
    `found_a_plan` tells whether that holds a plan.
    """

    path: Path
    identity: Mapping[str, Any]
    resume: Path | None = None
    every: float = 30.0
    continued: str | None = None
    save: Callable[[], None] | None = None
    found_a_plan: bool = False
