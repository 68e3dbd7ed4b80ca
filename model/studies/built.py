"""A case with every project in service from the start: what no plan can carry then, no plan can carry at all."""

from __future__ import annotations

import numpy as np

from model.case.case import Case
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects

LIMITING = ("Budgets", "ProjectRules", "Decisions", "Policies", "Boxes", "Congestion")


def fully_built(case: Case, keep: tuple[str, ...] = ()) -> Case:
    """The case without anything that keeps projects from being in service at once.

    Without policies, boxes and congestion either, apart from the sheets to `keep`.
    """
    projects = case.table("Projects")
    choosable = projects["status"].isin(["candidate", "committed"])
    open_ended = {"earliest_opening": np.nan, "latest_opening": np.nan, "committed_opening": np.nan}
    long_lived = {"life_years": float(case.last_year - case.first_year + 1)}
    free = projects.assign(
        status=projects["status"].where(~choosable, "candidate"),
        construction_years=0.0, later_module_capex=np.nan, spending_profile=None, **open_ended, **long_lived,
    )  # fmt: skip
    vessels = case.table("Vessels").assign(delivery_years=0.0, earliest_delivery=np.nan, **long_lived)
    effects = case.table("ProjectEffects").assign(effect_years=np.nan)
    emptied = {name: case.table(name).iloc[:0] for name in LIMITING if name not in keep}
    bare = case.with_tables(Projects=free, Vessels=vessels, ProjectEffects=effects, **emptied)
    return bare.with_settings(optimism_adjustment=False)


def put_in_service(formulation: Formulation) -> None:
    """Fix every project of a fully built case in service with all its modules."""
    most = choosable_projects(formulation.case)["maximum_modules"]
    for (project, _), variable in formulation.investment.built.items():
        variable.setub(int(most[project]))
        variable.setlb(int(most[project]))
