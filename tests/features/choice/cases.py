"""Minis of choice in canonical units: places joined by parallel corridors; a constant or spread of 1 is 1,000
USD/TEU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.schema import SHEETS
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from tests.minis import Record, demand, link, make_case, row_of

CORRIDORS = ("Middle", "North", "Ocean")
Costs = Mapping[str, float]


def option(family: str, constant: float = 0.0, **more: Any) -> Record:
    """A row of the Choice sheet of the market M."""
    return row_of({"market": "M", "family": family, "constant": constant}, more)


def parallel(
    pairs: Mapping[str, Costs],
    options: Sequence[Record],
    *,
    amount: float = 10.0,
    step: float = 0.5,
    links: Mapping[str, Mapping[str, Any]] | None = None,
    settings: Mapping[str, Any] | None = None,
    **sheets: Any,
) -> Case:
    """Demand rows 'A-B' and what a kTEU of each costs by each corridor, on links 'Middle A-B' … of its own.

    The first option must give the spread. `links` adds figures to links by name. One year, 2026; days cost nothing.
    """
    made, demands = [], []
    families: dict[str, list[str]] = {}
    for ends, costs in pairs.items():
        demands.append(demand(ends, ends, amount, market="M"))
        for family, cost in costs.items():
            name = f"{family} {ends}"
            made.append(link(name, ends, container_cost=cost, days_regular=0.0, **(links or {}).get(name, {})))
            families.setdefault(family, []).append(name)
    nodes = sorted({end for ends in pairs for end in ends.split("-")})
    return make_case(
        "parallel corridors",
        nodes,
        made,
        demands,
        years=(2026,),
        settings={"choice_step": step, **(settings or {})},
        Families=[{"family": family, "markers": tuple(names)} for family, names in families.items()],
        Choice=list(options),
        **sheets,
    )


def solved(case: Case, **options: Any) -> Plan:
    """Proven optimum with the verifier's consent, the recount of choice in it."""
    plan = make_plan(case, SolveOptions(gap=1e-8, threads=1, **options))
    assert plan.outcome.status is Status.OPTIMAL, f"{plan.outcome.status}: {plan.outcome.message}"
    assert plan.verified
    return plan


def shares(plan: Plan, demand_key: str | None = None) -> dict[str, float]:
    """Share of each corridor, of the market or of one demand."""
    split = plan.tables["choice_entries"]
    if demand_key is not None:
        split = split[split["demand"] == demand_key]
    sums = split.groupby("family")[["served", "amount"]].sum()
    return {str(family): float(row["served"] / row["amount"]) for family, row in sums.iterrows()}


def table_of(sheet: str, rows: Sequence[Record]) -> pd.DataFrame:
    """Records as the canonical table of a sheet."""
    return canonical_table(SHEETS[sheet], rows)


def switched_off(case: Case) -> Case:
    """The case with choice off in its Constraints sheet."""
    return case.with_tables(Constraints=table_of("Constraints", [{"constraint": "choice", "active": False}]))
