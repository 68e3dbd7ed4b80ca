"""Direct method: column generation to the LP optimum, MIP over the routes found, exact evaluation, exact bound.

The routes of the root LP do not prove a MIP optimum: another plan may want other routes. So each plan found is
evaluated exactly (integers fixed, all routes priced), the routes it wanted join the MIP, and that repeats while it
helps. The LP value is a true bound; where it is not enough and the case is small, the MIP is solved once more with flows on
arcs instead of routes, which stand for all routes at once and so give a true bound.
"""

from __future__ import annotations

import time

import highspy
import numpy as np

from model.network.graph import FloatArray
from model.solvers.arc_form import arc_form_size, solve_arc_form
from model.solvers.highs import Status, new_solver, run_mip
from model.solvers.outcome import relative_gap
from model.solvers.problem import FLOW_TOLERANCE, Problem, Search, Solution
from model.solvers.progress import Interrupted
from model.solvers.route_lp import RouteLP

MOST_ROUNDS = 6
ARC_FORM_LIMIT = 150_000


def solve_direct(problem: Problem, search: Search) -> None:
    """Search for the best plan; fills `search`. Stops early, keeping what it has, when time is up or a stop is asked."""
    lp = RouteLP(problem.formulation, problem.compiled, problem.pricer, problem.options, problem.progress)
    try:
        if not solve_root(problem, lp, search):
            return
        if len(problem.compiled.blocks) == 1 and arc_form_size(problem) <= ARC_FORM_LIMIT:
            _solve_small(problem, lp, search)
        else:
            _improve(problem, lp, search)
    except Interrupted:
        problem.progress.tell("stopped", "stopped before the search was complete")


def solve_root(problem: Problem, lp: RouteLP, search: Search) -> bool:
    """Root LP to optimality; sets the bound. False when it has no solution."""
    seed_routes(problem, lp)
    status, _, bound = lp.optimise("root LP")
    if status != Status.kOptimal:
        search.infeasible = status in (Status.kInfeasible, Status.kUnboundedOrInfeasible)
        search.unbounded = status == Status.kUnbounded
        return False
    search.bound = max(search.bound, bound)
    problem.progress.raise_bound(bound)
    integers = lp.values()[problem.compiled.integer]
    if np.all(np.abs(integers - np.round(integers)) < 1e-7):
        offer_plan(problem, lp, search, np.round(integers))
    return True


def seed_routes(problem: Problem, lp: RouteLP) -> None:
    """Give every demand its cheapest route at plain cost, so that the first duals make sense."""
    compiled = problem.compiled
    weights = {key: problem.formulation.operating_weight(key[0]) for key in problem.formulation.block_keys}
    for number, block in enumerate(compiled.blocks):
        duals = np.zeros(compiled.row_count)
        served = block.serve_row >= 0
        duals[block.serve_row[served]] = 10 * weights[block.key] * problem.formulation.cargo.penalty[served] + 1e9
        priced = problem.pricer.price(block, duals, np.ones(len(served)))
        lp.add_routes(number, [problem.formulation.routes.add(demand, arcs) for demand, arcs in priced.routes])


def offer_plan(problem: Problem, lp: RouteLP, search: Search, integers: FloatArray) -> bool:
    """Evaluate a plan exactly and keep it when it is better; says whether it was."""
    solution = evaluate(problem, lp, integers)
    if solution is None or not search.offer(solution):
        return False
    problem.progress.lower_incumbent(solution.objective)
    problem.progress.tell("plan", f"plan of {solution.objective:,.2f} million USD")
    return True


def evaluate(problem: Problem, lp: RouteLP, integers: FloatArray) -> Solution | None:
    """Exact cost of a plan: its integers fixed, all routes priced; None when the plan has no feasible flow."""
    columns = problem.compiled.integer
    lp.fix(columns, integers)
    try:
        status, value, _ = lp.optimise("evaluate plan")
        if status != Status.kOptimal:
            return None
        values = lp.values()
        duals = np.array(lp.solver.getSolution().row_dual)
    finally:
        lp.free(columns)
    count = problem.compiled.column_count
    flows = {key: float(v) for key, v in zip(lp.columns, values[count:]) if v > FLOW_TOLERANCE}
    prices = tuple(duals[block.load_row] for block in problem.compiled.blocks)
    fixed = values[:count].copy()
    fixed[columns] = integers
    return Solution(value, problem.compiled.variables, fixed, flows, prices)


def _gap_reached(problem: Problem, search: Search) -> bool:
    return search.best is not None and relative_gap(search.best.objective, search.bound) <= problem.options.gap


def _improve(problem: Problem, lp: RouteLP, search: Search) -> None:
    """Rounds of MIP over known routes and exact evaluation, while new routes help."""
    for round_number in range(1, MOST_ROUNDS + 1):
        if _gap_reached(problem, search) or problem.progress.must_stop:
            return
        known = len(lp.columns)
        integers = _route_mip(problem, lp, search, round_number)
        if integers is None:
            return
        better = offer_plan(problem, lp, search, integers)
        if len(lp.columns) == known or not better:
            return


def _route_mip(problem: Problem, lp: RouteLP, search: Search, round_number: int) -> FloatArray | None:
    """Best plan over the routes known so far; None when none was found in time."""
    # half of what is asked: the other half covers the routes that this MIP does not know
    solver = new_solver(problem.options, mip_rel_gap=problem.options.gap / 2, mip_abs_gap=1e-9)
    solver.passModel(lp.solver.getLp())
    set_integers(problem, solver)
    if search.best is not None:
        give_start(problem, solver, search.best)
    result = run_mip(solver, problem.progress, f"plan search, round {round_number}", trust_bound=False)
    return None if result.values is None else np.round(result.values[problem.compiled.integer])


def set_integers(problem: Problem, solver: highspy.Highs) -> None:
    """Make the whole-number columns whole."""
    columns = problem.compiled.integer.astype(np.int32)
    kinds = np.full(len(columns), highspy.HighsVarType.kInteger)
    solver.changeColsIntegrality(len(columns), columns, kinds)


def give_start(problem: Problem, solver: highspy.Highs, best: Solution) -> None:
    """Start the MIP from the integers of a known plan."""
    columns = problem.compiled.integer.astype(np.int32)
    solver.setSolution(len(columns), columns, best.values[problem.compiled.integer])


def _solve_small(problem: Problem, lp: RouteLP, search: Search) -> None:
    """One exact MIP with flows on arcs; its plan is evaluated and its bound is proven."""
    begun = time.monotonic()
    if _gap_reached(problem, search) or problem.progress.must_stop:
        return
    result = solve_arc_form(problem, search.best)
    problem.progress.count("arc form", time.monotonic() - begun)
    if result.status == Status.kInfeasible:
        search.infeasible = True
        return
    if np.isfinite(result.bound):
        search.bound = max(search.bound, result.bound)
        problem.progress.raise_bound(search.bound)
    if result.values is not None:
        offer_plan(problem, lp, search, np.round(result.values[problem.compiled.integer]))
