"""Rows of years that are not planned: what foresight, outages and switches leave when they cut a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from model.case.case import Case
from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.studies.switches import year_case
from model.studies.uncertainty.foresight import until
from tests.features.golden_minis import MINIS
from tests.formulation.solving import near, policy, solve
from tests.formulation.test_policies_co2_served import emitting

CUTS: list[Callable[[Case], Case]] = [lambda case: until(case, 2027), lambda case: year_case(case, 2026)]
WINDOW = {"first_year": 2028, "last_year": 2029, "value_per": "window"}


def windows() -> Iterator[Case]:
    """Policies of 2028 and 2029 of each kind that may count over its window, in each sense, in 2026-2029."""
    for sense in ("<=", ">=", "="):
        for kind, more in (("co2", {}), ("link flow", {"links": ("road",), "measure": "kTEU"})):
            yield emitting(policy("late", kind, sense, 4.0, **more, **WINDOW), years=(2026, 2027, 2028, 2029))


@pytest.mark.parametrize("cut", CUTS, ids=["foresight", "one year"])
def test_a_policy_of_years_that_are_not_planned_asks_nothing(cut: Callable[[Case], Case]) -> None:
    """Proves: a ceiling, a floor or an exact amount over a window of 2028 and 2029 is no row of a plan of earlier
    years: all 10 kTEU go by road for 10 a year, and the verifier, which misses nothing, accepts it.
    If it were ignored: foresight, outages and switches would end with a mistake of their own in such a case."""
    for case in map(cut, windows()):
        plan = solve(case)
        assert plan.outcome.objective == near(10.0 * len(case.periods))
        assert plan.tables["policy_levels"].empty


def test_no_row_of_later_years_breaks_a_model() -> None:
    """Proves: for the mini of every feature, and for windows of policies, rows whose years all lie beyond those that
    are planned leave a model that can be built. If it were ignored: a study that cuts a case would fail on it."""
    for case in [*(mini.case() for mini in MINIS.values()), *windows()]:
        last, later = case.last_year, {}
        for sheet, table in case.tables.items():
            years = [name for name in ("first_year", "last_year", "from_year") if name in table.columns]
            if sheet != "Periods" and years and len(table):
                later[sheet] = table.assign(**dict.fromkeys(years, float(last + 3)))
        moved = until(case.with_tables(**later), case.first_year)
        build(moved, build_graph(moved), RoutePool())
