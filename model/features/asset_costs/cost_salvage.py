"""salvage — value left in what was built and renewed when the horizon ends, as a negative cost in the year after it.

Maths: - Σ (1 - sunk share) * capital of the modules that open in t * left(start of t)
       - Σ renewal cost * renewed[project, y] * left(y),   left(y) = max(0, life - years from y to the end) / life,
    straight line. The part of a committed project's capital that was paid before the horizon is sunk: the plan does not
    pay it and earns nothing by it.
Data: Projects.capex, .renewal_cost [million USD], .life_years; Settings salvage, default_life_years [years].
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyomo.environ as pyo

from model.case.case import Case
from model.formulation.forms.lives import lives
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects
from model.formulation.investment_block import capital_opened, sunk_share

NAME = "salvage"
LABEL = "Salvage"
OUTLAY = True


def remaining_share(case: Case, project: str, begin: int) -> float:
    """Share left at the end of the horizon of a life that begins in a year."""
    life = lives(case)[project].years
    return max(0.0, life - (case.last_year + 1 - begin)) / life


def applies(case: Case) -> bool:
    """Whether the settings ask for salvage."""
    return case.settings["salvage"] == "straight line" and not choosable_projects(case).empty


def add(formulation: Formulation) -> None:
    """Register the term by country, in the year after the horizon."""
    formulation.register_cost(NAME, LABEL)
    case, block = formulation.case, formulation.investment
    for country, projects in choosable_projects(case).groupby("country"):
        value = pyo.quicksum(_left(case, block, str(name), project) for name, project in projects.iterrows())
        formulation.add_cost(NAME, -1.0 * value, (case.last_year + 1,), str(country))


def _left(case: Case, block: Any, name: str, project: pd.Series) -> Any:
    """Value left of a project, million USD."""
    life = lives(case)[name]
    opened = [
        remaining_share(case, name, life.starts[period.name])
        * (1.0 - sunk_share(case, name, project, period))
        * capital_opened(block, name, project, period.name)
        for period in case.periods
    ]
    cost = float(project["renewal_cost"])
    renewed = [remaining_share(case, name, year) * cost * block.renewed[name, year] for year in life.renewals]
    return pyo.quicksum(opened + renewed)
