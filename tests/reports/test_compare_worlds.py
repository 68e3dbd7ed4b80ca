"""Comparison of runs of other worlds: what is not comparable is not ranked, and projects are judged by the gaps."""

from __future__ import annotations

import csv
import dataclasses
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.case.case import Case
from model.plan.planner import make_plan
from model.reports import ReportOptions
from model.reports.compare import compare
from model.reports.comparison.decisions import (
    BEYOND,
    FORBIDDEN,
    SETTLED_APART,
    TIMED,
    TIMED_OPEN,
    UNSETTLED,
    WITHIN,
    deciding_otherwise,
    project_differences,
)
from model.reports.comparison.run_files import RunFiles, read_runs
from model.reports.comparison.tables import OTHER_WORLD, figures_of, flows, ranking, which_did_it
from model.reports.exports import write_exports
from model.reports.facts import Facts
from model.solvers.core.options import SolveOptions
from tests.minis import PENALTY, demand, effect, link, make_case, periods, project, rule
from tests.reports.reading import Reader


def world(
    years: Sequence[int] = (2026, 2027),
    last_year: int | None = None,
    amount: float = 15.0,
    status: str = "candidate",
    rules: Sequence[str] = (),
    **settings: float | int,
) -> Case:
    """A-B with room for 10 kTEU at 1 million USD each, a way round at 3, and project P: 10 kTEU more for 5."""
    links = [link("AB", "A-B", capacity_kteu=10.0), link("AB2", "A-B", container_cost=3.0)]
    return make_case(
        "world", "AB", links, [demand("D", "A-B", amount)],
        years=periods(*years, last_year=last_year),
        settings=settings,
        Projects=[project("P", 5.0, status=status), project("Q", 500.0)],
        ProjectEffects=[effect("P", "AB", 10.0), effect("Q", "AB", 1.0)],
        ProjectRules=[rule(f"R{number}", words) for number, words in enumerate(rules)],
    )  # fmt: skip


def run_of(case: Case, folder: Path) -> Path:
    """Plan a case and leave what a comparison reads."""
    plan = make_plan(case, SolveOptions(gap=0.0))
    assert plan.verified, plan.outcome.message
    folder.mkdir()
    record = {
        "run": folder.name, "case": case.name, "scenario": folder.name, "status": "optimal", "constraint_files": [],
        "objective_million_usd": plan.outcome.objective, "bound_million_usd": plan.outcome.bound, "gap": 0.0,
    }  # fmt: skip
    write_exports(Facts(plan), folder, ReportOptions(run=record, base_case=case))
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Run folders by the arguments of `world`, each planned once."""
    room, known = tmp_path_factory.mktemp("runs"), {}

    def make(name: str, **changes: object) -> Path:
        if name not in known:
            known[name] = run_of(world(**changes), room / name)  # type: ignore[arg-type]
        return known[name]

    return make


def pair(made: Callable[..., Path], name: str, **changes: object) -> list[RunFiles]:
    """The base and a changed world."""
    return read_runs([made("base"), made(name, **changes)])


MEASURES = {
    "longer": ({"years": (2026, 2027), "last_year": 2030}, "horizon 2026–2027 against 2026–2030"),
    "cut_otherwise": ({"years": (2026,), "last_year": 2027}, "other periods"),
    "rate": ({"discount_rate": 0.2}, "discount rate 0 against 0.2"),
    "base_year": ({"discount_base_year": 2020}, "discount base year 2026 against 2020"),
    "price_year": ({"price_year": 2020}, "price year 2025 against 2020"),
}


@pytest.mark.parametrize(("changes", "words"), MEASURES.values(), ids=MEASURES)
def test_other_money_is_not_compared(
    changes: dict[str, object], words: str, made: Callable[..., Path], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Proves: present values over other years, periods, prices or discounting get no difference and no ranking, but the
    words of what differs, in the workbook and on the page.

    If it were ignored: three years cost less than five and were called 'cheaper, proven'.
    """
    name = request.node.callspec.id
    runs = [made("base"), made(name, **changes)]
    row = ranking(read_runs(runs)).iloc[0]
    assert row["verdict"] == f"not comparable: {words}"
    assert math.isnan(row["difference"])
    compare(runs, tmp_path / "to")
    book = Reader(tmp_path / "to" / "comparison.xlsx")
    assert [record["Verdict"] for record in book.records("Ranking")] == [f"not comparable: {words}"]
    page = (tmp_path / "to" / "comparison.html").read_text(encoding="utf-8")
    assert words in page
    assert "cheaper, proven" not in page
    costs = book.records("Costs")
    assert not [head for head in costs[0] if "less" in str(head)]  # no difference of money that is not the same
    for record in book.records("Key_figures"):
        if "million USD" in str(record["Unit"]) and "present value" in str(record["Measure"]):
            assert record[f"{name} less base"] in (None, "")


