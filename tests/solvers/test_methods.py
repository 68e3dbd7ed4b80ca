"""Direct, decomposed and arc form against each other; bounds, stops, repeatability."""

import numpy as np
import pytest

from model.solvers import sequence
from model.solvers.arcs import direct
from model.solvers.arcs.arc_form import solve_arc_form
from model.solvers.benders.block_lp import BlockLP
from model.solvers.core.highs import Status as ModelStatus
from model.solvers.core.outcome import Status
from model.solvers.lp.root import evaluate, seed_routes
from model.solvers.lp.root_lp import RootLP
from model.solvers.lp.starting import is_of, with_plan
from model.solvers.plans.decisions import Decisions
from tests import minis
from tests.solvers.helpers import gated_case, lumpy_case, prepared, solved

FLOORED = [{"policy": "floor", "kind": "link flow", "links": "AC", "measure": "kTEU", "sense": ">=", "value": 3.0}]


def floored_case():
    """A floor on the dear road: 8 kTEU A-C a year, by rail at 2 with room for 4 (10 with P for 12), by road at 9."""
    return minis.make_case(
        "floor",
        "ABC",
        [
            minis.link("AB", "A-B"),
            minis.link("BC", "B-C", capacity_kteu=4.0, capacity_direction="both"),
            minis.link("AC", "A-C", carrier="road", container_cost=9.0),
        ],
        [minis.demand("D", "A-C", 8.0)],
        years=(2026, 2027),
        Projects=[minis.project("P", 12.0)],
        ProjectEffects=[minis.effect("P", "BC", 6.0)],
        Policies=FLOORED,
    )


MINIS = {
    "floor": floored_case(),
    "two nodes": minis.two_node_case(),
    "three": minis.corridor_of_three(),
    "money": minis.money_case(),
    "each": minis.direction_case("each"),
    "gauge": minis.gauge_case(),
    "timed": minis.timed_case(),
    "lumpy 1": lumpy_case(1),
    "lumpy 2": lumpy_case(2),
    "lumpy 3": lumpy_case(3, periods=4),
}


@pytest.mark.parametrize("name", MINIS)
def test_methods_agree(name):
    """Proves: the direct method, Benders, what is chosen and the arc form reach the same proven cost (relative 1e-6).

    If it were ignored: one of the methods could be wrong and nobody would see it.
    """
    case = MINIS[name]
    whole, _ = solved(case, "direct")
    decomposed, _ = solved(case, "decomposed")
    chosen, _ = solved(case, "auto")
    exact = solve_arc_form(prepared(case), None)
    assert whole.status is decomposed.status is chosen.status is Status.OPTIMAL
    assert decomposed.objective == pytest.approx(exact.objective, rel=1e-6, abs=1e-6)
    assert chosen.objective == pytest.approx(exact.objective, rel=1e-6, abs=1e-6)
    # the method told is what ran: cases that the root LP settles never come to the masters
    assert set(decomposed.method.split(", ")) <= {"root LP", "decomposed"}


@pytest.mark.parametrize("method", ["direct", "decomposed"])
def test_a_floor_on_a_dear_link_is_kept(method):
    """Proves: with P rail carries 5 and road the floor of 3: 2 years × (5 × 2 + 3 × 9) + 12 = 86, against 2 × (4 × 2 +
    4 × 9) = 88 without P.

    If it were ignored: a floor, whose price is negative, would stop the search or bend its result.
    """
    outcome, _ = solved(floored_case(), method)
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(86.0)


@pytest.mark.parametrize("seed", [1, 5])
def test_every_cut_stays_below_the_true_cost(seed):
    """Proves: a cut made at one point is at most the block's true cost at other points and equals it at its own.

    If it were ignored: the master's bound would not be a bound.
    """
    problem = prepared(lumpy_case(seed))
    random = np.random.default_rng(seed)
    block = BlockLP(problem, 1)
    points = [random.uniform(0, 15, len(block.doors)) for _ in range(12)]
    answers = [block.solve(point) for point in points]
    for answer, own in zip(answers, points, strict=True):
        assert answer.cut.at(own) == pytest.approx(answer.value, rel=1e-9)
        for point, truth in zip(points, answers, strict=True):
            assert answer.cut.at(point) <= truth.value + 1e-7 * max(1.0, abs(truth.value))


