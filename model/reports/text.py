"""User text and figures as plain words: nothing that came from a sheet may act as code anywhere."""

from __future__ import annotations

import math
from typing import Any

from model.studies.console.words import listing, unsigned_zero

LONGEST_CELL = 32_000
FORMULA_STARTS = ("=", "+", "-", "@")
CSV_STARTS = (*FORMULA_STARTS, "\t", "\r")


def plain(value: Any, longest: int = LONGEST_CELL) -> str:
    """Text that every file format can hold: no lone surrogates, no control characters, cut with '…' when too long."""
    text = "" if value is None else str(value)
    if not text.isprintable():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = "".join(letter if letter >= " " or letter in "\n\t" else " " for letter in text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def shorten(value: Any, longest: int) -> str:
    """One line of at most `longest` letters, cut with '…'."""
    return plain(" ".join(plain(value).split()), longest)


def first_lower(text: str) -> str:
    """The text with its first letter small, for the middle of a sentence."""
    return text[:1].lower() + text[1:]


def arms(text: str) -> bool:
    """Whether a spreadsheet would read the text as a formula once somebody edits the cell."""
    return text.startswith(FORMULA_STARTS)


def number(value: float | None, digits: int = 0, blank: str = "–") -> str:
    """12345.678 → '12,346' (digits=0); None and NaN → `blank`."""
    if value is None or math.isnan(value):
        return blank
    return unsigned_zero(f"{value:,.{digits}f}")


def percent(part: float | None) -> str:
    """0.1234 → '12 %', 0.004 → '0.4 %', 0 → '0 %'; None and NaN → '–'."""
    if part is None or math.isnan(part):
        return "–"
    figure = 100 * part
    return f"{unsigned_zero(f'{figure:.1f}' if 0 < abs(figure) < 0.95 else f'{figure:,.0f}')} %"


def listed(words: list[str], most: int = 6) -> str:
    """'a, b and c'; beyond `most` items 'a, b, c and 4 more'; 'none'."""
    return listing(words, most) or "none"
