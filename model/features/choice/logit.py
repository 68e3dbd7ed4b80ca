"""The (nested) logit itself, and the split that the steps make of it: for calibration, reports and tests.

Maths, for generalised costs g[f] (money, time and CO2, million USD/kTEU), constants c[f], spread b and nests n of
spread b[n]: a corridor alone is a nest of its own.
    cost of a nest   G[n] = -b[n] ln Σ over f in n of exp(-(g[f] + c[f]) / b[n])
    logsum           L = -b ln Σ over n of exp(-G[n] / b)
    shares           s[f] = exp(-(G[n] - L) / b) * exp(-(g[f] + c[f] - G[n]) / b[n])
L is the least of Σ s (g + c) + Σ b[f] s ln s + Σ (b - b[n]) S[n] ln S[n] over shares that add up to 1: the same
function that the plan minimises (rows.py), there in steps. So the change of L between two plans is what choosing
shippers gain by it, in money as they see it; with the curve in steps in the place of s ln s (`stepped`) it is that of
the objective exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from model.features.choice.markets import OUTSIDE, Market
from model.features.choice.shape import shape_of
from model.network.graph import FloatArray


@dataclass(frozen=True)
class Split:
    """Shares by corridor, and what a kTEU costs in all, constants and taste in it, million USD/kTEU."""

    shares: Mapping[str, float]
    logsum: float


def exact(market: Market, year: int, cost: Mapping[str, float]) -> Split:
    """The logit at generalised costs by corridor, million USD/kTEU; what is not in `cost` is closed.

    Of 'outside' the cost is 0 and the constant all of it. Raises ValueError when every corridor is closed.
    """
    known = dict(cost) | {OUTSIDE: 0.0}
    total = {o.family: known[o.family] + o.constant(year) for o in market.options if o.family in known}
    if not total:
        raise ValueError(f"no corridor of {market.name} is open")
    groups: dict[str, list[str]] = {}
    for option in market.options:
        if option.family in total:
            groups.setdefault(option.nest or f"alone {option.family}", []).append(option.family)
    of_nest = {}
    inner: dict[str, float] = {}
    for nest, inside in groups.items():
        spread = market.nests.get(nest, market.spread)
        shares, of_nest[nest] = _logit([total[family] for family in inside], spread)
        inner |= dict(zip(inside, shares.tolist(), strict=True))
    outer, logsum = _logit(list(of_nest.values()), market.spread)
    share_of = dict(zip(of_nest, outer.tolist(), strict=True))
    return Split({family: inner[family] * share_of[nest] for nest, own in groups.items() for family in own}, logsum)


def shares_of(market: Market, year: int, costs: FloatArray) -> FloatArray:
    """Shares of `exact` for many entries at once, shape (entries, options): costs alike, infinite for what is closed.

    The column of 'outside' is not read. A row in which all is closed has shares of 0.
    """
    total = np.array(costs, dtype=float)
    nests: dict[str, list[int]] = {}
    for at, option in enumerate(market.options):
        total[:, at] = (0.0 if option.family == OUTSIDE else total[:, at]) + option.constant(year)
        nests.setdefault(option.nest or f"alone {option.family}", []).append(at)
    shares, of_nest = np.zeros(total.shape), np.zeros((len(total), len(nests)))
    for place, (nest, inside) in enumerate(nests.items()):
        shares[:, inside], of_nest[:, place] = _logits(total[:, inside], market.nests.get(nest, market.spread))
    outer, _ = _logits(of_nest, market.spread)
    for place, inside in enumerate(nests.values()):
        shares[:, inside] *= outer[:, [place]]
    return shares


def _logits(costs: FloatArray, spread: float) -> tuple[FloatArray, FloatArray]:
    """Shares and logsums of the rows of an array; of a row that is infinite throughout 0 and infinity."""
    least = costs.min(axis=1)
    low = np.where(np.isfinite(least), least, 0.0)
    weights = np.exp(-(costs - low[:, None]) / spread)
    sums = weights.sum(axis=1)
    known = np.where(sums > 0, sums, 1.0)
    return weights / known[:, None], np.where(sums > 0, low - spread * np.log(known), np.inf)


def _logit(costs: list[float], spread: float) -> tuple[FloatArray, float]:
    """Shares, and the logsum."""
    array = np.array(costs)
    weights = np.exp(-(array - array.min()) / spread)
    return weights / weights.sum(), float(array.min() - spread * np.log(weights.sum()))


def stepped(market: Market, year: int, cost: Mapping[str, float], width: float, place: float) -> Split:
    """The split in steps of a width: what a plan does where no capacity binds; `place` is that of the entry (steps.py).

    A small LP: shares by corridor and by step. Raises ValueError when every corridor is closed.
    """
    known = dict(cost) | {OUTSIDE: 0.0}
    names = [option.family for option in market.options if option.family in known]
    if not names:
        raise ValueError(f"no corridor of {market.name} is open")
    shape = shape_of(market, year, 0.0)
    flat = dict(shape.flat)
    prices = [known[family] + flat.get(family, 0.0) for family in names]
    upper = [1.0] * len(names)
    rows, columns, values = [], [], []
    for row, part in enumerate(shape.parts):
        steps = part.steps(width, place)
        inside = set(part.families) or {OUTSIDE}
        members = [at for at, family in enumerate(names) if family in inside]
        own = range(len(prices), len(prices) + len(steps.size))
        rows += [row] * (len(members) + len(own))
        columns += [*members, *own]
        values += [1.0] * len(members) + [-1.0] * len(own)
        prices += steps.price.tolist()
        upper += steps.size.tolist()
    matrix = coo_array((values, (rows, columns)), shape=(len(shape.parts), len(prices))).tocsr()
    whole = np.zeros((1, len(prices)))
    whole[0, : len(names)] = 1.0
    bounds = list(zip([0.0] * len(upper), upper, strict=True))
    found = linprog(np.array(prices), matrix.toarray(), np.zeros(len(shape.parts)), whole, np.ones(1), bounds)
    assert found.x is not None, found.message
    assert found.fun is not None, found.message
    shares = {family: float(found.x[at]) for at, family in enumerate(names)}
    return Split(shares, float(found.fun) - shape.credit)