WORLDS = {
    "demand": ({"amount": 12.0}, "Demand (1 cell)"),
    "penalty": ({"unserved_penalty_per_teu": PENALTY * 2}, "Settings (1 cell)"),
    "carbon": ({"co2_price": 0.01}, "Settings (1 cell)"),
    "rules": ({"rules": ("P excludes Q",)}, "ProjectRules"),
    "finished": ({"status": "baseline"}, "Projects (1 cell)"),
}


@pytest.mark.parametrize(("changes", "words"), WORLDS.values(), ids=WORLDS)
def test_other_worlds_are_not_ranked_by_cost(
    changes: dict[str, object], words: str, made: Callable[..., Path], request: pytest.FixtureRequest
) -> None:
    """Proves: plans for another demand, at other prices or under other rules are never 'cheaper, proven': it says which
    sheets differ. If it were ignored: the plan for less cargo would win."""
    row = ranking(pair(made, request.node.callspec.id, **changes)).iloc[0]
    assert row["verdict"] == OTHER_WORLD
    assert words in row["inputs"]
    assert not math.isnan(row["difference"])


def test_another_choice_is_ranked(made: Callable[..., Path]) -> None:
    """Proves: with project P excluded the world is the same, and the plan that may build it is cheaper, proven.

    With P: 5 + 2 × 15 = 35. Without: 2 × (10 + 5 × 3) = 50. If it were ignored: the question what a project is worth
    would go without an answer.
    """
    row = ranking(pair(made, "excluded", status="excluded")).iloc[0]
    assert row["verdict"] == "base is cheaper, proven"
    assert row["difference"] == pytest.approx(15.0)


def test_other_constraint_files_are_other_rules(made: Callable[..., Path], tmp_path: Path) -> None:
    """Proves: a run with a constraint file of its own is planned under other rules. If it were ignored: the plan with
    fewer rules would be called better."""
    runs = pair(made, "excluded", status="excluded")
    record = {**runs[1].record, "constraint_files": [{"file": "mine.py", "sha256": "0"}]}
    other = RunFiles(runs[1].label, record, runs[1].tables)
    row = ranking([runs[0], other]).iloc[0]
    assert (row["verdict"], row["inputs"]) == (OTHER_WORLD, "constraint files")


def with_answers(run: RunFiles, change: float | None, bound: float) -> RunFiles:
    """A run that was told what deciding otherwise about P costs (None: nothing was asked), with such a bound."""
    row = {
        "project": "P", "question": "", "best": "true", "exact": "true", "breaks": "", "change": change,
    }  # fmt: skip
    answers = pd.DataFrame([row] if change is not None else [], columns=run.tables["candidates"].columns)
    told = {**run.tables, "candidates": answers, "settled": run.tables["settled"].iloc[:0]}
    return RunFiles(run.label, {**run.record, "bound_million_usd": bound}, told)


def with_proof(run: RunFiles, *, closed: bool = False, settled: str = "", year: str = "", breaks: str = "") -> RunFiles:
    """A run whose gap leaves 3 open or nothing, and what the proof says of P: 'true', 'false' or, not looked at, ''."""
    run = with_answers(run, 15.0, run.cost - (0.0 if closed else 3.0))
    answers = run.tables["candidates"].assign(breaks=breaks)
    row = {"project": "P", "settled": settled, "saving": 1.0, "year_settled": year, "year_saving": 2.0}
    proof = pd.DataFrame([row] if settled else [], columns=run.tables["settled"].columns)
    return RunFiles(run.label, run.record, {**run.tables, "candidates": answers, "settled": proof})


