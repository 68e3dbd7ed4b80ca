"""capital — capital paid in each calendar year.

Maths: Σ over projects of capital[project, year], million USD; with the renewals the spending that envelopes limit.
Data: Projects.capex [million USD], .construction_years [years].
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects

NAME = "capital"
LABEL = "Capital"


def applies(case: Case) -> bool:
    """Whether there is anything to build."""
    return not choosable_projects(case).empty


def add(formulation: Formulation) -> None:
    """Register the term by country and year."""
    formulation.register_cost(NAME, LABEL)
    block = formulation.investment
    for country, projects in choosable_projects(formulation.case).groupby("country"):
        for year in block.YEARS:
            paid = pyo.quicksum(block.capital[project, year] for project in projects.index)
            formulation.add_cost(NAME, paid, (year,), str(country))
