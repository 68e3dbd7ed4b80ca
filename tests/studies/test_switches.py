"""Each item switched off alone: the study's table on a case that can be added up by hand."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.schema import SHEETS
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.switch import LOWER, Switch
from model.studies.switches import offered, switch_table, verdict, year_case
from tests.minis import demand, effect, link, make_case, periods, project

EXACT = SolveOptions(gap=1e-9, threads=1)


def two_ways() -> Case:
    """8 kTEU from A to B: 5 less 1 of background by rail at 1 + 0.5, the rest by sea at 3, or rail of 10 for 2 more."""
    rail = link("AB", "A-B", capacity_kteu=5.0, capacity_direction="both", background_kteu=1.0, surcharge=0.5)
    return make_case(
        "two ways",
        "AB",
        [rail, link("sea", "A-B", container_cost=3.0, route_group="Sea")],
        [demand("D", "A-B", 8.0)],
        years=(2026,),
        Projects=[project("P", 2.0)],
        ProjectEffects=[effect("P", "AB", 5.0)],
    )


def test_each_item_moves_the_cost_as_theory_says() -> None:
    """
    Proves: with the project 8 x 1.5 + 2 = 14. Without surcharges 8 x 1 + 2 = 10, without candidates 4 x 1.5 + 4 x 3 =
    18, without background or with the sea closed 14 again; only items that the case has are tried.
    If it were ignored: a family that does nothing, or works the wrong way round, would look like a modelled one.
    """
    table = switch_table(two_ways(), EXACT).set_index("item")
    assert table["cost"]["nothing"] == pytest.approx(14.0)
    expected = {
        "surcharges": (10.0, "yes"),
        "candidates": (18.0, "yes"),
        "background traffic": (14.0, "no change"),
        "competitor Sea": (14.0, "no change"),
    }
    for item, (cost, words) in expected.items():
        assert (table["cost"][item], table["as expected"][item]) == (pytest.approx(cost), words), item
    assert "fleets" not in table.index
    assert "salvage" not in table.index


def test_a_wrong_direction_is_said() -> None:
    """
    Proves: an item said to be a limit which makes the plan dearer (14 to 18) is a 'no', and a gap that hides the
    difference is 'within the gaps', never a 'yes'. If it were ignored: the table could only please.
    """
    case = two_ways()
    candidates = next(item for item in offered(case) if item.name == "candidates")
    wrong = Switch("wrong", "", LOWER, candidates.alter)
    plans = []

    def keep(one: Case, options: SolveOptions) -> Plan:
        plans.append(make_plan(one, options))
        return plans[-1]

    table = switch_table(case, EXACT, items=[wrong], planner=keep)
    assert table["as expected"].tolist() == ["", "no"]
    loose = [dataclasses.replace(p, outcome=dataclasses.replace(p.outcome, bound=5.0 + i)) for i, p in enumerate(plans)]
    assert verdict(loose[0], loose[1], LOWER) == "within the gaps"


def test_a_year_of_the_case_leaves_all_choices_open() -> None:
    """
    Proves: of fifteen yearly periods the year 2033 is planned: a project that takes three years to build, for 2 over 10
    years, costs 2 - 2 x 9/10 = 0.2 and is built to carry all 8 kTEU at 1.5: 12.2.
    If it were ignored: nothing could open in a case of one year, or each effect would hide in the gap of a large one.
    """
    case = two_ways()
    slow = case.table("Projects").assign(construction_years=3.0, life_years=10.0)
    settings = MappingProxyType({**case.settings, "salvage": "straight line"})
    years = canonical_table(SHEETS["Periods"], periods(*range(2026, 2041)))
    case = dataclasses.replace(case.with_tables(Projects=slow, Periods=years), settings=settings)
    year = year_case(case)
    assert [(p.name, p.first_year, p.years) for p in year.periods] == [("2033", 2033, 1)]
    assert make_plan(year, EXACT).outcome.objective == pytest.approx(12.2)
    with pytest.raises(ValueError, match="2050 is not within 2026–2040"):
        year_case(case, 2050)
