"""The search in its order: relax, improve, tighten and prove, and masters where that does not apply or is not enough.

1. Relax: the root LP over routes.
2. Where projects open gates (something carries nothing until they do): small changes from the nearest whole plan, then
   trees of the periods, the LP over their leaves, and branching in time.
3. Where the proof leaves the relative gap open: flows on arcs, in small cases. One of many plans of a larger case ends
   here, if it began with another run.
4. Without gates, and in larger cases whose gap is open: masters (Benders), with floors of the blocks.

A case whose operations blocks are tied by rows, and a small one of one block, take the direct method instead (`arcs`).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from model.solvers.arcs.direct import is_small, solve_in_arcs
from model.solvers.benders.decomposed import Decomposition
from model.solvers.core.compiled import INVESTMENT
from model.solvers.core.highs import SolverError
from model.solvers.core.investment_space import InvestmentSpace, investment_space
from model.solvers.core.outcome import Settlement
from model.solvers.core.progress import Interrupted
from model.solvers.core.start import Beginning, Proven, Start
from model.solvers.lp.root import LEAST_GAP, costs_enough, gap_reached, raise_bound, solve_root, stopped, with_gap_asked
from model.solvers.lp.root_lp import RootLP
from model.solvers.lp.starting import begin
from model.solvers.plans.decisions import Decisions, nearest
from model.solvers.plans.first_plan import plan_near_root
from model.solvers.plans.implied_bounds import with_implied_bounds
from model.solvers.plans.improve import polish
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem, Search, Solution
from model.solvers.search.proving import covers, prove

TINY = 1e-9
MOST_CHANGED = 5_000  # whole columns: with more of them small changes take too long


def solve_decomposed(problem: Problem, search: Search) -> None:
    """Search by masters; fills `search`, which keeps what was found when time is up or a stop is asked."""
    try:
        lp = RootLP(problem)
        if solve_root(problem, lp, search) and not gap_reached(problem, search):
            plans = Decomposition(problem, search, lp)
            plans.prepare()
            plans.improve()
    except (Interrupted, KeyboardInterrupt, SolverError) as stop:
        stopped(problem, search, stop)


def solve_in_steps(problem: Problem, search: Search, start: Start | None = None, proven: Proven | None = None) -> None:
    """Search by the steps that fit; fills `search` likewise.

    With the start that another run gives the proof comes first, without a root LP. Where it ends with the relative gap
    open the search goes on as without; one of many plans does so only where flows on arcs or masters are still to
    come. What that run proved of the same problem is taken over.
    """
    try:
        if start is not None and _from_start(problem, search, start, proven):
            return
        lp = RootLP(problem)
        if not solve_root(problem, lp, search) or _is_enough(problem, search):
            return
        # small changes pay where projects open gates; elsewhere Benders' plans come sooner
        few = len(problem.compiled.integer) <= MOST_CHANGED
        if few and _has_gates(problem, lp.space):
            left = _by_periods(with_implied_bounds(problem, Decisions.of(problem)), search, lp)
            if left is None:
                return
            problem = left
            if search.best is not None and is_small(problem):
                solve_in_arcs(problem, lp, search)
                return
        plans = Decomposition(problem, search, lp)
        plans.prepare()
        if problem.options.gap_of_worth and search.best is not None and search.least is None:
            _learn_worth(problem, search, WhatIf(problem, search.best))
            plans.problem = with_gap_asked(problem, search)
        plans.improve()
    except (Interrupted, KeyboardInterrupt, SolverError) as stop:
        stopped(problem, search, stop)


def _by_periods(problem: Problem, search: Search, lp: RootLP) -> Problem | None:
    """Small changes and the proof, where projects open gates.

    Returns the problem with the gap that is asked for now; None when the search has come to its end.
    """
    search.note("small changes")
    if search.best is None:  # else a checkpoint told one
        plan_near_root(problem, lp, search)
    asked = problem.options.gap
    if search.best is not None and (problem.options.gap_of_worth or not gap_reached(problem, search)):
        problem = _prove(problem, search, WhatIf(problem, search.best), lp)
    return None if search.gap <= asked else problem


def _from_start(problem: Problem, search: Search, start: Start, proven: Proven | None) -> bool:
    """Prove what the plan of another run is worth here, and better it; says whether the search has come to its end."""
    decisions = Decisions.of(problem)
    if not covers(problem, decisions):
        return False
    begun = begin(problem, start, decisions.columns)
    begins_with = None if begun is None else nearest(problem, decisions, begun.decisions)
    if begun is None or begins_with is None:
        return False
    if proven is None:
        problem = with_implied_bounds(problem, decisions)
    search.note("start of another run")
    words = f"begun with {len(start.routes):,} routes, prices and the plan of another run"
    problem.progress.tell("start", words)
    nothing = np.zeros(problem.compiled.column_count)
    near = Solution(np.inf, problem.compiled.variables, nothing, dict.fromkeys(begun.flows, 1.0), ())
    asked = WhatIf(problem, near, decisions=decisions, at=begins_with)
    if not asked.is_possible or not search.keep(asked.plan(asked.base, whole=True), problem.progress):
        return False
    if proven is not None:
        _take_over(problem, search, start, proven)
        return True
    if decisions.leave_one(problem.compiled):
        raise_bound(problem, search, asked.least)
        if gap_reached(problem, search):
            return True
    if costs_enough(problem, search):
        return True
    _prove(problem, search, asked, (start, begun))
    if problem.options.brief and np.isfinite(search.gap) and not is_small(problem):
        # from nothing the same steps would take longer still; without gates masters may do more
        return _has_gates(problem, investment_space(problem.compiled))
    return search.gap <= problem.options.gap


def _take_over(problem: Problem, search: Search, start: Start, proven: Proven) -> None:
    """End with what the other run proved of this very problem; its plan is the best one known."""
    assert search.best is not None
    raise_bound(problem, search, proven.bound)
    if proven.at_stake is not None:
        search.least = search.best.objective + proven.at_stake
    if proven.worth is not None:
        search.minimum = problem.progress.minimum = search.best.objective + proven.worth
    search.settled = tuple(Settlement(*each) for each in proven.settled)
    search.start = start


def _prove(problem: Problem, search: Search, asked: WhatIf, source: RootLP | tuple[Start, Beginning]) -> Problem:
    """Tighten and prove from the plan found; returns the problem with the gap that is asked for now."""
    enough = problem.options.gap  # the share of what the plan saves is for the proof alone: the rest is slow
    if problem.options.gap_of_worth:
        _learn_worth(problem, search, asked)
    if gap_reached(problem, search):
        polish(problem, search, asked)
    else:  # flows on arcs close sooner what it leaves open; masters do not
        prove(problem, search, asked, source, enough=enough if is_small(problem) else np.inf)
    return with_gap_asked(problem, search)


def _is_enough(problem: Problem, search: Search) -> bool:
    """Whether the gap asked for is proven whatever the plan saves, as after a root LP without fractions.

    A plan out of a checkpoint meets the case's gap before what it saves is known.
    """
    return gap_reached(problem, search) and (not problem.options.gap_of_worth or search.gap <= LEAST_GAP)


def _learn_worth(problem: Problem, search: Search, asked: WhatIf) -> None:
    """Hold the plan against building nothing more: the gap asked for is a share of what it saves.

    Where rules ask for more than is committed, as a decision that a project opens, the plan is held against the nearest
    decisions that keep them. Else its gap would be a share of all costs, many times what there is to decide.
    """
    bare = asked.least_built()
    forced = bool(asked.broken(bare))
    least = nearest(problem, asked.decisions, bare) if forced else bare
    cost = np.inf if least is None else asked.cost + asked.exactly(least)
    saves = np.inf if search.best is None else cost - search.best.objective
    known = np.isfinite(cost) and (not forced or saves > LEAST_GAP * abs(cost))  # else nothing is left to decide
    search.least = cost if known else None
    search.minimum = None if forced else search.least
    problem.progress.minimum = search.minimum
    if search.at_stake is not None:
        what = "no more than rules ask for" if forced else "only what is committed"
        words = f"the plan saves {search.at_stake:,.1f} million USD against building {what}"
        problem.progress.tell("worth", words)


def _has_gates(problem: Problem, space: InvestmentSpace) -> bool:
    """Whether something of an operations block is nothing as long as nothing is invested."""
    compiled = problem.compiled
    doors = csr_array(compiled.matrix[:, space.columns])
    without = compiled.row_upper - np.asarray(doors @ (space.shift + space.expand @ space.lower))
    return bool(np.any((compiled.row_block != INVESTMENT) & (np.diff(doors.indptr) > 0) & (np.abs(without) <= TINY)))
