"""Figures in words."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from model.studies.console.words import count, listing, money, plain_table, seconds_text, share


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0 %"), (0.0005, "0.05 %"), (0.000002, "0.0002 %"), (0.032, "3.2 %"), (0.45, "45 %"), (-0.5, "-50 %")],
)
def test_share_shows_enough_digits(value: float, text: str) -> None:
    """Proves: small shares do not vanish and large ones carry no false digits. If it were ignored: a gap of
    0.0002 % would read as 0."""
    assert share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.96, "-96 %"), (0.07, "7.0 %"), (2.99, "299 %"), (3.958, "396 %"), (56.46, "5,646 %")],
)
def test_a_large_change_is_a_percentage_too(value: float, text: str) -> None:
    """Proves: a rise by 396 % is told as that, in the same words as one by 44 %. If it were ignored: 'costs change by
    4.0 times' would leave open whether they may come to 4 or to 5 times what they are."""
    assert share(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(7.21, "7.2 s"), (59.99, "60.0 s"), (185.0, "3 min 05 s"), (3723.0, "1 h 02 min")]
)
def test_seconds_read_like_a_clock(value: float, text: str) -> None:
    """Proves: durations are told as people say them (3723 s = 1 h 2 min 3 s). If it were ignored: '3723.0 s'."""
    assert seconds_text(value) == text


def test_counts_and_lists_read_like_language() -> None:
    """Proves: plural, none and lists are right. If it were ignored: '1 projects', '0 projects'."""
    assert [count(number, "project") for number in (0, 1, 1200)] == ["no project", "1 project", "1,200 projects"]
    assert [listing(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert money(1234.56) == "1,234.6 million USD"


def test_table_is_aligned_and_blank_is_a_dash() -> None:
    """Proves: numbers stand to the right with equal decimals, blanks are dashes, whole numbers carry no decimals. If
    it were ignored: columns that cannot be compared by eye."""
    table = pd.DataFrame(
        {"name": ["a", "longer"], "km": [470.0, 1030.0], "share": [1.234, math.nan], "year": [2026, 2030]}
    )
    assert plain_table(table).splitlines() == [
        "name       km  share  year",
        "------  -----  -----  ----",
        "a         470   1.23  2026",
        "longer  1,030      –  2030",
    ]
