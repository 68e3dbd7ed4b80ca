"""Figures and plans in words, for the terminal, the run record and the scenario table."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

BLANK = "–"


def money(amount: float) -> str:
    """Million USD → '12,345.6 million USD'."""
    return f"{amount:,.1f} million USD"


def share(value: float) -> str:
    """Share → percentage with as many digits as it needs: '0.05 %', '3.2 %', '45 %'."""
    percent = 100 * value
    digits = 0 if abs(percent) >= 10 else 1 if abs(percent) >= 1 else 2 if abs(percent) >= 0.01 or percent == 0 else 4
    return f"{percent:.{digits}f} %"


def seconds_text(seconds: float) -> str:
    """Seconds → '7.2 s', '3 min 05 s', '1 h 02 min'."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def count(number: int, noun: str) -> str:
    """'1 project', '2 projects', 'no project'."""
    return f"no {noun}" if number == 0 else f"{number:,} {noun}{'' if number == 1 else 's'}"


def listing(words: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def cell_text(value: Any) -> str:
    """A table value for the eye: blank as a dash, floats to a sensible number of digits."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return BLANK
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"
    return str(value)


def plain_table(table: pd.DataFrame) -> str:
    """Table in aligned columns of plain text; numbers to the right."""
    cells = [[str(column) for column in table.columns]]
    cells += [[cell_text(value) for value in record] for record in table.itertuples(index=False)]
    right = [pd.api.types.is_numeric_dtype(table[column]) for column in table.columns]
    widths = [max(len(row[position]) for row in cells) for position in range(len(right))]
    lines = [
        "  ".join(
            text.rjust(width) if flush else text.ljust(width)
            for text, width, flush in zip(row, widths, right, strict=True)
        )
        for row in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)
