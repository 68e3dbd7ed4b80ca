"""What a caller wishes about checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Checkpointing:
    """Where a solve keeps its checkpoints and, with `resume`, which one it continues.

    `identity` is written into the file for whoever reads it later; `every` are the seconds between two writings; 0
    writes at every step.
    """

    path: Path
    identity: Mapping[str, Any]
    resume: Path | None = None
    every: float = 30.0
