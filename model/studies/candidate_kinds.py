"""What a decision saves elsewhere, by kind of cost: what of it is money, time, taste and penalties.

Maths: saved[kind, y] = Σ over cost terms of the kind, outlays left out, of cost in the plan - cost in the changed plan
    and Σ over kinds of saved[kind, y] = benefit[y] of `candidate_years`, in every year y.

Both plans share out ships in fractions. Where a change costs nothing the changed plan flows as the plan does; an LP
that could flow otherwise at the same cost would show money against time that no decision moves.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.formulation.plugins import outlay_terms
from model.formulation.values import Values
from model.network.graph import FloatArray
from model.plan.costs import cost_table
from model.plan.extract import Extraction
from model.plan.kinds import KINDS, kind_of
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Solution

ByKind = dict[tuple[str, int], float]
"""(Kind of cost, calendar year) → million USD, undiscounted."""
ROUNDING = 1e-6


class SavedByKind:
    """Benefits of changed plans by kind of cost, each against the plan that is asked about."""

    def __init__(self, asked: WhatIf) -> None:
        """Remember the questions; the plan itself is solved with the first of them."""
        self._asked = asked
        self._base: tuple[Solution, ByKind] | None = None

    def of(self, values: FloatArray, benefits: Iterable[tuple[int, float]]) -> ByKind | None:
        """What the plan with these values of the fixed columns saves; they were answered `exactly`.

        `benefits` are those of its years. What rounding of the LPs leaves of them is counted with the money, so that
        the kinds add up. None where more than that is left: some cost of a constraint file depends on the decisions.
        Raises Interrupted.
        """
        if self._base is None:
            plan = self._asked.plan(self._asked.base)
            assert plan is not None, "the plan asked about has no flow"
            self._base = plan, self._sums(plan)
        plan, sums = self._base
        changed = self._asked.beside(plan, values)
        if changed is None:
            return None
        after = self._sums(changed)
        years = {year for _, year in (*sums, *after)}
        saved = {
            (kind, year): sums.get((kind, year), 0.0) - after.get((kind, year), 0.0) for kind in KINDS for year in years
        }
        rest = {year: benefit - sum(saved.get((kind, year), 0.0) for kind in KINDS) for year, benefit in benefits}
        discount = self._asked.problem.formulation.case.discount
        left = sum(abs(amount) * discount(year) for year, amount in rest.items())
        if left > 2 * (self._asked.cost - self._asked.least) + ROUNDING:
            return None
        for year, amount in rest.items():
            saved["money", year] = saved.get(("money", year), 0.0) + amount
        return saved

    def _sums(self, plan: Solution) -> ByKind:
        """Costs of a plan by kind and year, outlays left out."""
        formulation = self._asked.problem.formulation
        flows, values = Extraction(formulation, plan).flows, Values(plan.variables, plan.values)
        costs = cost_table(formulation, flows, values, outlay_terms())
        kinds = kind_of(costs["term"].unique())
        found: ByKind = {}
        for term, year, amount in zip(costs["term"], costs["year"], costs["amount"], strict=True):
            key = kinds[str(term)], int(year)
            found[key] = found.get(key, 0.0) + float(amount)
        return found
