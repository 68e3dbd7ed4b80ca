"""What missing a policy is charged: more than keeping it can be worth, unit by unit, and no more than that asks for.

A ceiling is kept at worst by leaving cargo behind: one unit of the count less costs the penalty of a unit of demand
over what that counts on its least counting way. A floor is kept at worst by sending a unit the dearest counted way and
leaving another behind for it. Where policies, boxes and whole projects stand in each other's way keeping one may cost
more still: a plan that misses a policy is therefore never an answer; the planner asks again with the policies as hard
limits (`plan.planner`). So these prices need only be right as a rule, and small ones keep the numbers tame.
"""

from __future__ import annotations

import numpy as np

from model.formulation.forms.fleets import services
from model.formulation.forms.policy_rules import Policy, policy_load, ships_count
from model.formulation.formulation import Formulation
from model.network.graph import FloatArray, IntArray
from model.network.paths import PathFinder

FACTOR = 2.0  # what is certainly dearer than keeping the policy
MOST_APART = 1000.0  # the dearest unit of cargo counts at most so many times the cheapest


def breach_price(formulation: Formulation, policy: Policy) -> float:
    """Cost of missing a policy by one unit in a year, million USD."""
    floors = () if policy.sense == "<=" else _floors(formulation, policy)
    ceilings = () if policy.sense == ">=" else _ceilings(formulation, policy)
    prices = np.array([*floors, *ceilings])
    prices = prices[np.isfinite(prices) & (prices > 0)]
    if not len(prices):  # nothing counts, so nothing can be missed for money
        return FACTOR * float(formulation.cargo.penalty.max(initial=1.0))
    highest = min(float(prices.max()), MOST_APART * float(prices.min()))
    return FACTOR * highest * (_spread_of_years(formulation, policy) if policy.whole_window else 1.0)


def _spread_of_years(formulation: Formulation, policy: Policy) -> float:
    """How many times as much money counts in the first year of a budget of several years as in its last."""
    years = [
        formulation.operating_weight(period.name) / period.years
        for period in formulation.periods
        if policy.holds_in(period.first_year)
    ]
    return max(years, default=1.0) / min(years, default=1.0)


def _counted(formulation: Formulation, policy: Policy) -> IntArray:
    """Demand rows with something to carry that the policy counts; boxes that need not travel are none."""
    cargo = formulation.cargo
    marked = np.array([policy.everything or policy.name in kind.marks for kind in cargo.classes], dtype=np.bool_)
    wanted = (cargo.amounts.max(axis=1) > 0) & marked[cargo.class_of] & ~np.asarray(cargo.is_empty, dtype=np.bool_)
    ends = [a in formulation.graph.source and b in formulation.graph.sink for a, b in _ends(formulation)]
    return np.flatnonzero(wanted & np.array(ends, dtype=np.bool_))


def _ends(formulation: Formulation) -> list[tuple[str, str]]:
    return list(zip(formulation.cargo.origins, formulation.cargo.destinations, strict=True))


def _ceilings(formulation: Formulation, policy: Policy) -> FloatArray:
    """For each demand that is counted: penalty of a unit left behind over the least that a unit counts."""
    counts = _count_of_arcs(formulation, policy)
    cargo, graph = formulation.cargo, formulation.graph
    finder = PathFinder(graph)
    prices = []
    for kind in np.unique(cargo.class_of[_counted(formulation, policy)]).tolist():
        usable = np.where(formulation.accepted[kind], counts[kind], np.inf)
        some = usable[np.isfinite(usable) & (usable > 0)]
        if not len(some):
            continue
        mine = [i for i in _counted(formulation, policy).tolist() if cargo.class_of[i] == kind]
        sources = sorted({graph.source[cargo.origins[i]] for i in mine})
        distance, _ = finder.trees(usable, sources)
        for i in mine:
            least = float(distance[sources.index(graph.source[cargo.origins[i]]), graph.sink[cargo.destinations[i]]])
            if np.isfinite(least):
                prices.append(float(cargo.penalty[i]) / (least if least > 0 else float(some.min())))
    return np.array(prices)


def _count_of_arcs(formulation: Formulation, policy: Policy) -> FloatArray:
    """What a unit of each class counts on each arc, with the least that ships burn for it, shape (classes, arcs)."""
    load = policy_load(formulation, policy)
    counts = np.zeros((len(formulation.cargo.classes), formulation.graph.arc_count))
    counts[:, load.arcs] = load.coefficients
    if not ships_count(formulation, policy):
        return counts
    factor = float(formulation.case.settings["fuel_co2"])
    burnt: dict[str, float] = {}
    for service in services(formulation.case):
        if service.payload["kt"] > 0:
            least = factor * service.fuel_t / service.payload["kt"]
            burnt[service.link] = min(burnt.get(service.link, np.inf), least)
    tonnes = formulation.cargo.class_vector("tonnes")
    for (link, _), arcs in formulation.graph.arcs_of_link.items():
        counts[:, arcs] += (tonnes * burnt.get(link, 0.0))[:, None]
    return counts


def _floors(formulation: Formulation, policy: Policy) -> FloatArray:
    """For each demand that is counted: its cheapest counted way and the dearest penalty, over what a unit counts."""
    load = policy_load(formulation, policy)
    cargo, graph = formulation.cargo, formulation.graph
    rates = np.max([formulation.unit_rates(period.name) for period in formulation.periods], axis=0)
    finder, counted = PathFinder(graph), _counted(formulation, policy)
    teu, tonnes = (cargo.class_vector(name)[cargo.class_of] for name in ("teu", "tonnes"))
    # a unit takes the room of another one: as many TEU or as many tonnes of the dearest to leave behind
    behind = np.maximum(*(size * float((cargo.penalty / size).max(initial=0.0)) for size in (teu, tonnes)))
    prices = []
    for kind in np.unique(cargo.class_of[counted]).tolist():
        counts = load.coefficients[kind]
        here = np.flatnonzero((counts > 0) & formulation.accepted[kind][load.arcs])
        mine = [i for i in counted.tolist() if cargo.class_of[i] == kind]
        if not len(here):
            continue
        arcs = load.arcs[here]
        costs = np.where(formulation.accepted[kind], np.maximum(rates[kind], 0.0), np.inf)
        before, _ = finder.trees(costs, [graph.source[cargo.origins[i]] for i in mine])
        heads = np.unique(graph.head[arcs])
        after, _ = finder.trees(costs, heads.tolist())
        for row, i in enumerate(mine):
            ways = before[row, graph.tail[arcs]] + costs[arcs]
            ways = ways + after[np.searchsorted(heads, graph.head[arcs]), graph.sink[cargo.destinations[i]]]
            dear = (ways + behind[i]) / counts[here]
            prices.append(float(dear.min()))
    return np.array(prices)
