"""Borders that lose or gain most of their boxes in a year: found from the data, and explained or not.

Boxes go from A, abroad, to D by the crossing at B (links AB, 1) or at C (AC); what lies behind is home and free.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.case.case import Case
from model.case.timed import TimedChange
from model.plan.planner import make_plan
from model.reports import write_reports
from model.reports.analysis.alerts import UNEXPLAINED, alert_words, alerts, borders_of
from model.reports.analysis.events import CHANGE, CLOSURE, DEMAND, FULL, PROJECT, ROOM
from model.reports.facts import Facts
from model.solvers.core.options import SolveOptions
from tests.minis import Record, demand, effect, link, make_case, node, periods, project
from tests.reports.reading import Reader

YEARS = (2026, 2027)


def crossings(first: Record, second: Record, *changes: TimedChange, boxes: Any = 10.0, **more: Any) -> Case:
    """Two crossings with these figures, 10 kTEU a year, and what changes."""
    case = make_case(
        "crossings",
        [node("A", country="CN"), "B", "C", "D"],
        [
            link("AB", "A-B", **first),
            link("AC", "A-C", **second),
            link("BD", "B-D", container_cost=0.0),
            link("CD", "C-D", container_cost=0.0),
        ],
        [demand("boxes", "A-D", boxes)],
        years=more.pop("years", YEARS),
        **more,
    )
    return replace(case, changes=changes)


def changed(row: int, column: str, operation: str, value: float) -> TimedChange:
    """A change of a link's row (2 = AB, 3 = AC) from 2027 on."""
    return TimedChange("Links", column, (row,), operation, value, 2027)


def found(case: Case) -> dict[str, tuple[float, float, str, str]]:
    """Border → boxes before and then, kind and why."""
    frame = alerts(Facts(make_plan(case, SolveOptions(gap=1e-9, threads=1))))
    rows = frame.to_dict("records")
    return {str(row["border"]): (row["before"], row["now"], row["kind"], row["why"]) for row in rows}


def test_borders_come_from_the_countries_of_the_nodes() -> None:
    """
    Proves: A-B and A-C join two countries, B-D and C-D do not; parallel links are one border.
    If borders were named in the code: another corridor would have none.
    """
    case = crossings({}, {})
    assert set(borders_of(Facts(make_plan(case, SolveOptions(gap=1e-9, threads=1))))) == {("A", "B"), ("A", "C")}


SHIFT = {"A – B": (10.0, 0.0), "A – C": (0.0, 10.0)}


@pytest.mark.parametrize(
    ("first", "second", "change", "kind", "words"),
    [
        # half of the price: AC falls from 1.5 to 0.75
        ({}, {"container_cost": 1.5}, changed(3, "container_cost", "multiply", 0.5), CHANGE, "Cost per TEU -50 %"),
        ({}, {"container_cost": 2.0}, changed(2, "capacity_kteu", "set", 0.0), CLOSURE, "A – B: closed from 2027"),
        ({}, {"container_cost": 0.5, "capacity_kteu": 0.0}, changed(3, "capacity_kteu", "set", 50.0), CLOSURE, "open "),
        # a tenth of the price moves every box: an all-or-nothing model, or a wrong figure
        ({}, {"container_cost": 1.05}, changed(3, "container_cost", "multiply", 0.9), UNEXPLAINED, "boxes"),
    ],
)  # fmt: skip
def test_a_leap_is_explained_by_what_changes_where_the_cargo_goes(
    first: Record, second: Record, change: TimedChange, kind: str, words: str
) -> None:
    """
    Proves: all 10 kTEU move from A-B to A-C in 2027: two alerts, each with the closure or the change of more than a
    fifth that explains it; a tenth of a price that moves all is no explanation.
    If only the border's own cells were looked at: its competitor's change would leave it unexplained.
    """
    leaps = found(crossings(first, second, change))
    assert {border: leap[:2] for border, leap in leaps.items()} == SHIFT
    assert {leap[2] for leap in leaps.values()} == {kind}
    assert all(words in leap[3] for leap in leaps.values())


def test_a_project_explains_and_one_elsewhere_does_not() -> None:
    """
    Proves: P opens the crossing at C in 2027 and draws all boxes: named. Q, which widens a siding in the same year that
    no cargo passes, is not.
    If any project of the year were named: every leap would be explained by something.
    """
    case = crossings(
        {},
        {"container_cost": 0.5, "capacity_kteu": 0.0},
        Projects=[
            project("P", 1.0, construction_years=1, status="committed", committed_opening=2027),
            project("Q", 1.0, construction_years=1, status="committed", committed_opening=2027),
        ],
        ProjectEffects=[effect("P", "AC", 20.0), effect("Q", "side", 5.0)],
    )
    links = case.table("Links")
    more = Case.from_tables("x", {"Links": [link("side", "B-C", capacity_kteu=1.0)]}).table("Links")
    more.index = more.index + len(links)
    leaps = found(case.with_tables(Links=pd.concat([links, more])))
    assert {border: leap[:2] for border, leap in leaps.items()} == SHIFT
    for *_, kind, why in leaps.values():
        assert kind == PROJECT
        assert "P (P) opens in 2027" in why
        assert "(Q)" not in why


def test_demand_and_what_is_full_explain() -> None:
    """
    Proves: demand that doubles doubles A-B: explained by demand. At room for 10 and a demand 11.5 from 10, a tenth
    more, A-C has 1.5 where it had none: A-B is full.
    If it were ignored: growth would be called an input error.
    """
    (leap,) = found(crossings({}, {"container_cost": 2.0}, boxes={2026: 10.0, 2027: 20.0})).values()
    assert leap[:3] == (10.0, 20.0, DEMAND)
    (leap,) = found(
        crossings({"capacity_kteu": 10.0}, {"container_cost": 2.0}, boxes={2026: 10.0, 2027: 11.5})
    ).values()
    assert leap[:3] == (0.0, pytest.approx(1.5), FULL)
    assert leap[3].startswith("A – B: full in 2027")


