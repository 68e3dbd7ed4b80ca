"""Plans that are compared have the same periods: a period has one flow for all its years, so others cost otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from model.case.case import Case
from model.studies.commands.study_options import OF_VARIANTS
from model.studies.commands.study_run import work_of
from model.studies.commands.study_task import Task
from model.studies.runs.beginnings import problem_digest
from model.studies.variants.answers import Answer
from model.studies.variants.assets import named_assets, shut, when_of
from model.studies.variants.held import held, with_rows
from model.studies.variants.outages import outages
from model.studies.variants.planning import Variant
from model.studies.variants.target import reach, target_of
from tests.minis import demand, periods
from tests.studies.stand_ins import RememberingReporter
from tests.studies.variants.of_minis import EXACT, plain, two_ways

ASKED: dict[str, dict[str, Any]] = {
    "alternatives": {"number": 1, "within": 0.5},
    "force": {"project": "Q"},
    "frontier": {"points": 2},
    "outages": {"year": 2031, "asset": ["B"], "harden": 1},
    "stress": {},
    "target": {"amount": 1.0, "unit": "kTEU", "across": ["AB"], "by": 2031},
    "value": {"yearly": 30.0},
}


def long_periods() -> Case:
    """Two ways in 2026-2028 and 2029-2032, with 2 kTEU in the first year and 14 in the last.

    All have room by A-B once P is there. Money of later years counts less, and later years have more cargo: split
    periods cost less than whole ones.
    """
    case, kept = two_ways(), ("Nodes", "Links", "Carriers", "Commodities", "Projects", "ProjectEffects")
    tables: dict[str, Any] = {sheet: case.table(sheet).to_dict("records") for sheet in kept}
    tables |= {"Demand": [demand("D", "A-C", {2026: 2.0, 2032: 14.0})], "Periods": periods(2026, 2029, last_year=2032)}
    tables["Links"][0] |= {"capacity_kteu": 9.0}
    return Case.from_tables("long", tables, {**case.settings, "discount_rate": 0.1})


def test_a_case_is_split_where_it_is_asked_and_nowhere_else() -> None:
    """Proves: a year inside a period splits it, once; first years of periods and years beyond split none, and the case
    stays the very same. A split case is another problem: what was proven of the whole one is not taken over.
    If it were ignored: a bound of coarse periods would be called proven of fine ones."""
    case = long_periods()
    split = case.split_at(2031)
    assert [(one.first_year, one.years, one.opens) for one in split.periods] == [
        (2026, 3, True), (2029, 2, True), (2031, 2, False),
    ]  # fmt: skip
    assert case.split_at(2026, 2029, 2033) is case
    assert split.split_at(2031) is split
    assert problem_digest(split, EXACT) != problem_digest(case, EXACT)


def test_a_target_that_is_met_anyway_costs_nothing_in_any_year() -> None:
    """Proves: the plan sends more than 1 kTEU by A-B in every year, so the promise costs nothing from whichever year
    on, although 2031 lies inside a period. If it were ignored: "from 2029 on it costs 50 million, proven" would be
    told of a promise that changes nothing; all of it came from how the years were put together."""
    case = long_periods()
    _, years = reach(case, target_of(case, 1.0, "kTEU", ["AB"], 2031), plain)
    assert len(years) > 1
    assert set(years["possible"]) == {"yes"}
    assert years["costs"].tolist() == pytest.approx([0.0] * len(years), abs=1e-6)


def test_a_loss_inside_a_period_is_the_difference_of_whole_plans() -> None:
    """Proves: what the loss of B in 2031 costs, worked out on that year alone, is what the whole plan, held, costs more
    with B shut; and foreseeing it saves nothing where the plan that foresees it builds the same.
    If it were ignored: preparing would be said to save millions that no work saves."""
    case, when = long_periods(), when_of(long_periods(), 2031, None)
    found = outages(case, plain, when, ["B"], harden=1)
    split = case.split_at(2031, 2032)
    free = plain([Variant("free", "", split)])["free"]
    whole, _ = held(split, free)
    lost = shut(whole, named_assets(case, ["B"])[0], 2031)
    kept, without = (plain([Variant("one", "", one)])["one"].cost or 0.0 for one in (whole, lost))
    assert found.rows.at[0, "costs"] == pytest.approx(without - kept, abs=1e-6)
    ready = found.ready.iloc[0]
    assert ready["opens otherwise"] == ""
    assert (ready["preparation saves"], ready["preparation saves at most"]) == pytest.approx((0.0, 0.0), abs=1e-5)


@pytest.mark.parametrize("name", ASKED)
def test_no_study_compares_plans_of_different_periods(name: str) -> None:
    """Proves: whatever a study adds to a case with long periods, all its plans of more than one year have the same
    periods, and where these are not the case's own it says so. If it were ignored: differences of money would come
    from splitting years, and a bound would be lent to a problem it does not bound."""
    seen: set[tuple[tuple[int, int], ...]] = set()
    case, reporter = long_periods(), RememberingReporter()

    def planner(wanted: Sequence[Variant]) -> dict[str, Answer]:
        for one in wanted:
            if one.case.last_year > one.case.first_year:
                seen.add(tuple((period.first_year, period.years) for period in one.case.periods))
        return plain(wanted)

    given = {**dict.fromkeys((*OF_VARIANTS[name], "scenarios")), **ASKED[name]}
    work_of(name)(Task(case, case, planner, reporter, EXACT, given))
    (one,) = seen
    split = len(one) > len(case.periods)
    assert split is any("inside a period" in note for note in reporter.of("note"))
    assert split is (name in ("outages", "target"))


def test_rows_that_split_a_period_are_refused() -> None:
    """Proves: a policy from 2031 on cannot be added to a case whose period runs from 2029 to 2032, unless that is split
    there. If it were ignored: the next study that adds such a row would compare what cannot be compared."""
    row = {"policy": "T", "kind": "link flow", "links": ("AB",), "measure": "kTEU", "sense": ">=", "value": 1.0}
    row |= {"first_year": 2031.0}
    with pytest.raises(RuntimeError, match="Rows of Policies split a period"):
        with_rows(long_periods(), "Policies", [row])
    assert len(with_rows(long_periods().split_at(2031), "Policies", [row]).table("Policies")) == 1
