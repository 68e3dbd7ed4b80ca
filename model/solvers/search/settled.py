"""Which decisions are settled: whether every plan cheaper than the best would decide like it."""

from __future__ import annotations

import numpy as np

from model.formulation.investment import choosable_projects
from model.network.graph import IntArray
from model.solvers.core.outcome import Settlement
from model.solvers.core.progress import Interrupted
from model.solvers.search.proof import Proof

SHARE, LEAST = 0.2, 10.0
"""Settling takes at most this share of the time that the search took, or so many seconds if that is more."""
Question = tuple[int, bool]
"""A decision, and whether it is to be at least 1 (else 0)."""


def settlements(proof: Proof) -> tuple[Settlement, ...]:
    """One for each project that could be decided otherwise, by the bound of all plans that do.

    Asked of the LP over leaves at the end of a proof, with a decision forced otherwise: whether the project is built at
    all, and in which year its first module opens. What the search has seen answers some at once. Of the others those
    about works of the plan are asked first, which are settled most often, and then those that lack least. What time
    does not allow, within a question too, is told by what is known by then.
    """
    progress = proof.problem.progress
    asked = {project: _questions(proof, columns) for project, columns in _decided(proof).items()}
    begun = progress.elapsed
    until = begun + max(LEAST, SHARE * begun)
    try:
        with progress.within(lambda: until - progress.elapsed):
            proof.look_around()
            every = dict.fromkeys(one for questions in asked.values() for some in questions for one in some)
            for question in sorted(every, key=lambda one: (one[1], _saving(proof, one))):
                if _saving(proof, question):
                    proof.ask(*question)
    except Interrupted:
        pass  # what is known is a bound for those that are left
    return tuple(
        Settlement(project, *(max(_saving(proof, one) for one in some) for some in questions if some))
        for project, questions in asked.items()
    )


def _decided(proof: Proof) -> dict[str, IntArray]:
    """Where the decisions stand that say whether a project is built by each period; of all that could be otherwise."""
    formulation = proof.problem.formulation
    projects = choosable_projects(formulation.case)
    variables = proof.problem.compiled.variables
    place = {id(variables[column]): at for at, column in enumerate(proof.decisions.columns.tolist())}
    built, found = formulation.investment.built, dict[str, IntArray]()
    for project in projects.index[projects["status"] != "committed"]:
        columns = [place.get(id(built[project, period.name])) for period in formulation.periods]
        if all(column is not None for column in columns):
            found[str(project)] = np.array(columns, dtype=np.int64)
    return found


def _questions(proof: Proof, columns: IntArray) -> tuple[list[Question], list[Question]]:
    """What makes a plan differ on a project: in whether it is built; where it is, in the year of its first opening."""
    plan = np.round(proof.plan[columns])
    if not plan[-1]:
        return [(int(columns[-1]), True)], []
    first = int(np.flatnonzero(plan)[0])
    earlier = [(int(columns[first - 1]), True)] if first else []
    return [(int(columns[-1]), False)], [(int(columns[first]), False), *earlier]


def _saving(proof: Proof, question: Question) -> float:
    """What plans that differ in that could save at most, by all that is known, million USD; 0 when nothing."""
    column, up = question
    return max(0.0, proof.cost - float((proof.above if up else proof.below)[column]))
