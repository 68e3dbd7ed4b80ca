"""Why each project is built or not, in one sentence, from the plan's tables and the case."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.plan.use import ROUNDING, is_full
from model.reports.analysis.needs import Needs, Reason
from model.reports.analysis.trials import (
    BOUND,
    DUST,
    Trial,
    built_words,
    forced_words,
    later_words,
    left_in_words,
    nearest_words,
    package_words,
    saving_words,
    some_money,
    trials_of,
)
from model.reports.analysis.value import Values
from model.reports.facts import Facts
from model.reports.features import feature_bars, feature_lack
from model.reports.text import listed, percent
from model.studies.console.summary import UNSEEN
from model.studies.console.words import money

UNPRICED = (
    "Not in the plan. It changes time, cost, ships, depth or availability, which shadow prices of capacity do not "
    "value: 'study candidates' works out what it is worth."
)
UNKNOWN = "Not in the plan. Prices of capacity are {}: 'study candidates' works out what it is worth."
AT_MOST = "at most"
FIGURES = ("cost", "value", "opposite", "entry")
LATER = ("later", "later_kind")
COLUMNS = (
    "project", "decision", "settled", "code", "why", "widens", "peak_use", "opening", "year", *FIGURES, "entry_kind",
    "kind", "modules", "along", "breaks", *LATER,
)  # fmt: skip
DECISIONS = {"baseline": "Already built", "excluded": "Excluded"}


def decisions(facts: Facts) -> pd.DataFrame:
    """One row a project, the columns of COLUMNS.

    `settled` says whether every plan that is cheaper decides alike. `cost` is what the `modules` decided on cost by
    themselves, those of `along` counted (capital and upkeep less salvage; million USD of present value), and `value`
    what they save elsewhere, `opposite` by how much all costs would rise if it were decided otherwise, `entry` the
    capital at which a project that is not built would pay (0: at none), `entry_kind` whether it is exact or at most
    that, `kind` what kind of figures the others are, `along` what else would have to change and `breaks` what limit
    would not be kept. `later` is by how much all costs would rise if what is built opened a period later, `later_kind`
    what kind of figure that is.
    """
    return Why(facts).table()


class Why:
    """Decision and reason of every project."""

    def __init__(self, facts: Facts) -> None:
        """Prepare the marginal values."""
        self.facts = facts
        self.values = facts.once(Values)
        self.trials = facts.once(trials_of)
        self.needs = Needs(facts, self.values)
        self.opened, self.ships = self.needs.opened, self.needs.ships

    def table(self) -> pd.DataFrame:
        """One row a project, those of the plan first; columns: COLUMNS."""
        records = [self._record(str(project)) for project in self.facts.projects["project"]]
        frame = pd.DataFrame(records, columns=list(COLUMNS))
        order = {"Build": 0, "Committed": 1, "Not built": 2, "Excluded": 3, "Already built": 4}
        return frame.sort_values("decision", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)

    def _settled(self, project: str) -> str:
        """Whether every plan that is cheaper decides alike; blank where that was not looked at."""
        found = self.facts.plan.outcome.settled.get(project)
        if found is None:
            return ""
        if found.year_is_settled:
            return "settled"
        ends = (("not before", found.earliest), ("not after", found.latest))
        years = "".join(f", {words} {year}" for words, year in ends if year is not None)
        if not found.is_settled:
            trial = self.trials.best.get(project)
            exact = trial is not None and trial.exact  # its figure stands beside it, and holds the rest of the plan
            other = "otherwise, with the rest of the plan changed too," if exact else "otherwise"
            return f"open{years}: {other} {_up_to(found.saving)} less"
        return f"settled{years}; other years {_up_to(found.timing or 0.0)} less"

    def _record(self, project: str) -> dict[str, Any]:
        status = str(self.facts.project_rows[project].status)
        decision = self._decision(project, status)
        trial = self.trials.best.get(project)
        opening = self.opened.get(project)
        if opening is None and status == "candidate":
            opening = trial.opening if trial else self.values.best_opening(project)
        reason = self._reason(project, decision, opening)
        known = opening is not None and status in ("candidate", "committed")
        return {
            "project": project,
            "decision": decision,
            "settled": self._settled(project),
            "code": reason.code,
            "why": reason.words,
            "widens": listed([self.needs.asset(effect) for effect in self.values.effects.get(project, [])], 4),
            "peak_use": self.needs.peak(project)[0],
            "opening": opening if project in self.opened else math.nan,
            "year": opening if known and opening else math.nan,
            **self._figures(project, decision, trial, opening if known else None),
            **self._later(project),
        }

    def _later(self, project: str) -> dict[str, Any]:
        """What it costs to open a project of the plan later; blank where a limit is in the way or nothing is known."""
        trial = self.trials.later.get(project)
        if trial is None or trial.breaks or not trial.says_something:
            return {"later": math.nan, "later_kind": ""}
        return {"later": 0.0 if abs(trial.change) < DUST else trial.change, "later_kind": trial.figure}

    def _figures(self, project: str, decision: str, trial: Trial | None, opening: int | None) -> dict[str, Any]:
        """Cost, saving, cost of the opposite decision and the capital at which it would enter, with their kinds."""
        words = dict.fromkeys(("entry_kind", "kind", "along", "breaks"), "")
        blank = dict.fromkeys(FIGURES, math.nan) | words | {"modules": math.nan}
        if opening is None:
            return blank
        if trial is not None:
            told: dict[str, Any] = {
                "kind": trial.figure,
                "modules": trial.modules,
                "along": trial.along,
                "breaks": trial.breaks,
            }
            if not trial.settled:  # what prices promise can be a thousand times too much: better no figure
                return {**blank, **told, "cost": trial.cost if decision == "Not built" else -trial.cost}
            entry, sure = self.trials.entry(project) if decision == "Not built" else (math.nan, False)
            told["entry_kind"] = "" if math.isnan(entry) else trial.figure if sure else AT_MOST
            sign = 1.0 if decision == "Not built" else -1.0
            pair = {"cost": sign * trial.cost, "value": sign * trial.saved, "opposite": trial.change}
            figures = {name: 0.0 if abs(value) < DUST else value for name, value in pair.items()} | {"entry": entry}
            return {**figures, **told}
        figures = {"cost": self.values.cost(project, opening)}
        if self.values.priced(project) and not self.values.unknown:
            figures["value"] = self.values.value(project, opening)
            figures["opposite"] = (figures["cost"] - figures["value"]) * (1 if decision == "Not built" else -1)
            figures["entry"] = self.values.entry_capital(project, opening) if decision == "Not built" else math.nan
        entry_kind = "" if math.isnan(figures.get("entry", math.nan)) else AT_MOST
        return {**blank, **figures, "entry_kind": entry_kind, "kind": BOUND if "value" in figures else "", "modules": 1}

    def _decision(self, project: str, status: str) -> str:
        if status in DECISIONS:
            return DECISIONS[status]
        if status == "committed":
            return "Committed"
        return "Build" if project in self.opened else "Not built"

    def _reason(self, project: str, decision: str, opening: int | None) -> Reason:
        if decision == "Already built":
            return Reason("baseline", "Finished before the horizon; its capacity is in the network.")
        if decision == "Excluded":
            return Reason("excluded", "Excluded by the case.")
        if decision in ("Build", "Committed"):
            return self._worth_built(project, self.needs.of(project, decision))
        blocked = self._blocked(project)
        if blocked is not None:
            return self._although_blocked(project, blocked)
        return self._tried(project) or self._not_worth(project, opening)

    def _worth_built(self, project: str, need: Reason) -> Reason:
        """The need, and what the project is worth."""
        trial = self.trials.best.get(project)
        if trial is None:
            return need
        if need.code == "need" and trial.pays_to_leave_out:
            words = f"{left_in_words(trial, self.trials.room)} {later_words(self.trials.later.get(project))}"
            return Reason("within gap", words.strip())
        parts = (need.words, built_words(trial), later_words(self.trials.later.get(project)))
        return Reason(need.code, " ".join(part for part in parts if part))

    def _although_blocked(self, project: str, blocked: Reason) -> Reason:
        """The rule, unless the project with its package would not pay either: then money decides, and it is named."""
        trial = self.trials.best.get(project)
        if trial is None:
            return blocked
        if trial.settled and not trial.pays_to_leave_out and self.trials.held_back(project) is None:
            return Reason("not worth", f"Does not pay. {blocked.words} {self._forced(project, trial)}")
        return Reason(blocked.code, f"{blocked.words} {forced_words(trial)}")

    def _tried(self, project: str) -> Reason | None:
        """The reason that the trial gives, in the figures that stand beside it; None when nobody asked."""
        trial = self.trials.best.get(project)
        if trial is None:
            return None
        held_back = self.trials.held_back(project) if trial.exact else None
        if held_back is not None:
            code = "budget" if "envelope" in held_back.breaks else "limit"
            saved = f"It would save {some_money(-held_back.change)} more than it costs in {held_back.opening}"
            return Reason(code, f"{saved}{held_back.companions}, but {held_back.breaks}. {forced_words(trial)}")
        broken = f"{_first_upper(trial.breaks)}. " if trial.breaks else ""
        if broken and (not trial.settled or trial.pays_to_leave_out):  # else it would not pay without the limit either
            return Reason("budget" if "envelope" in trial.breaks else "limit", f"{broken}{forced_words(trial)}")
        if not trial.settled:
            return Reason("open", f"{forced_words(trial)} 'study candidates' takes the time to do so.")
        if trial.pays_to_leave_out:
            return Reason("within gap", self._within_gap(trial))
        if all(one.saves_nothing for one in self.trials.of(project)):
            return Reason("not needed", f"{self._unneeded(project)} {broken}{self._forced(project, trial)}")
        return Reason("not worth", f"Does not pay. {broken}{self._forced(project, trial)}")

    def _forced(self, project: str, trial: Trial) -> str:
        """What forcing it in would cost, the year that is nearer to paying where that says more, and the package."""
        near = nearest_words(self.trials.easiest(project), trial) if trial.saved < DUST else ""
        parts = (forced_words(trial), near, package_words(self.trials.package(project)))
        return " ".join(part for part in parts if part)

    def _within_gap(self, trial: Trial) -> str:
        """That the search stopped before it came to this one."""
        start = f"Would pay: opened in {trial.opening}{trial.companions}, it saves {some_money(-trial.change)} more"
        return (
            f"{start} than it costs, with the rest of the plan held. The search stopped at a gap that leaves "
            f"{money(self.trials.room)} open; a smaller gap would settle it."
        )

    def _blocked(self, project: str) -> Reason | None:
        """A date or a rule that keeps the project out, before any question of worth."""
        if not self.values.openings(project):
            return Reason(
                "dates", "Cannot open within the horizon: construction time and opening years leave no period."
            )
        words = feature_bars(self.facts, project)
        return Reason("rule", words[0]) if words else None

    def _not_worth(self, project: str, opening: int | None) -> Reason:
        """Use, value against cost, budget: the first that settles it."""
        if project in self.ships.fleets:
            spare = self.ships.spare(project)
            return Reason("not needed", spare) if spare else Reason("unpriced", UNPRICED)
        if not self.values.effects.get(project):
            return Reason("no effect", "Adds nothing in the model, so nothing in the plan can pay for it.")
        if not self.values.priced(project):
            return Reason("unpriced", UNPRICED)
        if self.values.unknown:
            return Reason("unpriced", UNKNOWN.format(self.values.unknown))
        assert opening is not None
        value, cost = self.values.value(project, opening), self.values.cost(project, opening)
        closed = self.values.opens_closed(project)
        worth = {year: self.values.value(project, year) for year in self.values.openings(project)}
        if max(worth.values(), default=value) <= 1e-9 and cost > 0:
            return Reason("not needed", self._unneeded(project))
        if value < cost * (1 - 1e-9):
            words = f"Does not pay: would {saving_words(value, exact=False)}, costs {money(cost)} (present value)."
            return Reason("not worth", words)
        return self._budget(project, value, cost) or self._together(closed, value, cost)

    def _unneeded(self, project: str) -> str:
        """Why more of what it adds would save nothing."""
        spare = self.ships.spare(project)
        if spare:
            return spare
        if project in self.ships.fleets:
            return "Not needed: more ships of the type would save nothing."
        if not self.values.effects.get(project):
            return "Adds nothing in the model, so nothing in the plan can pay for it."
        if not self.values.priced(project):
            return "Not needed: what it changes would save nothing."
        peak, where = self.needs.peak(project)
        if math.isnan(peak):
            return f"Not needed by itself: opening {self.values.opens_closed(project) or where} would save nothing."
        if is_full(peak):
            start = f"Not needed: {where} is full in some period"
            return f"{start}, but more of it would save nothing once the project is open."
        if peak < ROUNDING:
            return f"Not needed: the plan does not use {where}."
        return f"Not needed: the plan never uses more than {percent(peak)} of what other traffic leaves of {where}."

    def _budget(self, project: str, value: float, cost: float) -> Reason | None:
        """The limit that lacks money in every opening year in which the project would pay."""
        worst = None
        for year in self.values.openings(project):
            if self.values.value(project, year) <= self.values.cost(project, year):
                continue
            missing = feature_lack(self.facts, project, self.values.payments(project, year))
            if missing is None:
                return None
            worst = missing if worst is None or missing.amount < worst.amount else worst
        if worst is None:
            return None
        return Reason(
            "budget", f"Budget: {worst.words} for it; it would save at most {money(value)} and costs {money(cost)}."
        )

    def _together(self, closed: str | None, value: float, cost: float) -> Reason:
        figures = f"shadow prices say that it saves at most {money(value)} and costs {money(cost)}"
        if closed:
            words = f"Opens {closed}, which is closed without it: {figures}. The price of a closed asset can be far too"
            return Reason("closed", f"{words} high: 'study candidates' works out what it is worth.")
        words = f"Not in the plan. On its own, {figures}. That settles nothing; 'study candidates' does."
        return Reason("combination", words)


def _up_to(saving: float) -> str:
    """'up to 34.6 million USD', or 'less than 0.1 million USD'."""
    return f"up to {money(saving)}" if saving >= UNSEEN else some_money(saving)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
