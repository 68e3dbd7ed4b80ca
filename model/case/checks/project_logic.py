"""When each project can be in service at all, given its window and its rules: a necessary condition, no solver."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from model.case.checks.tables import Tables

CANDIDATE, COMMITTED, BASELINE, EXCLUDED = "candidate", "committed", "baseline", "excluded"
NEVER = math.inf


@dataclass
class Project:
    """A project as far as time matters. `openings` are the first years of the periods in which it may open."""

    row: int
    name: str
    status: str
    openings: list[int]
    construction_years: int
    never_because: str = ""
    committed_year: float = NEVER

    @property
    def earliest(self) -> float:
        """First year in which it can be in service: -inf for a baseline project, inf for one that never is."""
        if self.status == BASELINE:
            return -math.inf
        if self.status == COMMITTED:
            return self.committed_year if self.openings else NEVER
        return self.openings[0] if self.openings else NEVER

    def forbid(self, reason: str, first_year: float = NEVER) -> bool:
        """Take away openings before `first_year` (all, when not given); whether that changed anything."""
        kept = [year for year in self.openings if year >= first_year]
        if self.status == BASELINE or kept == self.openings:
            return False
        self.openings = kept
        if not kept:
            self.never_because = self.never_because or reason
        return True


@dataclass(frozen=True)
class Rule:
    """A row of ProjectRules between two known, different projects."""

    row: int
    name: str
    kind: str
    project: str
    other: str
    lag_years: int


@dataclass
class Contradiction:
    """A rule that fixed projects break: its row and a sentence."""

    row: int
    text: str


@dataclass
class ProjectLogic:
    """Projects and rules, with openings cut down to what rules allow."""

    projects: dict[str, Project]
    rules: list[Rule]
    contradictions: list[Contradiction] = field(default_factory=list)

    def settle(self) -> None:
        """Apply the rules until nothing changes; rules that fixed projects break become contradictions."""
        for rule in self.rules:
            if rule.kind == "excludes":
                self._exclude(rule)
            elif rule.kind == "together":
                self._join(rule)
        self._exclude_what_is_required()
        # Each pass takes at least one opening away from some project, so this ends.
        while any([self._require(rule) for rule in self.rules]):
            pass
        self.contradictions = list({one.row: one for one in self.contradictions}.values())

    def _exclude(self, rule: Rule) -> None:
        one, two = self.projects[rule.project], self.projects[rule.other]
        fixed = [project for project in (one, two) if project.status in (COMMITTED, BASELINE)]
        if len(fixed) == 2 and COMMITTED in (one.status, two.status):
            text = f"{one.name} and {two.name} exclude each other, but both are fixed (committed or baseline)."
            self.contradictions.append(Contradiction(rule.row, text))
        elif len(fixed) == 1:
            loser = two if fixed[0] is one else one
            loser.forbid(f"rule {rule.name} excludes it beside {fixed[0].name}, which is {fixed[0].status}")

    def _join(self, rule: Rule) -> None:
        one, two = self.projects[rule.project], self.projects[rule.other]
        if BASELINE in (one.status, two.status):
            return
        common = [year for year in one.openings if year in two.openings]
        for project, other in ((one, two), (two, one)):
            if project.status == COMMITTED and not common:
                text = f"{project.name} opens in {_years(project.openings)}, but {other.name} must open with it and can"
                text = f"{text} open {_years(other.openings)}."
                self.contradictions.append(Contradiction(rule.row, text))
            elif project.status == CANDIDATE:
                lost = [year for year in project.openings if year not in common]
                if lost:
                    project.openings = common
                    if not common:
                        project.never_because = f"rule {rule.name} ties it to {other.name}, which opens at other times"

    def _require(self, rule: Rule) -> bool:
        if rule.kind == "excludes":
            return False
        pairs = [(rule.project, rule.other)] + ([(rule.other, rule.project)] if rule.kind == "together" else [])
        return any([self._require_one(rule, self.projects[name], self.projects[other]) for name, other in pairs])

    def _require_one(self, rule: Rule, project: Project, other: Project) -> bool:
        earliest = other.earliest if other.status == BASELINE else other.earliest + rule.lag_years
        if project.status == COMMITTED:
            if project.openings and project.earliest < earliest:
                when = "can never be in service" if earliest == NEVER else f"makes it possible from {earliest:.0f} on"
                text = (
                    f"{project.name} is committed for {project.earliest:.0f}, but {other.name}, which it needs, {when}."
                )
                self.contradictions.append(Contradiction(rule.row, text))
            return False
        if project.status != CANDIDATE:
            return False
        when = "is never in service" if earliest == NEVER else f"allows it only from {earliest:.0f} on"
        return project.forbid(f"rule {rule.name} needs {other.name}, which {when}", earliest)

    def _exclude_what_is_required(self) -> None:
        """A project that needs two projects which exclude each other, or needs what it excludes, is never built."""
        needs: dict[str, set[str]] = {name: {name} for name in self.projects}
        links = [(rule.project, rule.other) for rule in self.rules if rule.kind != "excludes"]
        links += [(rule.other, rule.project) for rule in self.rules if rule.kind == "together"]
        changed = True
        while changed:
            changed = False
            for name, other in links:
                if not needs[other] <= needs[name]:
                    needs[name] |= needs[other]
                    changed = True
        for rule in self.rules:
            if rule.kind != "excludes":
                continue
            for project in self.projects.values():
                if {rule.project, rule.other} <= needs[project.name]:
                    if project.status == COMMITTED:
                        text = f"{project.name} is committed and needs {rule.project} and {rule.other},"
                        text = f"{text} which exclude each other."
                        self.contradictions.append(Contradiction(rule.row, text))
                    project.forbid(
                        f"it needs {rule.project} and {rule.other}, which rule {rule.name} excludes together"
                    )


def project_logic(tables: Tables) -> ProjectLogic:
    """Projects with the openings that their own windows allow, and the rules between known projects."""
    delays = optimism_delays(tables)
    starts = sorted(int(year) for _, year in tables.rows("Periods", "first_year"))
    spans = [(int(first), int(first + years)) for _, first, years in tables.rows("Periods", "first_year", "years")]
    columns = ("project", "status", "project_class", "construction_years")
    years = ("earliest_opening", "latest_opening", "committed_opening")
    projects: dict[str, Project] = {}
    for row, name, status, kind, building, earliest, latest, committed in tables.rows("Projects", *columns, *years):
        if name is None or status is None or building != building:
            continue
        openings: list[int] = []
        if status == COMMITTED:
            openings = [first for first, end in spans if first <= committed < end]
        elif status == CANDIDATE:
            building += delays.get(kind, 0.0)
            first = max(starts[0] + building, earliest if earliest == earliest else 0)
            openings = [year for year in starts if first <= year <= (latest if latest == latest else NEVER)]
        projects[name] = Project(int(row), name, status, openings, int(building), committed_year=committed)
    rules: list[Rule] = []
    for row, name, kind, project, other, lag in tables.rows(
        "ProjectRules", "rule", "kind", "project", "other_project", "lag_years"
    ):
        if kind is not None and project in projects and other in projects and project != other:
            rules.append(Rule(int(row), str(name), kind, project, other, 0 if lag != lag else int(lag)))
    return ProjectLogic(projects, rules)


def optimism_delays(tables: Tables) -> dict[str, float]:
    """Years that the optimism adjustment adds to the construction time of candidates, by project class."""
    if not tables.setting("optimism_adjustment"):
        return {}
    rows = tables.rows("Optimism", "project_class", "delay_years")
    return {kind: delay for _, kind, delay in rows if kind is not None and delay == delay}


def _years(years: Iterable[int]) -> str:
    words = [str(year) for year in years]
    return f"in {', '.join(words)}" if words else "never"
