"""Solution → values of all variables as the plan's tables tell them."""

from __future__ import annotations

from model.formulation.formulation import Formulation
from model.formulation.investment_block import told_in_full
from model.formulation.values import Values
from model.solvers.problem import Solution


def plan_values(formulation: Formulation, solution: Solution) -> Values:
    """Values of a solution, with what nobody asked of the solver told as the features tell it."""
    values = Values(solution.variables, solution.values)
    values.change(told_in_full(formulation, values))
    for module in formulation.modules:
        if hasattr(module, "told_in_full"):
            values.change(module.told_in_full(formulation, values))
    return values
