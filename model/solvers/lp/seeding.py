"""First routes for the root LP, found where they are cheap to find: in the LPs of single periods.

An LP over all blocks that starts with cheapest routes only spends its time on prices of capacity that say "unserved";
that of one period is solved in tenths of a second. So each period is solved by itself first, with all investments at
their share of the cost: what a period would build for itself is near to what the whole plan has then. The LP over all
blocks, solved with the routes found, says better what is built; each period is solved once more with just that. What is
still missing, pricing finds.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.core.highs import Status
from model.solvers.lp.form import blocks_form
from model.solvers.lp.generation import Generation
from model.solvers.lp.route_lp import RouteLP
from model.solvers.problem import Problem

PERIODS = 5
NEIGHBOURS = 2
DEAR = 100.0  # times the share of the cost
ENOUGH = 1e-4  # relative; routes that save less in a period are left to the root LP
ENOUGH_AGAIN = 1e-5  # the same with what the whole plan builds


def leading_blocks(problem: Problem) -> list[int]:
    """Numbers of the blocks of some periods, spread evenly, first and last among them."""
    periods = list(dict.fromkeys(block.key[0] for block in problem.compiled.blocks))
    chosen = {periods[i] for i in np.linspace(0, len(periods) - 1, PERIODS).round().astype(int).tolist()}
    return [number for number, block in enumerate(problem.compiled.blocks) if block.key[0] in chosen]


def seed(whole: RouteLP, first: list[IntArray]) -> None:
    """Give the LP of all blocks its first routes, and its curves corners; `first` holds some routes for each block.

    Raises Interrupted.
    """
    problem, space, blocks = whole.problem, whole.form.space, whole.problem.compiled.blocks
    periods = {key: i for i, key in enumerate(dict.fromkeys(block.key[0] for block in blocks))}
    shared, leading = dataclasses.replace(space, cost=space.cost / len(periods)), leading_blocks(problem)
    found: dict[int, IntArray] = {}

    def near(number: int) -> list[int]:
        """The nearest blocks of the same season of which routes are known."""
        period, *season = blocks[number].key
        alike = [other for other in found if list(blocks[other].key[1:]) == season]
        alike.sort(key=lambda other: abs(periods[blocks[other].key[0]] - periods[period]))
        return alike[:NEIGHBOURS]

    values, parts = np.zeros(problem.compiled.column_count), []
    begun = dict.fromkeys([*(blocks[number].key[0] for number in leading), *periods])
    for period in begun:
        here = [number for number, block in enumerate(blocks) if block.key[0] == period]
        part = RouteLP(problem, blocks_form(problem.compiled, shared, here))
        parts.append(part)
        for number in here:
            part.add_numbers(number, np.concatenate([first[number], *(found[other] for other in near(number))]))
        used = _used(part, values, ENOUGH) or part.routes
        if here[0] in leading:
            _otherwise(part, shared.cost)
        found |= {
            number: np.array([route for block, route in used if block == number], dtype=np.int64) for number in here
        }
    for number in range(len(blocks)):
        whole.add_numbers(number, np.concatenate([first[number], *(found[other] for other in near(number))]))
    whole.bent.bend_to(values)
    if whole.run()[0] != Status.kOptimal:
        return
    built = whole.columns()[: space.size]
    for part in parts:
        part.price_steps(np.zeros(space.size))
        part.bound(built, built)
        whole.add_flows(_used(part, values, ENOUGH_AGAIN))
    whole.bent.bend_to(values)


def _used(part: RouteLP, values: FloatArray, enough: float) -> list[tuple[int, int]]:
    """Routes that some blocks take together, or could take at the same cost, (block, route); none without a solution.

    What their curves hold joins the `values` of the compiled columns.
    """
    if Generation(part, exact=False).optimise(enough=enough) != Status.kOptimal:
        return []
    curves = part.form.curves
    values[curves.columns] = curves.filled(part.bent.sums(part.columns()))
    return part.used()


def _otherwise(part: RouteLP, cost: FloatArray) -> None:
    """Make routes known that some blocks would take if all that can be built came for nothing, or were very dear.

    Small changes, which see known routes only, ask what it is worth to open what the root LP never opens, and to drop
    what it opens.
    """
    for dear in (0.0, DEAR):
        part.price_steps(dear * cost)
        Generation(part, exact=False).optimise(enough=ENOUGH)
