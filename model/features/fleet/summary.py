"""Which ships have nothing to spare in the first period, in a sentence."""

from __future__ import annotations

from model.plan.plan import Plan
from model.plan.use import FULL, is_full
from model.studies.console.summary import some
from model.studies.console.words import listing, share


def sentences(plan: Plan) -> list[str]:
    """'No ship to spare in 2026 (…): feeder.'; none where all types have ships or trips to spare."""
    first = plan.case.periods[0].name
    busy = busy_ships(plan, first)
    how = f"all are assigned to services and make {share(FULL)} or more of the round trips that they can"
    return [f"No ship to spare in {first} ({how}): {listing(busy)}."] if busy else []


def busy_ships(plan: Plan, period: str) -> list[str]:
    """Names of the ship types of which every ship is assigned to a service in a period, and sails as much as it can.

    What they make of their trips is that of all their services together, in the season in which it is most. The largest
    fleets come first.
    """
    fleets = plan.tables.get("fleets")
    if fleets is None or fleets.empty:
        return []
    here = fleets.assign(ships=fleets["existing"].astype(float) + fleets["added"].astype(float))
    here = here.loc[(here["period"] == period) & (here["ships"] > 0.5)]
    busy = here.loc[here["assigned"].astype(float) > here["ships"] - 0.5]
    full = _full(plan, period)
    vessels = plan.case.table("Vessels")
    names = {str(key): str(name) for key, name in zip(vessels["vessel"], vessels["name"], strict=True) if name}
    order = map(str, busy.sort_values("ships", ascending=False, kind="stable")["vessel"])
    return some([names.get(key, key) for key in order if key in full])


def _full(plan: Plan, period: str) -> set[str]:
    """Ship types that make nearly all round trips of those that they can, in some season of a period."""
    table = plan.tables["sailings"]
    trips = table[table["period"] == period].astype({"trips": float, "most_trips": float})
    sums = trips.groupby(["vessel", "season"])[["trips", "most_trips"]].sum()
    sums = sums[sums["most_trips"] > 1e-9]
    use = sums["trips"] / sums["most_trips"]
    return {str(vessel) for vessel, most in use.groupby(level="vessel").max().items() if is_full(most)}
