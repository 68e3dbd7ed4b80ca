"""Which arcs no cargo can use in a year: assets without any usable capacity, and links that no ship sails."""

from __future__ import annotations

import numpy as np

from model.case.canonical import records
from model.case.case import Case
from model.network.cargo import CargoClass
from model.network.graph import LINK, PASSING, BoolArray, Graph

NOTHING = 1e-9
MEASURES = ("kteu", "kt")
Asset = tuple[str, str]


def closed_arcs(case: Case, graph: Graph, cargo: CargoClass, year: int) -> BoolArray:
    """Whether an arc is closed for a cargo in a year, shape (arcs,).

    Closed is a limited asset of which nothing is usable in any season, with what is committed by then; a project that
    is only a candidate opens nothing. Families that the Constraints sheet has off close nothing.
    """
    off = case.switched_off
    closed = {measure: _closed_assets(case, year, measure) if "capacity" not in off else set() for measure in MEASURES}
    unsailed = _unsailed(case, year) if "fleet" not in off else set()
    boxed = {"": False, **case.table("Carriers").set_index("carrier")["bulk_in_containers"].to_dict()}
    handling_only = set(case.table("Nodes").query("capacity_counts == 'handling'")["node"])
    names = ("kind", "link", "node", "carrier", "carrier_out")
    result = np.zeros(graph.arc_count, dtype=np.bool_)
    for arc, (kind, link, node, carrier, carrier_out) in enumerate(zip(*map(graph.column, names), strict=True)):
        if kind == PASSING and node in handling_only:
            continue
        asset = ("link", link) if kind == LINK else ("node", node)
        in_boxes = cargo.containerised or boxed[carrier] or boxed[carrier_out]
        result[arc] = asset in closed["kt"] or asset in unsailed or (in_boxes and asset in closed["kteu"])
    return result


def _closed_assets(case: Case, year: int, measure: str) -> set[Asset]:
    """Limited assets of which nothing is usable in any season."""
    added = _committed(case, year, f"added_{measure}")
    given = {
        (row.asset_kind, row.asset, row.season): float(row.availability)
        for row in records(case.table("Availability", year))
    }
    seasons: list[str | None] = [*case.table("Seasons")["season"]] or [None]
    found: set[Asset] = set()
    for kind, sheet in (("link", "Links"), ("node", "Nodes")):
        table = case.table(sheet, year)
        columns = (kind, f"capacity_{measure}", f"background_{measure}")
        for key, limit, other in zip(*(table[column].tolist() for column in columns), strict=True):
            if limit != limit:
                continue
            works = max(given.get((kind, key, season), given.get((kind, key, None), 1.0)) for season in seasons)
            taken = min(0.0 if other != other else other, works * limit)
            if works * (limit + added.get((kind, key), 0.0)) - taken <= NOTHING:
                found.add((kind, str(key)))
    return found


def _unsailed(case: Case, year: int) -> set[Asset]:
    """Links that ships sail, of whose services none has a ship."""
    added = _committed(case, year, "added_vessels")
    ships = {
        row.vessel: float(row.existing) + added.get(("fleet", row.vessel), 0.0)
        for row in records(case.table("Vessels"))
    }
    services = records(case.table("Services", year))
    sailed = {row.link for row in services if ships.get(row.vessel, 0.0) > 0}
    return {("link", str(row.link)) for row in services if row.link not in sailed}


def _committed(case: Case, year: int, column: str) -> dict[Asset, float]:
    """What committed projects add by a year to each asset."""
    modules = {
        row.project: float(row.maximum_modules)
        for row in records(case.table("Projects"))
        if row.status == "committed" and row.committed_opening <= year
    }
    added: dict[Asset, float] = {}
    for row in records(case.table("ProjectEffects")):
        amount = float(getattr(row, column)) * modules.get(row.project, 0.0)
        if amount > 0:
            added[row.asset_kind, row.asset] = added.get((row.asset_kind, row.asset), 0.0) + amount
    return added
