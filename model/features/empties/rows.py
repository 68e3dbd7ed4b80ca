"""empties — containers balance at every market of the Boxes sheet.

Why: a corridor that carries full boxes one way must bring them back empty, or pay for hiring and handing them in.
Maths: boxes[node, t, s] = full and empty boxes unloaded less those loaded = handed_in[node] - hired[node]
Indices: nodes in Boxes, periods t, seasons s. Empty boxes are entries of the cargo that need not travel.
Data: Boxes.pick_up_cost, .drop_off_cost [million USD/kTEU]; blank = not possible.
Switch name: empties
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from model.case.canonical import value_at
from model.formulation.formulation import Formulation
from model.formulation.loads import Load, LoadKey
from model.network.graph import LOADING, UNLOADING


def load_key(node: str) -> LoadKey:
    """Key of the net arrival of boxes at a node."""
    return ("boxes", node)


def declare_loads(formulation: Formulation) -> None:
    """Net boxes that arrive at each market: +1 for a TEU unloaded, -1 for one loaded."""
    graph = formulation.graph
    boxed = np.array([kind.teu if kind.containerised else 0.0 for kind in formulation.cargo.classes])
    for node in formulation.case.table("Boxes")["node"]:
        arcs = graph.arcs_at_node.get(node, np.zeros(0, dtype=np.int64))
        kinds = graph.arcs.loc[arcs, "kind"].to_numpy()
        arcs, kinds = arcs[np.isin(kinds, (LOADING, UNLOADING))], kinds[np.isin(kinds, (LOADING, UNLOADING))]
        sign = np.where(kinds == UNLOADING, 1.0, -1.0)
        formulation.declare_load(Load(load_key(node), arcs, boxed[:, None] * sign[None, :]))


def add(formulation: Formulation) -> None:
    """Add block.hired, block.handed_in and block.box_balance."""
    boxes = formulation.case.table("Boxes").set_index("node")
    nodes = list(boxes.index)
    for key in formulation.block_keys:
        block = formulation.operations(*key)
        block.hired = pyo.Var(nodes, domain=pyo.NonNegativeReals)
        block.handed_in = pyo.Var(nodes, domain=pyo.NonNegativeReals)
        for node in nodes:
            if np.isnan(value_at(boxes, node, "pick_up_cost")):
                block.hired[node].setub(0.0)
            if np.isnan(value_at(boxes, node, "drop_off_cost")):
                block.handed_in[node].setub(0.0)
        block.box_balance = pyo.Constraint(
            nodes,
            rule=lambda b, node, key=key: formulation.load(key, load_key(node)) == b.handed_in[node] - b.hired[node],
        )
