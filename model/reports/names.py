"""The names that people read for the keys of a case."""

from __future__ import annotations

import csv
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from model.case.case import Case
from model.case.joint import JOINT, countries_of
from model.case.keys import parted
from model.network.cargo import EMPTY
from model.plan.mentions import BETWEEN_KEYS

EMPTY_FROM: Final = f"{EMPTY} from "
COUNTRIES: Final = Path(__file__).parent / "data" / "countries.csv"
COUNTRY_PLACES: Final = COUNTRIES.with_name("country_places.csv")


@cache
def country_names() -> dict[str, str]:
    """ISO code → name in English, for the countries that freight between Asia and Europe may pass."""
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


@cache
def country_places() -> dict[str, list[tuple[float, float]]]:
    """ISO code → (longitude, latitude) of where its name may stand on a map, for maps of the corridor first."""
    found: dict[str, list[tuple[float, float]]] = {}
    with COUNTRY_PLACES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["code"], []).append((float(row["longitude"]), float(row["latitude"])))
    return found


def country(code: Any) -> str:
    """'KZ' → 'Kazakhstan', 'KZ/UZ' → 'Kazakhstan / Uzbekistan'; unknown codes stay, blanks too."""
    if not isinstance(code, str):
        return ""
    return f" {JOINT} ".join(country_names().get(part, part) for part in countries_of(code))


class Names:
    """Readable names of nodes, links, commodities and demands; unknown keys stand for themselves."""

    def __init__(self, case: Case) -> None:
        """Remember the case; the look-ups are filled when first asked."""
        self.case = case

    def _column(self, sheet: str, key: str, column: str) -> dict[str, str]:
        table = self.case.table(sheet)
        pairs = zip(table[key], table[column], strict=True)
        return {str(name): str(value) for name, value in pairs if value is not None}

    @cached_property
    def nodes(self) -> dict[str, str]:
        """Node key → name."""
        return self._column("Nodes", "node", "name")

    @cached_property
    def commodities(self) -> dict[str, str]:
        """Commodity key → name."""
        return self._column("Commodities", "commodity", "name")

    @cached_property
    def links(self) -> dict[str, str]:
        """Link key → its name, or 'Aktau – Alat' from the names of its ends."""
        table = self.case.table("Links")
        rows = zip(table["link"], table["name"], table["from_node"], table["to_node"], strict=True)
        return {str(key): str(name or f"{self.node(a)} – {self.node(b)}") for key, name, a, b in rows}

    @cached_property
    def demands(self) -> dict[str, str]:
        """Demand key → 'Xi'an → Duisburg, time-sensitive'."""
        table = self.case.table("Demand")
        rows = zip(table["demand"], table["origin"], table["destination"], table["commodity"], strict=True)
        return {str(key): f"{self.node(a)} → {self.node(b)}, {self.commodity(c)}" for key, a, b, c in rows}

    def node(self, key: Any) -> str:
        """Name of a node."""
        return self.nodes.get(str(key), str(key))

    def link(self, key: Any) -> str:
        """Name of a link."""
        return self.links.get(str(key), str(key))

    def commodity(self, key: Any) -> str:
        """Name of a commodity."""
        return self.commodities.get(str(key), str(key))

    def demand(self, key: Any) -> str:
        """Name of a demand; 'empty boxes from KEY' gets the name of the market."""
        text = str(key)
        market = text.removeprefix(EMPTY_FROM)
        usual = f"{EMPTY_FROM}{self.node(market)}" if text != market else text
        return self.demands.get(text, usual)

    def asset(self, kind: Any, key: Any) -> str:
        """Name of a link or a node."""
        return self.node(key) if kind == "node" else self.link(key)

    def path(self, keys: str, kind: str = "node") -> str:
        """'A > B > C' of keys → the same of names."""
        return " > ".join(self.asset(kind, key) for key in parted(keys, BETWEEN_KEYS))
