"""The lean shipped case with one thing in the way of a plan, each by another cause.

What is told by pricing routes in every period (quotas, clean air, oil) stands in three periods of five years: the same
network, demand and limits, at a fifth of the work; "too few days" keeps all fifteen. Of causes that lie in projects
alone one of each way of explaining is here; all kinds of them are in contradictions.py and infeasible.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.reader import read_case
from model.case.schema import SHEETS
from tests.minis import periods, row_of

SHIPPED = Path(__file__).parents[3] / "inputs" / "middle_corridor_lean"


@cache
def shipped() -> Case:
    """The shipped case without fleets, seasons and policies."""
    return read_case(SHIPPED)


@cache
def in_fives() -> Case:
    """The same in three periods of five years."""
    return shipped().with_tables(Periods=canonical_table(SHEETS["Periods"], periods(2026, 2031, 2036, last_year=2040)))


def with_values(case: Case, sheet: str, key: str, names: str | list[str], **values: Any) -> Case:
    """The case with other values in the rows of a sheet whose column `key` holds one of the names."""
    table = case.table(sheet).copy()
    rows = table.index[table[key].isin([names] if isinstance(names, str) else names)]
    assert len(rows)
    for column, value in values.items():
        table.loc[rows, column] = value
    return case.with_tables(**{sheet: table})


def with_row(case: Case, sheet: str, **record: Any) -> Case:
    """The case with a further row (number 900 and up) in a sheet."""
    table = case.table(sheet)
    number = max(900, *(int(row) + 1 for row in table.index)) if len(table) else 900
    row = canonical_table(SHEETS[sheet], [row_of(record)], [number], complete=False)
    for column in table.columns:
        if column not in row:
            row[column] = np.nan
    return case.with_tables(**{sheet: pd.concat([table, row[list(table.columns)]]) if len(table) else row})


def committed(case: Case, project: str, opening: int) -> Case:
    """The case with a project committed to open in a year."""
    return with_values(case, "Projects", "project", project, status="committed", committed_opening=float(opening))


def corridor_budget() -> Case:
    """All committed lines against 300 million a year for the whole corridor."""
    return with_values(shipped(), "Budgets", "envelope", "Whole corridor", amount=300.0)


def needs_later() -> Case:
    """P45 is committed for 2030; the port it needs takes five years and may not open before 2033."""
    return with_values(committed(shipped(), "P45", 2030), "Projects", "project", "P44", earliest_opening=2033.0)


def two_ports() -> Case:
    """Poti stage 2 and Anaklia exclude each other (R07), both committed."""
    return committed(committed(committed(shipped(), "P42", 2030), "P43", 2033), "P44", 2034)


def ferry_quota() -> Case:
    """At least 9000 kTEU must sail on the Aktau - Alat feeder, which carries less with everything built."""
    return with_row(in_fives(), "Policies", policy="minimum on L090", kind="link flow", sense=">=", value=9_000.0,
                    links=("L090",), measure="kTEU", negotiable=True)  # fmt: skip


def floor_and_quota() -> Case:
    """At least 80 kTEU on L090 and at most 50 over the same link."""
    case = with_row(in_fives(), "Policies", policy="take or pay", kind="link flow", sense=">=", value=80.0,
                    links=("L090",), measure="kTEU", negotiable=True)  # fmt: skip
    return with_row(case, "Policies", policy="quota", kind="link flow", sense="<=", value=50.0,
                    links=("L090",), measure="kTEU", negotiable=False)  # fmt: skip


def all_served_in_five_days() -> Case:
    """All demand must be served, and mixed containers accept three days from Shanghai to Europe."""
    case = with_values(shipped(), "Commodities", "commodity", "mixed containers", maximum_days=3.0)
    return with_row(case, "Policies", policy="serve all", kind="served share", sense=">=", value=1.0, negotiable=True)


def all_served_in_clean_air() -> Case:
    """All demand must be served, with 10 kt of CO2 a year."""
    case = with_row(in_fives(), "Policies", policy="serve all", kind="served share", sense=">=", value=1.0,
                    negotiable=False)  # fmt: skip
    return with_row(case, "Policies", policy="clean air", kind="co2", sense="<=", value=10.0, negotiable=True)


def oil_tenfold() -> Case:
    """Ten times the crude oil from Aktau to Alat, more than tankers and ports carry with everything built."""
    table = in_fives().table("Demand").copy()
    years = [column for column in list[Any](table.columns) if isinstance(column, int)]
    table.loc[table["demand"] == "D50", years] *= 10
    return in_fives().with_tables(Demand=table)


CONFLICTS: dict[str, tuple[Callable[[], Case], str, tuple[str, ...]]] = {
    "corridor budget": (corridor_budget, "conflict", ("envelope Whole corridor", "short by")),
    "needs later": (needs_later, "conflict", ("P45", "P44", "R05")),
    "two ports": (two_ports, "conflict", ("P43", "P44", "R07")),
    "ferry quota": (ferry_quota, "policy", ("minimum on L090", "short by")),
    "floor and quota": (floor_and_quota, "policy", ("take or pay", "policy quota", "short by 30")),
    "too few days": (all_served_in_five_days, "policy", ("serve all", "fastest route", "3 are accepted")),
    "clean air": (all_served_in_clean_air, "policy", ("clean air",)),
    "oil": (oil_tenfold, "shortfall", ("D50", "with every project built: short by")),
}
