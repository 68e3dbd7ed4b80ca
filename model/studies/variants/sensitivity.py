"""What the plan's value hangs on: one group of figures at a time, lower and higher, and where the value is gone.

The value of a plan is what it saves against building only what is committed. Both are held, decisions and all, while
one group of figures is multiplied: each value is the difference of two verified plans. The switching value is the
factor at which nothing is saved any more, and it is planned too: what is left of the value there stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from model.case.canonical import records
from model.case.case import Case
from model.studies.variants.answers import Answer, require_plan
from model.studies.variants.held import decided_in, held
from model.studies.variants.planning import Planner, Variant

SPAN = 0.2
RATES = (0.03, 0.035, 0.04, 0.06, 0.08, 0.1)
LEAST, MOST = 0.1, 10.0
"""Factors between which a switching value is looked for."""
TRIES = 5
CLOSE = 0.01
"""Part of the plan's value that may be left where it is said to be gone."""
GAP = 1e-6
COLUMNS = [
    "group", "lower", "value lower", "higher", "value higher", "value as it is", "swing", "switching factor",
    "value there", "remark",
]  # fmt: skip
STRIP = ["discount rate", "value", "cost of the plan", "cost of what is committed"]


@dataclass(frozen=True)
class Group:
    """Figures that are multiplied together: a name, and the case with them multiplied by a factor."""

    name: str
    scaled: Callable[[Case, float], Case]


def groups(case: Case) -> list[Group]:
    """Capital, demand by market, value of time, prices by mode, penalties, constants and spreads: those that it has."""
    found = [Group("capital", _capital), Group("value of time", _value_of_time), Group("unserved penalty", _penalty)]
    found += [Group(f"demand: {market}", partial(_demand, market)) for market in _markets(case)]
    modes = dict.fromkeys(str(row.mode) for row in records(case.table("Carriers")))
    found += [Group(f"prices: {mode}", partial(_prices, mode)) for mode in modes]
    found += [Group("constants of choice", partial(_columns, "Choice", ("constant",)))]
    found += [Group("spreads of choice", partial(_columns, "Choice", ("spread", "nest_spread")))]
    return [group for group in found if _differs(case, group.scaled(case, 2.0))]


