"""Policies: what each counts, recounted from routes and flows, against its limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from model.case.case import Case
from model.case.keys import parted
from model.plan.mentions import BETWEEN_KEYS, read_mentions
from model.plan.verify.checks import Check, Costs, Finding, Frame, Rows, agree, figures_of, kept, none_found, records
from model.plan.verify.recount import Recount
from model.plan.verify.whole import whole_of

CHECK: Final = "policies are kept"
EMPTY: Final = "empty boxes from "
Leg = tuple[str, str, str]


@dataclass(frozen=True)
class Counting:
    """Routes as legs (link, from node, to node), and what is needed to count policies."""

    recount: Recount

    @cached_property
    def legs(self) -> dict[str, list[Leg]]:
        """Legs of each route."""
        result = {}
        for row in records(self.recount.tables["routes"]):
            nodes, links = parted(row.nodes, BETWEEN_KEYS), parted(row.links, BETWEEN_KEYS)
            result[str(row.route)] = list(zip(links, nodes[:-1], nodes[1:], strict=True))
        return result

    @cached_property
    def co2_factors(self) -> dict[str, dict[str, float]]:
        """Kt CO2 per kt of cargo on each leg's link, by route: the projects that it uses counted."""
        case = self.recount.case
        links = case.table("Links", case.first_year).set_index("link")
        plain = (links["length_km"] * links["co2_g_per_tkm"] * 1e-6).to_dict()
        change = {
            (row.project, row.asset): 1.0 + float(row.co2_change)
            for row in records(case.table("ProjectEffects"))
            if row.asset_kind == "link"
        }
        result = {}
        for row in records(self.recount.tables["routes"]):
            factors = {link: float(plain[link]) for link, _, _ in self.legs[row.route]}
            for place, projects in read_mentions(str(row.projects_used or "")):
                if place in factors:
                    factors[place] *= float(np.prod([change.get((p, place), 1.0) for p in projects]))
            result[str(row.route)] = factors
        return result

    @cached_property
    def flows(self) -> list[Any]:
        """Rows of route_flows."""
        return records(self.recount.tables["route_flows"])

    @cached_property
    def marks(self) -> dict[str, set[str]]:
        """Demands that each policy counts."""
        case = self.recount.case
        return {policy.policy: self._marked(policy) for policy in records(case.table("Policies"))}

    def _marked(self, policy: Any) -> set[str]:
        case = self.recount.case
        country = case.lookup("Nodes", "country")
        named = set(policy.demands)
        return {
            str(row.demand)
            for row in records(case.table("Demand"))
            if (not named or named & {row.demand, row.group, row.commodity})
            and (policy.country is None or policy.country in (country[row.origin], country[row.destination]))
        }

    def counted(self, policy: Any) -> dict[str, float]:
        """What the policy counts in a year of each period."""
        marked = self.marks[policy.policy]
        totals: dict[str, float] = defaultdict(float)
        everything = policy.kind in ("co2", "link flow") and not policy.demands and policy.country is None
        for flow in self.flows:
            if flow.demand in marked or (everything and str(flow.demand).startswith(EMPTY)):
                totals[flow.period] += self._of_flow(policy, flow)
        return totals

    def _of_flow(self, policy: Any, flow: Any) -> float:
        tonnes, legs = float(flow.flow_kt), self.legs[flow.route]
        if policy.kind == "served share":
            return tonnes
        if policy.kind == "co2":
            return tonnes * sum(self.co2_factors[flow.route][link] for link, _, _ in legs)
        if policy.kind == "area share":
            inside = self._inside[policy.policy]
            entries = sum(start not in inside and end in inside for _, start, end in legs) + (legs[0][1] in inside)
            return tonnes * entries
        groups = self.recount.case.lookup("Links", "route_group")
        used = [link for link, _, _ in legs if {link, groups[link]} & set(policy.links)]
        if policy.measure == "kt":
            return tonnes * len(used)
        return float(flow.flow_kteu) * sum(self._in_boxes(str(flow.demand), link) for link in used)

    @cached_property
    def _inside(self) -> dict[str, set[str]]:
        """Nodes inside the areas of each policy."""
        nodes, policies = self.recount.case.table("Nodes"), self.recount.case.table("Policies")
        areas = list(zip(nodes["node"], nodes["area"], strict=True))
        return {
            policy: {node for node, named in areas if set(named) & set(wanted)}
            for policy, wanted in zip(policies["policy"], policies["areas"], strict=True)
        }

    @cached_property
    def _container(self) -> set[str]:
        case = self.recount.case
        form = case.lookup("Commodities", "form")
        return {str(r.demand) for r in records(case.table("Demand")) if form[r.commodity] == "container"}

    @cached_property
    def _boxed(self) -> dict[str, bool]:
        """Whether a link's carrier takes bulk in containers."""
        case = self.recount.case
        boxed = case.lookup("Carriers", "bulk_in_containers")
        return {str(link): bool(boxed[by]) for link, by in case.lookup("Links", "carrier").items()}

    def _in_boxes(self, demand: str, link: str) -> bool:
        return demand in self._container or demand.startswith(EMPTY) or self._boxed[link]


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Finding]:
    """Policies kept, and the table of their levels; ships burn what the table sailings says."""
    yield Costs("policy_breach", {}, label="Missed policies")  # a plan that misses one is none
    policies = records(case.table("Policies"))
    if not policies:
        yield Rows("policy_levels", ["policy", "period"])
        return
    recounted = whole_of(tables, case).recount
    burnt = tables["sailings"].groupby("period")["fuel_t"].sum()
    ship_fuel = {str(period): float(fuel) for period, fuel in burnt.items()}
    counting, stated = Counting(recounted), tables["policy_levels"]
    found: dict[tuple[str, str], float] = {}
    excess, sizes, places = [], [], []
    limits: dict[tuple[str, str], float] = {}
    fuel_co2 = float(case.settings["fuel_co2"])
    for policy in policies:
        totals = counting.counted(policy)
        periods = [p for p in case.periods if _holds(policy, p.first_year)]
        for period in periods:
            ships = fuel_co2 * ship_fuel.get(period.name, 0.0) if policy.kind == "co2" else 0.0
            found[policy.policy, period.name] = totals.get(period.name, 0.0) + ships
        levels = [(p.name, found[policy.policy, p.name], _limit(recounted, counting, policy, p.name)) for p in periods]
        window = policy.value_per == "window"
        limits |= {(policy.policy, name): np.nan if window else limit for name, _, limit in levels}
        if window and periods:
            total = sum(found[policy.policy, p.name] * p.years for p in periods)
            levels = [("all years", total, float(policy.value))]
        for name, level, limit in levels:
            beyond = {"<=": level - limit, ">=": limit - level}.get(policy.sense, abs(level - limit))
            excess.append(beyond)
            sizes.append(limit)
            places.append(f"{policy.policy}, {name}: {level:.9g} counted, {policy.sense} {limit:.9g} asked")
    unit = "kTEU, kt or kt CO2"
    yield kept(CHECK, unit, np.array(excess), np.array(sizes), lambda i: places[i])
    yield agree("policy_levels table: counted", unit, figures_of(stated, ["policy", "period"], "counted"), found)
    yield from _level_checks(recounted, limits)


