"""Works that open in the plan and carry nothing: nothing uses what they add or change while they serve."""

from __future__ import annotations

from typing import Any

from model.reports.analysis.value import Values
from model.reports.facts import TINY, Facts
from model.reports.frames import rows
from model.reports.text import listed

ADDED = {"kTEU": "added_kteu", "kt": "added_kt"}


def unused(facts: Facts) -> dict[str, str]:
    """Project → 'Carries nothing in this plan: …', of what opens and carries nothing from its opening on."""
    effects, found = facts.once(Values).effects, dict[str, str]()
    for row in rows(facts.openings[::-1]):  # the first opening of several last
        project, opening = str(row.project), int(row.opening_year)
        serves = {period for period, year in facts.first_years.items() if year >= opening}
        if project in effects and not any(_uses(facts, effect, serves) for effect in effects[project]):
            names = [facts.names.asset(effect["asset_kind"], effect["asset"]) for effect in effects[project]]
            places = listed(list(dict.fromkeys(names)), 4)
            found[project] = f"Carries nothing in this plan: from {opening} on, no cargo uses {places}."
    return found


def _uses(facts: Facts, effect: dict[str, Any], periods: set[str]) -> bool:
    """Whether cargo uses what an effect adds or changes: capacity by its measure, ships by trips, else the place."""
    kind, asset = str(effect["asset_kind"]), str(effect["asset"])
    if kind == "fleet":
        trips = facts.table("sailings")
        made = trips[(trips["vessel"] == asset) & trips["period"].isin(periods)]["trips"]
        return bool((made.astype(float) > TINY).any())
    added = {measure for measure, column in ADDED.items() if float(effect[column] or 0.0) > 0}
    if added:
        limits = facts.capacity_rows.get((kind, asset), [])
        return any(float(row.used) > TINY for row in limits if row.measure in added and row.period in periods)
    totals = facts.node_totals if kind == "node" else facts.link_totals
    there = totals[(totals.index.get_level_values(0) == asset) & totals.index.get_level_values(1).isin(periods)]
    return bool((there[["kteu", "mt"]] > TINY).any(axis=None))
