"""The starter case with rows that contradict each other: the reader refuses it, and what is wrong must be explained."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from model.case.workbooks.starter import ROWS
from model.case.workbooks.writer import write_workbook

Rows = dict[str, list[dict[Any, Any]]]
POLICY = {"source": "EXAMPLE", "confidence": "assumption", "measure": "kTEU"}


def starter_rows() -> Rows:
    """Records of the starter case, comments left out, that a test may alter."""
    rows = {name: [copy.deepcopy(dict(row)) for row in records] for name, records in ROWS.items()}
    kept = {name: [row for row in rows[name] if not str(next(iter(row.values()))).startswith("#")] for name in rows}
    return {**kept, "ProjectRules": [], "Policies": [], "Settings": [{"setting": "seed", "value": 1}]}


def write(path: Path, rows: Rows) -> Path:
    """Write the rows as a workbook; returns the path."""
    filled = {name: pd.DataFrame(records).astype(object) for name, records in rows.items() if records}
    write_workbook(path, {name: table.where(table.notna(), None) for name, table in filled.items()}, list(filled))
    return path


def commit(rows: Rows, project: str, opening: int) -> None:
    """Make a project committed."""
    row = next(row for row in rows["Projects"] if row["project"] == project)
    row |= {"status": "committed", "committed_opening": opening}


def too_dear(rows: Rows) -> None:
    """P3 costs 110 and P2 two modules of 45, all for 2028: 200 of 160 to be had by then."""
    commit(rows, "P3", 2028)
    commit(rows, "P2", 2028)


def both_of_a_pair(rows: Rows) -> None:
    """P1 and P4 are committed and exclude each other."""
    commit(rows, "P1", 2027)
    commit(rows, "P4", 2028)
    rows["ProjectRules"] = [{"rule": "one yard", "kind": "excludes", "project": "P1", "other_project": "P4"}]


def needs_what_is_never_built(rows: Rows) -> None:
    """P1 is committed and needs P4, which is excluded."""
    commit(rows, "P1", 2027)
    rows["Projects"][3]["status"] = "excluded"
    rows["ProjectRules"] = [{"rule": "hub first", "kind": "requires", "project": "P1", "other_project": "P4"}]


def needs_what_is_late(rows: Rows) -> None:
    """P1 is committed for 2027 and needs P3, which takes two years from 2026."""
    commit(rows, "P1", 2027)
    rows["ProjectRules"] = [{"rule": "line first", "kind": "requires", "project": "P1", "other_project": "P3"}]


def together_at_other_times(rows: Rows) -> None:
    """P1 and P4 must open together and are committed for different years."""
    commit(rows, "P1", 2027)
    commit(rows, "P4", 2029)
    rows["ProjectRules"] = [{"rule": "as one", "kind": "together", "project": "P1", "other_project": "P4"}]


def floor_above_ceiling(rows: Rows) -> None:
    """At least 50 and at most 40 kTEU on the same line."""
    common = {**POLICY, "kind": "link flow", "links": "AKT-ALA"}
    rows["Policies"] = [
        {**common, "policy": "take or pay", "sense": ">=", "value": 50},
        {**common, "policy": "quota", "sense": "<=", "value": 40},
    ]


def floor_above_capacity(rows: Rows) -> None:
    """At least 400 kTEU on a line that can carry 230 with everything built."""
    one = {**POLICY, "policy": "take or pay", "kind": "link flow", "links": "AKT-ALA", "sense": ">=", "value": 400}
    rows["Policies"] = [one]


CONTRADICTIONS: dict[str, tuple[Callable[[Rows], None], tuple[str, ...]]] = {
    "too dear": (too_dear, ("Whole corridor", "P2", "P3", "short by")),
    "both of a pair": (both_of_a_pair, ("P1", "P4", "one yard")),
    "needs what is never built": (needs_what_is_never_built, ("P1", "P4", "hub first")),
    "needs what is late": (needs_what_is_late, ("P1 is committed to open in 2027", "P3", "line first")),
    "together at other times": (together_at_other_times, ("P1", "P4", "as one")),
    "floor above ceiling": (floor_above_ceiling, ("take or pay", "quota")),
    "floor above capacity": (floor_above_capacity, ("take or pay", "400")),
}
