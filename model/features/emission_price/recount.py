"""Recount of the price of emissions: what each leg emits, at the price of the period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from model.case.case import Case
from model.plan.verify.checks import Costs, Frame
from model.plan.verify.costs_of_flow import cost_of_flow
from model.plan.verify.payments import co2_price
from model.plan.verify.whole import whole_of


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Costs]:
    """The cost term."""
    whole = whole_of(tables, case)
    prices = np.array([co2_price(whole.recount, period) for period in range(len(case.periods))])
    yield cost_of_flow(whole, "co2", "CO2", legs=lambda rates: rates.leg_co2, prices=prices)
