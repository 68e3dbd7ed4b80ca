"""Recount of transfers from a plan's tables alone: what routes pay less, at the prices that society bears."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping

from model.case.case import Case
from model.case.joint import shares_of_parties
from model.features import transfers
from model.plan.verify.checks import Check, Floats, Frame, agree, figures_of
from model.plan.verify.gates import Gates, Place
from model.plan.verify.rates import Rates
from model.plan.verify.travel import Sequences, Travel
from model.plan.verify.whole import whole_of

KEY = ("project", "country", "receiver", "period")
Key = tuple[str, str, str, str]


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Check]:
    """The table of transfers against what its routes and flows come to; nothing where there are none."""
    if not transfers.applies(case):
        return
    whole, shares, payers = whole_of(tables, case), _shares(case), _payers(case)
    sequences, gates = whole.sequences, whole.gates
    social = dataclasses.replace(gates, changes=_without_transfers(gates, shares))
    found: dict[Key, float] = defaultdict(float)
    for travel, paid in zip(whole.travels, whole.rates, strict=True):
        borne = Rates(travel, social)
        per_unit = borne.transport - paid.transport, borne.handling - paid.handling
        for (project, place, earner, period), amount in _amounts(travel, sequences, gates, shares, per_unit).items():
            for payer, share in (payers[project, place] or {earner: 1.0}).items():
                found[project, payer, earner if payer != earner else "", period] += amount * share
    yield agree("transfers table", "million USD a year", figures_of(tables["transfers"], KEY, "amount"), dict(found))


def _shares(case: Case) -> dict[tuple[str, Place], float]:
    """(project, place) → share of its price change that is a transfer."""
    rows = case.table("ProjectEffects").to_dict("records")
    return {(str(row["project"]), (row["asset_kind"], row["asset"])): float(row["transfer_share"]) for row in rows}


def _payers(case: Case) -> dict[tuple[str, Place], dict[str, float]]:
    """(project, place) → who is named as payer → share; empty where those who earn there earn less."""
    rows = case.table("ProjectEffects").to_dict("records")
    return {(str(row["project"]), (row["asset_kind"], row["asset"])): shares_of_parties(row["paid_by"]) for row in rows}


def _without_transfers(
    gates: Gates, shares: Mapping[tuple[str, Place], float]
) -> dict[Place, dict[str, dict[str, float]]]:
    """The changes of the gates with the price cut only by what is no transfer."""
    return {
        place: {
            project: {**change, "cost_change": change["cost_change"] * (1.0 - shares[project, place])}
            for project, change in by_project.items()
        }
        for place, by_project in gates.changes.items()
    }


def _amounts(
    travel: Travel,
    sequences: Sequences,
    gates: Gates,
    shares: Mapping[tuple[str, Place], float],
    per_unit: tuple[Floats, Floats],
) -> dict[tuple[str, Place, str, str], float]:
    """Amounts of one stretch by project, place, who earns there (on a link its payees) and period."""
    found: dict[tuple[str, Place, str, str], float] = defaultdict(float)
    country = travel.nodes["country"].astype(str).tolist()
    of_leg = [travel.payees[link] for link in sequences.leg_link]
    of_visit = [(country[node],) for node in sequences.visit_node]
    flows = travel.recount.flows
    for used, rates, routes, countries in (
        (gates.legs, per_unit[0], sequences.leg_route, of_leg),
        (gates.visits, per_unit[1], sequences.visit_route, of_visit),
    ):
        for position, (place, projects) in used.items():
            weights = {one: abs(gates.changes[place][one]["cost_change"]) * shares[one, place] for one in projects}
            parts = {one: weight / sum(weights.values()) for one, weight in weights.items() if weight > 0}
            for period in travel.stretch.periods.tolist():
                amount = float(rates[position] * flows[routes[position], period]) / len(countries[position])
                for project, part in parts.items() if amount else ():
                    for name in countries[position]:
                        found[project, place, str(name), str(travel.recount.period_names[period])] += amount * part
    return found
