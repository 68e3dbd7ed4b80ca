"""Use of every limited asset against what is installed, and the tables of flows by link and node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from model.plan.verify_checks import Check, Codes, Figures, Flags, Floats, Frame, agree, figures_of, kept, switched_off
from model.plan.verify_rates import Rates
from model.plan.verify_recount import Recount, Stretch
from model.plan.verify_travel import ACTIVITIES, PASSING, Travel

MEASURES: Final = {"kTEU": "kteu", "kt": "kt"}
KEY: Final = ["asset_kind", "asset", "measure", "direction", "period"]
DIRECTIONS: Final = np.array(["backward", "forward"], dtype=object)


def capacity_checks(recount: Recount, rates: list[Rates], *, limited: bool) -> list[Check]:
    """Use within the installed capacity (when the family is on), and the capacities table."""
    found = pd.concat([_capacities(recount, rate) for rate in rates], ignore_index=True)
    checks = [_limit_check(found) if limited else switched_off("capacity is not exceeded", "capacity")]
    if not limited and recount.tables["capacities"].empty:
        return [*checks, switched_off("capacities table", "capacity")]
    # In a year without seasons, weather and background traffic all that is installed can be used.
    found = found.assign(usable=found["installed"])
    stated = recount.tables["capacities"]
    listed = figures_of(stated, KEY, "used")
    # The way back of a one-way link can carry nothing: it may be listed or not.
    left_out = [key not in listed for key in zip(*(found[name].tolist() for name in KEY), strict=True)]
    found = found[~(found["one_way"].to_numpy(bool) & np.array(left_out, dtype=bool))]
    for column in ("base", "installed", "used", "usable"):
        figures = figures_of(stated, KEY, column), figures_of(found, KEY, column)
        checks.append(agree(f"capacities table: {column}", "kTEU or kt a year", *figures))
    found = found[found["installed"].to_numpy(float) > 0]
    share = figures_of(found.assign(share=found["used"] / found["installed"]), KEY, "share")
    given = figures_of(stated[stated["utilisation"].notna()], KEY, "utilisation")
    checks.append(agree("capacities table: utilisation", "share", given, share))
    return checks


def _limit_check(found: Frame) -> Check:
    used, installed = found["used"].to_numpy(float), found["installed"].to_numpy(float)

    def place(position: int) -> str:
        row = found.iloc[position]
        return (
            f"{row['asset_kind']} {row['asset']}, {row['direction']}, {row['period']}: "
            f"{row['used']:.9g} {row['measure']} used, {row['installed']:.9g} installed"
        )

    return kept("capacity is not exceeded", "kTEU or kt a year", used - installed, installed, place)


def _capacities(recount: Recount, rates: Rates) -> Frame:
    """Base, installed and used capacity of limited assets in the periods of one stretch (columns KEY and these)."""
    travel = rates.travel
    links, nodes = travel.links, travel.nodes
    each = (links["capacity_direction"] == "each").to_numpy(bool)
    one_way = each & ~links["both_ways"].to_numpy(bool)
    parts: list[Frame] = []
    for measure, suffix in MEASURES.items():
        forward, backward = _link_use(rates, measure)
        limits = _installed(recount, travel.stretch, "link", links["link"], links[f"capacity_{suffix}"], suffix)
        common = (recount, travel.stretch, "link", links["link"], measure)
        parts += [
            _rows(*common, "both", limits, forward + backward, ~each),
            _rows(*common, "forward", limits, forward, each),
            _rows(*common, "backward", limits, backward, each, one_way=one_way),
        ]
        limits = _installed(recount, travel.stretch, "node", nodes["node"], nodes[f"capacity_{suffix}"], suffix)
        used = _node_use(rates, measure)
        every = np.ones(len(nodes), dtype=bool)
        parts.append(_rows(recount, travel.stretch, "node", nodes["node"], measure, "both", limits, used, every))
    return pd.concat(parts, ignore_index=True)


def _link_use(rates: Rates, measure: str) -> tuple[Floats, Floats]:
    """Use of each link forward and backward, (links, periods of the stretch)."""
    travel = rates.travel
    per_leg = rates.leg_boxes if measure == "kTEU" else rates.leg_kt
    return travel.by_link(per_leg * travel.forward), travel.by_link(per_leg * ~travel.forward)


def _node_use(rates: Rates, measure: str) -> Floats:
    """Use of each node's facility, (nodes, periods of the stretch)."""
    travel = rates.travel
    per_visit = rates.visit_boxes if measure == "kTEU" else rates.visit_kt
    handling_only = (travel.nodes["capacity_counts"] == "handling").to_numpy(bool)[travel.sequences.visit_node]
    return travel.by_node(np.where(handling_only & (travel.activity == PASSING), 0.0, per_visit))


