"""Recount of reliability from a plan's tables alone: buffers along each route, at the value of each segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from model.case.case import Case
from model.features import reliability
from model.plan.verify.checks import Costs, Floats, Frame
from model.plan.verify.costs_of_flow import cost_of_flow
from model.plan.verify.travel import Travel
from model.plan.verify.whole import whole_of


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Costs]:
    """The cost term; nothing where it does not apply."""
    if not reliability.applies(case):
        return
    yield cost_of_flow(
        whole_of(tables, case),
        reliability.NAME,
        "Reliability (days of margin)",
        legs=lambda rates: rates.leg_buffer * _value_of_route(rates.travel)[rates.travel.sequences.leg_route],
        visits=lambda rates: rates.visit_buffer * _value_of_route(rates.travel)[rates.travel.sequences.visit_route],
    )


def _value_of_route(travel: Travel) -> Floats:
    """Million USD per unit and buffer day of what each route carries, 0 for empty boxes: (routes,)."""
    cargo, demand = travel.cargo, travel.recount.demand_of_route
    ratio = np.append(cargo.commodities["value_of_reliability"].to_numpy(float), 0.0)
    result: Floats = ratio[cargo.commodity[demand]] * travel.value_of_time * cargo.kteu_per_unit[demand]
    return result
