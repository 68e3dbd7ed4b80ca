"""project_rules — projects that need, exclude or accompany each other.

Why: a second stage needs the first; two ports serve one purpose; a border line is worth nothing without its other half.
Maths: requires  built[a, t] <= maximum[a] * built[b, t'],  t' = last period with first year <= first year
    of t - lag;  from the period on in which a life of b can end, in_service[a, t] <= maximum[a] * in_service[b, t] as
    well: what a needs must be renewed as long as a serves
       excludes  built[a, last] <= maximum[a] * either,  built[b, last] <= maximum[b] * (1 - either),
           either in {0, 1}: what was ever built excludes the other for good, also when its life has ended
       together  opens[a, t] = opens[b, t], where opens in {0, 1}: opens <= opened <= maximum * opens; each is renewed
           or not by itself
Indices: rules in ProjectRules, periods t. A 'baseline' project counts as in service, an 'excluded' one never;
    together with a 'baseline' project asks nothing.
Data: ProjectRules.kind, .project, .other_project, .lag_years [years].
Switch name: project_rules
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from model.case.canonical import records
from model.case.case import Case
from model.features.project_rules import NAME
from model.formulation.forms.lives import lives, serving
from model.formulation.formulation import Formulation
from model.formulation.notes import Note
from model.formulation.rule_closures import Tie


def ties(case: Case) -> list[Tie]:
    """What a project drags along by the rules."""
    return [
        Tie(rule.kind, str(rule.project), str(rule.other_project), int(rule.lag_years or 0))
        for rule in records(case.table("ProjectRules"))
    ]


def add(formulation: Formulation) -> None:
    """Add investment.requires, .excludes and .together as ConstraintLists."""
    block = formulation.investment
    block.requires = pyo.ConstraintList()
    block.together = pyo.ConstraintList()
    block.excludes = pyo.ConstraintList()
    rules = formulation.case.table("ProjectRules")
    block.either = pyo.Var(list(rules.loc[rules["kind"] == "excludes", "rule"]), domain=pyo.Binary)
    lists = {"requires": block.requires, "together": block.together, "excludes": block.excludes}
    for rule in records(rules):
        before = len(lists[rule.kind])
        {"requires": _requires, "together": _together, "excludes": _excludes}[rule.kind](formulation, rule)
        words = {"requires": "requires", "together": "opens together with", "excludes": "excludes"}[rule.kind]
        lag = f" {int(rule.lag_years)} years earlier" if rule.kind == "requires" and rule.lag_years else ""
        statement = f"{rule.project} {words} {rule.other_project}{lag} (rule {rule.rule})"
        for number in range(before + 1, len(lists[rule.kind]) + 1):
            formulation.note(
                lists[rule.kind][number], Note(NAME, statement, "ProjectRules", int(rule.Index), "kind", "modules")
            )


def _built(formulation: Formulation, project: str, period: str | None) -> Any:
    """Variable of a choosable project; 1 for a baseline project, 0 for an excluded one or before the horizon."""
    block = formulation.investment
    if project in block.PROJECTS:
        return 0 if period is None else block.built[project, period]
    return 1 if formulation.case.lookup("Projects", "status")[project] == "baseline" else 0


def _maximum(formulation: Formulation, project: str) -> int:
    return int(formulation.case.lookup("Projects", "maximum_modules")[project])


def _requires(formulation: Formulation, rule: Any) -> None:
    block, of_project = formulation.investment, lives(formulation.case)
    if rule.project not in block.PROJECTS:
        return
    most = _maximum(formulation, rule.project)
    for period in formulation.periods:
        by_then = [p.name for p in formulation.periods if p.first_year <= period.first_year - rule.lag_years]
        other = _built(formulation, rule.other_project, by_then[-1] if by_then else None)
        block.requires.add(block.built[rule.project, period.name] <= most * other)
    ends = of_project[rule.other_project].renewals if rule.other_project in of_project else ()
    for period in formulation.periods:
        if ends and period.first_year >= ends[0]:
            names = (rule.project, rule.other_project)
            own, other = (serving(block, formulation.case, name, period.first_year) for name in names)
            block.requires.add(own <= most * other)


def _together(formulation: Formulation, rule: Any) -> None:
    block = formulation.investment
    pair = (rule.project, rule.other_project)
    choosable = [project for project in pair if project in block.PROJECTS]
    others = [_built(formulation, project, None) for project in pair if project not in block.PROJECTS]
    if 1 in others:
        return
    for period in block.PERIODS:
        if others:
            for project in choosable:
                block.together.add(block.built[project, period] == 0)
        else:
            block.together.add(_opens(formulation, pair[0], period) == _opens(formulation, pair[1], period))


def _opens(formulation: Formulation, project: str, period: str) -> Any:
    """1 when modules of a project open in a period, else 0: the opened modules themselves when there is but one."""
    block = formulation.investment
    opened = block.opened[project, period]
    if _maximum(formulation, project) == 1:
        return opened
    if not hasattr(block, "opens_any"):
        block.opens_any = pyo.Var(pyo.Any, dense=False, domain=pyo.Binary)
    if (project, period) not in block.opens_any:
        indicator = block.opens_any[project, period]
        formulation.follows(indicator, (project,), opened)
        block.together.add(opened >= indicator)
        block.together.add(opened <= _maximum(formulation, project) * indicator)
    return block.opens_any[project, period]


def _excludes(formulation: Formulation, rule: Any) -> None:
    block = formulation.investment
    last = formulation.periods[-1].name
    first = _built(formulation, rule.project, last) if rule.project in block.PROJECTS else 0
    both = (rule.project, rule.other_project)
    formulation.follows(block.either[rule.rule], both, first)
    sides = ((rule.project, block.either[rule.rule]), (rule.other_project, 1 - block.either[rule.rule]))
    for project, allowed in sides:
        built = _built(formulation, project, last)
        block.excludes.add(built <= _maximum(formulation, project) * allowed)
