"""Size: a long demand sheet, and a round trip through another spreadsheet program."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.case.checks.flows import shortages
from model.case.checks.flows.graph import smallest_cut
from model.case.checks.memo import CheckMemo
from model.case.checks.plausible.flows import MOST_PLACES
from model.case.codes import Severity
from model.case.reader import check_case, load_case
from model.case.workbooks.writer import write_workbook
from tests.case.large import large_rows, write_rows
from tests.case.small import small_rows, write_case

ROWS = 20_000
MOST_REPEATED, MOST_FLOWS = 0.05, 0.6
"""Part of the checks, and of the checks of flows, that may run of all that are asked for: 0.02 and 0.45 as shipped."""
SHIPPED = Path(__file__).parents[2] / "inputs" / "middle_corridor"


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [False, True], ids=["sound", "every row wrong"])
def test_a_long_demand_sheet_is_checked_whole(tmp_path: Path, *, wrong: bool) -> None:
    """Proves: 20,000 demand rows are checked, also when every row is wrong three times, each remark kept.
    If it were ignored: searching near matches for each wrong key would take hours."""
    rows = small_rows()
    one = rows["Demand"][0]
    rows["Demand"] = [{**one, "demand": f"D{number}"} for number in range(ROWS)]
    if wrong:
        for number, record in enumerate(rows["Demand"]):
            record |= {"origin": f"node {number}", "destination": f"place {number}", "market_size": 50}
    path = tmp_path / "large.xlsx"
    write_workbook(path, {name: pd.DataFrame(records) for name, records in rows.items()}, list(rows))
    messages = check_case(path)
    assert len(messages) == (3 * ROWS if wrong else 0)


@pytest.mark.slow
def test_a_long_demand_sheet_on_a_wide_network_is_checked_by_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: 20,000 rows between random places of 120 are checked, flows and cuts included, by few searches: for each
    of the forms of cargo and measures (here kTEU and kt of containers) three cuts (there, back, both at once) and three
    for each of the ten largest places, and for each cut at most one more a period. With little room on every link the
    shortage is told. If it were ignored: a search for each row would make the check something that people skip."""
    searches = []

    def counted(*asked: Any) -> Any:
        searches.append(asked)
        return smallest_cut(*asked)

    monkeypatch.setattr(shortages, "smallest_cut", counted)
    rows = large_rows(ROWS)
    path = write_rows(tmp_path / "large.xlsx", rows)
    assert check_case(path) == []
    assert 0 < len(searches) <= 2 * (3 + 3 * MOST_PLACES) * (1 + len(rows["Periods"]))
    rows = large_rows(2_000)
    for record in rows["Links"][3:]:
        record["capacity_kteu"] = 0.1
    assert "demand-over-capacity" in {message.code for message in check_case(write_rows(path, rows))}


@pytest.mark.slow
def test_the_shipped_case_checks_clean_and_little_twice() -> None:
    """Proves: the shipped case with all its scenarios has no error, and of the checks that its scenarios and years ask
    for at most one in twenty runs, of those of flows, the dearest, at most six in ten: the others have figures that
    were checked before. If it were ignored: the first thing a planner tries would be refused, or slow."""
    memo = CheckMemo()
    messages = check_case(SHIPPED, memo=memo)
    assert sum(memo.runs.values()) <= MOST_REPEATED * sum(memo.asked.values())
    assert memo.runs["check_flows"] <= MOST_FLOWS * memo.asked["check_flows"]
    assert memo.asked["check_flows"] >= 100
    assert [str(message) for message in messages if message.severity is Severity.ERROR] == []


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_case_saved_by_another_program_means_the_same(tmp_path: Path) -> None:
    """Proves: the small and the shipped case (with its Excel tables, drop-downs and notes), re-saved by LibreOffice,
    are read to the same tables and settings with the same remarks. If it were ignored: a case could change by being
    opened and saved."""
    for path in (write_case(tmp_path), SHIPPED):
        saved = tmp_path / f"saved {path.stem}"
        files = sorted(path.glob("*.xlsx")) if path.is_dir() else [path]
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(saved), *map(str, files)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        again = saved if path.is_dir() else saved / path.name
        one, two = load_case(path), load_case(again)
        assert one.case is not None
        assert two.case is not None
        assert dict(one.case.settings) == dict(two.case.settings)
        assert [message.code for message in one.messages] == [message.code for message in two.messages]
        for name, table in one.case.tables.items():
            assert table.equals(two.case.tables[name]), name
