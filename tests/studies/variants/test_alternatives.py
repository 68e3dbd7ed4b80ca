"""Near-optimal plans: within the slack, verified, different, and what they say of each project by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import run
from model.case.case import Case
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.problem import Problem, Solution
from model.studies.commands import study_run as commands
from model.studies.near_optimal import near_optimal
from model.studies.variants.alternatives import MUST, NEVER, OPTIONAL, PLANS, PROJECTS, Alternatives, alternatives
from tests.formulation.solving import policy
from tests.minis import budget, demand, effect, link, make_case, project
from tests.studies.stand_ins import write_plain_case
from tests.studies.variants.of_minis import plain


def twins(share: float = 1.0) -> Case:
    """A-B without room for 15 kTEU in 2026: T adds 5 for 10, U and V are twins of 5 for 40 and 42, W adds 5 for 99.

    Unserved demand costs 20. The plan builds T, U and V: 10 + 40 + 42 + 15 = 107; nothing built costs 300.
    """
    return make_case(
        "twins",
        "AB",
        [link("AB", "A-B", capacity_kteu=0.0)],
        [demand("D", "A-B", 10.0 * share)],
        years=(2026,),
        Projects=[project("T", 10.0), project("U", 40.0), project("V", 42.0), project("W", 99.0)],
        ProjectEffects=[effect(name, "AB", 5.0) for name in "TUVW"],
    )


@pytest.fixture(scope="module")
def found() -> Alternatives:
    """All within 3 % of the value, proven."""
    return alternatives(twins(), plain, 0.03, 10, worlds=[twins(), twins(0.5)], prove=True)


def test_alternatives_by_hand(found: Alternatives) -> None:
    """Proves, by hand: 10 kTEU are carried with T and U for 10 + 40 + 10 = 60, against 200 with nothing: the value is
    140, 3 % of it 4.2. V in the place of U costs 62, 2 more: an alternative. W in its place costs 119, and leaving one
    out 60 - 40 - 5 + 100 = 115: none. So T is a must-have and W never, both proven, and U and V are optional.
    If it were ignored: a planner would defend U against V for the sake of 2 million within the noise."""
    assert found.slack == pytest.approx(4.2)
    assert found.plans.columns.tolist() == PLANS
    assert found.plans["cost"].tolist() == pytest.approx([60.0, 62.0])
    assert found.plans["decided otherwise"].tolist() == [0, 2]
    assert found.plans["enters"].tolist() == ["", "V"]
    assert found.plans["leaves"].tolist() == ["", "U"]
    rows = found.projects.set_index("project")
    assert found.projects.columns.tolist() == PROJECTS
    assert rows["verdict"].to_dict() == {"T": MUST, "U": OPTIONAL, "V": OPTIONAL, "W": NEVER}
    assert rows["proven"].to_dict() == {"T": "proven", "U": "shown", "V": "shown", "W": "proven"}


def test_alternatives_in_another_world(found: Alternatives) -> None:
    """Proves: with half the demand T alone would do; both plans are held, so V costs 2 more than U there, too.
    If it were ignored: alternatives that are equal at home would be taken for equal everywhere."""
    rows = found.worlds
    assert rows["dearer than the plan"].tolist() == pytest.approx([0.0, 2.0, 0.0, 2.0])
    assert rows["cost"].tolist() == pytest.approx([60.0, 62.0, 55.0, 57.0])


@pytest.mark.parametrize("within", [0.01, 0.1, 0.9])
def test_every_alternative_is_within_the_slack_and_new(within: float) -> None:
    """Proves: whatever the slack, every plan of the list is verified, costs at most the slack more, never less than the
    proven bound, and no two decide alike. If it were ignored: 'near-optimal' would be a word."""
    result = alternatives(twins(), plain, within, 6)
    assert (result.plans["cost"] <= 60.0 + result.slack + 1e-6).all()
    assert (result.plans["dearer"] >= -1e-6).all()
    assert result.plans["opens"].is_unique
    assert (result.plans["nearest other"].iloc[1:] >= 1).all()
    assert set(result.projects["proven"]) <= {"shown", "as far as found"}


def test_what_is_cheap_to_decide_otherwise_alone_is_optional() -> None:
    """
    Proves, by hand: X adds nothing and costs 1, W adds 5 and costs 99. With a slack of 4.2 and no alternative looked
    for, X is optional, shown by its own cost alone, and W never as far as found.
    If only whole alternatives counted: whatever they had no time to turn round would be called a must-have or never.
    """
    case, idle = twins(), make_case("idle", "AB", [link("AB", "A-B")], [], Projects=[project("X", 1.0)])
    case = case.with_tables(Projects=pd.concat((case.table("Projects"), idle.table("Projects")), ignore_index=True))
    rows = alternatives(case, plain, 0.03, 0).projects.set_index("project")
    assert rows.loc["X", ["verdict", "proven"]].tolist() == [OPTIONAL, "shown alone"]
    assert rows.loc["W", ["verdict", "proven"]].tolist() == [NEVER, "as far as found"]


@pytest.mark.parametrize(("left_open", "number"), [(1.0, 0), (3.0, 1)])
def test_alternatives_are_looked_for_within_the_gap_where_it_is_larger(left_open: float, number: int) -> None:
    """
    Proves, by hand: 1 % of the value is 1.4, and V in the place of U costs 2 more. Where the search left 3 open V is
    found, where it left 1 open it is not.
    If it were ignored: the study would call plans within its gap near-optimal and look for none of them.
    """
    found = list[Solution]()

    def asked(problem: Problem, solution: Solution) -> dict[str, pd.DataFrame]:
        problem.progress.bound = solution.objective - left_open
        found.extend(near_optimal(problem, solution, 0.01, 5, 30.0).plans)
        return {}

    make_plan(twins(), SolveOptions(gap=0.0), questions=asked)
    assert len(found) == number


def test_works_leave_before_others_are_added() -> None:
    """
    Proves, by hand: without T its 5 kTEU go another way for 20.5 in place of 10 + 5, so leaving it costs 5.5; X adds
    nothing for 1. One alternative within 6 leaves T out and has no room for X.
    If the cheapest came first whatever it says: alternatives would be the plan with idle works put on top of it.
    """
    case = make_case(
        "leaves", "AB", [link("AB", "A-B", capacity_kteu=0.0), link("other", "A-B", container_cost=4.1)],
        [demand("D", "A-B", 5.0)], years=(2026,), Projects=[project("T", 10.0), project("X", 1.0)],
        ProjectEffects=[effect("T", "AB", 5.0)],
    )  # fmt: skip
    found = alternatives(case, plain, 6.0 / 5.5, 1).plans
    assert found["leaves"].tolist() == ["", "T"]
    assert found["enters"].tolist() == ["", ""]


def test_what_the_budget_forbids_is_not_optional() -> None:
    """
    Proves, by hand: T costs 10 of a budget of 12; idle X for 1 can be added, idle Y for 3 cannot, although 3 is within
    the slack of 4. X is optional, Y never as far as found.
    If its cost alone counted: a planner would be told to choose freely what nobody can pay.
    """
    case = make_case(
        "barred", "AB", [link("AB", "A-B", capacity_kteu=0.0)], [demand("D", "A-B", 5.0)], years=(2026,),
        Projects=[project("T", 10.0), project("X", 1.0), project("Y", 3.0)], ProjectEffects=[effect("T", "AB", 5.0)],
        Budgets=[budget("all", (2026, 2026), 12.0)],
    )  # fmt: skip
    rows = alternatives(case, plain, 4.0 / 85.0, 3).projects.set_index("project")
    assert rows["verdict"].to_dict() == {"T": MUST, "X": OPTIONAL, "Y": NEVER}


def test_what_is_added_opens_when_it_saves_most_for_its_money() -> None:
    """
    Proves, by hand: X saves 28 in 2027 alone (5 kTEU at 1 in place of 6.6) and costs 10 for each year until 2031, since
    the rest of its life comes back: 12 more than it saves from 2027, 10 from 2030, 22 from 2026. The plan is worth 470
    (T: 5 kTEU a year at 1 in place of 20, for 5). Within 13 X enters in 2027.
    If additions opened where they cost least: every alternative would be the plan with idle works in its last year.
    """
    years = (2026, 2027, 2028, 2029, 2030)
    case = make_case(
        "easiest", "ABCD",
        [link("AB", "A-B", capacity_kteu=0.0), link("other", "A-B", container_cost=6.6),
         link("CD", "C-D", capacity_kteu=0.0)],
        [demand("D", "A-B", {year: 5.0 if year == 2027 else 0.0 for year in years}), demand("E", "C-D", 5.0)],
        years=years, settings={"salvage": "straight line"},
        Projects=[project("T", 10.0, life_years=10), project("X", 100.0, life_years=10)],
        ProjectEffects=[effect("T", "CD", 5.0), effect("X", "AB", 5.0)],
    )  # fmt: skip
    found = alternatives(case, plain, 13.0 / 470.0, 1).plans
    assert found["opens"].tolist() == ["T 2026", "T 2026, X 2027"]
    assert found["dearer"].tolist() == pytest.approx([0.0, 12.0], abs=1e-6)


def test_works_that_are_cheap_to_leave_out_alone_and_not_together() -> None:
    """
    Proves, by hand: the other way has room for 5 kTEU at 17.5 in place of 10 + 5, so leaving T or U out costs 2.5.
    Without both, 5 more stay behind for 100: 87.5 dearer, which is the value. Within 6 both would fit by their own
    costs; the exact cost says no, and each leaves in an alternative of its own.
    If costs alone were added up: a plan 80 million dearer than told would be offered, or none at all.
    """
    case = make_case(
        "spare", "AB",
        [link("AB", "A-B", capacity_kteu=0.0), link("other", "A-B", container_cost=3.5, capacity_kteu=5.0)],
        [demand("D", "A-B", 10.0)], years=(2026,), Projects=[project("T", 10.0), project("U", 10.0)],
        ProjectEffects=[effect("T", "AB", 5.0), effect("U", "AB", 5.0)],
    )  # fmt: skip
    found = alternatives(case, plain, 6.0 / 87.5, 4).plans
    assert found["leaves"].tolist() == ["", "T", "U"]
    assert found["dearer"].tolist() == pytest.approx([0.0, 2.5, 2.5], abs=1e-6)


def test_a_plan_that_misses_a_policy_is_no_alternative() -> None:
    """
    Proves: a policy asks for 5 kTEU on AB, which only T makes possible. Within any slack nothing that leaves T out is
    offered, although leaving it out and paying for the policy is the first thing that is tried.
    If only costs counted: a ministry would be shown a plan that breaks its own rule.
    """
    floor = policy("floor", "link flow", ">=", 5.0, links="AB") | {"measure": "kTEU"}
    case = make_case(
        "kept", "AB", [link("AB", "A-B", capacity_kteu=0.0), link("other", "A-B", container_cost=4.1)],
        [demand("D", "A-B", 5.0)], years=(2026,), Policies=[floor],
        Projects=[project("T", 10.0)], ProjectEffects=[effect("T", "AB", 5.0)],
    )  # fmt: skip
    found = alternatives(case, plain, 5e4, 4)
    assert found.plans["opens"].tolist() == ["T 2026"]
    assert found.left_out == 1


def test_a_plan_without_value_has_no_alternatives() -> None:
    """Proves: where nothing is worth building there is no value to share, and the study says so.
    If it were ignored: a share of nothing would be divided by."""
    case = twins()
    dear = case.with_tables(Projects=case.table("Projects").assign(capex=1e4))
    with pytest.raises(ValueError, match="saves nothing"):
        alternatives(dear, plain)


@pytest.mark.parametrize("valuable", [True, False])
def test_the_command_leaves_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], valuable: bool
) -> None:
    """Proves: the command ends with 0 and its tables; where the plan saves nothing, with 1 and words about it.
    If it were ignored: a study could be right in a test and out of reach for a planner."""
    case, outputs = write_plain_case(tmp_path), tmp_path / "outputs"
    read = commands.read_told

    def worthwhile(*given: Any, **more: Any) -> Case:
        found = read(*given, **more)
        return twins() if valuable else found

    monkeypatch.setattr(commands, "read_told", worthwhile)
    monkeypatch.setattr("model.studies.runs.study_folder.copy_inputs", lambda *_: [])
    where = [str(case), "--output", str(outputs), "--quiet", "--workers", "1", "--number", "2"]
    assert run.main(["study", "alternatives", *where]) == (0 if valuable else 1)
    assert valuable or "saves nothing" in capsys.readouterr().err
    made = {path.name for folder in outputs.glob("*alternatives*") for path in folder.iterdir()}
    assert made >= ({"alternatives.csv", "projects.csv", "alternatives.xlsx"} if valuable else set())