def opening_in(run: RunFiles, year: int, modules: int = 1) -> RunFiles:
    """The run with P opening in that year alone."""
    opened = run.tables["investments"]
    return RunFiles(
        run.label, run.record, {**run.tables, "investments": opened.assign(opening_year=float(year), modules=modules)}
    )


IN_OR_OUT = [
    # two proven optima: the decision is settled whatever was asked, even where nothing was
    ({"closed": True}, {"closed": True}, BEYOND),
    ({"settled": "true"}, {"closed": True}, BEYOND),
    # what the proof leaves open is not settled by a cost with the rest of the plan held
    ({"settled": "true"}, {"settled": "false"}, UNSETTLED),
    # the plan without P could not have it beside the rest
    ({"closed": True}, {"closed": True, "breaks": "the envelope E gives at most 4"}, FORBIDDEN),
]


@pytest.mark.parametrize(("first", "second", "verdict"), IN_OR_OUT)
def test_what_is_proven_settles_a_difference(
    made: Callable[..., Path], first: dict[str, Any], second: dict[str, Any], verdict: str
) -> None:
    """Proves: of P, built in one run and not in the other, the proof of each counts before the cost with the rest held:
    a closed gap or a settled decision settles it, and what the second plan could not have is called that. Where nobody
    worked out what the opposite costs, another plan may cost the same: then it is in no cheaper one.

    If it were ignored: of two proven optima the verdict would be 'not settled' (a stranger's finding), or two plans of
    one cost would be told as beyond their gaps (a reviewer's).
    """
    runs = pair(made, "ten", amount=10.0)
    told = [with_proof(runs[0], **first), with_proof(runs[1], **second)]
    table, none = project_differences(told), runs[0].tables["candidates"].iloc[:0]
    assert table["verdict"].tolist() == [verdict]
    unasked = [dataclasses.replace(run, tables={**run.tables, "candidates": none}) for run in told]
    assert verdict != BEYOND or project_differences(unasked)["verdict"].tolist() == [SETTLED_APART]
    assert all(table[["p0", "p1"]].iloc[0])
    assert ("the envelope E" in table["p1"].iloc[0]) is (verdict == FORBIDDEN)


@pytest.mark.parametrize(
    ("proof", "year", "modules", "verdict"),
    [
        ({"closed": True}, 2027, 1, TIMED),
        ({"closed": True}, 2026, 2, TIMED),
        ({"settled": "true", "year": "true"}, 2027, 1, TIMED),
        # a proof of the first year says nothing of the size
        ({"settled": "true", "year": "true"}, 2026, 2, TIMED_OPEN),
        ({"settled": "true", "year": "false"}, 2027, 1, TIMED_OPEN),
        ({}, 2027, 1, TIMED_OPEN),
    ],
)
def test_another_year_is_told_as_that(
    made: Callable[..., Path], proof: dict[str, Any], year: int, modules: int, verdict: str
) -> None:
    """Proves: of P, built in both runs but in another year or size, the verdict says so, and whether both have proven
    it; what each has proven stands beside it.

    If it were ignored: cells would be blank and the verdict 'not settled', though both runs have settled the year.
    """
    run = with_proof(pair(made, "base")[0], **proof)
    other = opening_in(dataclasses.replace(run, label="other"), year, modules)
    table = project_differences([run, other])
    assert table["verdict"].tolist() == [verdict]
    assert all(table[["p0", "p1"]].iloc[0])


