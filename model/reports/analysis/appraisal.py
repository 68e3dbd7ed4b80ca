"""The plan against doing the minimum, as an appraiser reads it: yearly sums, present value, benefit per cost, rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final

from scipy.optimize import brentq

from model.formulation.plugins import outlay_terms
from model.plan.kinds import kind_of
from model.reports.facts import Facts
from model.reports.features import feature_transfers
from model.reports.frames import sums_by

STRIP: Final = (0.03, 0.05, 0.06, 0.08, 0.10, 0.12)
HIGHEST_RATE: Final = 10.0
BORNE: Final = ("money", "time")
"""Kinds of cost that somebody pays or waits for."""


@dataclass(frozen=True)
class Year:
    """One calendar year: discount factor; outlays and benefits of the plan on top of the minimum [million USD].

    `transfers` are the part of the benefits that others pay for; `borne` is what of them is costs paid and cost of
    time, without transfers.
    """

    year: int
    discount: float
    outlays: dict[str, float]
    benefits: dict[str, float]
    transfers: float = 0.0
    borne: float = 0.0

    @property
    def benefit(self) -> float:
        """All benefits, undiscounted."""
        return sum(self.benefits.values())

    @property
    def outlay(self) -> float:
        """All outlays, undiscounted."""
        return sum(self.outlays.values())

    @property
    def net(self) -> float:
        """Benefits less outlays, undiscounted."""
        return self.benefit - self.outlay

    @property
    def net_borne(self) -> float:
        """Money and time alone less outlays, undiscounted."""
        return self.borne - self.outlay


class Stream:
    """Benefits against outlays by year, on one basis: all that the plan weighs, or money and time alone."""

    def __init__(self, years: Sequence[Year], benefits: Sequence[float], base: int) -> None:
        """Take the benefits of each year [million USD, undiscounted]; money is discounted to the year `base`."""
        self._years, self.base = years, base
        self.nets = [benefit - year.outlay for year, benefit in zip(years, benefits, strict=True)]
        self.benefits = sum(year.discount * benefit for year, benefit in zip(years, benefits, strict=True))
        self.outlays = sum(year.discount * year.outlay for year in years)

    @property
    def net(self) -> float:
        """Net present value."""
        return self.benefits - self.outlays

    @property
    def ratio(self) -> float | None:
        """Benefits per outlay; None when nothing more is spent than in the minimum."""
        return self.benefits / self.outlays if self.outlays > 1e-6 else None

    @cached_property
    def rate(self) -> float | None:
        """Internal rate of return; None when there may be several or none."""
        return rate_of_return(self.nets)

    @property
    def outlays_may_rise(self) -> float | None:
        """Share by which outlays may rise until the net is nothing; None without outlays."""
        return self.net / self.outlays if self.outlays > 1e-6 else None

    @property
    def benefits_may_fall(self) -> float | None:
        """Share by which benefits may fall until the net is nothing; None without benefits."""
        return self.net / self.benefits if self.benefits > 1e-6 else None

    def value_at(self, rate: float) -> float:
        """Net present value at another discount rate, in the base year of the case."""
        pairs = zip(self._years, self.nets, strict=True)
        return sum(net / (1 + rate) ** (year.year - self.base) for year, net in pairs)

    def paid_back(self, *, discounted: bool = False) -> int | None:
        """First year from which on the running sum never falls below zero again; None when there is none."""
        pairs = zip(self._years, self.nets, strict=True)
        running = list(accumulate(net * (year.discount if discounted else 1.0) for year, net in pairs))
        return first_that_stays([year.year for year in self._years], running)


class Appraisal:
    """The plan less the minimum. Money is real; benefits are costs that the plan saves."""

    def __init__(self, facts: Facts, minimum: Facts) -> None:
        """Take the yearly costs of both."""
        self.facts, self.minimum = facts, minimum
        labels = {**minimum.terms, **facts.terms}
        outlays = outlay_terms()
        self.outlay_terms = {term: label for term, label in labels.items() if term in outlays}
        self.kinds = {term: kind for term, kind in kind_of(labels).items() if term not in outlays}
        self.benefit_terms = {term: labels[term] for term in self.kinds}
        self.years = self._years()

    def _years(self) -> list[Year]:
        sums = [sums_by(one.costs, ["year", "term"], "amount") for one in (self.facts, self.minimum)]
        transfers = feature_transfers(self.facts)
        found = []
        for year in sorted({int(key[0]) for one in sums for key in one}):
            plan, least = ({key[1]: float(value) for key, value in one.items() if key[0] == year} for one in sums)
            outlays = {term: plan.get(term, 0.0) - least.get(term, 0.0) for term in self.outlay_terms}
            benefits = {term: least.get(term, 0.0) - plan.get(term, 0.0) for term in self.benefit_terms}
            moved = transfers.get(year, 0.0)
            borne = sum(value for term, value in benefits.items() if self.kinds[term] in BORNE) - moved
            found.append(Year(year, self.facts.case.discount(year), outlays, benefits, moved, borne))
        return found

    @cached_property
    def whole(self) -> Stream:
        """All that the plan weighs."""
        return self._stream([year.benefit for year in self.years])

    @cached_property
    def narrow(self) -> Stream:
        """Costs paid and cost of time alone, without transfers, taste and penalties."""
        return self._stream([year.borne for year in self.years])

    @property
    def is_narrower(self) -> bool:
        """Whether money and time alone come to something else than all that the plan weighs."""
        return any(abs(year.benefit - year.borne) > 1e-9 for year in self.years)

    def _stream(self, benefits: Sequence[float]) -> Stream:
        return Stream(self.years, benefits, self.facts.case.discount_base_year)

    @cached_property
    def residual(self) -> float:
        """Present value of what is left of the works after the horizon, beyond the minimum: outlays are less by it."""
        last = self.facts.case.last_year
        return -sum(year.discount * year.outlay for year in self.years if year.year > last)

    @property
    def outlays(self) -> float:
        """Present value of what building costs more than the minimum, less what is left of it."""
        return self.whole.outlays

    @property
    def benefits(self) -> float:
        """Present value of the costs that the plan saves."""
        return self.whole.benefits

    @cached_property
    def transfers(self) -> float:
        """Present value of the benefits that others pay for: subsidies, fees waived; no gain to society."""
        return sum(year.discount * year.transfers for year in self.years)

    @property
    def net_without_transfers(self) -> float:
        """Net present value without transfers."""
        return self.net - self.transfers

    @property
    def ratio_without_transfers(self) -> float | None:
        """Benefits without transfers per outlay; None when nothing more is spent than in the minimum."""
        return (self.benefits - self.transfers) / self.outlays if self.outlays > 1e-6 else None

    @cached_property
    def present_benefits(self) -> dict[str, float]:
        """Cost term → present value of what the plan saves of it."""
        return {term: sum(year.discount * year.benefits[term] for year in self.years) for term in self.benefit_terms}

    @cached_property
    def benefits_by_kind(self) -> dict[str, float]:
        """Kind of cost (money, time, taste, penalty) → present value of what the plan saves of it, outlays left out."""
        return {
            kind: sum(value for term, value in self.present_benefits.items() if self.kinds[term] == kind)
            for kind in dict.fromkeys(self.kinds.values())
        }

    @property
    def net(self) -> float:
        """Net present value."""
        return self.whole.net

    @property
    def ratio(self) -> float | None:
        """Benefits per outlay; None when nothing more is spent than in the minimum."""
        return self.whole.ratio


def appraisal(facts: Facts) -> Appraisal | None:
    """The plan against its minimum, for `Facts.once`; None where nobody asked for the minimum."""
    return None if facts.minimum is None else Appraisal(facts, facts.minimum)


def rate_of_return(nets: Sequence[float]) -> float | None:
    """Internal rate of return of yearly sums, year after year; None when there may be several or none.

    When the running sums go from below to above zero once, and once only, there is exactly one rate above zero
    (Norstrom's criterion), whatever the signs of single years.
    """
    signs = [value > 0 for value in accumulate(nets) if abs(value) > 1e-6]
    changes = sum(one != two for one, two in zip(signs, signs[1:], strict=False))

    def value_at(rate: float) -> float:
        return float(sum(net / (1 + rate) ** place for place, net in enumerate(nets)))

    if changes != 1 or signs[0] or value_at(0.0) * value_at(HIGHEST_RATE) > 0:
        return None
    return float(brentq(value_at, 0.0, HIGHEST_RATE, xtol=1e-13, rtol=1e-14))


def first_that_stays(years: Sequence[int], running: Sequence[float]) -> int | None:
    """First year from which on the running sum stays at or above zero; None when it is below zero at the end."""
    below = [place for place, value in enumerate(running) if value < 0]
    after = max(below, default=-1) + 1
    return years[after] if after < len(years) else None
