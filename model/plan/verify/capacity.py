"""Use of every limited asset in every season, against what is usable of the installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd

from model.case.case import Case
from model.plan.verify.checks import Flags, Floats, Frame, records
from model.plan.verify.rates import Rates
from model.plan.verify.recount import Recount, Stretch
from model.plan.verify.travel import PASSING

MEASURES: Final = {"kTEU": "kteu", "kt": "kt"}
KEY: Final = ["asset_kind", "asset", "measure", "direction", "period"]
MoreTime = Callable[[str, pd.Index], Floats]
"""(asset_kind, keys) → part of the time that projects in service add, shape (assets, periods)."""


def capacities(recount: Recount, rates: list[Rates], more_time: MoreTime) -> Frame:
    """Limited assets by measure, direction and period: base, installed, used in a year, and what each season allows.

    Columns `used`, `least` and `most` with the number of a season: use, and the least and most that is usable in it;
    `one_way`: whether it is the way back of a one-way link.

    `more_time` is what projects in service add to the time that assets work; how much of that is used is a choice of
    the plan, so the most counts all of it and the least nothing.
    """
    return pd.concat([_capacities(recount, rate, more_time) for rate in rates], ignore_index=True)


def _capacities(recount: Recount, rates: Rates, more_time: MoreTime) -> Frame:
    """The capacities in the periods of one stretch."""
    travel = rates.travel
    links, nodes = travel.links, travel.nodes
    each = (links["capacity_direction"] == "each").to_numpy(bool)
    one_way = each & ~links["both_ways"].to_numpy(bool)
    nowhere, every = np.zeros(len(nodes), dtype=bool), np.ones(len(nodes), dtype=bool)
    parts: list[Frame] = []
    for measure, suffix in MEASURES.items():
        limits = _installed(recount, travel.stretch, "link", links["link"], links[f"capacity_{suffix}"], suffix)
        room = _rooms(recount, travel.stretch, "link", links, suffix, limits, more_time)
        forward, backward = _link_use(rates, measure)
        both = [one + other for one, other in zip(forward, backward, strict=True)]
        common = (recount, travel.stretch, "link", links["link"], measure)
        never = np.zeros(len(links), dtype=bool)
        parts += [
            _rows(*common, "both", limits, both, room, ~each, never),
            _rows(*common, "forward", limits, forward, room, each, never),
            _rows(*common, "backward", limits, backward, room, each, one_way),
        ]
        limits = _installed(recount, travel.stretch, "node", nodes["node"], nodes[f"capacity_{suffix}"], suffix)
        room = _rooms(recount, travel.stretch, "node", nodes, suffix, limits, more_time)
        of_node = (recount, travel.stretch, "node", nodes["node"], measure)
        parts.append(_rows(*of_node, "both", limits, _node_use(rates, measure), room, every, nowhere))
    return pd.concat(parts, ignore_index=True)


def _link_use(rates: Rates, measure: str) -> tuple[list[Floats], list[Floats]]:
    """Use of each link forward and backward in each season, (links, periods of the stretch)."""
    travel, seasons = rates.travel, range(len(rates.travel.recount.seasons))
    per_leg = rates.leg_boxes if measure == "kTEU" else rates.leg_kt
    forward = [travel.by_link(per_leg * travel.forward, season) for season in seasons]
    return forward, [travel.by_link(per_leg * ~travel.forward, season) for season in seasons]


def _node_use(rates: Rates, measure: str) -> list[Floats]:
    """Use of each node's facility in each season, (nodes, periods of the stretch)."""
    travel, seasons = rates.travel, range(len(rates.travel.recount.seasons))
    per_visit = rates.visit_boxes if measure == "kTEU" else rates.visit_kt
    handling_only = (travel.nodes["capacity_counts"] == "handling").to_numpy(bool)[travel.sequences.visit_node]
    counted = np.where(handling_only & (travel.activity == PASSING), 0.0, per_visit)
    return [travel.by_node(counted, season) for season in seasons]


