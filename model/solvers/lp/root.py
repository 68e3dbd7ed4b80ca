"""The start that all methods share: the root LP over routes, and the exact evaluation of a plan on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.formulation.formulation import Formulation
from model.network.graph import FloatArray, IntArray
from model.solvers.core.ended import why_ended
from model.solvers.core.highs import SolverError, Status, new_solver, run_mip
from model.solvers.core.linear_program import make_whole
from model.solvers.core.outcome import relative_gap
from model.solvers.core.progress import Interrupted
from model.solvers.lp.checkpoint_writer import set_basis
from model.solvers.lp.root_lp import RootLP
from model.solvers.lp.seeding import leading_blocks
from model.solvers.problem import FLOW_TOLERANCE, Problem, Search, Solution

LEAST_GAP = 1e-5  # relative; asked for where a plan saves next to nothing
RESCUE_GAP = 0.2
RESCUE_SHARE = 0.7  # of the time of grace, for the MIP of a rescue
ENOUGH = 1e-6  # relative; by how much a plan's flows may be dearer than the best ones, at most
BARRED = 1e4  # million USD a unit: dearer than any route
ENOUGH_OF_GAP = 0.01  # share of the gap asked for that may be lost to routes not priced out


def gap_reached(problem: Problem, search: Search) -> bool:
    """Whether the gap asked for is proven, or the plan costs no more than what is enough.

    A bound known from elsewhere is taken over where it is enough. Before, it would hide what the search gains itself.
    """
    if search.best is None:
        return False
    if costs_enough(problem, search):
        return True
    asked, known = gap_asked(problem, search), problem.options.known_bound
    if known is not None and relative_gap(search.best.objective, known) <= asked:
        raise_bound(problem, search, known)
    return search.gap <= asked


def costs_enough(problem: Problem, search: Search) -> bool:
    """Whether the best plan costs no more than what is enough whatever is proven."""
    return search.best is not None and search.best.objective <= problem.options.enough


def gap_asked(problem: Problem, search: Search) -> float:
    """The relative gap asked for: the share of what the plan saves counts too, where that is known."""
    share, best = problem.options.gap_of_worth, search.best
    if not share or best is None or search.at_stake is None:
        return problem.options.gap
    return by_worth(problem.options.gap, share, search.at_stake, best.objective)


def by_worth(gap: float, share: float, worth: float, cost: float) -> float:
    """A relative gap, lowered to a share of what a plan of that cost is worth, but not below LEAST_GAP."""
    return min(gap, max(LEAST_GAP, share * worth / max(1.0, abs(cost))))


def with_gap_asked(problem: Problem, search: Search) -> Problem:
    """The problem with the gap asked for at present as its relative gap."""
    return replace(problem, options=replace(problem.options, gap=gap_asked(problem, search)))


def raise_bound(problem: Problem, search: Search, bound: float | None) -> None:
    """Take a proven bound when there is one and it is better, and tell it."""
    if bound is not None and np.isfinite(bound) and bound > search.bound:
        search.bound = bound
        problem.progress.raise_bound(bound)


def solve_root(problem: Problem, lp: RootLP, search: Search) -> bool:
    """Root LP to optimality; sets the bound. False when it has no solution.

    Continued from a checkpoint, it begins with the routes and the basis of then and is proven anew; the plan of then
    is evaluated before, so that it is there whenever time is up.
    """
    search.note("root LP")
    watcher = search.watcher
    state = None if watcher is None else watcher.watch_root(lp, search)
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
    except (Interrupted, KeyboardInterrupt) as stop:
        heed(problem, stop)
        rescue(problem, lp, search)
        raise
    if status != Status.kOptimal:
        search.infeasible = status in (Status.kInfeasible, Status.kUnboundedOrInfeasible)
        search.unbounded = status == Status.kUnbounded
        return False
    raise_bound(problem, search, bound)
    problem.known.needed.update(np.flatnonzero(lp.duals()).tolist())
    if watcher is not None:
        watcher.root_done(lp)
    integers = lp.whole()
    if np.all(np.abs(integers - np.round(integers)) < 1e-7):
        offer_plan(problem, lp, search, np.round(integers))
    return True


def rescue(problem: Problem, lp: RootLP, search: Search) -> None:
    """Some plan over the routes known when time ran out in the root LP: valid, without any claim on its cost."""
    progress = problem.progress
    progress.tell("rescue", "time is up: taking the first plan over the routes known")
    model, columns = lp.as_mip()
    solver = new_solver(problem.options, mip_rel_gap=RESCUE_GAP)
    solver.passModel(model)
    make_whole(solver, columns)
    with progress.grace():
        found = run_mip(solver, progress, "rescue", trust_bound=False, seconds=RESCUE_SHARE * progress.time_left)
        if found.values is None or found.objective is None:
            return
        plan = solution_of_mip(problem, lp, found.values, columns, found.objective)
        search.keep(plan, progress)
        offer_plan(problem, lp, search, plan.values[problem.compiled.integer])


def solution_of_mip(problem: Problem, lp: RootLP, held: FloatArray, columns: IntArray, objective: float) -> Solution:
    """The solution that a MIP over the routes known holds, its whole `columns` rounded; without load prices."""
    held = held.copy()
    held[columns] = np.round(held[columns])
    prices = tuple(np.zeros(len(block.load_row)) for block in problem.compiled.blocks)
    return solution_of(problem, lp, lp.spread(held), objective - lp.excess(held), prices)


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
    """Give every demand its cheapest route at plain cost, so that the first duals make sense.

    Where blocks are seeded from their neighbours, those of some periods and of demands that these have not are enough.
    Demands that loads of their own measure get one past each of these as well: such loads are there to tell ways apart.
    """
    compiled = problem.compiled
    apart = _ways_apart(problem.formulation)
    weights = {key: problem.formulation.operating_weight(key[0]) for key in problem.formulation.block_keys}
    everyone = range(len(compiled.blocks))
    leading = leading_blocks(problem) if lp.decomposes else everyone
    for number in dict.fromkeys((*leading, *everyone)):
        block = compiled.blocks[number]
        served = block.serve_row >= 0
        if number not in leading and not np.any(served & ~np.isin(np.arange(len(served)), problem.pricer.table.demand)):
            continue  # neighbours have routes for all of its demands
        duals = np.zeros(compiled.row_count)
        duals[block.serve_row[served]] = 10 * weights[block.key] * problem.formulation.cargo.penalty[served] + 1e9
        for barred in (np.zeros(0, dtype=np.int64), *apart):
            duals[block.load_row] = 0.0
            duals[block.load_row[barred]] = BARRED * weights[block.key]
            priced = problem.pricer.price(block, duals, np.ones(len(served)))
            lp.add_routes(number, [problem.formulation.routes.add(demand, arcs) for demand, arcs in priced.routes])


def _ways_apart(formulation: Formulation) -> list[IntArray]:
    """Loads to bar, round by round, so that each demand is left with one load of its own and those that meet it."""
    loads = list(formulation.loads.values())
    own: dict[int, list[int]] = {}
    for number, load in enumerate(loads):
        if load.demand is not None:
            own.setdefault(load.demand, []).append(number)
    rounds: dict[int, list[int]] = {}
    meet: dict[tuple[int, int], bool] = {}
    for numbers in own.values():
        for place, left in enumerate(numbers):
            for other in numbers:
                pair = id(loads[left].arcs), id(loads[other].arcs)
                if pair not in meet:
                    meet[pair] = bool(np.isin(loads[left].arcs, loads[other].arcs).any())
                if not meet[pair]:
                    rounds.setdefault(place, []).append(other)
    return [np.array(barred, dtype=np.int64) for barred in rounds.values()]


def offer_plan(problem: Problem, lp: RootLP, search: Search, integers: FloatArray) -> bool:
    """Evaluate a plan exactly and keep it when it is better; says whether it was."""
    return search.keep(evaluate(problem, lp, integers), problem.progress)


def evaluate(problem: Problem, lp: RootLP, integers: FloatArray) -> Solution | None:
    """Exact cost of a plan: its integers fixed, all routes priced; None when the plan has no feasible flow.

    A plan in hand is not lost when time is up or a stop is asked: it is evaluated in the time of grace, over the routes
    known then where that is not enough for all.
    """
    lp.fix(integers)
    try:
        return _priced_out(problem, lp)
    except (Interrupted, KeyboardInterrupt) as stop:
        heed(problem, stop)
        return _in_grace(problem, lp)
    finally:
        lp.free()


def _priced_out(problem: Problem, lp: RootLP) -> Solution | None:
    """The LP's solution with all routes priced. Raises Interrupted."""
    status, value, _ = lp.optimise("evaluate plan", min(ENOUGH, ENOUGH_OF_GAP * problem.options.gap))
    return _as_it_stands(problem, lp, value) if status == Status.kOptimal else None


