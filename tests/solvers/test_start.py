"""Start from another run: it saves a search its time, and nothing in it is believed."""

from __future__ import annotations

import dataclasses
import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model.case.case import Case
from model.case.reader import read_case
from model.solvers import sequence
from model.solvers.core.outcome import Outcome, Settlement
from model.solvers.core.progress import Event, Progress
from model.solvers.core.start import Flows, Key, Start
from model.solvers.engine import of_best, solve_prepared
from model.solvers.lp.root import raise_bound, seed_routes
from model.solvers.lp.root_lp import RootLP
from model.solvers.lp.starting import begin, start_of
from model.solvers.plans.decisions import Decisions
from model.solvers.problem import Problem, Search
from model.solvers.search import proving
from tests.case.small import write_case
from tests.solvers.helpers import gated_case, lumpy_case, prepared, solved
from tests.solvers.test_proof import proven

NEAR = 1e-6


def planned(
    case: Case,
    start: Start | None = None,
    gap: float = 1e-9,
    known: float | None = None,
    enough: float = -np.inf,
) -> tuple[Outcome, list[Event]]:
    """The end of a search, to the last bit unless another gap is named, and what was told on the way."""
    events: list[Event] = []
    problem: Problem = prepared(case)
    options = dataclasses.replace(problem.options, gap=gap, gap_of_worth=0.0, known_bound=known, enough=enough)
    problem = dataclasses.replace(problem, options=options, progress=Progress(600.0, events.append))
    return solve_prepared(problem, start=start)[0], events


def with_more(case: Case, factor: float) -> Case:
    """The case with so many times the demand."""
    wanted = case.table("Demand").copy()
    years = [column for column in wanted.columns if isinstance(column, int)]
    wanted[years] = factor * wanted[years]
    return case.with_tables(Demand=wanted)


def forged(start: Start, seed: int) -> Start:
    """The start with other prices, its plan turned over, routes that lead nowhere and what no case has."""
    random = np.random.default_rng(seed)
    prices = {
        part: {name: float(random.normal(0.0, 100.0)) for name in (*told, "nothing")}
        for part, told in start.prices.items()
    }
    routes = tuple((demand, places[::-1]) for demand, places in start.routes[::2])
    return dataclasses.replace(
        start,
        routes=(*routes, ("nobody", (0,)), *start.routes[len(routes) + 1 :]),
        plan={name: 1.0 - min(value, 1.0) for name, value in start.plan.items()} | {"nothing": 7.0},
        prices=prices,
    )


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_a_start_changes_no_bound_and_no_optimum(seed: int) -> None:
    """
    Proves: a case with a tenth more of every demand, begun with what the search of the case itself found out (sent as
    bytes, as between processes) ends at the optimum of the direct method, every bound on the way at or below it, and
    the search says where it began.
    If bounds of the other case were taken over: the first would be too high or too low for this one.
    """
    start = pickle.loads(pickle.dumps(proven(lumpy_case(seed))[0].start))
    assert isinstance(start, Start)
    case = with_more(lumpy_case(seed), 1.1)
    outcome, events = planned(case, start)
    best = solved(case, "direct")[0].objective
    assert best is not None
    assert "start of another run" in outcome.method
    assert outcome.objective == pytest.approx(best, rel=NEAR)
    assert outcome.bound == pytest.approx(best, rel=NEAR)
    assert all(event.bound is None or event.bound <= best * (1 + NEAR) for event in events)


@pytest.mark.parametrize("seed", [1, 3])
def test_nothing_in_a_start_is_believed(seed: int) -> None:
    """
    Proves: with prices drawn by chance, a plan turned over and routes that lead nowhere the search still
    ends at the optimum, and no bound on the way lies above it.
    If anything of it were believed: an old or damaged start would make a wrong plan, not a slow search.
    """
    case = lumpy_case(seed)
    search, _ = proven(case)
    assert search.start is not None
    assert search.best is not None
    best = search.best.objective
    outcome, events = planned(case, forged(search.start, seed))
    assert outcome.objective == pytest.approx(best, rel=NEAR)
    assert all(event.bound is None or event.bound <= best * (1 + NEAR) for event in events)


