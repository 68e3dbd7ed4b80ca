"""Why each project is built or not, in one sentence, from the plan's tables and the case."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.reports.analysis.budgets import shortfall
from model.reports.analysis.ships import Ships
from model.reports.analysis.value import Values
from model.reports.facts import FULL, Facts
from model.reports.frames import rows, sums_by
from model.reports.text import listed, number, percent
from model.studies.words import money

UNPRICED = (
    "The plan does without it. It changes time, cost, ships, depth or availability, which shadow prices of capacity do "
    "not value: forcing it in would tell what it is worth."
)
DECISIONS = {"baseline": "Already built", "excluded": "Excluded"}


@dataclass(frozen=True)
class Reason:
    """Short code for sorting and the sentence for reading."""

    code: str
    words: str


def decisions(facts: Facts) -> pd.DataFrame:
    """One row a project: decision, code, why, widens, peak_use, opening, year, cost, value, entry (see Why.table)."""
    return Why(facts).table()


class Why:
    """Decision and reason of every project."""

    def __init__(self, facts: Facts) -> None:
        """Prepare the marginal values."""
        self.facts = facts
        self.values = Values(facts)
        self.openings: dict[str, list[Any]] = {}
        for row in rows(facts.openings):
            self.openings.setdefault(str(row.project), []).append(row)
        self.opened = {key: min(int(row.opening_year) for row in found) for key, found in self.openings.items()}
        self.peaks = _peaks(facts)
        self.used = _used(facts)
        self.ships = Ships(facts)

    def table(self) -> pd.DataFrame:
        """One row a project: decision, code, why, widens, peak_use, opening, best_opening, cost, value, entry."""
        records = [self._record(str(project)) for project in self.facts.projects["project"]]
        columns = [
            "project",
            "decision",
            "code",
            "why",
            "widens",
            "peak_use",
            "opening",
            "year",
            "cost",
            "value",
            "entry",
        ]
        frame = pd.DataFrame(records, columns=columns)
        order = {"Build": 0, "Committed": 1, "Not built": 2, "Excluded": 3, "Already built": 4}
        return frame.sort_values("decision", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)

    def _record(self, project: str) -> dict[str, Any]:
        status = str(self.facts.project_rows[project].status)
        decision = self._decision(project, status)
        opening = self.opened.get(project) or (self.values.best_opening(project) if status == "candidate" else None)
        reason = self._reason(project, decision, opening)
        known = opening is not None and status in ("candidate", "committed")
        priced = known and self.values.priced(project)
        return {
            "project": project,
            "decision": decision,
            "code": reason.code,
            "why": reason.words,
            "widens": listed([self._asset(effect) for effect in self.values.effects.get(project, [])], 4),
            "peak_use": self._peak(project)[0],
            "opening": opening if project in self.opened else math.nan,
            "year": opening if known and opening else math.nan,
            "cost": self.values.cost(project, opening) if known and opening else math.nan,
            "value": self.values.value(project, opening) if priced and opening else math.nan,
            "entry": self._entry(project, opening) if priced and decision == "Not built" else math.nan,
        }

    def _entry(self, project: str, opening: int | None) -> float:
        return math.nan if opening is None else self.values.entry_capital(project, opening)

    def _decision(self, project: str, status: str) -> str:
        if status in DECISIONS:
            return DECISIONS[status]
        if status == "committed":
            return "Committed"
        return "Build" if project in self.opened else "Not built"

    def _asset(self, effect: dict[str, Any]) -> str:
        return self.facts.names.asset(effect["asset_kind"], effect["asset"])

    def _reason(self, project: str, decision: str, opening: int | None) -> Reason:
        if decision == "Already built":
            return Reason("baseline", "Finished before the horizon; its capacity is in the network.")
        if decision == "Excluded":
            return Reason("excluded", "Excluded by the case.")
        if decision in ("Build", "Committed"):
            return self._need(project, decision)
        return self._blocked(project) or self._not_worth(project, opening)

    def _need(self, project: str, decision: str) -> Reason:
        """What would be over its capacity without the project."""
        code = "need" if decision == "Build" else "committed"
        start = "" if decision == "Build" else "Opens whatever the plan. "
        best = self._without(project)
        ships = self.ships.need(project, self._modules(project))
        if ships is not None:
            return Reason(code, start + ships)
        if best is None and project in self.used:
            words = f"Routes that carry {number(self.used[project], 1)} kTEU in the last period use what it changes."
            return Reason(code, start + words)
        if best is None:
            other = "" if decision == "Committed" else "Cheaper with it than without; no single asset would overflow."
            return Reason(code, (start + other).strip())
        asset, period, use = best
        words = (
            f"Without it, what the plan sends through {asset} in {period} would need {percent(use)} of its capacity."
        )
        if math.isinf(use):
            words = f"Without it, {asset} has no capacity for what the plan sends through it in {period}."
        return Reason(code, start + words)

    def _modules(self, project: str) -> dict[str, float]:
        """Period → modules in service."""
        opened = [(int(row.opening_year), float(row.modules)) for row in self.openings.get(project, [])]
        return {
            period.name: sum(count for year, count in opened if year <= period.first_year)
            for period in self.facts.case.periods
        }

    def _without(self, project: str) -> tuple[str, str, float] | None:
        """(asset, period, use without the project) at its highest, when that is above 100 %."""
        modules = self._modules(project)
        worst: tuple[str, str, float] | None = None
        for effect in self.values.effects.get(project, []):
            for row in self.facts.capacity_rows.get((effect["asset_kind"], effect["asset"]), []):
                added = float(effect["added_kteu" if row.measure == "kTEU" else "added_kt"]) * modules[row.period]
                installed, usable = float(row.installed), float(row.usable)
                # Seasons and background traffic take their part of what the project adds, too.
                left = usable - added * (min(1.0, usable / installed) if installed > 0 else 0.0)
                if added <= 0 or float(row.used) <= left * (1 + 1e-6) + 1e-9:
                    continue
                use = float(row.used) / left if left > 1e-9 else math.inf
                if worst is None or use > worst[2]:
                    worst = (self._asset(effect), row.period, use)
        return worst

    def _blocked(self, project: str) -> Reason | None:
        """A date or a rule that keeps the project out, before any question of worth."""
        if not self.values.openings(project):
            return Reason(
                "dates", "Cannot open within the horizon: construction time and opening years leave no period."
            )
        rules = self.facts.case.table("ProjectRules")
        for rule in rows(rules):
            names = (self.facts.project_name(rule.project), self.facts.project_name(rule.other_project))
            if rule.kind == "requires" and rule.project == project and not self._in_service(rule.other_project):
                return Reason(
                    "rule", f"Needs {names[1]} ({rule.other_project}), which is not built (rule {rule.rule})."
                )
            if project not in (rule.project, rule.other_project) or rule.kind == "requires":
                continue
            other = rule.other_project if rule.project == project else rule.project
            if rule.kind == "excludes" and other in self.opened:
                name = self.facts.project_name(other)
                return Reason("rule", f"Shut out by {name} ({other}), which is built (rule {rule.rule}).")
        return None

    def _in_service(self, project: str) -> bool:
        status = self.facts.projects["status"].get(project)
        return project in self.opened or status == "baseline"

    def _not_worth(self, project: str, opening: int | None) -> Reason:
        """Use, value against cost, budget: the first that settles it."""
        if project in self.ships.fleets:
            spare = self.ships.spare(project)
            return Reason("not needed", spare) if spare else Reason("unpriced", UNPRICED)
        if not self.values.effects.get(project):
            return Reason("no effect", "Adds nothing in the model, so nothing in the plan can pay for it.")
        if not self.values.priced(project):
            return Reason("unpriced", UNPRICED)
        assert opening is not None
        value, cost = self.values.value(project, opening), self.values.cost(project, opening)
        closed = self.values.opens_closed(project)
        if value <= 1e-9 and cost > 0:
            return Reason("not needed", self._unneeded(project, closed))
        if value < cost * (1 - 1e-9):
            words = f"Does not pay: saves at most {money(value)}, costs {money(cost)} (present value)."
            return Reason("not worth", words)
        return self._budget(project, value, cost) or self._together(closed, value, cost)

    def _unneeded(self, project: str, closed: str | None) -> str:
        """Why more of what it adds would save nothing."""
        peak, where = self._peak(project)
        if math.isnan(peak):
            return f"Not needed: opening {closed or where} would save nothing."
        if peak >= FULL - 5e-4:
            return f"Not needed: {where} is full in some period, but more of it would save nothing from its opening on."
        return f"Not needed: {where} reaches {percent(peak)} of its capacity at most."

    def _budget(self, project: str, value: float, cost: float) -> Reason | None:
        """The envelope that lacks money in every opening year in which the project would pay."""
        worst = None
        for year in self.values.openings(project):
            if self.values.value(project, year) <= self.values.cost(project, year):
                continue
            missing = shortfall(self.facts, project, self.values.payments(project, year))
            if missing is None:
                return None
            worst = missing if worst is None or missing[2] < worst[2] else worst
        if worst is None:
            return None
        words = f"Budget: envelope {worst[0]} lacks at least {money(worst[2])} in {worst[1]} for it"
        return Reason("budget", f"{words}; it would save at most {money(value)} and costs {money(cost)}.")

    def _together(self, closed: str | None, value: float, cost: float) -> Reason:
        figures = f"prices say that it saves at most {money(value)} and costs {money(cost)}"
        if closed:
            words = f"Opens {closed}, which is closed without it: {figures}. Such a price can be far too high."
            return Reason("closed", f"{words} Forcing the project in would tell.")
        return Reason("combination", f"The plan found a cheaper combination: {figures} if built by itself.")

    def _peak(self, project: str) -> tuple[float, str]:
        """Highest utilisation of what the project widens, and where."""
        best, place = math.nan, "what it widens"
        for effect in self.values.effects.get(project, []):
            use = self.peaks.get((effect["asset_kind"], effect["asset"]), math.nan)
            if not math.isnan(use) and (math.isnan(best) or use > best):
                best, place = use, self._asset(effect)
        return best, place


def _peaks(facts: Facts) -> dict[tuple[str, str], float]:
    table = facts.capacities.dropna(subset=["utilisation"])
    return sums_by(table, ["asset_kind", "asset"], "utilisation", "max")


def _used(facts: Facts) -> dict[str, float]:
    """Project → flow in the last period on routes that use its change of time, cost or CO2 [kTEU/year]."""
    routes = facts.table("routes").set_index("route")["projects_used"].fillna("").astype(str)
    found: dict[str, float] = {}
    last = facts.routes_used[facts.routes_used["period"] == facts.periods[-1]]
    for row in rows(last):
        words = str(routes.get(row.route, ""))
        for project in {key for part in words.split("; ") for key in part.partition(": ")[2].split(" + ") if key}:
            found[project] = found.get(project, 0.0) + float(row.flow_kteu)
    return found
