"""Changes that hold from a year on, one sheet and column at a time, added up by hand."""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import TimedChange
from tests.minis import timed_case
from tests.oracles.solving import WAYS

# Rows count from 2, as in the workbook. 6 kTEU a year: 15 in 2026, and in 2027 …
CHANGES: list[tuple[str, str, int, str, Any, float]] = [
    ("Links", "capacity_kteu", 2, "multiply", 0.5, 45.0),  # 2 each way on AB: 4 x 2.5 + 2 x 10
    ("Links", "capacity_direction", 2, "set", "both", 45.0),  # 4 both ways together
    ("Links", "both_ways", 2, "set", False, 45.0),  # the 2 back by road
    ("Links", "cost_per_teu", 2, "add", 1.0, 36.0),  # 6 x 3.5
    ("Links", "surcharge_per_teu", 3, "add", 1.0, 36.0),
    ("Links", "perceived_per_teu", 3, "add", 1.0, 36.0),
    ("Links", "days_regular", 3, "set", 10.0, 36.0),
    ("Nodes", "transfer_allowed", 3, "set", False, 75.0),  # 6 x 10
    ("Nodes", "transfer_cost", 3, "set", 1.0, 36.0),
    ("Nodes", "transfer_days_regular", 3, "set", 15.0, 36.0),
    ("Nodes", "capacity_kteu", 3, "multiply", 0.5, 52.5),  # 3 x 2.5 + 3 x 10
    ("Nodes", "capacity_kt", 3, "multiply", 0.5, 52.5),
    ("Carriers", "accepts_container", 2, "set", False, 75.0),
    ("Commodities", "value_of_time", 2, "set", 0.3, 36.0),
    ("Commodities", "service", 2, "set", "block", 27.0),  # block trains transfer in no time: 6 x 2
    ("Commodities", "tonnes_per_teu", 2, "set", 20.0, 52.5),  # 60 kt at B are 3 kTEU
    ("Commodities", "unserved_penalty", 2, "set", 1.0, 21.0),  # staying at home costs 6
    ("Costs", "cost_per_teu", 2, "set", 2.0, 36.0),
]


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]}.{change[1]}")
def test_changes_hold_from_their_year_on(change: tuple[str, str, int, str, Any, float], way: str) -> None:
    """
    Proves: a change from 2027 on counts in 2027 and not in 2026, for each column that scenarios may change over time.
    If it were ignored: 30; if it held from the start: twice the cost of 2027.
    """
    sheet, column, row, operation, value, objective = change
    case = timed_case(TimedChange(sheet, column, (row,), operation, value, 2027))
    assert WAYS[way](case).objective == pytest.approx(objective, rel=1e-9)


@pytest.mark.parametrize("way", list(WAYS))
def test_a_change_after_the_horizon_counts_for_nothing(way: str) -> None:
    """
    Proves: without a change that holds within the horizon both years cost 15.
    If the year were not looked at: 60 more.
    """
    case = timed_case(TimedChange("Nodes", "transfer_allowed", (3,), "set", False, 2030))
    assert WAYS[way](case).objective == pytest.approx(30.0, rel=1e-9)
