"""“Why not this project?”: the block of every project, its sentence, and what is said to decide."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace

import pytest

from model.reports.analysis.asked import BUDGET, GAP, MONEY, OPEN, RULE, YEARS, Asked, _decider, asked
from model.reports.analysis.trials import Trial
from model.reports.analysis.value import Values
from model.reports.facts import Facts
from model.reports.page.whynot import whynot
from tests.reports.fixture.plan import busy_plan
from tests.reports.fixture.rich import rich_plan
from tests.reports.reading import Reader


@pytest.fixture(scope="module")
def found() -> dict[str, Asked]:
    """The projects of the busy scenario, by key."""
    return {one.project: one for one in asked(Facts(busy_plan()))}


def test_one_block_a_project_and_one_set_of_numbers(found: dict[str, Asked]) -> None:
    """Proves: every project that is free or committed has one record with its capital, its earliest and its best year;
    costs less savings are what all costs rise by (of a built one the other way round), and the sentence holds these
    figures. P5 may open in 2028 by its own dates, but needs P3, which is ready in 2029: its package costs more than it.
    If it were ignored: a minister would be told one figure in words and another in the table."""
    assert set(found) == {"P1", "P2", "P3", "P4", "P5"}
    for one in found.values():
        assert one.earliest is not None
        assert one.best is not None
        for result in (one.earliest, one.best):
            if not math.isnan(result.change):
                rise = result.cost - result.saved
                assert result.change == pytest.approx(rise if one.decision == "Not built" else -rise, abs=1e-9)
        assert f"{one.best.cost:,.1f} million USD" in one.words
        assert f"{abs(one.best.change):,.1f} million USD" in one.words
        assert f"{one.capital:,.1f} million USD a module" in one.words
    needy = found["P5"]
    assert needy.earliest is not None
    assert (needy.first, needy.earliest.year, needy.earliest.along) == (2028, 2029, "with P3")
    assert needy.earliest.cost > needy.earliest.own
    assert "Its own dates allow 2028, what goes along with it only 2029." in needy.words


def test_costs_alone_and_with_the_package_are_of_one_kind() -> None:
    """Proves: what stands for itself costs the same alone as with its package, also where half of it was paid before
    the horizon (OLD: 10 of 20, in no cost and no salvage); QUAY with its two modules and DREDGE, which cannot stay
    without it, cost together what each of them does. `Values`, from the case alone, says the same. If it were ignored:
    P03 would cost 1,250 alone and 532 with a package that it does not have."""
    facts = Facts(rich_plan())
    found = {one.project: one for one in asked(facts)}
    for one in found.values():
        for result in (one.earliest, one.best):
            assert result is not None
            if not result.along:
                assert result.own == pytest.approx(result.cost, abs=1e-9), one.project
    costs = {key: one.best.own for key, one in found.items() if one.best is not None}
    quay = found["QUAY"].best
    assert quay is not None
    assert quay.along == "together with DREDGE"
    assert quay.cost == pytest.approx(costs["QUAY"] + costs["DREDGE"])
    values = facts.once(Values)
    for key, year in (("OLD", 2027), ("LATE", 2028), ("DREDGE", 2028)):
        assert values.cost(key, year) == pytest.approx(costs[key])


def test_a_limit_decides_only_where_the_project_would_pay(found: dict[str, Asked]) -> None:
    """Proves: P3 would break a budget and lose 91.8 million USD besides: money decides, and the budget is named. A
    reason in Projects and what decides here are one: an envelope is a budget, another limit a rule; what would pay and
    was not reached is left by the gap; of what is built a bound that settles nothing is not worked out.
    If it were ignored: “no budget” would be the answer for a port that would not pay with all money."""
    assert found["P3"].decider == MONEY
    assert "envelope" in found["P3"].words
    loses, unknown = (Trial(2030, 10.0, change, exact=False, along="", breaks="") for change in (5.0, -5.0))
    deciders = {"not worth": MONEY, "within gap": GAP, "budget": BUDGET, "limit": RULE, "rule": RULE, "open": OPEN,
                "dates": YEARS}  # fmt: skip
    for code, decider in deciders.items():
        assert _decider(SimpleNamespace(decision="Not built", code=code), loses) == decider
    built = SimpleNamespace(decision="Build", code="need")
    assert [_decider(built, trial) for trial in (loses, unknown, None)] == [MONEY, OPEN, OPEN]
    assert _decider(SimpleNamespace(decision="Build", code="within gap"), loses) == GAP


def test_sheet_and_page_hold_every_project(found: dict[str, Asked], busy_folder: Path) -> None:
    """Proves: Why_not has one row a project with the sentence and live differences; the page has the same sentences and
    a drawing whose marks say them; the only decision that could turn would need 60 times its costs, so no bar shows it.
    If it were ignored: “why not Anaklia?” would have to be put together from three sheets."""
    book = Reader(busy_folder / "plan.xlsx")
    cells = [[cell.value for cell in row] for row in book.values["Why_not"].iter_rows(min_row=5)]
    said = {str(row[0]): str(row[-1]) for row in cells if row[0]}
    assert said == {key: one.words for key, one in found.items()}
    formulas = [[cell.value for cell in row] for row in book.formulas["Why_not"].iter_rows(min_row=5)]
    assert all(sum(str(cell).startswith("=IF(ISNUMBER(") for cell in row) == 2 for row in formulas if row[0])
    page = str(whynot(Facts(busy_plan())))
    assert all(one.words in page for one in found.values())
    assert page.count('class="drawing"') == 1
