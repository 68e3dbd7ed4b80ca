"""Size: a long demand sheet, and a round trip through another spreadsheet program."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from model.case.codes import Severity
from model.case.reader import check_case, read_case
from model.case.workbook import write_workbook
from tests.case.small import small_rows, write_case

ROWS = 50_000
SHIPPED = Path(__file__).parents[2] / "inputs" / "middle_corridor"


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [False, True], ids=["sound", "every row wrong"])
def test_a_long_demand_sheet_is_checked_whole(tmp_path: Path, *, wrong: bool) -> None:
    """Proves: 50,000 demand rows are checked, also when every row is wrong three times, each remark kept.
    If it were ignored: searching near matches for each wrong key would take hours."""
    rows = small_rows()
    one = rows["Demand"][0]
    rows["Demand"] = [{**one, "demand": f"D{number}"} for number in range(ROWS)]
    if wrong:
        for number, record in enumerate(rows["Demand"]):
            record |= {"origin": f"node {number}", "destination": f"place {number}", "contestable_share": 50}
    path = tmp_path / "large.xlsx"
    write_workbook(path, {name: pd.DataFrame(records) for name, records in rows.items()}, list(rows))
    messages = check_case(path)
    assert len(messages) == (3 * ROWS if wrong else 0)


@pytest.mark.slow
def test_the_shipped_case_checks_clean() -> None:
    """Proves: the shipped case with all its scenarios has no error. If it were ignored: the first thing a planner tries
    would be refused."""
    messages = check_case(SHIPPED)
    assert [str(message) for message in messages if message.severity is Severity.ERROR] == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_case_saved_by_another_program_means_the_same(tmp_path: Path) -> None:
    """Proves: the small case re-saved by LibreOffice is read to the same tables. If it were ignored: a case could
    change by being opened and saved."""
    path = write_case(tmp_path)
    saved = tmp_path / "saved"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(saved), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    one, two = read_case(path), read_case(saved / "small.xlsx")
    assert dict(one.settings) == dict(two.settings)
    for name, table in one.tables.items():
        assert table.equals(two.tables[name]), name
