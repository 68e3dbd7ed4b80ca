"""Whether two plans differ in their projects by more than their gaps leave open.

A run says what the opposite decision on a project would cost, with the rest of its plan held. Where that is no more
than the gap of the run leaves open, the run could as well have decided like the other one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import pandas as pd

from model.reports.comparison.run_files import RunFiles
from model.reports.frames import rows
from model.solvers.core.outcome import SETTLED
from model.studies.console.words import count, listing, money

BEYOND: Final = "beyond the gaps"
SETTLED_APART: Final = "in no cheaper plan otherwise"
TIMED: Final = "in another year or size, no cheaper plan otherwise"
FORBIDDEN: Final = "not allowed with the rest of one plan"
WITHIN: Final = "within the gap"
TIMED_OPEN: Final = "in another year or size, not settled"
UNSETTLED: Final = "not settled"
VERDICTS: Final = (BEYOND, SETTLED_APART, TIMED, FORBIDDEN, WITHIN, TIMED_OPEN, UNSETTLED)
COLUMNS: Final = ["first", "second", "project", "name", "s0", "s1", "c0", "c1", "g0", "g1", "p0", "p1", "verdict"]
MOST_NAMED: Final = 4
CLOSED: Final = 1e-8
"""A gap of this share of the cost is rounding: no plan costs less."""


@dataclass(frozen=True)
class Known:
    """What a run knows of its decision on a project.

    `cost` is the exact change of all costs by the opposite decision, nan where it was not worked out or is not about
    what differs; `open` what the gap leaves open, million USD. `closed` says that no plan costs less; `firm` that no
    cheaper plan decides otherwise, None where the proof did not look; `timed` the same of the year. `breaks` names what
    the opposite decision would break.
    """

    cost: float
    open: float
    closed: bool
    firm: bool | None
    timed: bool
    breaks: str
    words: str


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
    gaps leave open (million USD of present value); p0, p1: what each run has proven, in words. Verdict: of VERDICTS.
    """
    records: list[dict[str, Any]] = []
    for one, two in combinations([run for run in runs if run.has_plan], 2):
        opens = [openings(run) for run in (one, two)]
        knowing = [_knowing(run) for run in (one, two)]
        for project in {**opens[0], **opens[1]}:
            years = [opened.get(project, "") for opened in opens]
            if years[0] == years[1]:
                continue
            known = [of(project, built="" not in years) for of in knowing]
            name = one.names.get(("project", project)) or two.names.get(("project", project)) or project
            figures = [each.cost for each in known] + [each.open for each in known] + [each.words for each in known]
            verdict = _verdict(known, years)
            found = [one.label, two.label, project, name, *years, *figures, verdict]
            records.append(dict(zip(COLUMNS, found, strict=True)))
    return pd.DataFrame(records, columns=COLUMNS)


def _knowing(run: RunFiles) -> Callable[..., Known]:
    """What a run knows of a project, by its key; `built`: in both runs, so that year or size differ."""
    costs, left_open = deciding_otherwise(run), _left_open(run)
    closed = run.objective is not None and left_open <= CLOSED * max(1.0, abs(run.objective))
    proven = {str(row.project): row for row in rows(run.tables["settled"])}
    asked = run.tables["candidates"]
    broken = {str(row.project): str(row.breaks) for row in rows(asked[asked["best"].eq("true")]) if row.breaks}

    def known(project: str, *, built: bool) -> Known:
        row = proven.get(project)
        firm = True if closed else None if row is None else row.settled == "true"
        timed = closed or (row is not None and row.settled == row.year_settled == "true")
        cost = math.nan if built else costs.get(project, math.nan)  # asked was 'in or out', not the year or size
        breaks = "" if built else broken.get(project, "")
        return Known(cost, left_open, closed, firm, timed, breaks, _words(row, closed=closed, breaks=breaks))

    return known


def _words(row: Any, *, closed: bool, breaks: str) -> str:
    """What a run has proven of its decision, and what the opposite one would break."""
    if closed:
        said = "no plan costs less"
    elif row is None:
        said = "not looked at"
    elif row.settled != "true":
        said = f"open: otherwise up to {money(row.saving)} less"
    elif row.year_settled == "true":
        said = "settled, with its year"
    else:
        said = f"settled; other years up to {money(row.year_saving)} less"
    return f"{said}; the opposite would break: {breaks}" if breaks else said


def _left_open(run: RunFiles) -> float:
    return run.objective - run.bound if run.objective is not None and run.bound is not None else math.inf


def _verdict(known: Sequence[Known], years: Sequence[str]) -> str:
    if "" not in years:  # of the year of the first opening alone, a size is settled only where no plan costs less
        first = [year.split(",")[0].split(" ")[0] for year in years]
        proven = all(each.timed for each in known) and (first[0] != first[1] or all(each.closed for each in known))
        return TIMED if proven else TIMED_OPEN
    if any(each.cost <= (SETTLED if each.firm else each.open) for each in known):
        return WITHIN
    if any(each.breaks for each in known):
        return FORBIDDEN
    if not all(each.cost > each.open if each.firm is None else each.firm for each in known):
        return UNSETTLED
    return BEYOND if all(each.cost > SETTLED for each in known) else SETTLED_APART  # other plans may cost the same


def pair_words(differences: pd.DataFrame, one: RunFiles, two: RunFiles) -> str:
    """'3 projects differ: 2 beyond the gaps (P12 and P20), 1 not settled (P07)'; 'the same projects'."""
    mine = differences[(differences["first"] == one.label) & (differences["second"] == two.label)]
    if mine.empty:
        return "the same projects"
    parts = []
    for verdict in VERDICTS:
        keys = mine.loc[mine["verdict"] == verdict, "project"].tolist()
        if keys:
            named = keys if len(keys) <= MOST_NAMED else [*keys[: MOST_NAMED - 1], f"{len(keys) - MOST_NAMED + 1} more"]
            parts.append(f"{len(keys)} {verdict} ({listing(named)})")
    return f"{count(len(mine), 'project')} {'differs' if len(mine) == 1 else 'differ'}: {', '.join(parts)}"
