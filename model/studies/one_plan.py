"""Single plans for studies that need every one of them: whole, verified, and none after a stop.

A search ends with the plan that it has when a stop is asked for. Such a plan is none to compare with others.
"""

from __future__ import annotations

from collections.abc import Callable

from model.case.case import Case
from model.plan.plan import Plan
from model.plan.planner import Questions, make_plan
from model.solvers.core.options import SolveOptions

OnePlan = Callable[[Case, SolveOptions], Plan]
"""Makes one plan of a case."""


def until_stopped(stop_asked: Callable[[], bool], questions: Questions | None = None) -> OnePlan:
    """A planner that raises KeyboardInterrupt once a stop was asked for, before a plan as after it."""

    def planner(case: Case, options: SolveOptions) -> Plan:
        if stop_asked():
            raise KeyboardInterrupt
        plan = make_plan(case, options, questions=questions)
        if stop_asked():  # the search heard it too and ended early
            raise KeyboardInterrupt
        return plan

    return planner


def required(plan: Plan, what: str) -> Plan:
    """The plan, if it is one. Raises ValueError, which says of what there is none, for all others."""
    if not plan.verified:
        raise ValueError(f"{what} cannot be planned: {plan.outcome.message}")
    return plan
