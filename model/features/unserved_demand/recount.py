"""Recount of the penalty: what the table of demand says is unserved, at the penalty of the commodity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from model.case.case import Case
from model.plan.verify.checks import Costs, Frame, in_each_year
from model.plan.verify.whole import whole_of


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Costs]:
    """The cost term, which falls on no country."""
    whole, yearly = whole_of(tables, case), dict[str, float]()
    for travel in whole.travels:
        periods = travel.stretch.periods
        amounts = travel.cargo.penalty @ whole.recount.unserved[:, periods]
        yearly.update(zip(whole.recount.period_names[periods], amounts.tolist(), strict=True))
    yield Costs("unserved", in_each_year(case, yearly), label="Unserved demand")
