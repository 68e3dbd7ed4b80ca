"""First routes for every root LP whose blocks meet only in investments, found in the LPs of single periods.

An LP over all blocks that starts with cheapest routes only spends its time on prices of capacity that say "unserved";
that of one period is solved in hundredths of a second. So some periods, spread over the horizon, are solved by
themselves, with all investments at their share of the cost: what a period would build for itself is near to what the
whole plan has then. The routes found serve the blocks of the nearest periods; what is still missing, pricing finds.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from model.network.graph import IntArray
from model.solvers.core.highs import Status
from model.solvers.core.investment_space import InvestmentSpace
from model.solvers.lp.form import blocks_form
from model.solvers.lp.generation import Generation
from model.solvers.lp.route_lp import RouteLP
from model.solvers.problem import Problem

PERIODS = 5
NEIGHBOURS = 2
DEAR = 100.0  # times the share of the cost
ENOUGH = 1e-4  # relative; routes that save less in a period are left to the root LP


def leading_blocks(problem: Problem) -> list[int]:
    """Numbers of the blocks of some periods, spread evenly, first and last among them."""
    periods = list(dict.fromkeys(block.key[0] for block in problem.compiled.blocks))
    chosen = {periods[i] for i in np.linspace(0, len(periods) - 1, PERIODS).round().astype(int).tolist()}
    return [number for number, block in enumerate(problem.compiled.blocks) if block.key[0] in chosen]


def seeded_routes(problem: Problem, space: InvestmentSpace, first: list[IntArray]) -> list[IntArray]:
    """Numbers of routes for every block; `first` holds some for each block to begin with."""
    blocks = problem.compiled.blocks
    periods = {key: i for i, key in enumerate(dict.fromkeys(block.key[0] for block in blocks))}
    shared = dataclasses.replace(space, cost=space.cost / len(periods))
    leading = leading_blocks(problem)
    found: dict[int, IntArray] = {}

    def near(number: int) -> list[int]:
        """The nearest blocks of the same season of which routes are known."""
        period, *season = blocks[number].key
        alike = [other for other in found if list(blocks[other].key[1:]) == season]
        alike.sort(key=lambda other: abs(periods[blocks[other].key[0]] - periods[period]))
        return alike[:NEIGHBOURS]

    for period in periods:
        here = [number for number in leading if blocks[number].key[0] == period]
        if here:
            known = {number: [first[number], *(found[other] for other in near(number))] for number in here}
            found |= _routes_of_period(problem, shared, {n: np.concatenate(parts) for n, parts in known.items()})
    result = []
    for number in range(len(blocks)):
        parts = [first[number], *(found[other] for other in near(number))]
        result.append(np.unique(np.concatenate(parts)))
    return result


def _routes_of_period(problem: Problem, space: InvestmentSpace, known: dict[int, IntArray]) -> dict[int, IntArray]:
    """Routes that some blocks take together, or could take at the same cost, beginning with those known.

    Those that they would take if all that can be built came for nothing, and if it were so dear that only the necessary
    is built, get known as well: small changes, which see known routes only, ask what it is worth to open what the root
    LP never opens, and to drop what it opens.
    """
    lp = RouteLP(problem, blocks_form(problem.compiled, space, known))
    for number, numbers in known.items():
        lp.add_numbers(number, numbers)
    if Generation(lp, exact=False).optimise(enough=ENOUGH) != Status.kOptimal:
        return known
    used = lp.used()
    for dear in (0.0, DEAR):
        lp.price_steps(dear * space.cost)
        Generation(lp, exact=False).optimise(enough=ENOUGH)
    return {number: np.array([route for block, route in used if block == number], dtype=np.int64) for number in known}
