"""Plans out of what the parts' whole states cost: the prices of the hull say which states to look at."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import SolverError, new_solver, run_mip
from model.solvers.search.hull import Hull
from model.solvers.search.hull_bounds import HullPoint
from model.solvers.search.period_tree import Leaf, PeriodTree, Steps, state_key

CLEAR = 0.03  # what is so near to a whole number is not rounded both ways
BOTH_WAYS = 2  # decisions of a part that are, at most
NODES = 300  # of the MIP over states; a number and not seconds, so that two runs do the same


def rounded(hull: Hull, point: HullPoint) -> list[list[FloatArray]]:
    """States of each part near the point: its most fractional copies rounded both ways, the others to the nearest."""
    decided, found = hull.decided(point), []
    for tree in hull.trees:
        copies = tree.part.places.copies
        values = np.clip(decided[copies], hull.lower[copies], hull.upper[copies])
        unclear = np.minimum(values % 1, 1 - values % 1)
        open_ones = np.flatnonzero(unclear > CLEAR)
        open_ones = open_ones[np.argsort(-unclear[open_ones], kind="stable")][:BOTH_WAYS]
        states = []
        for ends in itertools.product((0, 1), repeat=len(open_ones)):
            state = np.round(values)
            state[open_ones] = np.floor(values[open_ones]) + np.array(ends)
            states.append(state)
        found.append(states)
    return found


def evaluate(tree: PeriodTree, states: list[FloatArray], near: float) -> Steps:
    """Solve the part with its copies at some states without a cut; each leaves one that is tight there."""
    for state in states:
        if state_key(state) in tree.cut_at:
            continue
        box = Leaf.whole_box(tree.part.lower, tree.part.upper)
        if np.any(state < box.lower[: tree.copies]) or np.any(state > box.upper[: tree.copies]):
            continue
        box.lower[: tree.copies] = box.upper[: tree.copies] = state
        point = yield from tree.part.solve(box.lower, box.upper, None, np.inf, near)
        if np.isfinite(point.value):  # ships in fractions: the plan made of it is evaluated with whole ones
            tree.know(state, point.value - tree.charged(state), cut=True)


def best_of_states(hull: Hull, point: HullPoint, cutoff: float, tried: Iterable[FloatArray] = ()) -> FloatArray | None:
    """The decisions of least cost whose states are all known; None when none is seen to cost less than `cutoff`.

    None of those `tried`: with whole ships they cost more than the states say.
    """
    problem, decisions = hull.problem, hull.decisions
    count, trees = len(decisions.columns), hull.trees
    states, costs = _worth_a_look(hull, point, cutoff)
    if any(not len(each) for each in costs):
        return None
    first = count + np.concatenate(([0], np.cumsum([len(each) for each in costs]))).astype(np.int64)
    entries = coo_array(decisions.matrix)
    rows, columns = ([np.asarray(each, dtype=np.int64)] for each in entries.coords)
    values = [entries.data]
    row = len(decisions.rules)
    for number, tree in enumerate(trees):
        table, copies = states[number], tree.part.places.copies
        at, copy = np.nonzero(table)
        rows += [row + copy, row + np.arange(len(copies)), np.full(len(table), row + len(copies))]
        columns += [first[number] + at, copies, first[number] + np.arange(len(table))]
        values += [table[at, copy], -np.ones(len(copies)), np.ones(len(table))]
        row += len(copies) + 1
    shape = (row, int(first[-1]))
    matrix = csr_array(
        coo_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape)
    )
    side = np.concatenate([np.append(np.zeros(tree.copies), 1.0) for tree in trees])
    again = [places for places in (_places(hull, states, each) for each in tried) if places is not None]
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = shape
    lp.col_cost_ = np.concatenate((hull.cost, *costs))
    lp.col_lower_ = np.concatenate((problem.compiled.lower[decisions.columns], np.zeros(shape[1] - count)))
    lp.col_upper_ = np.concatenate((problem.compiled.upper[decisions.columns], np.ones(shape[1] - count)))
    lp.row_lower_, lp.row_upper_ = np.concatenate((hull.row_lower, side)), np.concatenate((hull.row_upper, side))
    lp.offset_ = hull.constant
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * shape[1]
    solver = new_solver(problem.options, mip_rel_gap=1e-9, mip_max_nodes=NODES)
    if solver.passModel(lp) == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused the MIP over states")
    for places in again:
        index = (first[:-1] + places).astype(np.int32)
        solver.addRow(0.0, len(trees) - 1.0, len(trees), index, np.ones(len(trees)))
    result = run_mip(solver, problem.progress, "plans of states", trust_bound=False)
    if result.values is None or result.objective is None or result.objective >= cutoff:
        return None
    return np.round(result.values[:count])


def _places(hull: Hull, states: list[FloatArray], decisions: FloatArray) -> IntArray | None:
    """Where the states of a plan stand in each part's table; None where one of them does not."""
    found = []
    for tree, table in zip(hull.trees, states, strict=True):
        same = np.flatnonzero(np.all(table == np.round(decisions[tree.part.places.copies]), axis=1))
        if not len(same):
            return None
        found.append(int(same[0]))
    return np.array(found, dtype=np.int64)


def _worth_a_look(hull: Hull, point: HullPoint, cutoff: float) -> tuple[list[FloatArray], list[FloatArray]]:
    """States of each part that may stand in a plan below the cutoff, by the prices of the point, and their costs."""
    states, costs = [], []
    for tree, prices, least in zip(hull.trees, point.prices, point.least.tolist(), strict=True):
        shape = (len(tree.states), tree.copies)
        table = np.array([np.frombuffer(key, dtype=np.int16) for key in tree.states], dtype=float).reshape(shape)
        cost = np.array(list(tree.states.values()))
        keep = cost + table @ prices - least <= cutoff - point.bound
        states.append(table[keep])
        costs.append(cost[keep])
    return states, costs
