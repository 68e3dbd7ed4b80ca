"""port_surcharge — surcharges of ports by commodity.

Maths: Σ over rows r of PortSurcharges of surcharge_per_t[r] * tonnes[r, t, s], million USD a year, in the country of
    the port; tonnes = what demands of the commodity send through the port.
Data: PortSurcharges.surcharge_per_t [million USD/kt].
"""

from __future__ import annotations

from model.case.canonical import records
from model.features.port_surcharge import LABEL, NAME, SHEET
from model.formulation.counts import count, declare_count
from model.formulation.formulation import Formulation


def declare_loads(formulation: Formulation) -> None:
    """Tonnes of each commodity at each port."""
    demands = formulation.case.table("Demand")
    for row in records(formulation.case.table(SHEET)):
        of_commodity = set(demands.loc[demands["commodity"] == row.commodity, "demand"])
        declare_count(formulation, (NAME, row.node, row.commodity), row.node, of_commodity, "kt")


def add(formulation: Formulation) -> None:
    """Register the term by period and country; prices may change with the years."""
    formulation.register_cost(NAME, LABEL)
    country = formulation.case.lookup("Nodes", "country")
    for block in formulation.block_keys:
        period = formulation.period(block[0])
        for row in records(formulation.case.table(SHEET, period.first_year)):
            tonnes = count(formulation, block, (NAME, row.node, row.commodity))
            yearly = float(row.surcharge_per_t) * tonnes
            formulation.add_cost(NAME, yearly, tuple(period.calendar_years), str(country[row.node]))
