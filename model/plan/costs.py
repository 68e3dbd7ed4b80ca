"""Table costs: every registered cost term by calendar year and country, undiscounted and discounted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence

import numpy as np
import pandas as pd

from model.formulation.costs_of_flow import arc_countries
from model.formulation.formulation import Formulation
from model.formulation.values import Values
from model.network.graph import FloatArray
from model.plan.flows import FlowRow
from model.plan.tables import TABLES

NEGLIGIBLE = 1e-12


def cost_table(
    formulation: Formulation, flows: Sequence[FlowRow], values: Values, left_out: Container[str] = ()
) -> pd.DataFrame:
    """Costs by term, year and country, million USD, without the terms `left_out`.

    Terms of investment and unserved demand are read off the registered Expressions; terms of flow are the
    registered rates times the flows; a link's go to its `arc_countries` in equal parts.
    """
    totals: dict[tuple[str, int, str], float] = defaultdict(float)
    carried = _carried(formulation, flows)
    countries, shares = _country_shares(formulation)
    for name, term in formulation.costs.items():
        if name in left_out:
            continue
        if name in formulation.flow_rates:
            for period, units in carried.items():
                amounts = _flow_costs(formulation.flow_rates[name][period], units) @ shares
                for year in formulation.period(period).calendar_years:
                    totals.update({(name, year, country): float(amounts[i]) for i, country in enumerate(countries)})
            continue
        for entry in term.entries:
            amount = values(entry.expression)
            for year in entry.years:
                totals[name, year, entry.country] += amount
    rows = [
        (term, formulation.costs[term].label, year, country, amount, amount * formulation.case.discount(year))
        for (term, year, country), amount in sorted(totals.items())
        if abs(amount) > NEGLIGIBLE
    ]
    return pd.DataFrame(rows, columns=TABLES["costs"].columns)


def _carried(formulation: Formulation, flows: Sequence[FlowRow]) -> dict[str, FloatArray]:
    """Units carried a year by period, each of shape (classes, arcs)."""
    shape = (len(formulation.cargo.classes), formulation.graph.arc_count)
    carried = {period.name: np.zeros(shape) for period in formulation.periods}
    for row in flows:
        carried[row.period][row.cargo_class, list(row.route.arcs)] += row.flow
    return carried


def _flow_costs(rates: FloatArray, units: FloatArray) -> FloatArray:
    """Cost of what is carried on each arc, million USD a year, shape (arcs,)."""
    used, costs = np.nonzero(units), np.zeros(units.shape[1])
    np.add.at(costs, used[1], rates[used] * units[used])
    return costs


def _country_shares(formulation: Formulation) -> tuple[list[str], FloatArray]:
    """Countries, and the part of the cost of each arc that falls to each of them, shape (arcs, countries)."""
    of_arc = arc_countries(formulation)
    countries = list(dict.fromkeys(country for ends in of_arc for country in ends))
    shares = np.zeros((len(of_arc), len(countries)))
    for arc, ends in enumerate(of_arc):
        for country in ends:
            shares[arc, countries.index(country)] = 1.0 / len(ends)
    return countries, shares
