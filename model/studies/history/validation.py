"""Validation: years of the sheet History run each by itself with constants that were fitted to none of their counts.

A row of Observed marked `test` is compared with the plan of its year, in narrow steps as the base year was fitted. Rows
whose flow is hardly from markets that choose are captive: what is told of them was put in by hand, so they count
neither as hits nor as misses. Rows for reading are compared as well, beside the score, so that whoever doubts why they
are no tests can count them in.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from model.case.canonical import records
from model.case.case import Case
from model.case.keys import parted
from model.case.scenarios.history import in_year, years_of
from model.plan.mentions import BETWEEN_KEYS
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.console.reporters import Tell
from model.studies.history.calibration import compare, in_narrow_steps
from model.studies.one_plan import OnePlan, required

NEAR = 0.25
"""Deviation within which a test row counts as a hit."""
CAPTIVE = 0.5


@dataclass(frozen=True)
class Validation:
    """What the years said.

    `rows`: year, observation, name, use, measure, counted, modelled, deviation [share], verdict (hit, miss, captive),
    note. `years`: hits, misses and captive rows of the tests by year. `hits` and `tests` leave captive rows out;
    `hits_with_reading` and `tests_with_reading` are the score as if rows for reading were tests too.
    """

    rows: pd.DataFrame
    years: pd.DataFrame
    hits: int
    tests: int
    hits_with_reading: int
    tests_with_reading: int


def validate(
    case: Case, options: SolveOptions, tell: Tell = lambda _: None, planner: OnePlan = make_plan
) -> Validation:
    """Run every year that History describes and that has test rows.

    Raises ValueError when there is none, and when a year has no plan.
    """
    observed = case.table("Observed")
    tests = observed[observed["use"] == "test"]
    years = [year for year in years_of(case) if (tests["year"] == year).any()]
    if not years:
        raise ValueError("No year of the sheet History has a row of Observed marked 'test': there is nothing to test.")
    parts = []
    for year in years:
        plan = required(planner(in_narrow_steps(in_year(case, year)), options), f"The year {year}")
        compared = observed[(observed["year"] == year) & observed["use"].isin(["test", "reading"])]
        parts.append(_of_year(plan, compared, year))
        judged = parts[-1][(parts[-1]["use"] == "test") & (parts[-1]["verdict"] != "captive")]
        tell(f"{year}: {(judged['verdict'] == 'hit').sum()} of {len(judged)} within {100 * NEAR:.0f} %")
    rows = pd.concat(parts, ignore_index=True)
    counts = rows[rows["use"] == "test"].groupby(["year", "verdict"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=["hit", "miss", "captive"], fill_value=0).reset_index()
    hits, misses = int(counts["hit"].sum()), int(counts["miss"].sum())
    every_hit, every_miss = (int((rows["verdict"] == verdict).sum()) for verdict in ("hit", "miss"))
    return Validation(rows, counts, hits, hits + misses, every_hit, every_hit + every_miss)


def _of_year(plan: Plan, tests: pd.DataFrame, year: int) -> pd.DataFrame:
    """The comparison of one year, with verdict and note."""
    fit = compare(plan, tests)
    verdicts = []
    for row, (_, observation) in zip(records(fit), tests.iterrows(), strict=True):
        if _chosen(plan, observation) < CAPTIVE:
            verdicts.append("captive")
        else:
            verdicts.append("hit" if abs(row.relative) <= NEAR else "miss")
    frame = fit[["observation", "name", "use", "measure", "counted", "modelled"]].assign(deviation=fit["relative"])
    frame.insert(0, "year", year)
    return frame.assign(verdict=verdicts, note=[note or "" for note in tests["note"]])


def _chosen(plan: Plan, observation: pd.Series) -> float:
    """Share of the observed flow, in its measure, that belongs to demands of markets that choose."""
    if observation["market"] is not None:
        return 1.0
    assets = set(observation["assets"])
    column = "links" if observation["asset_kind"] == "link" else "nodes"
    routes = plan.tables["routes"]
    passing = {
        row.route for row in records(routes) if assets.intersection(parted(str(getattr(row, column)), BETWEEN_KEYS))
    }
    flows = plan.tables["route_flows"]
    flows = flows[flows["route"].isin(passing)]
    if observation["commodities"]:
        commodity = plan.case.lookup("Demand", "commodity")
        flows = flows[flows["demand"].map(commodity).isin(observation["commodities"])]
    measure = "flow_kteu" if observation["measure"] == "kTEU" else "flow_kt"
    captive = 0.0
    if (
        observation["measure"] == "kTEU"
    ):  # bulk has TEU-equivalents on its routes, but boxes only where it rides in them
        boxes = plan.case.table("Demand").set_index("demand")["unit"] == "kTEU"
        flows = flows[flows["demand"].map(boxes).fillna(False).astype(bool)]
        captive = _boxes_of_bulk(plan, observation)
    total = float(flows[measure].sum()) + captive
    choosing = set(plan.tables["choice_entries"]["demand"])
    return float(flows.loc[flows["demand"].isin(choosing), measure].sum()) / total if total > 0 else 1.0


def _boxes_of_bulk(plan: Plan, observation: pd.Series) -> float:
    """Boxes of an observation that hold goods which Demand has in tonnes, kTEU: they choose no corridor."""
    kind = str(observation["asset_kind"])
    demand = plan.case.table("Demand")
    bulk = set(demand.loc[demand["unit"] != "kTEU", "commodity"]) - set(
        demand.loc[demand["unit"] == "kTEU", "commodity"]
    )
    if observation["commodities"]:
        bulk &= set(observation["commodities"])
    table = plan.tables["link_flows" if kind == "link" else "node_flows"]
    rows = table[table[kind].isin(observation["assets"]) & table["commodity"].isin(bulk)]
    return float(rows["boxes_kteu"].sum())
