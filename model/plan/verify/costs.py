"""Every cost term by calendar year and country, the costs table, and the objective."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import numpy as np

from model.plan.verify.checks import Check, Figures, Floats, agree, figures_of, kept, not_checked
from model.plan.verify.demand import co2_price
from model.plan.verify.features import Recounted
from model.plan.verify.payments import MONEY, capital_paid, renewals_paid
from model.plan.verify.projects import capital_opened
from model.plan.verify.rates import Rates
from model.plan.verify.recount import Recount

Ledger = dict[tuple[str, int, str], float]
"""Undiscounted million USD by term, calendar year and country."""

NO_COUNTRY: Final = ("", "-", "no country")
"""How the recount of a feature may say that a cost falls on no country."""
NOWHERE: Final = "no country"


def cost_checks(recount: Recount, rates: list[Rates], features: Recounted, objective: float | None) -> list[Check]:
    """Costs table by term and year, by country, discounting, and its sum against the objective.

    Of terms that nobody recounts the stated amounts are taken over, and it is said.
    """
    table, key = recount.tables["costs"], ["term", "year", "country"]
    ledger = cost_ledger(recount, rates)
    for cost in features.costs:
        for (year, country), amount in cost.amounts.items():
            ledger[cost.term, year, NOWHERE if country in NO_COUNTRY else country] += amount
    unknown = features.unknown(table["term"].tolist())
    ledger |= figures_of(table[table["term"].isin(unknown)], key, "amount")
    discounted = {key: amount * recount.case.discount(key[1]) for key, amount in ledger.items()}
    checks = [not_checked(f"costs of the term '{term}'", "no recount says what it comes to") for term in unknown]
    for column, found in (("amount", ledger), ("discounted", discounted)):
        stated = figures_of(table, key, column)
        by_year = _without_country(stated), _without_country(found)
        checks.append(agree(f"costs table: {column} by term and year", MONEY, *by_year))
    checks.append(agree("costs table: amount by country", MONEY, figures_of(table, key, "amount"), ledger))
    return [*checks, _objective_check(sum(discounted.values()), objective)]


def _without_country(ledger: Ledger) -> Figures:
    totals: Figures = defaultdict(float)
    for (term, year, _), amount in ledger.items():
        totals[term, year] += amount
    return totals


def _objective_check(recomputed: float, objective: float | None) -> Check:
    name = "objective is the sum of discounted costs"
    if objective is None:
        return Check(name, f"no objective is stated; {recomputed:.9g} recomputed", np.nan, np.nan, MONEY, False)
    words = f"{objective:.9g} stated, {recomputed:.9g} recomputed"
    difference = np.array([abs(objective - recomputed)])
    return kept(name, MONEY, difference, np.array([recomputed]), lambda _: words)


def cost_ledger(recount: Recount, rates: list[Rates]) -> Ledger:
    """All cost terms, recomputed."""
    ledger: Ledger = defaultdict(float)
    _add_investment(recount, ledger)
    for rate in rates:
        _add_links(recount, rate, ledger)
        _add_nodes(recount, rate, ledger)
        stretch = rate.travel.stretch
        unserved = rate.travel.cargo.penalty @ recount.unserved[:, stretch.periods]
        for position, period in enumerate(stretch.periods.tolist()):
            _add_yearly(recount, ledger, "unserved", period, {NOWHERE: float(unserved[position])})
    return ledger


def _add_yearly(recount: Recount, ledger: Ledger, term: str, period: int, amounts: dict[str, float]) -> None:
    """An operating amount falls in each calendar year of its period."""
    for year in recount.case.periods[period].calendar_years:
        for country, amount in amounts.items():
            ledger[term, year, country] += amount


def _add_investment(recount: Recount, ledger: Ledger) -> None:
    """Capital and renewals when paid, upkeep in every year of service, salvage in the year after the horizon."""
    case, projects = recount.case, recount.projects
    countries = projects["country"].tolist()
    for term, paid in (("capital", capital_paid(recount)[0]), ("renewal", renewals_paid(recount))):
        for project, year in zip(*np.nonzero(paid), strict=True):
            ledger[term, case.first_year + int(year), countries[project]] += float(paid[project, year])
    upkeep = recount.in_service * projects["upkeep"].to_numpy(float)[:, None]
    for project, period in zip(*np.nonzero(upkeep), strict=True):
        _add_yearly(recount, ledger, "upkeep", period, {countries[project]: float(upkeep[project, period])})
    if case.settings["salvage"] == "straight line":
        value = _salvage(recount)
        for project in np.flatnonzero(value).tolist():
            ledger["salvage", case.last_year + 1, countries[project]] -= float(value[project])


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


def _add_links(recount: Recount, rate: Rates, ledger: Ledger) -> None:
    """Transport, surcharge, perceived cost, time and CO2 of the legs, half to the country of either end of the link."""
    travel = rate.travel
    country = travel.nodes["country"].to_numpy(object)
    ends = [country[travel.links[end].to_numpy()] for end in ("start", "end")]
    totals = {
        "transport": travel.by_link(rate.transport),
        "surcharge": travel.by_link(rate.surcharge),
        "perceived": travel.by_link(rate.leg_perceived),
        "time": travel.by_link(rate.leg_time),
        "co2": travel.by_link(rate.leg_co2),
    }
    for position, period in enumerate(travel.stretch.periods.tolist()):
        for term, by_link in totals.items():
            price = co2_price(recount, period) if term == "co2" else 1.0
            half = 0.5 * price * by_link[:, position]
            for end in ends:
                _add_yearly(recount, ledger, term, period, _by_country(end, half))


def _add_nodes(recount: Recount, rate: Rates, ledger: Ledger) -> None:
    """Handling and time of the visits, to the country of the node."""
    travel = rate.travel
    country = travel.nodes["country"].to_numpy(object)
    totals = {"handling": travel.by_node(rate.handling), "time": travel.by_node(rate.visit_time)}
    for position, period in enumerate(travel.stretch.periods.tolist()):
        for term, by_node in totals.items():
            _add_yearly(recount, ledger, term, period, _by_country(country, by_node[:, position]))


def _by_country(countries: Any, amounts: Floats) -> dict[str, float]:
    """Amounts added up by country, without the zeros."""
    totals: dict[str, float] = defaultdict(float)
    for place in np.flatnonzero(amounts).tolist():
        totals[str(countries[place])] += float(amounts[place])
    return totals
