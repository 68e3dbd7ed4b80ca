"""Bounds of the decisions that the rules imply together: what budgets and rules leave no room for is no choice.

A row alone says little of a project under a budget: what else is paid may be anything as far as that row knows. All
rules together say how far each decision goes at most, one small LP each (bound tightening by optimisation). Without
them the trees of the periods build a third of a project where the budget has room for no more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import Status, new_solver, solve_lp
from model.solvers.core.linear_program import LinearProgram
from model.solvers.plans.decisions import WHOLE, Decisions
from model.solvers.problem import Problem

NEARLY = 1e-3  # what comes so near to its bound is not asked about
MOST_TOGETHER = 20  # LPs that ask for several decisions at once


def with_implied_bounds(problem: Problem) -> Problem:
    """The problem with upper bounds of its decisions that no plan goes beyond; the model's own stay in `wide`.

    Raises Interrupted.
    """
    decisions, compiled = Decisions.of(problem), problem.compiled
    lower, upper = implied_bounds(problem, decisions)
    if np.any(lower > upper):  # no plan keeps the rules: that is for the search to find
        return problem
    bounds = compiled.upper.copy()
    bounds[decisions.columns] = upper
    return replace(problem, compiled=replace(compiled, upper=bounds), wide=compiled)


def implied_bounds(problem: Problem, decisions: Decisions) -> tuple[FloatArray, FloatArray]:
    """Bounds of the decisions, each of shape (decisions,), that no plan goes beyond.

    Where no plan keeps the rules some lower bound may lie above its upper one, as in `Decisions.narrowed`. Raises
    Interrupted.
    """
    compiled = problem.compiled
    lower, upper = decisions.narrowed(compiled)
    if np.any(lower > upper) or not np.all(np.isfinite(upper)):
        return lower, upper
    given = upper.copy()
    farthest = _Farthest(problem, decisions, lower, upper)
    open_ones = np.flatnonzero(upper > lower)
    for _ in range(MOST_TOGETHER):  # most decisions stand at their bound in some plan of many works
        values = farthest.of(open_ones)
        if values is None:
            return lower, given
        left = open_ones[values[open_ones] < upper[open_ones] - NEARLY]
        if len(left) == len(open_ones):
            break
        open_ones = left
    for column in open_ones[::-1].tolist():  # the last year first: a work closed then is closed in all years before
        if upper[column] <= lower[column] or farthest.of(np.array([column])) is None:
            continue
        most = np.floor(farthest.proven(column) + WHOLE)
        if most < upper[column]:
            upper[column] = max(most, lower[column])
            upper = decisions.narrowed(compiled, upper)[1]
            farthest.hold(upper)
    if count := int((upper < given).sum()):
        problem.progress.tell("bounds", f"rules together leave no room for {count:,} of {len(upper):,} decisions more")
    return lower, upper


class _Farthest:
    """The LP over decisions and rules alone."""

    def __init__(self, problem: Problem, decisions: Decisions, lower: FloatArray, upper: FloatArray) -> None:
        """Pass it to HiGHS."""
        compiled, rules = problem.compiled, decisions.rules
        self._progress, self._matrix = problem.progress, decisions.matrix
        self._lower, self._upper = lower, upper.copy()
        self._row_lower, self._row_upper = compiled.row_lower[rules], compiled.row_upper[rules]
        self._solver = new_solver(problem.options, presolve="off")
        self._duals = np.zeros(len(rules))
        LinearProgram(np.zeros(len(lower)), lower, upper, self._matrix, self._row_lower, self._row_upper).pass_to(
            self._solver, "the LP of what the rules allow"
        )

    def hold(self, upper: FloatArray) -> None:
        """Other upper bounds from now on."""
        self._upper = upper.copy()
        self._solver.changeColsBounds(len(upper), np.arange(len(upper), dtype=np.int32), self._lower, upper)

    def of(self, columns: IntArray) -> FloatArray | None:
        """Decisions with the largest sum of some; None where the LP has no optimum. Raises Interrupted."""
        places = columns.astype(np.int32)
        self._solver.changeColsCost(len(places), places, np.full(len(places), -1.0))
        status = solve_lp(self._solver, self._progress, primal=True)
        solution = self._solver.getSolution()
        self._duals = np.array(solution.row_dual)
        self._solver.changeColsCost(len(places), places, np.zeros(len(places)))
        return np.array(solution.col_value) if status == Status.kOptimal else None

    def proven(self, column: int) -> float:
        """What one decision is at most, counted from the duals of the LP just solved for it: true for any duals."""
        duals = np.where(np.isneginf(self._row_lower), np.minimum(self._duals, 0.0), self._duals)
        duals = np.where(np.isposinf(self._row_upper), np.maximum(duals, 0.0), duals)
        used = duals != 0.0
        sides = np.where(duals > 0.0, self._row_lower, self._row_upper)[used]
        reduced = -np.asarray(self._matrix.T @ duals)
        reduced[column] -= 1.0
        least = float(duals[used] @ sides) + float(np.minimum(reduced * self._lower, reduced * self._upper).sum())
        return -least
