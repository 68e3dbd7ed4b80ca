"""Plan tables of choice: how markets and single entries split between corridors, and what it costs them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from model.features.choice import NAME
from model.features.choice.markets import OUTSIDE, families, markets
from model.features.choice.rows import Entry, entries, load_key, place_of, shapes
from model.features.choice.shape import Shape
from model.formulation.formulation import BlockKey, Formulation
from model.formulation.values import Values
from model.plan.plan_table import DEMAND, PERIOD, SEASON, SEGMENT, PlanTable, number, text

MARKET = text("market", "Market of the Choice sheet.")
FAMILY = text("family", "Corridor; 'outside' = by none.")
FIGURES = (
    number("amount", "kTEU/year", "What is to be sent, by whatever corridor."),
    number("served", "kTEU/year", "What goes by this corridor."),
    number("share", "share", "Served over amount."),
    number("constant", "million USD/kTEU", "Constant of the corridor in that year."),
    number(
        "cost",
        "million USD/kTEU",
        "Mean cost of a kTEU that goes by it, with time and CO2, without taste; blank when none does.",
        blank=True,
    ),
    number("taste", "million USD/year", "Constants and spread of tastes; not paid."),
)
TABLES = (
    PlanTable(
        "choice",
        "How each market splits between corridors, by period.",
        ("market", "family", "period"),
        (MARKET, FAMILY, PERIOD, *FIGURES),
    ),
    PlanTable(
        "choice_entries",
        "How each part of a demand that chooses splits between corridors, by period and season.",
        ("demand", "segment", "period", "season", "family"),
        (DEMAND, SEGMENT, PERIOD, SEASON, FAMILY, MARKET, *FIGURES),
    ),
)
OF_MINIMUM = ("choice_entries",)


def table(name: str, extraction: Any) -> pd.DataFrame:
    """The plan table of that name; `extraction` has the formulation, the plan's flows and its values."""
    split = choice_entries(extraction.formulation, _costs(extraction), extraction.values)
    return split if name == "choice_entries" else by_market(split)


def _costs(extraction: Any) -> dict[tuple[int, str, str, str], tuple[float, float]]:
    """(kTEU, million USD) carried by (cargo entry, period, season, corridor)."""
    formulation: Formulation = extraction.formulation
    family_of = {link: family for family, links in families(formulation.case).items() for link in links}
    of_arc = [family_of.get(link) for link in formulation.graph.column("link")]
    choosing = {entry.demand for entry in entries(formulation)}
    found: dict[tuple[int, str, str, str], tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
    for row in extraction.flows:
        if row.route.demand in choosing:
            passed = next((of_arc[arc] for arc in row.route.arcs if of_arc[arc] is not None), "")
            key = (row.route.demand, row.period, row.season, str(passed))
            kteu, cost = found[key]
            teu = formulation.cargo.classes[row.cargo_class].teu
            found[key] = kteu + row.flow * teu, cost + row.flow * row.unit_cost
    return dict(found)


def choice_entries(
    formulation: Formulation, costs: dict[tuple[int, str, str, str], tuple[float, float]], values: Values
) -> pd.DataFrame:
    """Table choice_entries; empty when the feature is off."""
    columns = TABLES[1].columns
    if not formulation.families.get(NAME, False):
        return pd.DataFrame(columns=columns)
    rows = []
    for entry in entries(formulation):
        by_period = dict(shapes(formulation, entry))
        for key in formulation.block_keys:
            if formulation.demand_amount(entry.demand, key) > 0:
                rows += _entry_rows(formulation, entry, key, by_period[key[0]], costs, values)
    return pd.DataFrame(rows, columns=columns)


def _entry_rows(
    formulation: Formulation,
    entry: Entry,
    key: BlockKey,
    shape: Shape,
    costs: dict[tuple[int, str, str, str], tuple[float, float]],
    values: Values,
) -> list[tuple[Any, ...]]:
    cargo, market = formulation.cargo, markets(formulation.case)[entry.market]
    teu = cargo.classes[int(cargo.class_of[entry.demand])].teu
    amount = formulation.demand_amount(entry.demand, key) * teu
    year = formulation.period(key[0]).first_year
    sent = {}
    for option in market.options:
        if option.family == OUTSIDE:
            variable = formulation.operations(*key).unserved[entry.demand]
        else:
            variable = formulation.load(key, load_key(option.family, entry.name))
        sent[option.family] = max(0.0, values(variable)) * teu
    taste = _taste(formulation, entry, key, shape, amount, sent)
    rows = []
    for option in market.options:
        kteu, cost = costs.get((entry.demand, *key, option.family), (0.0, 0.0))
        figures = (amount, sent[option.family], sent[option.family] / amount, option.constant(year))
        mean = cost / kteu if kteu > 0 else np.nan
        names = (cargo.rows[entry.demand], cargo.segments[entry.demand], *key, option.family, entry.market)
        rows.append((*names, *figures, mean, taste[option.family]))
    return rows


def _taste(
    formulation: Formulation, entry: Entry, key: BlockKey, shape: Shape, amount: float, sent: dict[str, float]
) -> dict[str, float]:
    """Taste by corridor, million USD; that of a nest is shared out by what its corridors carry."""
    width = float(formulation.case.settings["choice_step"])
    place = place_of(formulation, entry, key)
    found = {family: (price - shape.credit) * sent[family] for family, price in shape.flat}
    found |= dict.fromkeys(sent.keys() - found.keys(), 0.0)
    for part in shape.parts:
        inside = part.families or (OUTSIDE,)
        total = sum(sent[family] for family in inside)
        cost = part.taste(total, amount, width, place)
        for family in inside:
            found[family] += cost * (sent[family] / total if total > 1e-9 else 1.0 / len(inside))
    if shape.outside:
        cargo = formulation.cargo
        teu = cargo.classes[int(cargo.class_of[entry.demand])].teu
        found[OUTSIDE] -= float(cargo.penalty[entry.demand]) / teu * sent[OUTSIDE]
    return found


def by_market(split: pd.DataFrame) -> pd.DataFrame:
    """Table choice: the entries added up by market, corridor and period."""
    if split.empty:
        return pd.DataFrame(columns=TABLES[0].columns)
    frame = split.assign(paid=split["cost"].fillna(0.0) * split["served"], weight=split["served"])
    frame["weight"] = frame["weight"].where(split["cost"].notna(), 0.0)
    keys = ["market", "family", "period"]
    sums = frame.groupby(keys, sort=False, as_index=False).agg(
        amount=("amount", "sum"), served=("served", "sum"), constant=("constant", "first"), taste=("taste", "sum"),
        paid=("paid", "sum"), weight=("weight", "sum"),
    )  # fmt: skip
    sums["share"] = sums["served"] / sums["amount"]
    sums["cost"] = (sums["paid"] / sums["weight"]).where(sums["weight"] > 0)
    return sums[TABLES[0].columns]
