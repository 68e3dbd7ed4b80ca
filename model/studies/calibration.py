"""Calibration: the base year as the model has it against what was counted, and perceived costs that bring it closer.

The base-year run builds nothing and routes the demand of that year. Each observation compares the modelled flow over
its
links or nodes with the count, by relative difference and by the GEH statistic of traffic modelling,
sqrt(2 (m - c)^2 / (m + c)) with m and c in kTEU or in 10 kt (about the same number of units). The adjustment moves the
perceived cost per TEU of the links of an observation, by a step proportional to log(modelled / counted), within
bounds, and keeps the
set of costs with the best fit. It proposes; it does not write into the planner's workbooks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.case.case import Case, canonical_table
from model.case.schema import SHEETS
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.options import SolveOptions

MOST_PERCEIVED = 0.8  # million USD per kTEU: 800 USD per TEU
STEP = 0.15  # million USD per kTEU for a flow e times too large
ROUNDS = 12
TONNES_SCALE = 10.0  # kt that weigh like one kTEU in the GEH statistic
Teller = Callable[[str], None]


@dataclass(frozen=True)
class Calibration:
    """Result: fit before and after (tables of observations), and the perceived costs proposed.

    `before` and `after` have columns observation, name, measure, counted, modelled, difference, relative, geh, fits;
    `perceived` has link, before, after in USD per TEU. `rounds` lists the fit of each round.
    """

    year: int
    before: pd.DataFrame
    after: pd.DataFrame
    perceived: pd.DataFrame
    rounds: pd.DataFrame


def base_year_case(case: Case, year: int) -> Case:
    """The case with one period, the base year, and nothing to decide: no projects, no ships to buy."""
    periods = canonical_table(SHEETS["Periods"], [{"period": str(year), "first_year": year, "years": 1}])
    projects = case.table("Projects")
    vessels = case.table("Vessels").assign(maximum_purchases=0.0)
    settled = projects.assign(status=projects["status"].where(projects["status"] == "baseline", "excluded"))
    return case.with_tables(Periods=periods, Projects=settled, Vessels=vessels)


def modelled(plan: Plan, observation: pd.Series) -> float:
    """Flow of a plan over the links or nodes of an observation, in its measure a year.

    Links add both directions; nodes count what is loaded, unloaded and transferred there, and what passes where
    nothing is.
    """
    kind = observation["asset_kind"]
    table = plan.tables["link_flows" if kind == "link" else "node_flows"]
    rows = table[table[kind].isin(observation["assets"])]
    if observation["commodities"]:
        rows = rows[rows["commodity"].isin(observation["commodities"])]
    return float(rows["boxes_kteu" if observation["measure"] == "kTEU" else "flow_kt"].sum())


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
                observation["observation"], observation["name"], observation["measure"], count, model, model - count,
                relative, statistic, statistic < 5.0,
            )
        )  # fmt: skip
    columns = ["observation", "name", "measure", "counted", "modelled", "difference", "relative", "geh", "fits"]
    return pd.DataFrame(rows, columns=columns)


def calibrate(case: Case, options: SolveOptions, tell: Teller = lambda _: None, rounds: int = ROUNDS) -> Calibration:
    """Run the base year, compare, and look for perceived costs that fit better.

    Raises ValueError when the Observed sheet is empty.
    """
    observed = case.table("Observed")
    if observed.empty:
        raise ValueError("The Observed sheet has no rows: there is nothing to calibrate against.")
    year = int(observed["year"].mode().iloc[0])
    observed = observed[observed["year"] == year]
    base = base_year_case(case, year)
    start = _perceived(base)
    current, best = dict(start), dict(start)
    first = last = compare(make_plan(base, options), observed)
    history = [(0, float(first["geh"].mean()), int(first["fits"].sum()))]
    tell(f"base year {year}: mean GEH {history[0][1]:.2f}, {history[0][2]} of {len(first)} fit")
    tried = first
    for number in range(1, rounds + 1):
        current = _moved(current, observed, tried)
        tried = compare(make_plan(_with_perceived(base, current), options), observed)
        history.append((number, float(tried["geh"].mean()), int(tried["fits"].sum())))
        tell(f"round {number}: mean GEH {history[-1][1]:.2f}, {history[-1][2]} of {len(tried)} fit")
        if history[-1][1] < float(last["geh"].mean()) - 1e-9:
            last, best = tried, dict(current)
    changed = [(link, 1000 * start[link], 1000 * cost) for link, cost in best.items() if abs(cost - start[link]) > 1e-9]
    return Calibration(
        year,
        first,
        last,
        pd.DataFrame(changed, columns=["link", "before", "after"]),
        pd.DataFrame(history, columns=["round", "mean_geh", "fits"]),
    )


def _perceived(case: Case) -> dict[str, float]:
    links = case.table("Links")
    return dict(zip(links["link"], links["perceived_per_teu"].astype(float), strict=False))


def _with_perceived(case: Case, costs: dict[str, float]) -> Case:
    links = case.table("Links")
    return case.with_tables(Links=links.assign(perceived_per_teu=links["link"].map(costs)))


def _moved(costs: dict[str, float], observed: pd.DataFrame, fit: pd.DataFrame) -> dict[str, float]:
    """Perceived costs after one step on the links of every observation that does not fit."""
    result = dict(costs)
    for (_, observation), (_, row) in zip(observed.iterrows(), fit.iterrows(), strict=False):
        if observation["asset_kind"] != "link" or row["counted"] <= 0:
            continue
        ratio = max(row["modelled"], 0.01 * row["counted"]) / row["counted"]
        step = STEP * max(-1.0, min(1.0, math.log(ratio)))
        for link in observation["assets"]:
            result[link] = min(MOST_PERCEIVED, max(0.0, result[link] + step))
    return result
