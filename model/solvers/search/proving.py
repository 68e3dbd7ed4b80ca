"""The proof of a plan from beginning to end: trees, better prices, branching in time, and what is settled by then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array

from model.network.graph import FloatArray
from model.solvers.core.highs import Status
from model.solvers.core.progress import Interrupted
from model.solvers.core.start import Beginning, Start
from model.solvers.lp.root import ENOUGH_OF_GAP, LEAST_GAP, gap_asked, gap_reached, heed, raise_bound
from model.solvers.lp.root_lp import RootLP
from model.solvers.lp.starting import blocks_key, names_of, start_of
from model.solvers.plans.decisions import Decisions
from model.solvers.plans.first_plan import root_point
from model.solvers.plans.improve import SHARE_OF_GAP, improve, polish
from model.solvers.plans.what_if import WhatIf
from model.solvers.problem import Problem, Search
from model.solvers.search.hull_bounds import HullPoint
from model.solvers.search.in_time import branch
from model.solvers.search.lent_trees import told_trees
from model.solvers.search.period_tree import PeriodTree
from model.solvers.search.proof import TREE_LPS, Proof
from model.solvers.search.settled import settlements

SEARCH_SHARE, CHANGES_SHARE = 0.8, 0.9
"""Of the time left: by then the bound is left, and then single changes, so that settling has time as well."""

FAR = 4.0  # times the gap asked for, that one look leaves open: the other run's world was another one


def prove(
    problem: Problem, search: Search, asked: WhatIf, source: RootLP | tuple[Start, Beginning], *, enough: float = 0.0
) -> None:
    """Raise the bound, and look for better plans on the way, until the gap asked for is proven.

    `search` holds a plan, and `asked` stands at it. Routes and first prices come from the solved root LP, or from
    another run. Small changes are looked at as soon as the parts have bounds. At the end no single change of the plan
    saves anything, but for a search in brief; that alone is done where `covers` says no. A share of the time is kept
    for that, and for what is settled. At a relative gap above `enough` flows on arcs follow, which close it sooner;
    else rounds and branching go on as long as they close a share of the gap for their LPs. Raises Interrupted, also
    where the bound was left for want of time (`search.cut`) and no flows on arcs follow.
    """
    if not covers(problem, asked.decisions):
        polish(problem, search, asked)
        return
    search.note("periods")
    proof, prices = _begun(problem, search, asked, source)
    progress, brief = problem.progress, problem.options.brief
    entered, left = progress.elapsed, progress.time_left
    try:
        try:
            with progress.within(lambda: entered + (1.0 if brief else SEARCH_SHARE) * left - progress.elapsed):
                proof.begin(prices)
                _raise(proof, enough, begun=not isinstance(source, RootLP))
        except Interrupted:
            search.cut = True
        if progress.must_stop:
            raise Interrupted
        if not brief:
            asked.move_to(np.round(proof.plan))  # where the step was over in the midst of that
            _share(problem, proof, asked)
            with progress.within(lambda: entered + CHANGES_SHARE * left - progress.elapsed):
                polish(problem, search, asked)
        if search.cut and search.gap <= enough:
            raise Interrupted
    except (Interrupted, KeyboardInterrupt) as stop:
        heed(problem, stop)
        raise
    finally:
        _share(problem, proof, asked)
        if proof.solved or search.start is None:  # else an earlier proof in this search knew more
            search.start = _start(problem, proof, asked)
            if not brief and np.isfinite(search.bound):
                progress.tell("settled", "which decisions every plan within the gap shares")
                search.settled = settlements(proof)


def _begun(
    problem: Problem, search: Search, asked: WhatIf, source: RootLP | tuple[Start, Beginning]
) -> tuple[Proof, list[FloatArray]]:
    """The proof before its first bound, and first prices of its trees."""
    if isinstance(source, RootLP):
        proof, duals = Proof(problem, search, asked, source.columns), source.duals()
        return proof, [tree.part.prices_of(duals) for tree in proof.trees]
    start, begun = source
    proof = Proof(problem, search, asked, begun.flows, start)
    return proof, [_prices(problem, tree, asked.decisions, start) for tree in proof.trees]


def _raise(proof: Proof, enough: float, *, begun: bool) -> None:
    """Trees, small changes, rounds and branching, each while the gap is open. Raises Interrupted."""
    problem, search = proof.problem, proof.search
    point = _first_bound(proof) if begun else proof.look(TREE_LPS)
    if point is not None and not gap_reached(problem, search):
        _better(proof, point)
    if not gap_reached(problem, search):
        proof.rounds(patient=search.gap <= enough)
    if not gap_reached(problem, search):
        branch(proof, patient=search.gap <= enough)


def _first_bound(proof: Proof) -> HullPoint | None:
    """A bound at once, from the leaves of the other run or from few LPs; trees where that is not enough.

    Where a look shows another world than that of the run, its prices say little: then those of the root LP are worth
    their time. Raises Interrupted.
    """
    problem, search = proof.problem, proof.search
    if proof.adopted:
        words = f"{proof.adopted} of {len(proof.trees)} parts begin with the leaves of the other run"
        problem.progress.tell("trees", words)
    ready = proof.adopted == len(proof.trees)
    point = proof.look(0 if ready else 1)
    if point is None or gap_reached(problem, search):
        return point
    far = search.gap > FAR * max(gap_asked(problem, search), LEAST_GAP)
    if far:
        _price_anew(proof)
    return point if (ready and not far) or gap_reached(problem, search) else proof.look(TREE_LPS)


def _price_anew(proof: Proof) -> None:
    """Let the trees work at the prices of the root LP, which begins with the routes that they hold.

    Small changes follow at once: the other run's plan is far from all good ones, too. Raises Interrupted.
    """
    problem, search = proof.problem, proof.search
    lp = RootLP(problem)
    for tree in proof.trees:
        lp.node.add_flows(tree.part.routes)
    status, _, bound = lp.optimise("root LP", ENOUGH_OF_GAP * problem.options.gap)
    if status == Status.kOptimal:
        raise_bound(problem, search, bound)
        duals = lp.duals()
        proof.begin([tree.part.prices_of(duals) for tree in proof.trees])
        if improve(problem, search, root_point(problem, lp)):
            proof.follow_plan()


def _better(proof: Proof, point: HullPoint) -> None:
    """Small changes from the plan nearest to a point of the LP over leaves; the trees spare them most LPs.

    What they save closes the gap sooner. Another run's plan may lie far from all good ones, as under a budget, and the
    root LP's fractions say less than the leaves. In brief a plan within the gap asked for is enough.

    Raises Interrupted.
    """
    problem, search = proof.problem, proof.search
    assert search.best is not None
    _share(problem, proof, proof.asked)
    values = search.best.values.copy()
    values[proof.decisions.columns] = proof.hull.decided(point)
    enough = problem.options.enough
    if problem.options.brief:
        enough = max(enough, search.bound + (1 - SHARE_OF_GAP) * proof.open_gap)
    if improve(problem, search, replace(search.best, values=values), enough):
        proof.follow_plan()


def _share(problem: Problem, proof: Proof, asked: WhatIf) -> None:
    """Let questions about plans go by what the trees know of the parts."""
    problem.known.floors.update({number: tree.floor for number, tree in enumerate(proof.trees)})
    asked.use_known()


def _prices(problem: Problem, tree: PeriodTree, decisions: Decisions, start: Start) -> FloatArray:
    """Prices of the copies of a part as another run ended with; 0 for what that had not."""
    told = start.prices.get(blocks_key(problem, tree.part.blocks), {})
    columns = decisions.columns[tree.part.places.copies]
    return np.array([told.get(name, 0.0) for name in names_of(problem.compiled, columns)])


def _start(problem: Problem, proof: Proof, asked: WhatIf) -> Start | None:
    """What another search can begin with; None before there are prices."""
    if not proof.prices:
        return None
    columns, parts = asked.decisions.columns, [tree.part for tree in proof.trees]
    names = names_of(problem.compiled, columns)
    prices = {
        blocks_key(problem, part.blocks): dict(zip((names[copy] for copy in part.places.copies), each, strict=True))
        for part, each in zip(parts, (prices.tolist() for prices in proof.prices), strict=True)
    }
    assert proof.search.best is not None
    flows = list(proof.search.best.flows)  # the rest is soon found among the routes known
    known = {route for part in parts for _, route in part.routes}
    start = start_of(problem, flows, known, columns, proof.plan, prices)
    return replace(start, trees=told_trees(problem, proof.trees, proof.prices))


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
