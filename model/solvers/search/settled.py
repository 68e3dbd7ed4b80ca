"""Which decisions are settled: whether every plan cheaper than the best would decide like it."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from model.formulation.investment import choosable_projects
from model.network.graph import IntArray
from model.solvers.core.outcome import Settlement
from model.solvers.core.progress import Interrupted
from model.solvers.search.proof import Proof

SHARE, LEAST = 0.2, 10.0
"""Settling takes at most this share of the time that the search took, or so many seconds if that is more."""


def settlements(proof: Proof) -> tuple[Settlement, ...]:
    """One for each project that could be decided otherwise, by the bound of all plans that do.

    Asked of the LP over leaves at the end of a proof, with a decision forced otherwise: whether the project is built at
    all, and in which year its first module opens. When time is up, by what the search has seen: works of the plan
    are asked about first.
    """
    problem = proof.problem
    formulation = problem.formulation
    projects = choosable_projects(formulation.case)
    place = {id(problem.compiled.variables[column]): at for at, column in enumerate(proof.decisions.columns.tolist())}
    built = formulation.investment.built
    periods = [period.name for period in formulation.periods]
    asked: dict[str, IntArray] = {}
    for project in projects.index[projects["status"] != "committed"]:
        columns = [place.get(id(built[project, period])) for period in periods]
        if all(column is not None for column in columns):
            asked[str(project)] = np.array(columns, dtype=np.int64)
    begun = problem.progress.elapsed
    until = begun + max(LEAST, SHARE * begun)
    planned_first = sorted(asked, key=lambda project: not np.round(proof.plan[asked[project][-1]]))
    found = {project: _settlement(proof, project, asked[project], until) for project in planned_first}
    return tuple(found[project] for project in asked)


def _settlement(proof: Proof, project: str, columns: IntArray, until: float) -> Settlement:
    plan = np.round(proof.plan[columns])
    if not plan[-1]:
        return Settlement(project, _saving(proof, int(columns[-1]), up=True, until=until))
    first = int(np.flatnonzero(plan)[0])
    other_years = [_saving(proof, int(columns[first]), up=False, until=until)]
    other_years += [_saving(proof, int(columns[first - 1]), up=True, until=until)] if first else []
    return Settlement(project, _saving(proof, int(columns[-1]), up=False, until=until), max(other_years))


def _saving(proof: Proof, column: int, *, up: bool, until: float) -> float:
    """What plans with a decision at least 1, or at 0, could save at most; 0 when they save nothing."""
    known = float((proof.above if up else proof.below)[column])
    if known >= proof.cost:
        return 0.0
    if proof.problem.progress.elapsed >= until:
        return proof.cost - known
    lower, upper = proof.lower.copy(), proof.upper.copy()
    if up:
        lower[column] = max(lower[column], 1.0)
    else:
        upper[column] = 0.0
    with suppress(Interrupted):  # what is known already is a bound too
        known = max(known, proof.bound_within(lower, upper))
    return max(0.0, proof.cost - known)
