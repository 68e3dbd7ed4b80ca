"""Decisions taken beforehand: kept, recounted, told, and given up only when nobody can keep them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from model.case.case import Case
from model.case.reader import check_case, load_case
from model.features.decided.recount import CHECK, recount
from model.features.decided.summary import sentences
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.plan.verify.checks import Check
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.studies.explain.explanation import explain
from tests.case.small import small_rows, write_case
from tests.minis import Record, demand, effect, link, make_case, project, rule


def decided(project_: str, decision: str, **more: object) -> Record:
    """A row of the sheet."""
    return {"project": project_, "decision": decision, **more}


def wide_case(*decisions: Record) -> Case:
    """A-B with room for 10 of 15 kTEU a year, 2026-2029, 20 a kTEU unserved. P adds 10 for 60 after two years, Q adds
    10 for 90 after one; both could open with several modules. Without decisions: 5 x 20 = 100 a year are lost in 2026,
    and Q opens in 2027 (90 < 100), since P comes a year later: all in all 100 + 90 + 15 a year."""
    return make_case(
        "wide",
        "AB",
        [link("AB", "A-B", capacity_kteu=10.0, container_cost=1.0)],
        [demand("D", "A-B", 15.0)],
        years=(2026, 2027, 2028, 2029),
        Projects=[
            project("P", 60.0, construction_years=2, maximum_modules=2),
            project("Q", 90.0, construction_years=1, maximum_modules=2),
        ],
        ProjectEffects=[effect("P", "AB", 10.0), effect("Q", "AB", 10.0)],
        Decisions=list(decisions),
    )


def opened(plan: Plan) -> dict[str, tuple[int, int]]:
    """Project → (opening year, modules)."""
    table = plan.tables["investments"]
    return {str(row.project): (int(row.opening_year), int(row.modules)) for row in table.itertuples()}


def test_a_decision_costs_what_the_two_plans_differ_by() -> None:
    """Proves, by hand: free, Q opens in 2027: 10 + 3 x 15 = 55 for transport, 100 unserved in 2026, 90 capital = 245.
    Q out: P opens in 2028: 2 x 10 + 2 x 15 = 50, 200 unserved, 60 capital = 310, so that Q is worth 65. P in (and Q
    free): 245 + 60 = 305 against Q out as well, 310: both open, and insisting on P costs 60. P in 2029 and
    not before, with Q out: 345 of transport and unserved (3 x 10 + 15 + 300) + 60 = 405.
    If it were ignored: a minister would not learn what his word costs."""
    free = make_plan(wide_case())
    assert free.outcome.objective == pytest.approx(245.0)
    assert opened(free) == {"Q": (2027, 1)}
    out = make_plan(wide_case(decided("Q", "out")))
    assert out.outcome.objective == pytest.approx(310.0)
    assert opened(out) == {"P": (2028, 1)}
    insisted = make_plan(wide_case(decided("P", "in")))
    assert insisted.outcome.objective == pytest.approx(305.0)
    assert set(opened(insisted)) == {"P", "Q"}
    in_2029 = decided("P", "in", from_year=2029.0, last_year=2029.0)
    late = make_plan(wide_case(in_2029, decided("P", "out", last_year=2028.0), decided("Q", "out")))
    assert late.outcome.objective == pytest.approx(405.0)
    assert opened(late) == {"P": (2029, 1)}


def test_modules_and_windows_are_kept() -> None:
    """Proves, by hand: exactly two modules of Q cost 90 more than one, 335; Q not before 2028 leaves P, which is
    cheaper and as early: 310, as if Q were out; 'out' for 2027 alone lets Q or P open in 2028.
    If it were ignored: a window would close the whole plan, or none of it."""
    assert make_plan(wide_case(decided("Q", "in", modules=2.0))).outcome.objective == pytest.approx(335.0)
    early_out = make_plan(wide_case(decided("Q", "out", last_year=2027.0)))
    assert early_out.outcome.objective == pytest.approx(310.0)
    assert opened(early_out) == {"P": (2028, 1)}


@pytest.mark.parametrize("method", ["auto", "direct", "decomposed"])
def test_every_method_keeps_decisions(method: str) -> None:
    """Proves: each method reaches the same cost under decisions that no free plan would take.
    If it were ignored: a search that moves modules about could move one that somebody holds."""
    case = wide_case(decided("P", "in", from_year=2029.0), decided("Q", "in", modules=2.0, from_year=2028.0))
    plan = make_plan(case, SolveOptions(method))
    assert plan.outcome.objective == pytest.approx(20 + 30 + 200 + 60 + 180)
    table = plan.tables["investments"]  # the second module of Q costs the same in either year
    assert table.groupby("project")["modules"].sum().to_dict() == {"P": 1, "Q": 2}
    assert table.groupby("project")["opening_year"].min().to_dict() == {"P": 2029, "Q": 2028}


def test_the_verifier_finds_a_decision_that_is_not_kept() -> None:
    """Proves: the recount reads the table investments alone: a project moved by a year, or a module left out, fails,
    and with the family switched off the check says so.
    If it were ignored: a solver's slip would be reported as what was decided."""
    case = wide_case(decided("Q", "in", modules=2.0, from_year=2028.0, last_year=2028.0))
    plan = make_plan(case)

    def worst(table: pd.DataFrame, asked: Case = case) -> Check:
        (check,) = recount({**plan.tables, "investments": table}, asked)
        return check

    table = plan.tables["investments"]
    assert worst(table).ok
    assert not worst(table.assign(opening_year=2029)).ok
    assert not worst(table.assign(modules=1)).ok
    assert worst(table[:0]).worst == 2.0
    off = case.with_tables(
        Constraints=pd.DataFrame({"constraint": ["decided"], "active": [False], "note": [None]}, index=[2])
    )
    free = make_plan(off)
    assert CHECK in set(free.checks.loc[free.checks["detail"].str.startswith("not checked"), "check"])
    assert opened(free) == {"Q": (2027, 1)}


