"""Key figures of a plan by which scenarios and runs are compared."""

from __future__ import annotations

from model.plan.kinds import KINDS, present_values
from model.reports.analysis.shares import ALL, corridor_flows, route_groups
from model.reports.facts import Facts


def key_figures(facts: Facts) -> dict[tuple[str, str], float]:
    """(measure, unit) → value: costs by kind and term, capital, unserved, flow of each corridor in the last period."""
    costs = facts.costs
    figures = {
        (f"{KINDS[kind]}, present value", "million USD"): value for kind, value in present_values(facts.costs).items()
    }
    figures["All costs, present value", "million USD"] = facts.objective
    for term, label in facts.terms.items():
        value = float(costs.loc[costs["term"] == term, "discounted"].sum())
        figures[f"of which {label}, present value", "million USD"] = value
    figures["Capital of what opens, undiscounted", "million USD"] = float(facts.openings["capex"].sum())
    figures["Projects that open", "projects"] = float(facts.openings["project"].nunique())
    served = facts.table("demand_served")
    figures["Unserved over all periods", "Mt"] = float(served["unserved_kt"].sum()) / 1000
    last = facts.periods[-1]
    flows = facts.once(corridor_flows)
    sums = flows[(flows["group"] == ALL) & (flows["period"] == last)].groupby("route_group")["mt"].sum()
    for group in route_groups(facts):
        figures[f"Route group {group} in {last}", "Mt/year"] = float(sums.get(group, 0.0))
    figures[f"CO2 in {last}", "kt/year"] = float(
        facts.table("emissions").loc[lambda table: table["period"] == last, "co2_kt"].sum()
    )
    return figures


def proven_difference(first: Facts, second: Facts) -> str:
    """'proven' when the cost intervals [bound, objective] of two plans do not overlap, else 'not proven'."""
    one, two = first.plan.outcome, second.plan.outcome
    if None in (one.objective, two.objective, one.bound, two.bound):
        return "no plan"
    apart = one.objective < two.bound or two.objective < one.bound  # type: ignore[operator]
    return "proven" if apart else "not proven"
