"""What a plan buys against doing the minimum: the plan that builds only what is committed."""

from __future__ import annotations

from dataclasses import dataclass

from model.reports.facts import Facts


@dataclass(frozen=True)
class Gain:
    """Present values of both, million USD, and tonnes left behind, Mt over all periods."""

    term: str
    plan: float
    minimum: float

    @property
    def saved(self) -> float:
        """What the plan saves of it (negative: spends more)."""
        return self.minimum - self.plan


def gains(facts: Facts, minimum: Facts) -> list[Gain]:
    """Present value by cost term in the plan and in the minimum, the sum last."""
    sums = [one.costs.groupby("term")["discounted"].sum().to_dict() for one in (facts, minimum)]
    labels = {**minimum.terms, **facts.terms}
    found = [Gain(label, *(float(one.get(term, 0.0)) for one in sums)) for term, label in labels.items()]
    return [*found, Gain("All costs", facts.objective, minimum.objective)]


def unserved_mt(facts: Facts) -> float:
    """Tonnes that are not carried, Mt over all periods."""
    return float(facts.table("demand_served")["unserved_kt"].sum()) / 1000
