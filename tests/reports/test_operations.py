"""Sheets and page of a case with ships, policies, empties and congestion."""

from __future__ import annotations

import dataclasses
from functools import cache, partial
from pathlib import Path

import pytest

from model.features.fleet.summary import busy_ships
from model.features.policies.states import policy_states
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.reports import write_reports
from model.reports.facts import Facts
from model.studies.candidates import candidate_tables
from tests.formulation.test_fleets import crossing
from tests.formulation.test_ship_purchases import BUYABLE
from tests.minis import demand
from tests.reports.reading import Reader


@cache
def sailing_plan() -> Plan:
    """4 kTEU there and 1 back a year want two ships, bought in 2026; at most 5 kTEU may cross, and at least none."""
    policies = [
        {"policy": "ceiling", "kind": "link flow", "links": ("AB",), "measure": "kTEU", "sense": "<=", "value": 5.0},
        {"policy": "floor", "kind": "link flow", "links": ("AB",), "measure": "kTEU", "sense": ">=", "value": 0.0},
    ]
    case = crossing(
        [demand("there", "A-B", 4.0), demand("back", "B-A", 1.0)], BUYABLE, years=(2026, 2027, 2028), Policies=policies
    )
    return make_plan(case, questions=partial(candidate_tables, seconds=60.0))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The workbook."""
    folder = tmp_path_factory.mktemp("sailing")
    write_reports(sailing_plan(), folder)
    return Reader(folder / "plan.xlsx")


def test_fleets_tell_what_there_is_and_what_sails(book: Reader) -> None:
    """Proves: none in 2026, two bought ships from 2027 on, both assigned, none idle, as whole numbers. Years are
    numbers in every sheet (they were text, which no program could sort or compare).
    If it were ignored: the analyst could not see that it is ships that run out."""
    rows = {row["Period"]: row for row in book.records("Fleets")}
    assert [rows[year]["Fleet [ships]"] for year in (2026, 2027, 2028)] == [0, 2, 2]
    assert [rows[year]["Idle [ships]"] for year in (2026, 2027, 2028)] == [0, 0, 0]
    assert rows[2026]["State"] == "no ships"
    assert rows[2028]["State"] == "all assigned"


def test_sailings_leave_out_what_does_not_sail(book: Reader) -> None:
    """Proves: 4 kTEU at 0.25 a leg need 16 of the 20 round trips that two ships make: 80 %, in 2027 and 2028 only.
    If it were ignored: the sheet would be full of services without ships."""
    rows = book.records("Sailings")
    assert [row["Period"] for row in rows] == [2027, 2028]
    assert [row["Round trips made"] for row in rows] == pytest.approx([16.0, 16.0])
    assert [row["Used [%]"] for row in rows] == pytest.approx([0.8, 0.8])


def test_policies_are_kept_or_bind(book: Reader) -> None:
    """Proves: 5 kTEU cross from 2027 on, so that a ceiling of 5 binds then and is kept in 2026 with 5 of room; a floor
    of 0 asks nothing of anybody, whatever crosses. If it were ignored: nobody would see which policy costs something,
    and a target of nothing would be 'kept', or even bind."""
    rows = {(row["Policy"], row["Period"]): row for row in book.records("Policies")}
    assert [rows["ceiling", year]["State"] for year in (2026, 2027, 2028)] == ["kept", "binding", "binding"]
    assert rows["ceiling", 2026]["Room left [in the unit]"] == pytest.approx(5.0)
    assert rows["ceiling", 2027]["Counted [in the unit]"] == pytest.approx(5.0)
    assert [rows["floor", year]["State"] for year in (2026, 2027)] == ["asks nothing", "asks nothing"]
    assert {row["Unit"] for row in rows.values()} == {"kTEU/year"}


def test_a_missed_policy_says_so() -> None:
    """Proves: a level below its floor is called missed. If it were ignored: a plan that breaks its promises would look
    like one that keeps them."""
    plan = sailing_plan()
    levels = plan.tables["policy_levels"].copy()
    levels.loc[0, "missed"] = 1.0
    states = policy_states(Facts(Plan(plan.case, plan.outcome, {**plan.tables, "policy_levels": levels}, plan.checks)))
    assert states["state"].tolist()[0] == "missed"


def test_ships_are_projects_with_figures(book: Reader, tmp_path: Path) -> None:
    """Proves: without ships 3 x 5 kTEU stay at 20 = 300, with them 100 + 2 x 5 + 12 + 2 = 124: leaving them out costs
    176, called exact but for whole ships; the page has the section on ships.
    If it were ignored: the dearest decision of the Caspian would have no figure."""
    row = next(row for row in book.records("Project_figures") if row["Project"] == "buy feeder")
    assert row["Cost of the opposite decision [million USD present value]"] == pytest.approx(176.0)
    assert row["Kind of figure"] == "exact but for whole ships"
    write_reports(sailing_plan(), tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Ships assigned to services, of those there are" in page
    assert "2 of 2" in page


def test_ships_show_as_the_limit_of_their_link(book: Reader) -> None:
    """Proves: the crossing has no limit of its own, but its ships make 16 of 20 round trips: 80 % in Utilisation and in
    Links, with 'round trips' as the tightest limit. If it were ignored: the sea would look free while it is ships that
    run out."""
    row = next(row for row in book.records("Utilisation") if row["Asset"] == "AB")
    assert [row[f"{year} [%]"] for year in (2027, 2028)] == pytest.approx([0.8, 0.8])
    links = [row for row in book.records("Links") if row["Period"] == 2027]
    assert [row["Tightest limit"] for row in links] == ["round trips, both"]


def test_ships_that_can_sail_more_can_be_spared() -> None:
    """Proves: both ships are assigned from 2027 on, but make 16 of 20 round trips, so there are trips to spare; if they
    made 19 (95 %), there would be no ship to spare; in 2026 there is no ship at all. If it were ignored: a feeder that
    makes 1 % of its trips would stand among the ships that run out, because it is the only one and is assigned."""
    plan = sailing_plan()
    sailings = plan.tables["sailings"].copy()
    sailings["trips"] = sailings["trips"].astype(float) * 19 / 16
    fuller = dataclasses.replace(plan, tables={**plan.tables, "sailings": sailings})
    assert [busy_ships(one, "2027") for one in (plan, fuller)] == [[], ["feeder"]]
    assert busy_ships(fuller, "2026") == []
