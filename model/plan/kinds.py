"""Kinds of cost: money and time lead, then taste and penalties, which nobody pays. Their sum is the objective."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from model.formulation.plugins import cost_kinds

KINDS: Final[Mapping[str, str]] = {
    "money": "Costs paid",
    "time": "Cost of time",
    "taste": "Taste, not paid",
    "penalty": "Penalties, not paid",
}
"""Kinds of cost in the order in which reports show them, in words."""


def kind_of(terms: Iterable[str]) -> dict[str, str]:
    """Cost term → its kind, the terms in order of their kinds. What no cost term of the package registers is money."""
    known, order = cost_kinds(), list(KINDS)
    kinds = {term: known.get(term, "money") for term in terms}
    return {term: kinds[term] for term in sorted(kinds, key=lambda term: order.index(kinds[term]))}


def present_values(costs: pd.DataFrame) -> dict[str, float]:
    """Kind → present value [million USD] of the costs table of a plan, every kind; they add up to the objective."""
    sums = dict.fromkeys(KINDS, 0.0)
    kinds = kind_of(costs["term"].unique())
    for term, value in costs.groupby("term")["discounted"].sum().items():
        sums[kinds[str(term)]] += float(value)
    return sums
