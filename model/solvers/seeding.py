"""First routes for the root LP, found where they are cheap to find: in single blocks of a few periods.

An LP over all blocks that starts with cheapest routes only spends its time on prices of capacity that say "unserved";
a single block is solved in hundredths of a second. So some blocks, spread over the periods, are solved twice, as if
all that can be built were there and as if only what must be built were: between the two lie the plans of interest. The
routes found serve the blocks of the nearest periods; what is still missing, pricing finds.
"""

from __future__ import annotations

import highspy
import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.block_lp import BlockLP
from model.solvers.highs import Status, new_solver, run_lp
from model.solvers.investment_space import InvestmentSpace
from model.solvers.problem import Problem

PERIODS = 5
NEIGHBOURS = 2


def leading_blocks(problem: Problem) -> list[int]:
    """Numbers of the blocks of some periods, spread evenly, first and last among them."""
    periods = list(dict.fromkeys(block.key[0] for block in problem.compiled.blocks))
    chosen = {periods[i] for i in np.linspace(0, len(periods) - 1, PERIODS).round().astype(int).tolist()}
    return [number for number, block in enumerate(problem.compiled.blocks) if block.key[0] in chosen]


def seeded_routes(problem: Problem, space: InvestmentSpace, first: list[IntArray]) -> list[IntArray]:
    """Numbers of routes for every block; `first` holds some for each block to begin with."""
    compiled = problem.compiled
    leading = leading_blocks(problem)
    worlds = [bounds for bounds in (_everything(problem), _necessary(problem, space)) if bounds is not None]
    found: dict[int, IntArray] = {}
    for number in leading:
        block = BlockLP(problem, number)
        block.add_numbers(first[number])
        wanted = [first[number]]
        for lower, upper in worlds:
            block.between(lower[block.doors], upper[block.doors])
            complete = block.generate()
            block.settle()
            if complete:
                wanted.append(block.used())
        found[number] = np.unique(np.concatenate(wanted))
    periods = {key: i for i, key in enumerate(dict.fromkeys(block.key[0] for block in compiled.blocks))}
    result = []
    for number, block_map in enumerate(compiled.blocks):
        near = [other for other in leading if compiled.blocks[other].key[1:] == block_map.key[1:]]
        near.sort(key=lambda other: abs(periods[compiled.blocks[other].key[0]] - periods[block_map.key[0]]))
        parts = [first[number], *(found[other] for other in near[:NEIGHBOURS])]
        result.append(np.unique(np.concatenate(parts)))
    return result


def _everything(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Bounds of the compiled columns: all that can be built may be used, for nothing."""
    return problem.compiled.lower, problem.compiled.upper


def _necessary(problem: Problem, space: InvestmentSpace) -> tuple[FloatArray, FloatArray] | None:
    """The cheapest investments that keep the investment rows, as bounds; None when there are none."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = space.size, space.rows.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.maximum(space.cost, 1e-6), space.lower, space.upper
    lp.row_lower_, lp.row_upper_ = space.row_lower, space.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = space.rows.indptr, space.rows.indices
    lp.a_matrix_.value_ = space.rows.data
    solver = new_solver(problem.options)
    solver.passModel(lp)
    if run_lp(solver, problem.progress) != Status.kOptimal:
        return None
    values = np.zeros(problem.compiled.column_count)
    values[space.columns] = space.values(np.array(solver.getSolution().col_value))
    return values, values
