"""Policies rows in the form that the family, its cost term and the plan tables share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.case.canonical import records
from model.case.case import Case, once_per_case
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.loads import Load, LoadKey
from model.network.graph import LINK, LOADING, FloatArray, IntArray


@dataclass(frozen=True)
class Policy:
    """One row of the Policies sheet; `row` is its Excel row. Value in share, kTEU, kt or kt CO2.

    `everything` says that it names neither demands nor a country.
    """

    row: int
    name: str
    kind: str
    sense: str
    value: float
    first_year: int
    last_year: int
    whole_window: bool
    measure: str
    areas: tuple[str, ...]
    links: tuple[str, ...]
    negotiable: bool
    everything: bool

    @property
    def load_key(self) -> LoadKey:
        """Key of the load that it limits."""
        return ("policy", self.name)

    def holds_in(self, first_year: int) -> bool:
        """Whether it holds in the period that begins in that year."""
        return self.first_year <= first_year <= self.last_year


@once_per_case
def read_policies(case: Case) -> list[Policy]:
    """Policies of a case, in sheet order."""
    table = case.table("Policies")
    result = []
    for row, item in zip(table.index, records(table), strict=False):
        first = case.first_year if np.isnan(item.first_year) else int(item.first_year)
        last = case.last_year if np.isnan(item.last_year) else int(item.last_year)
        result.append(
            Policy(
                int(row), str(item.policy), str(item.kind), str(item.sense), float(item.value), first, last,
                item.value_per == "window", "kt" if item.kind != "link flow" else str(item.measure),
                tuple(item.areas), tuple(item.links), bool(item.negotiable),
                not item.demands and item.country is None,
            )
        )  # fmt: skip
    return result


def policy_load(formulation: Formulation, policy: Policy) -> Load:
    """What a policy counts, as a load over the classes that it marks."""
    arcs = _arcs(formulation, policy)
    if policy.kind == "co2":
        figures = formulation.figures(formulation.periods[0]).co2[arcs]
        coefficients = formulation.cargo.class_vector("tonnes")[:, None] * figures[None, :]
    else:
        coefficients = formulation.use_of(policy.measure, arcs)
    return Load(policy.load_key, arcs, coefficients * _counted(formulation, policy)[:, None])


def _counted(formulation: Formulation, policy: Policy) -> FloatArray:
    """1 for the classes that the policy counts, else 0; CO2 and link flows of all demands count empties too."""
    if policy.everything and policy.kind in ("co2", "link flow"):
        return np.ones(len(formulation.cargo.classes))
    return np.array([policy.name in kind.marks for kind in formulation.cargo.classes], dtype=float)


def _arcs(formulation: Formulation, policy: Policy) -> IntArray:
    """Arcs on which the policy counts: ways into its areas, its links, all links (CO2) or all loading arcs (served)."""
    graph, case = formulation.graph, formulation.case
    kinds = graph.arcs["kind"].to_numpy()
    if policy.kind == "served share":
        return np.flatnonzero(kinds == LOADING)
    if policy.kind == "co2":
        return np.flatnonzero(kinds == LINK)
    if policy.kind == "link flow":
        groups = case.lookup("Links", "route_group")
        wanted = set(policy.links)
        return np.flatnonzero(
            [k == LINK and bool({n, groups.get(n)} & wanted) for k, n in zip(kinds, graph.arcs["link"], strict=False)]
        )
    areas = case.lookup("Nodes", "area")
    inside = np.array([bool(set(areas.get(node, ())) & set(policy.areas)) for node in graph.vertex_node])
    entering = (kinds == LINK) & ~inside[graph.tail] & inside[graph.head]
    return np.flatnonzero(entering | ((kinds == LOADING) & inside[graph.head]))


def yearly_limit(formulation: Formulation, policy: Policy, period: str) -> float:
    """Right-hand side of a policy in a year of a period: its value, or its share of the tonnes that it counts."""
    if policy.kind in ("co2", "link flow"):
        return policy.value
    position = [item.name for item in formulation.periods].index(period)
    cargo = formulation.cargo
    tonnes = cargo.class_vector("tonnes")[cargo.class_of]
    counted = np.array([policy.name in cargo.classes[kind].marks for kind in cargo.class_of], dtype=float)
    return policy.value * float((cargo.amounts[:, position] * tonnes * counted).sum())


def ships_count(formulation: Formulation, policy: Policy) -> bool:
    """Whether what is burnt besides what flow emits on arcs counts towards the policy: the fuel of ships."""
    return policy.kind == "co2" and bool(formulation.emitted)


def blocks_of(formulation: Formulation, policy: Policy) -> list[BlockKey]:
    """Operations blocks in which the policy holds."""
    return [key for key in formulation.block_keys if policy.holds_in(formulation.period(key[0]).first_year)]
