"""Rows that LPs over routes begin without: what comes out must be the same."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from model.case.case import Case
from model.solvers.core.highs import Status, new_solver
from model.solvers.core.linear_program import make_whole
from model.solvers.lp.checkpoint_writer import _basis, set_basis
from model.solvers.lp.form import part_form
from model.solvers.lp.lazy_rows import may_wait
from model.solvers.lp.part_lp import PartLP
from model.solvers.lp.root import seed_routes
from model.solvers.lp.root_lp import RootLP
from model.solvers.lp.route_lp import RouteLP
from model.solvers.plans.decisions import Decisions
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem
from tests.minis import demand, link, make_case
from tests.oracles.random_cases import random_case
from tests.solvers.helpers import gated_case, lumpy_case, prepared
from tests.solvers.test_proof import with_a_poor_plan

CASES = [lumpy_case(1), lumpy_case(4), gated_case(2), random_case(9), random_case(17)]


def part_at(problem: Problem, part: PartLP, fixed: np.ndarray) -> float:
    """Value of a part with all routes priced, inf where no flow is possible."""
    part.aim(fixed)
    while part.digest(part.generation.run()):
        pass
    return part.found.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_lazy_part_costs_what_the_whole_one_costs(case: Case) -> None:
    """
    Proves: at any decisions, possible ones or not, a part that begins without its capacities ends with the value, the
    bound and the row activities of the one that holds all rows, and its flow breaks none of them.
    If a row were forgotten, or put in with a wrong coefficient: a plan would carry more than its ports can take, and be
    told to cost less than it does.
    """
    problem, random = prepared(case), np.random.default_rng(1)
    decisions, compiled = Decisions.of(problem), problem.compiled
    lower, upper = compiled.lower[decisions.columns], np.minimum(compiled.upper[decisions.columns], 3.0)
    waited = 0
    for rows, columns in decisions.parts(compiled):
        lazy, full = (PartLP(problem, rows, columns, decisions.columns) for _ in range(2))
        waited += len(lazy.lp.rows.waiting)
        full.lp.join(full.lp.rows.waiting)
        for _ in range(6):
            fixed = np.round(random.uniform(lower, upper))
            value, told = (part_at(problem, part, fixed) for part in (lazy, full))
            assert value == pytest.approx(told, rel=1e-6)
            if np.isfinite(value):
                assert lazy.generation.bound == pytest.approx(value, rel=1e-6)
                low, high = lazy.sides(fixed)
                reached = lazy.found.activity[: len(low)]
                slack = 1e-6 * np.maximum(1.0, np.abs(reached))
                assert np.all(reached <= high + slack)
                assert np.all(reached >= low - slack)
                held = lazy.lp.spread(lazy.found.values)
                held[decisions.columns] = fixed
                through = np.asarray(csr_array(compiled.matrix)[lazy.rows] @ held)
                served = np.isin(lazy.rows, np.concatenate([block.serve_row for block in compiled.blocks]))
                moved = np.asarray(csr_array(compiled.matrix)[lazy.rows][:, decisions.columns] @ fixed)
                assert (through - moved)[~served] == pytest.approx(reached[~served], abs=1e-6)
    assert waited > 0


def test_loads_carried_are_those_of_the_routes() -> None:
    """
    Proves: what some amounts on some known routes add to each load is the product of their coefficients, for none too.
    If it were not: rows that are broken would be left out, and plans carry more than their ports can take.
    """
    problem, random = prepared(random_case(9)), np.random.default_rng(1)
    lp = RootLP(problem)
    seed_routes(problem, lp)
    lp.optimise("root LP")
    table = problem.pricer.table
    for count in (0, 1, len(table) // 2, len(table)):
        numbers, amounts = random.permutation(len(table))[:count], random.uniform(0.0, 5.0, count)
        assert table.carried(numbers, amounts) == pytest.approx(table.of(numbers).T @ amounts)


def test_rows_join_when_they_are_broken_and_stay() -> None:
    """
    Proves: a solved part holds the rows that its flow would break, these are known to the parts made afterwards, and
    rows that are never reached stay out.
    If all rows joined: nothing would be gained. If they were not remembered: every part would find them anew.
    """
    problem = prepared(lumpy_case(1))
    decisions = Decisions.of(problem)
    rows, columns = decisions.parts(problem.compiled)[0]
    part = PartLP(problem, rows, columns, decisions.columns)
    before = set(part.lp.rows.waiting.tolist())
    part_at(problem, part, problem.compiled.lower[decisions.columns])
    after = set(part.lp.rows.waiting.tolist())
    assert after < before
    assert after
    assert {int(part.rows[row]) for row in before - after} <= problem.known.needed
    assert set(PartLP(problem, rows, columns, decisions.columns).lp.rows.waiting.tolist()) == after


def test_the_mip_of_a_lazy_lp_holds_all_rows() -> None:
    """
    Proves: the model that ships are shared out in has the rows that the LP does without.
    If it had not: ships would be planned for flows that the ports cannot take, and the plan then found impossible.
    """
    problem = prepared(lumpy_case(1))
    lp = RootLP(problem)
    seed_routes(problem, lp)
    lp.optimise("root LP")
    assert len(lp.node.rows.waiting) > 0
    model, whole = lp.as_mip()
    assert model.num_row_ == len(lp.node.rows.place)
    solver = new_solver(problem.options)
    solver.passModel(model)
    make_whole(solver, whole)
    solver.run()
    values = np.array(solver.getSolution().col_value)
    reached = lp.node.rows.reached(values, lp.node._loads(values))
    upper = lp.layout.program.row_upper[lp.node.rows.waiting]
    assert np.all(reached <= upper + 1e-6 * np.maximum(1.0, np.abs(reached)))


def test_a_basis_brings_the_rows_that_it_needs() -> None:
    """
    Proves: a root LP that is given the basis of another one's optimum lets the rows join that are met there, and is at
    its optimum without an iteration.
    If they stayed out: a run continued from a checkpoint would solve its root LP once more.
    """
    problem = prepared(lumpy_case(1))
    lp = RootLP(problem)
    seed_routes(problem, lp)
    _, value, _ = lp.optimise("root LP")
    routes, columns, rows = _basis(lp)
    problem.known.needed.clear()
    again = RootLP(problem)
    for block in range(len(problem.compiled.blocks)):
        again.add_numbers(block, routes[routes[:, 0] == block, 1])
    assert len(again.node.rows.waiting) > len(lp.node.rows.waiting)

    class Held:
        """What a checkpoint says of a basis."""

        column_status, row_status = columns, rows

    Held.columns = routes
    set_basis(again, Held)  # type: ignore[arg-type]
    status, reached = again.node.run()
    assert status == Status.kOptimal
    assert reached == pytest.approx(value, rel=1e-9)
    assert again.solver.getInfo().simplex_iteration_count == 0
    assert not len(again.node.broken())


def test_what_must_not_wait() -> None:
    """
    Proves: only rows of loads that are no equations wait, none that serves a demand, none that is known to be needed,
    and none at all where a column pays the more the larger it is.
    If such rows waited: the LP without them would have no optimum, or no demand to serve.
    """
    problem = prepared(lumpy_case(1))
    decisions, compiled = Decisions.of(problem), problem.compiled
    form = part_form(compiled, *decisions.parts(compiled)[0])
    waits = np.flatnonzero(may_wait(problem, form, ()))
    serving = np.concatenate([form.row_of[compiled.blocks[number].serve_row] for number in form.blocks])
    assert len(waits)
    assert not np.isin(waits, serving).any()
    assert np.all(form.program.row_lower[waits] < form.program.row_upper[waits])
    some = form.rows[waits[:2]].tolist()
    assert set(waits.tolist()) - set(np.flatnonzero(may_wait(problem, form, some)).tolist()) == set(waits[:2].tolist())
    form.program.cost[0], form.program.upper[0] = -1.0, np.inf
    assert not may_wait(problem, form, ()).any()
    assert not len(RouteLP(problem, form, lazy=True).rows.waiting)


@pytest.mark.parametrize("beyond", [0.0, 0.0005, 0.009])
def test_a_row_that_is_hardly_broken_joins_where_it_is_dear(beyond: float) -> None:
    """
    Proves: where a demand exceeds a wide link by a millionth of its capacity and less, and the way round costs a
    thousand times as much, the LP that does without the link's row at first has the value of the one that holds it.
    If a share of the activity were let pass: plans would be told cheaper than they are by more than a single change of
    them is asked to save.
    """
    links = [
        link("AB", "A-B", container_cost=1.0, capacity_kteu=1e5, capacity_direction="both"),
        link("AB2", "A-B", container_cost=1000.0),
    ]
    lp = RootLP(prepared(make_case("wide", "AB", links, [demand("D", "A-B", 1e5 + beyond)], years=(2026,))))
    seed_routes(lp.problem, lp)
    _, value, _ = lp.optimise("root LP")
    lp.node.join(lp.node.rows.waiting)
    _, whole, _ = lp.optimise("root LP")
    assert value == pytest.approx(whole, rel=1e-8)


def test_a_hasty_plan_holds_all_rows_and_does_not_wait() -> None:
    """
    Proves: a plan that is put together when time is up breaks no capacity, though none had joined, and is there without
    a word about the time.
    If rows joined one after the other: the time would be up before the plan is one, and what was found be lost.
    """
    problem = prepared(lumpy_case(1))
    _, search = with_a_poor_plan(problem)
    assert search.best is not None
    asked = WhatIf(problem, search.best, thorough=False)
    problem.known.needed.clear()
    fresh = WhatIf(problem, search.best, thorough=False)
    problem.progress.ask_stop()
    with problem.progress.grace():
        plan = fresh.plan(fresh.base, whole=True, hasty=True)
    assert plan is not None
    assert plan.objective == pytest.approx(asked.cost, rel=1e-6)
    assert all(not len(part.lp.rows.waiting) for part in fresh.parts)
