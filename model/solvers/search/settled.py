"""Which decisions are settled: whether every plan cheaper than the best would decide like it, and until when."""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from model.formulation.investment import choosable_projects
from model.network.graph import FloatArray, IntArray
from model.solvers.core.outcome import SETTLED, Settlement
from model.solvers.core.progress import Interrupted
from model.solvers.lp.root import raise_bound
from model.solvers.search.proof import INNER_ROUNDS, Proof

SHARE, LEAST = 0.2, 10.0
"""Settling takes at most this share of the time that the search took, or so many seconds if that is more."""
HOPEFUL = 0.5
"""Share of the open gap: decisions by which more could be saved are hardly settled for all years."""
NEARER = 0.1
"""Of what the LP lacks to the best plan's cost: rounds of a question that bring less are not gone on with."""
SOON = 2
"""Periods from the first in which a project can open: its money is due now, so that these are asked about first."""
Question = tuple[int, bool]
"""A decision, and whether it is to be at least 1 (else 0)."""


def settlements(proof: Proof) -> tuple[Settlement, ...]:
    """One for each project that could be decided otherwise, by the bound of all plans that do.

    Asked of the LP over leaves at the end of a proof, with a decision forced otherwise: whether the project is built at
    all, and in which year its first module opens. What the search has seen answers some at once. Of the others those
    about works of the plan are asked first, which are settled most often, and then those that lack little. Next comes
    the first year in which a project that stays open may open: one built in the last year costs next to nothing, as its
    worth then is credited, so that few are settled for all years. What time does not allow, within a question too, is
    told by what is known by then.
    """
    progress = proof.problem.progress
    decided = _decided(proof)
    asked = {project: _questions(proof, columns) for project, columns in decided.items()}
    begun = progress.elapsed
    until = begun + max(LEAST, SHARE * begun)
    try:
        with progress.within(lambda: until - progress.elapsed):
            _look_around(proof)
            every = dict.fromkeys(one for questions in asked.values() for some in questions for one in some)
            order = sorted(every, key=lambda one: (one[1], _saving(proof, one)))
            hopeful = HOPEFUL * (proof.cost - proof.search.bound)
            first = [one for one in order if not one[1] or _saving(proof, one) <= hopeful]
            _ask(proof, first)
            _ask_for_years(proof, list(decided.values()))
            _ask(proof, [one for one in order if one not in first])
    except Interrupted:
        pass  # what is known is a bound for those that are left
    return tuple(_settlement(proof, project, decided[project], *questions) for project, questions in asked.items())


def _ask(proof: Proof, questions: list[Question]) -> None:
    """Ask what is not settled yet. Raises Interrupted."""
    for question in questions:
        if _saving(proof, question):
            _answer(proof, *question)


def _look_around(proof: Proof) -> None:
    """Learn at once what the LP over all leaves says of plans that decide otherwise. Raises Interrupted."""
    proof.hull.hold(proof.lower, proof.upper)
    point = proof.settle()
    if point is not None:
        raise_bound(proof.problem, proof.search, min(point.bound, proof.cost))  # more leaves are in it than at the end
        proof.learn(point)


def _answer(proof: Proof, column: int, up: bool) -> None:
    """Learn what plans with a decision at least 1, or at 0, cost at least (`above`, `below`)."""
    lower, upper = proof.lower.copy(), proof.upper.copy()
    if up:
        lower[column] = max(lower[column], 1.0)
    else:
        upper[column] = 0.0
    known = proof.above if up else proof.below
    known[column] = max(known[column], bound_within(proof, lower, upper))


def bound_within(proof: Proof, lower: FloatArray, upper: FloatArray) -> float:
    """Lower bound of all plans with decisions in a box; the best plan's cost where none there is cheaper.

    Of plans that cost less than the best it is a bound, of others no more than that is known. It is looked for as
    long as the LP comes nearer to that cost by much, and to what was found by then when time is up.
    """
    bound, value = -np.inf, -np.inf
    if np.any(lower > upper):
        return proof.cost
    hull = proof.hull
    hull.hold(lower, upper)
    with suppress(Interrupted):
        for _ in range(INNER_ROUNDS):
            point = hull.solve() or proof.reopened()
            if point is None:
                return proof.cost
            bound, before, value = max(bound, point.bound), value, point.value
            if bound >= proof.cost or value - before < NEARER * (proof.cost - value):
                break
            if not hull.take_known(point, proof.worth):
                break
    return min(proof.cost, bound)


def _settlement(
    proof: Proof, project: str, columns: IntArray, whether: list[Question], when: list[Question]
) -> Settlement:
    """What is known of a project: by its two kinds of questions, and by the years in which it may open."""
    saving = max(_saving(proof, one) for one in whether)
    timing = max(_saving(proof, one) for one in when) if when else None
    years = [period.first_year for period in proof.problem.formulation.periods]
    first, last = _first(proof, columns), _last(proof, columns)
    earliest = years[first] if _possible(proof, columns) < first < len(columns) else None
    latest = years[last] if when and saving <= SETTLED and last < len(columns) - 1 else None
    return Settlement(project, saving, timing, earliest, latest)


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


def _first(proof: Proof, columns: IntArray) -> int:
    """Number of the first period in which a cheaper plan may open a project; the number of periods where none does.

    Built by a period is built by all that follow: what is known of one holds for those before it.
    """
    above = np.maximum.accumulate(proof.above[columns][::-1])
    return int((above >= proof.cost - SETTLED).sum())


def _last(proof: Proof, columns: IntArray) -> int:
    """Number of the last period in which a cheaper plan may open a project that all of them build."""
    possible = _possible(proof, columns)
    below = np.maximum.accumulate(proof.below[columns[possible:]])  # before it can be open, `below` says nothing
    return possible + int((below < proof.cost - SETTLED).sum())


def _possible(proof: Proof, columns: IntArray) -> int:
    """Number of the first period by which a project can be open at all."""
    return int((proof.first[1][columns] < 1).sum())


def _ask_for_years(proof: Proof, decided: list[IntArray]) -> None:
    """Halve the years before the first in which each project may open, the SOON first ones apart. Raises Interrupted.

    All projects in turn. Where the plan builds one, up to the year of its opening; else up to the last.
    """
    spans = []
    for columns in decided:
        opens = np.flatnonzero(np.round(proof.plan[columns]))
        spans.append([_possible(proof, columns), int(opens[0]) if len(opens) else len(columns) - 1])
    soon = [min(low + SOON - 1, high) for low, high in spans]
    while any(low < high for low, high in spans):
        for number, (columns, span) in enumerate(zip(decided, spans, strict=True)):
            span[0] = max(span[0], _first(proof, columns))
            if span[0] < span[1]:
                middle = soon[number] if span[0] <= soon[number] < span[1] else (span[0] + span[1]) // 2
                _answer(proof, int(columns[middle]), True)
                if _first(proof, columns) <= middle:
                    span[1] = middle


def _saving(proof: Proof, question: Question) -> float:
    """What plans that differ in that could save at most, by all that is known, million USD; 0 when nothing."""
    column, up = question
    known = max(proof.search.bound, float((proof.above if up else proof.below)[column]))
    return max(0.0, proof.cost - known)
