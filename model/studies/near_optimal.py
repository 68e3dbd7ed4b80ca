"""Plans that cost little more than the best one and decide as much as possible otherwise.

From the plan, decisions are turned round, or one project put in the place of another, while the exact cost of all of
them together stays within the slack. What earlier alternatives turned round least often comes first; of these works of
the plan that leave, then exchanges, then additions; of each kind the cheapest. What is added opens in the year in which
it saves most for its money, if the slack allows. (In the last year it costs next to nothing, and says little.) Moves
whose costs alone add up to what is left of the slack are tried together, and half of them where they turn out too dear;
a move that is too dear by itself is not tried at all. Each alternative has its share of the time. What a decision drags
along by the project rules goes with it, and nothing that breaks a rule or a budget is taken. So alternatives are as
unlike the plan, and each other, as this greedy order finds; that none is further away is not proven.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from model.formulation.investment import choosable_projects
from model.formulation.rule_closures import Modules, RuleClosures
from model.network.graph import FloatArray
from model.solvers.core.highs import SolverError
from model.solvers.core.progress import Interrupted
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem, Solution
from model.studies.candidates import IN, OUT, Candidates, saved_share

TINY = 1e-6
FAILURES = 10
"""Moves that turn out too dear, each tried alone, before an alternative is taken as it is."""
EXCHANGED = 0.3
"""Share of the time that exchanges may take to be worked out, each by itself."""


@dataclass(frozen=True)
class NearOptimal:
    """What was found around a plan: `singles` are the answers of Candidates, `plans` the alternatives with whole ships.

    `found` counts them, those too for which no whole ships were found or no time was left.
    `worth` is what the plan saves against building only what is committed, million USD, NaN where time was up before;
    `slack` what an alternative may cost more.
    """

    singles: pd.DataFrame
    worth: float
    slack: float
    found: int
    plans: list[Solution]


def near_optimal(
    problem: Problem, solution: Solution, slack_of_worth: float, count: int, seconds: float
) -> NearOptimal:
    """At most `count` alternatives of a plan.

    `slack_of_worth` is the share of what the plan saves against building only what is committed that an alternative may
    cost more, or what the search of the plan left open, if that is more. Looking for them takes `seconds` of computing
    at most; then they are made with whole ships, as many as the clock allows. These may cost a little more than the
    slack.
    """
    asked = WhatIf(problem, solution, seconds)
    worth = np.nan  # where time is up before
    with suppress(Interrupted):
        worth = asked.exactly(asked.least_built())
    singles = Candidates(asked, brief=True).table()
    bound = problem.progress.bound
    slack = max(0.0 if bound is None else solution.objective - bound, slack_of_worth * worth)
    found: list[FloatArray] = []
    if 0 < worth < np.inf:
        search = _Search(asked, singles, slack)
        while len(found) < count and (values := search.next(count - len(found))) is not None:
            found.append(values)
    plans: list[Solution] = []
    with suppress(Interrupted):
        for values in found:
            with suppress(SolverError):  # one that HiGHS gives up on must not cost the others
                plan = asked.plan(values, whole=True)
                plans += [] if plan is None else [plan]
    return NearOptimal(singles, worth, slack, len(found), plans)


@dataclass(frozen=True)
class _Move:
    """Projects decided otherwise together; in `period` opens what enters. `cost`: what it alone costs more."""

    names: tuple[str, ...]
    period: str | None
    cost: float


@dataclass
class _Search:
    """Alternatives of one plan, one by one. `turned` counts how often each project was decided otherwise."""

    asked: WhatIf
    singles: pd.DataFrame
    slack: float
    turned: dict[str, int] = field(default_factory=dict)
    known: set[frozenset[str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        case = self.asked.problem.formulation.case
        self.plan = self.asked.modules()
        projects = choosable_projects(case)
        self.free = [str(name) for name in projects.index[projects["status"] != "committed"]]
        self.period_of = {period.first_year: period.name for period in case.periods}
        told = self.singles[self.singles["project"].isin(self.free)]
        best = told[told["best"].astype(bool)]
        cost = best["change"].where(best["exact"].astype(bool), best["at_least"])
        self.alone = dict(zip(best["project"], cost, strict=True))
        self.year = dict(zip(best["project"], best["opening_year"], strict=True))
        self.out = set(best.loc[best["question"] == OUT, "project"])
        self.barred = set(best.loc[best["breaks"] != "", "project"])  # they may enter where something leaves
        self._open_when_easiest(told)
        self.moves = self._moves()

    def _open_when_easiest(self, told: pd.DataFrame) -> None:
        """Of the years within the slack, what enters takes the one in which it saves most for its money."""
        known = told["exact"].astype(bool) & (told["breaks"] == "") & (told["change"] <= self.slack)
        entering = told[known & (told["question"] == IN) & (told["cost"] > 0)]
        shares = map(saved_share, entering["cost"], entering["change"])
        saved = entering.assign(share=list(shares)).sort_values("share", kind="stable")
        self.alone |= dict(zip(saved["project"], saved["change"], strict=True))  # the last one of each counts
        self.year |= dict(zip(saved["project"], saved["opening_year"], strict=True))

    def next(self, wanted: int) -> FloatArray | None:
        """Values of the fixed columns in another alternative; None when time is up or nothing new is found.

        So many are `wanted` still, this one counted, which share the time.
        """
        until = self.asked.time_left * (1 - 1 / wanted)
        for first in self._ordered():
            found = self._from(first, until)
            if found is not None or self.asked.time_left <= until:
                return found
        return None

    def _moves(self) -> list[_Move]:
        """Each decision and each exchange of two projects that by itself stays within the slack."""
        cheap = {name: cost for name, cost in self.alone.items() if cost <= self.slack and name not in self.barred}
        alone = [_Move((name,), self._period(name), cost) for name, cost in cheap.items()]
        found = [move for move in alone if move.period is not None or move.names[0] in self.out]
        pairs = [(one, other) for one in sorted(self.out) for other in sorted(set(self.alone) - self.out)]
        until = (1 - EXCHANGED) * self.asked.time_left
        least = dict[_Move, float]()
        for names in pairs:
            move = _Move(names, self._opened(names[0]), 0.0)
            if self.asked.time_left > until and (bound := self._least(self._with(self.plan, move))) <= self.slack:
                least[move] = bound
        for move in sorted(least, key=lambda one: (least[one], one.names)):
            if self.asked.time_left <= until:
                break
            cost = self._cost(self._with(self.plan, move))
            if cost <= self.slack:
                found.append(replace(move, cost=cost))
        return found

    def _period(self, name: str) -> str | None:
        year = self.year[name]
        return self.period_of[int(year)] if year == year else None

    def _opened(self, name: str) -> str | None:
        opened = RuleClosures(self.asked.problem.formulation.case, self.plan).opened(name)
        return None if opened is None else self.period_of[opened]

    def _ordered(self) -> list[_Move]:
        """Moves of what was turned round least often: what leaves, exchanges, what enters, each the cheapest first."""

        def rank(move: _Move) -> tuple[int, int, float, tuple[str, ...]]:
            kind = 1 if len(move.names) > 1 else 0 if move.names[0] in self.out else 2
            return sum(self.turned.get(name, 0) for name in move.names), kind, move.cost, move.names

        return sorted(self.moves, key=rank)

    def _from(self, first: _Move, until: float) -> FloatArray | None:
        """An alternative of this move and as many others as slack and time allow; `until` seconds are left over."""
        alone = self._with(self.plan, first)
        cost = self._cost(alone)
        if alone is None or cost > self.slack + TINY:
            return None
        modules, waiting, failed = alone, [one for one in self._ordered() if one is not first], 0
        most = len(waiting)
        while failed < FAILURES and self.asked.time_left > until:
            together, tried = self._together(modules, waiting, self.slack - cost, most)
            if tried is None:
                break
            change = self._cost(tried)
            if change <= self.slack + TINY:
                modules, cost, most = tried, change, len(waiting)
            elif len(together) > 1:
                most = len(together) // 2
                continue
            else:
                failed += change < np.inf
            waiting = [one for one in waiting if one not in together]
        turned = self._differing(modules)
        if not turned or frozenset(turned) in self.known:
            return None
        self.known.add(frozenset(turned))
        for name in turned:
            self.turned[name] = self.turned.get(name, 0) + 1
        return self._values(modules)

    def _together(
        self, modules: Modules, waiting: list[_Move], room: float, most: int
    ) -> tuple[list[_Move], Modules | None]:
        """The first moves, at most so many, whose costs alone fit in the room, and the modules after them.

        Where none fits, the first that can be made: with what is turned already it may cost less.
        """
        together, tried, cost = list[_Move](), modules, 0.0
        for move in waiting:
            fits = len(together) < most and cost + move.cost <= room
            after = self._with(tried, move) if fits else None
            if after is not None:
                together, tried, cost = [*together, move], after, cost + move.cost
        if together:
            return together, tried
        made = ((move, self._with(modules, move)) for move in waiting)
        return next((([move], after) for move, after in made if after is not None), ([], None))

    def _with(self, modules: Modules, move: _Move) -> Modules | None:
        """The modules after a move; None where it undoes what is turned already, adds nothing, or cannot be made."""
        case, before = self.asked.problem.formulation.case, self._differing(modules)
        for name in move.names:
            closures = RuleClosures(case, modules)
            if name in self.out:
                modules = {**modules, **closures.without(name)}
            elif move.period is None:
                return None
            else:
                modules = {**modules, **closures.with_(name, move.period)}
        after = self._differing(modules)
        return modules if before < after and set(move.names) <= after else None

    def _values(self, modules: Modules) -> FloatArray:
        return self.asked.values({key: value for key, value in modules.items() if value != self.plan[key]})

    def _least(self, modules: Modules | None) -> float:
        """What the plan with these modules costs more at least, by the duals; inf where it is not allowed."""
        if modules is None:
            return np.inf
        values = self._values(modules)
        return np.inf if self.asked.broken(values) else self.asked.at_least(values)

    def _cost(self, modules: Modules | None) -> float:
        """What the plan with these modules costs more, exactly; inf where it is not allowed or plainly too dear."""
        if modules is not None and self._least(modules) <= self.slack:
            with suppress(Interrupted):
                return self.asked.exactly(self._values(modules))
        return np.inf

    def _differing(self, modules: Mapping[tuple[str, str | int], int]) -> set[str]:
        """Projects that are built in one of the two and not in the other."""
        last = self.asked.problem.formulation.periods[-1].name
        return {name for name in self.free if (modules[name, last] > 0) != (self.plan[name, last] > 0)}
