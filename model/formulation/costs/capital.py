"""capital — capital paid in each calendar year.

Maths: Σ over projects of capital[project, year], million USD; with the renewals the spending that envelopes limit.
Data: Projects.capex [million USD], .construction_years [years].
"""

from __future__ import annotations

from model.case.case import Case
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects
from model.formulation.payments import add_by_country

NAME = "capital"
LABEL = "Capital"


def applies(case: Case) -> bool:
    """Whether there is anything to build."""
    return not choosable_projects(case).empty


def add(formulation: Formulation) -> None:
    """Register the term by country and year."""
    formulation.register_cost(NAME, LABEL)
    add_by_country(formulation, NAME, formulation.investment.capital)
