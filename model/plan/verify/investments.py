"""Modules: whole, allowed, in time and renewed when their life ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.plan.verify.checks import Check, Floats, agree, figures_of, kept, keyed
from model.plan.verify.payments import capital_paid, renewals_paid
from model.plan.verify.projects import capital_opened
from model.plan.verify.recount import Recount


def investment_checks(recount: Recount) -> list[Check]:
    """All checks of the investment decisions."""
    checks = [_whole_check(recount), _number_check(recount), _renewal_check(recount), _construction_check(recount)]
    return [*checks, *_table_checks(recount), *_lives_checks(recount)]


def place_of(recount: Recount, position: int) -> str:
    """Project, period and figures of a position in the (projects, periods) arrays."""
    row, column = divmod(position, len(recount.period_names))
    return (
        f"project {recount.projects['project'][row]}, {recount.period_names[column]}: "
        f"{recount.opened[row, column]:.9g} open, {recount.in_service[row, column]:.9g} in service"
    )


def _whole_check(recount: Recount) -> Check:
    opened = recount.opened
    fraction = np.abs(opened - np.round(opened))
    return kept("modules are whole", "modules", fraction, opened, lambda position: place_of(recount, position))


def _number_check(recount: Recount) -> Check:
    """No closing, no more than the maximum, and none at all of finished and excluded projects."""
    projects = recount.projects
    buildable = projects["status"].isin(["candidate", "committed"]).to_numpy(bool)
    most = np.where(buildable, projects["maximum_modules"].to_numpy(float), 0.0)[:, None]
    excess = np.maximum(-recount.opened, recount.built - most)
    size = np.broadcast_to(most, excess.shape)
    return kept("modules may be built", "modules", excess, size, lambda position: place_of(recount, position))


def _table_checks(recount: Recount) -> list[Check]:
    """Columns of the investments table that follow from the modules that open."""
    table = recount.tables["investments"]
    rows = pd.Index(recount.projects["project"]).get_indexer(pd.Index(table["project"], dtype=object))
    columns = recount.period_names.get_indexer(pd.Index(table["period"], dtype=object))
    capex = capital_opened(recount.projects, recount.opened)[rows, columns]
    starts = recount.first_years[columns]
    figures: dict[str, tuple[str, Any]] = {
        "opening_year": ("year", starts.astype(float)),
        "modules_in_service": ("modules", recount.in_year[rows, starts - recount.horizon[0]]),
        "capex": ("million USD", capex),
        "sunk": ("million USD", capital_paid(recount)[1][rows, columns]),
    }
    key = ["project", "period"]
    parts = [table[name].tolist() for name in key]
    return [
        agree(f"investments table: {column}", unit, figures_of(table, key, column), keyed(parts, values))
        for column, (unit, values) in figures.items()
    ]


def _year_place(recount: Recount, position: int) -> str:
    """Project, calendar year and figures of a position in the (projects, calendar years) arrays."""
    row, column = divmod(position, len(recount.horizon))
    ends, renewed = recount.ending[row, column], recount.renewed[row, column]
    return f"project {recount.projects['project'][row]}, {recount.horizon[column]}: {renewed:.9g} renewed of {ends:.9g}"


def _renewal_check(recount: Recount) -> Check:
    """Whole modules are renewed, in the year in which their life ends, and no more than these."""
    renewed = recount.renewed
    wrong = np.maximum(np.abs(renewed - np.round(renewed)), np.maximum(-renewed, renewed - recount.ending))
    return kept(
        "modules are renewed when their life ends", "modules", wrong, renewed, lambda i: _year_place(recount, i)
    )


def _lives_checks(recount: Recount) -> list[Check]:
    """Columns of the table lives, which has a row wherever lives end."""
    rows, columns = np.nonzero(recount.ending + recount.renewed)
    parts = [recount.projects["project"].to_numpy(object)[rows].tolist(), (columns + recount.horizon[0]).tolist()]
    figures: dict[str, Any] = {
        "ending": recount.ending[rows, columns],
        "modules_in_service": recount.in_year[rows, columns],
        "cost": renewals_paid(recount)[rows, columns],
    }
    key = ["project", "year"]
    table = recount.tables["lives"]
    return [
        agree(
            f"lives table: {column}",
            "million USD" if column == "cost" else "modules",
            figures_of(table, key, column),
            keyed(parts, values),
        )
        for column, values in figures.items()
    ]


def _construction_check(recount: Recount) -> Check:
    """Construction of candidates begins within the horizon: what is paid earlier would be free. Never switched off.

    They open with a period of the sheet, not with a later part of one.
    """
    parts = np.array([0.0 if period.opens else 1.0 for period in recount.case.periods])
    ready = recount.case.first_year + recount.projects["construction_years"].to_numpy(float)
    outside = np.maximum(ready[:, None] - recount.first_years, parts)
    return years_check(recount, "construction lies within the horizon", outside)


def years_check(recount: Recount, name: str, outside: Floats) -> Check:
    """Years by which openings of candidates miss their time, (projects, periods)."""
    opens = (recount.opened > 0.5) & (recount.projects["status"] == "candidate").to_numpy(bool)[:, None]
    missed = np.where(opens, outside, 0.0)
    # Years are counted whole: sizes of 1 make one year far more than the tolerance.
    return kept(name, "years", missed, np.ones_like(missed), lambda position: place_of(recount, position))
