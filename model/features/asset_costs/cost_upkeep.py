"""upkeep — fixed yearly cost of what is in service.

Maths: Σ over projects of upkeep[project] * in_service[project, t], million USD a year.
Data: Projects.upkeep [million USD/year].
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects

NAME = "upkeep"
LABEL = "Fixed upkeep"
OUTLAY = True


def applies(case: Case) -> bool:
    """Whether some project has upkeep."""
    return bool((choosable_projects(case)["upkeep"] > 0).any())


def add(formulation: Formulation) -> None:
    """Register the term by country and period."""
    formulation.register_cost(NAME, LABEL)
    block = formulation.investment
    for country, projects in choosable_projects(formulation.case).groupby("country"):
        for period in formulation.periods:
            yearly = pyo.quicksum(
                float(upkeep) * block.in_service[project, period.name] for project, upkeep in projects["upkeep"].items()
            )
            formulation.add_cost(NAME, yearly, tuple(period.calendar_years), str(country))
