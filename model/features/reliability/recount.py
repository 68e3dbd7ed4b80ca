"""Recount of reliability from a plan's tables alone: buffers along each route, at the value of each segment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from model.case.case import Case
from model.features import reliability
from model.plan.verify.checks import Costs, Floats, Frame
from model.plan.verify.travel import Travel
from model.plan.verify.whole import whole_of


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Costs]:
    """The cost term, by year and country, and what it adds to a unit on each route; nothing where it does not apply."""
    if not reliability.applies(case):
        return
    whole = whole_of(tables, case)
    recounted, sequences = whole.recount, whole.sequences
    amounts: dict[tuple[int, str], float] = defaultdict(float)
    per_unit: dict[tuple[str, int, str], float] = {}
    for rates in whole.rates:
        travel, value = rates.travel, _value_of_route(rates.travel)
        per_leg = rates.leg_buffer * value[sequences.leg_route]
        per_visit = rates.visit_buffer * value[sequences.visit_route]
        _add(travel, travel.by_link(per_leg), travel.by_node(per_visit), amounts)
        costs = travel.by_route(per_leg, per_visit)
        names = zip(recounted.routes["route"], recounted.routes["segment"], costs.tolist(), strict=True)
        for route, segment, cost in names:
            for period in travel.stretch.periods.tolist():
                per_unit[str(route), int(segment), str(recounted.period_names[period])] = cost
    yield Costs(reliability.NAME, dict(amounts), per_unit)


def _value_of_route(travel: Travel) -> Floats:
    """Million USD per unit and buffer day of what each route carries, 0 for empty boxes: (routes,)."""
    cargo, demand = travel.cargo, travel.recount.demand_of_route
    ratio = np.append(cargo.commodities["value_of_reliability"].to_numpy(float), 0.0)
    result: Floats = ratio[cargo.commodity[demand]] * travel.value_of_time * cargo.kteu_per_unit[demand]
    return result


def _add(travel: Travel, by_link: Floats, by_node: Floats, amounts: dict[tuple[int, str], float]) -> None:
    """Half of a link to the country of either end, a node to its own, in each year of the period."""
    country = travel.nodes["country"].astype(str).to_numpy(object)
    places = [
        (country[travel.links["start"].to_numpy()], 0.5 * by_link),
        (country[travel.links["end"].to_numpy()], 0.5 * by_link),
        (country, by_node),
    ]
    for position, period in enumerate(travel.stretch.periods.tolist()):
        for countries, costs in places:
            for place in np.flatnonzero(costs[:, position]).tolist():
                for year in travel.recount.case.periods[period].calendar_years:
                    amounts[year, str(countries[place])] += float(costs[place, position])
