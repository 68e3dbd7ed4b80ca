"""A file that is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def put_whole(path: Path) -> Iterator[Path]:
    """A place beside `path` to write to, put in its place at the end; nothing of it stays after a failure.

    What a killed run leaves there is hidden, and by its ending neither a workbook nor a checkpoint.
    Raises OSError when the file cannot be put there, as one that is open in Excel on Windows.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        yield aside
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