def test_any_duals_give_a_valid_cut():
    """Proves: even wild duals (wrong signs, not optimal) give a cut below the true cost.

    If it were ignored: the bound would hang on the tolerances of the LP solver.
    """
    problem = prepared(lumpy_case(2))
    random = np.random.default_rng(0)
    block = BlockLP(problem, 0)
    points = [random.uniform(0, 15, len(block.doors)) for _ in range(5)]
    truth = [block.solve(point).value for point in points]
    for _ in range(20):
        cut = block.cut_of(random.normal(0, 5, len(block.rows)))
        assert all(cut.at(point) <= value + 1e-7 for point, value in zip(points, truth, strict=True))


@pytest.mark.parametrize("method", ["direct", "decomposed"])
def test_a_stop_returns_the_best_plan_with_an_honest_gap(method):
    """Proves: a stop asked as soon as a plan is there ends with a plan whose gap holds the true optimum.

    If it were ignored: Ctrl-C would lose the plan, or claim what is not proven.
    """
    case = lumpy_case(3, periods=4)
    best, _ = solved(case, "decomposed")
    progress = []

    def stop(event):
        progress.append(event)
        if event.stage == "plan":
            raise KeyboardInterrupt

    try:
        outcome, solution = solved(case, method, listener=stop)
    except KeyboardInterrupt:
        pytest.fail("the interrupt was not caught")
    assert solution is not None
    assert outcome.bound <= best.objective + 1e-6
    assert outcome.objective >= best.objective - 1e-6


@pytest.mark.parametrize("method", ["direct", "decomposed"])
def test_same_seed_same_plan(method):
    """Proves: two runs give the same plan to the last figure. If it were ignored: nobody could repeat a study."""
    first, one = solved(lumpy_case(2), method)
    second, two = solved(lumpy_case(2), method)
    assert first.objective == second.objective
    assert np.array_equal(one.values, two.values)
    assert one.flows == two.flows


def test_arc_form_is_a_relaxation_of_nothing():
    """Proves: the arc form's bound and cost meet. If it were ignored: small cases would be proven by a wrong model."""
    result = solve_arc_form(prepared(lumpy_case(5)), None)
    assert result.status == ModelStatus.kOptimal
    assert result.bound == pytest.approx(result.objective, rel=1e-6)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_moves_keep_committed_projects_and_budgets(seed):
    """Proves: with a committed project no method's plan is cheaper than the arc form's proven optimum.

    If it were ignored: a random move could close works that are already decided and look cheaper than possible.
    """
    case = lumpy_case(seed, periods=4)
    projects = case.tables["Projects"].copy()
    projects.loc[projects.index[:2], "status"] = "committed"
    projects.loc[projects.index[:2], "committed_opening"] = [2026.0, 2027.0]
    budgets = case.tables["Budgets"].iloc[:0]
    case = case.with_tables(Projects=projects, Budgets=budgets)
    exact = solve_arc_form(prepared(case), None)
    outcome, solution = solved(case, "decomposed")
    assert outcome.objective == pytest.approx(exact.objective, rel=1e-6)
    compiled = prepared(case).compiled
    activity = compiled.matrix @ solution.values
    here = compiled.row_block == -1
    assert np.all(activity[here] <= compiled.row_upper[here] + 1e-6)
    assert np.all(activity[here] >= compiled.row_lower[here] - 1e-6)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_case_too_large_for_arcs_is_planned_over_routes(seed, monkeypatch):
    """Proves: where arc flows would be too many, the direct method ends with a plan of MIPs over the routes known, at
    its true cost, and with the root LP's bound below the optimum.

    If it were ignored: only cases whose rows tie many blocks together would ever run it, and none in the tests is large
    enough; a plan told at what the MIP's few routes cost would look dearer than it is, or a bound be too high.
    """
    case = lumpy_case(seed)
    best, _ = solved(case, "direct")
    assert best.method == "root LP, arc form"
    monkeypatch.setattr(direct, "ARC_FORM_LIMIT", 0)
    outcome, solution = solved(case, "direct")
    assert outcome.method == "root LP, MIP over routes"
    assert outcome.bound <= best.objective * (1 + 1e-9) <= outcome.objective * (1 + 1e-6)
    assert outcome.objective <= 1.1 * best.objective
    problem = prepared(case)
    lp = RootLP(problem)
    seed_routes(problem, lp)
    again = evaluate(problem, lp, solution.values[problem.compiled.integer])
    assert outcome.objective == pytest.approx(again.objective, rel=1e-6)