def _level_checks(recount: Recount, limits: dict[tuple[str, str], float]) -> list[Check]:
    """Rows, senses, limits and what is missed of the policy_levels table; a budget of a window has no yearly limit."""
    stated = recount.tables["policy_levels"]
    senses = {str(row.policy): row.sense for row in records(recount.case.table("Policies"))}
    keys = list(zip(stated["policy"].tolist(), stated["period"].tolist(), strict=True))
    problems = [f"{', '.join(key)} is not listed" for key in limits if key not in set(keys)]
    problems += [f"{', '.join(key)} is listed, where the policy does not hold" for key in keys if key not in limits]
    for key, sense in zip(keys, stated["sense"].tolist(), strict=True):
        if sense != senses[key[0]]:
            problems.append(f"{', '.join(key)}: '{sense}', not '{senses[key[0]]}'")
    given, missed = stated["limit"].to_numpy(float), stated["missed"].to_numpy(float)
    right = np.array([limits.get(key, np.nan) for key in keys], dtype=float)
    blank = np.isnan(given) & np.isnan(right)  # what only one of them leaves blank stays so, and is wrong
    told, wanted = (dict(zip(keys, np.where(blank, 0.0, values), strict=True)) for values in (given, right))
    unit = "kTEU, kt or kt CO2"
    return [
        none_found("policy_levels table: rows and senses", "rows", problems, len(keys)),
        agree("policy_levels table: limit", unit, told, wanted),
        kept(
            "policy_levels table: missed", unit, np.abs(missed), np.nan_to_num(right),
            lambda position: f"{', '.join(keys[position])}: {missed[position]:.9g}",
        ),
    ]  # fmt: skip


def _holds(policy: Any, year: int) -> bool:
    return not (policy.first_year > year or policy.last_year < year)


def _limit(recount: Recount, counting: Counting, policy: Any, period: str) -> float:
    """The value, or its share of the tonnes of the demands counted."""
    if policy.kind in ("co2", "link flow"):
        return float(policy.value)
    served = recount.tables["demand_served"]  # its tonnes are checked by themselves
    rows = served[(served["period"] == period) & served["demand"].isin(counting.marks[policy.policy])]
    return float(policy.value) * float(rows["amount_kt"].sum())
