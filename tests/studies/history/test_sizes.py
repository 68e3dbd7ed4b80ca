"""The study of market sizes: which years it plans, and that it refits to the counts."""

from __future__ import annotations

import pytest

from model.studies.history.sizes import TIMES, market_sizes
from tests.studies.history.test_validation import OPTIONS, case_with, change, count


def test_years_gone_by_and_to_come_are_planned_and_refitted() -> None:
    """
    Proves: with counts of 2025 and a row of History for 2024 the study plans 2025, 2024 and the last year, 2026, and
    says of each size by how much the constant of the counted corridor moves; at the size as it is by nothing, and the
    ocean half a million dearer in 2024 sends more by the north. If it were ignored: nobody could say what a
    market size, which no count gives, does to the forecast.
    """
    found = market_sizes(case_with([change(2024)], [count(2025, "Middle", 1.0, "calibrate")]), OPTIONS)
    assert found.years == (2025, 2024, 2026)
    middle = found.rows[found.rows["corridor"] == "Middle"].set_index("times")
    assert tuple(middle.index) == TIMES
    assert middle.loc[1.0, "constant_change"] == pytest.approx(0.0, abs=1e-3)
    assert middle.loc[2.0, "constant_change"] > 500 > middle.loc[0.5, "constant_change"]
    north = found.rows[found.rows["corridor"] == "North"]
    assert (north["2024"] > north["2026"]).all()


def test_without_counts_there_is_nothing_to_refit() -> None:
    """Proves: counts of places alone are an explained error. If it were ignored: a table of blanks would be left."""
    row = {**count(2025, "Middle", 1.0, "calibrate"), "market": None, "family": None}
    with pytest.raises(ValueError, match="nothing to refit"):
        market_sizes(case_with([change(2024)], [row]), OPTIONS)
