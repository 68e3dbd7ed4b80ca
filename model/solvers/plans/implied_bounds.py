"""Bounds of the decisions that the rules imply together: what budgets and rules leave no room for is closed.

A row alone says little of a project under a budget, as it knows nothing of what else must be paid. All rules together
say how far each decision can go, by one small LP each (bound tightening by optimisation). Without these bounds the
trees of the periods build a third of a project where the budget has room for no more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import Status, new_solver, solve_lp
from model.solvers.core.linear_program import LinearProgram, clipped, worth_of_rows
from model.solvers.plans.decisions import WHOLE, Decisions
from model.solvers.problem import Problem

NEARLY = 1e-3  # what comes so near to its bound is not asked about
MOST_TOGETHER = 20  # LPs that ask for several decisions at once


def with_implied_bounds(problem: Problem, decisions: Decisions) -> Problem:
    """The problem with upper bounds of its decisions that no plan goes beyond; the model's own stay in `wide`.

    Raises Interrupted.
    """
    compiled = problem.compiled
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
        sides = compiled.row_lower[rules], compiled.row_upper[rules]
        self._program = LinearProgram(np.zeros(len(lower)), lower, upper.copy(), decisions.matrix, *sides)
        self._progress, self._solver = problem.progress, new_solver(problem.options, presolve="off")
        self._program.pass_to(self._solver, "the LP of what the rules allow")
        self._duals = np.zeros(len(rules))

    def hold(self, upper: FloatArray) -> None:
        """Other upper bounds from now on."""
        self._program = replace(self._program, upper=upper.copy())
        self._solver.changeColsBounds(len(upper), np.arange(len(upper), dtype=np.int32), self._program.lower, upper)

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
        program, sides = self._program, (self._program.row_lower, self._program.row_upper)
        duals = clipped(self._duals, *sides)
        reduced = -np.asarray(program.matrix.T @ duals)
        reduced[column] -= 1.0
        return -worth_of_rows(duals, *sides) - float(np.minimum(reduced * program.lower, reduced * program.upper).sum())
