"""No single change betters the plan that the search ends with: alone, by a year, by a module, or as a package."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

from model.case.case import Case
from model.formulation.rule_closures import Modules, RuleClosures
from model.solvers.core.progress import Interrupted, Progress
from model.solvers.engine import solve_prepared
from model.solvers.plans.improve import Changes, polish
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Known, Problem, Search
from model.solvers.search import proving
from model.solvers.search.proof import Proof
from tests.minis import demand, effect, link, make_case, project, rule
from tests.solvers.helpers import lumpy_case, prepared
from tests.solvers.test_proof import with_a_poor_plan

YEARS = (2026, 2027, 2028)


def pair(amounts: dict[int, float], *rules: str) -> Case:
    """A way at 1 that P and Q open together for 5 and 2 and upkeep of 1 a year each, and a way at 3."""
    return make_case(
        "pair", "AB",
        [link("near", "A-B", container_cost=1.0, capacity_kteu=0.0), link("far", "A-B", container_cost=3.0)],
        [demand("D", "A-B", amounts)], years=YEARS,
        Projects=[project("P", 5.0, upkeep=1.0), project("Q", 2.0, upkeep=1.0)],
        ProjectEffects=[effect("P", "near", 10.0)],
        ProjectRules=[rule(f"R{number}", words) for number, words in enumerate(rules)],
    )  # fmt: skip


def polished(case: Case, modules: Modules) -> tuple[Problem, Search]:
    """The end of single changes from a plan with these modules built."""
    problem = prepared(case)
    _, search = with_a_poor_plan(problem)
    assert search.best is not None
    asked = WhatIf(problem, search.best)
    values = asked.values(modules)
    assert not asked.broken(values)
    search.best = asked.plan(values, whole=True)
    assert search.best is not None
    polish(problem, search, WhatIf(problem, search.best))
    return problem, search


def open_from(year: int) -> Modules:
    """P and Q open from a year on."""
    return {(name, str(at)): int(at >= year) for name in "PQ" for at in YEARS}


@pytest.mark.parametrize("words", ["P together Q", "P requires Q"])
@pytest.mark.parametrize(("amounts", "begun", "cost"), [
    ({2026: 0.0, 2027: 0.0, 2028: 10.0}, 2026, 19.0),  # both two years later: 7 + 2 + 10; before 7 + 6 + 10
    ({2026: 10.0, 2027: 10.0, 2028: 10.0}, 2028, 43.0),  # both at once: 7 + 6 + 30; before 7 + 2 + 30 + 30 + 10
])  # fmt: skip
def test_what_rules_tie_moves_together(amounts: dict[int, float], begun: int, cost: float, words: str) -> None:
    """
    Proves: two projects that a rule ties move to their best year as one change.
    If only single projects moved: 'together' bars each of the two moves, and the plan would stay 4 or 36 dearer.
    """
    _, search = polished(pair(amounts, words), open_from(begun))
    assert search.best is not None
    assert search.best.objective == pytest.approx(cost)


def test_what_needs_a_project_moves_with_the_lag() -> None:
    """
    Proves: when Q moves to 2027 and P needs Q open a year before, P moves to 2028; what a year past the end would be
    needed for is out.
    If the lag were left out: the package would break the rule and never be tried.
    """
    lagged = make_case(
        "lag", "AB", [link("near", "A-B")], [demand("D", "A-B", 1.0)], years=YEARS,
        Projects=[project("P", 5.0), project("Q", 2.0)], ProjectRules=[rule("R", "P requires Q", lag_years=1)],
    )  # fmt: skip
    plan: Modules = {("Q", "2026"): 1, ("Q", "2027"): 1, ("Q", "2028"): 1}
    plan |= {("P", "2026"): 0, ("P", "2027"): 1, ("P", "2028"): 1}
    closures = RuleClosures(lagged, plan)
    moved = closures.later("Q", "2027")
    assert [moved["Q", str(year)] for year in YEARS] == [0, 1, 1]
    assert [moved["P", str(year)] for year in YEARS] == [0, 0, 1]
    assert [closures.later("Q", "2028")["P", str(year)] for year in YEARS] == [0, 0, 0]


def changes(asked: WhatIf) -> Iterator[Modules]:
    """Every project out, in from each period, one period earlier or later, with what the rules drag along."""
    formulation = asked.problem.formulation
    modules = asked.modules()
    closures = RuleClosures(formulation.case, modules)
    periods = [period.name for period in formulation.periods]
    for name in dict.fromkeys(key for key, _ in modules):
        yield closures.without(name)
        for period in periods:
            yield closures.with_(name, period)
            yield closures.later(name, period)
            yield {(name, at): int(at >= period) for at in periods}


@pytest.mark.parametrize("seed", [1, 3, 6])
def test_no_single_change_saves_in_the_plan_told(seed: int) -> None:
    """
    Proves: in a plan that the search ended early with (any gap would do) no single change that the rules and budgets
    allow is cheaper, by exact evaluation of each, with nothing of what the search remembers.
    If the search ended at the first plan within the gap: something in it would be cheaper left out or put in.
    """
    case = lumpy_case(seed)
    problem = prepared(case)
    options = dataclasses.replace(problem.options, gap=0.5)
    problem = dataclasses.replace(problem, options=options)
    _, search = with_a_poor_plan(problem)
    assert search.best is not None
    polish(problem, search, WhatIf(problem, search.best))
    best = search.best
    assert best is not None
    fresh = WhatIf(dataclasses.replace(problem, known=Known()), best)
    tried = 0
    for modules in changes(fresh):
        values = fresh.values(modules)
        if fresh.broken(values) or np.array_equal(values, fresh.base):
            continue
        tried += 1
        assert fresh.exactly(values) >= -1e-6 * abs(best.objective)
    assert tried > 10


def test_what_was_learned_answers_later_questions() -> None:
    """
    Proves: after a solve the exact costs that it worked out are there for whoever asks next, and equal what a fresh
    evaluation says.
    If a cost were kept under the wrong part or with routes missing: the answers to "why not" would be wrong.
    """
    problem = prepared(lumpy_case(3))
    _, search = with_a_poor_plan(problem)
    assert search.best is not None
    polish(problem, search, WhatIf(problem, search.best))
    assert search.best is not None
    asked = WhatIf(problem, search.best)
    fresh = WhatIf(dataclasses.replace(problem, known=Known()), search.best)
    known = sum(len(values) for values in problem.known.values.values())
    assert known > len(asked.parts)
    for modules in changes(asked):
        values = asked.values(modules)
        if not asked.broken(values):
            assert asked.exactly(values) == pytest.approx(fresh.exactly(values), abs=1e-6 * abs(search.best.objective))


def test_other_methods_go_on_where_the_proof_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: with a proof that leaves the gap open as it found it, the search still ends at the proven optimum of 43
    (both open at once: 7 + 6 + 30), by the methods that stand behind it.
    If the search ended with the proof: a case that periods do not help with would be left unproven.
    """
    monkeypatch.setattr(Proof, "rounds", lambda self: None)
    monkeypatch.setattr(proving, "branch", lambda proof, patient: None)
    problem = prepared(pair({2026: 10.0, 2027: 10.0, 2028: 10.0}, "P together Q"))
    outcome, best = solve_prepared(problem)
    assert best is not None
    assert best.objective == pytest.approx(43.0)
    assert outcome.bound == pytest.approx(43.0)


