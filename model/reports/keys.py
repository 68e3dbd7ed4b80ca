"""What the keys of a plan's tables stand for: nodes, links, demands, projects, periods; and what refers to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from model.plan.tables import Field, PlanTable
from model.reports.facts import Facts

NODES: Final = PlanTable(
    "nodes", "Places of the network.", ("node",),
    (
        Field("node", "text", "Key."), Field("name", "text", "Name."), Field("country", "text", "Country."),
        Field("kind", "text", "What it mainly is."), Field("latitude", "number", "Degrees north.", "deg"),
        Field("longitude", "number", "Degrees east.", "deg"),
    ),
)  # fmt: skip
LINKS: Final = PlanTable(
    "links", "Links of the network.", ("link",),
    (
        Field("link", "text", "Key."), Field("name", "text", "Name."), Field("from_node", "text", "First end."),
        Field("to_node", "text", "Second end."), Field("carrier", "text", "What runs on it."),
        Field("length_km", "number", "Distance travelled.", "km"),
    ),
)  # fmt: skip
DEMANDS: Final = PlanTable(
    "demands", "Demands.", ("demand",),
    (
        Field("demand", "text", "Key."), Field("origin", "text", "Node that it leaves."),
        Field("destination", "text", "Node that it goes to."), Field("commodity", "text", "What is carried."),
        Field("group", "text", "Group of demand."), Field("unit", "text", "kTEU or kt."),
    ),
)  # fmt: skip
PROJECTS: Final = PlanTable(
    "projects", "Projects and ships that can be bought.", ("project",),
    (
        Field("project", "text", "Key."), Field("name", "text", "Name."), Field("country", "text", "Country."),
        Field("status", "text", "candidate, committed, baseline or excluded."),
        Field("capex", "number", "Capital of the first module.", "million USD"),
    ),
)  # fmt: skip
PERIODS: Final = PlanTable(
    "periods", "Periods of the plan.", ("period",),
    (
        Field("period", "text", "Name."), Field("first_year", "integer", "First year.", "year"),
        Field("last_year", "integer", "Last year.", "year"),
    ),
)  # fmt: skip
TARGETS: Final[Mapping[str, tuple[str, str]]] = {
    "node": ("nodes", "node"), "from_node": ("nodes", "node"), "to_node": ("nodes", "node"),
    "origin": ("nodes", "node"), "destination": ("nodes", "node"), "link": ("links", "link"),
    "demand": ("demands", "demand"), "project": ("projects", "project"), "period": ("periods", "period"),
    "route": ("routes", "route"),
}  # fmt: skip
"""Column of any table → table and column that it refers to."""


def key_tables(facts: Facts) -> list[tuple[PlanTable, pd.DataFrame]]:
    """The five tables with their rows."""
    periods = pd.DataFrame(
        [(one.name, one.first_year, one.calendar_years[-1]) for one in facts.case.periods], columns=PERIODS.columns
    )
    links = facts.links.assign(name=[facts.names.link(link) for link in facts.links.index])
    frames = ((NODES, facts.nodes), (LINKS, links), (DEMANDS, facts.demand_rows), (PROJECTS, facts.projects))
    return [*((table, frame[table.columns].reset_index(drop=True)) for table, frame in frames), (PERIODS, periods)]


def references(
    name: str, frame: pd.DataFrame, known: Mapping[tuple[str, str], frozenset[str]]
) -> list[dict[str, object]]:
    """Foreign keys of a table in the words of a data package: columns all of whose values stand in another table."""
    found: list[dict[str, object]] = []
    for column in frame.columns:
        target = TARGETS.get(str(column))
        if target is None or target[0] == name or target not in known:
            continue
        values = {str(value) for value in frame[column].dropna().unique() if str(value)}
        if values <= known[target]:
            found.append({"fields": column, "reference": {"resource": target[0], "fields": target[1]}})
    return found
