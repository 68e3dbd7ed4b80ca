"""Projects as the verifier sees them: ship purchases among them, estimates uplifted, capital by module and year."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from model.case.case import Case
from model.case.sheets.profiles import spending_shares
from model.plan.verify.checks import Floats, Frame, records

BUY: Final = "buy "


def all_projects(case: Case) -> Frame:
    """Projects sheet with the optimism uplift, then one row for each ship type that can be bought, numbered from 0."""
    projects = case.table("Projects")
    if case.settings["optimism_adjustment"]:
        projects = _uplifted(case, projects)
    bought = [_purchase(row) for row in records(case.table("Vessels")) if row.maximum_purchases > 0]
    rows = pd.DataFrame([row for row in bought if not np.isnan(row["capex"])], columns=projects.columns)
    if rows.empty:
        return projects.reset_index(drop=True)
    filled = rows.astype({column: projects[column].dtype for column in projects.columns})
    return pd.concat([projects, filled], ignore_index=True)


def _uplifted(case: Case, projects: Frame) -> Frame:
    """Capital and construction time of candidates raised as the Optimism sheet says for their class."""
    optimism = case.table("Optimism").set_index("project_class")
    candidate = (projects["status"] == "candidate").to_numpy(bool)
    classes = projects["project_class"]
    factor = np.where(candidate, 1.0 + optimism["capex_uplift"].reindex(classes).fillna(0.0).to_numpy(float), 1.0)
    delay = np.where(candidate, optimism["delay_years"].reindex(classes).fillna(0.0).to_numpy(float), 0.0)
    return projects.assign(
        capex=projects["capex"].to_numpy(float) * factor,
        later_module_capex=projects["later_module_capex"].to_numpy(float) * factor,
        renewal_cost=projects["renewal_cost"].to_numpy(float) * factor,
        construction_years=projects["construction_years"].to_numpy(float) + delay,
    )


def _purchase(row: Any) -> dict[str, Any]:
    """A ship type as a project of one module a ship."""
    return {
        "project": BUY + str(row.vessel),
        "name": str(row.vessel),
        "country": row.country,
        "project_class": "vessels",
        "status": "candidate",
        "capex": row.purchase_cost,
        "later_module_capex": np.nan,
        "renewal_cost": np.nan,
        "spending_profile": None,
        "construction_years": row.delivery_years,
        "earliest_opening": row.earliest_delivery,
        "latest_opening": np.nan,
        "committed_opening": np.nan,
        "maximum_modules": row.maximum_purchases,
        "life_years": row.life_years,
        "upkeep": row.yearly_cost,
        "tags": row.tags,
    }


def capital_opened(projects: Frame, opened: Floats) -> Floats:
    """Capital of the modules that open, (projects, periods): the first module at one price, later ones at the other."""
    first = projects["capex"].to_numpy(float)[:, None]
    later = projects["later_module_capex"].fillna(projects["capex"]).to_numpy(float)[:, None]
    before = np.cumsum(opened, axis=1) - opened
    begins = (opened > 0.5) & (before < 0.5)
    capital: Floats = later * opened + np.where(begins, first - later, 0.0)
    return capital


def renewal_costs(projects: Frame) -> Floats:
    """Cost of another life of a module, (projects,): as given, else what building all modules costs by module."""
    first, modules = projects["capex"].to_numpy(float), projects["maximum_modules"].to_numpy(float)
    later = projects["later_module_capex"].fillna(projects["capex"]).to_numpy(float)
    result: Floats = (
        projects["renewal_cost"].fillna(pd.Series((first + (modules - 1) * later) / modules)).to_numpy(float)
    )
    return result


def payment_shares(profile: str | None, years: int) -> Floats:
    """Parts of the capital paid in each construction year, in order.

    Percentages of the profile, normalised; a profile of another length is stretched along its cumulative curve.
    """
    if years == 0:
        return np.ones(1)
    given = np.array(spending_shares(profile, years))
    curve = np.concatenate(([0.0], np.cumsum(given) / given.sum()))
    at = np.linspace(0.0, 1.0, years + 1)
    shares: Floats = np.diff(np.interp(at, np.linspace(0.0, 1.0, len(curve)), curve))
    return shares
