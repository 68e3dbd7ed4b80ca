"""choice — what a market sends by each corridor follows a (nested) logit, priced by steps on loads.

Why: shippers of a market are not one firm; each corridor keeps some of them, the more the cheaper and quicker it is.
Maths: for a demand entry d (row and value-of-time segment) of market m with amount D, load x[f] of corridor f and
    X[n] of nest n:
       taste = Σ over f of  constant[m, f] * x[f] + b[f] * D * e(x[f] / D)
             + Σ over n of  (b[m] - b[n]) * D * e(X[n] / D),        e(s) = s ln s,
    b[f] the spread of the corridor's nest, or the market's. Its minimum together with the cost of the routes is the
    (nested) logit of generalised costs, with the prices of full assets in them (Fisk 1980; Anderson, de Palma and
    Thisse 1988): money, time and CO2 of the routes decide as before, taste says how sharply.
Rows: x[f, d, t, s] <= Σ over k of step[f, k, d, t, s], 0 <= step <= D * size[k], and the same for nests. Prices of the
    steps are those of e in steps (features/choice/steps.py), rising and lifted to 0 or above; what is served is
    credited with the lift (features/choice/shape.py). A market of two corridors takes one row, with e(s) + e(1 - s)
    on the first. The corridor 'outside' is measured by unserved[d]: its steps take the place of the penalty.
    Demand left unserved otherwise has no taste: shares are of the whole demand. Corridors that the market does not know
    are one load more, at a price that nobody pays.
Indices: demand entries of the markets of Choice, their corridors, periods t, seasons s.
Data: Families.markers; Choice.constant, .spread, .nest_spread [million USD/kTEU]; Demand.market; Settings choice_step.
Switch name: choice
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression

from model.features.choice import NAME
from model.features.choice.markets import OUTSIDE, Market, families, market_of, markets
from model.features.choice.shape import Shape, shape_of
from model.features.choice.steps import place
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.loads import Load, LoadKey
from model.network.graph import IntArray

ELSEWHERE = "corridors that the market does not know"


@dataclass(frozen=True)
class Entry:
    """One entry of the cargo that chooses."""

    demand: int
    name: str
    market: str


def entries(formulation: Formulation) -> list[Entry]:
    """Entries of all markets."""
    cargo, of_row = formulation.cargo, market_of(formulation.case)
    rows = enumerate(cargo.rows)
    return [Entry(demand, cargo.names[demand], of_row[row]) for demand, row in rows if row in of_row]


def place_of(formulation: Formulation, entry: Entry, key: BlockKey) -> float:
    """Where an entry stands in a block, for its steps."""
    cargo, demand = formulation.cargo, entry.demand
    what = cargo.origins[demand], cargo.destinations[demand], cargo.commodities[demand]
    seasons = [season.name for season in formulation.seasons]
    year = formulation.period(key[0]).first_year
    return place(what, int(cargo.segments[demand]), seasons.index(key[1]), len(seasons), year)


def unknown_to(formulation: Formulation, market: Market) -> tuple[str, ...]:
    """Corridors of the case that a market does not know."""
    known = {option.family for option in market.options}
    return tuple(family for family in families(formulation.case) if family not in known)


def load_key(name: str, entry: str) -> LoadKey:
    """Key of the load of a corridor, or of a nest ('nest NAME'), for an entry of the cargo."""
    return (NAME, name, entry)


def marker_arcs(formulation: Formulation, names: tuple[str, ...]) -> IntArray:
    """Arcs of the marker links of some corridors."""
    known = families(formulation.case)
    links = {link for name in names for link in known[name]}
    of_arc = formulation.graph.column("link")
    return np.flatnonzero(formulation.graph.is_link & np.array([link in links for link in of_arc], dtype=np.bool_))


def shapes(formulation: Formulation, entry: Entry) -> Iterator[tuple[str, Shape]]:
    """Taste of an entry by period."""
    cargo, market = formulation.cargo, markets(formulation.case)[entry.market]
    penalty = float(cargo.penalty[entry.demand]) / cargo.classes[int(cargo.class_of[entry.demand])].teu
    for period in formulation.periods:
        yield period.name, shape_of(market, period.first_year, penalty)


def declare_loads(formulation: Formulation) -> None:
    """One load for each entry and corridor, and for each entry and nest."""
    arcs: dict[tuple[str, ...], IntArray] = {}
    for entry in entries(formulation):
        market = markets(formulation.case)[entry.market]
        measured: dict[str, tuple[str, ...]] = {}
        measured |= {option.family: (option.family,) for option in market.options if option.family != OUTSIDE}
        measured |= {f"nest {nest}": tuple(item.family for item in market.inside(nest)) for nest in market.nests}
        measured |= {ELSEWHERE: unknown_to(formulation, market)}
        for name, members in measured.items():
            if members not in arcs:
                arcs[members] = marker_arcs(formulation, members)
            if not members:
                continue
            each = np.ones((len(formulation.cargo.classes), len(arcs[members])))
            formulation.declare_load(Load(load_key(name, entry.name), arcs[members], each, entry.demand))


def add(formulation: Formulation) -> None:
    """Add block.taste_step, block.choice and the expression block.taste (million USD a year) to every block."""
    known = entries(formulation)
    by_period = {entry.demand: dict(shapes(formulation, entry)) for entry in known}
    for key in formulation.block_keys:
        amounts = formulation.demand_amounts(key)
        here = [(entry, by_period[entry.demand][key[0]]) for entry in known if amounts[entry.demand] > 0]
        _fill(formulation, key, here)


def _fill(formulation: Formulation, key: BlockKey, here: list[tuple[Entry, Shape]]) -> None:
    """Steps, rows and taste of one block."""
    block, cargo = formulation.operations(*key), formulation.cargo
    width = float(formulation.case.settings["choice_step"])
    amounts = formulation.demand_amounts(key)
    parts = []
    sizes: list[float] = []
    prices: list[float] = []
    for entry, shape in here:
        teu = cargo.classes[int(cargo.class_of[entry.demand])].teu
        for part in shape.parts:
            steps = part.steps(width, place_of(formulation, entry, key))
            first = len(sizes)
            sizes += (steps.size * amounts[entry.demand]).tolist()
            prices += (steps.price * teu).tolist()
            parts.append((entry, part, slice(first, len(sizes))))
    block.taste_step = pyo.Var(range(len(sizes)), bounds=lambda _, i: (0.0, sizes[i]))
    variables = list(block.taste_step.values())

    def rule(b: Any, i: int) -> Any:
        entry, part, steps = parts[i]
        measured = formulation.load(key, load_key(part.name, entry.name)) if part.families else b.unserved[entry.demand]
        own = variables[steps]
        return measured <= LinearExpression(linear_coefs=[1.0] * len(own), linear_vars=own)

    block.choice = pyo.Constraint(range(len(parts)), rule=rule)
    flat = pyo.quicksum(_flat(formulation, key, entry, shape) for entry, shape in here)
    stepped = LinearExpression(linear_coefs=prices, linear_vars=variables) if variables else 0.0
    block.taste = pyo.Expression(expr=stepped + flat)


def _flat(formulation: Formulation, key: BlockKey, entry: Entry, shape: Shape) -> Any:
    """What an entry pays without steps: flat prices less the credit of what is served."""
    cargo, block = formulation.cargo, formulation.operations(*key)
    teu = cargo.classes[int(cargo.class_of[entry.demand])].teu
    amount = formulation.demand_amount(entry.demand, key)
    unserved = block.unserved[entry.demand]
    elsewhere = load_key(ELSEWHERE, entry.name)
    if elsewhere in formulation.loads:
        # Dearer than leaving it unserved, once the credit is taken off: no optimal plan has such a route.
        paid_elsewhere = 2.0 * shape.credit * teu * formulation.load(key, elsewhere)
    else:
        paid_elsewhere = 0.0
    paid = paid_elsewhere + pyo.quicksum(
        price * teu * formulation.load(key, load_key(name, entry.name)) for name, price in shape.flat
    )
    if shape.outside:
        return paid - shape.credit * teu * amount - float(cargo.penalty[entry.demand]) * unserved
    return paid - shape.credit * teu * (amount - unserved)