def _installed(
    recount: Recount, stretch: Stretch, kind: str, keys: pd.Series[Any], base: pd.Series[Any], suffix: str
) -> tuple[Floats, Floats]:
    """Capacity without and with projects, (assets, periods of the stretch); NaN = no limit."""
    effects = recount.case.table("ProjectEffects")
    effects = effects[effects["asset_kind"] == kind]
    projects = pd.Index(recount.projects["project"]).get_indexer(pd.Index(effects["project"]))
    assets = pd.Index(keys).get_indexer(pd.Index(effects["asset"]))
    added: Floats = np.zeros((len(keys), len(recount.projects)))
    np.add.at(added, (assets, projects), effects[f"added_{suffix}"].to_numpy(float))
    before = np.repeat(base.to_numpy(float)[:, None], len(stretch.periods), axis=1)
    return before, before + added @ recount.in_service[:, stretch.periods]


def _rows(
    recount: Recount,
    stretch: Stretch,
    kind: str,
    keys: pd.Series[Any],
    measure: str,
    direction: str,
    limits: tuple[Floats, Floats],
    used: Floats,
    chosen: Flags,
    one_way: Flags | None = None,
) -> Frame:
    """Long table of the chosen assets that have a limit."""
    base, installed = limits
    assets, periods = np.nonzero(~np.isnan(base) & chosen[:, None])
    return pd.DataFrame(
        {
            "asset_kind": kind,
            "asset": keys.to_numpy(object)[assets],
            "measure": measure,
            "direction": direction,
            "period": recount.period_names.to_numpy()[stretch.periods[periods]],
            "base": base[assets, periods],
            "installed": installed[assets, periods],
            "used": used[assets, periods],
            "one_way": one_way[assets] if one_way is not None else np.zeros(len(assets), dtype=bool),
        }
    )


def flow_table_checks(recount: Recount, rates: list[Rates]) -> list[Check]:
    """Tables link_flows, node_flows and emissions against the routes."""
    checks = []
    for measure, suffix in MEASURES.items():
        links = _added(recount, ((rate.travel, _links_by_commodity(rate, measure)) for rate in rates))
        nodes = _added(recount, ((rate.travel, _nodes_by_commodity(rate, measure)) for rate in rates))
        for table, found in (("link_flows", links), ("node_flows", nodes)):
            key = [name for name in recount.tables[table].columns if not name.startswith("flow_")]
            stated = figures_of(recount.tables[table], key, f"flow_{suffix}")
            checks.append(agree(f"{table} table: {measure}", f"{measure} a year", stated, found))
    emissions = _added(recount, ((rate.travel, _emissions(rate)) for rate in rates))
    stated = figures_of(recount.tables["emissions"], ["carrier", "period"], "co2_kt")
    checks.append(agree("emissions table", "kt CO2 a year", stated, emissions))
    return checks


Grouped = tuple[list[tuple[Any, ...]], Floats]


def _added(recount: Recount, parts: Iterable[tuple[Travel, Grouped]]) -> Figures:
    """Totals of all stretches by (group…, period), without the zeros."""
    found: Figures = {}
    for travel, (groups, totals) in parts:
        names = recount.period_names.to_numpy()[travel.stretch.periods]
        rows, columns = np.nonzero(totals)
        keys = [(*groups[row], names[column]) for row, column in zip(rows.tolist(), columns.tolist(), strict=True)]
        found.update(zip(keys, totals[rows, columns].tolist(), strict=True))
    return found


def _cross(first: Codes, second: Codes, third: Codes, sizes: tuple[int, int, int]) -> Codes:
    """One number for three positions."""
    result: Codes = (first * sizes[1] + second) * sizes[2] + third
    return result


def _links_by_commodity(rates: Rates, measure: str) -> Grouped:
    """(link, direction, commodity) and the flow on it."""
    travel, commodities = rates.travel, list(rates.travel.cargo.commodities.index)
    keys = travel.links["link"].tolist()
    sizes = (len(keys), 2, len(commodities))
    commodity = travel.cargo.commodity[travel.leg_demand]
    places = _cross(travel.sequences.leg_link, travel.forward.astype(np.intp), commodity, sizes)
    per_leg = rates.leg_boxes if measure == "kTEU" else rates.leg_kt
    groups = [(link, str(direction), name) for link in keys for direction in DIRECTIONS for name in commodities]
    return groups, travel.leg_totals(places, per_leg, len(groups))


def _nodes_by_commodity(rates: Rates, measure: str) -> Grouped:
    """(node, activity, commodity) and the flow there."""
    travel, commodities = rates.travel, list(rates.travel.cargo.commodities.index)
    keys = travel.nodes["node"].tolist()
    sizes = (len(keys), len(ACTIVITIES), len(commodities))
    commodity = travel.cargo.commodity[travel.visit_demand]
    places = _cross(travel.sequences.visit_node, travel.activity, commodity, sizes)
    per_visit = rates.visit_boxes if measure == "kTEU" else rates.visit_kt
    groups = [(node, activity, name) for node in keys for activity in ACTIVITIES for name in commodities]
    return groups, travel.visit_totals(places, per_visit, len(groups))


def _emissions(rates: Rates) -> Grouped:
    """(carrier,) and its emissions."""
    carriers = rates.travel.carriers["carrier"].tolist()
    totals = rates.travel.leg_totals(rates.travel.leg_carrier, rates.leg_co2, len(carriers))
    return [(carrier,) for carrier in carriers], totals
