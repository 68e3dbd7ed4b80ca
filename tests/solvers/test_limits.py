"""Limits of time and stops: they are heard everywhere, and no plan in hand is lost; the search gives up nowhere."""

import dataclasses

import numpy as np
import pytest

from model.network.paths import PathFinder
from model.network.rewards import cheapest_rewarded
from model.plan import planner
from model.solvers.arcs import direct
from model.solvers.core.highs import new_solver, solve_lp
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Outcome, Status
from model.solvers.core.progress import Interrupted, Progress
from model.solvers.engine import solve_prepared
from model.studies.console.summary import status_words
from model.studies.explain import reach
from tests import minis
from tests.solvers.helpers import lumpy_case, prepared, random_graph, simple_routes, solved


def test_an_lp_stops_when_time_is_up():
    """Proves: with no time left an LP is not begun but interrupted.

    If it were ignored: one long LP could outlast any limit.
    """
    options = SolveOptions(time_limit=1.0).filled(minis.two_node_case())
    with pytest.raises(Interrupted):
        solve_lp(new_solver(options), Progress(0.0))


def test_grace_is_given_once_and_a_second_stop_ends_it():
    """Proves: after a stop a time of grace of at most 5 s runs, inside it work goes on, and a second stop ends it.

    If it were ignored: a plan in hand would be lost, or a second Ctrl-C be without effect.
    """
    progress = Progress(1000.0)
    with progress.grace():
        assert not progress.must_stop
        assert progress.time_left > 900  # nothing was to be granted yet
    progress.ask_stop()
    assert progress.must_stop
    with progress.grace():
        assert not progress.must_stop
        assert progress.time_left <= 5.0
        progress.ask_stop()
        assert progress.must_stop
    with progress.grace():
        assert progress.must_stop


@pytest.mark.parametrize("ends", ["sheet Settings", "--time-limit", "a stop"])
def test_an_early_end_says_why_and_what_helps(monkeypatch, ends):
    """Proves: a search that ends early says in its log and beside its status whether the sheet Settings or the option
    --time-limit set the limit, or a stop was asked for, and what to do. A complete one says nothing of the kind.

    If it were ignored: "stopped before the search was complete", by a limit that the reader has never seen.
    """
    case = lumpy_case(2, periods=1)
    options = SolveOptions("direct", time_limit=700.0 if ends == "--time-limit" else None).filled(case)
    problem = dataclasses.replace(prepared(case), options=options, progress=Progress(options.time_limit))
    real = direct.solve_arc_form

    def at_the_end(problem, start):
        result = real(problem, start)
        if ends == "a stop":
            raise KeyboardInterrupt
        problem.progress.time_limit = 1e-9
        return dataclasses.replace(result, bound=-np.inf)

    assert solved(case, "direct")[0].ended == ""
    monkeypatch.setattr(direct, "solve_arc_form", at_the_end)
    outcome, _ = solve_prepared(problem)
    said = status_words(outcome)
    assert outcome.status is Status.FEASIBLE
    assert said.endswith(outcome.ended)
    told = {
        "sheet Settings": "The search ended at the time limit of 600 s (input sheet Settings); with a longer one, such"
        " as --time-limit 1200, it may find and prove more.",
        "--time-limit": "The search ended at the time limit of 700 s; with a longer one, such as"
        " --time-limit 1400, it may find and prove more.",
        "a stop": "The search ended as a stop was asked for; without one it may find and prove more.",
    }
    assert outcome.ended == told[ends]
    if ends == "a stop":
        assert "stopped before the search was complete, as a stop was asked for" in [e["words"] for e in outcome.events]


