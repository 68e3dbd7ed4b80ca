"""Routes (flow per demand, period and route) and Unserved (demand, served, unserved)."""

from __future__ import annotations

import pandas as pd

from model.case.keys import parted
from model.plan.mentions import BETWEEN_KEYS
from model.reports.analysis.cargo import segments
from model.reports.facts import TINY, Facts
from model.reports.names import country
from model.reports.workbook.sheet import Column, ReportSheet
from model.studies.console.caspian import boxed_routes, caspian_links, lorry_links

BOXES = "On ships and rail ferries, empty ones and bulk in boxes included; a call on the way counts once."
LORRIES = "Loads of lorries on ferries without track, counted in TEU; no part of the containers beside it."

TONNES = (
    "All cargo on ships and rail ferries from or to these ports, oil and bulk included, lorries left out. A crossing "
    "counts at both ends, so that countries do not add up."
)
AT_PORTS = "mt_at_"

SEGMENT = (
    "Part of the demand, 1 the lowest value of time: equal parts, each with its own value (input sheet Demand). "
    "Bulk and empty boxes have one."
)

BEFORE_CROSSINGS = (
    Column("demand", "Demand"),
    Column("demand_name", "From → to, commodity", width=56),
    Column("period", "Period", "period"),
    Column("route", "Route"),
    Column("route_group", "Route group"),
    Column("load", "Load"),
    Column("flow_kteu", "Flow in TEU", "fine", "kTEU/year", meaning="Bulk counted as TEU-equivalents."),
)
BEHIND_CROSSINGS = (
    Column("flow_mt", "Tonnes", "fine", "Mt/year"),
    Column(
        "share",
        "Share of demand",
        "share",
        "%",
        meaning="Of the whole demand in that period: its segments and routes add up to what is carried of it. "
        "Blank for empty boxes, which no demand asks for.",
    ),
    Column("segment", "Value-of-time segment", "integer", meaning=SEGMENT),
    Column("value_of_time", "Value of time", "number", "USD/TEU a day", meaning="Of a TEU of this segment."),
    Column("days", "Transit", "number", "days"),
    Column("buffer_days", "Margin", "number", "days", meaning="That shippers plan for: Buffer of links and nodes."),
    Column("cost_per_teu", "Freight cost", "integer", "USD/TEU", meaning="Tariffs, handling, surcharges."),
    Column("length_km", "Length", "integer", "km"),
    Column("transfers", "Changes of carrier", "integer"),
    Column("path", "Path", "long", width=110),
    Column("projects_used", "Projects that speed or cheapen it", "long", width=30),
)


def routes_sheet(facts: Facts) -> ReportSheet:
    """Route flows with what the route is, its share, days and cost."""
    routes = facts.routes
    frame = facts.routes_used.copy()
    frame["demand_name"] = frame["demand"].map(facts.names.demand)
    for column in ("route_group", "length_km", "days", "buffer_days", "cost_per_teu", "carriers", "projects_used"):
        frame[column] = frame["route"].map(routes[column])
    of_route = facts.once(segments)
    for column in ("segment", "value_of_time"):
        frame[column] = frame["route"].map(of_route[column])
    frame["path"] = [facts.names.path(keys) for keys in frame["route"].map(routes["nodes"])]
    frame["transfers"] = [_changes(carriers) for carriers in frame["carriers"]]
    for name, links in _crossings(facts).items():
        frame[name] = frame["flow_kteu"].where(frame["route"].isin(boxed_routes(facts.plan, links)), 0.0)
    on_route = {route: set(parted(str(links), BETWEEN_KEYS)) for route, links in routes["links"].items()}
    for code, links in _crossings_of(facts).items():
        crosses = frame["route"].map(lambda route, links=links: not links.isdisjoint(on_route[route]))
        frame[f"{AT_PORTS}{code}"] = frame["flow_mt"].where(crosses, 0.0)
    frame["order"] = frame["period"].map(facts.first_years)
    frame = frame.sort_values(["load", "demand", "order", "share"], ascending=[True, True, True, False], kind="stable")
    frame["share"] = frame["share"].where(frame["load"] == "cargo")  # no demand asks for empty boxes
    return ReportSheet(
        "Routes",
        "Routes used, by demand and period",
        "Days and cost are those of the whole route for the demand's own service. Bulk is counted in TEU-equivalents. "
        "Rows alike but for the segment are parts of one demand on one path, by what a day is worth to them.",
        (*BEFORE_CROSSINGS, *crossing_columns(facts, "fine"), *BEHIND_CROSSINGS),
        frame.reset_index(drop=True),
        empty="No flow.",
        group="Service",
        key_columns=2,
    )


