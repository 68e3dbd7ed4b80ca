"""Why ships are bought, or not: what sails against what there is."""

from __future__ import annotations

from typing import Any

from model.formulation.investment import purchase_name
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.text import number


class Ships:
    """Ships of each type by period, as the plan's fleets table has them."""

    def __init__(self, facts: Facts) -> None:
        """Index the fleets by the project that buys more of the type."""
        self.fleets: dict[str, list[Any]] = {}
        for row in rows(facts.table("fleets")):
            self.fleets.setdefault(purchase_name(str(row.vessel)), []).append(row)

    def serve(self, vessel: str, periods: set[str]) -> bool:
        """Whether ships of the type are assigned to a service in any of these periods."""
        rows_of_type = self.fleets.get(purchase_name(vessel), [])
        return any(float(row.assigned) > 0.5 for row in rows_of_type if row.period in periods)

    def need(self, project: str, bought: dict[str, float]) -> str | None:
        """What would be missing without the ships bought (period → ships); None when nothing would."""
        worst: tuple[float, Any] | None = None
        for row in self.fleets.get(project, []):
            left = float(row.existing) + float(row.added) - bought.get(str(row.period), 0.0)
            missing = float(row.assigned) - left
            if missing > 1e-6 and (worst is None or missing > worst[0]):
                worst = (missing, row)
        if worst is None:
            return None
        missing, row = worst
        sailing = f"{number(row.assigned)} ships assigned to services in {row.period}"
        return f"Without them {number(missing)} of the {sailing} would be missing."

    def spare(self, project: str) -> str | None:
        """That ships of the type lie idle in every period; None when all sail in some."""
        fleet = self.fleets.get(project)
        if not fleet:
            return None
        owned = [(float(row.existing) + float(row.added), float(row.assigned), row.period) for row in fleet]
        if any(have - used < 1 - 1e-6 for have, used, _ in owned):
            return None
        have, used, period = max(owned, key=lambda one: one[1])
        start = f"Not needed: of {number(have)} ships of the type at most {number(used)}"
        return f"{start} are assigned to services (in {period})."