def sensitivity(
    case: Case, planner: Planner, span: float = SPAN, names: Sequence[str] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Each group lower and higher by the share `span`, the widest swing first (COLUMNS), and the rates (STRIP).

    Money in million USD of present value. `names` are words that the groups looked at contain; default: all. Raises
    ValueError where the case has no plan, or no group of that name.
    """
    free = planner([Variant("free", "the plan", case)])["free"]
    require_plan(free, "the case itself")
    offered = groups(case)
    wanted = [one for one in offered if not names or any(name.casefold() in one.name.casefold() for name in names)]
    if not wanted:
        raise ValueError(f"There is no such group. The case has: {', '.join(one.name for one in offered)}.")
    trial = _Trial(planner, free)
    trial.values([("as it is", case)])
    asked = [
        (f"{one.name} x {factor:g}", one.scaled(case, factor)) for one in wanted for factor in (1 - span, 1 + span)
    ]
    trial.values(asked)
    rows = [_row(one, case, trial, span) for one in wanted]
    table = pd.DataFrame(rows, columns=COLUMNS).sort_values("swing", ascending=False, ignore_index=True)
    return table, pd.DataFrame(list(_strip(case, trial)), columns=STRIP)


@dataclass
class _Trial:
    """Values of the plan in changed cases."""

    planner: Planner
    free: Answer

    def costs(self, cases: Sequence[tuple[str, Case]]) -> list[tuple[float, float]]:
        """(the plan held, only what is committed) of each case; NaN where there is no plan."""
        return held_costs(cases, self.planner, self.free)

    def values(self, cases: Sequence[tuple[str, Case]]) -> list[float]:
        """What the plan saves in each case."""
        return [committed - plan for plan, committed in self.costs(cases)]


def held_costs(cases: Sequence[tuple[str, Case]], planner: Planner, free: Answer) -> list[tuple[float, float]]:
    """(the plan held, only what is committed) of each case by its words; NaN where there is no plan.

    What the sheet Decisions has open stays as the plan has it. Budgets of the case are lifted: what is held is decided,
    and a work that turns out dearer is paid.
    """
    wanted = [
        Variant(f"{words}: {name}", f"{words}, {name}", held(_paid(case), answer)[0], None, GAP)
        for words, case in cases
        for name, answer in (("the plan held", free), ("only what is committed", _committed_only(case, free)))
    ]
    found = planner(wanted)
    costs = [np.nan if found[one.name].cost is None else float(found[one.name].cost or 0.0) for one in wanted]
    return list(zip(costs[::2], costs[1::2], strict=True))


def _committed_only(case: Case, free: Answer) -> Answer:
    decided = decided_in(case)
    return replace(free, openings=tuple(one for one in free.openings if one.project in decided))


def _paid(case: Case) -> Case:
    return case.with_tables(Budgets=case.table("Budgets").iloc[:0])


def _row(group: Group, case: Case, trial: _Trial, span: float) -> tuple[Any, ...]:
    """One group: both values, and the factor at which nothing is left."""
    (base,) = trial.values([("as it is", case)])
    low, high = trial.values(
        [(f"{group.name} x {factor:g}", group.scaled(case, factor)) for factor in (1 - span, 1 + span)]
    )
    factor, left, remark = _switching(group, case, trial, {1 - span: low, 1.0: base, 1 + span: high})
    return (group.name, 1 - span, low, 1 + span, high, base, abs(high - low), factor, left, remark)


def _switching(group: Group, case: Case, trial: _Trial, known: dict[float, float]) -> tuple[float, float, str]:
    """By straight lines through the two nearest points, each step planned; (factor, value there, remark)."""
    base = known[1.0]
    if not np.isfinite(base):
        return np.nan, np.nan, "no plan found with only what is committed"
    for _ in range(TRIES):
        guess = _crossing(known)
        if guess is None:
            alone = np.isfinite([*known.values()]).sum() < 2
            said = "no plan found on either side" if alone else f"none between {LEAST:g} and {MOST:g} times"
            return np.nan, np.nan, said
        if guess not in known:
            (known[guess],) = trial.values([(f"{group.name} x {guess:.4g}", group.scaled(case, guess))])
        if abs(known[guess]) <= CLOSE * abs(base):
            return guess, known[guess], ""
        if not np.isfinite(known[guess]):
            return np.nan, np.nan, f"no plan found at {guess:.3g} times"
    nearest = min(known, key=lambda factor: abs(known[factor]))
    return nearest, known[nearest], "nearest found"


def _crossing(known: dict[float, float]) -> float | None:
    """Where a straight line through the two points nearest to nothing, on both sides of it if there are, meets it.

    None where that is too far away, and where there are no two points.
    """
    points = sorted((factor, value) for factor, value in known.items() if np.isfinite(value))
    pairs = [(one, two) for one, two in zip(points, points[1:], strict=False) if one[1] * two[1] < 0]
    if pairs:
        (first, one), (second, two) = pairs[0]
        return float(first + (second - first) * one / (one - two))
    if len(points) < 2:
        return None
    for (near, value), (far, other) in ((points[0], points[1]), (points[-1], points[-2])):
        if abs(value) < abs(other) and LEAST < near < MOST:
            guess = near + (near - far) * value / (other - value)
            return float(min(max(guess, LEAST), MOST))
    return None


def _strip(case: Case, trial: _Trial) -> Iterator[tuple[float, float, float, float]]:
    """The value at other discount rates, the case's own among them."""
    rates = sorted({*RATES, float(case.settings["discount_rate"])})
    found = trial.costs([(f"discount rate {rate:.2%}", case.with_settings(discount_rate=rate)) for rate in rates])
    yield from ((rate, committed - plan, plan, committed) for rate, (plan, committed) in zip(rates, found, strict=True))


def _differs(one: Case, two: Case) -> bool:
    """Whether something was multiplied: a group of nothing is none."""
    same = all(one.table(sheet).equals(two.table(sheet)) for sheet in one.tables)
    return not same or one.settings != two.settings


def _columns(sheet: str, columns: Sequence[str], case: Case, factor: float) -> Case:
    table = case.table(sheet)
    return case.with_tables(**{sheet: table.assign(**{name: table[name] * factor for name in columns})})


def _capital(case: Case, factor: float) -> Case:
    changed = _columns("Projects", ("capex", "later_module_capex", "renewal_cost"), case, factor)
    return _columns("Vessels", ("purchase_cost",), changed, factor)


def _value_of_time(case: Case, factor: float) -> Case:
    return _columns("Demand", ("value_of_time",), _columns("Commodities", ("value_of_time",), case, factor), factor)


def _penalty(case: Case, factor: float) -> Case:
    names = ("unserved_penalty_per_teu", "unserved_penalty_per_t")
    changed = case.with_settings(**{name: float(case.settings[name]) * factor for name in names})
    return _columns("Commodities", ("unserved_penalty",), changed, factor)


def _markets(case: Case) -> list[str]:
    """Words of the column Market of Demand, or Group where that is blank; a demand without either by its key."""
    return list(dict.fromkeys(_market(row) for row in records(case.table("Demand"))))


def _market(row: Any) -> str:
    return str(row.market or row.group or row.demand)


def _demand(market: str, case: Case, factor: float) -> Case:
    table = case.table("Demand").copy()
    columns: list[Any] = list(table.columns)
    years = [column for column in columns if isinstance(column, int)]
    mine = np.array([_market(row) == market for row in records(case.table("Demand"))], dtype=bool)
    table.loc[mine, years] = table.loc[mine, years] * factor
    return case.with_tables(Demand=table)


def _prices(mode: str, case: Case, factor: float) -> Case:
    """Prices of the links of a mode, and tariffs by commodity of its carriers and links."""
    carriers = {str(row.carrier) for row in records(case.table("Carriers")) if row.mode == mode}
    links = case.table("Links").copy()
    mine = links["carrier"].isin(carriers)
    costs = case.table("Costs").copy()
    places = {("carrier", name) for name in carriers} | {("link", str(name)) for name in links.loc[mine, "link"]}
    theirs = np.array([(row.asset_kind, row.asset) in places for row in records(costs)], dtype=bool)
    for name in ("container_cost", "tonne_cost"):
        links.loc[mine, name] = links.loc[mine, name] * factor
        costs.loc[theirs, name] = costs.loc[theirs, name] * factor
    return case.with_tables(Links=links, Costs=costs)
