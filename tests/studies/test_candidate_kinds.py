"""What a project of the plan saves by kind of cost, and what a later opening costs, worked out by hand."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pytest

from model.plan.kinds import KINDS
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.reports.analysis.project_years import saved_by_kind
from model.reports.analysis.trials import Trial, later_words
from model.reports.analysis.why import decisions
from model.reports.brief.saved import kinds_words
from model.reports.facts import Facts
from model.reports.frames import rows
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Interrupted
from model.solvers.plans.what_if import WhatIf
from model.studies.candidates import LATER, OUT, candidate_tables
from tests.minis import demand, effect, link, make_case, project
from tests.reports.fixture.rich import rich_plan

EXACT = SolveOptions(gap=1e-9)
FACTOR = 1 + 1 / 1.1 + 1 / 1.21
"""Present value in 2026 of 1 in each of 2026, 2027 and 2028, at 10 %."""


@cache
def near_and_far(latest: float = np.nan, seconds: float = 60.0) -> Plan:
    """10 kTEU a year; P, for 40, opens the near way (1 a kTEU, one day), the far one (4, three days) carries 6 of them.

    A day costs 0.1 a kTEU, the far way is perceived as 0.5 dearer. With P: money 10, time 1. Without: money 24, time
    1.8, taste 3 and 4 kTEU left unserved at 20: P saves 14, 0.8, 3 and 80 a year.
    """
    case = make_case(
        "kinds", "AB",
        [
            link("near", "A-B", container_cost=1.0, capacity_kteu=0.0),
            link("far", "A-B", container_cost=4.0, days_regular=3.0, perceived_cost=0.5, capacity_kteu=6.0),
        ],
        [demand("D", "A-B", 10.0, value_of_time=0.1)],
        settings={"discount_rate": 0.1, "discount_base_year": 2026},
        Projects=[project("P", 40.0, latest_opening=latest)], ProjectEffects=[effect("P", "near", 10.0)],
    )  # fmt: skip
    return make_plan(case, EXACT, questions=partial(candidate_tables, seconds=seconds))


def test_a_project_saves_money_time_taste_and_penalties() -> None:
    """
    Proves: P saves 14 of money, 0.8 of time, 3 of taste and 80 of penalties a year (by hand in `near_and_far`), in the
    table without outlays and with the sign of what is lost, in the reports in present value and in words.
    If it were ignored: 97.8 a year would look like money, of which somebody pays only 14 less.
    """
    plan = near_and_far()
    lines = plan.tables["candidate_years"]
    assert lines["year"].tolist() == [2026, 2027, 2028]
    for kind, saved in (("money", 14.0), ("time", 0.8), ("taste", 3.0), ("penalty", 80.0)):
        assert lines[kind].tolist() == pytest.approx([-saved] * 3), kind
    facts = Facts(plan)
    expected = {"money": 14 * FACTOR, "time": 0.8 * FACTOR, "taste": 3 * FACTOR, "penalty": 80 * FACTOR}
    assert facts.once(saved_by_kind) == {"P": pytest.approx(expected)}
    (row,) = rows(facts.once(decisions))
    assert kinds_words(facts, row) == (
        " What it saves is not money alone; in million USD: 38.3 of costs paid; 2.2 of cost of time; 8.2 of taste, not "
        "paid; 218.8 of penalties, not paid."
    )


def test_a_project_that_was_not_split_by_kind_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where time was up after other projects had been split, a project of the plan says that it was not; a
    committed one, which nobody asked about, says nothing.
    If it said nothing: beside seven projects that are not money alone the eighth would read as if it were.
    """
    facts = Facts(near_and_far())
    (row,) = rows(facts.once(decisions))
    monkeypatch.setattr(facts, "once", lambda made: {"Q": {"money": 1.0, "time": 1.0}})
    assert kinds_words(facts, row) == " What it saves was not split by kind of cost: time was up."
    assert kinds_words(facts, row._replace(decision="Committed")) == ""


