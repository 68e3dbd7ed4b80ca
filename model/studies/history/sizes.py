"""Market sizes: what fewer or more boxes that may choose do to constants, to years gone by and to the forecast."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from model.case.case import Case
from model.case.scenarios.history import in_year, years_of
from model.features import feature_parts
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.console.reporters import Tell
from model.studies.history.calibration import base_year, in_narrow_steps
from model.studies.one_plan import OnePlan, required
from model.studies.switches import year_case

TIMES = (0.5, 1.0, 2.0, 4.0)
RECENT = 2
"""Years before the base year that are looked at."""


@dataclass(frozen=True)
class Sizes:
    """`rows` by market, size and corridor (features/choice/sizes.py); `years` that were planned, base year first."""

    rows: pd.DataFrame
    years: tuple[int, ...]


def market_sizes(case: Case, options: SolveOptions, tell: Tell = lambda _: None, planner: OnePlan = make_plan) -> Sizes:
    """Plan the base year, the years of History before it and the round years to come; refit every market to its counts.

    Years to come have the works that are committed and no others. Raises ValueError without counts by market and
    corridor, and when a year has no plan.
    """
    year = base_year(case)

    def planned(known: int, one: Case) -> Plan:
        plan = required(planner(in_narrow_steps(one), options), f"The year {known}")
        tell(f"{known} planned")
        return plan

    base = planned(year, in_year(case, year))
    parts = [module for module in feature_parts("sizes").values() if module.applies(base.case)]
    if not any(len(module.sizes(base, {}, (1.0,))) for module in parts):
        raise ValueError(f"No row of Observed for {year} has a market and a corridor: there is nothing to refit to.")
    gone = [known for known in years_of(case) if year - RECENT <= known < year]
    ahead = [known for known in range(case.first_year, case.last_year + 1) if known % 10 == 0] or [case.last_year]
    plans = {str(known): planned(known, in_year(case, known)) for known in gone}
    plans |= {str(known): planned(known, _committed(case, known)) for known in ahead}
    rows = pd.concat([module.sizes(base, plans, TIMES) for module in parts], ignore_index=True)
    return Sizes(rows, (year, *gone, *ahead))


def _committed(case: Case, year: int) -> Case:
    """A year to come by itself, with nothing to decide."""
    alone = year_case(case, year)
    status = alone.table("Projects")["status"]
    projects = alone.table("Projects").assign(status=status.where(status != "candidate", "excluded"))
    return alone.with_tables(Projects=projects, Vessels=alone.table("Vessels").assign(maximum_purchases=0.0))
