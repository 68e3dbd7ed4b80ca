"""In which years other decisions are looked at: those that the dates of the whole package allow."""

from __future__ import annotations

from functools import partial

import pytest

from model.plan.planner import make_plan
from model.reports.analysis.asked import asked
from model.reports.facts import Facts
from model.solvers.core.options import SolveOptions
from model.studies.candidates import candidate_tables
from tests.minis import demand, effect, link, make_case, project, rule


@pytest.mark.parametrize(
    ("companion", "years"),
    [
        ({"earliest_opening": 2028}, [2028, 2029]),
        ({"latest_opening": 2027}, [2026, 2027]),
        ({"latest_opening": 2025}, [2026, 2027, 2028, 2029]),
    ],
)
def test_years_that_a_companion_may_not_open_in_are_not_asked(companion: dict[str, int], years: list[int]) -> None:
    """Proves: of N, which needs M, only those years are looked at that M's own earliest and latest opening allow; its
    earliest year is the first of them, and no limit stands in its way. Where M allows none, all are looked at, and each
    says what it breaks. If it were ignored: 'what goes along only 2030, but it may not open in 2030' (2031 was right,
    and 604 instead of 671 million USD)."""
    case = make_case(
        "dates",
        ["A", "B"],
        [link("AB", "A-B", capacity_kteu=100.0)],
        [demand("boxes", "A-B", 10.0)],
        years=(2026, 2027, 2028, 2029),
        Projects=[project("N", 50.0), project("M", 20.0, **companion)],
        ProjectEffects=[effect("N", "AB", 5.0), effect("M", "AB", 5.0)],
        ProjectRules=[rule("R1", "N requires M")],
    )
    plan = make_plan(case, SolveOptions(gap=1e-9), questions=partial(candidate_tables, seconds=60.0))
    table = plan.tables["candidates"]
    rows = table[table["project"] == "N"]
    assert sorted(rows["opening_year"]) == years
    assert set(rows["along"]) == {"with M"}
    allowed = companion != {"latest_opening": 2025}
    assert (rows["breaks"] == "").all() == allowed
    (one,) = (one for one in asked(Facts(plan)) if one.project == "N")
    assert one.earliest is not None
    assert (one.first, one.earliest.year) == (2026, years[0])
    assert ("what goes along with it only 2028" in one.words) == (years[0] == 2028)
