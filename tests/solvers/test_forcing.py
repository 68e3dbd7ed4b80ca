"""Forcing rows: they sharpen the LPs of parts, and no plan pays for them."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from model.case.case import Case
from model.network.graph import FloatArray
from model.solvers.search.forced_lp import ForcedLP
from model.solvers.search.forcing import Forcing
from model.solvers.search.proof import Proof
from model.solvers.search.together import Together
from tests.minis import demand as demand_row
from tests.minis import effect, link, make_case, project
from tests.oracles.random_cases import random_case
from tests.solvers.helpers import gated_case, lumpy_case, prepared, simple_routes
from tests.solvers.test_proof import laid_out, with_a_poor_plan

NEAR = 1e-7


def begun(case: Case) -> tuple[Proof, list[FloatArray]]:
    """A proof before it begins, and the prices of the root LP."""
    problem = prepared(case)
    lp, search = with_a_poor_plan(problem)
    return laid_out(problem, search, lp)


def solve_first(proof: Proof, prices: list[FloatArray]) -> None:
    """Solve the first leaf of every tree."""
    for tree, each in zip(proof.trees, prices, strict=True):
        tree.set_prices(each)
    works = [tree.solve(tree.leaves[0], np.inf, 0.0) for tree in proof.trees]
    Together(1, proof.problem.progress).do(works)


def test_a_tenth_of_a_road_does_not_let_through_all_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: a road for 10 kTEU that is not there yet, where 4 want to go, stands at 0.4 in the LP; with the row of these
    4 it stands at 1, and the LP costs what the road costs.
    If it were ignored: six tenths of the price of every such road would be missing in the bound.
    """
    case = make_case(
        "one road", "AB",
        [link("old", "A-B", container_cost=10.0), link("new", "A-B", container_cost=1.0, capacity_kteu=0.0)],
        [demand_row("D", "A-B", 4.0)], years=(2026, 2027),
        Projects=[project("P", 1.0)], ProjectEffects=[effect("P", "new", 10.0)],
    )  # fmt: skip
    stands, costs = [], []
    for forced in (False, True):
        if not forced:
            monkeypatch.setattr(ForcedLP, "broken_forcing_rows", lambda self: [])
        else:
            monkeypatch.undo()
        proof, prices = begun(case)
        solve_first(proof, [np.full(len(each), 0.001) for each in prices])
        tree = proof.trees[1]
        stands.append(float(tree.leaves[0].whole.max()))
        costs.append(tree.leaves[0].bound)
    assert stands == pytest.approx([0.4, 1.0])
    assert costs[1] - costs[0] == pytest.approx(0.6 * 0.001)


