"""What project rules say of a project that stays out."""

from __future__ import annotations

from model.reports.facts import Facts
from model.reports.frames import rows


def barred(facts: Facts, project: str) -> str | None:
    """The rule that the plan would break with the project in it, in words; None where none would be."""
    opened = set(facts.openings["project"])
    in_service = opened | set(facts.projects.index[facts.projects["status"] == "baseline"])
    for rule in rows(facts.case.table("ProjectRules")):
        names = (facts.project_name(rule.project), facts.project_name(rule.other_project))
        if rule.kind == "requires" and rule.project == project and rule.other_project not in in_service:
            return f"Needs {names[1]} ({rule.other_project}), which is not built (rule {rule.rule})."
        if project not in (rule.project, rule.other_project) or rule.kind == "requires":
            continue
        other = rule.other_project if rule.project == project else rule.project
        if rule.kind == "excludes" and other in opened:
            return f"Excluded by {facts.project_name(other)} ({other}), which is built (rule {rule.rule})."
    return None
