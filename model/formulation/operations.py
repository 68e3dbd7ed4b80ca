"""Operations blocks, one for each period and season: route flows meet demand; loads measure them.

Sets: DEMANDS (row numbers with something to carry), ROUTES (route numbers), LOADS (load keys).
Variables: flow[route] — units of the route's demand; unserved[demand]; load[key].
Rows: serve[demand]: flows + unserved = amount; load_definition[key]: load = Σ coefficient × flow.
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.formulation.formulation import BlockKey, Formulation


def add_operations(formulation: Formulation) -> None:
    """Add model.operations[period, season] for all blocks."""
    model = formulation.model
    model.BLOCKS = pyo.Set(initialize=formulation.block_keys, ordered=True, dimen=2)
    model.operations = pyo.Block(model.BLOCKS)
    route_loads = _route_loads(formulation)
    for key in formulation.block_keys:
        _fill_block(formulation, key, route_loads)


def _route_loads(formulation: Formulation) -> dict[tuple[str, ...], list[tuple[int, float]]]:
    """(route, coefficient) pairs of each load, for the routes handed in."""
    result: dict[tuple[str, ...], list[tuple[int, float]]] = {key: [] for key in formulation.loads}
    for key, load in formulation.loads.items():
        for route in formulation.routes:
            coefficient = load.of_route(route.arcs, int(formulation.cargo.class_of[route.demand]), route.demand)
            if coefficient != 0.0:
                result[key].append((route.number, coefficient))
    return result


def _fill_block(
    formulation: Formulation, key: BlockKey, route_loads: dict[tuple[str, ...], list[tuple[int, float]]]
) -> None:
    block = formulation.operations(*key)
    amounts = dict(enumerate(formulation.demand_amounts(key).tolist()))
    block.DEMANDS = pyo.Set(initialize=[i for i, amount in amounts.items() if amount > 0], ordered=True, dimen=1)
    routes = [route for route in formulation.routes if amounts[route.demand] > 0]
    block.ROUTES = pyo.Set(initialize=[route.number for route in routes], ordered=True, dimen=1)
    names = list(formulation.loads)
    block.LOADS = pyo.Set(initialize=range(len(names)), ordered=True, dimen=1)
    block.flow = pyo.Var(block.ROUTES, domain=pyo.NonNegativeReals)
    block.unserved = pyo.Var(block.DEMANDS, bounds=lambda _, i: (0.0, amounts[i]))
    # free, although most loads cannot be negative: a bound at 0 would share the price with the rows that use the load
    block.load = pyo.Var(block.LOADS, domain=pyo.Reals)
    of_demand: dict[int, list[int]] = {}
    for route in routes:
        of_demand.setdefault(route.demand, []).append(route.number)
    block.serve = pyo.Constraint(
        block.DEMANDS,
        rule=lambda b, i: pyo.quicksum(b.flow[r] for r in of_demand.get(i, ())) + b.unserved[i] == amounts[i],
    )

    def definition(b: pyo.Block, i: int) -> pyo.Expression:
        carried = pyo.quicksum(value * b.flow[r] for r, value in route_loads[names[i]] if r in b.ROUTES)
        return b.load[i] == carried

    block.load_definition = pyo.Constraint(block.LOADS, rule=definition)
