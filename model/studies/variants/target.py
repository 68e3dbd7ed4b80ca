"""The cheapest way to a target, so much a year over some links from a year on: the last unit, and what is impossible.

The target is a row of the sheet Policies, a floor on the flow. What it costs is the difference to the plan without it.
A plan of a higher target is one of a lower target, and one that reaches it earlier is one that reaches it later: so
cost never falls with either, and the earliest year is found by halving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.case.canonical import records
from model.case.case import Case
from model.case.declared import require_known
from model.plan.plan import Plan
from model.solvers.core.outcome import Status
from model.studies.variants.answers import Answer, Look, require_plan
from model.studies.variants.force import entering_and_leaving, opening_words
from model.studies.variants.frontier import shared
from model.studies.variants.held import held, with_rows
from model.studies.variants.planning import Planner, Variant
from model.studies.variants.ranges import dearer

NAME = "the target (study target)"
STEPS = 4
HALVINGS = 4
LAST = 0.01
"""Part of the target that is the last unit."""
GAP = 1e-7
"""Of the two plans whose difference is the cost of the last unit."""
UNITS = {"Mt": ("kt", 1000.0), "kTEU": ("kTEU", 1.0)}
COLUMNS = [
    "target", "reached", "costs", "at least", "at most", "verdict", "a unit on the way", "the last unit, works held",
    "cost", "lower bound", "opens", "enters", "leaves",
]  # fmt: skip
YEARS = ["from", "possible", "costs", "at least", "at most", "opens"]


@dataclass(frozen=True)
class Target:
    """So much a year, kTEU or kt by `measure`, over these links together, both ways, from a year on."""

    amount: float
    measure: str
    links: tuple[str, ...]
    year: int


def read_levels(plan: Plan) -> dict[str, Any]:
    """What the target counts, kTEU or kt a year, by first year of each period."""
    first, levels = {period.name: period.first_year for period in plan.case.periods}, plan.tables["policy_levels"]
    mine = records(levels[levels["policy"] == NAME])
    return {"levels": {str(first[row.period]): float(row.counted) for row in mine}}


LEVELS = Look("levels", read_levels)


def target_of(case: Case, amount: float, unit: str, across: Sequence[str], year: int) -> Target:
    """A target in canonical units, across corridors (their marker links), route groups or links.

    Raises ValueError for a name that is none of these and for a year outside the plan.
    """
    case.require_year(year)
    markers = {str(row.family): tuple(row.markers) for row in records(case.table("Families"))}
    groups = {str(name): (str(name),) for name in case.table("Links")["route_group"] if name}
    known = {**{str(link): (str(link),) for link in case.table("Links")["link"]}, **groups, **markers}
    for name in across:
        require_known(name, known, "corridor, route group or link called")
    measure, factor = UNITS[unit]
    links = tuple(dict.fromkeys(link for name in across for link in known[name]))
    return Target(amount * factor, measure, links, year)


def with_target(case: Case, target: Target, amount: float, year: int | None = None) -> Case:
    """The case with a floor of so much, from the year of the target or another one on."""
    row: dict[str | int, Any] = {"policy": NAME, "kind": "link flow", "links": target.links, "measure": target.measure}
    row |= {"sense": ">=", "value": amount, "first_year": float(year or target.year)}
    return with_rows(case, "Policies", [row])


def reach(case: Case, target: Target, planner: Planner) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Steps from what the plan carries anyway to the target (COLUMNS), and from which year on it can be had (YEARS).

    Costs in million USD of present value; a unit in USD per TEU or t carried from the year on, discounted like money.
    Where the target is impossible the last rows close in on what is possible. All plans have the same periods, split
    in the year of the target. Raises ValueError where the case has no plan.
    """
    case = case.split_at(target.year)
    counted = with_target(case, target, 0.0)
    free = planner([Variant("free", "the plan without the target", counted, LEVELS, like=case)])["free"]
    require_plan(free, "the case itself")
    own = lowest(free, target.year)
    amounts = [own + (target.amount - own) * step / STEPS for step in range(1, STEPS + 1)]
    if own >= target.amount:
        amounts = []
    known = {own: free} | _planned(case, target, amounts, planner, free.bound)
    known |= _closing_in(case, target, known, planner, free.bound)
    ordered = sorted(known)
    possible = [amount for amount in ordered if known[amount].has_plan]
    better = dict(zip(possible, reversed(shared([known[amount] for amount in reversed(possible)])), strict=True))
    last = {amount: _last_unit(case, target, better[amount], amount, planner) for amount in possible[1:]}
    rows = [_row(case, target, ordered, place, known | better, last) for place in range(len(ordered))]
    return pd.DataFrame(rows, columns=COLUMNS), _years(case, target, free, known, planner)


