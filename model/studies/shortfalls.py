"""Demand that no plan can carry: the cut behind it, found with every project built.

All projects are taken as built, routes cost nothing, and each unit left behind costs 1. If something is left behind the duals
name the assets that hold it back and the demands that need them: Σ weight × demand <= Σ price × capacity would have to hold
and does not. With weights and prices of 1 that is a plain cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from model.case.case import Case
from model.formulation.build import build
from model.formulation.constraints.capacity import background
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.investment import (
    ASSET_SHEETS,
    MEASURES,
    capacity_effects,
    choosable_projects,
    limited_assets,
)
from model.network.graph import BoolArray, FloatArray, build_graph
from model.network.paths import PathFinder
from model.network.routes import RoutePool
from model.solvers.engine import solve
from model.solvers.options import SolveOptions
from model.solvers.problem import Solution
from model.solvers.progress import Progress

NOTHING = 1e-6


@dataclass(frozen=True)
class Shortfall:
    """What cannot be carried in a period, even with everything built.

    `demands` are (key, weight, amount), `assets` (asset_kind, key, measure, direction, price, capacity), amounts in tonnes
    (kt) or kTEU as the demand has them; `short` is the sum left behind. `unreachable` are demands without any route.
    """

    period: str
    short: float
    needed: float
    capacity: float
    demands: tuple[tuple[str, float, float], ...]
    assets: tuple[tuple[str, str, str, str, float, float], ...]
    unreachable: tuple[str, ...]


def fully_built(case: Case) -> Case:
    """The case with every project built from the start at no cost, free routes, and a penalty of 1 per unit."""
    effects = capacity_effects(case)
    modules = choosable_projects(case)["maximum_modules"]
    tables = {}
    for kind, sheet in ASSET_SHEETS.items():
        table = case.table(sheet).copy()
        for measure, (column, _) in MEASURES.items():
            added = {
                key[1]: sum(v * float(modules[p]) for p, v in by_project.items())
                for key, by_project in effects.items()
                if key[0] == kind and key[2] == measure
            }
            table[column] = table[column] + table[kind].map(added).fillna(0.0)
        tables[sheet] = table
    links, nodes = tables["Links"], tables["Nodes"]
    for column in (
        "cost_per_teu",
        "cost_per_t",
        "surcharge_per_teu",
        "perceived_per_teu",
        "days_regular",
        "days_block",
    ):
        links[column] = 0.0
    for column in nodes.columns:
        if isinstance(column, str) and column.startswith(("passing_", "transfer_", "terminal_")):
            nodes[column] = 0.0
    projects = case.table("Projects")
    built = projects.assign(status="excluded")
    commodities = case.table("Commodities").assign(unserved_penalty=1.0)
    bare = case.with_tables(
        Links=links, Nodes=nodes, Projects=built, Commodities=commodities,
        Costs=case.table("Costs").iloc[:0], Policies=case.table("Policies").iloc[:0],
        Boxes=case.table("Boxes").iloc[:0], Congestion=case.table("Congestion").iloc[:0],
        ProjectEffects=case.table("ProjectEffects").iloc[:0],
        Vessels=case.table("Vessels").assign(
            existing=lambda t: t["existing"] + t["maximum_purchases"], maximum_purchases=0.0
        ),
    )  # fmt: skip
    return bare.with_settings(discount_rate=0.0, salvage="none", co2_price=0.0, fuel_price=0.0)


def shortfalls(case: Case, time_limit: float = 60.0) -> list[Shortfall]:
    """Shortfall of each block in which something cannot be carried, worst first."""
    bare = fully_built(case)
    formulation = build(bare, build_graph(bare), RoutePool())
    options = SolveOptions(gap=0.0, time_limit=time_limit).filled(bare)
    _, solution = solve(formulation, options, Progress(time_limit))
    if solution is None:
        return []
    found = [_of_block(formulation, solution, number) for number in range(len(formulation.block_keys))]
    return sorted((item for item in found if item is not None), key=lambda item: -item.short)


def _of_block(formulation: Formulation, solution: Solution, number: int) -> Shortfall | None:
    """Shortfall of one block, or None when everything can be carried."""
    key = formulation.block_keys[number]
    cargo = formulation.cargo
    carried = np.zeros(len(cargo.names))
    for (block, route), flow in solution.flows.items():
        if block == number:
            carried[formulation.routes[route].demand] += flow
    amounts = np.array([formulation.demand_amount(i, key) for i in range(len(cargo.names))])
    left = np.where(cargo.is_empty, 0.0, np.maximum(amounts - carried, 0.0))
    if left.sum() <= NOTHING * max(1.0, float(amounts.sum())):
        return None
    prices = np.maximum(solution.load_prices[number] / formulation.operating_weight(key[0]), 0.0)
    weights, unreachable = _weights(formulation, prices)
    weights = np.where(cargo.is_empty, 0.0, weights)
    counted = np.flatnonzero((weights > NOTHING) & (amounts > NOTHING))
    assets = tuple(_assets(formulation, solution, key, prices))
    return Shortfall(
        key[0],
        float(left.sum()),
        float((weights * amounts).sum()),
        sum(price * capacity for *_, price, capacity in assets),
        tuple((cargo.rows[i], float(weights[i]), float(amounts[i])) for i in counted),
        assets,
        tuple(cargo.rows[i] for i in counted if unreachable[i]),
    )


def _weights(formulation: Formulation, prices: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Price of the cheapest route of each demand, at most 1, and whether it has no route at all; shape (demands,)."""
    cargo, graph = formulation.cargo, formulation.graph
    finder = PathFinder(graph)
    arc_prices = np.zeros((len(cargo.classes), graph.arc_count))
    for load, price in zip(formulation.loads.values(), prices):
        if price > NOTHING:
            arc_prices[:, load.arcs] += price * load.coefficients
    weights, unreachable = np.ones(len(cargo.names)), np.ones(len(cargo.names), dtype=np.bool_)
    for i, (origin, destination) in enumerate(zip(cargo.origins, cargo.destinations)):
        if origin in graph.source and destination in graph.sink:
            kind = int(cargo.class_of[i])
            costs = np.where(formulation.accepted[kind], arc_prices[kind], np.inf)
            distance, _ = finder.trees(costs, [graph.source[origin]])
            reached = float(distance[0, graph.sink[destination]])
            unreachable[i] = not np.isfinite(reached)
            weights[i] = min(1.0, reached)
    return weights, unreachable


