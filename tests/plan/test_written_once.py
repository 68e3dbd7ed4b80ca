"""The model is written once: what the solver finds stays in arrays."""

from __future__ import annotations

import pyomo.environ as pyo

from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.problem import Problem, Solution
from model.studies.candidates import candidate_tables
from tests.plan.everything import everything


def test_no_variable_of_the_model_ever_holds_a_value() -> None:
    """
    Proves: after a plan with its tables, prices and the questions about other decisions, on a case with every feature,
    no Pyomo variable has a value; and the tables have some.
    If a step wrote its values there, the next one to read them would tell of another plan than its own.
    """
    problems: list[Problem] = []

    def questions(problem: Problem, solution: Solution) -> dict[str, object]:
        problems.append(problem)
        return dict(candidate_tables(problem, solution, 20.0))

    plan = make_plan(everything(), SolveOptions(threads=1), questions=questions)  # type: ignore[arg-type]
    (problem,) = problems
    variables = list(problem.formulation.model.component_data_objects(pyo.Var, descend_into=True))
    assert len(variables) > 100
    assert [variable.name for variable in variables if variable.value is not None] == []
    assert plan.tables["candidates"]["exact"].any()
    assert plan.tables["sailings"]["trips"].max() > 0
