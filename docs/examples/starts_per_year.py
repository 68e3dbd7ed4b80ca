"""starts_per_year — at most so many modules may open in one period, of all projects together.

Why: ministries and contractors can only carry so many new works at a time.
Maths: Σ over projects of opened[project, t] <= MOST_STARTS
Indices: periods t; projects of the investment block (ship purchases count as well).
Data: none; the number stands below.
Switch name: starts_per_year
"""

import pyomo.environ as pyo

NAME = "starts_per_year"
MOST_STARTS = 2


def applies(case):
    """Whether there is anything to build."""
    return not case.table("Projects").empty


def add(formulation):
    """Add investment.starts_per_year, one row a period."""
    block = formulation.investment
    block.starts_per_year = pyo.Constraint(
        block.PERIODS,
        rule=lambda _, period: sum(block.opened[project, period] for project in block.PROJECTS) <= MOST_STARTS,
    )
