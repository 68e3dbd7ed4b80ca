"""The loss of one asset for a season or a year: what it costs, what waits, what goes another way, and how to be ready.

The plan is held: nobody builds for a loss that nobody foresees. Ships change lines and cargo its way. The most that any
preparation could save is proven by planning with the loss foreseen: no plan, whatever it builds, costs less than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.case.canonical import records
from model.case.case import Case
from model.plan.plan import Plan
from model.studies.variants.answers import Answer, Look, require_plan
from model.studies.variants.assets import COUNT, Asset, When, key_assets, named_assets, shut
from model.studies.variants.force import entering_and_leaving
from model.studies.variants.held import held
from model.studies.variants.one_year import SERVING, held_year
from model.studies.variants.planning import Planner, Variant
from model.studies.variants.ranges import Difference, dearer, surely_more

GAP = 2e-5
"""Of the plans of one year, in which ships choose their lines and nothing else is decided. Less than any loss costs.

The root LP leaves little more open; to a twentieth of it most of the time goes into whole ships worth 0.1 million USD.
"""
TOLD = 3
"""Links or commodities named."""
WAITING = 2.0
"""Kt: a loss is survived when no more than that waits longer than without it; the gap may hide a little more than 1."""
COLUMNS = [
    "rank", "asset", "kind", "closed", "costs", "at least", "at most", "verdict", "rank proven", "of it for what waits",
    "waits", "what waits", "goes another way",
]  # fmt: skip
MATRIX = [
    "plan", "costs without a loss", "at least", "at most", "dearest loss", "it costs", "waits at most", "survives",
    "opens", "enters", "leaves",
]  # fmt: skip
FORESEEN = [
    "asset", "unforeseen", "foreseen", "preparation saves", "preparation saves at most", "opens otherwise",
]  # fmt: skip


def read_year(plan: Plan) -> dict[str, Any]:
    """What waits by commodity, kt, and what that costs, million USD of present value."""
    commodity, waiting = plan.case.lookup("Demand", "commodity"), dict[str, float]()
    for row in records(plan.tables["demand_served"]):
        name = str(commodity[row.demand])
        waiting[name] = waiting.get(name, 0.0) + float(row.unserved_kt)
    costs = plan.tables["costs"]
    return {
        "waiting": {name: amount for name, amount in waiting.items() if amount > 0},
        "penalty": float(costs.loc[costs["term"] == "unserved", "discounted"].sum()),
    }


YEAR = Look("year", read_year)


@dataclass(frozen=True)
class Losses:
    """`rows`: each loss (COLUMNS). `ready`: what foreseeing it saves (FORESEEN). `plans`: ways to be ready (MATRIX)."""

    rows: pd.DataFrame
    ready: pd.DataFrame
    plans: pd.DataFrame


def outages(
    case: Case, planner: Planner, when: When, names: Sequence[str] = (), count: int = COUNT, harden: int = 0
) -> Losses:
    """Lose each asset named, or the `count` that carry most, for a while; prepare for the `harden` dearest losses.

    Money in million USD of present value, waiting in kt of that year. In all plans that year is a period of its own.
    Raises ValueError for unknown names and where the case has no plan.
    """
    case = case.split_at(when.year, when.year + 1)
    wanted = named_assets(case, names) if names else None
    free = planner([Variant("free", "the plan", case, SERVING)])["free"]
    require_plan(free, "the case itself")
    year = held_year(case, free.more["serving"][str(when.year)], when.year)
    base = planner([Variant("year", f"{when.year} without a loss", year, YEAR, GAP)])["year"]
    require_plan(base, f"the year {when.year} with the plan held")
    assets = key_assets(case, base.use, count) if wanted is None else wanted
    answers = _lost(planner, year, assets, when, "")
    rows = _ranked(case, base, assets, answers, when)
    dearest = [name for name, cost in zip(rows["asset"], rows["costs"], strict=True) if cost == cost][:harden]
    chosen = [asset for name in dearest for asset in assets if asset.name == name]
    ready, plans = _prepared(case, planner, when, free, chosen, {one.name: answers[one.name] for one in chosen}, base)
    return Losses(rows, ready, plans)


def _lost(planner: Planner, year: Case, assets: Sequence[Asset], when: When, prefix: str) -> dict[str, Answer]:
    """The answers of one year without each asset in turn, by its name."""
    wanted = []
    for one in assets:
        words, without = f"{prefix}{one.kind} {one.name} lost", shut(year, one, *vars(when).values())
        wanted.append(Variant(f"{prefix}lost:{one.name}", words, without, YEAR, GAP))
    found = planner(wanted)
    return {asset.name: found[one.name] for asset, one in zip(assets, wanted, strict=True)}


def _ranked(
    case: Case, base: Answer, assets: Sequence[Asset], answers: Mapping[str, Answer], when: When
) -> pd.DataFrame:
    """One row for each loss, the dearest first; a rank is proven where the next one costs less whatever the gaps.

    What costs the same costs no less, and nobody knows what a loss without a plan costs.
    """
    costs = {one.name: dearer(answers[one.name], base) for one in assets if answers[one.name].has_plan}
    order = sorted(assets, key=lambda one: -costs[one.name].found if one.name in costs else np.inf)
    rows = []
    for rank, asset in enumerate(order, start=1):
        cost, answer = costs.get(asset.name), answers[asset.name]
        head = (rank, asset.name, asset.kind, str(when))
        if cost is None:
            rows.append((*head, *[np.nan] * 3, f"no plan: {answer.message}", "", np.nan, np.nan, "", ""))
            continue
        below = [costs.get(one.name) for one in order[rank : rank + 1]]
        apart = "yes" if all(one is not None and surely_more(cost.least, one.most) for one in below) else "no"
        penalty = answer.more["penalty"] - base.more["penalty"]
        waits, what = waiting_words(base, answer)
        figures = (cost.found, cost.least, cost.most, cost.verdict, apart, penalty, waits, what)
        rows.append((*head, *figures, rerouted_words(case, base, answer)))
    return pd.DataFrame(rows, columns=COLUMNS)


def waiting_words(before: Answer, after: Answer) -> tuple[float, str]:
    """Kt that wait more, and the commodities that wait most: 'grain 120, boxes 30'."""
    then, now = before.more["waiting"], after.more["waiting"]
    more = {name: now.get(name, 0.0) - then.get(name, 0.0) for name in {*then, *now}}
    most = sorted(((amount, name) for name, amount in more.items() if amount >= 0.5), reverse=True)[:TOLD]
    return sum(more.values()), ", ".join(f"{name} {amount:,.0f}" for amount, name in most)


def rerouted_words(case: Case, before: Answer, after: Answer) -> str:
    """Links that carry most more than without the loss, one of each corridor: 'Northern (L077) +120 kt'."""
    names, groups = case.lookup("Links", "name"), case.lookup("Links", "route_group")
    gains: dict[str, tuple[float, str]] = {}
    for asset, amount in after.use.items():
        kind, _, key = asset.partition(":")
        gain = amount - before.use.get(asset, 0.0)
        if kind != "link" or gain < 0.5:
            continue
        group = str(groups.get(key) or names.get(key) or key)
        gains[group] = max(gains.get(group, (0.0, "")), (gain, key))
    most = sorted(((gain, group, key) for group, (gain, key) in gains.items()), reverse=True)[:TOLD]
    return ", ".join(f"{group} ({key}) +{gain:,.0f} kt" for gain, group, key in most)


def _prepared(
    case: Case,
    planner: Planner,
    when: When,
    free: Answer,
    assets: Sequence[Asset],
    unforeseen: Mapping[str, Answer],
    base: Answer,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Plans with each loss foreseen, and how each of these plans stands every loss. Empty tables without assets."""
    foreseen = planner(
        [
            Variant(one.name, f"{one.name} lost, foreseen", shut(case, one, when.year, when.season), SERVING)
            for one in assets
        ]
    )
    ready = []
    for asset in assets:
        answer = foreseen[asset.name]
        loss = dearer(unforeseen[asset.name], base)
        if answer.cost is None or free.cost is None:
            ready.append((asset.name, loss.found, np.nan, np.nan, np.nan, answer.message))
            continue
        saved = max(0.0, free.cost + loss.found - answer.cost)
        most = max(saved, free.cost + loss.most - (answer.bound if answer.bound is not None else -np.inf))
        ready.append((asset.name, loss.found, answer.cost - free.cost, saved, most, _otherwise(free, answer)))
    plans = _stood(case, planner, when, free, assets, foreseen)
    return pd.DataFrame(ready, columns=FORESEEN), pd.DataFrame(plans, columns=MATRIX)


