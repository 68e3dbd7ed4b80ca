"""Figures and plans in words, for the terminal, the run record and the scenario table."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

BLANK = "–"


def money(amount: float) -> str:
    """Million USD → '12,345.6 million USD'."""
    return f"{unsigned_zero(f'{amount:,.1f}')} million USD"


def unsigned_zero(text: str) -> str:
    """A figure as text, without the sign of a zero: '-0.0' → '0.0'."""
    return text[1:] if text.startswith("-") and not any(letter in "123456789" for letter in text) else text


LEAST_SHARE = 0.0001
"""Per cent; what is less is told as that."""


def share(value: float) -> str:
    """Share → percentage with as many digits as it needs: '0.05 %', '3.2 %', '5,646 %', 'less than 0.0001 %', '0 %'.

    A change is told so however large it is: a rise "by 4 times" leaves open whether it is one to 4 or to 5 times.
    """
    percent = 100 * value
    if 0 < abs(percent) < LEAST_SHARE:
        return f"less than {LEAST_SHARE} %" if value > 0 else "0 %"
    digits = 0 if abs(percent) >= 10 or percent == 0 else 1 if abs(percent) >= 1 else 2 if abs(percent) >= 0.01 else 4
    return f"{unsigned_zero(f'{percent:,.{digits}f}')} %"


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


def listing(words: list[str], most: int | None = None) -> str:
    """'a', 'a and b', 'a, b and c'; beyond `most` words 'a, b and 4 more'."""
    if most is not None and len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def distinct(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Names of columns, in their order, each another: 'factor' stands before those that are taken."""
    used, found = set(taken), list[str]()
    for name in names:
        while name in used:
            name = f"factor {name}"
        used.add(name)
        found.append(name)
    return found


def column_texts(values: pd.Series[Any]) -> list[str]:
    """A table column for the eye: blanks as dashes, all numbers with the same, sensible number of decimals."""
    numbers = [abs(value) for value in values if isinstance(value, float) and math.isfinite(value)]
    largest = max(numbers, default=0.0)
    digits = 0 if largest >= 1000 or all(number == round(number) for number in numbers) else 1 if largest >= 10 else 2
    return [_cell_text(value, digits) for value in values]


def _cell_text(value: Any, digits: int) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return BLANK
    return unsigned_zero(f"{value:,.{digits}f}") if isinstance(value, float) else str(value)


def plain_table(table: pd.DataFrame) -> str:
    """Table in aligned columns of plain text; numbers to the right."""
    columns = []
    for name in table.columns:
        texts = [str(name), *column_texts(table[name])]
        width = max(len(text) for text in texts)
        right = pd.api.types.is_numeric_dtype(table[name])
        texts.insert(1, "-" * width)
        columns.append([text.rjust(width) if right else text.ljust(width) for text in texts])
    return "\n".join("  ".join(line).rstrip() for line in zip(*columns, strict=True))
