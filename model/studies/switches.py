"""Each item of a case switched off alone: does the plan move the way that theory says?

One year of the case, in which all that can be open by then is a free choice, is planned as it is and once for each item
without it: small enough to be solved to a gap that shows small effects. Most items are limits: without them no plan can
cost more. The others are choices or differences: without them none can cost less. The verdict compares the proven
ranges from bound to plan, so that a search that stopped early cannot feign a result.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.schema import SHEETS
from model.features import feature_parts
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.console.reporters import Tell
from model.studies.history.calibration import modelled
from model.studies.one_plan import OnePlan
from model.studies.switch import HIGHER, LOWER, Switch, column, emptied, setting

CLOSE = 1e-6  # relative difference of bounds that counts as none
COLUMNS = [
    "item", "switched off", "expected cost", "cost", "bound", "change", "change of flow", "capital", "unserved",
    "as expected",
]  # fmt: skip


def year_case(case: Case, year: int | None = None) -> Case:
    """The case as one year (default: of its middle period) in which all that can be open by then is a free choice.

    Nothing takes time to build, so a project costs what its capital loses in the year: capital less what is left of it.
    Raises ValueError for a year outside the horizon.
    """
    year = case.periods[len(case.periods) // 2].first_year if year is None else year
    case.require_year(year)
    period = next(period for period in case.periods if year in period.calendar_years)
    price = case.table("Periods").set_index("period").at[period.row, "co2_price"]
    rows: list[dict[str | int, Any]] = [{"period": str(year), "first_year": year, "years": 1, "co2_price": price}]
    vessels = case.table("Vessels")
    return case.with_tables(
        Periods=canonical_table(SHEETS["Periods"], rows),
        Projects=case.table("Projects").assign(construction_years=0.0, spending_profile=None),
        Optimism=case.table("Optimism").assign(delay_years=0.0),
        Vessels=vessels.assign(delivery_years=0.0),
    )


def switch_table(
    case: Case,
    options: SolveOptions,
    tell: Tell = lambda _: None,
    items: Sequence[Switch] | None = None,
    planner: OnePlan = make_plan,
) -> pd.DataFrame:
    """Plan the case and, for each item that it has, the case without it.

    Columns as COLUMNS, in million USD of present value; flow is that of the first row of Observed in the year
    (kTEU or kt a year, NaN without such rows), capital that of all modules which open, unserved in kt a year summed
    over the year. Raises ValueError when there is no plan of the case itself.
    """
    base = planner(case, options)
    if not base.verified:
        raise ValueError(f"There is no plan of the case itself: {base.outcome.message}")
    rows: list[tuple[Any, ...]] = [("nothing", "the case as it is", "", *_figures(base, base), "")]
    for item in items if items is not None else offered(case):
        altered = item.alter(case)
        plan = planner(altered, options)
        row: tuple[Any, ...]
        if plan.verified:
            row = (item.name, item.words, item.expected, *_figures(plan, base), verdict(base, plan, item.expected))
        else:
            row = (item.name, item.words, item.expected, *[np.nan] * 6, f"no plan: {plan.outcome.message}")
        rows.append(row)
        tell(f"{item.name}: {row[-1]}")
    return pd.DataFrame(rows, columns=COLUMNS)


def verdict(base: Plan, other: Plan, expected: str) -> str:
    """What the proven ranges from bound to plan say about the direction.

    'yes' when they lie apart the right way and 'no' the wrong way. Where they overlap, 'yes, by the bounds' when the
    bound moves the right way (both searches bound from below with the same effort), 'no change' when it stays, and
    'within the gaps' when it moves the other way.
    """
    one, two = (base, other) if expected == LOWER else (other, base)
    (low_one, high_one), (low_two, high_two) = _range(one), _range(two)
    if high_two < low_one:
        return "yes"
    if low_two > high_one:
        return "no"
    close = CLOSE * max(1.0, abs(high_one))
    if not np.isfinite(low_one) or not np.isfinite(low_two):
        return "within the gaps"
    if abs(low_one - low_two) <= close:
        return "no change"
    return "yes, by the bounds" if low_two < low_one else "within the gaps"


def _range(plan: Plan) -> tuple[float, float]:
    objective, bound = plan.outcome.objective, plan.outcome.bound
    assert objective is not None
    return -np.inf if bound is None else bound, objective


def _figures(plan: Plan, base: Plan) -> tuple[float, float, float, float, float, float]:
    flow = _watched(plan) - _watched(base)
    capital = float(plan.tables["investments"]["capex"].sum())
    unserved = float(plan.tables["demand_served"]["unserved_kt"].sum())
    cost, bound = plan.outcome.objective, plan.outcome.bound
    assert cost is not None
    assert base.outcome.objective is not None
    return cost, np.nan if bound is None else bound, cost - base.outcome.objective, flow, capital, unserved


def _watched(plan: Plan) -> float:
    observed = plan.case.table("Observed")
    if observed.empty:
        return np.nan
    last = plan.case.periods[-1].name
    tables = {name: table[table["period"] == last] for name, table in plan.tables.items() if "_flows" in name}
    return modelled(dataclasses.replace(plan, tables={**plan.tables, **tables}), observed.iloc[0])


def offered(case: Case) -> list[Switch]:
    """The items that the case has: the general ones, those of features, route groups."""
    of_features = [item for part in feature_parts("relax").values() for item in getattr(part, "SWITCHES", ())]
    return [item for item in (*ITEMS, *of_features, *_competitors(case)) if _differs(case, item.alter(case))]


def _differs(case: Case, altered: Case) -> bool:
    """Whether altering changed anything."""
    return dict(case.settings) != dict(altered.settings) or any(
        not altered.tables[name].equals(table) for name, table in case.tables.items()
    )


def _one_season(case: Case) -> Case:
    """The whole year as one season, each asset available as in the mean of the seasons."""
    seasons, table = case.table("Seasons"), case.table("Availability")
    if seasons.empty:
        return case
    shares = dict(zip(seasons["season"], seasons["share_of_year"].astype(float), strict=True))
    rows: list[dict[str | int, Any]] = []
    for (kind, asset), given in table.groupby(["asset_kind", "asset"], sort=False):
        works = {str(season): float(part) for season, part in zip(given["season"], given["availability"], strict=True)}
        general = works.get("None", 1.0)
        mean = sum(share * works.get(str(season), general) for season, share in shares.items())
        rows.append({"asset_kind": kind, "asset": asset, "availability": mean / sum(shares.values())})
    merged = canonical_table(SHEETS["Availability"], rows)
    return case.with_tables(Seasons=seasons.iloc[:0], Availability=merged)


def _no_choice(case: Case) -> Case:
    """Only what is committed opens; no ship is bought."""
    projects = case.table("Projects")
    settled = projects["status"].where(projects["status"] != "candidate", "excluded")
    bought = case.table("Vessels").assign(maximum_purchases=0.0)
    return case.with_tables(Projects=projects.assign(status=settled), Vessels=bought)


def _competitors(case: Case) -> list[Switch]:
    """Route groups that no project works on, closed one at a time."""
    links, effects, projects = case.table("Links"), case.table("ProjectEffects"), case.table("Projects")
    live = projects.loc[projects["status"] != "excluded", "project"]
    worked = set(effects.loc[(effects["asset_kind"] == "link") & effects["project"].isin(live), "asset"])
    groups = dict.fromkeys(str(group) for group in links["route_group"].dropna())
    mine = {str(group) for group in links.loc[links["link"].isin(worked), "route_group"].dropna()}
    return [_closed(group) for group in groups if group not in mine]


def _closed(group: str) -> Switch:
    def alter(case: Case) -> Case:
        links = case.table("Links")
        shut = links["route_group"] == group
        limits = {name: links[name].mask(shut, 0.0) for name in ("capacity_kteu", "capacity_kt")}
        return case.with_tables(Links=links.assign(**limits))

    return Switch(f"competitor {group}", f"links of the route group {group} closed", HIGHER, alter)


def _no_background(case: Case) -> Case:
    none = {"background_kteu": 0.0, "background_kt": 0.0}
    return case.with_tables(Links=case.table("Links").assign(**none), Nodes=case.table("Nodes").assign(**none))


ITEMS: tuple[Switch, ...] = (
    Switch("seasons", "one season with the mean availability", LOWER, _one_season),
    Switch("storms", "all links and places work all the time", LOWER, emptied("Availability")),
    Switch("low water", "no depth is missing", LOWER, emptied("WaterLevels")),
    Switch("wear of dredging", "dredged depth lasts for good", LOWER, column("ProjectEffects", effect_years=np.nan)),
    Switch("value-of-time segments", "one value of time", HIGHER, setting("value_of_time_segments", 1)),
    Switch("longest transit", "no longest time in transit", LOWER, column("Commodities", maximum_days=np.nan)),
    Switch("background traffic", "all capacity is the corridor's", LOWER, _no_background),
    Switch(
        "partial effects",
        "phases work fully without each other",
        LOWER,
        column("ProjectEffects", partial_without=None),
    ),
    Switch("candidates", "only committed works open", HIGHER, _no_choice),
    Switch("optimism uplift", "estimates corrected (switched on)", HIGHER, setting("optimism_adjustment", True)),
)
