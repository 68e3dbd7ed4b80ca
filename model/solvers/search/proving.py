"""The proof of a plan from beginning to end: trees, better prices, branching in time, and what is settled by then."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array

from model.solvers.core.progress import Interrupted
from model.solvers.lp.root import gap_reached, heed
from model.solvers.lp.root_lp import RootLP
from model.solvers.plans.decisions import Decisions
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem, Search
from model.solvers.search.proof import Proof
from model.solvers.search.settled import settlements


def prove(problem: Problem, search: Search, lp: RootLP, asked: WhatIf) -> None:
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


def covers(problem: Problem, decisions: Decisions) -> bool:
    """Whether the parts hold the whole problem, and all that is whole has bounds: else the proof does not apply."""
    compiled = problem.compiled
    parts = decisions.parts(compiled)
    seen = np.zeros(compiled.column_count, dtype=np.bool_)
    seen[decisions.columns] = True
    rows = np.zeros(compiled.row_count, dtype=np.bool_)
    rows[decisions.rules] = True
    for mine, columns in parts:
        seen[columns], rows[mine] = True, True
    entries = coo_array(compiled.matrix)
    idle = ~np.isin(np.arange(compiled.row_count), entries.coords[0][seen[entries.coords[1]]])
    whole = np.concatenate((decisions.columns, compiled.integer))
    bounded = bool(np.isfinite(compiled.lower[whole]).all() and np.isfinite(compiled.upper[whole]).all())
    free = bool(np.all(compiled.cost[~seen] == 0.0))  # what stands in no part costs nothing
    return len(parts) > 1 and bounded and free and bool(np.all(rows | idle))
