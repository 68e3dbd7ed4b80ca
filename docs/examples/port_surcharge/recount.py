"""Recount of port_surcharge from a plan's tables alone: routes that pass the port, and what they carry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from model.case.case import Case
from model.case.keys import parted
from model.features.port_surcharge import LABEL, NAME, SHEET
from model.plan.mentions import BETWEEN_KEYS
from model.plan.verify.checks import Costs, Frame, records


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Costs]:
    """The cost term by year and country."""
    commodity, country = case.lookup("Demand", "commodity"), case.lookup("Nodes", "country")
    routes = tables["routes"]
    passed = {row.route: parted(row.nodes, BETWEEN_KEYS) for row in records(routes)}
    amounts: dict[tuple[int, str], float] = defaultdict(float)
    for period in case.periods:
        flows = records(tables["route_flows"].query("period == @period.name"))
        for row in records(case.table(SHEET, period.first_year)):
            tonnes = sum(
                flow.flow_kt
                for flow in flows
                if row.node in passed[flow.route] and commodity.get(flow.demand) == row.commodity
            )
            for year in period.calendar_years:
                amounts[year, country[row.node]] += row.surcharge_per_t * tonnes
    yield Costs(NAME, amounts, label=LABEL)