def _stood(
    case: Case,
    planner: Planner,
    when: When,
    free: Answer,
    assets: Sequence[Asset],
    foreseen: Mapping[str, Answer],
) -> list[tuple[Any, ...]]:
    """Each plan without a loss, and its dearest loss."""
    offered = {"the plan": free} | {f"ready for {one.name}": foreseen[one.name] for one in assets}
    offered = {name: answer for name, answer in offered.items() if answer.has_plan and assets}
    whole = planner(
        [
            Variant(f"kept:{name}", f"{name}, without a loss", held(case, answer)[0], known_bound=free.bound)
            for name, answer in offered.items()
        ]
    )
    rows = []
    for name, answer in offered.items():
        year = held_year(case, answer.more["serving"][str(when.year)], when.year)
        calm = planner([Variant(f"{name} year", f"{name}: {when.year}", year, YEAR, GAP)])[f"{name} year"]
        losses = _lost(planner, year, assets, when, f"{name}, ")
        premium = dearer(whole[f"kept:{name}"], free) if whole[f"kept:{name}"].has_plan else None
        opens = (", ".join(sorted(answer.projects)), *entering_and_leaving(free, answer))
        rows.append((name, *_premium(premium), *_worst(calm, losses), *opens))
    return rows


def _premium(premium: Difference | None) -> tuple[float, float, float]:
    return (np.nan, np.nan, np.nan) if premium is None else (premium.found, premium.least, premium.most)


def _worst(calm: Answer, losses: Mapping[str, Answer]) -> tuple[str, float, float, str]:
    """The dearest loss, its cost, the most that waits in any, and whether all are survived."""
    if not calm.has_plan or not all(answer.has_plan for answer in losses.values()):
        return "", np.nan, np.nan, "no"
    costs = {name: dearer(answer, calm).found for name, answer in losses.items()}
    worst = max(costs, key=lambda name: costs[name])
    waits = max(waiting_words(calm, answer)[0] for answer in losses.values())
    return worst, costs[worst], waits, "yes" if waits <= WAITING else "no"


def _otherwise(free: Answer, answer: Answer) -> str:
    enters, leaves = entering_and_leaving(free, answer)
    return "; ".join(
        words for words in (f"also {enters}" if enters else "", f"without {leaves}" if leaves else "") if words
    )
