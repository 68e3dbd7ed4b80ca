"""The record of a run says what went in and what came out."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from model.case.case import Case
from model.case.reader import read_case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.solvers.core.progress import Listener
from model.studies.commands.main import solve_case
from model.studies.console.words import plain_table
from model.studies.runs.record import copy_inputs, make_record, plain_json, write_record
from model.studies.runs.resuming import FOLDER
from model.studies.runs.sheets import write_csv, write_sheets
from tests.case.small import write_case
from tests.minis import two_node_case
from tests.studies.runs.test_resuming import OTHER_RULES, always, cut_off
from tests.studies.stand_ins import (
    RememberingReporter,
    make_outcome,
    make_plan_of,
    write_marker,
    write_plain_case,
)

__all__ = ["always"]  # checkpoints at every step

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def test_record_names_inputs_tools_and_result(tmp_path: Path) -> None:
    """Proves: the record holds the hash of the very bytes read, versions, options as they took effect, objective,
    bound, gap, and no path or user name. If it were ignored: nobody could tell what a plan was made from.
    Figures of the stand-in: cost 100, gap 0.1 %, bound 99.9."""
    path = write_case(tmp_path)
    constraint = tmp_path / "own.py"
    constraint.write_text("NAME = 'own'\n")
    options = SolveOptions(gap=0.01, constraint_files=(constraint,))
    record = make_record("the-run", make_plan_of(read_case(path)), options, {"read": 0.1234}, NOON)
    assert record["inputs"] == [{"file": "small.xlsx", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}]
    assert record["constraint_files"][0]["sha256"] == hashlib.sha256(constraint.read_bytes()).hexdigest()
    assert record["options"] == {
        "method": "auto", "gap": 0.01, "time_limit": 600.0, "seed": 7, "threads": 2, "workers": None, "cluster": False,
        "constraint_files": ["own.py"], "brief": False, "gap_of_worth": 0.0,  # a gap given by the caller counts alone
    }  # fmt: skip
    assert (record["objective_million_usd"], record["bound_million_usd"], record["gap"]) == (100.0, 99.9, 0.001)
    assert record["gap_asked"] == 0.01
    assert record["checks"] == {"count": 1, "ok": True, "failed": [], "not_checked": []}
    assert {"python", "pyomo", "highspy", "pandas"} <= set(record["versions"])
    assert record["started_utc"] == "2026-11-22T12:00:00+00:00"
    text = json.dumps(record)
    for private in (str(tmp_path), str(Path.home()), str(Path.cwd())):
        assert private not in text


def test_a_file_that_is_edited_or_gone_meanwhile_costs_no_run(tmp_path: Path) -> None:
    """Proves: of two constraint files one is edited and one deleted while the plan is made, and the checkpoint that is
    continued goes too: the run ends with its folder, and its record has the digests from before the search.
    If it were ignored: hours of search would end without a folder, or a record would name a file that was not used."""
    write_plain_case(tmp_path)
    outputs, files = tmp_path / "outputs", (tmp_path / "one.py", tmp_path / "two.py")
    for path in files:
        path.write_text(OTHER_RULES.replace("other rules", path.stem), encoding="utf-8")
    options = SolveOptions(constraint_files=files)
    run = cut_off(tmp_path, options=options)
    (kept,) = (outputs / FOLDER).iterdir()
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (*files, kept)]

    def planner(case: Case, options: SolveOptions, listener: Listener | None) -> Plan:
        plan = make_plan(case, options, listener)
        files[0].write_text("NAME = 'edited'\n", encoding="utf-8")
        files[1].unlink()
        kept.unlink()
        return plan

    reporter = RememberingReporter()
    asked = (tmp_path, None, options, outputs, write_marker, reporter)
    assert solve_case(*asked, planner=planner, resume=run) == 0
    (result,) = reporter.of("result")
    assert [one["sha256"] for one in result["constraint_files"]] == digests[:2]
    assert result["resumed"] == {"run": run, "checkpoint_sha256": digests[2]}


def test_record_of_no_plan_says_why() -> None:
    """Proves: without a plan there are no figures but there are words. If it were ignored: zeros that look like a
    free plan."""
    plan = make_plan_of(two_node_case(), make_outcome(Status.NO_PLAN))
    record = make_record("run", plan, SolveOptions(), {}, NOON)
    assert record["objective_million_usd"] is None
    assert record["measures"] == {}
    assert record["plan_words"] == ["No plan was found in the time given. Said the stand-in."]


def test_plain_json_takes_what_tables_hold(tmp_path: Path) -> None:
    """Proves: numpy values, NaN and infinities become JSON that any reader takes. If it were ignored: 'NaN' in the
    file, which strict readers refuse."""
    value = {"a": np.float64(1.5), "b": np.int64(2), "c": float("nan"), "d": [np.bool_(True), Path("x")], 3: None}
    assert plain_json(value) == {"a": 1.5, "b": 2, "c": None, "d": [True, "x"], "3": None}
    write_record(plain_json(value), tmp_path)
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["a"] == 1.5


@pytest.mark.parametrize("as_folder", [True, False])
def test_inputs_are_copied_as_they_were_read(tmp_path: Path, *, as_folder: bool) -> None:
    """Proves: the copy is byte for byte what was read, for a folder and for a single workbook. If it were ignored:
    a plan could not be made again after the planner edits on."""
    path = write_case(tmp_path)
    case = read_case(tmp_path if as_folder else path)
    run = tmp_path / "run"
    assert copy_inputs(case, tmp_path if as_folder else path, run) == []
    assert (run / "inputs" / "small.xlsx").read_bytes() == path.read_bytes()


def test_input_altered_meanwhile_is_not_copied(tmp_path: Path) -> None:
    """Proves: a workbook saved anew while the plan was made is named and not copied. If it were ignored: the folder
    would hold an input that the plan was not made from."""
    path = write_case(tmp_path)
    case = read_case(path)
    path.write_bytes(path.read_bytes() + b"x")
    assert copy_inputs(case, path, tmp_path / "run") == ["small.xlsx"]
    assert not (tmp_path / "run" / "inputs" / "small.xlsx").exists()
    path.unlink()
    assert copy_inputs(case, path, tmp_path / "run") == ["small.xlsx"]


def test_what_nothing_limits_is_left_blank(tmp_path: Path) -> None:
    """Proves: an amount that no bound limits (inf, as what a decision costs at most when its question found no time) is
    a blank in CSV, workbook and on the terminal, and the row beside it stays.
    If it were ignored: the workbook of a study refuses such a figure and all its plans are lost at the last moment."""
    table = pd.DataFrame({"project": ["P1", "P2"], "at most": [np.inf, 2.0], "at least": [-np.inf, np.nan]})
    write_csv(table, tmp_path / "value.csv")
    assert (tmp_path / "value.csv").read_text(encoding="utf-8-sig").splitlines()[1:] == ["P1,,", "P2,2.0,"]
    write_sheets({"Value": table}, "a study", tmp_path / "value.xlsx", "For practice only.")
    sheet = openpyxl.load_workbook(tmp_path / "value.xlsx")["Value"]
    assert sheet["A2"].value == "For practice only."
    assert [[cell.value for cell in row] for row in sheet["A4:C5"]] == [["P1", None, None], ["P2", 2, None]]
    assert "inf" not in plain_table(table)
