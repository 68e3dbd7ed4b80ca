"""What projects are worth: by hand, as differences of verified plans, with ranges that hold."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import run
from model import study
from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.schema import SHEETS
from model.plan.planner import make_plan
from model.studies.variants.answers import Answer
from model.studies.variants.held import held
from model.studies.variants.planning import Variant
from model.studies.variants.value import COLUMNS, ORDER, order_of_works, packages, values, with_yearly
from tests.features.decided.test_decided import wide_case
from tests.minis import budget_case, corridor_of_three
from tests.studies.stand_ins import write_plain_case
from tests.studies.variants.of_minis import EXACT, plain


def test_values_by_hand() -> None:
    """Proves: as worked out in tests/features/decided: the plan (Q in 2027) costs 245. Without Q, and the rest held,
    everything waits as nothing else opens; with the rest free P would replace it, and 310 - 245 = 65 is what Q is worth
    then: the range with the rest free ends no higher than the figure with the rest held. P put in costs 60 more when Q
    stays: its NPV is -60 or better with the rest held, proven not above 0.
    If it were ignored: a project would be praised for what another could do in its place."""
    table, answers = values([wide_case()], plain)
    rows = table.set_index("project")
    assert list(table.columns) == COLUMNS
    assert rows.at["Q", "question"] == "taken out"
    assert rows.at["Q", "NPV at least"] <= 65.0 + 1e-6 <= rows.at["Q", "NPV at most"] + 2e-6
    assert rows.at["Q", "NPV, rest held"] >= 65.0 - 1e-6
    assert rows.at["Q", "verdict"] == "worth it, proven"
    assert rows.at["P", "question"] == "forced in"
    assert rows.at["P", "NPV, rest held"] == pytest.approx(-60.0, abs=1e-6)
    assert rows.at["P", "verdict"] == "not worth it, proven"
    assert answers["reference"].cost == pytest.approx(245.0)


@pytest.mark.parametrize("case", [budget_case(), corridor_of_three()], ids=["budget", "corridor"])
def test_npv_is_the_difference_of_two_verified_plans(case: Case) -> None:
    """Proves: for every project that the plan builds, the NPV with the rest held is the cost of the plan without it,
    planned and verified by itself, less the cost of the plan: to 1e-6.
    If it were ignored: the table would hold figures that nobody can check."""
    table, answers = values([case], plain)
    answer = answers[case.scenario]
    built = table[table["question"] == "taken out"]
    assert len(built)
    for project, npv in zip(built["project"], built["NPV, rest held"], strict=True):
        rest = tuple(one for one in answer.openings if one.project != project)
        without = Answer(answer.status, "", answer.cost, answer.bound, openings=rest)
        plans = [make_plan(held(case, one)[0], EXACT) for one in (answer, without)]
        assert all(plan.verified for plan in plans)
        assert npv == pytest.approx((plans[1].outcome.objective or 0) - (plans[0].outcome.objective or 0), abs=1e-6)


def test_packages_by_hand() -> None:
    """Proves, by hand: 10 kTEU over four years wait for 20 or go for 1. P1 and P2 (40 each, 5 kTEU) save 340 each and
    680 together; apart each NPV is 340, too, as each carries its own 5. A package half in the plan is refused.
    If it were ignored: two halves of one chain, each worthless alone, would never be seen."""
    case = budget_case()
    _, answers = values([case], plain)
    table = packages(case, answers["reference"], [["P1", "P2"], ["P1"]], plain)
    assert table["NPV, rest held"].tolist() == pytest.approx([680.0, 340.0])
    assert table["NPV, rest free"].tolist() == pytest.approx([680.0, 340.0])
    assert table["verdict"].tolist() == ["worth it, proven"] * 2
    wide = wide_case()
    _, free = values([wide], plain)
    into = packages(wide, free["reference"], [["P"]], plain).iloc[0]
    assert (into["question"], into["NPV, rest free"]) == ("forced in", pytest.approx(-60.0))
    with pytest.raises(ValueError, match="ask for them apart"):
        packages(wide, free["reference"], [["P", "Q"]], plain)


def test_order_of_works_by_hand() -> None:
    """Proves, by hand: with 40 a year P1 and P2 (340 for 40 each) cannot open together. One opens in 2026, the other in
    2027: 800 - 4 x 95 - 3 x 95 + 80 = 215, which is also the best plan with this money, as cheap as the rule.
    With 30 a year nothing can ever be paid, and everything waits for 800.
    If it were ignored: a list of works would be told in an order that no purse can follow."""
    case = budget_case()
    table, answers = values([case], plain)
    order, rule = order_of_works(case, answers["reference"], table, 40.0, plain)
    assert list(order.columns) == ORDER
    assert order["opens in turn"].tolist() == [2026, 2027]
    assert order["NPV per million of capital"].tolist() == pytest.approx([8.5, 8.5])
    assert rule["cost"].tolist() == pytest.approx([215.0, 215.0])
    assert rule["verdict"].tolist() == ["nothing", "nothing"]
    order, rule = order_of_works(case, answers["reference"], table, 30.0, plain)
    assert order["opens in turn"].isna().all()
    assert rule["cost"].tolist() == pytest.approx([800.0, 800.0])


@pytest.mark.parametrize("words", [["all"], ["ALL"], ["shut and dear", "--scenario", "reference"]])
def test_the_command_values_several_scenarios(tmp_path: Path, words: list[str]) -> None:
    """Proves: `--scenario all` values the works in every scenario of the case, repeated it does so in those named, in
    their order. If it were ignored: what the help promises would end with "There is no scenario all"."""
    case, outputs = write_plain_case(tmp_path), tmp_path / "outputs"
    where = [str(case), "--output", str(outputs), "--quiet", "--workers", "1"]
    assert run.main(["study", "value", *where, "--scenario", *words]) == 0
    (folder,) = outputs.iterdir()
    found = pd.read_csv(folder / "value.csv")["scenario"].unique().tolist()
    assert found == (["reference", "shut", "shut and dear"] if len(words) == 1 else ["shut and dear", "reference"])


@pytest.mark.parametrize("scenarios", ["all", ["all"]])
def test_a_notebook_values_all_scenarios(scenarios: str | list[str]) -> None:
    """Proves: 'all', alone or in a list, means the same in Python. If it were ignored: its letters would be names."""
    case = wide_case().with_tables(Scenarios=canonical_table(SHEETS["Scenarios"], [{"scenario": "reference"}]))
    table = study("value", case, scenarios=scenarios, gap=1e-9, tell=lambda _: None)["Value"]
    assert table["scenario"].unique().tolist() == ["reference"]


def test_the_yearly_money_is_for_what_is_chosen() -> None:
    """Proves: committed works are not counted: with 0 a year a case with one committed track still has a plan, which
    builds nothing else. If it were ignored: what is paid already would take the money of what is to be chosen."""
    case = corridor_of_three().with_tables(Budgets=corridor_of_three().table("Budgets").iloc[:0])
    answer = plain([Variant("none", "none", with_yearly(case, 0.0))])["none"]
    assert answer.has_plan
    assert answer.openings == ()