@pytest.mark.parametrize("small", [True, False])
def test_what_the_proof_by_periods_leaves_open_is_closed(small, monkeypatch):
    """Proves: where projects open gates and the proof by periods closes nothing, flows on arcs prove the optimum of a
    small case, and masters that of another.

    If it were ignored: a search would end with the gap open and time left, as soon as its proof hardly closes any more.
    """
    case = gated_case(4)
    best, _ = solved(case, "auto")
    assert best.method == "root LP, small changes, periods"
    monkeypatch.setattr(sequence, "prove", lambda *given, **more: None)
    monkeypatch.setattr(sequence, "is_small", lambda problem: small)
    outcome, _ = solved(case, "auto")
    assert outcome.method == "root LP, small changes, " + ("arc form" if small else "decomposed")
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(best.objective, rel=1e-6)


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("worse", [True, False])
def test_what_the_proof_told_is_kept_of_the_plan_that_it_told_it_of(small, worse, monkeypatch):
    """Proves: where the proof leaves the gap open and flows on arcs, or masters, find a better plan than it ended with
    (the one that opens nothing stands in for that), the start names the better plan and nothing counts as settled;
    where they find none, both stay as the proof told them.

    If it were ignored: a sheet would call decisions settled of a plan that is not the one in it, and the next scenario
    would begin with that plan.
    """
    told, real = [], sequence.prove

    def leave_open(problem, search, asked, *given, **more):
        real(problem, search, asked, *given, **more)
        search.bound = -np.inf
        if worse:
            search.best = asked.plan(asked.least_built(), whole=True)
            columns = asked.decisions.columns
            search.start = with_plan(problem, search.start, columns, search.best.values[columns])
        told.append((problem, search.best.objective, search.settled, search.start))

    monkeypatch.setattr(sequence, "prove", leave_open)
    monkeypatch.setattr(sequence, "is_small", lambda problem: small)
    outcome, solution = solved(gated_case(4), "auto")
    ((problem, cost, settled, start),) = told
    assert outcome.method == "root LP, small changes, periods, " + ("arc form" if small else "decomposed")
    assert settled
    assert bool(outcome.objective < cost - 1e-3) == worse
    columns = Decisions.of(problem).columns
    assert is_of(problem, outcome.start, columns, solution.values[columns])
    if worse:
        assert not outcome.settled
        assert not is_of(problem, start, columns, solution.values[columns])
    else:
        assert tuple(outcome.settled.values()) == settled
        assert outcome.start is start


def test_whether_a_case_is_small_is_counted_once(monkeypatch):
    """Proves: a search that asks twice whether flows on arcs would follow, before the proof and after it, counts the
    arcs once. If it were ignored: a large case would pay for the count of all its arcs each time."""
    counts, size, real = [], direct.arc_form_size, sequence.prove

    def leave_open(problem, search, *given, **more):
        real(problem, search, *given, **more)
        search.bound = -np.inf

    monkeypatch.setattr(direct, "arc_form_size", lambda problem: counts.append(size(problem)) or counts[-1])
    monkeypatch.setattr(sequence, "prove", leave_open)
    outcome, _ = solved(gated_case(4), "auto")
    assert outcome.method.endswith("periods, arc form")
    assert len(counts) == 1
