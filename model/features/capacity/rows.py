"""capacity — the use of every limited asset stays within what is installed.

Why: ports, ferries, borders and rail sections carry only so much a year.
Maths: load[asset, measure, direction, t, s] <= share[s] * (available[asset, s] * installed[asset, measure, t] -
    min(background[asset, measure], available[asset, s] * base[asset, measure, t]))
       + extra[asset, measure, t, s], the last by features that let an asset work longer.
    Background traffic takes at most what is open without projects: where that is shut, nothing passes either.
Indices: asset in Links, Nodes with a limit; measure in kTEU, kt; direction 'each' (forward, backward) or 'both'.
Data: Seasons.share_of_year; Availability.availability; Links/Nodes.background_kteu, .background_kt;
    Links/Nodes.capacity_kteu [kTEU/year], .capacity_kt [kt/year], Links.capacity_direction,
    Nodes.capacity_counts, ProjectEffects.added_kteu, .added_kt.
Switch name: capacity
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from model.case.case import Case, once_per_case
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.investment import ASSET_SHEETS, limited_assets
from model.formulation.loads import Load, LoadKey
from model.network.graph import PASSING, IntArray

DIRECTIONS = {"each": ("forward", "backward"), "both": ("both",)}


def declare_loads(formulation: Formulation) -> None:
    """One load for each limited asset, measure and direction that some arc uses."""
    for asset_kind, asset, measure in limited_assets(formulation.case):
        for direction, arcs in _arcs(formulation, asset_kind, asset).items():
            if len(arcs):
                key = (asset_kind, asset, measure, direction)
                formulation.declare_load(Load(key, arcs, formulation.use_of(measure, arcs)))


def _arcs(formulation: Formulation, asset_kind: str, asset: str) -> dict[str, IntArray]:
    """Arc numbers whose flow uses the asset, by direction of the limit."""
    graph = formulation.graph
    if asset_kind == "node":
        arcs = graph.arcs_at_node.get(asset, np.zeros(0, dtype=np.int64))
        if formulation.case.lookup("Nodes", "capacity_counts")[asset] == "handling":
            arcs = arcs[(graph.arcs.loc[arcs, "kind"] != PASSING).to_numpy()]
        return {"both": arcs}
    ways = {way: graph.arcs_of_link[asset, way] for way in DIRECTIONS["each"] if (asset, way) in graph.arcs_of_link}
    if formulation.case.lookup("Links", "capacity_direction")[asset] == "each":
        return ways
    return {"both": np.concatenate(list(ways.values()))}


def add(formulation: Formulation) -> None:
    """Add block.capacity to every operations block."""
    limits = limited_assets(formulation.case)
    keys = [key for key in formulation.loads if key[:3] in limits and len(key) == 4]
    for block in formulation.block_keys:
        formulation.operations(*block).capacity = pyo.Constraint(
            range(len(keys)), rule=lambda _, i, block=block: _row(formulation, block, keys[i], limits)
        )


def _row(
    formulation: Formulation, block: BlockKey, key: LoadKey, limits: dict[tuple[str, str, str], dict[str, float]]
) -> object:
    asset = (key[0], key[1], key[2])
    if block[0] not in limits[asset]:
        return pyo.Constraint.Skip
    free = room(formulation, block, asset)
    formulation.limit_load(block, key, free)
    return formulation.load(block, key) <= free


def room(formulation: Formulation, block: BlockKey, asset: tuple[str, str, str]) -> object:
    """What the corridor can use of an asset in a block: available part of the installed, less background traffic."""
    installed = formulation.investment.installed[(*asset, block[0])]
    return usable(formulation, block, asset, installed) + formulation.added_room.get((block, asset), 0.0)


def usable(formulation: Formulation, block: BlockKey, asset: tuple[str, str, str], installed: Any) -> Any:
    """What is open of an installed capacity (a variable or its value) in a block, less background traffic."""
    share = formulation.season_share(block[1])
    available = formulation.availability(asset[0], asset[1], block)
    return share * available * installed - share * background(formulation, block, asset)


def background(formulation: Formulation, block: BlockKey, asset: tuple[str, str, str]) -> float:
    """Background traffic of an asset in a block, measure a year: as given, at most what is open without projects."""
    case = formulation.case
    given = backgrounds(case)[case.epoch(formulation.period(block[0]).first_year)].get(asset, 0.0)
    base = limited_assets(case)[asset][block[0]]
    return min(given, formulation.availability(asset[0], asset[1], block) * base)


@once_per_case
def backgrounds(case: Case) -> dict[int, dict[tuple[str, str, str], float]]:
    """Background traffic that is not 0, by epoch and (asset_kind, asset, measure)."""
    result: dict[int, dict[tuple[str, str, str], float]] = {}
    for period in case.periods:
        given = result.setdefault(case.epoch(period.first_year), {})
        for kind, sheet in ASSET_SHEETS.items():
            table = case.table(sheet, period.first_year)
            for measure in ("kTEU", "kt"):
                values = zip(table[kind], table[f"background_{measure.lower()}"], strict=False)
                given.update({(kind, asset, measure): float(value) for asset, value in values if value > 0})
    return result
