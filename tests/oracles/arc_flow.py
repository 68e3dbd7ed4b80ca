"""Oracle: the textbook arc-flow MIP of a case, as plain arrays that any solver can take.

A demand flows over arcs between vertices: its source, an arrival and a departure side for each node and carrier, its
sink. Arcs are loading, links in either direction, passing and transfer inside a node, unloading. Flow is kept at every
vertex. Nothing stops flow from coming back to a node by another carrier, which the working contract forbids, so the
optimum is a lower bound; it is the optimum wherever `Solution.comes_back` is false.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from model.case.case import Case
from tests.oracles.sheets import Cargo, Row, by_key, period_demand, rows

Vertex = tuple[str, ...]
INFINITE = float("inf")


@dataclass
class Model:
    """minimise cost · v, lower ≤ matrix · v ≤ upper, 0 ≤ v ≤ most, some v whole."""

    costs: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    constant: float = 0.0

    def variable(self, cost: float = 0.0, most: float = INFINITE, *, whole: bool = False) -> int:
        """A new variable; its number."""
        self.costs.append(cost)
        self.most.append(most)
        self.whole.append(whole)
        return len(self.costs) - 1

    def row(self, terms: dict[int, float], lower: float = -INFINITE, upper: float = INFINITE) -> None:
        """A new row."""
        self.entries += [(len(self.lower), column, value) for column, value in terms.items() if value]
        self.lower.append(lower)
        self.upper.append(upper)

    def matrix(self) -> Any:
        """The rows as a sparse array."""
        row, column, value = (list(part) for part in zip(*self.entries, strict=True)) if self.entries else ([], [], [])
        return csr_array((value, (row, column)), shape=(len(self.lower), len(self.costs)))


@dataclass
class Solution:
    """Objective, value of every variable, and whether the flow of some demand can come back to a node."""

    objective: float
    values: NDArray[np.float64]
    comes_back: bool


class ArcFlow:
    """The model of one case; `model` is complete after construction."""

    def __init__(self, case: Case) -> None:
        self.case, self.model = case, Model()
        self.off = {row["constraint"] for row in rows(case, "Constraints") if not row["active"]}
        self.projects = by_key(case, "Projects", "project")
        self.in_service: dict[tuple[str, int], int] = {}
        self.opened: dict[tuple[str, int], int] = {}
        self.hops: dict[tuple[int, int], list[tuple[str, str, int]]] = defaultdict(list)
        self._modules()
        self._rules()
        self._envelopes()
        for position in range(len(case.periods)):
            Operation(self, position).build()

    # Investment ---------------------------------------------------------------------------------------------

    def _modules(self) -> None:
        """Opened modules carry capital, salvage and the upkeep of all later years; in service is their sum."""
        for key, row in self.projects.items():
            for position, period in enumerate(self.case.periods):
                most = row["maximum_modules"]
                self.opened[key, position] = self.model.variable(
                    self._cost_of_opening(row, position), most if self._may_open(row, position) else 0.0, whole=True
                )
                self.in_service[key, position] = self.model.variable(0.0, most)
                terms = {self.opened[key, earlier]: 1.0 for earlier in range(position + 1)}
                self.model.row({**terms, self.in_service[key, position]: -1.0}, 0.0, 0.0)
                if row["status"] == "committed" and self._commits(row, period):
                    self.model.row({self.opened[key, position]: 1.0}, most, most)

    def _commits(self, row: Row, period: Any) -> bool:
        return max(row["committed_opening"], self.case.first_year) in period.calendar_years

    def _may_open(self, row: Row, position: int) -> bool:
        period = self.case.periods[position]
        if row["status"] == "committed":
            return self._commits(row, period)
        if row["status"] != "candidate":
            return False
        bounds = [self.case.first_year + row["construction_years"], row["earliest_opening"] or 0]
        on_time = max(bounds) <= period.first_year <= (row["latest_opening"] or 9999)
        return on_time or "timing" in self.off

    def _pay_years(self, row: Row, position: int) -> list[int]:
        opening, building = self.case.periods[position].first_year, int(row["construction_years"])
        return list(range(opening - building, opening)) or [opening]

    def _cost_of_opening(self, row: Row, position: int) -> float:
        case, years = self.case, self._pay_years(row, position)
        capital = sum(row["capex"] / len(years) * case.discount(year) for year in years if year >= case.first_year)
        later = range(case.periods[position].first_year, case.last_year + 1)
        upkeep = sum(row["upkeep"] * case.discount(year) for year in later)
        life = row["life_years"] or case.settings["default_life_years"]
        left = row["capex"] * max(0.0, 1.0 - len(later) / life)
        salvage = left * case.discount(case.last_year + 1) if case.settings["salvage"] == "straight line" else 0.0
        return float(capital + upkeep - salvage)

    def _rules(self) -> None:
        if "project_rules" in self.off:
            return
        for row in rows(self.case, "ProjectRules"):
            one, other = row["project"], row["other_project"]
            {"requires": self._requires, "excludes": self._excludes, "together": self._together}[row["kind"]](
                one, other, int(row["lag_years"])
            )

    def _requires(self, one: str, other: str, lag: int) -> None:
        if self.projects[other]["status"] == "baseline":
            return
        most = self.projects[one]["maximum_modules"]
        for position, period in enumerate(self.case.periods):
            ready = [e for e, p in enumerate(self.case.periods) if p.first_year <= period.first_year - lag]
            there = self.model.variable(0.0, 1.0, whole=True)
            self.model.row({there: 1.0, **({self.in_service[other, ready[-1]]: -1.0} if ready else {})}, upper=0.0)
            self.model.row({self.in_service[one, position]: 1.0, there: -most}, upper=0.0)

    def _excludes(self, one: str, other: str, _lag: int) -> None:
        last = len(self.case.periods) - 1
        chosen = self.model.variable(0.0, 1.0, whole=True)
        most, other_most = (self.projects[key]["maximum_modules"] for key in (one, other))
        self.model.row({self.in_service[one, last]: 1.0, chosen: -most}, upper=0.0)
        self.model.row({self.in_service[other, last]: 1.0, chosen: other_most}, upper=other_most)

    def _together(self, one: str, other: str, _lag: int) -> None:
        for position in range(len(self.case.periods)):
            opens = self.model.variable(0.0, 1.0, whole=True)
            for key in (one, other):
                variable, most = self.opened[key, position], self.projects[key]["maximum_modules"]
                self.model.row({variable: 1.0, opens: -most}, upper=0.0)
                self.model.row({variable: 1.0, opens: -1.0}, lower=0.0)

    def _envelopes(self) -> None:
        if "envelopes" in self.off:
            return
        envelopes: dict[str, list[Row]] = defaultdict(list)
        for row in rows(self.case, "Budgets"):
            envelopes[row["envelope"]].append(row)
        for windows in envelopes.values():
            windows.sort(key=lambda row: row["first_year"])
            saved = 0.0
            for row in windows:
                span = range(int(row["first_year"]), int(row["last_year"]) + 1)
                start = int(windows[0]["first_year"]) if row["carry_over"] else span[0]
                carried = saved if row["carry_over"] else 0.0
                if row["amount_per"] == "window":
                    self._limit(row, start, span[-1], carried + row["amount"])
                else:
                    for number, year in enumerate(span, 1):
                        cumulative = carried + number * row["amount"]
                        self._limit(row, start if row["carry_over"] else year, year, cumulative) if row[
                            "carry_over"
                        ] else self._limit(row, year, year, row["amount"])
                saved += row["amount"] * (len(span) if row["amount_per"] == "year" else 1)

    def _limit(self, row: Row, first: int, last: int, amount: float) -> None:
        terms: dict[int, float] = {}
        for (key, position), variable in self.opened.items():
            project = self.projects[key]
            years = self._pay_years(project, position)
            inside = sum(1 for year in years if max(first, self.case.first_year) <= year <= last)
            terms[variable] = project["capex"] * inside / len(years) * self._share(project, row)
        self.model.row(terms, upper=amount)

    def _share(self, project: Row, row: Row) -> float:
        kind, scope = row["scope_kind"], row["scope"]
        if kind == "funder":
            paid = (f for f in rows(self.case, "Funding") if f["project"] == project["project"])
            return float(sum(f["share"] for f in paid if f["funder"] == scope))
        if kind == "tag":
            return float(scope in project["tags"])
        return 1.0 if kind == "all" else float(project[{"country": "country", "class": "project_class"}[kind]] == scope)

    # Solving ------------------------------------------------------------------------------------------------

    def solve(self) -> Solution:
        """By scipy's HiGHS, to a proven optimum. Raises ValueError when there is no plan."""
        model = self.model
        result = milp(
            model.costs,
            integrality=np.array(model.whole, dtype=int),
            bounds=Bounds(0.0, np.array(model.most)),
            constraints=LinearConstraint(model.matrix(), model.lower, model.upper),
            options={"mip_rel_gap": 0.0},
        )
        if result.status != 0:
            raise ValueError(result.message)
        return Solution(float(result.fun), result.x, self._comes_back(result.x))

    def _comes_back(self, values: NDArray[np.float64]) -> bool:
        """Whether the links that some demand uses in some period make a cycle of nodes."""
        for hops in self.hops.values():
            ahead: dict[str, set[str]] = defaultdict(set)
            for start, end, variable in hops:
                if values[variable] > 1e-7:
                    ahead[start].add(end)
            while stuck := [key for key in ahead if not ahead[key] & set(ahead)]:
                for key in stuck:
                    del ahead[key]
            if ahead:
                return True
        return False


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
        own = by_key(self.case, "Periods", "period")[self.period.name]["co2_price"]
        self.co2_price = self.case.settings["co2_price"] if own is None else own
        self.uses: dict[tuple[str, str, str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))

    def build(self) -> None:
        """Flow rows of all demands, then the rows of the assets."""
        for number in range(len(rows(self.case, "Demand"))):
            self._demand(number, Cargo(self.case, number, self.year))
        if "capacity" not in self.flow.off:
            self._capacities()

    def _demand(self, number: int, cargo: Cargo) -> None:
        amount = period_demand(self.case, number, self.period)
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
            if start[0] == "departure" and end[0] == "arrival":
                self.flow.hops[self.position, number].append((start[1], end[1], variable))
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
        by_tonne = not cargo.container and row["cost_per_t"] is not None
        if price is None:
            price = row["cost_per_t"] * cargo.kt if by_tonne else (row["cost_per_teu"] or 0.0) * cargo.kteu
        surcharge = cargo.tariff("surcharge", *places)
        if surcharge is None:
            surcharge = row["surcharge_per_teu"] * cargo.kteu
        days = row["days_regular"] if row["days_block"] is None or not cargo.block else row["days_block"]
        grams = row["co2_g_per_tkm"] * row["length_km"]
        time = days * cargo.value_of_time * cargo.kteu
        return float(price + surcharge + time + grams * cargo.kt * 1e-6 * self.co2_price)

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


def arc_flow(case: Case) -> Solution:
    """Solve the arc-flow MIP of a case. Raises ValueError when there is no plan."""
    return ArcFlow(case).solve()
