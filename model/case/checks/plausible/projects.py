"""Plausibility of projects: windows, rules that contradict each other, effects, commitments against envelopes."""

from __future__ import annotations

from model.case.checks.commitments import Window, committed_spending, envelope_windows
from model.case.checks.project_logic import CANDIDATE, COMMITTED, ProjectLogic, project_logic
from model.case.checks.tables import Tables, horizon
from model.case.messages import shown
from model.case.text import listed


def check_project_windows(tables: Tables) -> None:
    """Projects that can never be built, and fixed projects that break a rule."""
    readable = tables.sound("Periods", "first_year", "years") and tables.sound("Projects", "project", "status")
    if not readable or tables["Periods"]["first_year"].isna().any() or tables["Periods"].empty:
        return
    logic = project_logic(tables)
    _remark_short_windows(tables, logic)
    logic.settle()
    for contradiction in logic.contradictions:
        tables.remark("rules-contradict", "ProjectRules", contradiction.row, "kind", contradiction.text)
    for project in logic.projects.values():
        if project.status == CANDIDATE and project.never_because:
            text = f"{project.name} can never be built: {project.never_because}."
            tables.remark("project-impossible", "Projects", project.row, "project", text, project.name)


def _remark_short_windows(tables: Tables, logic: ProjectLogic) -> None:
    first, last = horizon(tables)
    years = tables.rows("Projects", "earliest_opening", "latest_opening")
    asked = {row: (earliest, latest) for row, earliest, latest in years}
    for project in logic.projects.values():
        if project.status != CANDIDATE or project.openings:
            continue
        earliest, latest = asked[project.row]
        building = project.construction_years
        ready, column = first + building, "construction_years"
        why = f"begun in {first:.0f} and built for {building} {'year' if building == 1 else 'years'} it is ready in"
        why = f"{why} {ready:.0f} at the earliest"
        if earliest > ready:
            why, column = f"it may open in {earliest:.0f} at the earliest", "earliest_opening"
        until, column = (
            (f"it must open by {latest:.0f}", "latest_opening")
            if latest == latest
            else (f"the plan ends in {last:.0f}", column)
        )
        text = f"{project.name} can never be built: {why}, {until}, and no period begins between."
        seen = {"earliest_opening": earliest, "latest_opening": latest}.get(column, "")
        tables.remark("window-too-short", "Projects", project.row, column, text, seen)


def check_project_effects(tables: Tables) -> None:
    """Projects that cost money and do nothing."""
    if not tables.sound("ProjectEffects", "project"):
        return
    effective = tables.keys("ProjectEffects", "project") | tables.keys("ProjectEffects", "partial_without")
    rules = list(tables.rows("ProjectRules", "kind", "project", "other_project"))
    needed = {other for _, kind, _, other in rules if kind != "excludes"}
    needed |= {project for _, kind, project, _ in rules if kind == "together"}
    for row, project, status in tables.rows("Projects", "project", "status"):
        if project is not None and status in (CANDIDATE, COMMITTED) and project not in effective | needed:
            text = f"{project} adds capacity nowhere (no row in ProjectEffects) and no other project needs it."
            tables.remark("project-without-effect", "Projects", row, "project", text, project)


def check_commitments(tables: Tables) -> None:
    """Spending on committed projects within every envelope: no plan could mend it."""
    columns = ("capex", "construction_years", "maximum_modules", "committed_opening")
    readable = tables.sound("Projects", *columns) and tables.sound("Periods", "first_year", "years")
    if not readable or not tables.sound("Budgets", "amount", "first_year", "last_year") or tables["Periods"].empty:
        return
    first, last = horizon(tables)
    if first != first:
        return
    spendings = committed_spending(tables, int(first))
    for window in envelope_windows(tables):
        weights = [paid.weight(tables, window.scope_kind, window.scope) for paid in spendings]
        for begin, end, amount in window.limits:
            parts = {
                paid.project: weight * paid.between(begin, end)
                for paid, weight in zip(spendings, weights, strict=True)
                if weight > 0 and begin <= last
            }
            if sum(parts.values()) > amount * (1 + 1e-9) + 1e-6:
                text = _over(window, begin, end, amount, parts)
                tables.remark("commitment-over-envelope", "Budgets", window.row, "amount", text, amount)
                break


def _over(window: Window, begin: int, end: int, amount: float, parts: dict[str, float]) -> str:
    years = str(begin) if begin == end else f"{begin}-{end}"
    carried = ", with what is carried over," if window.carry_over else ""
    names = listed(sorted(name for name, part in parts.items() if part > 0), 6)
    spent = sum(parts.values())
    return (
        f"Committed projects ({names}) spend {shown(round(spent, 3))} million USD in {years}; the envelope"
        f" “{window.envelope}”{carried} has {shown(round(amount, 3))}. Short by {shown(round(spent - amount, 3))}."
    )
