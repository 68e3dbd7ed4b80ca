"""A case with every project in service from the start: what no plan can carry then, no plan can carry at all."""

from __future__ import annotations

import numpy as np

from model.case.case import Case
from model.features import feature_parts
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects


def limiting_sheets() -> dict[str, bool]:
    """Sheets of limits, and whether they hold back what is carried although all is built: SHEETS of relax.py."""
    return {
        sheet: carried
        for part in feature_parts("relax").values()
        for sheet, carried in getattr(part, "SHEETS", {}).items()
    }


def fully_built(case: Case, *, limited: bool = False) -> Case:
    """The case without anything that keeps projects from being in service at once.

    Without what holds back cargo otherwise either, unless it is `limited`.
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
    sheets = [name for name, carried in limiting_sheets().items() if not (limited and carried)]
    emptied = {name: case.table(name).iloc[:0] for name in sheets}
    bare = case.with_tables(Projects=free, Vessels=vessels, ProjectEffects=effects, **emptied)
    return bare.with_settings(optimism_adjustment=False)


def put_in_service(formulation: Formulation) -> None:
    """Fix every project of a fully built case in service with all its modules."""
    most = choosable_projects(formulation.case)["maximum_modules"]
    for (project, _), variable in formulation.investment.built.items():
        variable.setub(int(most[project]))
        variable.setlb(int(most[project]))
