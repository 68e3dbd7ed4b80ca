"""The arcs of the textbook arc-flow MIP in one period: who may take them, what they cost and use."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.oracles.sheets import Cargo, Row, by_key, period_demand, rows

if TYPE_CHECKING:
    from tests.oracles.arc_flow import ArcFlow

Vertex = tuple[str, ...]


class Operation:
    """Arcs of every demand in one period."""

    def __init__(self, flow: ArcFlow, position: int) -> None:
        self.flow, self.case, self.model, self.position = flow, flow.case, flow.model, position
        self.period = self.case.periods[position]
        self.year = self.period.first_year
        self.factor = sum(self.case.discount(year) for year in self.period.calendar_years)
        self.nodes = by_key(self.case, "Nodes", "node", self.year)
        self.links = rows(self.case, "Links", self.year)
        self.carriers = by_key(self.case, "Carriers", "carrier", self.year)
        self.touching: dict[str, list[str]] = defaultdict(list)
        for row in self.links:
            for end in (row["from_node"], row["to_node"]):
                if row["carrier"] not in self.touching[end]:
                    self.touching[end].append(row["carrier"])
        own = by_key(self.case, "Periods", "period")[self.period.row]["co2_price"]
        self.co2_price = self.case.settings["co2_price"] if own is None else own
        self.uses: dict[tuple[str, str, str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))

    def build(self) -> None:
        """Flow rows of all demands, then the rows of the assets."""
        for number in range(len(rows(self.case, "Demand"))):
            self._demand(Cargo(self.case, number, self.year), period_demand(self.case, number, self.period))
        if "capacity" not in self.flow.off:
            self._capacities()

    def _demand(self, cargo: Cargo, amount: float) -> None:
        balance: dict[Vertex, dict[int, float]] = defaultdict(dict)
        unserved = self.model.variable(cargo.penalty * self.factor)
        balance["source",][unserved] = 1.0
        balance["sink",][unserved] = -1.0
        for start, end, cost, uses in self._arcs(cargo):
            variable = self.model.variable(cost * self.factor)
            balance[start][variable] = 1.0
            balance[end][variable] = -1.0
            for use, coefficient in uses.items():
                self.uses[use][variable] += coefficient
        for vertex, terms in balance.items():
            leaves = amount if vertex == ("source",) else -amount if vertex == ("sink",) else 0.0
            self.model.row(terms, leaves, leaves)

    def _arcs(self, cargo: Cargo) -> Iterator[tuple[Vertex, Vertex, float, dict[Any, float]]]:
        """(start, end, yearly cost of a unit, its uses) of every arc that the cargo may take."""
        taken = {key for key, row in self.carriers.items() if row["accepts_" + cargo.form.replace(" ", "_")]}
        for row in self.links:
            if row["carrier"] in taken:
                one, two = (row["from_node"], row["carrier"]), (row["to_node"], row["carrier"])
                cost = self._link_cost(row, cargo)
                yield ("departure", *one), ("arrival", *two), cost, self._link_use(row, cargo, "forward")
                if row["both_ways"]:
                    yield ("departure", *two), ("arrival", *one), cost, self._link_use(row, cargo, "backward")
        for key, node in self.nodes.items():
            here = [carrier for carrier in self.touching[key] if carrier in taken]
            for before, after in itertools.product(here, here):
                if before == after or node["transfer_allowed"]:
                    item = "passing" if before == after else "transfer"
                    arc = ("arrival", key, before), ("departure", key, after)
                    yield *arc, *self._visit(node, cargo, item, before, after)
            for carrier in here:
                if key == cargo.row["origin"]:
                    yield ("source",), ("departure", key, carrier), *self._visit(node, cargo, "terminal", carrier)
                if key == cargo.row["destination"]:
                    yield ("arrival", key, carrier), ("sink",), *self._visit(node, cargo, "terminal", carrier)

    def _link_cost(self, row: Row, cargo: Cargo) -> float:
        places = ("link", row["link"]), ("carrier", row["carrier"])
        price = cargo.tariff("transport", *places)
        if price is None:
            price = cargo.by_measure(row) or 0.0
        surcharge = cargo.tariff("surcharge", *places)
        if surcharge is None:
            surcharge = row["surcharge"] * cargo.kteu
        days = row["days_regular"] if row["days_block"] is None or not cargo.block else row["days_block"]
        grams = row["co2_g_per_tkm"] * row["length_km"]
        felt = (days * cargo.value_of_time + row["perceived_cost"]) * cargo.kteu
        return float(price + surcharge + felt + grams * cargo.kt * 1e-6 * self.co2_price)

    def _link_use(self, row: Row, cargo: Cargo, direction: str) -> dict[Any, float]:
        side = "both" if row["capacity_direction"] == "both" else direction
        boxed = cargo.container or self.carriers[row["carrier"]]["bulk_in_containers"]
        place = ("link", row["link"])
        return {(*place, "kt", side): cargo.kt, (*place, "kTEU", side): cargo.kteu * boxed}

    def _visit(self, node: Row, cargo: Cargo, item: str, *beside: str) -> tuple[float, dict[Any, float]]:
        price = cargo.tariff(item, ("node", node["node"]))
        cost = node[f"{item}_cost"] * cargo.kteu if price is None else price
        cost += node[f"{item}_days_{'block' if cargo.block else 'regular'}"] * cargo.value_of_time * cargo.kteu
        if node["capacity_counts"] == "handling" and item == "passing":
            return cost, {}
        boxed = cargo.container or any(self.carriers[key]["bulk_in_containers"] for key in beside)
        place = ("node", node["node"])
        return cost, {(*place, "kt", "both"): cargo.kt, (*place, "kTEU", "both"): cargo.kteu * boxed}

    def _capacities(self) -> None:
        assets = {("link", row["link"]): row for row in self.links}
        assets.update({("node", key): row for key, row in self.nodes.items()})
        for (kind, key, measure, _), terms in self.uses.items():
            limit = assets[kind, key][f"capacity_{measure.lower()}"]
            if limit is None:
                continue
            modules: dict[int, float] = defaultdict(float)
            for effect in rows(self.case, "ProjectEffects"):
                if (effect["asset_kind"], effect["asset"]) == (kind, key):
                    variable = self.flow.in_service[effect["project"], self.position]
                    modules[variable] -= effect[f"added_{measure.lower()}"]
            self.model.row({**terms, **modules}, upper=limit)
