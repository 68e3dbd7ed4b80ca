"""Repair menu: for each family of limits, the least change of it alone that ends what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np

from model.case.case import Case
from model.formulation.formulation import Formulation
from model.formulation.values import Values
from model.plan.planner import make_plan
from model.solvers.core.highs import run_alone
from model.solvers.core.options import SolveOptions
from model.studies.explain.conflicts import InvestmentModel
from model.studies.explain.relaxing.changes import Change, apply_changes
from model.studies.explain.relaxing.families import building_families, relax, words_of

PRICE_SECONDS = 10.0


@dataclass(frozen=True)
class Repair:
    """One way out. All its changes together end the problem; without changes the family cannot help by itself.

    `causes` are changes of the family that would end it if every row were negotiable: what stands in the way. `cost` is
    the cost of the best plan of the repaired case, million USD NPV; None when it was not worked out.
    """

    family: str
    changes: tuple[Change, ...]
    cost: float | None = None
    causes: tuple[Change, ...] = ()

    @property
    def words(self) -> str:
        """Name of the way out."""
        return words_of(self.family)

    @property
    def in_cells(self) -> bool:
        """Whether all its changes are of cells, so that the case can be tried with them."""
        return all(change.sheet for change in self.changes)

    @property
    def possible(self) -> bool:
        """Whether changing this family alone is enough."""
        return bool(self.changes)


def conflict_repairs(make: Callable[[], Formulation], families: Sequence[str] | None = None) -> list[Repair]:
    """Ways out of a contradiction in what is built; `make` builds the model afresh, as each family alters it.

    Least means: the smallest sum of money for budgets, of years for commitments, the fewest cells for the others.
    """
    found = []
    for family in building_families() if families is None else families:
        formulation = make()
        slack = relax(formulation, family, formulation.case)
        if not slack.variables:
            continue
        model = InvestmentModel.of(formulation)
        price = {id(variable): cost for variable, cost in zip(slack.variables, slack.prices, strict=True)}
        solver = model.solver(set(model.notes), cost=np.array([price.get(id(v), 0.0) for v in model.variables]))
        if run_alone(solver) != highspy.HighsModelStatus.kOptimal:
            found.append(Repair(family, ()))
            continue
        found.append(Repair(family, tuple(slack.changes(Values(model.variables, solver.getSolution().col_value)))))
    return found


def priced(case: Case, repairs: list[Repair], seconds: float = PRICE_SECONDS) -> list[Repair]:
    """The repairs with the cost of the best plan that a short search finds for each repaired case."""
    result = []
    for repair in repairs:
        cost = None
        if repair.possible and repair.in_cells:
            outcome = make_plan(apply_changes(case, repair.changes), SolveOptions(time_limit=seconds)).outcome
            cost = outcome.objective if outcome.has_plan else None
        result.append(replace(repair, cost=cost))
    return result
