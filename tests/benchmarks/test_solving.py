"""Instances through the normal path: hand-made ones with their arithmetic, public ones with their known values."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.instances import InstanceError
from benchmarks.loading import load_instance
from benchmarks.public import known_values
from benchmarks.solving import Answer, everything_built, solve_instance
from model.solvers.core.options import SolveOptions
from tests.benchmarks import samples

OPTIONS = SolveOptions(time_limit=120.0)


def solve(path: Path, model: str | None = None) -> Answer:
    """The answer of the normal path."""
    answer, _ = solve_instance(load_instance(path, model), OPTIONS)
    return answer


def test_canad_by_hand(tmp_path: Path) -> None:
    """Proves: 10 units over two links, 10 x 2 + 5 + 5 = 30, beat the direct link, 10 x 3 + 2 = 32.

    If it were ignored: without fixed costs the value would be 20, with them by unit something else again.
    """
    answer = solve(samples.write(tmp_path, "three.dow", samples.CANAD))
    assert answer.status == "optimal"
    assert answer.cost == pytest.approx(30.0)
    assert answer.bound == pytest.approx(30.0, rel=2e-6)


@pytest.mark.parametrize(
    ("model", "value"),
    [
        ("U-U-M-N", 7 + 2 * 10 + 3),  # 6 units share 1 + 2 x 4; 7 for what is there, 6 x 0.5 for routing
        ("D-B-M-N", 7 + 10 + 3),  # 3 units each way within 1 + 4
        ("U-B-M-N", 7 + 10 + 3),  # the same, split in halves
        ("U-U-M-Y", 7 + 2 * 10 + 3 + 2),  # set-up once, whatever the number of modules
        ("D-B-E-Y", 7 + 10 + 3 + 2),
    ],
)
def test_sndlib_by_hand(tmp_path: Path, model: str, value: float) -> None:
    """Proves: the flags of the model name mean what SNDlib says (arithmetic beside each value).

    If it were ignored: a wrong flag would still give a plausible number on the real networks.
    """
    answer = solve(samples.write(tmp_path, "two.txt", samples.SNDLIB), model)
    assert answer.status == "optimal"
    assert answer.cost == pytest.approx(value)


@pytest.mark.parametrize(("model", "short"), [("U-U-E-N", 1), ("D-D-M-N", 3)])
def test_sndlib_infeasible_by_hand(tmp_path: Path, model: str, short: int) -> None:
    """Proves: one module gives 1 + 4 for 6 units, and a one-way link carries nothing back: infeasible, in words.

    If it were ignored: the penalty for unserved demand would be reported as the cost of a plan.
    """
    answer = solve(samples.write(tmp_path, "two.txt", samples.SNDLIB), model)
    assert (answer.status, answer.cost, answer.bound, answer.gap) == ("infeasible", None, None, None)
    assert answer.message.startswith(f"Infeasible: at least {short} of the 6 units")
    assert answer.exit_code == 1


def test_orlib_by_hand(tmp_path: Path) -> None:
    """Proves: both warehouses (5 + 1), customer 1 from the first (6 x 2), customer 2 split 4 x 3 + 2 x 4: 38.

    If it were ignored: a customer served whole by one warehouse would cost 42.
    """
    answer = solve(samples.write(tmp_path, "cap.txt", samples.ORLIB))
    assert answer.status == "optimal"
    assert answer.cost == pytest.approx(38.0)


@pytest.mark.parametrize(
    ("budget", "value"),
    [
        (100.0, 10 * 7 + 100 + 15 * 7 / 1.1),  # unit cost 1 + 2 x 3 = 7; built in the first period, open in the second
        (99.0, 10 * 7 + (10 * 7 + 5 * 50) / 1.1),  # too dear: 5 units stay unserved at 50
    ],
)
def test_ladder_by_hand(tmp_path: Path, budget: float, value: float) -> None:
    """Proves: spending falls in the period before opening, undelayed by discount, within that period's budget.

    If it were ignored: with spending in the opening period the budget (0 there) would forbid the project.
    """
    answer = solve(samples.write_ladder(tmp_path, budget_per_period=[budget, 0.0]))
    assert answer.status == "optimal"
    assert answer.cost == pytest.approx(value, rel=1e-3)


def test_penalty_is_raised_when_it_was_too_low(tmp_path: Path) -> None:
    """Proves: a plan that leaves demand unserved although it could be carried is not accepted.

    With a penalty of 0.5 a unit, leaving all 10 units (5) beats carrying them (30). If it were ignored: 5 would be
    reported as the optimum.
    """
    instance = load_instance(samples.write(tmp_path, "three.dow", samples.CANAD))
    commodities = instance.case.tables["Commodities"].copy()
    commodities["unserved_penalty"] = 0.5
    object.__setattr__(instance, "case", instance.case.with_tables(Commodities=commodities))
    answer, _ = solve_instance(instance, OPTIONS)
    assert answer.status == "optimal"
    assert answer.cost == pytest.approx(30.0)


def test_everything_built_has_only_the_penalty(tmp_path: Path) -> None:
    """Proves: the case that decides feasibility costs one for each unserved unit and nothing else.

    If it were ignored: its cost would not be the demand that cannot be carried.
    """
    case = everything_built(load_instance(samples.write(tmp_path, "three.dow", samples.CANAD)).case)
    assert (case.tables["Projects"]["capex"] == 0.0).all()
    assert (case.tables["Links"]["container_cost"] == 0.0).all()
    assert case.tables["Commodities"]["unserved_penalty"].tolist() == [1.0]


KNOWN = [
    *((f"canad/r01.{number}.dow", 1e-6) for number in range(1, 7)),
    ("canad/r04.8.dow", 1e-6),  # its evaluation dropped and took back routes at one value for ever
    ("canad/r02.1.dow", 1e-6),
    ("orlib_cap/cap41.txt", 1e-6),
    ("sndlib/abilene--U-U-M-N-C-A-N-N", 1e-4),
    ("sndlib/abilene--D-B-M-N-C-A-N-N", 1e-4),
]


@pytest.mark.parametrize(("name", "tolerance"), KNOWN)
def test_known_values(name: str, tolerance: float) -> None:
    """Proves: the whole path from file to plan reaches optima that nobody here produced.

    If it were ignored: an error common to reader, model and verifier would agree with itself.
    """
    path = samples.shared(name)
    answer = solve(path)
    known = known_values(samples.SHARED)[answer.instance]
    assert known.value is not None
    assert answer.status == "optimal"
    assert answer.cost == pytest.approx(known.value, rel=tolerance)
    assert answer.bound is not None
    assert answer.bound <= known.value * (1 + tolerance)


def test_known_infeasible() -> None:
    """Proves: r01.7 is reported infeasible in words. Hand check: not possible; HiGHS and SCIP both prove it.

    If it were ignored: a plan with unserved demand would pass as a solution.
    """
    answer = solve(samples.shared("canad/r01.7.dow"))
    assert answer.status == "infeasible"
    assert answer.cost is None
    assert "cannot be carried even when every project is built" in answer.message


def test_missing_file_is_explained(tmp_path: Path) -> None:
    """Proves: a name that fits no file is said so.

    If it were ignored: the user would meet a traceback for a slip of the keyboard.
    """
    with pytest.raises(InstanceError, match="there is no such file"):
        load_instance(tmp_path / "r99.9")