@pytest.mark.parametrize("stop", ["time", "Ctrl-C"])
def test_the_plan_of_a_mip_is_kept_when_time_is_up(monkeypatch, stop):
    """Proves: the plan that the arc form holds when time is up, or a stop is asked, is evaluated and is the result.

    If it were ignored: the best plan known would be thrown away with "no plan was found" (fieldtest 03).
    """
    case = lumpy_case(2, periods=1)
    best, _ = solved(case, "direct")
    real = direct.solve_arc_form

    def last_moment(problem, start):
        result = real(problem, start)
        if stop == "time":
            problem.progress.time_limit = 1e-9
        else:
            problem.progress.ask_stop()
        return dataclasses.replace(result, bound=-np.inf)

    monkeypatch.setattr(direct, "solve_arc_form", last_moment)
    monkeypatch.setattr(direct, "first_plan", lambda problem, lp, search: None)
    outcome, solution = solved(case, "direct")
    assert solution is not None
    assert outcome.objective == pytest.approx(best.objective)


def test_a_first_plan_comes_before_the_proof(monkeypatch):
    """Proves: the arc form starts from a plan, found by rounding, that costs no less than the best one.

    If it were ignored: on a busy machine there would be no plan at all until the proof is complete.
    """
    starts = []
    real = direct.solve_arc_form

    def noted(problem, start):
        starts.append(start)
        return real(problem, start)

    monkeypatch.setattr(direct, "solve_arc_form", noted)
    outcome, _ = solved(lumpy_case(2, periods=1), "direct")
    assert outcome.status is Status.OPTIMAL
    assert starts
    assert starts[0] is not None
    assert starts[0].objective >= outcome.objective - 1e-9


def test_the_method_told_is_what_ran():
    """Proves: a case that the root LP settles says so. If it were ignored: reviewers would read of a method unused."""
    outcome, _ = solved(minis.money_case(), "auto")
    assert outcome.method == "root LP"


@pytest.mark.parametrize("status", [Status.INFEASIBLE, Status.NO_PLAN])
def test_time_is_not_infeasibility(status, monkeypatch):
    """Proves: a missed policy means "no plan can keep it" only when the search for plans that miss none says so.

    If it were ignored: a search cut short would tell the planner that the limits contradict each other.
    """
    end = Outcome(status, None, None, None, 1.0, "root LP", "")
    monkeypatch.setattr(planner, "solve_prepared", lambda *_: (end, None))
    _, outcome, _ = planner._with_policies_kept(prepared(minis.two_node_case()), ["X in 2030"])
    assert outcome.status is status
    assert ("No plan can keep" in outcome.message) == (status is Status.INFEASIBLE)
    assert ("in the time given" in outcome.message) == (status is Status.NO_PLAN)


def test_a_stop_ends_an_explanation(monkeypatch):
    """Proves: a stop asked during one question of an explanation ends all of it.

    If it were ignored: the first interrupts would be swallowed, one by each question.
    """

    def stopped(formulation, options, progress):
        progress.ask_stop()
        return Outcome(Status.NO_PLAN, None, None, None, 0.0, "root LP", ""), None

    monkeypatch.setattr(reach, "solve", stopped)
    with pytest.raises(KeyboardInterrupt):
        reach.reach(minis.two_node_case(), "demand", 10.0)


@pytest.mark.parametrize("seed", range(12))
def test_rewarded_chains_bound_every_route(seed):
    """Proves: on graphs with prices below zero no simple route costs less than `at_least`, and the route given has the
    cost told.

    If it were ignored: the bound under a floor on flows would be too high, and a plan be called best that is not.
    """
    graph = random_graph(seed)
    random = np.random.default_rng(seed)
    prices = random.uniform(-2, 6, graph.arc_count)
    ends = np.array([0]), np.array([6])
    found = cheapest_rewarded(graph, PathFinder(graph), prices, *ends)
    least = min((prices[list(route)].sum() for route in simple_routes(graph, 0, 6)), default=np.inf)
    assert found.at_least[0] <= least + 1e-9
    if found.routes[0]:
        assert prices[list(found.routes[0])].sum() == pytest.approx(found.costs[0])
        assert found.costs[0] >= least - 1e-9
