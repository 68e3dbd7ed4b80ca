"""Changes that hold from a year on, one sheet and column at a time, added up by hand."""

from __future__ import annotations

from typing import Any

import pytest

from model.case.timed import TimedChange
from tests.minis import timed_case
from tests.oracles.solving import WAYS

# Rows count from 2, as in the workbook. 6 kTEU a year: 15 in 2026, and in 2027 …
CHANGES: list[tuple[str, str, int, str, Any, float]] = [
    ("Links", "capacity_kteu", 2, "multiply", 0.5, 45.0),  # 2 each way on AB: 4 x 2.5 + 2 x 10
    ("Links", "container_cost", 2, "add", 1.0, 36.0),  # 6 x 3.5
    ("Links", "surcharge", 3, "add", 1.0, 36.0),
    ("Links", "perceived_cost", 3, "add", 1.0, 36.0),
    ("Links", "days_regular", 3, "set", 10.0, 36.0),
    ("Nodes", "transfer_cost", 3, "set", 1.0, 36.0),
    ("Nodes", "transfer_days_regular", 3, "set", 15.0, 36.0),
    ("Nodes", "capacity_kteu", 3, "multiply", 0.5, 52.5),  # 3 x 2.5 + 3 x 10
    ("Nodes", "capacity_kt", 3, "multiply", 0.5, 52.5),
    ("Nodes", "terminal_cost", 4, "set", 1.0, 36.0),  # every unit begins or ends at C once, also by road
    ("Costs", "container_cost", 2, "set", 2.0, 36.0),
]


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]}.{change[1]}")
def test_changes_hold_from_their_year_on(change: tuple[str, str, int, str, Any, float], way: str) -> None:
    """
    Proves: a change from 2027 on counts in 2027 and not in 2026, for figures of Nodes, Links and Costs.
    If it were ignored: 30; if it held from the start: twice the cost of 2027.
    """
    sheet, column, row, operation, value, objective = change
    case = timed_case(TimedChange(sheet, column, (row,), operation, value, 2027))
    assert WAYS[way](case).objective == pytest.approx(objective, rel=1e-9)


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]}.{change[1]}")
def test_changes_hold_to_their_last_year(change: tuple[str, str, int, str, Any, float], way: str) -> None:
    """
    Proves: a change of 2026 alone costs in 2026 what it costs in 2027 above, and 2027 is as before.
    If the last year were ignored: twice the cost of the changed year.
    """
    sheet, column, row, operation, value, objective = change
    case = timed_case(TimedChange(sheet, column, (row,), operation, value, 2026, 2026))
    assert WAYS[way](case).objective == pytest.approx(objective, rel=1e-9)


@pytest.mark.parametrize("way", list(WAYS))
def test_a_change_after_the_horizon_counts_for_nothing(way: str) -> None:
    """
    Proves: without a change that holds within the horizon both years cost 15.
    If the year were not looked at: 60 or 90.
    """
    case = timed_case(TimedChange("Nodes", "transfer_cost", (3,), "add", 5.0, 2030))
    assert WAYS[way](case).objective == pytest.approx(30.0, rel=1e-9)
