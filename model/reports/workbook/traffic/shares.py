"""Corridor_shares (tonnes by route group) and Emissions."""

from __future__ import annotations

import pandas as pd

from model.reports.analysis.gain import emitted_of_minimum, emitted_words
from model.reports.analysis.shares import ALL, BY_GROUP, corridor_flows, route_groups
from model.reports.facts import Facts
from model.reports.workbook.charts import route_colours
from model.reports.workbook.sheet import Chart, Column, ReportSheet, sum_of


def shares_sheet(facts: Facts) -> ReportSheet:
    """Tonnes by group of demand, period and route group, with each route group's share."""
    flows = facts.once(corridor_flows)
    groups = route_groups(facts)
    wide = flows.pivot_table(index=["group", "period"], columns="route_group", values="mt", aggfunc="sum", sort=False)
    wide = wide.reindex(columns=groups).fillna(0.0)
    wide.columns = [f"mt{number}" for number in range(len(groups))]
    frame = wide.reset_index()
    frame["all"] = wide.sum(axis=1).to_numpy()
    for number in range(len(groups)):
        pairs = zip(frame[f"mt{number}"], frame["all"], strict=True)
        frame[f"share{number}"] = [part / total if total > 0 else 0.0 for part, total in pairs]
    total = sum_of([f"mt{number}" for number in range(len(groups))])
    columns = (
        Column("group", "Group of demand", width=26),
        Column("period", "Period", "period"),
        *(Column(f"mt{number}", name, "fine", "Mt/year") for number, name in enumerate(groups)),
        Column("all", "All", "fine", "Mt/year", formula=total),
        *(
            Column(
                f"share{number}",
                f"{name}, share",
                "share",
                "%",
                formula=f"IF({{all}}>0,{{mt{number}}}/{{all}},0)",
                meaning="Of the tonnes, by route group: not the share chosen.",
            )
            for number, name in enumerate(groups)
        ),
    )
    return ReportSheet(
        "Corridor_shares",
        "Shares by route group, against competitors",
        f"Tonnes. All demand first. {BY_GROUP}",
        columns,
        pd.DataFrame(frame, columns=[column.name for column in columns]),
        empty="No flow.",
        group="Service",
        key_columns=2,
        charts=(
            Chart(
                "column",
                f"{ALL} by route group",
                "period",
                tuple(f"mt{number}" for number in range(len(groups))),
                "Stacked columns of the tonnes that each route group carries, by period.",
                stacked=True,
                axis="Mt/year",
                rows=len(facts.periods),
                colours=route_colours(facts),
            ),
        ),
    )


LEAST = (
    Column("least", "All carriers, only what is committed", "number", "kt CO2/year"),
    Column("more", "More than that", "number", "kt CO2/year", formula="{all}-{least}"),
)


def emissions_sheet(facts: Facts) -> ReportSheet:
    """CO2 by period and carrier."""
    table = facts.table("emissions").astype({"co2_kt": float})
    least = emitted_of_minimum(facts)
    wide = table.pivot_table(index="period", columns="carrier", values="co2_kt", aggfunc="sum")
    wide = wide.reindex([name for name in facts.periods if name in wide.index or name in least]).fillna(0.0)
    carriers = [str(name) for name in wide.columns]
    wide.columns = [f"by{number}" for number in range(len(carriers))]
    frame = wide.reset_index()
    frame["all"] = wide.sum(axis=1).to_numpy()
    total = sum_of([f"by{number}" for number in range(len(carriers))])
    frame["least"] = frame["period"].map(least).astype(float).fillna(0.0)
    frame["more"] = frame["all"] - frame["least"]
    columns = (
        Column("period", "Period", "period"),
        *(Column(f"by{number}", name, "number", "kt CO2/year") for number, name in enumerate(carriers)),
        Column("all", "All carriers", "number", "kt CO2/year", formula=total),
        *(LEAST if least else ()),
    )
    return ReportSheet(
        "Emissions",
        "CO2 by period and carrier",
        "From the factors of the Links sheet for the tonnes carried, and from the fuel of the ships that sail. "
        f"{emitted_words(facts)}".strip(),
        columns,
        pd.DataFrame(frame, columns=[column.name for column in columns]),
        empty="The case gives no emission factors, or nothing moves.",
        group="Service",
        charts=(
            Chart(
                "column",
                "CO2 by carrier",
                "period",
                tuple(f"by{number}" for number in range(len(carriers))),
                "Stacked columns of the CO2 of each carrier, by period.",
                stacked=True,
                axis="kt CO2/year",
            ),
        )
        if carriers
        else (),
    )
