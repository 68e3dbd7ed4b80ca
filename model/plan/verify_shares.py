"""Changes by projects that serve a part of a period's years: no more than that part of an asset's tonnes uses them."""

from __future__ import annotations

import numpy as np

from model.plan.verify_checks import Check, kept
from model.plan.verify_gates import Gates, Place
from model.plan.verify_rates import Rates
from model.plan.verify_recount import Recount

Use = tuple[str, float, float]
"""Words, tonnes that use a change, tonnes that may."""


def share_checks(recount: Recount, gates: Gates, rates: list[Rates], *, imposed: bool) -> list[Check]:
    """Tonnes that use a project's change against its part of the years; none where all serve whole periods."""
    partial = (recount.share_in_service > 0) & (recount.share_in_service < 1)
    used = {(place, project) for of in (gates.legs, gates.visits) for place, found in of.values() for project in found}
    number = {project: position for position, project in enumerate(recount.projects["project"].tolist())}
    uses = [
        use
        for place, project in sorted(used)
        for rate in rates
        if imposed and partial[number[project], rate.travel.stretch.periods].any()
        for use in _uses(recount, gates, rate, place, project, recount.share_in_service[number[project]])
    ]
    if not uses:
        return []
    excess = np.array([carried - most for _, carried, most in uses])
    name = "changes are used in the years of their projects"
    words = [f"{text}: {carried:.9g} of at most {most:.9g}" for text, carried, most in uses]
    return [kept(name, "kt a year", excess, np.array([most for _, _, most in uses]), words.__getitem__)]


def _uses(
    recount: Recount,
    gates: Gates,
    rate: Rates,
    place: Place,
    project: str,
    shares: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> list[Use]:
    """Use of one project's change of one asset, by season and period of a stretch."""
    travel, is_link = rate.travel, place[0] == "link"
    mentioned, per_unit = (gates.legs, rate.leg_kt) if is_link else (gates.visits, rate.visit_kt)
    mine = [position for position, (where, projects) in mentioned.items() if where == place and project in projects]
    gated = np.zeros(len(per_unit))
    gated[mine] = per_unit[mine]
    assets = (travel.links["link"] if is_link else travel.nodes["node"]).tolist()
    add_up = travel.by_link if is_link else travel.by_node
    found = []
    for season, part in enumerate(recount.seasons):
        carried, total = (add_up(units, season)[assets.index(place[1])] for units in (gated, per_unit))
        for column, period in enumerate(travel.stretch.periods.tolist()):
            words = f"{project} at {place[1]}, {recount.period_names[period]}, {part.name}"
            found.append((words, float(carried[column]), float(shares[period] * total[column])))
    return found
