"""Containers and lorries across the Caspian: the flows by which plans are told in one line."""

from __future__ import annotations

from model.case.case import Case, once_per_case
from model.case.checks.plausible.crossings import CASPIAN, WATER
from model.case.keys import parted
from model.plan.mentions import BETWEEN_KEYS
from model.plan.plan import Plan


@once_per_case
def caspian_links(case: Case) -> set[str]:
    """Links by sea or ferry between two nodes of the area 'Caspian'."""
    nodes = case.table("Nodes")
    ports = set(nodes.loc[[CASPIAN in areas for areas in nodes["area"]], "node"])
    links = case.table("Links").merge(case.table("Carriers")[["carrier", "mode"]], on="carrier", how="left")
    wet = links["mode"].isin(WATER) & links["from_node"].isin(ports) & links["to_node"].isin(ports)
    return set(links.loc[wet, "link"].astype(str))


@once_per_case
def lorry_links(case: Case) -> set[str]:
    """Those of `caspian_links` on which lorries roll on board: a ferry whose carrier has no track (no gauge)."""
    carriers = case.table("Carriers")
    rolls = set(carriers.loc[(carriers["mode"] == "ferry") & carriers["gauge_mm"].isna(), "carrier"])
    links = case.table("Links")
    return caspian_links(case).intersection(links.loc[links["carrier"].isin(rolls), "link"].astype(str))


def caspian_kteu(plan: Plan) -> dict[str, float]:
    """Period → containers across the Caspian on ships and rail ferries, kTEU/year; empty without such links.

    The same boxes as those of link_flows on these links; a box that calls at a port on the way counts once. Loads of
    lorries are told apart (`lorry_kteu`): nobody lifts a box there.
    """
    return _kteu(plan, caspian_links(plan.case) - lorry_links(plan.case))


def lorry_kteu(plan: Plan) -> dict[str, float]:
    """Period → loads of lorries across the Caspian on ferries, kTEU/year; empty when the case has no such links."""
    return _kteu(plan, lorry_links(plan.case))


def _kteu(plan: Plan, links: set[str]) -> dict[str, float]:
    if not links:
        return {}
    flows = plan.tables["route_flows"]
    sums = flows.loc[flows["route"].isin(boxed_routes(plan, links))].groupby("period")["flow_kteu"].sum()
    return {period.name: float(sums.get(period.name, 0.0)) for period in plan.case.periods}


def boxed_routes(plan: Plan, links: set[str]) -> set[str]:
    """Routes that take their cargo, or empty boxes, over one of the links in containers (or in lorries)."""
    case = plan.case
    form, goods = case.lookup("Commodities", "form"), case.lookup("Demand", "commodity")
    carrier, boxed = case.lookup("Links", "carrier"), case.lookup("Carriers", "bulk_in_containers")
    over: set[str] = set()
    for row in plan.tables["routes"].to_dict("records"):
        kind = form.get(goods.get(row["demand"]), "container")  # no demand of the case: empty boxes
        taken = links.intersection(parted(row["links"], BETWEEN_KEYS))
        if any(kind == "container" or boxed.get(carrier[link]) for link in taken):
            over.add(str(row["route"]))
    return over
