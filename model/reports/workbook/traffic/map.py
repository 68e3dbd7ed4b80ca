"""Map: the largest flows as a table, with the picture of the corridor beside it."""

from __future__ import annotations

import pandas as pd

from model.reports.facts import Facts
from model.reports.map.slide import description
from model.reports.map.svg import MapView
from model.reports.workbook.sheet import Column, Picture, ReportSheet
from model.reports.workbook.traffic.network import OF_PLAN

LARGEST = 40


def map_sheet(facts: Facts, view: MapView, picture: bytes) -> ReportSheet:
    """Largest flows of the last period and the map."""
    period = facts.periods[-1]
    flows = [(link, flow) for (link, when), flow in view.flows.links.items() if when == period]
    flows.sort(key=lambda pair: -pair[1].mt)
    records = [
        (facts.names.link(link), facts.links.loc[link, "carrier"], flow.mt, flow.kteu, flow.utilisation, flow.state)
        for link, flow in flows[:LARGEST]
    ]
    columns = (
        Column("name", "Link", width=38),
        Column("carrier", "Carrier"),
        Column("mt", "Tonnes, both directions", "fine", "Mt/year"),
        Column("kteu", "Containers, both directions", "number", "kTEU/year"),
        Column("use", "Utilisation", "share", "%"),
        Column("state", "State", "word"),
    )
    return ReportSheet(
        "Map",
        f"The corridor in {period}",
        "The largest flows; the map is on the right and takes no position on any boundary. " + OF_PLAN,
        columns,
        pd.DataFrame(records, columns=[column.name for column in columns]),
        empty="No flow.",
        group="Corridor",
        printed=True,
        pictures=(Picture(picture, description(view, period), "G1", 0.75),),
    )
