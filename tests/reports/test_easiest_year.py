"""Where a decision is closest to changing: the year is asked for, and the package that comes nearer to paying."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pandas as pd
import pytest

from model.formulation.rule_closures import goes_with
from model.plan.plan import Plan
from model.reports.analysis.asked import asked
from model.reports.analysis.bottlenecks import bottlenecks
from model.reports.analysis.why import decisions
from model.reports.brief import decisions as brief_decisions
from model.reports.brief.brief import brief
from model.reports.brief.decisions import nearest
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.page.whynot import whynot
from model.reports.workbook.money.whynot import why_not_sheet
from tests.reports.fixture.plan import busy_plan


def with_years_of_p1(*years: dict[str, Any]) -> Plan:
    """The busy plan with these answers alone on P1 forced in: the cheapest is in 2030, as everywhere the last."""
    plan = busy_plan()
    table = plan.tables["candidates"]
    row = table[table["project"] == "P1"].iloc[0].to_dict() | {"along": "", "breaks": "", "exact": True, "best": False}
    rows = [row | {"at_least": year["change"]} | year for year in years]
    table = pd.concat([table[table["project"] != "P1"], pd.DataFrame(rows)], ignore_index=True)
    return dataclasses.replace(plan, tables={**plan.tables, "candidates": table})


LAST = {"opening_year": 2030, "cost": 10.0, "change": 9.0, "best": True}
EARLY = {"opening_year": 2028, "cost": 100.0, "change": 20.0}


@pytest.mark.parametrize(
    ("others", "needed", "year", "along"),
    [
        ((EARLY,), -0.2, 2028, ""),
        ((EARLY | {"along": "with P3"},), -0.2, 2028, "with P3"),
        ((EARLY | {"breaks": "rule R9 forbids it"},), -0.9, 2030, ""),
        ((EARLY | {"exact": False},), -0.2, 2028, ""),  # a bound counts too: it takes so much, or more
        ((EARLY | {"exact": False, "change": 95.0},), -0.9, 2030, ""),  # unless an exact figure is nearer
        ((EARLY | {"change": 100.0},), -0.9, 2030, ""),
    ],
)
def test_what_is_left_out_turns_in_its_easiest_year(
    others: tuple[dict[str, Any], ...], needed: float, year: int, along: str
) -> None:
    """Proves, by hand: P1 costs 10 in 2030 and saves 1, so its costs would have to fall by 90 %; in 2028 it costs 100
    and saves 80: by 20 %. The list of close decisions, the row on the Cover, its sentence and what it would
    relieve all tell 2028, although 2030 costs least; unless a limit forbids 2028, or it saves nothing. Where 2028 is
    known by a bound alone (it saves at most 80), it still is the nearest, and 'or more' says so, as does the kind of
    the capital at which it would enter. If it were ignored: a port that pays at 22 % less would be said to need 51 %,
    the ranking would be another, and what is closest of all (dredging, -8 % or more) would not be in it."""
    facts = Facts(with_years_of_p1(LAST, *others))
    (turn,) = (one for one in nearest(facts) if one.project == "P1")
    assert (turn.change, turn.year, turn.along) == (pytest.approx(needed), year, along)
    blocks = {block.key: block for block in brief(facts)}
    said = {record.label: record.words for record in blocks["doubts"].records}["Decisions closest to changing"]
    bound = not others[0].get("exact", True) and year == 2028
    assert f"P1{along and f' {along}'} ({100 * needed:.0f} %{' or more' if bound else ''} in {year})" in said
    (record,) = (one for one in blocks["decide"].records if one.words.startswith("P1 "))
    assert record.figures[-1].value == pytest.approx(needed)
    assert ("reversed most easily in 2028" in record.words) == (year == 2028)
    assert ("by so much or more" in record.words) == bound
    (row,) = (row for row in rows(facts.once(decisions)) if row.project == "P1")
    assert (row.entry_kind == "at most") == (bound and not along)
    (one,) = (one for one in asked(facts) if one.project == "P1")
    assert one.easiest is not None
    assert one.easiest.year == year
    assert f"In {year}, " in one.words
    assert ("where it may come nearest to paying" in one.words) == (bound and one.earliest is None)
    relief = [words for words in bottlenecks(facts)["relief"] if words.startswith("P1 ") or " P1 " in words]
    assert all(f"million USD from {year} on" in words for words in relief)


def test_the_capital_at_which_it_would_enter_is_that_of_a_year_that_may_be() -> None:
    """Proves: P1 would enter at the capital of 2030 where a limit forbids 2028, in which it saves far more. If it were
    ignored: 76 million would be told for a work whose money of 2026 the envelope does not have, beside a sentence and a
    rank that skip that year."""
    found = []
    for others in ((), (EARLY | {"breaks": "rule R9 forbids it"},), (EARLY,)):
        (row,) = (row for row in rows(Facts(with_years_of_p1(LAST, *others)).once(decisions)) if row.project == "P1")
        found.append(row.entry)
    alone, forbidden, allowed = found
    assert forbidden == pytest.approx(alone)
    assert allowed > alone + 1.0


def test_prices_alone_call_nothing_that_is_left_out_worth_it() -> None:
    """Proves: without answers, where prices say for no year that P1 would lack something, nothing is known of its turn.
    If it were ignored: what is not built would be told as turning at higher costs (+75 %), as prices bound from above
    what it saves."""
    plan = busy_plan()
    table = plan.tables["candidates"]
    facts = Facts(dataclasses.replace(plan, tables={**plan.tables, "candidates": table[:0]}))
    left = set(facts.once(decisions).query("decision == 'Not built'")["project"])
    assert left
    assert all(turn.change < 0 for turn in nearest(facts) if turn.project in left)


def test_a_package_stands_once_among_the_closest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: of projects that go along with each other in the same year one stands for all. If it were ignored: four
    works of one railway would take four of the six places."""
    real = brief_decisions.turning_of

    def together(facts: Facts, row: Any) -> brief_decisions.Turn:
        turn = real(facts, row)
        others = [name for name in ("P1", "P2") if name != turn.project]
        ends = {"change": -0.5, "year": 2030, "along": f"with {others[0]}"}
        return dataclasses.replace(turn, **ends) if turn.project in ("P1", "P2") else turn

    monkeypatch.setattr(brief_decisions, "turning_of", together)
    told = [turn.project for turn in nearest(Facts(busy_plan()))]
    assert len({"P1", "P2"}.intersection(told)) == 1


