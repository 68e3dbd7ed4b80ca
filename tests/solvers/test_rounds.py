"""What a round of the proof does to the point of the LP over leaves, and how long rounds go on."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from model.network.graph import FloatArray
from model.solvers.search import hull as hull_module
from model.solvers.search import in_time
from model.solvers.search import proof as proof_module
from model.solvers.search.in_time import branch
from model.solvers.search.patience import Patience
from model.solvers.search.period_tree import SPLIT
from model.solvers.search.proof import Proof
from tests.solvers.helpers import lumpy_case, prepared
from tests.solvers.test_proof import NEAR, laid_out, optimum, with_a_poor_plan


def begun(seed: int, gap: float = 1e-9) -> Proof:
    """A proof whose trees have grown a little."""
    problem = prepared(lumpy_case(seed))
    problem = dataclasses.replace(problem, options=dataclasses.replace(problem.options, gap=gap))
    lp, search = with_a_poor_plan(problem)
    proof, prices = laid_out(problem, search, lp)
    proof.begin(prices)
    proof.grow(3)
    return proof


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_a_round_takes_the_point_out_of_the_lp(seed: int) -> None:
    """
    Proves: where a point of the LP over leaves splits the copies of a leaf that it uses, no leaf holds these copies
    after the round, and the bound is no lower.
    If leaves of the same bound were halved elsewhere: the point would stay an optimum, and the bound where it was.
    """
    proof, seen = begun(seed), 0
    for _ in range(3):
        point = proof.settle()
        if point is None:
            break
        split: list[tuple[int, FloatArray]] = []
        for weight, held in proof.hull.weighed(point):
            copies = proof.hull.copies_of(held, point) / weight
            if weight > proof_module.LEAST_WEIGHT and np.any(np.abs(copies - np.round(copies)) > SPLIT):
                split.append((held.part, copies))
        proof.sharpen(point)
        for number, copies in split:
            tree = proof.trees[number]
            boxes = [(leaf.lower[: tree.copies] - 1e-9, leaf.upper[: tree.copies] + 1e-9) for leaf in tree.leaves]
            assert not any(np.all(low <= copies) and np.all(copies <= high) for low, high in boxes)
        after = proof.settle()
        assert after is None or after.bound >= point.bound - NEAR * abs(point.bound)
        seen += len(split)
    assert seen > 0


def test_patience_counts_lps_and_what_they_close() -> None:
    """
    Proves: of 600 LPs that must close 5 %: 599 are not looked at; 600 that close 100 to 95 are enough, the next 600
    must bring 95 to 90.25, so 91 ends it.
    If time were looked at in place of LPs: two runs of a case would end with other bounds.
    """
    patience = Patience(100.0, 10, share=0.05, lps=600)
    assert not patience.ends(100.0, 609)
    assert not patience.ends(95.0, 610)
    assert not patience.ends(95.0, 1209)
    assert patience.ends(91.0, 1210)


@pytest.mark.parametrize("brief", [False, True])
def test_one_of_many_plans_must_close_more(brief: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: rounds and branching ask for a tenth of the gap where the plan is one of many, and for half of that where it
    stands alone. If it were ignored: 27 scenarios would each take the time of one for the last percent of their gaps.
    """
    asked: list[float] = []

    class Noted(Patience):
        def __init__(self, gap: float, solved: int, share: float = np.nan, lps: int = 1) -> None:
            asked.append(share)
            super().__init__(gap, solved, share, lps)

    monkeypatch.setattr(proof_module, "Patience", Noted)
    monkeypatch.setattr(in_time, "Patience", Noted)
    proof = begun(3)
    proof.problem = dataclasses.replace(proof.problem, options=dataclasses.replace(proof.problem.options, brief=brief))
    proof.rounds(patient=True)
    branch(proof, patient=True)
    assert asked == [0.1 if brief else 0.05] * 2


def test_patient_rounds_and_branching_go_on_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where two rounds are never enough for others (they would have to close ten million times the gap), patient
    ones close more of it; and both patient rounds and branching end with the gap open once patience ends.
    If patience were ignored: a case that no other method follows would end early; if it had no end: it would go on to
    the time limit however little is gained.
    """
    monkeypatch.setattr(proof_module, "LITTLE", 1e7)
    monkeypatch.setattr(proof_module, "RESTING", 1)
    short, long = begun(3), begun(3)
    short.rounds()
    long.rounds(patient=True)
    assert short.search.bound < long.search.bound <= optimum(lumpy_case(3)) * (1 + NEAR)
    ended = begun(3)
    monkeypatch.setattr(Patience, "ends", lambda *_: True)
    ended.rounds(patient=True)
    solved, bound = ended.solved, ended.search.bound
    assert bound < long.search.bound
    branch(ended, patient=True)
    assert ended.solved > solved
    assert ended.search.gap > 0


def test_an_lp_over_leaves_that_takes_too_many_iterations_is_solved_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: with one iteration allowed from the last basis, the LP over leaves has the value and the bound that it has
    without a limit, and rounds end at the same true bound.
    If an LP that was cut off were taken for one without a plan: the bound would be the best plan's cost, unproven.
    """
    proof = begun(3)
    whole = proof.settle()
    monkeypatch.setattr(hull_module, "FROM_BASIS", 1)
    other = begun(3)
    cut_off = other.settle()
    assert whole is not None
    assert cut_off is not None
    assert cut_off.value == pytest.approx(whole.value, rel=NEAR)
    assert cut_off.bound == pytest.approx(whole.bound, rel=NEAR)
    other.rounds()
    assert other.search.bound <= optimum(lumpy_case(3)) * (1 + NEAR)


@pytest.mark.parametrize("seed", [1, 3])
def test_shares_without_a_row_keep_to_their_leaves(seed: int) -> None:
    """
    Proves: at the LP's optimum no share of a copy goes further than its leaf's width times the weight, though only
    some have a row for that; with a row for each the value is the same; a leaf that was dropped has no share at all.
    If a share without its row were left to go too far: the LP would be worth less, and its prices be those of another.
    """
    proof, rows = begun(seed), 0
    for _ in range(4):
        point = proof.settle()
        if point is None:
            break
        free = sum(len(held.free) for held in proof.hull.here.values())
        rows += free - sum(len(held.share_rows) for held in proof.hull.here.values())
        for held in proof.hull.here.values():
            shares = point.columns[held.first + 1 : held.cost_column]
            assert np.all(shares <= held.width * point.columns[held.first] + 1e-6)
        proof.sharpen(point)
    assert rows > 0
    some = proof.hull.solve()
    for held in proof.hull.here.values():
        proof.hull._hold_shares(held, np.setdiff1d(np.arange(len(held.free)), list(held.share_rows)))
    every = proof.hull.solve()
    assert some is not None
    assert every is not None
    assert every.value == pytest.approx(some.value, rel=NEAR)
    dropped = proof.hull.weighed(every)[0][1]
    proof.hull.drop(dropped.leaf)
    without = proof.hull.solve() or proof.reopened()
    assert without is not None
    assert np.all(without.columns[dropped.first : dropped.cost_column] == 0.0)
