"""Plan table of transfers: what projects spare shippers at the cost of others, by project, payer and period.

Maths: on a variant arc whose projects change the price by c[p], of which the share τ[p] is a transfer, a unit pays
       price × Π (1 + c[p]) and costs society price × Π (1 + c[p] (1 - τ[p])); the difference is the transfer.
       Of several projects on one arc each answers for a part by τ[p] |c[p]|. Tariff and handling alike; a link falls
       to who earns on it, as its costs: they earn less, unless ProjectEffects names who pays them the difference.
Data: ProjectEffects.cost_change, .transfer_share [share], .paid_by [parties with shares].
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from model.case.canonical import value_at
from model.case.joint import shares_of_parties
from model.features import transfers
from model.formulation.costs_of_flow import arc_countries
from model.formulation.formulation import Formulation
from model.network.attributes import arc_figures, handling_cost, transport_cost
from model.network.graph import LINK, FloatArray
from model.plan.plan_table import PERIOD, PlanTable, number, text

TABLES = (
    PlanTable(
        "transfers",
        "What projects spare shippers because others pay or do not earn it, by project, payer and period.",
        ("project", "country", "receiver", "period"),
        (
            text("project", "Key of the project that cuts the price."),
            text(
                "country", "Who pays: who is named, else of the place or an end of the link; 'ship lines' as in costs."
            ),
            text("receiver", "Who earns there and gets it from who is named; '' where those who pay earn there."),
            PERIOD,
            number("amount", "million USD/year", "Paid by others, or not earned by them."),
        ),
    ),
)
OF_MINIMUM = ("transfers",)
PRICES = (transport_cost, handling_cost)
Party = tuple[str, str, str]
"""Project, who pays, and who receives it from them."""


def table(name: str, extraction: Any) -> pd.DataFrame:
    """The plan table; `extraction` has the formulation and the plan's flows."""
    formulation: Formulation = extraction.formulation
    columns = TABLES[0].columns
    if not transfers.applies(formulation.case):
        return pd.DataFrame(columns=columns)
    parts = _parts(formulation)
    rates: dict[int, FloatArray] = {}
    totals: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for row in extraction.flows:
        cut = [arc for arc in row.route.arcs if arc in parts]
        if cut:
            amounts = _rates(formulation, row.period, rates)[row.cargo_class, cut] * row.flow
            for arc, amount in zip(cut, amounts.tolist(), strict=True):
                for (project, payer, receiver), part in parts[arc].items():
                    totals[project, payer, receiver, row.period] += amount * part
    rows = [(*key, amount) for key, amount in sorted(totals.items()) if amount != 0]
    return pd.DataFrame(rows, columns=columns)


def _rates(formulation: Formulation, period: str, known: dict[int, FloatArray]) -> FloatArray:
    """Transfer of a unit of each class on each arc, million USD, shape (classes, arcs), alike in an epoch."""
    case, graph, year = formulation.case, formulation.graph, formulation.period(period).first_year
    epoch = case.epoch(year)
    if epoch not in known:
        effects = case.table("ProjectEffects")
        kept = effects["cost_change"] * (1.0 - effects["transfer_share"])
        social = arc_figures(case.with_tables(ProjectEffects=effects.assign(cost_change=kept)), graph, year)
        paid = formulation.figures(formulation.period(period))
        known[epoch] = np.array(
            [
                sum(price(case, graph, social, kind, year) - price(case, graph, paid, kind, year) for price in PRICES)
                for kind in formulation.cargo.classes
            ]
        )
    return known[epoch]


def _parts(formulation: Formulation) -> dict[int, dict[Party, float]]:
    """Arc → the part of its transfer that falls to each project, payer and receiver; arcs without any left out."""
    effects = formulation.case.table("ProjectEffects")
    keys = list(zip(effects["project"], effects["asset_kind"], effects["asset"], strict=True))
    weights = dict(zip(keys, (effects["cost_change"] * effects["transfer_share"]).abs(), strict=True))
    named = dict(zip(keys, effects["paid_by"], strict=True))
    arcs, earners = formulation.graph.arcs, arc_countries(formulation)
    found = {}
    for arc, gates in enumerate(formulation.graph.column("gates")):
        kind = "link" if value_at(arcs, arc, "kind") == LINK else "node"
        own = {project: (project, kind, value_at(arcs, arc, kind)) for project in gates}
        whole = sum(float(weights[key]) for key in own.values())
        if whole > 0:
            found[arc] = {
                (project, *pair): float(weights[key]) / whole * part
                for project, key in own.items()
                if weights[key] > 0
                for pair, part in _pairs(named[key], earners[arc]).items()
            }
    return found


def _pairs(named: tuple[str, ...], earners: tuple[str, ...]) -> dict[tuple[str, str], float]:
    """(Payer, receiver) → its part: each who is named pays each who earns; '' receives what those earn less."""
    return {
        (payer, earner if payer != earner else ""): share / len(earners)
        for earner in earners
        for payer, share in (shares_of_parties(named) or {earner: 1.0}).items()
    }
