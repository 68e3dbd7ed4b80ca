"""Recount of charges for carrying cargo: the prices of legs and visits of each route, times its flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from model.case.case import Case
from model.plan.verify.checks import Costs, Frame
from model.plan.verify.costs_of_flow import cost_of_flow
from model.plan.verify.whole import whole_of


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Costs]:
    """Tariffs, surcharges and handling."""
    whole = whole_of(tables, case)
    yield cost_of_flow(whole, "transport", "Transport tariffs", legs=lambda rates: rates.transport)
    yield cost_of_flow(whole, "surcharge", "Surcharges", legs=lambda rates: rates.surcharge)
    yield cost_of_flow(whole, "handling", "Handling", visits=lambda rates: rates.handling)
