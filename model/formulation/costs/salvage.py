"""salvage — value left in what was built when the horizon ends, as a negative cost in the year after it.

Maths: - Σ capital of the modules that open in t * max(0, life - years in service) / life, straight line.
Data: Projects.capex [million USD], .life_years; Settings salvage, default_life_years [years].
"""

from __future__ import annotations

import pandas as pd
import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.formulation import Formulation
from model.formulation.investment import capital_opened, choosable_projects

NAME = "salvage"
LABEL = "Salvage"


def remaining_share(case: Case, project: pd.Series, opening_year: int) -> float:
    """Share of a project's life left at the end of the horizon when it opens in `opening_year`."""
    life = project["life_years"]
    life = float(life) if life == life else float(case.settings["default_life_years"])
    return max(0.0, life - (case.last_year + 1 - opening_year)) / life


def applies(case: Case) -> bool:
    """Whether the settings ask for salvage."""
    return case.settings["salvage"] == "straight line" and not choosable_projects(case).empty


def add(formulation: Formulation) -> None:
    """Register the term by country, in the year after the horizon."""
    formulation.register_cost(NAME, LABEL)
    case, block = formulation.case, formulation.investment
    for country, projects in choosable_projects(case).groupby("country"):
        value = pyo.quicksum(
            -remaining_share(case, project, period.first_year) * capital_opened(block, str(name), project, period.name)
            for name, project in projects.iterrows()
            for period in formulation.periods
        )
        formulation.add_cost(NAME, value, (case.last_year + 1,), str(country))
