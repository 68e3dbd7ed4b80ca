"""The starter case: complete, clean, solved at once."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from model.case.reader import check_case, read_case
from model.case.schema import SCHEMA_VERSION
from model.case.workbooks.starter import write_starter
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status


def test_it_solves_and_decides(tmp_path: Path) -> None:
    """Proves: the starter case reads without any remark, solves to a proven and verified plan that opens projects,
    keeps its budget and serves most demand. If it were ignored: the first contact with the tool would be an error."""
    workbook = write_starter(tmp_path / "mine")
    assert workbook == tmp_path / "mine" / "case.xlsx"
    assert check_case(tmp_path / "mine") == []
    case = read_case(tmp_path / "mine")
    assert case.settings["schema_version"] == SCHEMA_VERSION
    plan = make_plan(case, SolveOptions(time_limit=60.0))
    assert plan.outcome.status is Status.OPTIMAL
    assert plan.checks["ok"].all()
    assert 2 <= plan.tables["investments"]["project"].nunique() <= 4
    assert plan.tables["demand_served"]["unserved"].sum() < 0.1 * plan.tables["demand_served"]["amount"].sum()


def test_scenario_reads(tmp_path: Path) -> None:
    """Proves: the scenario of the starter case applies. If it were ignored: the example of an overlay would mislead."""
    workbook = write_starter(tmp_path / "mine.xlsx")
    base, grown = read_case(workbook), read_case(workbook, "strong_growth")
    assert grown.table("Demand")[2032].sum() == pytest.approx(1.3 * base.table("Demand")[2032].sum())


def test_comments_and_no_overwriting(tmp_path: Path) -> None:
    """Proves: sheets hold comment rows, and an existing case is refused. If it were ignored: work could be lost."""
    workbook = write_starter(tmp_path / "mine")
    assert str(openpyxl.load_workbook(workbook)["Nodes"]["A3"].value).startswith("#")
    with pytest.raises(FileExistsError):
        write_starter(tmp_path / "mine")
