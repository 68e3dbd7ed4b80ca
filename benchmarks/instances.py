"""What every instance reader returns, and the small case that all of them build."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.case.case import Case

FIRST_YEAR = 2026  # any year would do: instances have no calendar
CARRIER = "carrier"
COUNTRY = "-"
PUBLIC_GAP = 1e-6
LADDER_GAP = 1e-3

Record = Mapping[str | int, Any]


class InstanceError(Exception):
    """A file that cannot be read as an instance; the message is one clear sentence for its owner."""


@dataclass(frozen=True)
class Instance:
    """A benchmark instance as a case.

    Money is in the units of the instance, held where the case has million USD; flow likewise, held as kTEU.
    `constant` is money to add to every cost and bound. `must_serve` says that leaving demand unserved is
    infeasible (the public sets); otherwise unserved demand has its own cost. `gap` is the relative gap asked for
    when the user names none.
    """

    name: str
    family: str
    case: Case
    gap: float
    must_serve: bool
    constant: float = 0.0

    @property
    def size(self) -> str:
        """Numbers of nodes, links, demands, periods and projects in words."""
        tables = self.case.tables
        words = {"Nodes": "nodes", "Links": "links", "Demand": "demands", "Periods": "periods", "Projects": "projects"}
        return ", ".join(f"{len(tables[sheet])} {word}" for sheet, word in words.items())


def node_records(keys: Iterable[str]) -> list[dict[str | int, Any]]:
    """Nodes without cost, time or limit."""
    return [{"node": key, "name": key, "country": COUNTRY, "kind": "hub"} for key in keys]


def link_record(
    key: str, from_node: str, to_node: str, cost: float, capacity: float | None, *, both_ways: bool, days: float = 0.0
) -> dict[str | int, Any]:
    """A link of the only carrier; the two directions share `capacity` (None = no limit)."""
    return {
        "link": key, "from_node": from_node, "to_node": to_node, "carrier": CARRIER, "both_ways": both_ways,
        "length_km": 0.0, "days_regular": days, "container_cost": cost, "capacity_kteu": capacity,
        "capacity_direction": "both",
    }  # fmt: skip


def commodity_record(key: str, penalty: float, value_of_time: float = 0.0) -> dict[str | int, Any]:
    """A containerised commodity with its cost of leaving a unit unserved and its cost of a day."""
    return {
        "commodity": key, "form": "container", "unit": "kTEU", "tonnes_per_teu": 1.0, "value_of_time": value_of_time,
        "unserved_penalty": penalty,
    }  # fmt: skip


def demand_record(
    key: str, origin: str, destination: str, commodity: str, amounts: Mapping[str | int, float]
) -> dict[str | int, Any]:
    """A demand with its amount in each given year."""
    ends: dict[str | int, Any] = {"demand": key, "origin": origin, "destination": destination}
    return {**ends, "commodity": commodity, "unit": "kTEU", **amounts}


def project_record(key: str, capex: float, construction_years: int = 0, modules: int = 1) -> dict[str | int, Any]:
    """A candidate project that may be built `modules` times."""
    return {
        "project": key, "name": key, "country": COUNTRY, "project_class": "rail", "status": "candidate",
        "capex": capex, "construction_years": construction_years, "maximum_modules": modules,
    }  # fmt: skip


def effect_record(project: str, asset_kind: str, asset: str, added: float) -> dict[str | int, Any]:
    """What a module of the project adds to the capacity of the asset."""
    return {"project": project, "asset_kind": asset_kind, "asset": asset, "added_kteu": added}


def build_case(
    name: str,
    sheets: Mapping[str, Sequence[Record]],
    *,
    periods: int = 1,
    discount_rate: float = 0.0,
) -> Case:
    """The case of an instance: periods of one year from FIRST_YEAR, one carrier, no salvage."""
    own: dict[str, Sequence[Record]] = {
        "Carriers": [
            {
                "carrier": CARRIER, "mode": "rail", "accepts_container": True, "accepts_dry_bulk": False,
                "accepts_liquid_bulk": False,
            }
        ],
        "Periods": [
            {"period": str(year), "first_year": year, "years": 1} for year in range(FIRST_YEAR, FIRST_YEAR + periods)
        ],
    }  # fmt: skip
    settings = {"case_title": name, "discount_rate": discount_rate, "salvage": "none"}
    return Case.from_tables(name, {**own, **sheets}, settings)


def penalty_above(unit_costs: Iterable[float], capital_costs: Iterable[float], longest: int) -> float:
    """A cost of an unserved unit above any path: its `longest` dearest links and two of the dearest projects.

    Not a proof that serving is always cheaper; `benchmarks.solving` raises it when a plan leaves demand unserved
    that could be carried.
    """
    dearest = itertools.islice(sorted(unit_costs, reverse=True), longest)
    return sum(dearest) + 2.0 * max(capital_costs, default=0.0) + 1.0
