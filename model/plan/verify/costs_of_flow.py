"""Cost terms that are proportional to flow, of what a unit costs on each leg and at each visit of its route."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import chain

import numpy as np

from model.plan.verify.checks import Costs, Floats
from model.plan.verify.rates import Rates
from model.plan.verify.travel import Travel
from model.plan.verify.whole import Whole

PerUnit = Callable[[Rates], Floats]
"""What a unit costs by the tables of one stretch of years, million USD: an array over legs, or over visits."""


def cost_of_flow(
    whole: Whole,
    term: str,
    label: str,
    *,
    legs: PerUnit | None = None,
    visits: PerUnit | None = None,
    prices: Floats | None = None,
) -> Costs:
    """A cost term by year and country, and what it adds to a unit of each row of route_flows.

    A link falls to its payees, a node to its own country. `prices`, (periods,), multiply what `legs` and `visits` say;
    without them it is money as it stands.
    """
    recount = whole.recount
    periods, along = len(recount.period_names), np.zeros((len(recount.routes), len(recount.period_names)))
    factors = np.ones(periods) if prices is None else prices
    amounts: dict[tuple[int, str], float] = defaultdict(float)
    for rates in whole.rates:
        travel, sequences = rates.travel, rates.travel.sequences
        per_leg = np.zeros(len(sequences.leg_link)) if legs is None else legs(rates)
        per_visit = np.zeros(len(sequences.visit_node)) if visits is None else visits(rates)
        here = travel.stretch.periods
        along[:, here] = travel.by_route(per_leg, per_visit)[:, None] * factors[here]
        countries, totals = _by_country(travel, per_leg, per_visit)
        for place, position in zip(*np.nonzero(totals), strict=True):
            amount = float(factors[here[position]] * totals[place, position])
            for year in recount.case.periods[here[position]].calendar_years:
                amounts[year, countries[place]] += amount
    return Costs(term, amounts, along[recount.row_of_flow, recount.period_of_flow], label)


def _by_country(travel: Travel, per_leg: Floats, per_visit: Floats) -> tuple[list[str], Floats]:
    """Countries and ship lines, and what falls to each, (countries, periods of the stretch)."""
    of_node = [(country,) for country in travel.nodes["country"].astype(str)]
    numbers = {name: place for place, name in enumerate(dict.fromkeys(chain(*of_node, *travel.payees)))}
    by_link, by_node = travel.by_link(per_leg), travel.by_node(per_visit)
    totals: Floats = np.zeros((len(numbers), by_link.shape[1]))
    for payees, found in (*zip(travel.payees, by_link, strict=True), *zip(of_node, by_node, strict=True)):
        for name in payees:
            totals[numbers[name]] += found / len(payees)
    return list(numbers), totals
