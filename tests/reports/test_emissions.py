"""CO2 of the plan stands beside that of the plan that builds only what is committed."""

from __future__ import annotations

from functools import partial

import pytest

from model.plan.planner import make_plan
from model.reports.analysis.gain import emitted, emitted_of_minimum, emitted_words
from model.reports.facts import Facts
from model.reports.workbook.traffic.shares import emissions_sheet
from model.solvers.core.options import SolveOptions
from model.studies.candidates import candidate_tables
from tests.minis import demand, effect, link, make_case, project


def test_emissions_are_told_against_the_minimum() -> None:
    """
    Proves: P opens the near way of 100 km in 2027; until then, and without P, all goes by the far one of 300 km, of the
    same factor. So the plan emits a third of the minimum in 2027 and in 2028, and 3 + 1 + 1 parts of the 9 over the
    three years; page and sheet say so. Where nobody asked for the minimum, neither says anything of it.
    If the plan's figure stood alone: nobody could tell whether the plan is good for the climate.
    """
    case = make_case(
        "near", "AB",
        [link("near", "A-B", length_km=100.0, co2_g_per_tkm=2e5, capacity_kteu=0.0),
         link("far", "A-B", length_km=300.0, co2_g_per_tkm=2e5, container_cost=4.0)],
        [demand("D", "A-B", 10.0)],
        Projects=[project("P", 5.0, construction_years=1)], ProjectEffects=[effect("P", "near", 10.0)],
    )  # fmt: skip
    asked = make_plan(case, SolveOptions(gap=1e-9), questions=partial(candidate_tables, seconds=60.0))
    assert asked.verified
    facts = Facts(asked)
    plan, least = emitted(facts), emitted_of_minimum(facts)
    assert least["2026"] > 0
    assert [plan[year] / least["2026"] for year in ("2026", "2027", "2028")] == pytest.approx([1, 1 / 3, 1 / 3])
    assert [least[year] / least["2026"] for year in ("2027", "2028")] == pytest.approx([1, 1])
    whole = least["2026"] / 1000
    said = (
        f"the plan emits {whole * 5 / 3:,.2f} Mt of CO2, {whole * 4 / 3:,.2f} Mt less than with only what is committed."
    )
    assert emitted_words(facts) == f"Over 2026–2028 {said}"
    frame = emissions_sheet(facts).frame
    assert frame["more"].tolist() == pytest.approx([0.0, *(least["2026"] * -2 / 3 for _ in range(2))])
    unasked = Facts(make_plan(case, SolveOptions(gap=1e-9)))
    assert emitted_words(unasked) == ""
    assert "more" not in [column.name for column in emissions_sheet(unasked).columns]
