"""gates — what a project makes faster, cheaper or cleaner can be used once the project is in service.

Why: electrification, border procedures, one through price and better slots change time, price and emissions, not
    capacity.
Maths: gated[project, asset, t, s] <= bound[asset, t, s] * in_service[project, t]
       gated = tonnes on the variant arcs of the asset that need the project; the bound is the tonnes that could at
       most use the asset: its largest capacity where it is limited, else everything there is to carry.
Indices: (project, asset) pairs with a change in ProjectEffects, periods t, seasons s.
Data: ProjectEffects.time_change, .cost_change, .co2_change, .buffer_change [share].
Switch name: gates
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from model.case.canonical import value_at
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.investment import most_installed
from model.formulation.loads import Load, LoadKey
from model.network.graph import IntArray


def _gated_arcs(formulation: Formulation) -> dict[tuple[str, str, str], IntArray]:
    """Variant arcs by (project, asset_kind, asset)."""
    arcs = formulation.graph.arcs
    found: dict[tuple[str, str, str], list[int]] = {}
    for arc in np.flatnonzero([bool(gates) for gates in arcs["gates"]]):
        kind = "link" if value_at(arcs, arc, "link") else "node"
        for project in value_at(arcs, arc, "gates"):
            found.setdefault((project, kind, str(value_at(arcs, arc, kind))), []).append(int(arc))
    return {key: np.array(numbers, dtype=np.int64) for key, numbers in found.items()}


def load_key(project: str, asset_kind: str, asset: str) -> LoadKey:
    """Key of the tonnes that use a project's change of an asset."""
    return ("gate", project, asset_kind, asset, "kt")


def declare_loads(formulation: Formulation) -> None:
    """Tonnes on the variant arcs of each (project, asset)."""
    for key, arcs in _gated_arcs(formulation).items():
        formulation.declare_load(Load(load_key(*key), arcs, formulation.use_of("kt", arcs)))


def add(formulation: Formulation) -> None:
    """Add block.gate to every operations block."""
    gated = list(_gated_arcs(formulation))
    in_service = formulation.investment.in_service
    for block in formulation.block_keys:
        bounds = {key: most_tonnes(formulation, block, key[1], key[2]) for key in gated}
        operations = formulation.operations(*block)
        operations.gate = pyo.Constraint(
            range(len(gated)),
            rule=lambda _, i, block=block, bounds=bounds: (
                formulation.load(block, load_key(*gated[i])) <= bounds[gated[i]] * in_service[gated[i][0], block[0]]
            ),
        )
        for row in operations.gate.values():
            formulation.switch(row)


def most_tonnes(formulation: Formulation, block: BlockKey, asset_kind: str, asset: str) -> float:
    """Most tonnes that can use an asset in a block: a true bound, so that the gate is as tight as the data allow."""
    tonnes = formulation.cargo.class_vector("tonnes")[formulation.cargo.class_of]
    everything = float((formulation.demand_amounts(block) * tonnes).sum())
    if not formulation.families.get("capacity", True):
        return everything  # nothing holds the flow within capacities
    find = _link_limits if asset_kind == "link" else _node_limit
    return min([everything, *find(formulation, block, asset)])


def _link_limits(formulation: Formulation, block: BlockKey, link: str) -> list[float]:
    """Tonnes that a link and the two places that each unit on it passes, or begins or ends at, can take in a block."""
    case = formulation.case
    ends = (str(case.lookup("Links", end)[link]) for end in ("from_node", "to_node"))
    limits = [limit for end in ends for limit in _node_limit(formulation, block, end)]
    most = most_installed(case, ("link", link, "kt"), block[0])
    if most is not None:
        each = case.lookup("Links", "capacity_direction")[link] == "each"
        ways = 2.0 if each and case.lookup("Links", "both_ways")[link] else 1.0
        limits.append(ways * most * formulation.season_share(block[1]))
    return limits


def _node_limit(formulation: Formulation, block: BlockKey, node: str) -> list[float]:
    """Tonnes that a place can take in a block; none where what passes does not count against its capacity."""
    most = most_installed(formulation.case, ("node", node, "kt"), block[0])
    if most is None or formulation.case.lookup("Nodes", "capacity_counts")[node] == "handling":
        return []
    return [most * formulation.season_share(block[1])]
