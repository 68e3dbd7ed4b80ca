"""Whether two plans differ in their projects by more than their gaps leave open.

A run says what the opposite decision on a project would cost, with the rest of its plan held. Where that is no more
than the gap of the run leaves open, the run could as well have decided like the other one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any, Final

import pandas as pd

from model.reports.comparison.run_files import RunFiles
from model.reports.frames import rows
from model.studies.console.words import count, listing

BEYOND: Final = "beyond the gaps"
WITHIN: Final = "within the gap"
UNSETTLED: Final = "not settled"
COLUMNS: Final = ["first", "second", "project", "name", "s0", "s1", "c0", "c1", "g0", "g1", "verdict"]
MOST_NAMED: Final = 4


def openings(run: RunFiles) -> dict[str, str]:
    """Project → opening years and modules, '2027, 2029 × 2'."""
    found: dict[str, str] = {}
    for row in rows(run.tables["investments"]):
        words = f"{row.opening_year:.0f}" + (f" × {row.modules:.0f}" if row.modules > 1 else "")
        found[str(row.project)] = f"{found[str(row.project)]}, {words}" if str(row.project) in found else words
    return found


def deciding_otherwise(run: RunFiles) -> dict[str, float]:
    """Project → exact change of all costs by the opposite decision, the rest held, where it was worked out."""
    asked = run.tables["candidates"]
    told = asked[asked["best"].eq("true") & asked["exact"].eq("true") & asked["breaks"].fillna("").eq("")]
    return {str(row.project): float(row.change) for row in rows(told)}


def project_differences(runs: Sequence[RunFiles]) -> pd.DataFrame:
    """One row for each pair of runs with plans and each project that they decide differently.

    s0, s1: when it opens in the first and second run; c0, c1: what to decide otherwise costs there; g0, g1: what the
    gaps leave open (million USD of present value). Verdict: BEYOND, WITHIN or UNSETTLED.
    """
    records: list[dict[str, Any]] = []
    for one, two in combinations([run for run in runs if run.has_plan], 2):
        opens, costs = [openings(run) for run in (one, two)], [deciding_otherwise(run) for run in (one, two)]
        left_open = [_left_open(run) for run in (one, two)]
        for project in {**opens[0], **opens[1]}:
            years = [opened.get(project, "") for opened in opens]
            if years[0] == years[1]:
                continue
            # what was asked is 'in or out'; of another year or size nothing was asked
            asked = [cost.get(project, math.nan) if "" in years else math.nan for cost in costs]
            name = one.names.get(("project", project)) or two.names.get(("project", project)) or project
            found = [one.label, two.label, project, name, *years, *asked, *left_open, _verdict(asked, left_open)]
            records.append(dict(zip(COLUMNS, found, strict=True)))
    return pd.DataFrame(records, columns=COLUMNS)


def _left_open(run: RunFiles) -> float:
    return run.objective - run.bound if run.objective is not None and run.bound is not None else math.inf


def _verdict(costs: Sequence[float], left_open: Sequence[float]) -> str:
    if any(cost <= gap for cost, gap in zip(costs, left_open, strict=True)):
        return WITHIN
    return BEYOND if all(cost > gap for cost, gap in zip(costs, left_open, strict=True)) else UNSETTLED


def pair_words(differences: pd.DataFrame, one: RunFiles, two: RunFiles) -> str:
    """'3 projects differ: 2 beyond the gaps (P12, P20), 1 not settled (P07)'; 'the same projects'."""
    mine = differences[(differences["first"] == one.label) & (differences["second"] == two.label)]
    if mine.empty:
        return "the same projects"
    parts = []
    for verdict in (BEYOND, WITHIN, UNSETTLED):
        keys = mine.loc[mine["verdict"] == verdict, "project"].tolist()
        if keys:
            named = keys if len(keys) <= MOST_NAMED else [*keys[: MOST_NAMED - 1], f"{len(keys) - MOST_NAMED + 1} more"]
            parts.append(f"{len(keys)} {verdict} ({listing(named)})")
    return f"{count(len(mine), 'project')} {'differs' if len(mine) == 1 else 'differ'}: {', '.join(parts)}"
