"""What the opposite decision on a project would cost, from the table 'candidates' of a plan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from model.formulation.rule_closures import goes_with
from model.reports.analysis.value import Values
from model.reports.facts import Facts
from model.reports.frames import rows
from model.studies.candidates import LATER, OUT
from model.studies.console.summary import UNSEEN
from model.studies.console.words import money

DUST = 1e-6  # million USD; less is rounding of the solver
EXACT = "exact"
ALMOST = "exact but for whole ships"
BOUND = "at least"
OPEN = "open"


@dataclass(frozen=True)
class Trial:
    """One project decided otherwise, the rest of the plan held; million USD of present value.

    `change` is by how much all costs rise (below 0: fall), `saved` by how much the costs apart from the project's own
    fall, `modules` how many modules are decided, what goes along counted, and `own` what of the cost is that of the
    project itself; `built` says that it stands in the plan and is taken out. With `ships` both plans share out ships in
    fractions. Without `exact` both are the bounds that the plan's
    prices give: the change is at least, the saving at most that.
    """

    opening: int
    cost: float
    change: float
    exact: bool
    along: str
    breaks: str
    ships: bool = False
    modules: int = 1
    own: float = math.nan
    built: bool = False

    @property
    def saved(self) -> float:
        """What the other costs fall by."""
        return self.cost - self.change

    @property
    def figure(self) -> str:
        """What kind of figure the change is."""
        if self.exact:
            return ALMOST if self.ships else EXACT
        return BOUND if self.settled else OPEN

    @property
    def settled(self) -> bool:
        """Whether the change says something: a bound below zero leaves open whether the change pays."""
        return self.exact or self.change > -1e-6

    @property
    def says_something(self) -> bool:
        """Whether the rise of all costs is told of what stands in the plan: a bound of nothing says nothing."""
        return self.exact or self.change >= DUST

    @property
    def saves_nothing(self) -> bool:
        """Whether the other costs stay as they are, up to rounding of the solver."""
        return abs(self.saved) <= 1e-6 * max(1.0, abs(self.cost))

    @property
    def pays_to_leave_out(self) -> bool:
        """Whether the plan without a project of it was solved and is cheaper."""
        return self.exact and self.change < -1e-6

    @property
    def companions(self) -> str:
        """' (taken with P18)', ' (together with P18)' in a sentence; '' when the project stands for itself."""
        if not self.along:
            return ""
        return f" ({self.package})" if self.built else f" (taken {self.along})"

    @property
    def package(self) -> str:
        """'with P18', of what is forced in; of what is taken out 'together with P18', which leaves the plan too."""
        return taken_together(self.along) if self.built else self.along

    @property
    def turning(self) -> float:
        """Change of its own costs, as a share of them, at which the decision turns; NaN where none is known.

        Above 0 where it is better built: costs may rise so far. Below 0 where it is not: they have to fall so far.
        """
        if not self.settled or self.breaks or abs(self.cost) <= 1e-6:
            return math.nan
        return (0.0 if self.saves_nothing else self.saved / self.cost) - 1


class Trials:
    """Trials of all projects; `known` is False for a plan that nobody asked.

    `best` are those to tell, `later` those of projects of the plan opened a period later than in it.
    """

    def __init__(self, facts: Facts, values: Values) -> None:
        """Read the table."""
        self._facts, self._values = facts, values
        self.best: dict[str, Trial] = {}
        self.later: dict[str, Trial] = {}
        self._all: dict[str, list[Trial]] = {}
        table = facts.optional("candidates")
        self.known = table is not None
        ships = bool(len(facts.table("fleets")))
        for row in () if table is None else rows(table):
            trial = _trial(row, ships)
            if row.question == LATER:
                self.later[str(row.project)] = trial
                continue
            self._all.setdefault(str(row.project), []).append(trial)
            if row.best:
                self.best[str(row.project)] = trial

    def of(self, project: str) -> list[Trial]:
        """Every opening of it that was looked at, in order of years."""
        return sorted(self._all.get(project, []), key=lambda one: one.opening)

    def easiest(self, project: str) -> Trial | None:
        """The opening in which the decision on a project turns most easily; of one left out the year has to be asked.

        That with the least rise of all costs (`best`) is mostly the last year, when little is spent and next to nothing
        can be saved any more. A bound counts like a figure (it takes so much, or more); what a limit forbids only where
        it forbids every year.
        """
        return self._easiest(self._all.get(project, [])) or self.best.get(project)

    def package(self, project: str) -> tuple[str, Trial] | None:
        """A project that brings this one along, and its opening that is easiest, where that is nearer to paying."""
        found = [
            (other, trial)
            for other, trials in self._all.items()
            if (trial := self._easiest([one for one in trials if project in goes_with(one.along)])) is not None
        ]
        alone = self.easiest(project)
        nearest = max(found, key=lambda pair: pair[1].turning, default=None)
        if nearest is None or alone is None or not nearest[1].turning > alone.turning + 1e-6:
            return None
        return nearest

    @staticmethod
    def _easiest(trials: list[Trial]) -> Trial | None:
        known = [one for one in trials if one.cost > 0 and not math.isnan(one.turning)]
        return max(known, key=lambda one: (one.turning, one.exact), default=None)

    def entry(self, project: str) -> tuple[float, bool]:
        """Capital of a module at which the project would pay for itself in some year, and whether that is exact.

        Else it is at most that: a year of which only a bound is known may save so much. 0 when it would not pay even
        for nothing; NaN when it goes with others or was not looked at. Years that a limit forbids count only where all
        are forbidden.
        """
        alone = [one for one in self._all.get(project, []) if not one.along and one.settled]
        alone = [one for one in alone if not one.breaks] or alone
        if not alone:
            return math.nan, False
        best, exact = max((self._entry(project, one), one.exact) for one in alone)
        return max(best, 0.0), exact or best <= 0

    def _entry(self, project: str, trial: Trial) -> float:
        """Capital at which what the project saves pays for its capital and upkeep when it opens then."""
        capex = float(self._facts.project_rows[project].capex)
        if capex <= 0:
            return 0.0
        running = self._values.running(project, trial.opening)
        per_unit = (trial.cost - running) / capex
        return (trial.saved - running) / per_unit if per_unit > 1e-9 else 0.0

    def held_back(self, project: str) -> Trial | None:
        """The opening that would save most although a limit forbids it; None when an allowed one is as good."""
        best = self.best.get(project)
        better = [one for one in self._all.get(project, []) if one.breaks and one.exact and one.change < -1e-6]
        if best is None or not better or (best.exact and best.change < -1e-6 and not best.breaks):
            return None
        return min(better, key=lambda one: one.change)

    @cached_property
    def room(self) -> float:
        """What the proven gap leaves open, million USD."""
        room = self._facts.plan.outcome.gap_in_money
        return math.inf if room is None else room


def taken_together(along: str) -> str:
    """'without P43' of a project that leaves the plan → 'together with P43': the figures are those of both."""
    return along.replace("without ", "together with ")


def trials_of(facts: Facts) -> Trials:
    """Trials of all projects, for `Facts.once`."""
    return Trials(facts, facts.once(Values))


def _trial(row: Any, ships: bool) -> Trial:
    exact = bool(row.exact)
    change = float(row.change if exact else row.at_least)
    words = (str(row.along or ""), str(row.breaks or ""))
    more = {"own": float(row.own_cost), "built": row.question == OUT}
    return Trial(int(row.opening_year), float(row.cost), change, exact, *words, ships, int(row.modules), **more)


def built_words(trial: Trial) -> str:
    """What a project of the plan is worth, as a sentence."""
    if trial.pays_to_leave_out:
        return f"Without it{trial.companions} all costs would be {some_money(-trial.change)} lower."
    if not trial.says_something:
        return ""
    return f"Without it{trial.companions} all costs would be {least_money(trial.change, trial.exact)} higher."


def later_words(trial: Trial | None) -> str:
    """What opening a project of the plan a period later would cost, as a sentence; '' where nothing is known."""
    if trial is None or trial.breaks or not trial.says_something:
        return ""
    if abs(trial.change) < DUST:
        return f"Opened in {trial.opening} instead{trial.companions}, all costs would stay the same."
    rise = rise_words(trial.change, trial.exact).replace(" more", " higher").replace(" less", " lower")
    return f"Opened in {trial.opening} instead{trial.companions}, all costs would be {rise}."


def left_in_words(trial: Trial, room: float) -> str:
    """Why a project stands in the plan although the plan is cheaper without it; `room` is the proven gap."""
    start = f"Built; leaving it out{trial.companions} would be cheaper by {some_money(-trial.change)}"
    if -trial.change <= room < math.inf:
        return f"{start}: within the proven gap of {money(room)}, at which the search stopped."
    if trial.ships:
        return f"{start} if fractions of ships could be assigned; with whole ships it may not be."
    return f"{start}: the search stopped before it found this."


def package_words(found: tuple[str, Trial] | None) -> str:
    """'Nearer to paying as a part of P45 (taken with P44): …'; '' where there is no package."""
    if found is None:
        return ""
    other, trial = found
    start = f"Nearer to paying as a part of {other} (taken {trial.along}): opened in {trial.opening}, that would cost"
    return f"{start} {some_money(trial.cost)} and {saving_words(trial.saved, trial.exact)}."


def saving_words(saved: float, exact: bool) -> str:
    """'save at most 34.6 million USD', 'save nothing', or, of what makes other costs rise, 'lose … elsewhere'."""
    if abs(saved) < DUST:
        return "save nothing"
    if saved < 0:
        return f"lose {least_money(-saved, exact)} elsewhere"
    return f"save {most_money(saved, exact)}"


def some_money(amount: float) -> str:
    """The amount in words; one that would be shown as 0.0 is 'less than 0.1 million USD'."""
    return money(amount) if amount >= UNSEEN else "less than 0.1 million USD"


def most_money(amount: float, exact: bool) -> str:
    """The same of what may be a bound from above: 'at most 34.6 million USD'."""
    return some_money(amount) if exact or amount < UNSEEN else f"at most {money(amount)}"


def least_money(amount: float, exact: bool) -> str:
    """The same of what may be a bound from below: 'at least 34.6 million USD'; hardly any is 'something'."""
    return some_money(amount) if exact else f"at least {money(amount)}" if amount >= UNSEEN else "something"


def rise_words(change: float, exact: bool) -> str:
    """'at least 21.3 million USD more', or of a fall 'less'."""
    if abs(change) < DUST:
        return "nothing more"
    return f"{least_money(abs(change), exact)} {'more' if change >= 0 else 'less'}"


def forced_words(trial: Trial) -> str:
    """What forcing a project in would cost, as a sentence."""
    start = f"Forced in {trial.opening}{trial.companions}, it would cost {some_money(trial.cost)}"
    if trial.saves_nothing:
        return f"{start} and save nothing."
    if not trial.settled:
        return f"{start}; what it would save was not worked out in the time given."
    return f"{start} and {saving_words(trial.saved, trial.exact)}: {rise_words(trial.change, trial.exact)} in all."


def nearest_words(near: Trial | None, told: Trial) -> str:
    """'In 2029, where it may come nearest to paying, it would cost … and save at most …'; '' for the year told."""
    if near is None or near.opening == told.opening or near.saves_nothing:
        return ""
    where = f"In {near.opening}{near.companions}, where it {nearest_verb(near.exact)} nearest to paying,"
    return f"{where} it would cost {some_money(near.cost)} and {saving_words(near.saved, near.exact)}."


def nearest_verb(exact: bool) -> str:
    """A bound from prices says how near it may come; only an exact figure says that it does."""
    return "is" if exact else "may come"
