"""An LP whose simplex goes round in circles is solved afresh."""

from __future__ import annotations

import highspy
import numpy as np
import pytest

from model.solvers.core.highs import MOST_ITERATIONS, Status, new_solver, solve_lp
from model.solvers.core.options import FilledOptions
from model.solvers.core.progress import Progress

ROWS, COLUMNS = 30, 60
LIMIT = "simplex_iteration_limit"


def covering(seed: int) -> tuple[highspy.Highs, np.random.Generator]:
    """A solved LP: cover all rows at least cost."""
    random = np.random.default_rng(seed)
    solver = new_solver(FilledOptions("auto", 0.0, 60.0, 1, 1))
    solver.addVars(COLUMNS, np.zeros(COLUMNS), np.full(COLUMNS, 10.0))
    solver.changeColsCost(COLUMNS, np.arange(COLUMNS, dtype=np.int32), random.uniform(1.0, 9.0, COLUMNS))
    index = np.arange(COLUMNS, dtype=np.int32)
    for _ in range(ROWS):
        solver.addRow(5.0, np.inf, COLUMNS, index, random.uniform(0.0, 1.0, COLUMNS))
    assert solve_lp(solver, Progress(60.0)) == Status.kOptimal
    return solver, random


def change(solver: highspy.Highs, random: np.random.Generator) -> None:
    """Other sides: the basis is far from the new optimum."""
    for row in range(ROWS):
        solver.changeRowBounds(row, float(random.uniform(1.0, 90.0)), np.inf)


@pytest.mark.parametrize("primal", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_an_lp_that_takes_too_long_from_its_basis_is_solved_afresh(seed: int, primal: bool) -> None:
    """
    Proves: with patience for one iteration an LP still ends at its optimum, that of a solver that never had a basis,
    and the next LP has no limit. If the LP ended at the limit: a scenario would keep the plan that it began with. If
    there were no limit: one LP of the case with the North closed takes all of the time that there is.
    """
    solver, random = covering(seed)
    change(solver, random)
    assert solve_lp(solver, Progress(60.0), primal=primal, patience=1) == Status.kOptimal
    assert solver.getOptionValue(LIMIT)[1] == MOST_ITERATIONS
    fresh = new_solver(FilledOptions("auto", 0.0, 60.0, 1, 1))
    fresh.passModel(solver.getLp())
    assert solve_lp(fresh, Progress(60.0)) == Status.kOptimal
    told, expected = (one.getInfo().objective_function_value for one in (solver, fresh))
    assert told == pytest.approx(expected, rel=1e-9)


def test_a_limit_that_the_caller_has_set_is_kept() -> None:
    """
    Proves: where a trial asks for three iterations it gets no more, and its limit stays. If it were solved afresh
    then: every trial of branching would cost a whole LP.
    """
    solver, random = covering(1)
    change(solver, random)
    solver.setOptionValue(LIMIT, 3)
    assert solve_lp(solver, Progress(60.0), patience=1) == Status.kIterationLimit
    assert solver.getInfo().simplex_iteration_count <= 3
    assert solver.getOptionValue(LIMIT)[1] == 3
