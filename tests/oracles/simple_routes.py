"""Every simple route of a cargo through the network, with its yearly cost and its use of assets, one row at a time.

A node has an arrival and a departure side for each carrier; a route passes no side twice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from model.case.case import Case
from tests.oracles.sheets import Cargo, Row, by_key, rows

Use = tuple[str, str, str, str]
"""asset kind, asset, measure, direction."""


@dataclass
class Route:
    """A way for one unit of a demand: its yearly cost and its use of assets."""

    nodes: list[str]
    links: list[str]
    cost: float = 0.0
    uses: dict[Use, float] = field(default_factory=lambda: defaultdict(float))


class RouteFinder:
    """Every simple route through the network of one year."""

    def __init__(self, case: Case, year: int, co2_price: float) -> None:
        self.nodes = by_key(case, "Nodes", "node", year)
        self.carriers = by_key(case, "Carriers", "carrier", year)
        self.co2_price = co2_price
        self.ways: dict[str, list[tuple[str, Row, str]]] = defaultdict(list)
        for row in rows(case, "Links", year):
            self.ways[row["from_node"]].append((row["to_node"], row, "forward"))
            if row["both_ways"]:
                self.ways[row["to_node"]].append((row["from_node"], row, "backward"))

    def all_routes(self, cargo: Cargo) -> list[Route]:
        """Depth first from the origin."""
        found: list[Route] = []
        destination = cargo.row["destination"]

        def walk(nodes: list[str], legs: list[tuple[Row, str]], passed: frozenset[tuple[str, str, str]]) -> None:
            here = nodes[-1]
            if here == destination and legs:
                found.append(self._priced(cargo, nodes, legs))
            for there, link, direction in self.ways[here]:
                carrier = link["carrier"]
                accepted = self.carriers[carrier]["accepts_" + cargo.form.replace(" ", "_")]
                changes = bool(legs) and legs[-1][0]["carrier"] != carrier
                if not accepted or (changes and not self.nodes[here]["transfer_allowed"]):
                    continue
                sides = {(here, carrier, "departure"), (there, carrier, "arrival")}
                if not sides & passed:
                    walk([*nodes, there], [*legs, (link, direction)], passed | sides)

        walk([cargo.row["origin"]], [], frozenset())
        return found

    def _priced(self, cargo: Cargo, nodes: list[str], legs: list[tuple[Row, str]]) -> Route:
        route = Route(nodes, [link["link"] for link, _ in legs])
        carriers = [link["carrier"] for link, _ in legs]
        for link, direction in legs:
            self._add_leg(route, cargo, link, direction)
        for position, key in enumerate(nodes):
            beside = carriers[max(0, position - 1) : position + 1]
            middle = "passing" if beside[0] == beside[-1] else "transfer"
            item = "terminal" if position in (0, len(legs)) else middle
            self._add_visit(route, cargo, self.nodes[key], item, beside)
        return route

    def _add_leg(self, route: Route, cargo: Cargo, link: Row, direction: str) -> None:
        places = ("link", link["link"]), ("carrier", link["carrier"])
        transport = cargo.tariff("transport", *places)
        if transport is None:
            transport = cargo.by_measure(link) or 0.0
        surcharge = cargo.tariff("surcharge", *places)
        if surcharge is None:
            surcharge = link["surcharge"] * cargo.kteu
        days = link["days_block"] if cargo.block and link["days_block"] is not None else link["days_regular"]
        co2 = cargo.kt * link["length_km"] * link["co2_g_per_tkm"] * 1e-6
        time = days * cargo.value_of_time * cargo.kteu
        route.cost += transport + surcharge + link["perceived_cost"] * cargo.kteu + time + co2 * self.co2_price
        in_boxes = cargo.container or self.carriers[link["carrier"]]["bulk_in_containers"]
        direction = direction if link["capacity_direction"] == "each" else "both"
        route.uses["link", link["link"], "kt", direction] += cargo.kt
        route.uses["link", link["link"], "kTEU", direction] += cargo.kteu if in_boxes else 0.0

    def _add_visit(self, route: Route, cargo: Cargo, node: Row, item: str, beside: list[str]) -> None:
        handling = cargo.tariff(item, ("node", node["node"]))
        if handling is None:
            handling = node[f"{item}_cost"] * cargo.kteu
        days = node[f"{item}_days_{'block' if cargo.block else 'regular'}"]
        route.cost += handling + days * cargo.value_of_time * cargo.kteu
        if item == "passing" and node["capacity_counts"] == "handling":
            return
        in_boxes = cargo.container or any(self.carriers[key]["bulk_in_containers"] for key in beside)
        route.uses["node", node["node"], "kt", "both"] += cargo.kt
        route.uses["node", node["node"], "kTEU", "both"] += cargo.kteu if in_boxes else 0.0
