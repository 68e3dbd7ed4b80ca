"""What is paid for projects, as entries of a cost term."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects


def add_by_country(formulation: Formulation, term: str, paid: Any) -> None:
    """Add `paid[project, year]`, million USD, to a registered cost term, summed by country and calendar year."""
    for country, projects in choosable_projects(formulation.case).groupby("country"):
        for year in formulation.investment.YEARS:
            total = pyo.quicksum(paid[project, year] for project in projects.index)
            formulation.add_cost(term, total, (year,), str(country))
