"""Plain tables and a progress line for the terminal."""

from __future__ import annotations

import math
import re
import sys
import time
from collections.abc import Sequence
from typing import Any

from model.solvers.core.progress import Event


def number(value: float | None, digits: int = 7) -> str:
    """A figure with thin groups of thousands; '-' when there is none."""
    if value is None or not math.isfinite(value):
        return "-"
    decimals = max(0, digits - 1 - int(math.floor(math.log10(abs(value))))) if value else 0
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(",", " ")


def share(value: float | None) -> str:
    """A relative gap in percent."""
    return "-" if value is None or not math.isfinite(value) else f"{100.0 * value:.4f} %"


def table(headers: Sequence[str], rows: Sequence[Sequence[Any]], left: int = 1) -> str:
    """Rows under headers in columns of equal width; the first `left` columns lean left."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max([len(head), *(len(row[i]) for row in cells)]) for i, head in enumerate(headers)]

    def line(row: Sequence[str]) -> str:
        parts = [
            cell.ljust(width) if i < left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        return "  ".join(parts).rstrip()

    return "\n".join([line(headers), line(["-" * width for width in widths]), *(line(row) for row in cells)])


def markdown(headers: Sequence[str], rows: Sequence[Sequence[Any]], left: int = 1) -> str:
    """The same as a table of a Markdown page."""
    line = "| " + " | ".join("---" if place < left else "---:" for place in range(len(headers))) + " |"
    return "\n".join([f"| {' | '.join(headers)} |", line, *(f"| {' | '.join(map(str, row))} |" for row in rows)])


def group_of(name: str) -> str:
    """What names of instances have in common: 'r03' of 'r03.1', 'cap' of 'cap41'."""
    found = re.match(r"[a-zA-Z]+(\d+(?=\.))?", name)
    return found[0] if found else name


def geometric_mean(values: Sequence[float]) -> float | None:
    """Geometric mean; None of nothing."""
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


class ProgressLine:
    """A listener that writes where the solve stands to standard error, at most every `every` seconds."""

    def __init__(self, every: float = 2.0) -> None:
        self._every = every
        self._last = time.monotonic()

    def __call__(self, event: Event) -> None:
        """Write the event unless the last one was written just before."""
        now = time.monotonic()
        if now - self._last < self._every:
            return
        self._last = now
        words = (
            f"{event.elapsed:7.1f} s  {event.stage}: {event.words}  "
            f"bound {number(event.bound)}  best plan {number(event.incumbent)}  gap {share(event.gap)}"
        )
        print(words, file=sys.stderr, flush=True)