def test_worth_is_among_the_key_figures(made: Callable[..., Path]) -> None:
    """Proves: worth, benefits for each dollar and the gap as a share of the worth stand beside the costs. With P the
    plan costs 35, without 50: worth 15 for outlays of 5, benefits 20, 4 for each. A gap of 3 is 20 % of 15.

    If it were ignored: two plans would be compared by everything but what they are worth.
    """
    base, least = pair(made, "excluded", status="excluded")
    run = with_answers(base, 15.0, 32.0)
    run = dataclasses.replace(run, tables={**run.tables, "minimum_costs": least.tables["costs"]})
    found = {name: values[0] for (name, _), values in figures_of([run])}
    assert found["Worth against what is committed, present value"] == pytest.approx(15.0)
    assert found["Benefits for each dollar of outlays"] == pytest.approx(4.0)
    assert found["Gap, as a share of the worth"] == pytest.approx(20.0)
    assert which_did_it(1) == ""
    assert "one of them" in which_did_it(2)


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [(15.0, 8.0, BEYOND), (2.0, 8.0, WITHIN), (15.0, 3.0, WITHIN), (15.0, None, UNSETTLED)],
)
def test_projects_are_judged_by_the_gaps(
    made: Callable[..., Path], first: float, second: float | None, verdict: str
) -> None:
    """Proves: P opens with 15 kTEU and not with 10. With gaps that leave 3 open, the difference is beyond them when to
    decide otherwise costs more than 3 in both runs, within where one costs 3 or less, else not settled.

    If it were ignored: a decision that the next decimal of the gap would reverse passed for a finding.
    """
    runs = pair(made, "ten", amount=10.0)
    told = [with_answers(runs[0], first, runs[0].cost - 3.0), with_answers(runs[1], second, runs[1].cost - 3.0)]
    table = project_differences(told)
    assert table[["project", "s0", "s1", "verdict"]].to_numpy().tolist() == [["P", "2026", "", verdict]]
    assert ranking(told).iloc[0]["projects"] == f"1 project differs: 1 {verdict} (P)"
    assert ranking([runs[0], runs[0]]).iloc[0]["projects"] == "the same projects"


def test_figures_of_other_periods_stand_apart(made: Callable[..., Path]) -> None:
    """Proves: the flow of the year 2026 and that of a period of two years that begins with it are rows of their own.

    If it were ignored: 'in 2026' set a year beside the mean of a period.
    """
    runs = pair(made, "cut_otherwise", years=(2026,), last_year=2027)
    found = {name[0]: values for name, values in figures_of(runs) if name[0].startswith("Route group")}
    assert found["Route group other in 2026"][1] is None
    assert found["Route group other in 2026–2027"][0] is None
    spans = flows(runs)
    assert spans.empty or set(spans["period"]) <= {"2026", "2027", "2026–2027"}


def test_runs_without_cells_are_compared_by_their_files(made: Callable[..., Path]) -> None:
    """Proves: a run of an older tool, whose folder holds no inputs, is ranked only beside one of the same workbooks.

    If it were ignored: of what is not known to be the same, costs would be ranked.
    """
    runs = pair(made, "excluded", status="excluded")

    def bare(run: RunFiles, digest: str) -> RunFiles:
        tables = {**run.tables, "inputs": run.tables["inputs"].iloc[:0]}
        return RunFiles(run.label, {**run.record, "scenario": "s", "inputs": [{"sha256": digest}]}, tables)

    assert ranking([bare(runs[0], "1"), bare(runs[1], "1")]).iloc[0]["verdict"] == "base is cheaper, proven"
    assert ranking([bare(runs[0], "1"), bare(runs[1], "2")]).iloc[0]["verdict"] == OTHER_WORLD


def test_answers_are_read_from_the_run_folder(made: Callable[..., Path], tmp_path: Path) -> None:
    """Proves: what deciding otherwise costs is read from csv/candidates.csv of a run, exact answers that break nothing
    only. If it were ignored: every difference of projects would be 'not settled'."""
    folder = made("base")
    path = folder / "csv" / "candidates.csv"
    heads = ["project", "question", "opening_year", "cost", "at_least", "change", "exact", "best", "along", "breaks"]
    asked = [
        ["P", "taken out", 2026, 5, 1, 15, "true", "true", "", ""],
        ["Q", "forced in", 2026, 5, 1, "", "false", "true", "", ""],
        ["R", "forced in", 2026, 5, 1, 7, "true", "true", "", "the budget"],
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([heads, *asked])
    assert deciding_otherwise(read_runs([folder, folder])[0]) == {"P": 15.0}
    path.unlink()
