"""Calibration: the base year as the model has it against what was counted, and constants that bring it closer.

The base-year run builds nothing and routes the demand of that year. Each observation compares the modelled flow over
its links or nodes, or of its market by its corridor, with the count, by relative difference and by the GEH statistic of
traffic modelling, sqrt(2 (m - c)^2 / (m + c)) with m and c in kTEU or in 10 kt (about the same number of units).
Features propose what they have to be fitted (their file `calibration.py`). It proposes; it does not write into the
planner's workbooks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.case.canonical import records
from model.case.case import Case
from model.case.scenarios.history import base_year_case, in_year
from model.features import feature_parts
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.console.reporters import Tell
from model.studies.one_plan import OnePlan, required

__all__ = ["base_year_case", "calibrate", "compare", "geh", "in_narrow_steps", "modelled"]

TONNES_SCALE = 10.0  # kt that weigh like one kTEU in the GEH statistic


@dataclass(frozen=True)
class Calibration:
    """Result: `proposals` of the features and `places`, each observation of the year with them in force.

    `places` has columns observation, name, use, measure, counted, modelled, difference, relative, geh, fits; `unused`
    the rows of Observed that took no part, and why.
    """

    year: int
    places: pd.DataFrame
    unused: pd.DataFrame
    proposals: Mapping[str, pd.DataFrame]


def modelled(plan: Plan, observation: pd.Series) -> float:
    """Flow of a plan over the links or nodes of an observation, in its measure a year.

    Links add both directions; nodes count what is loaded, unloaded and transferred there, and what passes where
    nothing is. With a market only its loaded boxes count, with a corridor those that took it.
    """
    if observation["market"] is not None:
        return _of_market(plan, observation)
    kind = observation["asset_kind"]
    table = plan.tables["link_flows" if kind == "link" else "node_flows"]
    rows = table[table[kind].isin(observation["assets"])]
    if observation["commodities"]:
        rows = rows[rows["commodity"].isin(observation["commodities"])]
    return float(rows["boxes_kteu" if observation["measure"] == "kTEU" else "flow_kt"].sum())


def _of_market(plan: Plan, observation: pd.Series) -> float:
    """KTEU of a market, by a corridor and of some commodities where the observation names them."""
    table = plan.tables["choice_entries"]
    rows = table[table["market"] == observation["market"]]
    if observation["family"] is not None:
        rows = rows[rows["family"] == observation["family"]]
    if observation["commodities"]:
        commodity = plan.case.lookup("Demand", "commodity")
        rows = rows[rows["demand"].map(commodity).isin(observation["commodities"])]
    return float(rows["served"].sum())


def geh(model: float, count: float, measure: str) -> float:
    """GEH statistic; below 5 counts as a fit in traffic modelling."""
    scale = 1.0 if measure == "kTEU" else TONNES_SCALE
    total = (model + count) / scale
    return 0.0 if total <= 0 else math.sqrt(2.0 * ((model - count) / scale) ** 2 / total)


def compare(plan: Plan, observed: pd.DataFrame) -> pd.DataFrame:
    """Table of observations against a base-year plan."""
    rows = []
    for _, observation in observed.iterrows():
        count, model = float(observation["value"]), modelled(plan, observation)
        statistic = geh(model, count, str(observation["measure"]))
        relative = (model - count) / count if count else np.nan
        rows.append(
            (
                observation["observation"], observation["name"], observation["use"], observation["measure"],
                count, model, model - count, relative, statistic, statistic < 5.0,
            )
        )  # fmt: skip
    columns = ["observation", "name", "use", "measure", "counted", "modelled", "difference", "relative", "geh", "fits"]
    return pd.DataFrame(rows, columns=columns)


def calibrate(
    case: Case, options: SolveOptions, tell: Tell = lambda _: None, planner: OnePlan = make_plan
) -> Calibration:
    """Let the features that choose fit what they can to the counts of the base year, and compare.

    The base year is that of most rows to calibrate on. Raises ValueError when the Observed sheet has none, and when the
    year has no plan.
    """
    observed, year = case.table("Observed"), base_year(case)
    base = in_year(case, year)
    proposals: dict[str, pd.DataFrame] = {}
    for module in feature_parts("calibration").values():
        if module.applies(base):
            base, tables = module.calibrate(base, options, tell, planner)
            proposals |= tables
    plan = required(planner(base, options), f"The year {year}")
    places = compare(plan, observed[observed["year"] == year])
    return Calibration(year, places, unused(observed, year), proposals)


def in_narrow_steps(case: Case) -> Case:
    """The case as single years are planned that are compared with counts: features approximate as finely as they can.

    Calibration does the same, so that a count of another year is not missed by a step.
    """
    for module in feature_parts("calibration").values():
        if module.applies(case):
            case = module.in_narrow_steps(case)
    return case


def base_year(case: Case) -> int:
    """The year of most rows of Observed to calibrate on. Raises ValueError when there are none."""
    observed = case.table("Observed")
    known = observed[observed["use"] == "calibrate"]
    if known.empty:
        raise ValueError("The Observed sheet has no rows to calibrate on: there is nothing to compare with.")
    return int(known["year"].mode().iloc[0])


def unused(observed: pd.DataFrame, year: int) -> pd.DataFrame:
    """Rows that nothing was fitted to, and why."""
    rows = []
    for row in records(observed):
        if row.year != year:
            why = f"another year ({int(row.year)})"
        elif row.use != "calibrate":
            why = "kept for testing" if row.use == "test" else "for reading only"
        elif row.market is None or row.family is None:
            why = "a count of a place: it judges the fit, constants belong to a market and a corridor"
        elif row.commodities:
            why = "a part of a market: it judges the fit"
        else:
            continue
        rows.append((row.observation, row.name, why))
    return pd.DataFrame(rows, columns=["observation", "name", "why"])