def test_decisions_are_told() -> None:
    """Proves: the plan in words begins with what was not the planner's choice, and the answer to 'why' says what stands
    in the way. If it were ignored: an imposed project would be read as a good one."""
    case = wide_case(decided("P", "in", from_year=2029.0, last_year=2029.0), decided("Q", "out"))
    (said,) = sentences(make_plan(case))
    assert said == ("Decided beforehand, whatever it costs: P is decided to open in 2029 and Q is decided not to open.")
    assert sentences(make_plan(wide_case())) == []


def test_decisions_that_no_plan_can_keep_are_named() -> None:
    """Proves: P needs Q, P is decided in and Q out: there is no plan, and `explain` names the decisions, each of which
    may be waived. If it were ignored: the run would say 'infeasible' and leave the search to the planner."""
    base = wide_case(decided("P", "in"), decided("Q", "out"))
    case = dataclasses.replace(base).with_tables(
        ProjectRules=make_case("r", "AB", [], [], ProjectRules=[rule("R1", "P requires Q")]).table("ProjectRules")
    )
    assert make_plan(case).outcome.status is Status.INFEASIBLE
    found = explain(case)
    words = " ".join(found.sentences)
    assert "decided" in words
    assert "Decisions" in found.repairs.to_string()


WRONG = [
    ({"project": "P9", "decision": "in"}, "reference-unknown", "There is no project and no purchase of ships “P9”"),
    ({"project": "P1", "decision": "in", "modules": 99}, "decision-modules", "modules at most"),
    ({"project": "P1", "decision": "out", "modules": 1}, "decision-modules", "has no modules"),
    ({"project": "P1", "decision": "in", "from_year": 2090}, "decision-years", "No year of the plan"),
    (
        {"project": "P1", "decision": "in", "from_year": 2030, "last_year": 2027},
        "decision-years",
        "No year of the plan",
    ),
]


@pytest.mark.parametrize(("record", "code", "words"), WRONG)
def test_wrong_rows_are_refused_at_the_cell(tmp_path: Path, record: Record, code: str, words: str) -> None:
    """Proves: a decision about nothing, about too much or outside the plan is an error that names sheet and cell.
    If it were ignored: a misspelt project would be decided on paper only."""
    rows = small_rows()
    rows["Decisions"] = [record]
    messages = [message for message in check_case(write_case(tmp_path, rows)) if message.sheet == "Decisions"]
    assert [message.code for message in messages] == [code]
    assert words in messages[0].text
    assert messages[0].cell


def test_a_sound_row_is_read(tmp_path: Path) -> None:
    """Proves: a row that can be kept is read without a remark, years and modules as numbers.
    If it were ignored: the sheet would be there for nothing."""
    rows = small_rows()
    rows["Decisions"] = [{"project": "P1", "decision": "in", "last_year": 2030, "note": "the ministry"}]
    path = write_case(tmp_path, rows)
    assert [message for message in check_case(path) if message.sheet == "Decisions"] == []
    case = load_case(path).case
    assert case is not None
    table = case.table("Decisions")
    assert table["last_year"].tolist() == [2030.0]
    assert table["project"].tolist() == ["P1"]
