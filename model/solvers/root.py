"""The start that all methods share: the root LP over routes, and the exact evaluation of a plan on it."""

from __future__ import annotations

import highspy
import numpy as np

from model.network.graph import FloatArray
from model.solvers.highs import Status, new_solver
from model.solvers.outcome import relative_gap
from model.solvers.problem import FLOW_TOLERANCE, Problem, Search, Solution
from model.solvers.progress import Interrupted
from model.solvers.route_lp import RouteLP

RESCUE_GAP = 0.2
RESCUE_SECONDS = 20.0


def gap_reached(problem: Problem, search: Search) -> bool:
    """Whether the gap asked for is proven."""
    return search.best is not None and relative_gap(search.best.objective, search.bound) <= problem.options.gap


def solve_root(problem: Problem, lp: RouteLP, search: Search) -> bool:
    """Root LP to optimality; sets the bound. False when it has no solution."""
    keeper = search.keeper
    if keeper is not None and keeper.watch_root(lp, search):
        return True
    seed_routes(problem, lp)
    try:
        status, _, bound = lp.optimise("root LP")
    except Interrupted:
        rescue(problem, lp, search)
        raise
    if status != Status.kOptimal:
        search.infeasible = status in (Status.kInfeasible, Status.kUnboundedOrInfeasible)
        search.unbounded = status == Status.kUnbounded
        return False
    search.bound = max(search.bound, bound)
    problem.progress.raise_bound(bound)
    if keeper is not None:
        keeper.root_done(lp)
    integers = lp.values()[problem.compiled.integer]
    if np.all(np.abs(integers - np.round(integers)) < 1e-7):
        offer_plan(problem, lp, search, np.round(integers))
    return True


def rescue(problem: Problem, lp: RouteLP, search: Search) -> None:
    """Some plan over the routes known when time ran out in the root LP: valid, without any claim on its cost."""
    problem.progress.tell("rescue", "time is up: taking the first plan over the routes known")
    solver = new_solver(problem.options, mip_rel_gap=RESCUE_GAP, time_limit=RESCUE_SECONDS)
    solver.passModel(lp.solver.getLp())
    columns = problem.compiled.integer.astype(np.int32)
    solver.changeColsIntegrality(len(columns), columns, np.full(len(columns), highspy.HighsVarType.kInteger))
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return
    values, count = np.array(solver.getSolution().col_value), problem.compiled.column_count
    fixed = values[:count].copy()
    fixed[columns] = np.round(fixed[columns])
    flows = {key: float(v) for key, v in zip(lp.columns, values[count:], strict=False) if v > FLOW_TOLERANCE}
    prices = tuple(np.zeros(len(block.load_row)) for block in problem.compiled.blocks)
    objective = float(info.objective_function_value)
    search.offer(Solution(objective, problem.compiled.variables, fixed, flows, prices))
    problem.progress.lower_incumbent(objective)


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
    flows = {key: float(v) for key, v in zip(lp.columns, values[count:], strict=False) if v > FLOW_TOLERANCE}
    prices = tuple(duals[block.load_row] for block in problem.compiled.blocks)
    fixed = values[:count].copy()
    fixed[columns] = integers
    return Solution(value, problem.compiled.variables, fixed, flows, prices)
