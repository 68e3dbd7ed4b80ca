"""capital — capital paid in each calendar year.

Maths: Σ over projects of capital[project, year], million USD; with the renewals the spending that envelopes limit.
Data: Projects.capex [million USD], .construction_years [years].
"""

from __future__ import annotations

from model.features.asset_costs.payments import add_by_country
from model.formulation.formulation import Formulation

NAME = "capital"
LABEL = "Capital"
OUTLAY = True


def add(formulation: Formulation) -> None:
    """Register the term by country and year."""
    formulation.register_cost(NAME, LABEL)
    add_by_country(formulation, NAME, formulation.investment.capital)
