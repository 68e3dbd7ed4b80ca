"""What HiGHS cannot do, and a stop at any moment, cost no plan that was found, and no bound."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.prices import NOT_SOLVED, price_limits
from model.solvers.core.highs import SolverError, Status
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Outcome
from model.solvers.core.outcome import Status as Ending
from model.solvers.core.progress import Progress
from model.solvers.engine import solve, solve_prepared
from model.solvers.plans.slopes import Slopes
from model.solvers.routes.route_table import Growing
from model.solvers.search.forced_lp import ForcedLP
from model.solvers.search.proof import Proof
from tests.solvers.helpers import gated_case, prepared

GAP = 1e-9


def searched(progress: Progress | None = None) -> Outcome:
    """A search that needs the trees of the parts, to its end."""
    case = gated_case(1)
    options = SolveOptions(gap=GAP, time_limit=60.0).filled(case)
    return solve(build(case, build_graph(case), RoutePool()), options, progress or Progress(60.0))[0]


@pytest.mark.parametrize("at", [1, 5, 20])
def test_an_lp_of_a_part_that_highs_gives_up_on_proves_nothing(at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where one LP of a part ends with 'unknown', the search goes on, and its bound stays below the optimum.
    If it raised: a plan that was found would be lost for the numbers of one leaf.
    """
    whole, run, count = searched(), ForcedLP.run, [0]

    def unknown(self: ForcedLP, *, primal: bool = False) -> tuple[Status, float]:
        count[0] += 1
        status, value = run(self, primal=primal)
        return (Status.kUnknown, value) if count[0] == at else (status, value)

    monkeypatch.setattr(ForcedLP, "run", unknown)
    found = searched()
    assert count[0] > at
    assert whole.objective is not None
    assert found.objective == pytest.approx(whole.objective, rel=1e-7)
    assert found.bound is not None
    assert found.bound <= whole.objective * (1 + GAP)


def test_a_solver_that_fails_ends_the_search_and_not_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: an error of the solver in the midst of the proof ends it with the plan found, its bound, and the reason.
    If it escaped: hours of planning would end with a message and no run folder.
    """

    def fails(self: Proof, *, patient: bool = False) -> None:
        raise SolverError("of a test")

    monkeypatch.setattr(Proof, "rounds", fails)
    monkeypatch.setattr("model.solvers.search.proof.TREE_LPS", 1)
    monkeypatch.setattr("model.solvers.search.proving.TREE_LPS", 1)
    found = searched()
    assert found.status is Ending.FEASIBLE
    assert found.objective is not None
    assert found.bound is not None
    assert "the solver failed (of a test)" in found.ended


def test_limits_have_no_price_where_the_solver_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: an error of the solver while limits are priced leaves them without prices, and says why.
    If it escaped: a plan at the very end of its run would be lost for an extra.
    """
    problem = prepared(gated_case(1))
    _, solution = solve_prepared(problem)

    def fails(self: Slopes, limits: object) -> None:
        raise SolverError("of a test")

    monkeypatch.setattr(Slopes, "of", fails)
    assert solution is not None
    assert price_limits(problem, solution).reason == NOT_SOLVED


def test_no_decision_is_told_to_save_more_than_the_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: whenever a search is stopped, what a plan that decides otherwise may save is no more than the proven gap.
    If it were ignored: a stop before the first look would tell of savings without end, in the workbook too.
    """
    run = ForcedLP.run
    for stop in (1, 2, 40, 80):
        count, progress = [0], Progress(60.0)

        def stopping(
            self: ForcedLP, *, primal: bool = False, count: list[int] = count, at: int = stop, to: Progress = progress
        ) -> tuple[Status, float]:
            count[0] += 1
            to.stop_asked = to.stop_asked or count[0] == at
            return run(self, primal=primal)

        monkeypatch.setattr(ForcedLP, "run", stopping)
        found = searched(progress)
        assert found.objective is not None
        assert found.bound is not None
        assert found.settled
        for each in found.settled.values():
            assert each.saving <= found.objective - found.bound + 1e-9


@pytest.mark.parametrize("after", range(12))
def test_routes_half_laid_out_are_laid_out_again(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: a stop at any step of laying out routes leaves a table that the next look completes.
    If it counted routes that have no loads yet: pricing them would end the run, and the plan in hand be lost.
    """
    problem = prepared(gated_case(1))
    pool, table, extend, count = problem.formulation.routes, problem.pricer.table, Growing.extend, [0]
    block = problem.compiled.blocks[0]
    duals = np.zeros(problem.compiled.row_count)
    duals[block.serve_row[block.serve_row >= 0]] = 1e6
    for demand, arcs in problem.pricer.price(block, duals, problem.amounts[0]).routes:
        pool.add(demand, arcs)
    assert len(pool) > len(table)

    def stopping(self: Growing, values: object) -> None:
        count[0] += 1
        if count[0] == after:
            raise KeyboardInterrupt
        extend(self, values)

    monkeypatch.setattr(Growing, "extend", stopping)
    with contextlib.suppress(KeyboardInterrupt):
        table.update()
    table.update()
    assert len(table) == len(pool) == table.loads().shape[0]
    for number in range(len(table)):
        arcs, _ = table.arcs_of(np.array([number]))
        assert tuple(arcs.tolist()) == pool[number].arcs
        loads = problem.pricer.load_coefficients(problem.pricer.classes.of_demand[pool[number].demand])
        assert table.of([number]).toarray()[0] == pytest.approx(loads[:, arcs].sum(axis=1))
