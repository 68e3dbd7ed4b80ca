"""One year of a plan by itself: what serves in it is held, and only the flows and the ships of that year are free.

Operations of different years never see each other, so the year costs by itself what it costs within the plan. Capital
is left out: it is paid whatever happens in the year. A CO2 budget over several years is the one thing that ties years
together; here it holds for the year alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.case.canonical import canonical_table, records
from model.case.case import Case
from model.case.schema import SHEETS
from model.formulation.investment import purchase_name
from model.plan.plan import Plan
from model.plan.verify.recount import Recount
from model.studies.switches import year_case
from model.studies.variants.answers import Look

Serving = Mapping[str, float]
"""Modules that serve in a year, by project; those that serve none are left out."""
FREE = {"capex": 0.0, "later_module_capex": 0.0, "renewal_cost": 0.0, "upkeep": 0.0}


def serving_by_year(plan: Plan) -> dict[str, Any]:
    """{'serving': {year: {project: modules}}}; of dredgings only those whose depth has not worn off."""
    recount, effects = Recount(plan.case, plan.tables), plan.case.table("ProjectEffects")
    fading = {row.project: float(row.effect_years) for row in records(effects) if row.added_depth > 0}
    found: dict[str, dict[str, float]] = {str(year): {} for year in recount.horizon}
    for place, project in enumerate(recount.projects["project"]):
        span = fading.get(project, float("inf"))
        modules = (recount.in_year if span != span or span == float("inf") else recount.serving(span))[place]
        for year, count in zip(recount.horizon, modules, strict=True):
            if count > 0:
                found[str(year)][str(project)] = float(count)
    return {"serving": found}


SERVING = Look("serving", serving_by_year)


def held_year(case: Case, serving: Serving, year: int) -> Case:
    """The case as that year alone, with so many modules of each project in service and no others."""
    projects, vessels = case.table("Projects"), case.table("Vessels")
    there = projects["project"].isin(set(serving))
    finished = projects["status"] == "baseline"
    status = projects["status"].mask(~finished, "excluded").mask(~finished & there, "candidate")
    bought = [serving.get(purchase_name(str(vessel)), 0.0) for vessel in vessels["vessel"]]
    held = case.with_tables(
        Projects=projects.assign(status=status, earliest_opening=float("nan"), latest_opening=float("nan"), **FREE),
        Vessels=vessels.assign(maximum_purchases=bought, earliest_delivery=float("nan")),
        Decisions=canonical_table(SHEETS["Decisions"], list(_decisions(case, serving))),
        **{sheet: case.table(sheet).iloc[:0] for sheet in ("ProjectRules", "Budgets", "Funding")},
    )
    return year_case(held.with_settings(discount_base_year=case.discount_base_year), year)


def _decisions(case: Case, serving: Serving) -> list[dict[str | int, Any]]:
    finished = {row.project for row in records(case.table("Projects")) if row.status == "baseline"}
    named = ((project, modules) for project, modules in serving.items() if project not in finished)
    return [{"project": project, "decision": "in", "modules": modules} for project, modules in named]
