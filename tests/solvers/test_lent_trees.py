"""Trees that one search lends to another: they hold where the part is the same or has more rows, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from model.case.case import Case
from model.solvers.core.start import Start
from model.solvers.plans.what_if import WhatIf
from model.solvers.search.lent_trees import adopt, told_trees
from model.solvers.search.proof import Proof
from model.studies.variants.held import forced, free_projects
from tests.oracles.random_cases import random_case
from tests.solvers.helpers import lumpy_case, prepared
from tests.solvers.test_proof import NEAR, with_a_poor_plan
from tests.solvers.test_settled import every_plan, least_by_opening, proof_of


def lent_by(proof: Proof) -> Start:
    """What a proof lends, as it comes back from the file of a run."""
    trees = told_trees(proof.problem, proof.trees, proof.prices)
    told = Start((), (), {}, {}, {}, trees).told()
    return Start.of(json.loads(json.dumps(told)))


def closed(case: Case) -> tuple[Proof, float]:
    """A proof that has found a good plan and shut out what no cheaper one decides, and its bound before that."""
    proof, _ = proof_of(case, 1e-9)
    point = proof.settle()
    assert point is not None
    known = point.bound
    proof.look_for_plan(point)
    point = proof.settle()
    assert point is not None
    proof.leave_out(point)
    return proof, known


def begun_with(case: Case, start: Start) -> Proof:
    """The proof of a case that begins with a start; nothing is solved in it."""
    problem = prepared(case)
    lp, search = with_a_poor_plan(problem)
    assert search.best is not None
    return Proof(problem, search, WhatIf(problem, search.best), lp.columns, start)


@pytest.mark.parametrize(
    ("case", "narrowed"),
    [(random_case(9), False), (lumpy_case(3), True), (lumpy_case(10), True)],
    ids=["9", "lumpy 3", "lumpy 10"],
)
def test_bounds_of_lent_trees_hold_where_something_is_decided(case: Case, *, narrowed: bool) -> None:
    """
    Proves: a proof that shut decisions out, because no cheaper plan has them, lends its trees to the same case with a
    project forced in, or out. All parts take them over, and without a single LP of a part they tell a lower bound that
    the cheapest plan of the enumeration with that decision keeps; with the free case itself it is nearly the proof's.
    If leaves came without what was shut out: the bound would be above plans that hold exactly that, and a forced
    project would be told to cost more than it does.
    """
    proof, known = closed(case)
    assert bool(np.any(proof.lower > proof.first[0]) or np.any(proof.upper < proof.first[1])) is narrowed
    start, every = lent_by(proof), every_plan(case)
    assert bound_of(case, start) >= known - 1e-3 * abs(known)
    told = 0
    for project in free_projects(case):
        least = least_by_opening(every, project)
        for when in (None, "out"):
            costs = [cost for first, cost in least.items() if (first is None) == (when == "out")]
            if costs:
                assert bound_of(forced(case, project, when)[0], start) <= min(costs) + NEAR * abs(min(costs))
                told += 1
    assert told >= 4


def bound_of(case: Case, start: Start) -> float:
    """The bound that lent trees tell at once; all parts take them over."""
    proof = begun_with(case, start)
    assert proof.adopted == len(proof.trees)
    point = proof.settle()
    assert proof.solved == 0
    return proof.cost if point is None else point.bound


def narrower_links(case: Case) -> Case:
    """All links carry a tenth less."""
    links = case.table("Links")
    return case.with_tables(Links=links.assign(capacity_kteu=links["capacity_kteu"] * 0.9))


def dearer_links(case: Case) -> Case:
    """Boxes pay a hundredth more on all links."""
    links = case.table("Links")
    return case.with_tables(Links=links.assign(container_cost=links["container_cost"] * 1.01))


def more_demand(case: Case) -> Case:
    """A hundredth more of everything in all years."""
    demand = case.table("Demand").copy()
    for year in (name for name in demand.columns if isinstance(name, int)):
        demand[year] *= 1.01
    return case.with_tables(Demand=demand)


@pytest.mark.parametrize("change", [narrower_links, dearer_links, more_demand])
def test_trees_of_another_world_are_not_taken(change: Callable[[Case], Case]) -> None:
    """
    Proves: where links carry less or cost more, or demand is another one, no part takes trees over.
    If it were ignored: bounds of one future would be told as proven of another.
    """
    case = random_case(9)
    proof, _ = proof_of(case, 1e-9)
    assert begun_with(change(case), lent_by(proof)).adopted == 0


def test_a_part_takes_trees_of_a_part_with_fewer_rows_only() -> None:
    """
    Proves: a part takes over what was proven of one that lacks one of its rows, as more rows only take plans away, and
    not of one that has a row more, or the same row twice. If it did: what holds for promised ports only would bound all
    plans.
    """
    proof, _ = proof_of(lumpy_case(3), 1e-9)
    start = lent_by(proof)
    key, (columns, rest, rows, *arrays) = max(start.trees.items(), key=lambda one: len(one[1][2]))

    def adopted(rows: tuple[str, ...]) -> int:
        trees = {**start.trees, key: (columns, rest, rows, *arrays)}
        return begun_with(lumpy_case(3), replace(start, trees=trees)).adopted

    assert adopted(rows) == adopted(rows[1:]) == len(proof.trees)
    assert adopted((*rows, "another")) == adopted((*rows, rows[0])) == len(proof.trees) - 1


def test_trees_do_not_hold_outside_their_box() -> None:
    """
    Proves: a part whose own whole columns may go further than those of the lender does not take its trees. If it did:
    plans outside of all leaves would be bounded by none, and the bound would be too high.
    """
    proof, _ = proof_of(lumpy_case(3), 1e-9)
    start = lent_by(proof)
    problem = prepared(lumpy_case(3))
    lp, search = with_a_poor_plan(problem)
    assert search.best is not None
    fresh = Proof(problem, search, WhatIf(problem, search.best), lp.columns)
    for tree in fresh.trees:
        tree.part.upper = tree.part.upper + 1.0
    assert adopt(problem, fresh.trees, start.trees) == 0


def test_what_was_adopted_is_lent_again() -> None:
    """
    Proves: a proof that has taken trees over lends the same bound on. If it lent only its own leaves' boxes or cuts: a
    study's later plans would begin with less than its first.
    """
    case = lumpy_case(4)
    proof, _ = closed(case)
    first = lent_by(proof)
    again = begun_with(case, first)
    again.prices = proof.prices
    assert bound_of(case, lent_by(again)) >= bound_of(case, first) - 1e-3 * abs(proof.cost)
