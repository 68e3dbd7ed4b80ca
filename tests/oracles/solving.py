"""The three ways of solving a small case, by one shape of answer: what it costs and what opens when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from model.case.canonical import records
from model.case.case import Case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from tests.oracles.arc_flow import ArcFlow
from tests.oracles.brute_force import brute_force

Method = Literal["auto", "direct", "decomposed"]
CLOSE = 1e-6
"""Relative difference allowed between two optima."""


@dataclass(frozen=True)
class Answer:
    """Objective in million USD, and modules that open by (project, first year of the period)."""

    objective: float
    openings: dict[tuple[str, int], int]


def by_brute_force(case: Case) -> Answer:
    """Every plan, every route."""
    answer = brute_force(case)
    years = [period.first_year for period in case.periods]
    return Answer(
        answer.objective, {(project, years[at]): modules for (project, at), modules in answer.openings().items()}
    )


def by_arc_flow(case: Case) -> Answer:
    """The textbook MIP."""
    model = ArcFlow(case)
    solution = model.solve()
    opened = {key: round(float(solution.values[variable])) for key, variable in model.opened.items()}
    years = [period.first_year for period in case.periods]
    return Answer(
        solution.objective, {(project, years[at]): modules for (project, at), modules in opened.items() if modules}
    )


def by_planner(case: Case) -> Answer:
    """The planner, to a proven optimum and with the verifier's consent. Raises ValueError when there is no plan."""
    plan = planned(case)
    if plan.outcome.status == "infeasible":
        raise ValueError("no plan is allowed")
    assert plan.outcome.status == "optimal", plan.outcome.message
    assert plan.checks["ok"].all(), plan.checks[~plan.checks["ok"]].to_string()
    assert plan.outcome.objective is not None
    rows = records(plan.tables["investments"])
    return Answer(plan.outcome.objective, {(str(row.project), int(row.opening_year)): int(row.modules) for row in rows})


def planned(case: Case, method: Method = "auto") -> Plan:
    """The planner's plan, proven as far as figures in floating point can be."""
    return make_plan(case, SolveOptions(method=method, gap=CLOSE / 10.0))


WAYS: dict[str, Callable[[Case], Answer]] = {
    "brute force": by_brute_force,
    "arc flow": by_arc_flow,
    "planner": by_planner,
}
