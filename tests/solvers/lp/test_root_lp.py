"""The root LP in its smallest form against the LP over all compiled rows, and the plan that is found near it."""

from __future__ import annotations

import numpy as np
import pytest

from model.case.case import Case
from model.solvers.arcs.arc_form import solve_arc_form
from model.solvers.core.highs import Status
from model.solvers.lp.root import evaluate, seed_routes, solve_root
from model.solvers.lp.root_lp import RootLP
from model.solvers.lp.seeding import leading_blocks
from model.solvers.plans import first_plan
from model.solvers.plans.first_plan import plan_near_root
from model.solvers.problem import Problem, Search
from tests import minis
from tests.features.choice.test_capacity import shared
from tests.minis import demand, link, make_case
from tests.oracles.plain_lp import PlainLP
from tests.solvers.helpers import gated_case, lumpy_case, prepared

CASES: dict[str, Case] = {
    "three": minis.corridor_of_three(),
    "money": minis.money_case(),
    "gauge": minis.gauge_case(),
    "timed": minis.timed_case(),
    "lumpy": lumpy_case(2),
    "many years": lumpy_case(4, periods=7),
    "gated": gated_case(1),
    "choice": shared(3.0, nested=False),
    "nested choice": shared(3.0, nested=True, step=0.2),
}


def value_of(problem: Problem, lp: RootLP) -> float:
    """LP value at proven optimality, and a bound that is not above it."""
    seed_routes(problem, lp)
    lp.seed()
    status, value, bound = lp.optimise("root LP")
    assert status == Status.kOptimal
    assert bound == pytest.approx(value, rel=1e-8, abs=1e-8)
    return value


@pytest.mark.parametrize("name", CASES)
def test_both_forms_of_the_root_lp_agree(name: str) -> None:
    """Proves: without load variables and installed capacity, started from single periods' routes and with routes
    dropped, the root LP has the value of the plain one over all compiled rows (relative 1e-8), and the values spread
    over the compiled columns keep every compiled row.

    If it were ignored: the bound of every large case would rest on an LP that nothing else confirms.
    """
    problem = prepared(CASES[name])
    plain = PlainLP(problem)
    expected = value_of(problem, plain)
    other = prepared(CASES[name])
    small = RootLP(other)
    assert value_of(other, small) == pytest.approx(expected, rel=1e-8, abs=1e-8)
    compiled, values = other.compiled, small.values()
    activity = np.asarray(compiled.matrix @ values[: compiled.column_count])
    for (block, route), flow in zip(small.columns, values[compiled.column_count :], strict=True):
        found = other.formulation.routes[route]
        activity[compiled.blocks[block].serve_row[found.demand]] += flow
        activity[compiled.blocks[block].load_row] -= flow * other.pricer.table.of([route]).toarray().ravel()
    slack = 1e-6 * np.maximum(1.0, np.abs(activity))
    assert np.all(activity <= compiled.row_upper + slack)
    assert np.all(activity >= compiled.row_lower - slack)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("little", [0.0, np.inf])
