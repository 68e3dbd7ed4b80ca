"""Plan table of empties: containers in and out of each market, hired and handed in."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from model.network.graph import LOADING, UNLOADING
from model.plan.plan_table import PERIOD, SEASON, PlanTable, number, text

TABLES = (
    PlanTable(
        "boxes",
        "Balance of containers at each market.",
        ("node", "period", "season"),
        (
            text("node", "Market."),
            PERIOD,
            SEASON,
            number("full_in", "kTEU", "Full containers unloaded."),
            number("full_out", "kTEU", "Full containers loaded."),
            number("empty_in", "kTEU", "Empty containers unloaded."),
            number("empty_out", "kTEU", "Empty containers loaded."),
            number("hired", "kTEU", "Containers hired."),
            number("handed_in", "kTEU", "Containers handed in."),
        ),
    ),
)


def table(name: str, extraction: Any) -> pd.DataFrame:
    """The plan table of that name; `extraction` has the formulation, the plan's flows and its values."""
    formulation = extraction.formulation
    totals: dict[tuple[str, str, str, str], float] = defaultdict(float)
    kinds, nodes = formulation.graph.column("kind"), formulation.graph.column("node")
    for row in extraction.flows:
        kind = formulation.cargo.classes[row.cargo_class]
        if kind.containerised:
            for arc in row.route.arcs:
                activity = kinds[arc]
                if activity in (LOADING, UNLOADING):
                    way = ("empty" if kind.empty else "full") + ("_in" if activity == UNLOADING else "_out")
                    totals[nodes[arc], row.period, row.season, way] += row.flow * kind.teu
    rows = []
    for key in formulation.block_keys:
        block = formulation.operations(*key)
        for node in formulation.case.table("Boxes")["node"] if hasattr(block, "hired") else []:
            moved = [totals[node, key[0], key[1], way] for way in ("full_in", "full_out", "empty_in", "empty_out")]
            hired, handed_in = (extraction.values(variable[node]) for variable in (block.hired, block.handed_in))
            rows.append((node, *key, *moved, hired, handed_in))
    return pd.DataFrame(rows, columns=TABLES[0].columns)
