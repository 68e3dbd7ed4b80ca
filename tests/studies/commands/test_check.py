"""The command check: remarks told, and left as a workbook with links."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from model.case.messages import CaseError, Message
from model.studies.commands.failures import MOST_LINES, explanation, told_lines
from model.studies.commands.main import check_inputs
from tests.case.small import small_rows, write_case
from tests.studies.stand_ins import RememberingReporter


def test_remarks_are_left_as_a_workbook_and_an_old_list_goes(tmp_path: Path) -> None:
    """Proves: a wrong key is told and stands in outputs/small-issues.xlsx with a link to its cell; once mended, the old
    list is overwritten by an empty one, and a clean case leaves none. If it were ignored: planners would copy cells
    from the console, or mend what is mended."""
    rows, outputs = small_rows(), tmp_path / "outputs"
    assert check_inputs(write_case(tmp_path, rows), None, RememberingReporter(), outputs) == 0
    assert not outputs.exists()
    rows["Links"][0]["from_node"] = "AA"
    reporter = RememberingReporter()
    path = write_case(tmp_path, rows)
    assert check_inputs(path, None, reporter, outputs) == 1
    assert any("small.xlsx › Links › B4" in words for words in reporter.of("note"))
    sheet = openpyxl.load_workbook(outputs / "small-issues.xlsx").active
    assert sheet is not None
    links = [cell.hyperlink.location or cell.hyperlink.target for row in sheet for cell in row if cell.hyperlink]
    assert any("B4" in str(link) for link in links)
    assert check_inputs(write_case(tmp_path), None, RememberingReporter(), outputs) == 0
    again = openpyxl.load_workbook(outputs / "small-issues.xlsx").active
    assert again is not None
    assert not [cell for row in again for cell in row if cell.hyperlink]


def test_all_scenarios_can_be_asked_for(tmp_path: Path) -> None:
    """Proves: 'all' checks every scenario, as it plans every one with solve. If it were ignored: 'There is no scenario
    all'."""
    assert check_inputs(write_case(tmp_path), "all", RememberingReporter()) == 0


def test_very_many_remarks_are_not_all_told(tmp_path: Path) -> None:
    """Proves: of 100,000 remarks the first stand on the console, and where the others are. If it were ignored: the
    summary would be scrolled away."""
    messages = [Message("value-missing", f"row {number}", sheet="Links", row=number) for number in range(100_000)]
    lines = told_lines(messages)
    assert len(lines) == MOST_LINES + 1
    assert "99,800 more remarks" in lines[-1]
    assert len(explanation(CaseError(messages), tmp_path, tmp_path).splitlines()) == MOST_LINES + 2


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Proves: the remarks are told all the same when their workbook cannot be written. If it were ignored: a full disk
    would hide them."""
    rows = small_rows()
    rows["Links"][0]["from_node"] = "AA"
    (tmp_path / "file").write_text("x")
    reporter = RememberingReporter()
    assert check_inputs(write_case(tmp_path, rows), None, reporter, tmp_path / "file") == 1
    assert any("could not be written" in words for words in reporter.of("note"))
