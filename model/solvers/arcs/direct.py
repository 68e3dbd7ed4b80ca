"""Direct method: one MIP over all operations blocks, for cases that are small or that rows tie together.

Where the case is small, flows on arcs stand for all routes at once, and the MIP's bound is true. Elsewhere the MIP
holds the routes of the root LP. These do not prove an optimum: another plan may want other routes. So each plan found
is evaluated exactly (integers fixed, all routes priced), the routes it wanted join the MIP, and that repeats while it
helps; the bound is that of the root LP.
"""

from __future__ import annotations

import time

import numpy as np

from model.network.graph import FloatArray
from model.solvers.arcs.arc_form import arc_form_size, solve_arc_form
from model.solvers.core.highs import SolverError, Status, new_solver, run_mip
from model.solvers.core.linear_program import make_whole
from model.solvers.core.progress import Interrupted
from model.solvers.lp.root import gap_reached, offer_plan, raise_bound, solve_root, stopped
from model.solvers.lp.root_lp import RootLP
from model.solvers.plans.first_plan import first_plan
from model.solvers.problem import Problem, Search

MOST_ROUNDS = 6
ARC_FORM_LIMIT = 150_000


def is_small(problem: Problem) -> bool:
    """Whether the case is small enough for flows on arcs; counted once."""
    known = problem.known
    if known.small is None:
        known.small = arc_form_size(problem) <= ARC_FORM_LIMIT
    return known.small


def solve_direct(problem: Problem, search: Search) -> None:
    """Search for the best plan; fills `search`, which keeps what was found when time is up or a stop is asked."""
    lp = RootLP(problem)
    try:
        if not solve_root(problem, lp, search):
            return
        if search.best is None and not gap_reached(problem, search):
            first_plan(problem, lp, search)
        if is_small(problem):
            solve_in_arcs(problem, lp, search)
        else:
            _improve(problem, lp, search)
    except (Interrupted, KeyboardInterrupt, SolverError) as stop:
        stopped(problem, search, stop)


def _improve(problem: Problem, lp: RootLP, search: Search) -> None:
    """Rounds of MIP over known routes and exact evaluation, while new routes help."""
    for round_number in range(1, MOST_ROUNDS + 1):
        if gap_reached(problem, search) or problem.progress.must_stop:
            return
        search.note("MIP over routes")
        known = len(lp.columns)
        integers = _route_mip(problem, lp, search, round_number)
        if integers is None:
            return
        better = offer_plan(problem, lp, search, integers)
        if len(lp.columns) == known or not better:
            return


def _route_mip(problem: Problem, lp: RootLP, search: Search, round_number: int) -> FloatArray | None:
    """Best plan over the routes known so far; None when none was found in time."""
    # half of what is asked: the other half covers the routes that this MIP does not know
    solver = new_solver(problem.options, mip_rel_gap=problem.options.gap / 2, mip_abs_gap=1e-9)
    model, columns = lp.as_mip()
    solver.passModel(model)
    make_whole(solver, columns)
    if search.best is not None:
        solver.setSolution(len(columns), columns, search.best.values[problem.compiled.integer])
    result = run_mip(solver, problem.progress, f"plan search, round {round_number}", trust_bound=False)
    return None if result.values is None else np.round(result.values[columns])


def solve_in_arcs(problem: Problem, lp: RootLP, search: Search) -> None:
    """One exact MIP with flows on arcs; its plan is evaluated and its bound is proven. Raises Interrupted."""
    begun = time.monotonic()
    if gap_reached(problem, search) or problem.progress.must_stop:
        return
    search.note("arc form")
    result = solve_arc_form(problem, search.best)
    problem.progress.count("arc form", time.monotonic() - begun)
    if result.status == Status.kInfeasible:
        search.infeasible = True
        return
    raise_bound(problem, search, result.bound)
    if result.values is not None:
        offer_plan(problem, lp, search, np.round(result.values[problem.compiled.integer]))