def test_a_solve_ends_with_single_changes() -> None:
    """
    Proves: the whole search, ended by its gap, hands over a plan without a cheaper single change.
    If the last step were left out of some way through the search: 'why' would report savings in its own plan.
    """
    case = lumpy_case(6)
    problem = prepared(case)
    problem = dataclasses.replace(problem, options=dataclasses.replace(problem.options, gap=1e-4))
    _, best = solve_prepared(problem)
    assert best is not None
    fresh = WhatIf(dataclasses.replace(problem, known=Known()), best)
    for modules in changes(fresh):
        values = fresh.values(modules)
        if not fresh.broken(values):
            assert fresh.exactly(values) >= -1e-4 * abs(best.objective)


def cut(monkeypatch: pytest.MonkeyPatch, *, brief: bool = False) -> tuple[Problem, Search]:
    """A problem of 600 seconds with a poor plan, of which rounds take all the time they are given."""
    progress = Progress(600.0)

    def forever(proof: Proof, *, patient: bool) -> None:
        while not progress.must_stop:
            progress._start -= 1.0  # a second of the clock
        raise Interrupted

    monkeypatch.setattr(Proof, "rounds", forever)
    problem = prepared(lumpy_case(2))
    options = dataclasses.replace(problem.options, gap=1e-9, brief=brief)
    problem = dataclasses.replace(problem, options=options, progress=progress)
    lp, search = with_a_poor_plan(problem)
    assert search.best is not None
    with pytest.raises(Interrupted):
        proving.prove(problem, search, WhatIf(problem, search.best), lp, enough=np.inf)
    return problem, search