def lowest(answer: Answer, year: int) -> float:
    """What a plan carries at least in every year from one on."""
    levels = answer.more["levels"]
    return min((amount for first, amount in levels.items() if int(first) >= year), default=0.0)


def _planned(
    case: Case, target: Target, amounts: Sequence[float], planner: Planner, bound: float | None
) -> dict[float, Answer]:
    wanted = [
        Variant(
            f"{amount:.9g}", f"{amount:,.1f} {target.measure} from {target.year} on", one, LEVELS, known_bound=bound
        )
        for amount, one in ((amount, with_target(case, target, amount)) for amount in amounts)
    ]
    found = planner(wanted)
    return {amount: found[one.name] for amount, one in zip(amounts, wanted, strict=True)}


def _closing_in(
    case: Case, target: Target, known: dict[float, Answer], planner: Planner, bound: float | None
) -> dict[float, Answer]:
    """Halves between the most that has a plan and the least that is proven to have none."""
    found: dict[float, Answer] = {}
    for _ in range(HALVINGS):
        answers = known | found
        wrong = [amount for amount, answer in answers.items() if answer.status is Status.INFEASIBLE]
        right = [amount for amount, answer in answers.items() if answer.has_plan]
        if not wrong or min(wrong) - max(right) <= LAST * target.amount:
            break
        found |= _planned(case, target, [(max(right) + min(wrong)) / 2], planner, bound)
    return found


def _last_unit(case: Case, target: Target, answer: Answer, amount: float, planner: Planner) -> float:
    """USD per unit of the last of a target, works held: the difference of two verified plans."""
    less = amount - LAST * target.amount
    wanted = [
        Variant(f"{words} {amount:.9g}", f"{words} {amount:,.1f}, works held", held(one, answer)[0], LEVELS, GAP)
        for words, one in (("all of", with_target(case, target, amount)), ("short of", with_target(case, target, less)))
    ]
    whole, short = (planner(wanted)[one.name] for one in wanted)
    if whole.cost is None or short.cost is None:
        return float("nan")
    return _each(case, target, whole.cost - short.cost, amount - less)


def _each(case: Case, target: Target, money: float, amount: float) -> float:
    """Million USD of present value for so much a year from the target's year on → USD per TEU or t."""
    weight = sum(case.discount(year) for year in range(target.year, case.last_year + 1))
    return 1000.0 * money / (amount * weight) if amount > 0 else float("nan")


def _row(
    case: Case,
    target: Target,
    ordered: Sequence[float],
    place: int,
    answers: dict[float, Answer],
    last: dict[float, float],
) -> tuple[Any, ...]:
    amount, answer, free = ordered[place], answers[ordered[place]], answers[ordered[0]]
    if not answer.has_plan:
        verdict = "impossible, proven" if answer.status is Status.INFEASIBLE else f"not known: {answer.message}"
        return (amount, *[np.nan] * 4, verdict, *[np.nan] * 4, "", "", "")
    cost = dearer(answer, free)
    way = float("nan")
    if place:
        step = dearer(answer, answers[ordered[place - 1]])
        way = _each(case, target, step.found, amount - ordered[place - 1])
    bound = np.nan if answer.bound is None else answer.bound
    figures = (cost.found, cost.least, cost.most, cost.verdict, way, last.get(amount, np.nan), answer.cost, bound)
    return (amount, lowest(answer, target.year), *figures, opening_words(answer), *entering_and_leaving(free, answer))


def _years(case: Case, target: Target, free: Answer, known: dict[float, Answer], planner: Planner) -> pd.DataFrame:
    """From which year on the target can be had: halves of the years before and after the one that is asked for.

    A year for which no plan was found in the time given says nothing of the years before it.
    """
    answers = {target.year: known.get(target.amount, free)}
    starts = [period.first_year for period in case.periods]
    while True:
        possible = min((year for year, one in answers.items() if one.has_plan), default=case.last_year + 1)
        proven = (year for year, one in answers.items() if one.status is Status.INFEASIBLE)
        impossible = max(proven, default=case.first_year - 1)
        between = [year for year in starts if impossible < year < possible and year not in answers]
        if not between:
            break
        year = between[len(between) // 2]
        words = f"{target.amount:,.1f} {target.measure} from {year} on"
        wanted = Variant(
            f"from {year}", words, with_target(case, target, target.amount, year), LEVELS, known_bound=free.bound
        )
        answers[year] = planner([wanted])[wanted.name]
    rows: list[tuple[Any, ...]] = []
    for year, answer in sorted(answers.items()):
        if not answer.has_plan:
            words = "no, proven" if answer.status is Status.INFEASIBLE else f"not known: {answer.message}"
            rows.append((year, words, *[np.nan] * 3, ""))
            continue
        cost = dearer(answer, free)
        rows.append((year, "yes", *vars(cost).values(), opening_words(answer)))
    return pd.DataFrame(rows, columns=YEARS)
