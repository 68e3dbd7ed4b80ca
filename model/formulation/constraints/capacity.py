"""capacity — the use of every limited asset stays within what is installed.

Why: ports, ferries, borders and rail sections carry only so much a year.
Maths: load[asset, measure, direction, t, s] <= share[s] * installed[asset, measure, t]
Indices: asset in Links, Nodes with a limit; measure in kTEU, kt; direction 'each' (forward, backward) or 'both'.
Data: Links/Nodes.capacity_kteu [kTEU/year], .capacity_kt [kt/year], Links.capacity_direction,
    Nodes.capacity_counts, ProjectEffects.added_kteu, .added_kt.
Switch name: capacity
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.investment import limited_assets
from model.formulation.loads import Load, LoadKey
from model.network.graph import PASSING, FloatArray, IntArray

NAME = "capacity"
DIRECTIONS = {"each": ("forward", "backward"), "both": ("both",)}


def applies(case: Case) -> bool:
    """Whether any asset has a limit."""
    return bool(limited_assets(case))


def declare_loads(formulation: Formulation) -> None:
    """One load for each limited asset, measure and direction that some arc uses."""
    for asset_kind, asset, measure in limited_assets(formulation.case):
        for direction, arcs in _arcs(formulation, asset_kind, asset).items():
            if len(arcs):
                key = (asset_kind, asset, measure, direction)
                formulation.declare_load(Load(key, arcs, _use(formulation, measure, arcs)))


def _arcs(formulation: Formulation, asset_kind: str, asset: str) -> dict[str, IntArray]:
    """Arc numbers whose flow uses the asset, by direction of the limit."""
    graph = formulation.graph
    if asset_kind == "node":
        nodes = formulation.case.table("Nodes").set_index("node")
        arcs = graph.arcs_at_node.get(asset, np.zeros(0, dtype=np.int64))
        if nodes.at[asset, "capacity_counts"] == "handling":
            arcs = arcs[(graph.arcs.loc[arcs, "kind"] != PASSING).to_numpy()]
        return {"both": arcs}
    links = formulation.case.table("Links").set_index("link")
    ways = {way: graph.arcs_of_link[asset, way] for way in DIRECTIONS["each"] if (asset, way) in graph.arcs_of_link}
    if links.at[asset, "capacity_direction"] == "each":
        return {way: np.array([arc]) for way, arc in ways.items()}
    return {"both": np.array(list(ways.values()))}


def _use(formulation: Formulation, measure: str, arcs: IntArray) -> FloatArray:
    """What a unit of each class takes of the measure on each arc, shape (classes, arcs)."""
    if measure == "kTEU":
        return formulation.container_use[:, arcs]
    tonnes = formulation.cargo.class_vector("tonnes")
    return np.repeat(tonnes[:, None], len(arcs), axis=1)


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
    installed = formulation.investment.installed[(*asset, block[0])]
    return formulation.load(block, key) <= formulation.season_share(block[1]) * installed