def test_the_bound_leaves_time_for_single_changes_and_for_settling(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where rounds never end by themselves they are left at 80 % of the time; then no single change of the plan
    saves anything, and decisions are asked about, before time is up; and the search is told to be cut. In brief, where
    neither follows, rounds have all of the time.
    If the bound took all of it: planners would be handed a plan with works that are cheaper left out, and hardly a
    decision settled, as the shipped case was within its ten minutes.
    """
    problem, search = cut(monkeypatch)
    assert 480.0 <= problem.progress.elapsed < 525.0
    assert search.cut
    assert search.best is not None
    asked = WhatIf(dataclasses.replace(problem, known=Known(), progress=Progress(600.0)), search.best)
    for modules in changes(asked):
        values = asked.values(modules)
        if not asked.broken(values):
            assert asked.exactly(values) >= -1e-6 * abs(search.best.objective)
    assert any(one.saving < search.best.objective - search.bound for one in search.settled)
    problem, search = cut(monkeypatch, brief=True)
    assert problem.progress.elapsed >= 600.0
    assert not search.settled


def test_what_single_changes_reached_is_kept_at_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where the first change that is taken uses up the time of single changes, the plan that it leads to is the
    best one afterwards, and decisions are asked about in what is left.
    If a plan in hand were given up at the limit of a step: the better one would be known and not told.
    """
    taken, costs = Changes._try, list[float]()

    def slow(self: Changes, modules: Modules) -> bool:
        progress = self._asked.problem.progress
        saved = taken(self, modules)
        if saved and self._offered:
            costs.append(self._asked.cost)
            progress._start -= 0.9 * 600.0 - progress.elapsed + 1.0
        return saved

    monkeypatch.setattr(Changes, "_try", slow)
    monkeypatch.setattr(proving, "improve", lambda *_: False)  # small changes before the rounds leave none to take
    problem, search = cut(monkeypatch)
    assert len(costs) == 1
    assert search.best is not None
    assert search.best.objective == pytest.approx(costs[0], rel=1e-6)
    assert 540.0 <= problem.progress.elapsed < 600.0
    assert search.settled


def test_a_change_that_is_taken_is_not_solved_again() -> None:
    """
    Proves: after a change was evaluated, moving to it says the same cost, and the same exact costs of other changes, as
    asking about that plan afresh; and so it does where another change was asked in between.
    If the LP of another plan were taken for that of the change: every later comparison would be with a wrong plan.
    """
    problem = prepared(lumpy_case(3))
    _, search = with_a_poor_plan(problem)
    assert search.best is not None
    asked = WhatIf(problem, search.best)
    wanted = [asked.values(modules) for modules in changes(asked)]
    wanted = [values for values in wanted if not asked.broken(values) and not np.array_equal(values, asked.base)]
    for between in (None, wanted[-1]):
        asked.exactly(wanted[0])
        if between is not None:
            asked.exactly(between)
        asked.move_to(wanted[0])
        fresh = WhatIf(dataclasses.replace(problem, known=Known()), search.best, at=wanted[0])
        assert asked.cost == pytest.approx(fresh.cost, rel=1e-7)
        for values in wanted[1:6]:
            exact = fresh.exactly(values)
            assert asked.exactly(values) == pytest.approx(exact, abs=1e-6 * abs(fresh.cost))
            assert asked.at_least(values) <= exact + 1e-6 * abs(fresh.cost)
        asked.move_to(wanted[1])
