"""The start that all methods share: the root LP over routes, and the exact evaluation of a plan on it."""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import coo_array

from model.network.graph import FloatArray, IntArray
from model.solvers.compiled import INVESTMENT, Compiled
from model.solvers.highs import Status, new_solver
from model.solvers.keeper import set_basis
from model.solvers.problem import FLOW_TOLERANCE, Problem, Search, Solution
from model.solvers.progress import Interrupted
from model.solvers.route_lp import RouteLP
from model.solvers.step_lp import StepLP

RESCUE_GAP = 0.2
RESCUE_SECONDS = 20.0
ENOUGH = 1e-6  # relative; by how much a plan's flows may be dearer than the best ones, at most
ENOUGH_OF_GAP = 0.01  # share of the gap asked for that may be lost to routes not priced out
RootLP = RouteLP | StepLP


def gap_reached(problem: Problem, search: Search) -> bool:
    """Whether the gap asked for is proven."""
    return search.best is not None and search.gap <= problem.options.gap


def raise_bound(problem: Problem, search: Search, bound: float) -> None:
    """Take a proven bound when it is better, and tell it."""
    if np.isfinite(bound) and bound > search.bound:
        search.bound = bound
        problem.progress.raise_bound(bound)


def root_lp(problem: Problem) -> RootLP:
    """The LP over all blocks, in the smallest form that the problem allows."""
    if decomposes(problem.compiled):
        return StepLP(problem)
    return RouteLP(problem.formulation, problem.compiled, problem.pricer, problem.options, problem.progress)


def decomposes(compiled: Compiled) -> bool:
    """Whether operations blocks meet only in investment columns, and only those are whole."""
    entries = coo_array(compiled.matrix)
    rows, columns = entries.coords
    of_column, of_row = compiled.column_block[columns], compiled.row_block[rows]
    tied = (of_column != INVESTMENT) & (of_row != of_column)
    return not tied.any() and bool(np.all(compiled.column_block[compiled.integer] == INVESTMENT))


def solve_root(problem: Problem, lp: RootLP, search: Search) -> bool:
    """Root LP to optimality; sets the bound. False when it has no solution.

    Continued from a checkpoint, it begins with the routes and the basis of then and is proven anew; the plan of then
    is evaluated before, so that it is there whenever time is up.
    """
    keeper = search.keeper
    state = None if keeper is None else keeper.watch_root(lp, search)
    try:
        if state is not None and state.plan is not None:
            offer_plan(problem, lp, search, state.plan)
        if state is not None and state.root_done:
            set_basis(lp, state)
        else:
            seed_routes(problem, lp)
            problem.progress.tell("root LP", "first routes, from some periods")
            lp.seed()
        status, _, bound = lp.optimise("root LP", ENOUGH_OF_GAP * problem.options.gap)
    except Interrupted:
        rescue(problem, lp, search)
        raise
    if status != Status.kOptimal:
        search.infeasible = status in (Status.kInfeasible, Status.kUnboundedOrInfeasible)
        search.unbounded = status == Status.kUnbounded
        return False
    raise_bound(problem, search, bound)
    if keeper is not None:
        keeper.root_done(lp)
    integers = lp.whole()
    if np.all(np.abs(integers - np.round(integers)) < 1e-7):
        offer_plan(problem, lp, search, np.round(integers))
    return True


def rescue(problem: Problem, lp: RootLP, search: Search) -> None:
    """Some plan over the routes known when time ran out in the root LP: valid, without any claim on its cost."""
    problem.progress.tell("rescue", "time is up: taking the first plan over the routes known")
    model, columns = lp.as_mip()
    solver = new_solver(problem.options, mip_rel_gap=RESCUE_GAP, time_limit=RESCUE_SECONDS)
    solver.passModel(model)
    solver.changeColsIntegrality(len(columns), columns, np.full(len(columns), highspy.HighsVarType.kInteger))
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return
    objective = float(info.objective_function_value)
    search.offer(solution_of_mip(problem, lp, np.array(solver.getSolution().col_value), columns, objective))
    problem.progress.lower_incumbent(objective)


def solution_of_mip(problem: Problem, lp: RootLP, held: FloatArray, columns: IntArray, objective: float) -> Solution:
    """The solution that a MIP over the routes known holds, its whole `columns` rounded; without load prices."""
    held = held.copy()
    held[columns] = np.round(held[columns])
    prices = tuple(np.zeros(len(block.load_row)) for block in problem.compiled.blocks)
    return solution_of(problem, lp, lp.spread(held), objective, prices)


def solution_of(
    problem: Problem, lp: RootLP, values: FloatArray, objective: float, prices: tuple[FloatArray, ...]
) -> Solution:
    """The solution that the values of compiled columns and route flows are."""
    count, whole = problem.compiled.column_count, problem.compiled.integer
    fixed = values[:count].copy()
    fixed[whole] = np.round(fixed[whole])
    return Solution(objective, problem.compiled.variables, fixed, flows_of(lp, values[count:]), prices)


def flows_of(lp: RootLP, flows: FloatArray) -> dict[tuple[int, int], float]:
    """Route flows by (block, route), those above nothing."""
    return {key: float(v) for key, v in zip(lp.columns, flows, strict=False) if v > FLOW_TOLERANCE}


def seed_routes(problem: Problem, lp: RootLP) -> None:
    """Give every demand its cheapest route at plain cost, so that the first duals make sense."""
    compiled = problem.compiled
    weights = {key: problem.formulation.operating_weight(key[0]) for key in problem.formulation.block_keys}
    for number, block in enumerate(compiled.blocks):
        duals = np.zeros(compiled.row_count)
        served = block.serve_row >= 0
        duals[block.serve_row[served]] = 10 * weights[block.key] * problem.formulation.cargo.penalty[served] + 1e9
        priced = problem.pricer.price(block, duals, np.ones(len(served)))
        lp.add_routes(number, [problem.formulation.routes.add(demand, arcs) for demand, arcs in priced.routes])


def offer_plan(problem: Problem, lp: RootLP, search: Search, integers: FloatArray) -> bool:
    """Evaluate a plan exactly and keep it when it is better; says whether it was."""
    return search.keep(evaluate(problem, lp, integers), problem.progress)


def evaluate(problem: Problem, lp: RootLP, integers: FloatArray) -> Solution | None:
    """Exact cost of a plan: its integers fixed, all routes priced; None when the plan has no feasible flow."""
    lp.fix(integers)
    try:
        status, value, _ = lp.optimise("evaluate plan", min(ENOUGH, ENOUGH_OF_GAP * problem.options.gap))
        if status != Status.kOptimal:
            return None
        duals = lp.duals()
        prices = tuple(duals[block.load_row] for block in problem.compiled.blocks)
        return solution_of(problem, lp, lp.values(), value, prices)
    finally:
        lp.free()
