"""Containers at the markets where they must balance: full and empty ones, hired and handed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from model.case.case import Case
from model.plan.verify.checks import (
    Check,
    Costs,
    Finding,
    Flags,
    Floats,
    Frame,
    Rows,
    agree,
    figures_of,
    in_each_year,
    kept,
    keyed,
    records,
)
from model.plan.verify.rates import Rates
from model.plan.verify.recount import Recount
from model.plan.verify.travel import LOADING, UNLOADING
from model.plan.verify.whole import whole_of

CHECK: Final = "containers balance at the markets"
KEY: Final = ["node", "period", "season"]
UNIT: Final = "kTEU"


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Finding]:
    """The table boxes, balance, and what hire costs."""
    whole = whole_of(tables, case)
    yield from _checks(whole.recount, whole.rates)
    yield Rows("boxes", KEY, set(zip(*_keys(whole.recount), strict=True)))
    yield _costs(whole.recount)


def _checks(recount: Recount, rates: list[Rates]) -> list[Check]:
    """The boxes table against the routes, its balance, and hire only where it is offered."""
    stated, moved = recount.tables["boxes"], _moved(recount, rates)
    shape = (len(recount.markets), len(recount.seasons), len(recount.period_names))
    checks = []
    for column, values in moved.items():
        found = keyed(_keys(recount), values)
        checks.append(agree(f"boxes table: {column}", UNIT, figures_of(stated, KEY, column), found))
    given = (figures_of(stated, KEY, column) for column in ("hired", "handed_in"))
    keys = list(zip(*_keys(recount), strict=True))
    hired, handed_in = (np.array([figures.get(key, 0.0) for key in keys]) for figures in given)
    arriving = moved["full_in"] + moved["empty_in"] - moved["full_out"] - moved["empty_out"]
    off = np.abs(arriving - (handed_in - hired).reshape(shape))
    size = sum(moved.values())

    def place(position: int) -> str:
        node, season, period = (int(number) for number in np.unravel_index(position, shape))
        where = f"{recount.markets[node]}, {recount.period_names[period]}, {recount.seasons[season].name}"
        words = f"{where}: {arriving.ravel()[position]:.9g} arrive more than leave"
        return f"{words}, {handed_in[position]:.9g} handed in, {hired[position]:.9g} hired"

    impossible = np.maximum(_not_offered(recount, hired, handed_in), np.maximum(-hired, -handed_in))
    return [
        *checks,
        kept(CHECK, UNIT, off, np.asarray(size, dtype=float), place),
        kept("containers are hired only where they are offered", UNIT, impossible, np.ones_like(impossible), place),
    ]


def _keys(recount: Recount) -> list[list[Any]]:
    """Node, period and season of every figure, nodes first, then seasons, then periods."""
    found = [
        (node, period, season.name)
        for node in recount.markets
        for season in recount.seasons
        for period in recount.period_names.tolist()
    ]
    return [[row[part] for row in found] for part in range(3)]


def _moved(recount: Recount, rates: list[Rates]) -> dict[str, Floats]:
    """Full and empty boxes unloaded (in) and loaded (out) at each market, (markets, seasons, periods)."""
    shape = (len(recount.markets), len(recount.seasons), len(recount.period_names))
    result: dict[str, Floats] = {}
    for kind in ("full", "empty"):
        for way, activity in (("in", UNLOADING), ("out", LOADING)):
            values: Floats = np.zeros(shape)
            for rate in rates:
                travel = rate.travel
                counted: Flags = (travel.activity == activity) & (travel.cargo.form[travel.visit_demand] == "container")
                counted &= travel.cargo.is_empty[travel.visit_demand] == (kind == "empty")
                rows = travel.nodes.index.to_numpy()[
                    [travel.nodes["node"].tolist().index(node) for node in recount.markets]
                ]
                for season in range(len(recount.seasons)):
                    totals = travel.by_node(np.where(counted, rate.visit_kteu, 0.0), season)
                    values[:, season, travel.stretch.periods] = totals[rows]
            result[f"{kind}_{way}"] = values
    return result


def _not_offered(recount: Recount, hired: Floats, handed_in: Floats) -> Floats:
    """Boxes hired or handed in where the sheet has no price for it."""
    table = recount.case.table("Boxes")
    each = len(recount.seasons) * len(recount.period_names)
    no_hire, no_return = (
        np.repeat(table[column].isna().to_numpy(bool), each) for column in ("pick_up_cost", "drop_off_cost")
    )
    return np.maximum(np.where(no_hire, hired, 0.0), np.where(no_return, handed_in, 0.0))


def _costs(recount: Recount) -> Costs:
    """Cost of hiring and handing in, million USD."""
    prices = {
        str(row.node): tuple(0.0 if np.isnan(cost) else float(cost) for cost in (row.pick_up_cost, row.drop_off_cost))
        for row in records(recount.case.table("Boxes"))
    }
    yearly: dict[str, float] = defaultdict(float)
    for row in records(recount.tables["boxes"]):
        pick_up, drop_off = prices.get(str(row.node), (0.0, 0.0))
        yearly[row.period] += pick_up * row.hired + drop_off * row.handed_in
    return Costs("box_hire", in_each_year(recount.case, yearly), label="Hire of containers")
