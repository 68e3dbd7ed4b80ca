"""Many scenarios: each its own folder, one table over all, differences in words."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from model.case.case import Case
from model.case.messages import CaseError
from model.case.reader import read_case
from model.plan.plan import Plan
from model.reports.explanation import write_explanation
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.solvers.core.progress import Listener
from model.solvers.core.start import Start
from model.studies.commands.main import solve_case
from model.studies.runs.solving import Bench, run_case
from model.studies.scenarios.differences import difference_words
from model.studies.scenarios.in_turn import run_scenarios, scenario_cases, summary_table, write_summary
from tests.case.small import small_rows, write_case
from tests.studies.stand_ins import RememberingReporter, answering, make_plan_of, shrug, write_marker, write_plain_case

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def make_record(scenario: str = "reference", cost: float = 1000.0, **more: Any) -> dict[str, Any]:
    """Record of a run with a plan: cost, a gap of 1 %, project P1 in 2028, 100 kTEU across the Caspian in 2040."""
    figures = {
        "npv_cost_million_usd": cost,
        "capex_million_usd": 40.0,
        "projects": 1,
        "unserved_share_of_tonnes": 0.0,
        "caspian_kteu_2040": 100.0,
    }
    return {
        "run": f"case-{scenario}-time",
        "scenario": scenario,
        "status": "optimal",
        "status_words": "Best plan.",
        "objective_million_usd": cost,
        "bound_million_usd": 0.99 * cost,
        "gap": 0.01,
        "projects": [{"project": "P1", "name": "Quay", "opening_year": 2028, "modules": 1}],
        "measures": {**figures, **more.pop("measures", {})},
        **more,
    }


def test_all_scenarios_leave_folders_and_one_table(tmp_path: Path) -> None:
    """Proves: on the small case, three scenarios leave three whole folders with record, log, reports and inputs, and
    one table as workbook and CSV with a row each. If it were ignored: scenarios could not be compared."""
    write_plain_case(tmp_path)
    outputs, reporter = tmp_path / "outputs", RememberingReporter()
    code = solve_case(tmp_path, "all", SolveOptions(), outputs, write_marker, reporter)
    folders = sorted(path for path in outputs.iterdir() if path.is_dir())
    assert code == 0
    assert [path.name.split("-")[1] for path in folders] == ["reference", "shut", "shut_and_dear"]
    for folder in folders:
        assert sorted(path.name for path in folder.iterdir()) == ["inputs", "plan.txt", "run.json", "run.log"]
        assert "Best plan" in (folder / "run.log").read_text(encoding="utf-8")
    (book,) = outputs.glob("*.xlsx")
    rows = list(load_workbook(book)["Scenarios"].iter_rows(min_row=3, values_only=True))
    assert [row[0] for row in rows] == ["scenario", "reference", "shut", "shut and dear"]
    with open(book.with_suffix(".csv"), encoding="utf-8-sig", newline="") as file:
        assert [row["scenario"] for row in csv.DictReader(file)] == ["reference", "shut", "shut and dear"]
    assert [title for title, _ in reporter.of("table")][-1] == "Scenarios"


def test_all_scenarios_end_in_a_comparison(tmp_path: Path) -> None:
    """Proves: after all scenarios their run folders are handed over, the reference first, with a folder that is there
    under its final name once it is written; one scenario alone is not compared.
    If it were ignored: the planner would have to list nine folders by hand."""
    write_plain_case(tmp_path)
    outputs, reporter = tmp_path / "outputs", RememberingReporter()
    asked: list[list[Path]] = []

    def compare(runs: Sequence[Path], target: Path) -> None:
        assert all((run / "run.json").is_file() for run in runs)
        asked.append(list(runs))
        (target / "comparison.html").write_text("beside each other", encoding="utf-8")

    planner = answering(Status.OPTIMAL)
    for scenario in ("all", "reference"):
        given = (tmp_path, scenario, SolveOptions(), outputs, write_marker, reporter)
        assert solve_case(*given, planner=planner, compare=compare) == 0
    (runs,) = asked
    assert len(runs) > 1
    assert "reference" in runs[0].name
    (folder,) = outputs.glob("*-comparison-*")
    assert (folder / "comparison.html").read_text(encoding="utf-8") == "beside each other"
    assert any("comparison.html" in words for words in reporter.of("note"))


def test_one_scenario_is_named_in_folder_and_record(tmp_path: Path) -> None:
    """Proves: `--scenario shut` plans the changed case, and the reports get the unchanged one beside it. If it were
    ignored: a planner would read the reference under another name."""
    write_plain_case(tmp_path)
    reporter = RememberingReporter()
    solve_case(tmp_path, "shut", SolveOptions(), tmp_path / "outputs", write_marker, reporter)
    (record,) = reporter.of("result")
    assert record["scenario"] == "shut"
    assert (Path(record["folder"]) / "plan.txt").read_text() == f"shut of {tmp_path.name}"


def test_bad_scenarios_are_all_told_before_any_solve(tmp_path: Path) -> None:
    """Proves: two scenarios with a change that matches nothing give both messages, and nothing is solved. If it were
    ignored: the second mistake would show after the first scenarios ran for minutes."""
    rows = small_rows()
    for row, wrong in zip(rows["ScenarioChanges"], ("Nothing", "no_such"), strict=True):
        row["match_value"] = wrong
    case = read_case(write_case(tmp_path, rows))
    with pytest.raises(CaseError) as caught:
        scenario_cases(case, ["reference", "shut", "shut and dear"])
    text = str(caught.value)
    assert "Nothing" in text
    assert "no_such" in text


@pytest.mark.parametrize(
    ("status", "code"),
    [(Status.OPTIMAL, 0), (Status.FEASIBLE, 0), (Status.INFEASIBLE, 1), (Status.FAILED, 1), (Status.NO_PLAN, 3)],
)
def test_status_decides_the_exit_code(tmp_path: Path, status: Status, code: int) -> None:
    """Proves: the exit codes of the contract, and a folder that explains the end even without a plan. If it were
    ignored: a scheduler would take an infeasible case for done."""
    path = write_case(tmp_path)
    outputs = tmp_path / "outputs"
    options = SolveOptions()
    assert (
        solve_case(path, None, options, outputs, write_marker, RememberingReporter(), planner=answering(status)) == code
    )
    (folder,) = outputs.iterdir()
    assert status.value in (folder / "run.json").read_text(encoding="utf-8")


def test_infeasible_run_says_why_and_what_would_help(tmp_path: Path) -> None:
    """Proves: when no plan can be, the conflict is told and stands in the run folder as a workbook, with the cell and
    the way out. If it were ignored: 'infeasible' and nothing else."""
    path, reporter = write_case(tmp_path), RememberingReporter()
    planner, options = answering(Status.INFEASIBLE), SolveOptions()
    bench = Bench(read_case(path), path, tmp_path / "outputs", options, write_marker, reporter, 0.0, planner)
    run = run_case(bench.base, replace(bench, explainer=shrug, write_explanation=write_explanation))
    assert any("These cannot all hold." in words for words in reporter.of("note"))
    book = load_workbook(run.folder / "why-no-plan.xlsx")
    assert book.sheetnames == ["Cover", "Conflict", "Repairs"]
    rows = [[cell.value for cell in row][:5] for row in book["Conflict"].iter_rows()]
    assert ["a.xlsx › Budgets › F3", "at most 10", 5, "million USD", "yes"] in rows
    assert "These cannot all hold." in (run.folder / "run.log").read_text(encoding="utf-8")


def test_stop_ends_the_series_after_the_run(tmp_path: Path) -> None:
    """Proves: a stop asked for during the first scenario keeps its plan and begins no other. If it were ignored:
    Ctrl-C would have to be pressed once per scenario."""
    path = write_case(tmp_path)
    case, reporter = read_case(path), RememberingReporter()
    bench = Bench(
        case, path, tmp_path / "outputs", SolveOptions(), write_marker, reporter, 0.0, answering(Status.FEASIBLE)
    )
    records = run_scenarios(scenario_cases(case, ["reference", "shut"]), replace(bench, stop_asked=lambda: True))
    assert [record["scenario"] for record in records] == ["reference"]
    assert "Stopped after 1 of 2 scenarios." in reporter.of("note")


@pytest.mark.parametrize("full", [False, True])
def test_of_many_scenarios_the_first_is_told_in_full(tmp_path: Path, *, full: bool) -> None:
    """Proves: of four scenarios all but the first begin with its start and are asked for in brief, unless all was asked
    for; of three all are planned as one alone would be. So the others come within 5 % of what they save, the first
    within the 2 % that the case asks for.
    If it were ignored: 22 scenarios would search from nothing, and answer questions that nobody asked, for hours."""
    path = write_case(tmp_path)
    case, begun = read_case(path).with_settings(gap_of_worth=0.02), list[SolveOptions]()
    answer = answering(Status.OPTIMAL)

    def planner(case: Case, options: SolveOptions, listener: Listener | None) -> Plan:
        begun.append(options)
        plan = answer(case, options, listener)
        return replace(plan, outcome=replace(plan.outcome, start=Start((), (), {}, {case.scenario: 1.0}, {}, {})))

    options = SolveOptions(brief=False if full else None)
    bench = Bench(case, path, tmp_path / "outputs", options, write_marker, RememberingReporter(), 0.0, planner)
    cases = [replace(case, scenario=name) for name in ("one", "two", "three", "four")]
    run_scenarios(cases, bench)
    assert [options.brief for options in begun] == [options.brief, *[not full] * 3]
    assert [options.start and dict(options.start.plan) for options in begun] == [None, *[{"one": 1.0}] * 3]
    assert [options.filled(case).gap_of_worth for options in begun] == [0.02, *[0.02 if full else 0.05] * 3]
    begun.clear()
    run_scenarios(cases[:3], bench)
    assert [(one.brief, one.start) for one in begun] == [(options.brief, None)] * 3


def test_failure_of_the_reports_leaves_no_folder(tmp_path: Path) -> None:
    """Proves: when a report cannot be written, the whole run folder goes. If it were ignored: a folder with a
    record but no workbook."""

    def fail(plan: Plan, folder: Path, record: Mapping[str, Any], base: Case) -> None:
        raise OSError("disk full")

    path = write_case(tmp_path)
    outputs = tmp_path / "outputs"
    bench = Bench(
        read_case(path), path, outputs, SolveOptions(), fail, RememberingReporter(), 0.0, answering(Status.OPTIMAL)
    )
    with pytest.raises(OSError, match="disk full"):
        run_case(bench.base, bench)
    assert list(outputs.iterdir()) == []


def test_planner_gets_the_options_and_its_events_reach_the_log(tmp_path: Path) -> None:
    """Proves: options go to the solver as given and events to terminal and log. If it were ignored: `--gap` would
    have no effect, or the log would be empty."""
    seen: list[SolveOptions] = []

    def planner(case: Case, options: SolveOptions, listener: Listener | None) -> Plan:
        seen.append(options)
        return answering(Status.OPTIMAL)(case, options, listener)

    path = write_case(tmp_path)
    options, reporter = SolveOptions(gap=0.03, seed=5), RememberingReporter()
    bench = Bench(read_case(path), path, tmp_path / "outputs", options, write_marker, reporter, 0.0, planner)
    run = run_case(bench.base, bench)
    assert [replace(each, checkpointing=None) for each in seen] == [options]
    assert [event.stage for event in reporter.of("event")] == ["build", "reports"]
    assert "Building the network" in (run.folder / "run.log").read_text(encoding="utf-8")
    assert make_plan_of(bench.base).has_plan


def test_table_sets_scenarios_side_by_side() -> None:
    """Proves: shares become percent, the reference is named so wherever it stands, a scenario without a plan has
    blanks and words. If it were ignored: 0 cost for a scenario that has no plan."""
    lost = {**make_record("dry"), "measures": {}, "status": "infeasible", "status_words": "No plan.", "gap": None}
    table = summary_table([lost, make_record(measures={"unserved_share_of_tonnes": 0.25})])
    first, second = table.to_dict("records")
    assert pd.isna(first["NPV cost [million USD]"])
    assert first["Against the reference"] == "No plan."
    assert second["Against the reference"] == "the reference"
    assert (second["Unserved [% of tonnes]"], second["Gap [%]"]) == (25.0, 1.0)
    assert second["Caspian containers 2040 [kTEU]"] == 100.0


def test_summary_keeps_hostile_text_as_text(tmp_path: Path) -> None:
    """Proves: a scenario called like a formula stays text in workbook and CSV. If it were ignored: opening the table
    could run a command."""
    table = summary_table([make_record("=cmd|' /C calc'!A0")])
    book = write_summary(table, "case", tmp_path, NOON)
    cell = load_workbook(book)["Scenarios"]["A4"]
    assert (cell.data_type, cell.value) == ("s", "=cmd|' /C calc'!A0")
    assert "'=cmd" in book.with_suffix(".csv").read_text(encoding="utf-8-sig")
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".xlsx"]


def test_difference_names_cost_projects_and_flow() -> None:
    """Proves: 1,200 against 1,000 is 200 more (20 %) and proven, since 1,188 (its bound) is above 1,000; P1 comes
    later and larger, P2 is new; the Caspian carries 50 for 100. If it were ignored: a planner would compare columns
    by eye."""
    projects = [
        {"project": "P1", "name": "Quay", "opening_year": 2030, "modules": 2},
        {"project": "P2", "name": "Yard", "opening_year": 2029, "modules": 1},
    ]
    lost = {"caspian_kteu_2040": 50.0, "unserved_share_of_tonnes": 0.02}
    run = make_record("low", 1200.0, projects=projects, measures=lost)
    assert difference_words(run, make_record()) == (
        "costs 200 million USD (20 %) more; builds also P2 Yard (2029); later P1 Quay (2028 → 2030); "
        "other size P1 Quay (1 → 2 modules); containers across the Caspian 50 instead of 100 kTEU in 2040; "
        "2.0 % of the tonnes unserved, not 0 %"
    )


def test_difference_within_the_gap_is_not_called_proven() -> None:
    """Proves: 995 against 1,000 with a gap of 1 % (bound 990) may be no difference, and says so. If it were ignored:
    a ranking that the solver has not proven."""
    said = difference_words(make_record("low", 995.0), make_record())
    assert said == "costs 5 million USD (0.50 %) less, which is within the proven gap; same projects at the same time"
    assert difference_words(make_record("same"), make_record()).startswith("costs the same")


def test_difference_of_projects_left_out_or_moved_up() -> None:
    """Proves: what is not built or opens earlier is said, and long lists are cut. If it were ignored: a line of
    thirty names."""
    many = [{"project": f"P{n}", "name": "Quay", "opening_year": 2030, "modules": 1} for n in range(1, 8)]
    early = [{**many[0], "opening_year": 2028}]
    said = difference_words(make_record("low", 1000.0, projects=early), make_record(projects=many))
    assert "does not build P2 Quay, P3 Quay, P4 Quay, P5 Quay and 2 more" in said
    assert "earlier P1 Quay (2030 → 2028)" in said
