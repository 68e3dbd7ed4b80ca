"""Which ships are all assigned to services in the first period, in a sentence."""

from __future__ import annotations

from model.plan.plan import Plan
from model.studies.console.summary import some
from model.studies.console.words import listing


def sentences(plan: Plan) -> list[str]:
    """'All ships assigned to services in 2026: feeder.'; none where some lie idle."""
    first = plan.case.periods[0].name
    busy = busy_ships(plan, first)
    return [f"All ships assigned to services in {first}: {listing(busy)}."] if busy else []


def busy_ships(plan: Plan, period: str) -> list[str]:
    """Names of the ship types of which every ship is assigned to a service in a period; the largest fleets first."""
    fleets = plan.tables.get("fleets")
    if fleets is None or fleets.empty:
        return []
    here = fleets.assign(ships=fleets["existing"].astype(float) + fleets["added"].astype(float))
    here = here.loc[(here["period"] == period) & (here["ships"] > 0.5)]
    busy = here.loc[here["assigned"].astype(float) > here["ships"] - 0.5]
    vessels = plan.case.table("Vessels")
    names = {str(key): str(name) for key, name in zip(vessels["vessel"], vessels["name"], strict=True) if name}
    words = [
        names.get(str(key), str(key)) for key in busy.sort_values("ships", ascending=False, kind="stable")["vessel"]
    ]
    return some(words)