CASES = [lumpy_case(3), lumpy_case(7, periods=2), gated_case(1), gated_case(4)]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_no_whole_plan_pays_for_the_rows(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: at every whole state of every part the LP costs the same with the rows that fractions broke as without any,
    all routes priced both times; and over all the bounds of the first leaves are higher with them.
    If a row cut off a plan: its cost would be told as too high, and a bound would lie above the optimum.
    """
    told: list[list[float]] = []
    firsts = []
    for forced in (True, False):
        if not forced:
            monkeypatch.setattr(ForcedLP, "broken_forcing_rows", lambda self: [])
        proof, prices = begun(case)
        solve_first(proof, prices)
        firsts.append(sum(tree.leaves[0].bound for tree in proof.trees if tree.leaves))
        if forced:
            assert sum(len(tree.part.lp.forced.rows) for tree in proof.trees) > 0
        costs = []
        for tree in proof.trees:
            ends = zip(tree.part.lower.tolist(), tree.part.upper.tolist(), strict=True)
            for state in itertools.product(*(dict.fromkeys(pair) for pair in ends)):
                box = np.array(state)
                (point,) = Together(1, proof.problem.progress).do([tree.part.solve(box, box, None, np.inf, 0.0)])
                assert point is not None
                costs.append(point.bound)
        told.append(costs)
    assert len(told[0]) >= 32
    assert told[0] == pytest.approx(told[1], rel=NEAR, abs=NEAR)
    assert firsts[0] > firsts[1] + 1e-3


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_demands_that_pay_more_on_some_arcs_are_priced_exactly(seed: int) -> None:
    """
    Proves: where demands pay different prices for an arc, the shortfall is that of all simple routes of each demand at
    its own prices, and known routes are offered by their own prices too.
    If a demand were priced with the others of its class: the dual of a forcing row would be forgotten, and a bound be
    too low, or charged to demands that do not stand in the row, and be too high.
    """
    problem = prepared(lumpy_case(seed, periods=1, nodes=5, projects=2))
    pricer, block, graph = problem.pricer, problem.compiled.blocks[0], problem.formulation.graph
    random = np.random.default_rng(seed)
    duals = np.zeros(problem.compiled.row_count)
    duals[block.load_row] = random.uniform(0, 3, len(block.load_row))
    served = np.flatnonzero(block.serve_row >= 0)
    duals[block.serve_row[served]] = random.uniform(0, 25, len(served))
    more = random.uniform(0, 9, (len(block.serve_row), graph.arc_count)) * (random.random(graph.arc_count) < 0.3)
    expected = 0.0
    for demand in served.tolist():
        price_class = pricer.classes.of_demand[demand]
        prices = pricer.unit_costs(block)[price_class] + more[demand]
        prices = prices + pricer.load_coefficients(price_class).T @ duals[block.load_row]
        ends = int(pricer.sources[demand]), int(pricer.sinks[demand])
        least = min(prices[list(arcs)].sum() for arcs in simple_routes(graph, *ends))
        expected += problem.amounts[0][demand] * min(0.0, least - duals[block.serve_row[demand]])
    priced = pricer.price(block, duals, problem.amounts[0], more=more)
    assert priced.shortfall == pytest.approx(expected, abs=1e-7)
    for demand, arcs in priced.routes:
        problem.formulation.routes.add(demand, arcs)
    pricer.table.update()
    numbers = np.arange(len(pricer.table))
    arcs, owner = pricer.table.arcs_of(numbers)
    paid = np.bincount(owner, more[pricer.table.demand[owner], arcs], minlength=len(numbers))
    lacking = np.zeros(len(numbers), dtype=bool)
    wanted = set(pricer.known(0, block, duals, lacking, more=paid).tolist())
    assert wanted >= {problem.formulation.routes.add(demand, arcs).number for demand, arcs in priced.routes}
    assert len(pricer.known(0, block, duals, lacking, more=paid + 1e6)) == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_say_of_routes_what_their_arcs_and_demands_say(seed: int) -> None:
    """
    Proves: the coefficient of each known route in each row is the units of its demand on the arc of the row that it
    uses, 0 without; columns in the LP and prices of known routes agree with it, for routes that join later too.
    If they differed: the LP would hold other rows than those that its bound counts.
    """
    case = random_case(seed) if seed == 1 else lumpy_case(seed)
    proof, prices = begun(case)
    solve_first(proof, prices)
    checked = 0
    for tree in proof.trees:
        lp, pool = tree.part.lp, proof.problem.formulation.routes
        numbers = np.arange(len(proof.problem.pricer.table))
        for place, row in enumerate(lp.forced.rows):
            expected = np.zeros(len(numbers))
            for number in numbers.tolist():
                demand = np.flatnonzero(row.demands == pool[number].demand)
                used = np.flatnonzero(np.isin(row.arcs, pool[number].arcs))
                if len(demand) and len(used):
                    assert len(used) == 1
                    expected[number] = row.units[demand[0], used[0]]
            duals = np.zeros(len(lp.forced.rows))
            duals[place] = -2.0
            paid = lp.forced.route_prices(row.block, duals)
            assert paid == pytest.approx(2.0 * expected)
            assert lp.forced.entries(row.block, numbers).toarray()[:, place] == pytest.approx(expected)
            height = lp.rows.place[len(lp.form.program.row_lower) + place]
            matrix = lp.solver.getLp().a_matrix_
            for column, (block, number) in enumerate(lp.routes, start=lp.first):
                here = slice(matrix.start_[column], matrix.start_[column + 1])
                held = dict(zip(matrix.index_[here], matrix.value_[here], strict=True)).get(height, 0.0)
                assert held == pytest.approx(expected[number] if block == row.block else 0.0)
                checked += 1
    assert checked


def test_loads_that_some_arcs_lower_have_no_forcing_rows() -> None:
    """
    Proves: of a load that one arc lowers, as boxes handed in do, no forcing row is made; of the same load without it
    one is.
    If it were: what enters at one vertex may be more than the row lets through, so plans would be cut off.
    """
    proof, prices = begun(lumpy_case(3))
    solve_first(proof, prices)
    tree = next(tree for tree in proof.trees if tree.part.lp.forced.rows)
    problem, form = proof.problem, tree.part.form
    known = {number: [one for block, one in tree.part.lp.routes if block == number] for number in form.blocks}
    flows = {number: (np.array(routes), np.ones(len(routes))) for number, routes in known.items()}
    whole = np.full(form.space.size, 0.01)
    loads = problem.formulation.loads
    assert Forcing(problem, form, len(tree.part.places.copies)).broken(whole, flows)
    for key, load in list(loads.items()):
        lowered = np.array(load.coefficients, dtype=float)
        lowered[:, 0] = -1.0
        loads[key] = dataclasses.replace(load, coefficients=lowered)
    assert not Forcing(problem, form, len(tree.part.places.copies)).broken(whole, flows)
