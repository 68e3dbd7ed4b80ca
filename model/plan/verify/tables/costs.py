"""The costs table by term, calendar year and country, and the objective: the sum of the recounts of all cost terms."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np

from model.plan.verify.checks import Check, Figures, agree, figures_of, kept, not_checked
from model.plan.verify.features import Recounted
from model.plan.verify.payments import MONEY
from model.plan.verify.recount import Recount

Ledger = dict[tuple[str, int, str], float]
"""Undiscounted million USD by term, calendar year and country."""

NO_COUNTRY: Final = ("", "-", "no country")
"""How a case, or the recount of a feature, may say that a cost falls on no country."""
NOWHERE: Final = "no country"


def cost_checks(recount: Recount, features: Recounted, objective: float | None) -> list[Check]:
    """Costs table by term and year, by country, discounting, and its sum against the objective.

    Of terms that nobody recounts the stated amounts are taken over, and it is said.
    """
    table, key = recount.tables["costs"], ["term", "year", "country"]
    ledger: Ledger = defaultdict(float)
    for cost in features.costs:
        for (year, country), amount in cost.amounts.items():
            ledger[cost.term, year, country] += amount
    unknown = features.unknown(table["term"].tolist())
    ledger |= figures_of(table[table["term"].isin(unknown)], key, "amount")
    discounted = {key: amount * recount.case.discount(key[1]) for key, amount in ledger.items()}
    checks = [not_checked(f"costs of the term '{term}'", "no recount says what it comes to") for term in unknown]
    for column, found in (("amount", ledger), ("discounted", discounted)):
        stated = figures_of(table, key, column)
        by_year = _without_country(stated), _without_country(found)
        checks.append(agree(f"costs table: {column} by term and year", MONEY, *by_year))
    told = _by_country(figures_of(table, key, "amount")), _by_country(ledger)
    checks.append(agree("costs table: amount by country", MONEY, *told))
    return [*checks, _objective_check(sum(discounted.values()), objective)]


def _by_country(ledger: Ledger) -> Figures:
    """With one word for no country, whichever the case, the table or a recount has."""
    totals: Figures = defaultdict(float)
    for (term, year, country), amount in ledger.items():
        totals[term, year, NOWHERE if country in NO_COUNTRY else country] += amount
    return totals


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