def test_a_project_points_to_the_package_that_comes_nearer_to_paying() -> None:
    """Proves, by hand: P1 alone saves nothing in any year; P5 taken with it in 2029 would cost 80 and save 60. The
    reason of P1 and its sentence name P5, the year and these figures; P5 itself, and P1 where the package saves no more
    of its costs than P1 alone, point to none.
    If it were ignored: a port without a railway would be 'not needed', and nothing would say what both would save."""
    plan = with_years_of_p1(LAST | {"change": 10.0})
    table = plan.tables["candidates"]
    row = table[table["project"] == "P5"].iloc[0].to_dict()
    more = {"along": "with P3, P1, without P2", "breaks": "", "exact": True, "best": True, "opening_year": 2029}
    for change, named in ((20.0, True), (80.0, False)):
        package = pd.DataFrame([row | more | {"cost": 80.0, "change": change, "at_least": change}])
        tables = {"candidates": pd.concat([table[table["project"] != "P5"], package], ignore_index=True)}
        facts = Facts(dataclasses.replace(plan, tables={**plan.tables, **tables}))
        words = (
            "as a part of P5 (taken with P3, P1, without P2): opened in 2029, "
            "that would cost 80.0 million USD and save 60.0 million USD."
        )
        reasons = decisions(facts).set_index("project")["why"]
        said = {one.project: one.words for one in asked(facts)}
        assert (words in reasons["P1"], words in said["P1"]) == (named, named)
        assert "as a part of" not in reasons["P5"] + said["P5"]


def test_who_goes_along_is_read_as_it_is_said() -> None:
    """Proves: of what the ties say of a change, those that come are read, and not those that go.
    If it were ignored: a project would point to a package that leaves it out."""
    assert goes_with("with P36, P35, without P03 (2 modules)") == ["P36", "P35"]
    assert goes_with("without P03 (2 modules), P04") == []
    assert goes_with("with P44") == ["P44"]
    assert goes_with("") == []


def test_page_and_cover_have_one_order_of_what_is_closest() -> None:
    """Proves: the bars of the page follow the list of decisions closest to changing, each with the change of its costs,
    and a bound is said to be one.
    If it were ignored: the page would call closest what is smallest, and the Cover something else.
    """
    facts = Facts(with_years_of_p1(LAST, EARLY | {"exact": False}))
    turns = {turn.project: turn for turn in nearest(facts) if abs(turn.change) <= 1}
    told = re.findall(r'aria-label="(P\d+) [^:"]*: P\d[^"]*?\(([^)]*)\)', str(whynot(facts)))
    assert [project for project, _ in told] == list(turns)
    assert dict(told)["P1"] == "-20 % or more in 2028"


def test_the_year_of_the_plan_is_not_called_the_earliest() -> None:
    """Proves: of what the plan builds Why_not has no earliest year, only its own dates and the year of the plan.
    If it were ignored: 2032 would stand as the earliest year of a project whose dates allow 2029.
    """
    frame = why_not_sheet(Facts(busy_plan())).frame
    built = frame["decision"] != "Not built"
    assert built.any()
    assert frame.loc[built, "earliest_year"].isna().all()
    assert frame.loc[~built, "earliest_year"].notna().any()