@pytest.mark.parametrize("seed", [1, 3])
def test_a_plan_that_costs_enough_needs_no_proof(seed: int) -> None:
    """
    Proves: where the plan that a search begins with costs no more than what is enough, the search ends with it and the
    bound known from elsewhere, without trees; where no plan costs so little, the search ends at the optimum as ever.
    If it were ignored: each of many plans held in many futures would be proven for minutes, to no use.
    """
    case = lumpy_case(seed)
    search, _ = proven(case)
    assert search.best is not None
    cost, known = search.best.objective, 0.9 * search.best.objective
    outcome, events = planned(case, search.start, known=known, enough=cost * (1 + NEAR))
    assert outcome.objective == pytest.approx(cost, rel=NEAR)
    assert outcome.bound is not None
    assert known <= outcome.bound <= cost * (1 + NEAR)
    assert not {event.stage for event in events} & {"trees", "tighten", "branching"}
    outcome, events = planned(case, search.start, known=known, enough=0.99 * cost)
    assert outcome.bound == pytest.approx(cost, rel=NEAR)
    assert "tighten" in {event.stage for event in events}


@pytest.mark.parametrize("gap", [0.5, 1e-9])
def test_a_bound_that_fewer_limits_prove_spares_the_proof(gap: float) -> None:
    """
    Proves: with a lower bound known from elsewhere a search to half the cost ends with the plan of its start and that
    bound, without trees; one to the last bit goes on to the same optimum, and its own bounds on the way are told.
    If it were ignored: a study would prove for each of its plans anew what holds for all of them. If it counted before
    it is enough: the search would see itself gain nothing, and give up.
    """
    case = lumpy_case(3)
    best = solved(case, "direct")[0].objective
    assert best is not None
    known = best - 0.01 * abs(best)
    outcome, events = planned(case, proven(case)[0].start, gap, known)
    assert outcome.objective == pytest.approx(best, rel=NEAR)
    assert outcome.bound == pytest.approx(known if gap == 0.5 else best, rel=NEAR)
    assert all(event.bound is None or event.bound != pytest.approx(known, rel=NEAR) for event in events) == (gap < 0.5)
    assert any(event.stage == "tighten" for event in events) == (gap < 0.5)


