"""The proof of a plan from beginning to end: trees, better prices, branching in time, and what is settled by then."""

from __future__ import annotations

from model.solvers.problem import Problem, Search
from model.solvers.progress import Interrupted
from model.solvers.root import gap_reached, heed
from model.solvers.search.proof import Proof, covers
from model.solvers.search.settled import settlements
from model.solvers.step_lp import StepLP
from model.solvers.what_if import WhatIf


def prove(problem: Problem, search: Search, lp: StepLP, asked: WhatIf) -> None:
    """Raise the bound, and look for better plans on the way, until the gap asked for is proven.

    `lp` is the solved root LP, `search` holds a plan, and `asked` stands at it. Nothing is done where `covers` says no.
    Raises Interrupted.
    """
    if search.best is None or not covers(problem, asked.decisions):
        return
    search.note("periods")
    proof = Proof(problem, search, lp, asked)
    try:
        proof.grow()
        proof.rounds()
        if not gap_reached(problem, search):
            proof.branch()
    except (Interrupted, KeyboardInterrupt) as stop:
        heed(problem, stop)
        raise
    finally:
        problem.known.floors.update({number: tree.floor for number, tree in enumerate(proof.trees)})
        asked.use_known()
        problem.progress.tell("settled", "which decisions every plan within the gap shares")
        search.settled = settlements(proof)
