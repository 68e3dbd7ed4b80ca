"""Route cards: by which ways each demand goes, at what price, in how many days, with what margin."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.reports.analysis.cargo import segments
from model.reports.analysis.drawn.ways import by_route_group, ways
from model.reports.analysis.shares import BY_GROUP
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.map.markets import REST
from model.reports.markup import Markup, element
from model.reports.page.parts import CARDS, Head, details, section, table
from model.reports.page.sankey import sankey
from model.reports.text import number, percent, shorten
from model.reports.workbook.charts import route_colours

MARKETS = 8


def routes(facts: Facts) -> Markup:
    """Routes of each demand in the last period, folded by demand."""
    last = facts.periods[-1]
    frame = facts.routes_used[(facts.routes_used["period"] == last) & (facts.routes_used["load"] == "cargo")]
    known = facts.routes
    sizes = frame.groupby("demand")["flow_mt"].sum().sort_values(ascending=False, kind="stable")
    folded = [_demand(facts, str(demand), frame[frame["demand"] == demand], known, last) for demand in sizes.index]
    ends = [facts.demand_rows.loc[sizes.index, end].map(facts.names.node) for end in ("origin", "destination")]
    pickers = [
        element("label", f"{words} ", element("select", *_options(names), id=key))
        for words, key, names in (("From", "route-from", ends[0]), ("To", "route-to", ends[1]))
    ]
    controls = element(
        "div", *pickers, element("span", id="route-count", role="status"), class_="controls live", hidden=True
    )
    note = (
        f"Routes in {last}, the largest flows first: price, days, the days of margin that shippers plan for, share. "
        "kTEU and USD/TEU count bulk, such as ores or grain, in TEU-equivalents: its tonnes by those of a loaded TEU. "
        f"All periods are in plan.xlsx, sheet Routes. {BY_GROUP} A group {REST} is its cargo of no market, where other "
        "cargo of the group is in one."
    )
    return section("routes", "Which way does it go?", *_markets(facts, last), controls, *folded, note=note)


def _markets(facts: Facts, period: str) -> list[Markup]:
    """Markets for which route groups compete, each as bands from country to country over borders."""
    drawn: list[Markup] = []
    colours = route_colours(facts)
    for market, some in list(ways(facts, period).items())[:MARKETS]:
        shares = {name: flow / sum(way.flow for way in some) for name, flow in by_route_group(some).items()}
        words = ", ".join(f"{name} {percent(share)}" for name, share in shares.items())
        title = f"{shorten(market, 80)} in {period}: over which borders, by which route groups"
        drawn.append(
            details(f"{market}, by route group: {words}", sankey(title, "kTEU/year", some, colours), opened=not drawn)
        )
    return drawn


def _options(names: pd.Series[Any]) -> list[Markup]:
    """'anywhere', then the places by name."""
    places = sorted({shorten(name, 80) for name in names})
    return [element("option", "anywhere", value=""), *(element("option", name, value=name) for name in places)]


def _demand(facts: Facts, demand: str, flows: pd.DataFrame, known: pd.DataFrame, period: str) -> Markup:
    heads = [
        Head("Path", wide=True), Head("Route group"), Head("Share", figures=True),
        Head("Flow", "Mt/year", figures=True), Head("Flow", "kTEU/year", figures=True),
        Head("Value of time", "USD/TEU a day", figures=True), Head("Transit", "days", figures=True),
        Head("Margin", "days", figures=True), Head("Freight cost", "USD/TEU", figures=True),
        Head("Length", "km", figures=True),
    ]  # fmt: skip
    records, times = [], facts.once(segments)
    for row in rows(flows.sort_values("share", ascending=False, kind="stable")):
        route = known.loc[row.route]
        records.append(
            [
                facts.names.path(str(route["nodes"])), route["route_group"], percent(row.share), number(row.flow_mt, 3),
                number(row.flow_kteu, 2), number(float(times["value_of_time"][row.route]), 1),
                number(float(route["days"]), 1), number(float(route["buffer_days"]), 1),
                number(float(route["cost_per_teu"])),
                number(float(route["length_km"])),
            ]
        )  # fmt: skip
    groups = flows.assign(group=flows["route"].map(known["route_group"])).groupby("group")["share"].sum()
    best = ", ".join(f"{name} {percent(float(part))}" for name, part in groups.sort_values(ascending=False).items())
    words = f"{shorten(facts.names.demand(demand), 160)}: {number(float(flows['flow_mt'].sum()), 2)} Mt; {best}"
    row = facts.demand_rows.loc[demand]
    card = table(heads, records, f"{facts.names.demand(demand)} in {period}", class_=CARDS)
    ends = {f"data_{end}": shorten(facts.names.node(row[end]), 80) for end in ("origin", "destination")}
    return element("div", details(words, card), class_="route-card", **ends)