def test_which_simplex_goes_on_changes_nothing(name: str, little: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: whether every later solve goes on by the dual simplex (0) or by the primal one (inf), the root LP has the
    value of the plain one and a bound that meets it. Small cases never have a hundred rows for each new column, so
    that without this the primal simplex would be seen by the shipped case alone.

    If it were ignored: a value reached by the other simplex, or a bound taken when only the blocks that lacked routes
    before were priced, could be wrong, and with it every gap told.
    """
    problem = prepared(CASES[name])
    plain = PlainLP(problem)
    expected = value_of(problem, plain)
    monkeypatch.setattr("model.solvers.core.highs.LITTLE", little)
    other = prepared(CASES[name])
    lp, search = RootLP(other), Search()
    assert value_of(other, lp) == pytest.approx(expected, rel=1e-8, abs=1e-8)
    plan_near_root(other, lp, search)
    assert search.best is not None
    same = evaluate(problem, plain, search.best.values[problem.compiled.integer])
    assert same is not None
    assert search.best.objective == pytest.approx(same.objective, rel=1e-6)


@pytest.mark.parametrize("name", ["lumpy", "many years", "gated"])
@pytest.mark.parametrize("changes", [True, False])
def test_a_first_plan_is_a_plan_at_its_true_cost(name: str, changes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the plan near the root LP, by small changes or, where these lead to none, by rounding, costs what the
    plain LP says of its whole columns, never less than the proven optimum and here at most a tenth more.
    If it were ignored: a quick plan could be no plan, or not be worth its speed.
    """
    if not changes:
        monkeypatch.setattr(first_plan, "improve", lambda problem, search, near: False)
    problem = prepared(CASES[name])
    lp, search = RootLP(problem), Search()
    assert solve_root(problem, lp, search)
    plan_near_root(problem, lp, search)
    assert search.best is not None
    plain = PlainLP(problem)
    seed_routes(problem, plain)
    same = evaluate(problem, plain, search.best.values[problem.compiled.integer])
    assert same is not None
    assert search.best.objective == pytest.approx(same.objective, rel=1e-6)
    optimum = solve_arc_form(prepared(CASES[name]), None).objective
    assert optimum is not None
    assert optimum - 1e-6 * abs(optimum) <= search.best.objective <= 1.1 * optimum


def test_leading_blocks_are_spread_over_the_periods() -> None:
    """Proves: of seven periods five lead, the first and the last among them, and of three all.
    If it were ignored: the routes of a far year would only come with the dear prices of the whole LP.
    """
    seven, three = prepared(lumpy_case(4, periods=7)), prepared(lumpy_case(4, periods=3))
    keys = [block.key[0] for block in seven.compiled.blocks]
    leading = [keys[number] for number in leading_blocks(seven)]
    assert (len(leading), leading[0], leading[-1]) == (5, keys[0], keys[-1])
    assert leading_blocks(three) == [0, 1, 2]


@pytest.mark.parametrize("name", ["lumpy", "many years", "gated"])
def test_routes_of_single_periods_leave_little_to_find(name: str) -> None:
    """Proves: with the routes that single periods take when all investments cost their share, the first LP over all
    blocks lies within 2 % of the last one; with cheapest routes alone it is dearer than that first one.

    If it were ignored: the root LP would begin at prices of capacity that say "unserved", and spend most of its time
    there, and nobody would see why.
    """
    problem = prepared(CASES[name])
    lp = RootLP(problem)
    seed_routes(problem, lp)
    cheapest = lp.over_known()[1]
    lp.seed()
    first = lp.over_known()[1]
    _, value, _ = lp.optimise("root LP")
    assert value - 1e-6 <= first <= value + 0.02 * abs(value)
    assert cheapest > first


@pytest.mark.parametrize("most", [1, 2])
def test_few_known_routes_join_at_a_time(most: int) -> None:
    """Proves: of four known routes of one demand that all save something, at reduced costs of -4, -3, -2 and -1, the
    cheapest `most` join, and all four without a limit.

    If it were ignored: at dear prices every route of the table would join every block, and the next LP would take
    several times as long.
    """
    case = make_case(
        "four ways", "AB", [link(f"L{cost}", "A-B", container_cost=float(cost)) for cost in (6, 7, 8, 9)],
        [demand("D", "A-B", 10.0)],
    )  # fmt: skip
    problem = prepared(case)
    pool, block = problem.formulation.routes, problem.compiled.blocks[0]
    arcs = {arc: cost for arc, cost in enumerate(problem.pricer.unit_costs(block)[0]) if np.isfinite(cost)}
    problem.pricer.table.update()
    lp = RootLP(problem)
    seed_routes(problem, lp)
    graph, found = problem.formulation.graph, pool[0].arcs
    way = next(arc for arc in found if graph.is_link[arc])
    for arc in arcs:
        if graph.is_link[arc] and (graph.tail[arc], graph.head[arc]) == (graph.tail[way], graph.head[way]):
            pool.add(0, tuple(arc if other == way else other for other in found))
    problem.pricer.table.update()
    costs = problem.pricer.route_costs(0, block)
    assert len(costs) == 4
    duals = np.zeros(problem.compiled.row_count)
    duals[block.serve_row[0]] = costs.max() + (costs.max() - costs.min()) / 3.0
    nobody = np.zeros(4, dtype=np.bool_)
    assert len(problem.pricer.known(0, block, duals, nobody)) == 4
    cheapest = set(np.argsort(costs)[:most].tolist())
    assert set(problem.pricer.known(0, block, duals, nobody, most=most).tolist()) == cheapest
    # 10 units on the cheapest save 10 * (dual - cost) at most: what is worth no more than that is left
    saving = 10.0 * float(duals[block.serve_row[0]] - costs.min())
    for share, count in ((0.99, 4), (1.01, 0)):
        worth = np.array([10.0]), share * saving
        assert len(problem.pricer.known(0, block, duals, nobody, worth=worth)) == count
