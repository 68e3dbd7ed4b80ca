"""A better plan by small changes, each evaluated by itself: projects opened, dropped, moved in time.

The root LP and the MIP after rounding see the whole plan within a gap, and a tanker or a terminal may hide in it. Here
every project is asked after by itself: the plan's prices give each change a lower bound, the most promising are
evaluated in the parts of the model that they touch (`what_if`, over the routes known), and what is cheaper is taken.
So hardly an answer to "what would it cost to decide otherwise" is a saving afterwards. The plan is evaluated exactly
at the end, with its whole ships.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.formulation.bundles import Bundles, Modules
from model.formulation.investment import choosable_projects, opening_is_possible
from model.solvers.decisions import Decisions, nearest
from model.solvers.problem import Problem, Search, Solution
from model.solvers.what_if import WhatIf

TRIALS = 300  # changes evaluated; a number and not seconds, so that two runs do the same
PASSES = 4
WORTH = 5e-7  # relative; a change that saves less is left


def improve(problem: Problem, search: Search, near: Solution) -> bool:
    """Offer the best plan found near a solution, which may have fractions; says whether it was the best so far.

    Ships are whole in it, and all routes are priced. Raises Interrupted.
    """
    decisions = Decisions.of(problem)
    begin = nearest(problem, decisions, near.values[decisions.columns])
    if begin is None:
        return False
    problem.progress.tell("small changes", "asking for every project what to decide otherwise would cost")
    asked = WhatIf(problem, near, thorough=False, decisions=decisions, at=begin)
    if not asked.is_possible:
        return False
    Changes(asked, WORTH * max(1.0, abs(problem.progress.bound or 0.0))).take()
    asked.be_thorough()
    plan = asked.plan(asked.base, whole=True)
    if plan is None or not search.offer(plan):
        return False
    problem.progress.lower_incumbent(plan.objective)
    problem.progress.tell("plan", f"plan of {plan.objective:,.2f} million USD")
    return True


class Changes:
    """Changes of one plan, taken as long as some save more than `worth`, million USD."""

    def __init__(self, asked: WhatIf, worth: float) -> None:
        """Begin at the plan that is asked about."""
        self._asked, self._worth = asked, worth
        formulation = asked.problem.formulation
        self._case, self._periods = formulation.case, formulation.periods
        projects = choosable_projects(self._case)
        self._projects = projects[projects["status"] != "committed"]
        self._left = TRIALS
        self.saved = 0.0

    def take(self) -> None:
        """Take changes that save, the most promising first, until none does or the trials are used up."""
        for _ in range(PASSES):
            before = self.saved
            for modules in self._ranked():
                if self._left <= 0:
                    return
                self._try(modules)
            if self.saved <= before:
                return

    def _ranked(self) -> list[Modules]:
        """Changes that may save by the plan's prices: the best one of every project, then the second best, ..."""
        bundles = Bundles(self._case, self._in_plan())
        found: list[tuple[int, float, int, Modules]] = []
        for project in self._projects.index:
            changes = [
                (self._asked.at_least(self._asked.values(modules)), number, modules)
                for number, modules in enumerate(self._of_project(str(project), bundles))
            ]
            promising = sorted((one for one in changes if one[0] < -self._worth), key=lambda one: one[:2])
            found += [(rank, bound, len(found), modules) for rank, (bound, _, modules) in enumerate(promising)]
        return [modules for _, _, _, modules in sorted(found, key=lambda one: one[:3])]

    def _in_plan(self) -> Modules:
        block = self._asked.problem.formulation.investment
        return {
            (str(name), str(period)): round(float(block.in_service[name, period].value or 0))
            for name in block.PROJECTS
            for period in block.PERIODS
        }

    def _of_project(self, project: str, bundles: Bundles) -> Iterator[Modules]:
        """The project opened in each period, dropped, and each of its openings moved, doubled or taken back."""
        row: Any = self._projects.loc[project]
        possible = [
            number for number, period in enumerate(self._periods) if opening_is_possible(self._case, row, period)
        ]
        plan = bundles.modules(project)
        if not any(plan):
            for number in possible:
                yield bundles.with_(project, self._periods[number].name)
            return
        yield bundles.without(project)
        opened = [number for number, count in enumerate(plan) if count > (plan[number - 1] if number else 0)]
        for number in possible:
            yield self._profile(project, plan, [(number, 1)])
        for old in opened:
            yield self._profile(project, plan, [(old, -1)])
            for number in possible:
                if number != old:
                    yield self._profile(project, plan, [(old, -1), (number, 1)])

    def _profile(self, project: str, plan: list[int], steps: list[tuple[int, int]]) -> Modules:
        """Modules of the project with openings added and taken back, as (period number, modules)."""
        return {
            (project, period.name): plan[at] + sum(step for first, step in steps if at >= first)
            for at, period in enumerate(self._periods)
        }

    def _try(self, modules: Modules) -> None:
        """Take the change when it is allowed and saves; it was ranked by the prices of an earlier plan."""
        values = self._asked.values(modules)
        if self._asked.at_least(values) >= -self._worth or self._asked.broken(values):
            return
        self._left -= 1
        saving = self._asked.saving(values, self._worth)
        if saving > self._worth:
            self._asked.move_to(values)
            self.saved += saving
            words = f"{self.saved:,.2f} million USD saved so far"
            self._asked.problem.progress.tell("small changes", words, record=False)
