"""Table costs: every registered cost term by calendar year and country, undiscounted and discounted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pandas as pd
import pyomo.environ as pyo

from model.formulation.formulation import Formulation
from model.network.graph import LINK
from model.plan.flows import FlowRow
from model.plan.tables import TABLES

NOWHERE = "-"
NEGLIGIBLE = 1e-12


def cost_table(formulation: Formulation, flows: Sequence[FlowRow]) -> pd.DataFrame:
    """Costs by term, year and country, million USD.

    Terms of investment and unserved demand are read off the registered Expressions; terms of flow are the
    registered rates times the flows, a link's share going half to each end country.
    """
    totals: dict[tuple[str, int, str], float] = defaultdict(float)
    for name, term in formulation.costs.items():
        if name in formulation.flow_rates:
            _add_flow_term(formulation, name, flows, totals)
            continue
        for entry in term.entries:
            amount = float(pyo.value(entry.expression))
            for year in entry.years:
                totals[name, year, entry.country] += amount
    rows = [
        (term, formulation.costs[term].label, year, country, amount, amount * formulation.case.discount(year))
        for (term, year, country), amount in sorted(totals.items())
        if abs(amount) > NEGLIGIBLE
    ]
    return pd.DataFrame(rows, columns=TABLES["costs"].columns)


def _add_flow_term(
    formulation: Formulation, term: str, flows: Sequence[FlowRow], totals: dict[tuple[str, int, str], float]
) -> None:
    countries = arc_countries(formulation)
    for row in flows:
        rates = formulation.flow_rates[term][row.period][row.cargo_class]
        for arc in row.route.arcs:
            amount = float(rates[arc]) * row.flow
            if amount:
                for year in formulation.period(row.period).calendar_years:
                    for country in countries[arc]:
                        totals[term, year, country] += amount / len(countries[arc])


def arc_countries(formulation: Formulation) -> list[tuple[str, ...]]:
    """Countries to which the cost of each arc falls: one, or both ends of a link across a border."""
    of_node = formulation.case.table("Nodes").set_index("node")["country"].to_dict()
    graph = formulation.graph
    result = []
    for arc, kind in enumerate(graph.arcs["kind"]):
        ends = [of_node.get(graph.vertex_node[vertex], NOWHERE) for vertex in (graph.tail[arc], graph.head[arc])]
        result.append(tuple(dict.fromkeys(ends)) if kind == LINK else (ends[0],))
    return result
