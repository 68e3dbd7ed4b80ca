"""Outages: nothing passes what is shut, whatever projects add there, for just the time that the sheet says."""

from __future__ import annotations

from typing import Any

import pytest

from model.case.case import Case
from model.features.shut.recount import CHECK, recount
from model.plan.planner import make_plan
from tests.minis import effect, periods
from tests.studies.variants.of_minis import EXACT, two_ways


def cost(case: Case) -> float:
    """Cost of the best plan, which the verifier accepts."""
    plan = make_plan(case, EXACT)
    assert plan.verified
    return float(plan.outcome.objective or 0.0)


def row(kind: str, asset: str, **more: Any) -> dict[str, Any]:
    """A row of Outages."""
    return {"asset_kind": kind, "asset": asset, **more}


def without(case: Case, *links: str) -> Case:
    """The case with these links gone, and what projects would do there."""
    table, effects = case.table("Links"), case.table("ProjectEffects")
    return case.with_tables(
        Links=table[~table["link"].isin(links)], ProjectEffects=effects[~effects["asset"].isin(links)]
    )


@pytest.mark.parametrize(
    ("outage", "gone", "by_hand"),
    [(row("link", "AB"), ("AB",), 136.0), (row("node", "B"), ("AB", "BC"), 136.0), (row("link", "AC"), ("AC",), 35.0)],
)
def test_an_outage_is_a_case_without_the_asset(outage: dict[str, Any], gone: tuple[str, ...], by_hand: float) -> None:
    """Proves, by hand: with P 8 kTEU go by B for 2, 2 x 16 + 3 = 35. Without A-B or the port 8 go by A-C for 6 with Q
    for 40: 2 x 48 + 40 = 136, as without Q 2 would wait for 20 each year, 2 x 76 = 152. With an asset shut the plan
    costs just what it costs with the asset gone.
    If it were ignored: a study of losses would lose something else than it says."""
    assert cost(two_ways(Outages=[outage])) == pytest.approx(by_hand, abs=1e-6)
    assert cost(without(two_ways(), *gone)) == pytest.approx(by_hand, abs=1e-6)


def test_what_projects_add_is_shut_too() -> None:
    """Proves: A-B works half the days and P, for 3, adds 5 kTEU and the other half: 2026 and 2027 cost 16 each with P.
    With A-B shut in 2026 nothing passes in that year (76), whatever P adds, and everything in 2027: 76 + 16 + 3 = 95.
    If it were ignored: an outage of a port with new berths would shut the old ones only."""
    raised = [effect("P", "AB", 5.0) | {"added_availability": 0.5}, effect("Q", "AC", 2.0)]
    effects = Case.from_tables("effects", {"ProjectEffects": raised}).table("ProjectEffects")
    half = [{"asset_kind": "link", "asset": "AB", "availability": 0.5}]
    assert cost(two_ways(Availability=half).with_tables(ProjectEffects=effects)) == pytest.approx(35.0, abs=1e-6)
    shut = two_ways(Availability=half, Outages=[row("link", "AB", first_year=2026, last_year=2026)])
    assert cost(shut.with_tables(ProjectEffects=effects)) == pytest.approx(95.0, abs=1e-6)


def test_seasons_and_years_are_kept_apart() -> None:
    """Proves: a season of half the year without the port costs half as much as the year: 2026 with P is 16, without
    the port 76, so that winter shut costs 30 more than 35. A period of two years is split where the outage ends.
    If it were ignored: a storm of three months would be counted as a year."""
    seasons = [{"season": name, "share_of_year": 0.5} for name in ("summer", "winter")]
    winter = row("node", "B", season="winter", first_year=2026, last_year=2026)
    assert cost(two_ways(Seasons=seasons, Outages=[winter])) == pytest.approx(65.0, abs=1e-6)
    split = two_ways(Outages=[row("node", "B", first_year=2026, last_year=2026)])
    long = split.with_tables(Periods=Case.from_tables("x", {"Periods": periods(2026, last_year=2027)}).table("Periods"))
    assert [period.years for period in long.periods] == [1, 1]
    assert cost(long) == pytest.approx(95.0, abs=1e-6)


def test_the_recount_finds_what_passes() -> None:
    """Proves: a plan that sends 8 kTEU by a link which is shut is refused by the recount, and the link is named; with
    the family off the check says that it is not made. If it were ignored: an error in the rows would go unseen."""
    plan = make_plan(two_ways(), EXACT)
    case = two_ways(Outages=[row("link", "BC", first_year=2027)])
    (check,) = recount(plan.tables, case)
    assert (check.check, check.ok, check.worst) == (CHECK, False, pytest.approx(8.0))
    assert "link BC, 2027" in check.detail
    off = two_ways(Outages=[row("link", "BC")], Constraints=[{"constraint": "shut", "active": False}])
    assert cost(off) == pytest.approx(35.0, abs=1e-6)
    (said,) = recount(plan.tables, off)
    assert "switched off" in said.detail
