"""Which other projects must move when one is taken out of a plan or forced into it, by the ties between projects."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.case.case import Case, once_per_case
from model.features import feature_parts
from model.formulation.forms.lives import lives

Modules = dict[tuple[str, str | int], int]
"""(project, name of a period) → modules built by then; (project, calendar year) → modules renewed then."""


def goes_with(words: str, *, moved: bool = True) -> list[str]:
    """Projects that `RuleClosures.words` says come along: 'with P18, P19 [2031 instead of 2032]' → P18, P19.

    Without `moved` not those that the plan builds too, in another year.
    """
    added = words.partition("without ")[0].removeprefix("with ")
    return [name.partition(" [")[0] for name in added.split(", ") if name and (moved or " [" not in name)]


def goes_without(words: str) -> list[str]:
    """Projects that leave the plan by the same words: 'with P18, without P03 (2 modules)' → P03."""
    gone = words.partition("without ")[2]
    return [name.partition(" (")[0] for name in gone.split(", ") if name]


@dataclass(frozen=True)
class Tie:
    """A project 'requires' another that opened `lag_years` before, 'excludes' it, or opens 'together' with it."""

    kind: str
    project: str
    other_project: str
    lag_years: int = 0


@once_per_case
def ties_of(case: Case) -> list[Tie]:
    """What projects drag along, by all features: `ties(case)` of their rows.py."""
    parts = feature_parts("rows").values()
    return [tie for part in parts if hasattr(part, "ties") for tie in part.ties(case)]


def renewals(case: Case, project: str, built: Mapping[str, int], wish: Callable[[int], float]) -> Modules:
    """Modules renewed in each year in which lives can end: as many as wished, at most those whose life ends.

    `built` are the modules built by the end of each period.
    """
    life = lives(case)[project]
    begins: dict[int, int] = {}
    before = 0
    for period, start in life.starts.items():
        begins[start] = begins.get(start, 0) + built[period] - before
        before = built[period]
    found: Modules = {}
    for year in life.renewals:
        count = int(min(wish(year), begins.get(year - life.years, 0)))
        found[project, year] = count
        begins[year] = begins.get(year, 0) + count
    return found


def _everything(_: int) -> float:
    return math.inf


def _nothing(_: int) -> float:
    return 0.0


class RuleClosures:
    """The ties of a case read from the side of one plan, given as modules built and renewed."""

    def __init__(self, case: Case, plan: Mapping[tuple[str, str | int], int]) -> None:
        """Remember the plan."""
        self._case, self._plan = case, plan
        self._periods = [period.name for period in case.periods]
        self._first_year = {period.name: period.first_year for period in case.periods}
        self._rules = ties_of(case)
        self._free = {project for project, _ in plan}

    def opened(self, project: str) -> int | None:
        """First year in service; None when the plan never opens the project."""
        found = [self._first_year[name] for name in self._periods if self._plan[project, name] > 0]
        return min(found, default=None)

    def modules(self, project: str) -> list[int]:
        """Modules in service in each period."""
        return [self._plan[project, name] for name in self._periods]

    def without(self, project: str) -> Modules:
        """The project out, and with it what needs it or opens together with it."""
        out: set[str] = set()
        waiting = [project]
        while waiting:
            name = waiting.pop()
            if name in out or self.opened(name) is None:
                continue
            out.add(name)
            for rule in self._rules:
                if rule.kind == "requires" and rule.other_project == name and rule.project in self._free:
                    waiting.append(rule.project)
                if rule.kind == "together" and name in (rule.project, rule.other_project):
                    other = rule.other_project if rule.project == name else rule.project
                    waiting += [other] if other in self._free else []
        return {(name, period): 0 for name in out for period in self._periods}

    def later(self, project: str, period: str) -> Modules:
        """No module of the project before a period, and none before it is time of what needs it or opens with it."""
        start: dict[str, int] = {}
        waiting = [(project, self._periods.index(period))]
        while waiting:
            name, position = waiting.pop()
            if name not in self._free or start.get(name, 0) >= position or self.opened(name) is None:
                continue
            start[name] = position
            first = self._first_year[self._periods[position]] if position < len(self._periods) else None
            for rule in self._rules:
                if rule.kind == "requires" and rule.other_project == name:
                    waiting.append((rule.project, self._position(first, rule.lag_years)))
                if rule.kind == "together" and name in (rule.project, rule.other_project):
                    waiting.append((rule.other_project if rule.project == name else rule.project, position))
        return {
            (name, at): 0 if number < position else self._plan[name, at]
            for name, position in start.items()
            for number, at in enumerate(self._periods)
        }

    def _position(self, year: int | None, lag: int) -> int:
        """Number of the first period that begins so many years after a year or later; one past the last without any."""
        numbers = [
            n for n, name in enumerate(self._periods) if year is not None and self._first_year[name] >= year + lag
        ]
        return numbers[0] if numbers else len(self._periods)

    def with_(self, project: str, period: str) -> Modules:
        """One module of the project from a period on, with what it needs and without what it shuts out."""
        start: dict[str, int] = {}
        waiting = [(project, self._periods.index(period))]
        while waiting:
            name, position = waiting.pop()
            if name not in self._free or start.get(name, len(self._periods)) <= position:
                continue
            start[name] = position
            waiting += self._needs(name, position)
        changed: Modules = {}
        for name in self._shut_out(start):
            changed |= self.without(name)
        for name, position in start.items():
            for number, at in enumerate(self._periods):
                changed[name, at] = max(self._plan[name, at], int(number >= position))
        return changed

    def renewing(self, changed: Modules) -> list[Modules]:
        """The change as it is, and with all and with nothing renewed of its projects and of those that they need.

        Only the change itself where no life of theirs ends within the horizon.
        """
        named = dict.fromkeys(project for project, _ in changed)
        needs = {rule.other_project for rule in self._rules if rule.kind == "requires" and rule.project in named}
        mortal = [name for name in (*named, *sorted(needs - set(named))) if name in self._free and self._ends(name)]
        ways = [changed]
        for wish in (_everything, _nothing) if mortal else ():
            way = dict(changed)
            for name in mortal:
                built = {period: changed.get((name, period), self._plan[name, period]) for period in self._periods}
                way |= renewals(self._case, name, built, wish)
            ways.append(way)
        return ways

    def _ends(self, project: str) -> bool:
        return bool(lives(self._case)[project].renewals)

    def renewed_otherwise(self, project: str) -> list[Modules]:
        """One module more or less renewed in each year in which that is possible, the rest as in the plan."""
        built = {period: self._plan[project, period] for period in self._periods}
        now = {year: self._plan[project, year] for year in lives(self._case)[project].renewals}
        found = []
        for year, step in ((year, step) for year in now for step in (-1, 1)):
            wished = {**now, year: now[year] + step}
            way = renewals(self._case, project, built, wished.__getitem__)
            if wished[year] >= 0 and way[project, year] == wished[year]:
                found.append(way)
        return found

    def _needs(self, project: str, position: int) -> list[tuple[str, int]]:
        """What must be open, and from which period on, when the project opens at one; unknown lags are left broken."""
        found = []
        for rule in self._rules:
            if rule.kind == "requires" and rule.project == project:
                latest = self._first_year[self._periods[position]] - rule.lag_years
                by_then = [n for n, name in enumerate(self._periods) if self._first_year[name] <= latest]
                found += [(rule.other_project, by_then[-1])] if by_then else []
            if rule.kind == "together" and project in (rule.project, rule.other_project):
                other = rule.other_project if rule.project == project else rule.project
                found.append((other, position))
        return [(name, at) for name, at in found if name in self._free and not self._open_by(name, at)]

    def _open_by(self, project: str, position: int) -> bool:
        return self._plan[project, self._periods[position]] > 0

    def _shut_out(self, start: Mapping[str, int]) -> list[str]:
        """Built projects that cannot stand beside those that start."""
        found = []
        for rule in self._rules:
            if rule.kind != "excludes":
                continue
            for one, other in ((rule.project, rule.other_project), (rule.other_project, rule.project)):
                if one in start and other in self._free and self.opened(other) is not None and other not in start:
                    found.append(other)
        return found

    def words(self, project: str, changed: Mapping[tuple[str, str | int], int]) -> str:
        """What else moves: 'with P18', 'with P42 [2031 instead of 2032]' (built then), 'without P03 (2 modules)'."""
        names = dict.fromkeys(name for name, _ in changed if name != project)
        added = [name for name in names if any(changed.get((name, at), 0) > 0 for at in self._periods)]
        gone = [name for name in names if name not in added]
        parts = [
            ("with", [self._dated(name, changed) for name in added]),
            ("without", [self._counted(name) for name in gone]),
        ]
        return ", ".join(f"{word} {', '.join(told)}" for word, told in parts if told)

    def _dated(self, project: str, changed: Mapping[tuple[str, str | int], int]) -> str:
        """A project that comes along, with both years where the plan opens it in another one."""
        now = self.opened(project)
        then = next(self._first_year[at] for at in self._periods if changed.get((project, at), 0) > 0)
        return project if now in (None, then) else f"{project} [{then} instead of {now}]"

    def _counted(self, project: str) -> str:
        """A project that goes, with its modules where there are several."""
        most = max(self.modules(project))
        return project if most == 1 else f"{project} ({most} modules)"