def _rooms(
    recount: Recount,
    stretch: Stretch,
    kind: str,
    assets: Frame,
    suffix: str,
    limits: tuple[Floats, Floats],
    more_time: MoreTime,
) -> list[tuple[Floats, Floats]]:
    """Least and most that is usable in each season, (assets, periods of the stretch).

    `limits` are the capacities without and with projects. Share of the season × (availability × installed − background,
    of which no more than availability × capacity without projects), and for the most what projects in service add: each
    its own part of the installed, together never more than all the time.
    """
    base, installed = limits
    background = np.nan_to_num(assets[f"background_{suffix}"].to_numpy(float))[:, None]
    added = more_time(kind, pd.Index(assets[kind]))[:, stretch.periods]
    result = []
    for season in recount.seasons:
        works = availability(recount.case, kind, assets[kind].tolist(), season.name, stretch.year)[:, None]
        least: Floats = season.share * (works * installed - np.minimum(background, works * base))
        extra = season.share * np.minimum(added, 1.0 - works) * installed
        result.append((least, least + extra))
    return result


def _installed(
    recount: Recount, stretch: Stretch, kind: str, keys: pd.Series[Any], base: pd.Series[Any], suffix: str
) -> tuple[Floats, Floats]:
    """Capacity without and with projects, (assets, periods of the stretch); NaN = no limit."""
    before = np.repeat(base.to_numpy(float)[:, None], len(stretch.periods), axis=1)
    effects = recount.case.table("ProjectEffects")
    effects = effects[effects["asset_kind"] == kind]
    if effects.empty:
        return before, before
    projects = pd.Index(recount.projects["project"]).get_indexer(pd.Index(effects["project"]))
    assets = pd.Index(keys).get_indexer(pd.Index(effects["asset"]))
    added: Floats = np.zeros((len(keys), len(recount.projects)))
    size = effects[f"added_{suffix}"].to_numpy(float)
    alone, held_back = _partial_parts(recount, effects)
    np.add.at(added, (assets, projects), size * alone)
    installed = before + added @ recount.in_service[:, stretch.periods]
    np.add.at(installed, assets, (size * (1.0 - alone))[:, None] * held_back[:, stretch.periods])
    return before, installed


def _partial_parts(recount: Recount, effects: Frame) -> tuple[Floats, Floats]:
    """What of each effect works by itself (share), and by how many modules the rest does, (effects, periods).

    The rest works while the partner has a module in service; a finished partner holds nothing back.
    """
    projects = pd.Index(recount.projects["project"])
    status = (recount.projects["status"] != "baseline").to_numpy(bool)
    partner = projects.get_indexer(pd.Index(effects["partial_without"], dtype=object))
    own = projects.get_indexer(pd.Index(effects["project"], dtype=object))
    held = (partner >= 0) & status[np.maximum(partner, 0)]
    alone = np.where(held, effects["partial_share"].to_numpy(float), 1.0)
    there = recount.in_service[np.maximum(partner, 0)] > 0.5
    return alone, np.where(held[:, None] & there, recount.in_service[own], 0.0)


def _rows(
    recount: Recount,
    stretch: Stretch,
    kind: str,
    keys: pd.Series[Any],
    measure: str,
    direction: str,
    limits: tuple[Floats, Floats],
    used: list[Floats],
    rooms: list[tuple[Floats, Floats]],
    chosen: Flags,
    one_way: Flags,
) -> Frame:
    """Long table of the chosen assets that have a limit."""
    base, installed = limits
    assets, periods = np.nonzero(~np.isnan(base) & chosen[:, None])
    columns: dict[str, Any] = {
        "asset_kind": kind,
        "asset": keys.to_numpy(object)[assets],
        "measure": measure,
        "direction": direction,
        "period": recount.period_names.to_numpy()[stretch.periods[periods]],
        "base": base[assets, periods],
        "installed": installed[assets, periods],
        "used": sum(of_season[assets, periods] for of_season in used),
        "one_way": one_way[assets],
    }
    for season, (of_season, (least, most)) in enumerate(zip(used, rooms, strict=True)):
        columns |= {
            f"used {season}": of_season[assets, periods],
            f"least {season}": least[assets, periods],
            f"most {season}": most[assets, periods],
        }
    return pd.DataFrame(columns)


def availability(case: Case, kind: str, assets: list[str], season: str, year: int) -> Floats:
    """Part of the season's days that assets of a kind work, (assets,): row of the season, else of all, else 1."""
    general: dict[str, float] = {}
    own: dict[str, float] = {}
    for row in records(case.table("Availability", year)):
        if row.asset_kind == kind:
            blank = row.season is None or row.season != row.season
            if blank or row.season == season:
                (general if blank else own)[str(row.asset)] = float(row.availability)
    return np.array([own.get(asset, general.get(asset, 1.0)) for asset in assets], dtype=float)
