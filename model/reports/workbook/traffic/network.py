"""Links, Nodes and Capacity: flow, capacity and utilisation of every asset by period."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.workbook.sheet import Column, ReportSheet

USABLE: Final = "Of the year: installed, less other traffic (background) and closures."
HIGHEST: Final = (
    "Used over usable in the season where it is highest; the columns beside are the year's. Other traffic counts in "
    "neither."
)
OF_PLAN: Final = (
    "Use is the plan's share of what other traffic leaves; where there is much of that, the whole is fuller."
)
LIMIT_COLUMNS = (
    Column("measure", "Tightest limit", "text", meaning="Measure and direction with the highest utilisation."),
    Column("used", "Used of it", "fine", "measure/year", meaning="In the year."),
    Column("installed", "Installed", "fine", "measure/year"),
    Column("usable", "Usable", "fine", "measure/year", meaning=USABLE),
    Column("utilisation", "Utilisation", "share", "%", meaning=HIGHEST),
    Column("state", "State", "word"),
)


def _limits(facts: Facts, kind: str, keys: Iterable[tuple[str, str]]) -> dict[str, list[Any]]:
    """Tightest limit of each (asset, period) as columns."""
    table = facts.tightest
    columns: dict[str, list[Any]] = {name.name: [] for name in LIMIT_COLUMNS}  # type: ignore[misc]
    found = {index: row for index, row in zip(table.index, rows(table), strict=True)}
    for asset, period in keys:
        row = found.get((kind, asset, period))
        columns["measure"].append("" if row is None else f"{row.measure}, {row.direction}")
        columns["used"].append(np.nan if row is None else row.used)
        columns["installed"].append(np.nan if row is None else row.installed)
        columns["usable"].append(np.nan if row is None else row.usable)
        columns["utilisation"].append(np.nan if row is None else row.utilisation)
        columns["state"].append("no limit" if row is None else row.state)
    return columns


def links_sheet(facts: Facts) -> ReportSheet:
    """Flow on each link and period that carries something, with its tightest limit."""
    about = facts.links[["carrier", "from_node", "to_node"]].assign(name=facts.links["link"].map(facts.names.link))
    columns = (
        Column("link", "Link"),
        Column("name", "Name", width=48),
        Column("from_node", "From"),
        Column("to_node", "To"),
        Column("carrier", "Carrier"),
        Column("period", "Period", "period"),
        Column("forward_kteu", "Containers forward", "number", "kTEU/year", meaning="From 'From' to 'To'."),
        Column("backward_kteu", "Containers backward", "number", "kTEU/year"),
        Column("forward_mt", "Tonnes forward", "fine", "Mt/year"),
        Column("backward_mt", "Tonnes backward", "fine", "Mt/year"),
        *LIMIT_COLUMNS,
    )
    return _sheet(
        "Links",
        "Flow and capacity of rail sections, ferries and sea services",
        "One row for each link and period with flow. Forward runs from 'From' to 'To'. Full = 95 % and more. "
        + OF_PLAN,
        columns,
        _rows(facts, "link", facts.link_totals, about, ["link"]),
    )


def nodes_sheet(facts: Facts) -> ReportSheet:
    """Activity at each port, border, terminal and hub by period, with its tightest limit."""
    columns = (
        Column("node", "Node"),
        Column("name", "Name", width=42),
        Column("kind", "Kind"),
        Column("country", "Country"),
        Column("period", "Period", "period"),
        *(
            Column(f"{activity}_{measure}", activity.capitalize(), kind, unit)
            for measure, unit, kind in (("kteu", "kTEU/year", "number"), ("mt", "Mt/year", "fine"))
            for activity in ("loading", "unloading", "transfer", "passing")
        ),
        *LIMIT_COLUMNS,
    )
    return _sheet(
        "Nodes",
        "Ports, borders, terminals and hubs",
        "One row for each node and period with activity. Sort or filter by kind to see ports only or borders only.",
        columns,
        _rows(facts, "node", facts.node_totals, facts.nodes[["name", "kind", "country"]], ["kind", "node"]),
    )


def _rows(facts: Facts, asset: str, totals: pd.DataFrame, about: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """What carries something in a period, with what its sheet says `about` it and its tightest limit."""
    frame = totals[totals["kteu"] + totals["mt"] > 1e-9].reset_index().join(about, on=asset)
    frame["order"] = frame["period"].map(facts.first_years)
    frame = frame.sort_values([*order, "order"], kind="stable").reset_index(drop=True)
    return frame.join(pd.DataFrame(_limits(facts, asset, zip(frame[asset], frame["period"], strict=True))))


def _sheet(name: str, title: str, note: str, columns: tuple[Column, ...], frame: pd.DataFrame) -> ReportSheet:
    return ReportSheet(
        name, title, note, columns, frame,
        group="Corridor", empty="No flow.", heat=("utilisation",), key_columns=2,
    )  # fmt: skip
