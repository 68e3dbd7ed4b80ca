"""A better plan by single changes of it: projects opened, dropped, moved in time.

They come before the proof where projects open gates, and at its end: root LP and proof see the whole plan within a gap,
and a tanker or a terminal may hide in it. The plan's prices give each change a lower bound; the most promising are
evaluated in the parts of the model that they touch (`what_if`, over the routes known), and what is cheaper is taken.
So hardly an answer to "what would it cost to decide otherwise" is a saving afterwards. The plan is evaluated exactly
at the end, with its whole ships.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from model.formulation.investment import choosable_projects, opening_is_possible
from model.formulation.rule_closures import Modules, RuleClosures
from model.solvers.core.progress import Interrupted
from model.solvers.lp.root import gap_asked, heed
from model.solvers.plans.decisions import Decisions, nearest
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem, Search, Solution

TRIALS = 300  # changes evaluated; a number and not seconds, so that two runs do the same
PASSES = 4
MOST_TRIALS = 1_000_000  # as many as there are
SHARE_OF_GAP = 0.1  # kept for whole ships; where they cost more than that above fractions, earlier plans are looked at
EARLIER = 5
WORTH = 5e-7  # relative; a change that saves less is left
LEAST_WORTH = 1e-7  # the same at the end: half of what pricing leaves in a part


def improve(problem: Problem, search: Search, near: Solution, enough: float = -np.inf) -> bool:
    """Offer the best plan found near a solution, which may have fractions; says whether it was the best so far.

    Ships are whole in it, and all routes are priced. No change of a plan is looked at that costs no more than `enough`,
    million USD, ships in fractions. Raises Interrupted.
    """
    changes = _begin(problem, near)
    return changes is not None and changes.end_with(search, lambda: changes.take(TRIALS, enough))


def polish(problem: Problem, search: Search, asked: WhatIf) -> bool:
    """Take single changes of the best plan until none saves, all routes priced; says whether a better plan was found.

    `asked` stands at the best plan and prices all routes, so that a change is passed over only when the plan's prices
    prove that it saves nothing, or when it was evaluated: in the plan that this ends with nothing is cheaper left out,
    put in, a year earlier or later, with a module more or less, or changed together with what the rules tie to it.
    Ships in fractions in these comparisons. Nothing is done in brief. Raises Interrupted.
    """
    if problem.options.brief or not asked.is_possible:
        return False
    problem.progress.tell("single changes", "asking whether any single change of the plan saves")
    changes = Changes(asked, LEAST_WORTH * max(1.0, abs(asked.cost)), offered=True)
    return changes.end_with(search, changes.take_all)


def _begin(problem: Problem, near: Solution) -> Changes | None:
    """Changes of the nearest whole plan that keeps the rules; None when there is none or no flow is possible in it."""
    decisions = Decisions.of(problem)
    begin = nearest(problem, decisions, near.values[decisions.columns])
    if begin is None:
        return None
    problem.progress.tell("small changes", "asking for every project what to decide otherwise would cost")
    asked = WhatIf(problem, near, thorough=False, decisions=decisions, at=begin)
    return Changes(asked, WORTH * max(1.0, abs(asked.cost))) if asked.is_possible else None


class Changes:
    """Changes of one plan, taken as long as some save more than `worth`, million USD."""

    def __init__(self, asked: WhatIf, worth: float, *, offered: bool = False) -> None:
        """Begin at the plan that is asked about; `offered` says that it is the search's best already."""
        self._asked, self._worth, self._offered = asked, worth, offered
        formulation = asked.problem.formulation
        self._case, self._periods = formulation.case, formulation.periods
        projects = choosable_projects(self._case)
        self._projects = projects[projects["status"] != "committed"]
        self._committed = [str(project) for project in projects.index[projects["status"] == "committed"]]
        self._left = 0
        self._passed = [(asked.cost, asked.base)]

    def take(self, trials: int, enough: float = -np.inf) -> None:
        """Take changes that save, the most promising first, until none does or the trials are used up.

        Or until the plan costs no more than `enough`, million USD.
        """
        self._left = trials
        for _ in range(PASSES):
            if self._asked.cost <= enough:
                return
            saved = False
            for modules in self._ranked():
                if self._asked.problem.progress.must_stop:
                    raise Interrupted
                if self._left <= 0 or self._asked.cost <= enough:
                    return
                saved |= self._try(modules)
            if not saved:
                return

    def take_all(self) -> None:
        """Take changes that save until a whole round finds none. Raises Interrupted."""
        before = np.inf
        while self._asked.cost < before:
            before = self._asked.cost
            self.take(MOST_TRIALS)

    def end_with(self, search: Search, work: Callable[[], None]) -> bool:
        """Offer the plan that some work leads to; says whether it was the best so far.

        When time is up or a stop is asked, the plan reached is offered over the routes known before that is raised.
        """
        try:
            work()
            return self._is_new and self._offer(search)
        except (Interrupted, KeyboardInterrupt) as stop:
            heed(self._asked.problem, stop)
            progress = self._asked.problem.progress
            if self._is_new:
                with progress.grace():
                    search.keep(self._asked.plan(self._asked.base, whole=True, hasty=True), progress)
            raise

    @property
    def _is_new(self) -> bool:
        return not self._offered or self._asked.cost < self._passed[0][0]

    def _offer(self, search: Search) -> bool:
        """The plan with all routes priced and whole ships, and earlier ones where whole ships cost much.

        Changes are measured with ships in fractions: where these hide more than a share of the gap asked for, an
        earlier plan may be the better one.
        """
        asked, progress = self._asked, self._asked.problem.progress
        cost = asked.cost
        asked.be_thorough()
        plan = asked.plan(asked.base, whole=True)
        better = search.keep(plan, progress)
        least = np.inf if plan is None else plan.objective
        if least - cost <= SHARE_OF_GAP * gap_asked(asked.problem, search) * abs(cost):
            return better
        earlier = [self._passed[0], *sorted(self._passed[1:], key=lambda one: one[0])[:EARLIER]]
        for cost, values in earlier:
            if cost < least:
                plan = asked.plan(values, whole=True)
                better |= search.keep(plan, progress)
                least = least if plan is None else min(least, plan.objective)
        return better

    def _ranked(self) -> list[Modules]:
        """Changes that may save by the plan's prices: the best one of every project, then the second best, ..."""
        closures = RuleClosures(self._case, self._asked.modules())
        found: list[tuple[int, float, int, Modules]] = []
        for project in (*self._projects.index, *self._committed):
            promising = self._promising(self._of_project(str(project), closures))
            found += [(rank, bound, len(found), modules) for rank, (bound, modules) in enumerate(promising)]
        barred = [modules for rank, _, _, modules in found if rank == 0 and self._is_barred(modules)]
        exchanges = [one for one in self._promising(self._exchanges(barred, closures)) if not self._is_barred(one[1])]
        for rank, (bound, modules) in enumerate(exchanges):
            found.append((1 + rank // len(self._projects), bound, len(found), modules))
        return [modules for _, _, _, modules in sorted(found, key=lambda one: one[:3])]

    def _promising(self, changes: Iterable[Modules]) -> list[tuple[float, Modules]]:
        """Those whose lower bound is a saving, with that bound, the lowest first."""
        bounds = [(self._asked.at_least(self._asked.values(modules)), modules) for modules in changes]
        return sorted((one for one in bounds if one[0] < -self._worth), key=lambda one: one[0])

    def _is_barred(self, modules: Modules) -> bool:
        return bool(self._asked.broken(self._asked.values(modules)))

    def _exchanges(self, barred: list[Modules], closures: RuleClosures) -> Iterator[Modules]:
        """Changes that a rule or a budget bars by themselves, each together with some project dropped."""
        opened = self._opened(closures)
        for modules in barred:
            for project in opened:
                if all(project != changed for changed, _ in modules):
                    yield closures.without(project) | modules

    def _opened(self, closures: RuleClosures) -> list[str]:
        return [str(project) for project in self._projects.index if any(closures.modules(str(project)))]

    def _of_project(self, project: str, closures: RuleClosures) -> Iterator[Modules]:
        """The project renewed otherwise; what else can be decided of it, with all and with nothing renewed then."""
        yield from closures.renewed_otherwise(project)
        for modules in () if project in self._committed else self._openings(project, closures):
            yield from closures.renewing(modules)

    def _openings(self, project: str, closures: RuleClosures) -> Iterator[Modules]:
        """The project opened in each period, dropped, and each of its openings moved, doubled or taken back."""
        row: Any = self._projects.loc[project]
        possible = [
            number for number, period in enumerate(self._periods) if opening_is_possible(self._case, row, period)
        ]
        plan = closures.modules(project)
        if not any(plan):
            for number in possible:
                yield closures.with_(project, self._periods[number].name)
            return
        yield closures.without(project)
        opened = [number for number, count in enumerate(plan) if count > (plan[number - 1] if number else 0)]
        yield from self._packages(project, opened[0], possible, closures)
        for number in possible:
            yield self._profile(project, plan, [(number, 1)])
        for old in opened:
            yield self._profile(project, plan, [(old, -1)])
            for number in possible:
                if number != old:
                    yield self._profile(project, plan, [(old, -1), (number, 1)])

    def _packages(self, project: str, first: int, possible: list[int], closures: RuleClosures) -> Iterator[Modules]:
        """The project opened earlier with what it needs, or later with what needs it, where the rules move others."""
        for number in possible:
            period = self._periods[number].name
            moved = closures.with_(project, period) if number < first else closures.later(project, period)
            if number != first and len({name for name, _ in moved}) > 1:
                yield moved

    def _profile(self, project: str, plan: list[int], steps: list[tuple[int, int]]) -> Modules:
        """Modules of the project with openings added and taken back, as (period number, modules)."""
        return {
            (project, period.name): plan[at] + sum(step for first, step in steps if at >= first)
            for at, period in enumerate(self._periods)
        }

    def _try(self, modules: Modules) -> bool:
        """Take the change when it is allowed and saves; it was ranked by the prices of an earlier plan."""
        values = self._asked.values(modules)
        if self._asked.at_least(values) >= -self._worth or self._asked.broken(values):
            return False
        self._left -= 1
        if self._asked.saving(values, self._worth) <= self._worth:
            return False
        self._asked.move_to(values)
        self._passed.append((self._asked.cost, values))
        ships = "" if self._case.table("Vessels").empty else ", ships shared out in fractions"
        words = f"some plan of {self._asked.cost:,.1f} million USD{ships}"
        self._asked.problem.progress.tell("small changes", words, record=False)
        return True