def test_room_that_other_traffic_takes_comes_before_a_project() -> None:
    """
    Proves: other traffic of A-B grows from 15 to 16.5 of 20, by a tenth, which leaves 3.5 of 5 kTEU: 1.5 go by A-C.
    P, which widens C-D in the same year, is told after it.
    If room were looked at in the cell of other traffic alone: a tenth explains nothing, and P would be the cause.
    """
    case = crossings(
        {"capacity_kteu": 20.0, "background_kteu": 15.0}, {"container_cost": 2.0},
        changed(2, "background_kteu", "set", 16.5), boxes=5.0,
        Projects=[project("P", 1.0, construction_years=1, status="committed", committed_opening=2027)],
        ProjectEffects=[effect("P", "CD", 20.0)],
    )  # fmt: skip
    links = case.table("Links")
    case = case.with_tables(Links=links.assign(capacity_kteu=links["capacity_kteu"].mask(links["link"] == "CD", 10.0)))
    (leap,) = found(case).values()
    assert leap[:3] == (0.0, pytest.approx(1.5), ROOM)
    first, then = leap[3].split("; ")
    assert first == "A – B: other traffic leaves 5 → 4 kTEU a year from 2027 on"
    assert "P (P) opens in 2027" in then


@pytest.mark.parametrize("opens", [2027, 2026])
def test_room_that_other_cargo_leaves_explains(opens: int) -> None:
    """
    Proves, by hand: A-B has room for 10. Boxes to E, which have no other way, fill it in 2026, so those to D take the
    dearer A-C. In 2027 P opens A-F for the boxes to E, and those to D go back to A-B, full in both years. P touches
    nothing on their ways; it explains the leap all the same, and the cargo that made room is named. Where P opens in
    2026 already there is no leap.
    If only the cargo's own ways were looked at: the end of a chain would be called an input error.
    """
    case = make_case(
        "chain",
        [node("A", country="CN"), "B", "C", "D", "E", "F"],
        [
            link("AB", "A-B", capacity_kteu=10.0),
            link("AC", "A-C", container_cost=1.5),
            link("AF", "A-F", container_cost=0.5, capacity_kteu=0.0),
            *(link(way, f"{way[0]}-{way[1]}", container_cost=0.0, both_ways=False) for way in ("BD", "CD", "BE", "FE")),
        ],
        [demand("near", "A-D", 10.0), demand("far", "A-E", 10.0)],
        years=(2026, 2027),
        Projects=[project("P", 1.0, construction_years=1, status="committed", committed_opening=opens)],
        ProjectEffects=[effect("P", "AF", 20.0)],
    )
    leaps = found(case)
    assert set(leaps) == ({"A – C", "A – F"} if opens == 2027 else set())
    if leaps:
        before, now, kind, why = leaps["A – C"]
        assert (before, now, kind) == (10.0, 0.0, PROJECT)
        assert why.startswith("A – B: full in 2026, with room again for this cargo: ")
        assert "(-10.0 kTEU) leaves it; " in why
        assert "P (P) opens in 2027" in why


def test_growth_over_long_periods_and_small_borders_is_no_leap() -> None:
    """
    Proves: 10 → 50 over a period of five years is 38 % a year: none; over one year it is an alert. From 0.4 to 0.9 kTEU
    is more than double, and too little to ask about. The ratio told of a leap is then over before, 50 / 10.
    If years were left out: every coarse plan would be full of alerts.
    """
    growth = {2026: 10.0, 2031: 50.0}
    assert found(crossings({}, {"container_cost": 2.0}, boxes=growth, years=periods(2026, 2031))) == {}
    within_a_year = crossings({}, {"container_cost": 2.0}, boxes={2026: 10.0, 2027: 50.0})
    leaps = alerts(Facts(make_plan(within_a_year, SolveOptions(gap=1e-9, threads=1))))
    assert leaps["ratio"].tolist() == [pytest.approx(5.0)]  # beside 10 and 50 a change of "4.0 times" would be misread
    assert found(crossings({}, {"container_cost": 2.0}, boxes={2026: 0.4, 2027: 0.9})) == {}


def test_alerts_stand_in_workbook_and_page(tmp_path: Path) -> None:
    """
    Proves: the sheet Alerts has both leaps, the Summary counts them and says how many nothing explains, and the page
    has them.
    If it were ignored: an input error would stay in a plan that looks whole.
    """
    case = crossings({}, {"container_cost": 1.05}, changed(3, "container_cost", "multiply", 0.9))
    plan = make_plan(case, SolveOptions(gap=1e-9, threads=1))
    write_reports(plan, tmp_path)
    book = Reader(tmp_path / "plan.xlsx")
    assert [(row["Border"], row["To year"], row["Explained by"]) for row in book.records("Alerts")] == [
        ("A – B", 2027, UNEXPLAINED), ("A – C", 2027, UNEXPLAINED)
    ]  # fmt: skip
    told = [row["Then / before"] for row in book.records("Alerts")]
    assert (told[0], told[1] in (None, "")) == (0.0, True)  # nothing left, and nothing before
    assert book.summary("Borders that lose or gain") == "2, 2 of them unexplained"
    assert "2, 2 of them unexplained" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert alert_words(alerts(Facts(make_plan(crossings({}, {}), SolveOptions(gap=1e-9, threads=1))))) == "none"
