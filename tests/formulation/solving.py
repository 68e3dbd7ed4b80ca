"""Solving minis and reading their plans: what the tests of this folder share."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.case.canonical import canonical_table, records
from model.case.case import Case
from model.case.schema import SHEETS
from model.formulation.build import build
from model.formulation.formulation import Formulation
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.plan import Plan
from model.plan.planner import extract, make_plan
from model.solvers import engine
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Outcome, Status
from model.solvers.core.progress import Progress
from model.solvers.problem import Solution
from tests.minis import Record, row_of

GAP = 1e-8
CLOSE = 1e-6
"""Relative difference allowed to a figure of hand arithmetic."""

OPTIONS = SolveOptions(gap=GAP, threads=1)
Openings = dict[tuple[str, int], int]


def solve(case: Case) -> Plan:
    """Proven optimum of a mini, with the verifier's consent."""
    plan = make_plan(case, OPTIONS)
    assert plan.outcome.status is Status.OPTIMAL, f"{plan.outcome.status}: {plan.outcome.message}"
    return plan


def solve_unverified(case: Case) -> Plan:
    """Proven optimum of a mini without the verifier: for rows of one kind after the first (half the time)."""
    formulation, outcome, solution = _optimum(case)
    assert solution is not None
    return Plan(case, outcome, extract(formulation, solution), pd.DataFrame(), formulation.families)


def cost_of(case: Case) -> float:
    """Proven objective of the optimum, million USD, without tables and verifier: for the mirrored runs."""
    _, outcome, _ = _optimum(case)
    assert outcome.objective is not None
    return outcome.objective


def _optimum(case: Case) -> tuple[Formulation, Outcome, Solution | None]:
    formulation = build(case, build_graph(case), RoutePool())
    filled = OPTIONS.filled(case)
    outcome, solution = engine.solve(formulation, filled, Progress(filled.time_limit, None))
    assert outcome.status is Status.OPTIMAL, outcome.message
    return formulation, outcome, solution


def without(case: Case, *families: str) -> Case:
    """The case with these constraint families switched off in its Constraints sheet."""
    rows: list[Record] = [{"constraint": family, "active": False} for family in families]
    return case.with_tables(Constraints=canonical_table(SHEETS["Constraints"], rows))


def near(value: float) -> object:
    """A figure of hand arithmetic, to be compared with `==`."""
    return pytest.approx(value, rel=CLOSE, abs=1e-7)


def policy(key: str, kind: str, sense: str, value: float, **more: Any) -> Record:
    """A Policies row."""
    return row_of({"policy": key, "kind": kind, "sense": sense, "value": value}, more)


def terms(plan: Plan) -> dict[str, float]:
    """Present value of each cost term that is not 0, million USD."""
    sums = plan.tables["costs"].groupby("term")["discounted"].sum()
    return {str(term): float(value) for term, value in sums.items() if abs(value) > 1e-9}


def openings(plan: Plan) -> Openings:
    """Modules that open, by project and opening year."""
    rows = records(plan.tables["investments"])
    return {(str(row.project), int(row.opening_year)): int(row.modules) for row in rows}


def on_links(plan: Plan, measure: str = "kteu", **where: str) -> dict[str, float]:
    """Flow of each used link over both directions and all periods, kTEU (or measure='kt'); `where` picks rows."""
    table = plan.tables["link_flows"]
    for column, value in where.items():
        table = table[table[column] == value]
    sums = table.groupby("link")["boxes_kteu" if measure == "kteu" else f"flow_{measure}"].sum()
    return {str(link): round(float(value), 9) for link, value in sums.items() if value > 1e-7}


def unserved(plan: Plan) -> dict[str, float]:
    """What each demand leaves unserved over all periods, where it leaves any, in its unit."""
    sums = plan.tables["demand_served"].groupby("demand")["unserved"].sum()
    return {str(demand): round(float(value), 9) for demand, value in sums.items() if value > 1e-7}


def refusal(case: Case) -> str:
    """Words of the outcome of a case that no plan can meet."""
    plan = make_plan(case, OPTIONS)
    assert plan.outcome.status is Status.INFEASIBLE, plan.outcome.message
    assert not plan.has_plan
    assert all(table.empty for table in plan.tables.values())
    return plan.outcome.message