def _assets(
    formulation: Formulation, solution: Solution, key: BlockKey, prices: FloatArray
) -> Iterator[tuple[str, str, str, str, float, float]]:
    """Priced loads that measure assets, with what the block may use of them."""
    share = formulation.season_share(key[1])
    limits = limited_assets(formulation.case)
    for load, price in zip(formulation.loads, prices):
        if price > NOTHING and len(load) == 4:
            asset = (load[0], load[1], load[2])
            if asset in limits and key[0] in limits[asset]:
                usable = share * formulation.availability(load[0], load[1], key) * limits[asset][key[0]]
                yield (*load, float(price), usable - share * background(formulation, key, asset))
            else:
                yield (*load, float(price), 0.0)


def sentence(case: Case, found: Shortfall) -> str:
    """The shortfall in one sentence about cells and quantities."""
    places = [case_place(case, kind, asset, measure) for kind, asset, measure, *_ in found.assets]
    if found.unreachable and not found.assets:
        return f"No route, open or planned, joins the ends of {listed(found.unreachable)} in {found.period}."
    plain = all(abs(price - 1) < 1e-4 for *_, price, _ in found.assets)
    plain = plain and all(abs(weight - 1) < 1e-4 for _, weight, _ in found.demands)
    weighted = "" if plain else " (each weighted by how much of the bottlenecks it needs)"
    return (
        f"In {found.period} the demands {listed([name for name, *_ in found.demands])} add up to {found.needed:,.6g} through "
        f"{listed(places)}{weighted}, and these can take {found.capacity:,.6g} with every project built: short by "
        f"{found.needed - found.capacity:,.6g}."
    )


def case_place(case: Case, kind: str, asset: str, measure: str) -> str:
    """An asset with the cell of its capacity."""
    sheet = ASSET_SHEETS.get(kind, "Links")
    column = "link" if sheet == "Links" else "node"
    table = case.table(sheet)
    rows = table.index[table[column] == asset]
    cell = case.cell(sheet, int(rows[0]), MEASURES[measure][0]) if len(rows) else sheet
    return f"{asset} ({cell})"


def listed(names: Sequence[str], most: int = 6) -> str:
    """'a, b and c', shortened to 'a, b and 7 more' when there are many."""
    unique = list(dict.fromkeys(names))
    shown = unique if len(unique) <= most else [*unique[: most - 1], f"{len(unique) - most + 1} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
