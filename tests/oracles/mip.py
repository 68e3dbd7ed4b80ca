"""A mixed-integer programme as plain lists, and two solvers for it: scipy's HiGHS and, where installed, SCIP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

INFINITE = float("inf")
Values = NDArray[np.float64]


@dataclass
class Model:
    """minimise cost · v, lower ≤ matrix · v ≤ upper, 0 ≤ v ≤ most, some v whole."""

    costs: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def variable(self, cost: float = 0.0, most: float = INFINITE, *, whole: bool = False) -> int:
        """A new variable; its number."""
        self.costs.append(cost)
        self.most.append(most)
        self.whole.append(whole)
        return len(self.costs) - 1

    def row(self, terms: dict[int, float], lower: float = -INFINITE, upper: float = INFINITE) -> None:
        """A new row."""
        self.entries += [(len(self.lower), column, value) for column, value in terms.items() if value]
        self.lower.append(lower)
        self.upper.append(upper)

    def matrix(self) -> Any:
        """The rows as a sparse array."""
        row, column, value = (list(part) for part in zip(*self.entries, strict=True)) if self.entries else ([], [], [])
        return csr_array((value, (row, column)), shape=(len(self.lower), len(self.costs)))

    def solve_with_highs(self) -> tuple[float, Values]:
        """By the HiGHS inside scipy, to a proven optimum: objective and values. Raises ValueError without a plan."""
        result = milp(
            self.costs,
            integrality=np.array(self.whole, dtype=int),
            bounds=Bounds(0.0, np.array(self.most)),
            constraints=LinearConstraint(self.matrix(), self.lower, self.upper),
            options={"mip_rel_gap": 0.0},
        )
        if result.status != 0:
            raise ValueError(result.message)
        return float(result.fun), result.x

    def solve_with_scip(self) -> float:
        """By SCIP, to a proven optimum. Raises ImportError where it is not installed, ValueError without a plan."""
        from pyscipopt import Model as Scip
        from pyscipopt import quicksum

        scip = Scip()
        scip.hideOutput()
        variables = [
            scip.addVar(vtype="I" if whole else "C", lb=0.0, ub=None if most == INFINITE else most, obj=cost)
            for cost, most, whole in zip(self.costs, self.most, self.whole, strict=True)
        ]
        terms: list[list[Any]] = [[] for _ in self.lower]
        for row, column, value in self.entries:
            terms[row].append(value * variables[column])
        for row, (lower, upper) in enumerate(zip(self.lower, self.upper, strict=True)):
            total = quicksum(terms[row]) if terms[row] else 0.0 * variables[0]
            if lower > -INFINITE:
                scip.addCons(total >= lower)
            if upper < INFINITE:
                scip.addCons(total <= upper)
        scip.optimize()
        if scip.getStatus() != "optimal":
            raise ValueError(scip.getStatus())
        return float(scip.getObjVal())