def crossing_columns(facts: Facts, kind: str) -> list[Column]:
    """Flow across the Caspian in containers, and in lorries; each only where the case has such links."""
    columns = (
        Column("caspian", "Containers across the Caspian", kind, "kTEU/year", meaning=BOXES),
        Column("lorries", "Lorries across the Caspian", kind, "kTEU/year", meaning=LORRIES),
    )
    tonnes = [
        Column(f"{AT_PORTS}{code}", f"Tonnes across the Caspian at ports of {country(code)}", "fine", "Mt/year",
               meaning=TONNES)
        for code in _crossings_of(facts)
    ]  # fmt: skip
    return [*(column for column in columns if _crossings(facts)[str(column.name)]), *tonnes]


def _crossings(facts: Facts) -> dict[str, set[str]]:
    """Column → the links across the Caspian that it counts."""
    lorries = lorry_links(facts.case)
    return {"caspian": caspian_links(facts.case) - lorries, "lorries": lorries}


def _crossings_of(facts: Facts) -> dict[str, set[str]]:
    """Country → the links across the Caspian from and to its ports, without those of lorries."""
    links, countries = facts.links, facts.nodes["country"]
    found: dict[str, set[str]] = {}
    for link in sorted(_crossings(facts)["caspian"]):
        for code in {countries[links[end][link]] for end in ("from_node", "to_node")} - {None}:
            found.setdefault(str(code), set()).add(link)
    return dict(sorted(found.items()))


def _changes(carriers: str) -> int:
    parts = parted(carriers, BETWEEN_KEYS)
    return sum(1 for before, after in zip(parts, parts[1:], strict=False) if before != after)


def demand_sheet(facts: Facts) -> ReportSheet:
    """Every demand in every period: amount, carried, unserved."""
    frame = _served(facts)
    columns = (
        Column("demand", "Demand"),
        Column("demand_name", "From → to, commodity", width=56),
        Column("group", "Group"),
        Column("period", "Period", "period"),
        Column("amount_kteu", "Demand in TEU", "fine", "kTEU/year", meaning="Bulk counted as TEU-equivalents."),
        Column("amount_mt", "Demand", "fine", "Mt/year"),
        Column("carried_mt", "Carried", "fine", "Mt/year", formula="{amount_mt}-{unserved_mt}"),
        Column("unserved_mt", "Unserved", "fine", "Mt/year"),
    )
    return ReportSheet(
        "Demand",
        "Demand by period",
        "Contestable demand of each flow, in the unit of the model's years, and what the plan carries of it.",
        columns,
        frame.reset_index(drop=True),
        empty="No demand: there is no plan.",
        group="Service",
        key_columns=2,
    )


def _served(facts: Facts) -> pd.DataFrame:
    frame = facts.table("demand_served").astype({"amount_kt": float, "unserved_kt": float, "amount_kteu": float})
    frame["demand_name"] = frame["demand"].map(facts.names.demand)
    frame["group"] = frame["demand"].map(facts.demand_rows["group"])
    frame["amount_mt"] = frame["amount_kt"] / 1000
    frame["unserved_mt"] = frame["unserved_kt"] / 1000
    frame["carried_mt"] = frame["amount_mt"] - frame["unserved_mt"]
    return frame


def unserved_sheet(facts: Facts) -> ReportSheet:
    """Demand rows and periods in which something stays unserved."""
    frame = _served(facts)
    frame = frame[frame["unserved_kt"] > TINY * frame["amount_kt"].clip(lower=1.0)].copy()
    frame["share"] = frame["unserved_mt"] / frame["amount_mt"]
    columns = (
        Column("demand", "Demand"),
        Column("demand_name", "From → to, commodity", width=56),
        Column("group", "Group"),
        Column("period", "Period", "period"),
        Column("amount_mt", "Demand", "fine", "Mt/year"),
        Column("unserved_mt", "Unserved", "fine", "Mt/year", total=True),
        Column("share", "Unserved share", "share", "%", formula="IF({amount_mt}>0,{unserved_mt}/{amount_mt},0)"),
    )
    return ReportSheet(
        "Unserved",
        "Demand that is not carried",
        "Cargo that no route can take, or only at more than the penalty of the case.",
        columns,
        frame.reset_index(drop=True),
        empty="Nothing is unserved: every tonne is carried in every period.",
        group="Service",
        key_columns=2,
    )
