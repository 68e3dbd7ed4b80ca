"""Capital and renewals in the years in which they are paid."""

from __future__ import annotations

import numpy as np

from model.plan.verify.checks import Check, Figures, Floats, agree, figures_of, keyed
from model.plan.verify.projects import capital_opened, payment_shares, renewal_costs
from model.plan.verify.recount import Recount

MONEY = "million USD"


def capital_paid(recount: Recount) -> tuple[Floats, Floats]:
    """Capital paid, (projects, calendar years of the horizon), and what was paid before it, (projects, periods).

    The capital of a module is paid by its spending profile in the construction years before the year in which it
    begins to serve, or in that year when there are none. What falls before the horizon is sunk and counts nowhere.
    """
    paid: Floats = np.zeros((len(recount.projects), len(recount.horizon)))
    capital = capital_opened(recount.projects, recount.opened)
    sunk: Floats = np.zeros(capital.shape)
    for project, period in zip(*np.nonzero(capital), strict=True):
        building = int(recount.projects["construction_years"][project])
        opening = int(recount.first_years[period]) - recount.case.first_year
        shares = payment_shares(recount.projects["spending_profile"][project], building)
        for year, share in enumerate(shares, start=opening - building):
            amount = share * capital[project, period]
            if year >= 0:
                paid[project, year] += amount
            else:
                sunk[project, period] += amount
    return paid, sunk


def renewals_paid(recount: Recount) -> Floats:
    """Renewals paid, (projects, calendar years of the horizon), million USD: in the year in which they begin."""
    return recount.renewed * renewal_costs(recount.projects)[:, None]


def spending_check(recount: Recount) -> Check:
    """The table spending."""
    found: Figures = {}
    for kind, amounts in {"capital": capital_paid(recount)[0], "renewal": renewals_paid(recount)}.items():
        rows, columns = np.nonzero(amounts)
        projects = recount.projects["project"].to_numpy(object)[rows].tolist()
        years = (columns + recount.case.first_year).tolist()
        found |= keyed([projects, years, [kind] * len(years)], amounts[rows, columns])
    stated = figures_of(recount.tables["spending"], ["project", "year", "kind"], "amount")
    return agree("spending table", MONEY, stated, found)


def co2_price(recount: Recount, period: int) -> float:
    """Price of emissions in a period, million USD per kt: of the Periods sheet, else of the Settings."""
    table = recount.case.table("Periods").sort_values("first_year")
    row = int(np.searchsorted(table["first_year"].to_numpy(float), recount.first_years[period], side="right")) - 1
    own = table["co2_price"].to_numpy(float)[row]
    return float(recount.case.settings["co2_price"]) if np.isnan(own) else float(own)
