"""A policy is missed only when nothing keeps it, however dear keeping it is (issue 10, item 11)."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.schema import SHEETS
from model.formulation.build import build
from model.network.cargo import read_cargo
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan import planner
from model.plan.planner import make_plan
from model.plan.prices import breaches
from model.solvers.core.highs import Status as Ended
from model.solvers.core.highs import new_solver
from model.solvers.core.linear_program import LinearProgram
from model.solvers.core.outcome import Status
from model.solvers.core.progress import Progress
from model.solvers.engine import prepared
from model.solvers.problem import Problem
from model.studies.explain.explanation import explain
from model.studies.explain.relaxing.changes import apply_changes
from tests.formulation.solving import CLOSE, OPTIONS, near, policy, refusal, solve
from tests.minis import demand, effect, link, make_case, node, project
from tests.oracles.random_cases import random_case


def all_routes(case: Case) -> RoutePool:
    """Every route without loops of every demand, by looking everywhere."""
    graph, cargo = build_graph(case), read_cargo(case)
    formulation = build(case, graph, RoutePool())
    ways: dict[int, list[int]] = {}
    for arc in range(graph.arc_count):
        ways.setdefault(int(graph.tail[arc]), []).append(arc)
    pool = RoutePool()
    for i, (origin, destination) in enumerate(zip(cargo.origins, cargo.destinations, strict=True)):
        usable = formulation.accepted[int(cargo.class_of[i])]
        stack: list[tuple[int, tuple[int, ...], frozenset[int]]] = [
            (graph.source[origin], (), frozenset([graph.source[origin]]))
        ] if origin in graph.source and destination in graph.sink else []  # fmt: skip
        while stack:
            vertex, arcs, seen = stack.pop()
            if vertex == graph.sink[destination]:
                pool.add(i, arcs)
                continue
            for arc in ways.get(vertex, ()):
                head = int(graph.head[arc])
                if usable[arc] and head not in seen:
                    stack.append((head, (*arcs, arc), seen | {head}))
    return pool


def hard_optimum(case: Case) -> float | None:
    """Least cost of a plan that keeps all policies, None without one: one MIP over all routes, nothing to be missed.

    It knows no price of missing a policy and no column generation.
    """
    filled = dataclasses.replace(OPTIONS.filled(case), gap=1e-9)
    problem = prepared(build(case, build_graph(case), all_routes(case)), filled, Progress(600.0))
    problem.compiled.upper[breaches(problem)] = 0.0
    solver = new_solver(filled, mip_rel_gap=1e-9, mip_feasibility_tolerance=1e-9)
    LinearProgram.of(problem.compiled, relaxed=False).pass_to(solver, "the model")
    solver.run()
    if solver.getModelStatus() == Ended.kInfeasible:
        return None
    assert solver.getModelStatus() == Ended.kOptimal
    return float(solver.getInfo().objective_function_value)


def with_policies(seed: int) -> Case:
    """A random case with one to three random policies: shares, floors, ceilings, CO2, demand to be served."""
    case, dice = random_case(seed), np.random.default_rng(seed)
    nodes = case.table("Nodes").copy()
    nodes["area"] = [("inside",) if dice.random() < 0.4 else () for _ in range(len(nodes))]
    links = case.table("Links")["link"].tolist()
    sense = lambda: str(dice.choice(["<=", ">="]))  # noqa: E731
    kinds: list[dict[str | int, Any]] = [
        policy("share", "area share", sense(), round(float(dice.uniform(0.0, 0.8)), 2), areas="inside"),
        policy("flow", "link flow", sense(), round(float(dice.uniform(0.0, 6.0)), 2), links=str(dice.choice(links)))
        | {"measure": "kTEU"},
        policy("carbon", "co2", "<=", round(float(dice.uniform(0.0, 0.6)), 3)),
        policy("served", "served share", ">=", round(float(dice.uniform(0.3, 1.0)), 2)),
    ]
    chosen = dice.permutation(len(kinds))[: int(dice.integers(1, 4))].tolist()
    if not nodes["area"].map(len).any():
        chosen = [number for number in chosen if number] or [2]
    rows = canonical_table(SHEETS["Policies"], [kinds[number] for number in chosen])
    return case.with_tables(Nodes=nodes, Policies=rows)


@pytest.mark.parametrize("seed", range(1, 21))
def test_random_policies_are_kept_when_something_keeps_them(seed: int) -> None:
    """
    Proves: with random policies the planner finds the plan of a MIP that has them as hard rows, at its cost, and says
    that no plan keeps them just when that MIP has none.
    If it were ignored: a policy that costs more than it is charged is missed, and the run calls it impossible.
    """
    case = with_policies(seed)
    expected = hard_optimum(case)
    plan = make_plan(case, OPTIONS)
    if expected is None:
        assert plan.outcome.status is Status.INFEASIBLE
        assert not plan.has_plan
    else:
        assert plan.has_plan, plan.outcome.message
        assert plan.outcome.objective == pytest.approx(expected, rel=CLOSE, abs=1e-6)
        assert plan.tables["policy_levels"]["missed"].max() <= 1e-6


def clean(budget: float, **more: Any) -> Case:
    """2 kTEU a year over eight years emit 0.2 kt each; CO2 of all years at most `budget` (field test 06)."""
    return make_case(
        "clean", "AB", [link("AB", "A-B", length_km=1000.0, co2_g_per_tkm=20.0, container_cost=0.5)],
        [demand("D", "A-B", 10.0)], years=(2026, 2027),
        Policies=[policy("C", "co2", "<=", budget, value_per="window")], **more,
    )  # fmt: skip


def test_a_co2_budget_that_costs_more_than_cargo_is_kept() -> None:
    """
    Proves: 10 kTEU of 10 t over 1000 km at 20 g emit 2 kt a year; with 2 kt for two years half of it stays behind:
    10 x 20 + 10 x 0.5 = 205. Leaving a kTEU behind saves 0.2 kt: 97.5 million USD for a kt.
    If missing a kt cost less than that (75 in the first version): "no plan can keep all policies".
    """
    plan = solve(clean(2.0))
    assert plan.outcome.objective == near(205.0)


def test_a_policy_that_only_a_dear_project_keeps_is_kept() -> None:
    """
    Proves: a floor of 10 on a link with room for 9.999 needs a project of 5,000; the plan builds it: 5000 + 10 x 1.
    If what is missed were only charged by the unit: 0.001 missed is cheaper than 5,000 at any sensible price.
    """
    case = make_case(
        "floor", "AB",
        [link("AB", "A-B", capacity_kteu=9.999), link("road", "A-B", carrier="road", container_cost=0.5)],
        [demand("D", "A-B", 10.0)], years=(2026,),
        Projects=[project("P", 5000.0)], ProjectEffects=[effect("P", "AB", 1.0)],
        Policies=[policy("floor", "link flow", ">=", 10.0, links="AB", measure="kTEU")],
    )  # fmt: skip
    assert solve(case).outcome.objective == near(5010.0)


def test_two_policies_that_fight_are_both_kept() -> None:
    """
    Proves: all must be served, at most 15 kt CO2 of the 20 that the cheap way emits; the clean way costs 60 more a
    kTEU than leaving it behind, and takes 5: 5 x 1 + 5 x 80 = 405.
    If each price looked at its own policy only: one of them is missed, as both together cost more than either.
    """
    case = make_case(
        "fight", "AB",
        [link("dirty", "A-B", length_km=1000.0, co2_g_per_tkm=200.0),
         link("clean", "A-B", carrier="road", length_km=1000.0, co2_g_per_tkm=100.0, container_cost=80.0)],
        [demand("D", "A-B", 10.0)], years=(2026,),
        Policies=[policy("C", "co2", "<=", 15.0), policy("S", "served share", ">=", 1.0)],
    )  # fmt: skip
    assert solve(case).outcome.objective == near(405.0)


def test_what_nothing_keeps_is_still_called_impossible() -> None:
    """
    Proves: a floor of 10 on a link of 9 without any project is refused, by how much it falls short said.
    If it were ignored: the search for a plan that keeps it would never end, or crash.
    """
    case = make_case(
        "none", ["A", node("B")], [link("AB", "A-B", capacity_kteu=9.0)], [demand("D", "A-B", 10.0)], years=(2026,),
        Policies=[policy("floor", "link flow", ">=", 10.0, links="AB", measure="kTEU")],
    )  # fmt: skip
    assert refusal(case) == "No plan can keep all policies: floor in 2026 (short by 1)."


def test_time_is_not_impossibility(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where time is up before it is known whether something keeps the policies, the run says so, with what the
    best plan misses, and not that the limits contradict each other.
    If it were ignored: exit 1 and an explanation of a contradiction that is none.
    """
    real, calls = planner.solve_prepared, []

    def short(problem: Problem, *more: Any) -> Any:
        calls.append(problem)
        outcome, solution = real(problem, *more)
        if len(calls) == 1:
            return outcome, solution
        words = "No plan was found in the time given."
        return dataclasses.replace(outcome, status=Status.NO_PLAN, message=words), None

    monkeypatch.setattr(planner, "solve_prepared", short)
    case = make_case(
        "none", "AB", [link("AB", "A-B", capacity_kteu=9.0)], [demand("D", "A-B", 10.0)], years=(2026,),
        Policies=[policy("floor", "link flow", ">=", 10.0, links="AB", measure="kTEU")],
    )  # fmt: skip
    plan = make_plan(case, OPTIONS)
    assert plan.outcome.status is Status.NO_PLAN
    assert plan.outcome.message == (
        "No plan that keeps all policies was found in the time given; the best one misses floor in 2026 (short by 1)."
    )


@pytest.mark.parametrize("seed", [2, 7, 14, 17, 24, 31, 32, 47])
def test_the_ways_out_of_an_impossible_policy_give_plans(seed: int) -> None:
    """
    Proves: for random cases whose policies nothing keeps, each way out that the explanation offers, done, gives a plan:
    also where periods are planned in parts of which one allows less (7, 14, 17), where what every project built would
    allow is more than what can be built in time (32), and where commitments contradict an envelope besides (24, 47).
    If it were ignored: the planner does what was advised, and there is still no plan.
    """
    case = with_policies(seed)
    assert not make_plan(case, OPTIONS).has_plan
    found = explain(case)
    ways = [repair for repair in found.menu if repair.changes]  # the others say what would not help
    assert ways
    for repair in ways:
        assert make_plan(apply_changes(case, repair.changes), OPTIONS).has_plan, repair
