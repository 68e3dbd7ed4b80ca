"""Which cargo goes by which route group: flow by route group, group of demand and period."""

from __future__ import annotations

import pandas as pd

from model.reports.facts import Facts

ALL = "All demand"
UNSERVED = "Unserved"
OTHER_GROUP = "other"
NO_GROUP = "(no group)"
BY_GROUP = (
    "A route counts towards the route group of its longest stretch that has one, whoever carries it; in “other” are "
    "routes without any, as within one region. These are not the shares chosen, where shippers choose: those go by "
    "marker links (input sheet Families), so that other carriers on the same way can be a corridor of their own."
)
"""What a share by route group counts, and what it does not."""


def corridor_flows(facts: Facts) -> pd.DataFrame:
    """Columns group, period, route_group, kteu, mt; the group 'All demand' first.

    Unserved is a route group; empty boxes are left out.
    """
    flows = facts.routes_used[facts.routes_used["load"] == "cargo"]
    groups = facts.demand_rows["group"].fillna(NO_GROUP)
    routes = facts.routes["route_group"]
    carried = pd.DataFrame(
        {
            "group": flows["demand"].map(groups),
            "period": flows["period"],
            "route_group": flows["route"].map(routes),
            "kteu": flows["flow_kteu"],
            "mt": flows["flow_mt"],
        }
    )
    frame = pd.concat([carried, _unserved(facts, groups)], ignore_index=True)
    whole = frame.assign(group=ALL)
    keys = ["group", "period", "route_group"]
    result = (
        pd.concat([whole, frame], ignore_index=True).groupby(keys, as_index=False, sort=False)[["kteu", "mt"]].sum()
    )
    result["order"] = result["period"].map(facts.first_years)
    result["first"] = result["group"] != ALL
    result = result.sort_values(["first", "group", "order"], kind="stable")
    return result.drop(columns=["order", "first"]).reset_index(drop=True)


def route_groups(facts: Facts) -> list[str]:
    """Route groups in order of the tonnes that they carry; 'other' and 'Unserved' last."""
    frame = facts.once(corridor_flows)
    sums = frame[frame["group"] == ALL].groupby("route_group")["mt"].sum().sort_values(ascending=False)
    names = [str(name) for name in sums.index]
    last = [name for name in (OTHER_GROUP, UNSERVED) if name in names]
    return [name for name in names if name not in last] + last


def _unserved(facts: Facts, groups: pd.Series[str]) -> pd.DataFrame:
    table = facts.table("demand_served").astype({"unserved_kt": float, "amount_kt": float, "amount_kteu": float})
    missing = table[table["unserved_kt"] > 1e-9]
    return pd.DataFrame(
        {
            "group": missing["demand"].map(groups),
            "period": missing["period"],
            "route_group": UNSERVED,
            "kteu": missing["amount_kteu"] * missing["unserved_kt"] / missing["amount_kt"],
            "mt": missing["unserved_kt"] / 1000,
        }
    )
