"""Oracle: every whole-number investment plan, and for each of them a small LP over every simple route.

Written from the working contract alone, one row at a time, with no thought of speed.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import linprog

from model.case.case import Case
from tests.oracles.sheets import Cargo, Row, by_key, period_demand, rows
from tests.oracles.simple_routes import Route, RouteFinder, Use

Profile = tuple[int, ...]
"""Modules built by each period."""


class Choice(NamedTuple):
    """What is decided of a project: modules built by each period, and every life as (first year, modules, renewed)."""

    profile: Profile
    lives: tuple[tuple[int, int, bool], ...]


Plan = dict[str, Choice]


@dataclass
class Answer:
    """The best plan found."""

    objective: float
    plan: Plan
    unserved: dict[tuple[str, str], float]
    plans_tried: int

    def openings(self) -> dict[tuple[str, int], int]:
        """Modules that open, by project and number of the period."""
        return {
            (project, position): after - before
            for project, (profile, _) in self.plan.items()
            for position, (before, after) in enumerate(itertools.pairwise((0, *profile)))
            if after > before
        }


class BruteForce:
    """All plans of one case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.periods = case.periods
        self.projects = by_key(case, "Projects", "project")
        self.off = {row["constraint"] for row in rows(case, "Constraints") if not row["active"]}
        self.routes = [self._routes_of(position) for position in range(len(self.periods))]
        self.solved: dict[Any, tuple[float, list[float]]] = {}

    def solve(self) -> Answer:
        """Best of all plans. Raises ValueError when none is allowed."""
        best: tuple[float, Plan] | None = None
        tried = 0
        for plan in self._plans():
            if not self._allowed(plan):
                continue
            tried += 1
            cost = self._money(plan) + sum(self._operate(plan, position)[0] for position in range(len(self.periods)))
            if best is None or cost < best[0]:
                best = cost, plan
        if best is None:
            raise ValueError("no plan is allowed")
        return Answer(best[0], best[1], self._unserved(best[1]), tried)

    # Investment ---------------------------------------------------------------------------------------------

    def _plans(self) -> Iterator[Plan]:
        choices = [
            [Choice(profile, lives) for profile in self._profiles(row) for lives in self._lives(row, profile)]
            for row in self.projects.values()
        ]
        for combination in itertools.product(*choices):
            yield dict(zip(self.projects, combination, strict=True))

    def _start(self, row: Row, position: int) -> int:
        """First year of service of what opens in a period: what is committed begins in its year."""
        years = self.periods[position].calendar_years
        committed = row["committed_opening"] if row["status"] == "committed" else None
        return int(committed) if committed is not None and committed in years else years[0]

    def _life(self, row: Row) -> int:
        return int(row["life_years"] or self.case.settings["default_life_years"])

    def _lives(self, row: Row, profile: Profile) -> Iterator[tuple[tuple[int, int, bool], ...]]:
        """Every way to renew what is built: any number of the modules whose life ends, time and again."""
        opened = [
            (self._start(row, position), after - before, False)
            for position, (before, after) in enumerate(itertools.pairwise((0, *profile)))
            if after > before
        ]
        yield from self._renewed((), opened, self._life(row))

    def _renewed(
        self, done: tuple[tuple[int, int, bool], ...], waiting: list[tuple[int, int, bool]], life: int
    ) -> Iterator[tuple[tuple[int, int, bool], ...]]:
        if not waiting:
            yield done
            return
        one, *rest = waiting
        end = one[0] + life
        for kept in range(one[1] + 1 if end <= self.case.last_year else 1):
            more = [(end, kept, True)] if kept else []
            yield from self._renewed((*done, one), rest + more, life)

    def _serving(self, key: str, choice: Choice, year: int) -> int:
        """Modules in service in a calendar year."""
        life = self._life(self.projects[key])
        return sum(modules for begin, modules, _ in choice.lives if begin <= year < begin + life)

    def _profiles(self, row: Row) -> Iterator[Profile]:
        """Every non-decreasing number of modules built that status and timing allow."""
        length, most = len(self.periods), int(row["maximum_modules"])
        if row["status"] in ("baseline", "excluded"):
            yield (0,) * length
            return
        if row["status"] == "committed":
            year = max(row["committed_opening"], self.periods[0].first_year)
            yield tuple(0 if year > period.calendar_years[-1] else most for period in self.periods)
            return
        for profile in itertools.combinations_with_replacement(range(most + 1), length):
            rises = [after > before for before, after in itertools.pairwise((0, *profile))]
            if all(
                period.opens and self._may_open(row, period.first_year)
                for period, up in zip(self.periods, rises, strict=True)
                if up
            ):
                yield profile

    def _may_open(self, row: Row, year: int) -> bool:
        early, late = row["earliest_opening"], row["latest_opening"]
        on_time = (early is None or year >= early) and (late is None or year <= late)
        # Money cannot be paid before the horizon: the construction time holds even when timing is switched off.
        return year >= self.case.first_year + row["construction_years"] and (on_time or "timing" in self.off)

    def _allowed(self, plan: Plan) -> bool:
        rules_kept = "project_rules" in self.off or all(
            self._keeps(plan, row) for row in rows(self.case, "ProjectRules")
        )
        return rules_kept and ("envelopes" in self.off or self._within_envelopes(plan))

    def _keeps(self, plan: Plan, row: Row) -> bool:
        one, other = plan[row["project"]].profile, plan[row["other_project"]].profile
        finished = [self.projects[row[key]]["status"] == "baseline" for key in ("project", "other_project")]
        if row["kind"] == "excludes":
            return not ((one[-1] or finished[0]) and (other[-1] or finished[1]))
        if row["kind"] == "together" and any(finished):
            return True
        if row["kind"] == "together":
            opens = [
                [after > before for before, after in itertools.pairwise((0, *profile))] for profile in (one, other)
            ]
            return opens[0] == opens[1]
        if finished[1]:
            return True
        began = [begin for begin, _, _ in plan[row["other_project"]].lives]
        ready = min(began) + row["lag_years"] if began else None
        return all(
            ready is not None
            and year >= ready
            and self._serving(row["other_project"], plan[row["other_project"]], year)
            for year in range(self.case.first_year, self.case.last_year + 1)
            if self._serving(row["project"], plan[row["project"]], year)
        )

    def _payments(self, plan: Plan) -> dict[tuple[str, int], float]:
        """Capital and renewals by project and calendar year."""
        paid: dict[tuple[str, int], float] = defaultdict(float)
        for key, choice in plan.items():
            row = self.projects[key]
            for begin, modules, renewed in choice.lives:
                years = [begin] if renewed else self._building(row, begin)
                price = self._renewal_cost(row) if renewed else row["capex"]
                for year in years:
                    if year >= self.case.first_year:
                        paid[key, year] += modules * price / len(years)
        return paid

    def _building(self, row: Row, begin: int) -> list[int]:
        """Years in which the capital of what begins to serve in a year is paid."""
        return list(range(begin - int(row["construction_years"]), begin)) or [begin]

    def _renewal_cost(self, row: Row) -> float:
        return float(row["capex"] if row["renewal_cost"] is None else row["renewal_cost"])

    def _within_envelopes(self, plan: Plan) -> bool:
        paid = self._payments(plan)
        budgets = rows(self.case, "Budgets")
        for row in budgets:
            first, last = int(row["first_year"]), int(row["last_year"])
            older = [b for b in budgets if b["envelope"] == row["envelope"] and b["first_year"] < first]
            start = min([first, *(int(b["first_year"]) for b in older)]) if row["carry_over"] else first
            before = 0.0
            for b in older if row["carry_over"] else ():
                before += b["amount"] * (b["last_year"] - b["first_year"] + 1 if b["amount_per"] == "year" else 1)
            for year in range(first, last + 1):
                if row["amount_per"] == "window":
                    begin, end, amount = start, last, before + row["amount"]
                elif row["carry_over"]:
                    begin, end, amount = start, year, before + row["amount"] * (year - first + 1)
                else:
                    begin, end, amount = year, year, row["amount"]
                spent = sum(
                    money * self._counted(key, row) for (key, when), money in paid.items() if begin <= when <= end
                )
                if spent > amount + 1e-9:
                    return False
        return True

    def _counted(self, key: str, budget: Row) -> float:
        row, scope = self.projects[key], budget["scope"]
        if budget["scope_kind"] == "funder":
            funding = rows(self.case, "Funding")
            return float(sum(f["share"] for f in funding if f["project"] == key and f["funder"] == scope))
        return float(
            {
                "all": True,
                "country": row["country"].split("/").count(scope) / len(row["country"].split("/")),
                "tag": scope in row["tags"],
                "class": row["project_class"] == scope,
            }[budget["scope_kind"]]
        )

    def _money(self, plan: Plan) -> float:
        """Discounted capital, upkeep and salvage."""
        case = self.case
        total = sum(money * case.discount(year) for (_, year), money in self._payments(plan).items())
        after = case.last_year + 1
        for key, choice in plan.items():
            row, life = self.projects[key], self._life(self.projects[key])
            for period in self.periods:
                years = period.calendar_years
                mean = sum(self._serving(key, choice, year) for year in years) / len(years)
                total += sum(mean * row["upkeep"] * case.discount(year) for year in years)
            for begin, modules, renewed in choice.lives if case.settings["salvage"] == "straight line" else ():
                left = max(0.0, life - (after - begin)) / life
                paying = [begin] if renewed else self._building(row, begin)
                own = sum(year >= case.first_year for year in paying) / len(paying)
                price = self._renewal_cost(row) if renewed else row["capex"]
                total -= modules * price * own * left * case.discount(after)
        return total

    # Operation ----------------------------------------------------------------------------------------------

    def _operate(self, plan: Plan, position: int) -> tuple[float, list[float]]:
        """Discounted least operating cost of a period under a plan, and the unserved demand by row."""
        installed = self._installed(plan, position)
        key = (position, tuple(sorted(installed.items())))
        if key not in self.solved:
            self.solved[key] = self._route_lp(position, installed)
        return self.solved[key]

    def _installed(self, plan: Plan, position: int) -> dict[Use, float]:
        period = self.periods[position]
        mean = {
            key: sum(self._serving(key, choice, year) for year in period.calendar_years) / period.years
            for key, choice in plan.items()
        }
        limits: dict[Use, float] = {}
        if "capacity" in self.off:
            return limits
        for kind, sheet, key in (("link", "Links", "link"), ("node", "Nodes", "node")):
            for row in rows(self.case, sheet, period.first_year):
                each = kind == "link" and row["capacity_direction"] == "each"
                for measure, suffix in (("kTEU", "kteu"), ("kt", "kt")):
                    if row[f"capacity_{suffix}"] is None:
                        continue
                    added = sum(
                        effect[f"added_{suffix}"] * mean[effect["project"]]
                        for effect in rows(self.case, "ProjectEffects")
                        if (effect["asset_kind"], effect["asset"]) == (kind, row[key])
                    )
                    for direction in ("forward", "backward") if each else ("both",):
                        limits[kind, row[key], measure, direction] = row[f"capacity_{suffix}"] + added
        return limits

    def _route_lp(self, position: int, installed: dict[Use, float]) -> tuple[float, list[float]]:
        """Columns: every route of every demand, then the unserved amount of every demand."""
        period, routes = self.periods[position], self.routes[position]
        demands = len(routes)
        columns = [(row, route) for row in range(demands) for route in routes[row]]
        cargo = [Cargo(self.case, row, period.first_year) for row in range(demands)]
        costs = [route.cost for _, route in columns] + [item.penalty for item in cargo]
        balance = np.zeros((demands, len(costs)))
        for column, (row, _) in enumerate(columns):
            balance[row, column] = 1.0
        balance[:, len(columns) :] = np.eye(demands)
        amounts = [period_demand(self.case, row, period) for row in range(demands)]
        uses = list(installed)
        matrix = np.array([[route.uses.get(use, 0.0) for _, route in columns] + [0.0] * demands for use in uses])
        result = linprog(
            costs,
            A_ub=matrix if uses else None,
            b_ub=[installed[use] for use in uses] if uses else None,
            A_eq=balance,
            b_eq=amounts,
            method="highs",
        )
        assert result.status == 0, result.message
        assert result.fun is not None
        assert result.x is not None
        factor = sum(self.case.discount(year) for year in period.calendar_years)
        return factor * float(result.fun), [float(value) for value in result.x[len(columns) :]]

    def _unserved(self, plan: Plan) -> dict[tuple[str, str], float]:
        keys = [row["demand"] for row in rows(self.case, "Demand")]
        return {
            (keys[row], period.name): amount
            for position, period in enumerate(self.periods)
            for row, amount in enumerate(self._operate(plan, position)[1])
        }

    # Routes -------------------------------------------------------------------------------------------------

    def _routes_of(self, position: int) -> list[list[Route]]:
        """All simple routes of each demand row in a period."""
        period = self.periods[position]
        finder = RouteFinder(self.case, period.first_year, self._co2_price(position))
        return [
            finder.all_routes(Cargo(self.case, row, period.first_year)) for row in range(len(self.case.table("Demand")))
        ]

    def _co2_price(self, position: int) -> float:
        name = self.periods[position].row
        price = by_key(self.case, "Periods", "period")[name]["co2_price"]
        return float(self.case.settings["co2_price"] if price is None else price)


def brute_force(case: Case) -> Answer:
    """Best plan of a case. Raises ValueError when no plan is allowed."""
    return BruteForce(case).solve()