@pytest.mark.parametrize(("far", "priced_anew"), [(0.0, True), (np.inf, False)])
def test_a_start_from_another_world_takes_the_prices_of_the_root(
    far: float, priced_anew: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: where the first look leaves more open than so many times the gap asked for, the root LP is solved within the
    proof (it is told, and the search did not begin again without the start), small changes begin there, and elsewhere
    it is not; the optimum and all bounds are the same.
    If it were ignored: with the Northern route closed all of a search would work at prices of the open one, and most of
    its time go into proving a plan that is far from good.
    """
    monkeypatch.setattr(proving, "FAR", far)
    start = proven(lumpy_case(5))[0].start
    case = with_more(lumpy_case(5), 1.1)
    outcome, events = planned(case, start)
    best = solved(case, "direct")[0].objective
    assert best is not None
    assert outcome.method.startswith("start of another run")
    assert "root LP" not in outcome.method
    stages = [event.stage for event in events]
    assert ("root LP" in stages) == priced_anew
    if priced_anew:
        assert stages[stages.index("root LP") :].index("small changes") <= 2
    assert outcome.bound == pytest.approx(best, rel=NEAR)
    assert all(event.bound is None or event.bound <= best * (1 + NEAR) for event in events)


@pytest.mark.parametrize(
    ("make", "brief", "small", "goes_on"),
    [
        (gated_case, True, False, False),
        (lumpy_case, True, False, True),
        (gated_case, True, True, True),
        (gated_case, False, False, True),
    ],
)
def test_one_of_many_plans_does_not_begin_again_from_nothing(
    make: Callable[[int], Case], brief: bool, small: bool, goes_on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: where the proof begun with another run's start gives up at half the cost, one of many plans of a larger case
    with gates ends there. Without gates (masters are still to come), in a small case (flows on arcs are) and for a plan
    of its own the search goes on without the start and ends at the optimum.
    If it were ignored: a study would plan such a case twice, for minutes, and end where it stood; or leave masters out.
    """

    def gives_up(problem: Problem, search: Search, *_: object) -> Problem:
        raise_bound(problem, search, 0.5 * search.best.objective)
        return problem

    start = proven(make(1))[0].start
    case = with_more(make(1), 1.1)
    monkeypatch.setattr(sequence, "is_small", lambda _: small)
    monkeypatch.setattr(sequence, "_prove", gives_up)
    problem = prepared(case)
    problem = dataclasses.replace(problem, options=dataclasses.replace(problem.options, brief=brief))
    outcome, _ = solve_prepared(problem, start=start)
    assert ("root LP" in outcome.method) == goes_on
    best = solved(case, "direct")[0].objective
    assert (outcome.bound == pytest.approx(best, rel=NEAR)) == goes_on


def test_a_start_as_json_is_the_same_start() -> None:
    """Proves: a start written down as JSON and read again is equal to the last bit, its keys tuples as before.
    If it were ignored: a study continued from a file would search otherwise than one without interruption."""
    start = proven(lumpy_case(1))[0].start
    assert start is not None
    assert Start.of(json.loads(json.dumps(start.told()))) == start


def test_every_route_is_the_same_route_in_the_other_case(tmp_path: Path) -> None:
    """
    Proves: where two markets share a place (their ends have the same names there), all routes of a search are found
    again in another compiled model of the case, in the same blocks; a start that knows other years only is not used.
    If it were ignored: routes would be taken for no way of their demand, and a search begun with them for nothing (on
    the shipped case 19 of 20 were).
    """
    case = read_case(write_case(tmp_path))
    problem, other = prepared(case), prepared(case)
    lp = RootLP(problem)
    seed_routes(problem, lp)
    columns, nothing = Decisions.of(problem).columns, dict[Key, dict[str, float]]()
    start = start_of(problem, lp.columns, (), columns, np.zeros(len(columns)), nothing)
    begun = begin(other, start, columns)
    assert begun is not None

    def routes(of: Problem, flows: Flows) -> set[tuple[int, int, tuple[int, ...]]]:
        pool = of.formulation.routes
        return {(block, pool[route].demand, pool[route].arcs) for block, route in flows}

    assert routes(other, begun.flows) == routes(problem, lp.columns) != set()
    elsewhere = dataclasses.replace(start, flows={("1999", *key[1:]): known for key, known in start.flows.items()})
    assert begin(other, elsewhere, columns) is None


def test_the_start_is_of_the_plan_that_is_told() -> None:
    """Proves: where a method after the proof finds another plan, the start names that one's decisions, keeps routes and
    prices, and nothing is told as settled, as that was asked about the older plan; the same plan changes nothing. If it
    were ignored: a study would begin with a dearer plan than the run's, under the run's bound, and a project would be
    called "not built, settled" that the plan builds.
    """
    problem, search = prepared(lumpy_case(3)), proven(lumpy_case(3))[0]
    assert search.start is not None
    assert search.best is not None
    search.settled = (Settlement("P", 0.0),)
    before = search.start
    of_best(problem, search)
    assert search.start == before
    assert search.settled
    values = search.best.values.copy()
    column = next(c for c in Decisions.of(problem).columns.tolist() if values[c] > 0.5)
    values[column] -= 1.0
    search.best = dataclasses.replace(search.best, values=values)
    of_best(problem, search)
    name = str(problem.compiled.variables[column].name)
    assert search.start.plan.get(name, 0.0) == pytest.approx(before.plan[name] - 1.0)
    assert {key: value for key, value in search.start.plan.items() if key != name} == {
        key: value for key, value in before.plan.items() if key != name
    }
    assert (search.start.routes, search.start.prices) == (before.routes, before.prices)
    assert not search.settled