def test_opening_a_year_later_loses_the_year_and_delays_the_capital() -> None:
    """
    Proves: opened in 2027 and not in 2026, P loses 97.8 of 2026 and pays 40 a year later, 40 - 40/1.1 = 3.636 less in
    present value: all costs rise by 94.164. The table, the sentence and the figure for the sheet say so.
    If it were ignored: a planner who is asked what a delay costs would have to plan the case anew.
    """
    plan = near_and_far()
    table = plan.tables["candidates"].set_index("question")
    assert table.loc[OUT, "change"] == pytest.approx(97.8 * FACTOR - 40)
    later = table.loc[LATER]
    assert (later["opening_year"], later["exact"], later["best"], later["breaks"]) == (2027, True, False, "")
    assert later["cost"] == pytest.approx(40 / 1.1 - 40)
    assert later["change"] == pytest.approx(97.8 - 40 + 40 / 1.1)
    (row,) = rows(Facts(plan).once(decisions))
    assert (row.later, row.later_kind) == (pytest.approx(94.1636364), "exact")
    assert row.why.endswith(" Opened in 2027 instead, all costs would be 94.2 million USD higher.")


def test_a_later_opening_that_a_date_forbids_stands_in_no_figure() -> None:
    """
    Proves: with 2026 as its latest opening, the row of a later opening names that limit, and neither the figure nor
    the sentence is there.
    If it were ignored: the sheet would price a delay that nobody may choose.
    """
    plan = near_and_far(latest=2026.0)
    later = plan.tables["candidates"].set_index("question").loc[LATER]
    assert later["breaks"]
    (row,) = rows(Facts(plan).once(decisions))
    assert row.later != row.later
    assert "instead" not in row.why


def test_bounds_are_called_bounds() -> None:
    """
    Proves: a bound on a later opening is told as 'at least'. Without time the prices of the plan bound the rise of P by
    the capital alone, below zero: that says nothing, so no figure and no sentence is there, and no saving is split.
    If it were ignored: a bound from prices would be read as what a delay costs, or as a gain of waiting.
    """
    told = Trial(2027, -3.0, 5.0, exact=False, along="with Q", breaks="", built=True)
    assert later_words(told) == "Opened in 2027 instead (with Q), all costs would be at least 5.0 million USD higher."
    plan = near_and_far(seconds=1e-9)
    later = plan.tables["candidates"].set_index("question").loc[LATER]
    assert not later["exact"]
    assert later["at_least"] == pytest.approx(40 / 1.1 - 40)
    facts = Facts(plan)
    (row,) = rows(facts.once(decisions))
    assert (row.later, row.later_kind) == (pytest.approx(np.nan, nan_ok=True), "")
    assert "instead" not in row.why
    assert facts.once(saved_by_kind) == {}
    assert kinds_words(facts, row) == ""


def test_kinds_add_up_with_ships_seasons_and_empties() -> None:
    """
    Proves: in a plan with ships, seasons, empties and congestion the kinds add up to the benefit of each year to 1e-6,
    for every project that the plan chose, and for no other.
    If it were ignored: columns beside 'Saves elsewhere' would leave an analyst with a rest that nobody explains.
    """
    plan = rich_plan()
    lines = plan.tables["candidate_years"]
    chosen = set(plan.tables["investments"]["project"]) - {"OLD", "LATE"}
    known = lines.dropna(subset=list(KINDS))
    assert set(known["project"]) == chosen
    assert known[list(KINDS)].sum(axis=1).tolist() == pytest.approx(known["benefit"].tolist(), rel=1e-6, abs=1e-6)
    assert (known["money"].abs() > 1e-6).any()


@pytest.mark.parametrize("what", ["no time", "a cost that is not known"])
def test_what_is_not_split_stays_blank(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where time is up, or where the terms leave more than rounding of what is saved, kinds stay blank and all
    other answers stand.
    If it were ignored: a cost of a file of constraints would be told as money saved, or a busy machine lose the run.
    """

    def interrupted(*_: object) -> None:
        raise Interrupted

    if what == "no time":
        monkeypatch.setattr(WhatIf, "beside", interrupted)
    else:
        monkeypatch.setattr("model.studies.candidate_kinds.kind_of", lambda terms: dict.fromkeys(terms, "unheard of"))
    near_and_far.cache_clear()
    plan = near_and_far()
    near_and_far.cache_clear()
    lines = plan.tables["candidate_years"]
    assert lines[list(KINDS)].isna().all(axis=None)
    assert lines["benefit"].tolist() == pytest.approx([-97.8] * 3)
    assert plan.tables["candidates"]["exact"].all()
