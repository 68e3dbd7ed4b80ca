"""Recount of perceived costs: what is felt on each leg, of full boxes only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from model.case.case import Case
from model.plan.verify.checks import Costs, Floats, Frame
from model.plan.verify.costs_of_flow import cost_of_flow
from model.plan.verify.rates import Rates
from model.plan.verify.whole import whole_of


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Costs]:
    """The cost term."""
    yield cost_of_flow(whole_of(tables, case), "perceived", "Perceived cost (not paid)", legs=_felt)


def _felt(rates: Rates) -> Floats:
    """Million USD per unit on each leg."""
    travel = rates.travel
    per_kteu = np.nan_to_num(travel.links["perceived_cost"].to_numpy(float))
    loaded: Floats = np.where(travel.cargo.is_empty[travel.leg_demand], 0.0, rates.leg_kteu)
    felt: Floats = loaded * per_kteu[travel.sequences.leg_link]
    return felt