def _in_grace(problem: Problem, lp: RootLP) -> Solution | None:
    """The LP's solution over the routes known, and over all of them if the time of grace is enough for that."""
    found = None
    with problem.progress.grace():
        try:
            status, value = lp.over_known()
            if status == Status.kOptimal:
                found = _as_it_stands(problem, lp, value)
            found = _priced_out(problem, lp) or found
        except (Interrupted, KeyboardInterrupt) as stop:
            heed(problem, stop)
    return found


def _as_it_stands(problem: Problem, lp: RootLP, value: float) -> Solution:
    """The plan that the LP just solved holds."""
    duals = lp.duals()
    prices = tuple(duals[block.load_row] for block in problem.compiled.blocks)
    return solution_of(problem, lp, lp.values(), value - lp.excess(), prices)


def heed(problem: Problem, stop: BaseException) -> None:
    """Remember that a stop was asked when that is what ended something, and not the time."""
    if isinstance(stop, KeyboardInterrupt):
        problem.progress.ask_stop()


def stopped(problem: Problem, search: Search, stop: BaseException) -> None:
    """Tell that the search was not complete, and why it ended. Raises a SolverError again where there is no plan."""
    heed(problem, stop)
    if isinstance(stop, SolverError):
        if search.best is None:
            raise stop
        search.failure = str(stop)
    why = why_ended(problem.options, problem.progress, search.failure)
    problem.progress.tell("stopped", f"stopped before the search was complete, {why}")
