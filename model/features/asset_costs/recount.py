"""Recount of what is paid for what is built, from the table of investments: capital, renewals, upkeep, salvage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from model.case.case import Case
from model.plan.verify.checks import Costs, Floats, Frame
from model.plan.verify.payments import capital_paid, renewals_paid
from model.plan.verify.projects import capital_opened
from model.plan.verify.recount import Recount
from model.plan.verify.whole import whole_of


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Costs]:
    """Capital and renewals when paid, upkeep in every year of service, salvage in the year after the horizon."""
    recounted = whole_of(tables, case).recount
    upkeep = recounted.in_service * recounted.projects["upkeep"].to_numpy(float)[:, None]
    yearly = np.repeat(upkeep, [len(period.calendar_years) for period in case.periods], axis=1)
    yield Costs("capital", _by_country(recounted, capital_paid(recounted)[0]), label="Capital")
    yield Costs("renewal", _by_country(recounted, renewals_paid(recounted)), label="Renewals")
    yield Costs("upkeep", _by_country(recounted, yearly), label="Fixed upkeep")
    if case.settings["salvage"] == "straight line":
        value = -_salvage(recounted)[:, None]
        yield Costs("salvage", _by_country(recounted, value, case.last_year + 1), label="Salvage")


def _by_country(recount: Recount, paid: Floats, first_year: int | None = None) -> dict[tuple[int, str], float]:
    """Amounts (projects, calendar years from the first of the horizon, or another) by year and country."""
    first = recount.case.first_year if first_year is None else first_year
    countries, found = recount.projects["country"].tolist(), defaultdict[tuple[int, str], float](float)
    for project, year in zip(*np.nonzero(paid), strict=True):
        found[first + int(year), countries[project]] += float(paid[project, year])
    return found


def _salvage(recount: Recount) -> Floats:
    """Straight-line value left of each project's modules and renewals at the end of the horizon, million USD.

    Of what was paid within the horizon only.
    """
    after = recount.case.last_year + 1
    life = recount.life.astype(float)[:, None]

    def left(begin: Any) -> Floats:
        share: Floats = np.maximum(0.0, life - (after - begin)) / life
        return share

    own = capital_opened(recount.projects, recount.opened) - capital_paid(recount)[1]
    value = (own * left(recount.first_years)).sum(axis=1)
    value += (renewals_paid(recount) * left(np.array(recount.horizon))).sum(axis=1)
    result: Floats = value
    return result
