"""How prices of limits are shown: both sides, together with what, ships, and why one is unknown (issue 10, 7 and 8)."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from model.case.case import Case
from model.plan.plan import Plan
from model.plan.plan_table import PRICES
from model.plan.prices import NO_TIME
from model.reports.analysis.bottlenecks import bottlenecks
from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.reports.page.corridor import limits
from model.reports.workbook.traffic.capacity import bottlenecks_sheet, capacity_sheet
from tests.formulation.solving import near, solve
from tests.formulation.test_fleets import crossing
from tests.minis import demand, effect, project
from tests.plan.finite_differences import CASES, series


def shown(case: Case) -> pd.DataFrame:
    """The ranked bottlenecks of the best plan."""
    return bottlenecks(Facts(solve(case)))


def test_limits_in_series_are_listed_with_what_must_grow_too() -> None:
    """
    Proves: each of three limits in series is a bottleneck: one more saves 0, one less costs 800 USD/TEU, and with the
    other two, named, one more saves 800; 10 % of 10 kTEU then save 0.8 million.
    If it were ignored: one of the three is ranked at 800 by chance and the others are not listed.
    """
    frame = shown(series())
    assert frame["asset"].tolist() == ["AB", "BC", "B"]
    for column, value in (("price", 0.0), ("loss", 800.0), ("together_price", 800.0), ("worth", 0.8)):
        assert frame[column].tolist() == [near(value)] * 3
    assert frame["together"].iloc[2] == "A – B (kTEU) and B – C (kTEU)"


def test_both_ways_of_a_link_are_one_bottleneck() -> None:
    """
    Proves: a link with room for 6 each way, short in both, is one bottleneck at 8 million USD per kTEU: a unit more of
    it serves both ways; 10 % of 6 kTEU save 4.8 million.
    If each direction were a row of its own: the saving of one unit is shown twice, or halved.
    """
    frame = shown(CASES["each direction"]())
    assert frame[["direction", "price", "worth"]].to_numpy().tolist() == [
        ["forward and backward", near(8000.0), near(4.8)]
    ]


def test_the_ships_of_a_link_are_ranked() -> None:
    """
    Proves: 20 round trips of 0.25 kTEU for 8 kTEU: one more saves 0.25 x 19 = 4.75 million = 4,750 thousand USD; 10 %
    more trips save 2 x 4.75 = 9.5 million.
    If ships had no price: the crossing that holds everything back is not among the bottlenecks.
    """
    frame = shown(crossing([demand("D", "A-B", 8.0)], {"existing": 2}))
    row = frame.iloc[0]
    assert (row["asset"], row["measure"]) == ("AB", "round trips")
    assert (row["price"], row["loss"], row["worth"]) == (near(4750.0), near(4750.0), near(9.5))
    plan = solve(crossing([demand("D", "A-B", 8.0)], {"existing": 2}))
    assert bottlenecks_sheet(Facts(plan)).frame["price_unit"].tolist() == ["thousand USD/trip"]


def unpriced(plan: Plan) -> Plan:
    """The plan as it is when time was up before prices were worked out."""
    tables = dict(plan.tables)
    for name in ("capacities", "sailings"):
        blank = {column.name: "" if column.kind == "text" else np.nan for column in PRICES} | {"price_note": NO_TIME}
        tables[name] = tables[name].assign(**blank)
    return dataclasses.replace(plan, tables=tables)


@pytest.mark.parametrize("ships", [False, True])
def test_unknown_prices_are_said_to_be_unknown(*, ships: bool) -> None:
    """
    Proves: without prices the sheet, the page and the reasons of projects say why they are unknown; no price is 0.
    If it were ignored: a plan that time cut short says that nothing binds, and that a project is not needed.
    """
    widening = {"Projects": [project("P", 900.0)], "ProjectEffects": [effect("P", "AB", 5.0)]}
    demands, figures = [demand("D", "A-B", 8.0)], {"capacity_kteu": 5.0}
    made = crossing(demands, {"existing": 2 if ships else 9}, link_figures=figures, **widening)
    facts = Facts(unpriced(solve(made)))
    assert NO_TIME in bottlenecks_sheet(facts).empty
    assert "Nothing binds" not in bottlenecks_sheet(facts).empty
    assert NO_TIME in str(limits(facts))
    capacity = capacity_sheet(facts).frame
    assert capacity["shadow_price"].isna().all()
    assert set(capacity["price_note"]) == {NO_TIME}
    row = decisions(facts).iloc[0]
    assert NO_TIME in row["why"]
    assert np.isnan(row["value"])
