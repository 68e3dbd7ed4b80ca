"""Recount of the time of goods: days along each route, at the value of time of what it carries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from model.case.case import Case
from model.plan.verify.checks import Costs, Floats, Frame
from model.plan.verify.costs_of_flow import cost_of_flow
from model.plan.verify.rates import Rates
from model.plan.verify.whole import whole_of


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Costs]:
    """The cost term."""
    yield cost_of_flow(whole_of(tables, case), "time", "Time of goods", legs=_on_legs, visits=_at_visits)


def _on_legs(rates: Rates) -> Floats:
    return rates.leg_days * rates.leg_kteu * rates.travel.value_of_time[rates.travel.sequences.leg_route]


def _at_visits(rates: Rates) -> Floats:
    return rates.visit_days * rates.visit_kteu * rates.travel.value_of_time[rates.travel.sequences.visit_route]
