"""Decisions taken otherwise, year by year: what the changed modules cost, and what the rest of the costs falls by.

Maths: change of all costs = Σ over years y of discount(y) * (outlay[y] - benefit[y])
    outlay[y]   what the changed modules cost more in y: capital, renewals and upkeep, less what is left of them
    benefit[y]  what flow, ships, time and the rest cost less in y; the same in all years of a period

Hence the rate of return of a project, or of a package, and its benefits per outlay.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from pyomo.core.expr.visitor import identify_variables
from pyomo.repn import generate_standard_repn
from scipy.sparse import csr_array

from model.network.graph import FloatArray
from model.plan.kinds import KINDS
from model.solvers.plans.what_if import WhatIf

COLUMNS = ("project", "question", "opening_year", "year", "outlay", "benefit", *KINDS)
SAME = 1e-9  # relative, of the cost of a decision


class YearByYear:
    """Outlays and benefits of changed plans by calendar year, million USD, undiscounted."""

    def __init__(self, asked: WhatIf) -> None:
        """Take what each decision costs in each year, and the period of each part of the model."""
        self._asked = asked
        formulation = asked.problem.formulation
        self._years, self._outlays = _outlays(asked)
        self._periods: list[str] | None = []
        for part in asked.parts:
            periods = {formulation.block_keys[block][0] for block in part.blocks}
            if len(periods) != 1:  # what its periods cost apart from each other is not known
                self._periods = None
                break
            self._periods.append(periods.pop())

    @property
    def is_known(self) -> bool:
        """Whether each part is of one period, and all that decisions cost falls in some year."""
        return self._periods is not None and bool(self._years)

    def of(self, values: FloatArray, *, exact: bool) -> list[tuple[int, float, float]]:
        """(Year, outlay, benefit) of the plan with these values of the fixed columns, in order and without gaps.

        Not `exact`, the benefit of each period is the most that the prices of the plan allow.
        """
        formulation = self._asked.problem.formulation
        spent = np.asarray(self._outlays @ (values - self._asked.base))
        outlay = dict(zip(self._years, spent.tolist(), strict=True))
        benefit: dict[int, float] = defaultdict(float)
        asked = self._asked
        changes = [part.change(values) for part in asked.parts] if exact else asked.bounds(values).tolist()
        for period, change in zip(self._periods or (), changes, strict=True):
            yearly = -change / formulation.operating_weight(period)
            for year in formulation.period(period).calendar_years:
                benefit[year] += yearly
        years = range(min((*outlay, *benefit)), max((*outlay, *benefit)) + 1)
        return [(year, outlay.get(year, 0.0), benefit.get(year, 0.0)) for year in years]


def _outlays(asked: WhatIf) -> tuple[list[int], csr_array]:
    """Years, and what one more of each fixed column costs in each, shape (years, columns); no years if that is not all.

    Entries of cost terms that depend on decisions and on nothing else.
    """
    formulation = asked.problem.formulation
    place = {id(asked.problem.compiled.variables[column]): at for at, column in enumerate(asked.fixed)}
    sums: dict[tuple[int, int], float] = defaultdict(float)
    for name, term in formulation.costs.items():
        for entry in () if name in formulation.flow_rates else term.entries:
            for at, amount in _coefficients(entry.expression, place):
                for year in entry.years:
                    sums[year, at] += amount
    years = sorted({year for year, _ in sums})
    rows = [years.index(year) for year, _ in sums]
    columns = [column for _, column in sums]
    matrix = csr_array((list(sums.values()), (rows, columns)), shape=(len(years), len(place)))
    discounts = np.array([formulation.case.discount(year) for year in years])
    told, cost = np.asarray(discounts @ matrix), asked.decision_costs
    whole = bool(np.all(np.abs(told - cost) <= SAME * np.maximum(1.0, np.abs(cost))))
    return (years if whole else []), matrix


def _coefficients(expression: Any, place: dict[int, int]) -> list[tuple[int, float]]:
    """(Place of a decision, its coefficient); nothing where something else than decisions stands in the expression."""
    if not hasattr(expression, "is_expression_type"):
        return []
    first = next(identify_variables(expression, include_fixed=False), None)
    if first is None or id(first) not in place:
        return []
    found = generate_standard_repn(expression, quadratic=False, compute_values=True)
    if found.nonlinear_expr is not None or any(id(one) not in place for one in found.linear_vars):
        return []
    pairs = zip(found.linear_vars, found.linear_coefs, strict=True)
    return [(place[id(one)], float(amount)) for one, amount in pairs]
