"""Oracle: the textbook arc-flow MIP of a case, as plain arrays that any solver can take.

A demand flows over arcs between vertices: its source, an arrival and a departure side for each node and carrier, its
sink. Arcs are loading, links in either direction, passing and transfer inside a node, unloading. Flow is kept at every
vertex. As no arc has a negative cost, going round in a circle never pays, and the optimum is that over simple routes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from model.case.case import Case
from tests.oracles.arc_flow_operation import Operation
from tests.oracles.mip import INFINITE, Model, Values
from tests.oracles.sheets import Row, by_key, rows


@dataclass(frozen=True)
class Solution:
    """Objective, and value of every variable."""

    objective: float
    values: Values


class ArcFlow:
    """The model of one case; `model` is complete after construction."""

    operation: type[Operation] = Operation

    def __init__(self, case: Case) -> None:
        self.case, self.model = case, Model()
        self.off = {row["constraint"] for row in rows(case, "Constraints") if not row["active"]}
        self.projects = by_key(case, "Projects", "project")
        self.in_service: dict[tuple[str, int], int] = {}
        self.opened: dict[tuple[str, int], int] = {}
        self.lives: dict[str, list[tuple[int, int, int]]] = {}
        self.renewed: list[tuple[str, int, int]] = []
        self._modules()
        self._rules()
        self._envelopes()
        for position in range(len(case.periods)):
            self.operation(self, position).build()

    # Investment ---------------------------------------------------------------------------------------------

    def _modules(self) -> None:
        """Every life has a variable of its own: what opens in a period, and each time that it is renewed after that."""
        for key, row in self.projects.items():
            life = int(row["life_years"] or self.case.settings["default_life_years"])
            self.lives[key] = []
            for position, period in enumerate(self.case.periods):
                most = row["maximum_modules"]
                opened = self._begin(key, row, position, most if self._may_open(row, position) else 0.0)
                self.opened[key, position] = opened
                begin, before = self._start(row, position), opened
                while (begin := begin + life) <= self.case.last_year and self._may_open(row, position):
                    renewed = self.model.variable(self._cost_of_renewal(row, begin, life), most, whole=True)
                    self.model.row({renewed: 1.0, before: -1.0}, upper=0.0)
                    self.lives[key].append((begin, begin + life, renewed))
                    self.renewed.append((key, begin, renewed))
                    before = renewed
                if row["status"] == "committed" and self._commits(row, period):
                    self.model.row({opened: 1.0}, most, most)
            built = {self.opened[key, position]: 1.0 for position in range(len(self.case.periods))}
            self.model.row(built, upper=row["maximum_modules"])
            for position, period in enumerate(self.case.periods):
                self.in_service[key, position] = self.model.variable(0.0, row["maximum_modules"])
                terms: dict[int, float] = defaultdict(float)
                for year in period.calendar_years:
                    for variable in self._serving(key, year):
                        terms[variable] += 1.0 / period.years
                self.model.row({**terms, self.in_service[key, position]: -1.0}, 0.0, 0.0)

    def _begin(self, key: str, row: Row, position: int, most: float) -> int:
        life = int(row["life_years"] or self.case.settings["default_life_years"])
        begin = self._start(row, position)
        opened = self.model.variable(self._cost_of_opening(row, position, life), most, whole=True)
        self.lives[key].append((begin, begin + life, opened))
        return opened

    def _serving(self, key: str, year: int) -> list[int]:
        """Variables of the lives that a calendar year lies in."""
        return [variable for begin, end, variable in self.lives[key] if begin <= year < end]

    def _start(self, row: Row, position: int) -> int:
        years = self.case.periods[position].calendar_years
        committed = row["committed_opening"] if row["status"] == "committed" else None
        return int(committed) if committed is not None and committed in years else years[0]

    def _upkeep(self, row: Row, begin: int, life: int) -> float:
        """Discounted upkeep of one life: the mean of each period in all of its years."""
        total = 0.0
        for period in self.case.periods:
            years = period.calendar_years
            share = sum(begin <= year < begin + life for year in years) / len(years)
            total += sum(share * row["upkeep"] * self.case.discount(year) for year in years)
        return total

    def _salvage(self, value: float, begin: int, life: int) -> float:
        after = self.case.last_year + 1
        left = value * max(0.0, 1.0 - (after - begin) / life) * self.case.discount(after)
        return left if self.case.settings["salvage"] == "straight line" else 0.0

    def _cost_of_renewal(self, row: Row, begin: int, life: int) -> float:
        price = self._renewal_cost(row)
        return price * self.case.discount(begin) + self._upkeep(row, begin, life) - self._salvage(price, begin, life)

    def _renewal_cost(self, row: Row) -> float:
        return float(row["capex"] if row["renewal_cost"] is None else row["renewal_cost"])

    def _commits(self, row: Row, period: Any) -> bool:
        return max(row["committed_opening"], self.case.first_year) in period.calendar_years

    def _may_open(self, row: Row, position: int) -> bool:
        period = self.case.periods[position]
        if row["status"] == "committed":
            return self._commits(row, period)
        if row["status"] != "candidate":
            return False
        on_time = (row["earliest_opening"] or 0) <= period.first_year <= (row["latest_opening"] or INFINITE)
        built = self.case.first_year + row["construction_years"] <= period.first_year
        return bool(period.opens and built and (on_time or "timing" in self.off))

    def _pay_years(self, row: Row, position: int) -> list[int]:
        opening, building = self._start(row, position), int(row["construction_years"])
        return list(range(opening - building, opening)) or [opening]

    def _cost_of_opening(self, row: Row, position: int, life: int) -> float:
        case, years = self.case, self._pay_years(row, position)
        own = [year for year in years if year >= case.first_year]
        capital = sum(row["capex"] / len(years) * case.discount(year) for year in own)
        begin = self._start(row, position)
        value = row["capex"] * len(own) / len(years)
        return float(capital + self._upkeep(row, begin, life) - self._salvage(value, begin, life))

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
        for year in range(self.case.first_year, self.case.last_year + 1):
            there = self.model.variable(0.0, 1.0, whole=True)
            began = {variable: -1.0 for begin, _, variable in self.lives[other] if begin <= year - lag}
            self.model.row({there: 1.0, **began}, upper=0.0)
            self.model.row({there: 1.0, **dict.fromkeys(self._serving(other, year), -1.0)}, upper=0.0)
            self.model.row({there: -most, **dict.fromkeys(self._serving(one, year), 1.0)}, upper=0.0)

    def _excludes(self, one: str, other: str, _lag: int) -> None:
        chosen = self.model.variable(0.0, 1.0, whole=True)
        most, other_most = (self.projects[key]["maximum_modules"] for key in (one, other))
        finished, other_finished = (float(self.projects[key]["status"] == "baseline") for key in (one, other))
        built, other_built = (
            {self.opened[key, position]: 1.0 for position in range(len(self.case.periods))} for key in (one, other)
        )
        self.model.row({**built, chosen: -most}, upper=-finished)
        self.model.row({**other_built, chosen: other_most}, upper=other_most - other_finished)

    def _together(self, one: str, other: str, _lag: int) -> None:
        if "baseline" in (self.projects[one]["status"], self.projects[other]["status"]):
            return
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
                for number, year in enumerate(span if row["amount_per"] == "year" else (), 1):
                    if row["carry_over"]:
                        self._limit(row, start, year, carried + number * row["amount"])
                    else:
                        self._limit(row, year, year, row["amount"])
                saved += row["amount"] * (len(span) if row["amount_per"] == "year" else 1)

    def _limit(self, row: Row, first: int, last: int, amount: float) -> None:
        terms: dict[int, float] = {}
        for (key, position), variable in self.opened.items():
            project = self.projects[key]
            years = self._pay_years(project, position)
            inside = sum(1 for year in years if max(first, self.case.first_year) <= year <= last)
            terms[variable] = project["capex"] * inside / len(years) * self._share(project, row)
        for key, year, variable in self.renewed:
            if first <= year <= last:
                terms[variable] = self._renewal_cost(self.projects[key]) * self._share(self.projects[key], row)
        self.model.row(terms, upper=amount)

    def _share(self, project: Row, row: Row) -> float:
        kind, scope = row["scope_kind"], row["scope"]
        if kind == "funder":
            paid = (f for f in rows(self.case, "Funding") if f["project"] == project["project"])
            return float(sum(f["share"] for f in paid if f["funder"] == scope))
        if kind == "tag":
            return float(scope in project["tags"])
        if kind == "country":
            return float(project["country"].split("/").count(scope) / len(project["country"].split("/")))
        return 1.0 if kind == "all" else float(project["project_class"] == scope)

    # Solving ------------------------------------------------------------------------------------------------

    def solve(self) -> Solution:
        """By scipy's HiGHS, to a proven optimum. Raises ValueError when there is no plan."""
        return Solution(*self.model.solve_with_highs())


def arc_flow(case: Case) -> Solution:
    """Solve the arc-flow MIP of a case. Raises ValueError when there is no plan."""
    return ArcFlow(case).solve()
