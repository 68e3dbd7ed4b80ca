"""The list of remarks as a workbook, and the messages themselves."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import openpyxl
import pytest

from model.case.codes import MEANINGS, SEVERITIES, Severity
from model.case.messages import CaseError, Findings, Message, ordered, shown
from model.case.reader import check_case
from model.case.workbooks.issues import HEADER_ROW, summary, write_issues_workbook
from tests.case.small import small_rows, write_case

HOSTILE_TEXTS = [
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "{=1}",
    "https://example.org",
    "+1",
    "-1",
    "@SUM(A1)",
    "mailto:a@b",
]


def rows_of(path: Path) -> list[list[object]]:
    """Records of an issues workbook."""
    sheet = openpyxl.load_workbook(path)["Issues"]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER_ROW + 2)]


def test_each_remark_is_a_row_with_a_link_to_its_cell(tmp_path: Path) -> None:
    """Proves: errors come first, and the cell links to the input workbook, relative to the list. If it were ignored:
    the planner would search for the cell by hand, and a moved folder would break the links."""
    rows = small_rows()
    rows["Links"][0]["length_km"] = "abc"
    rows["Links"][1]["carrier"] = "Rail"
    case_folder = tmp_path / "inputs"
    case_folder.mkdir()
    messages = check_case(write_case(case_folder, rows))
    path = write_issues_workbook(messages, tmp_path / "outputs" / "issues.xlsx", case_folder)
    first, second = rows_of(path)
    assert first[:4] == ["error", "small.xlsx", "Links", "G4"]
    assert second[:4] == ["warning", "small.xlsx", "Links", "D5"]
    assert first[6:] == ["number-expected", MEANINGS["number-expected"]]
    sheet = openpyxl.load_workbook(path)["Issues"]
    link = sheet.cell(HEADER_ROW + 2, 4).hyperlink
    assert link is not None
    target = str(link.target).replace("\\", "/")  # XlsxWriter writes file links with backslashes, as Excel does
    assert (target, link.location) == ("../inputs/small.xlsx", "'Links'!G4")
    assert sheet["A2"].value == "1 error, 1 warning, 0 notes. The plan can be made once the errors are mended."


def test_texts_from_inputs_stay_texts(tmp_path: Path) -> None:
    """Proves: nothing seen in an input becomes a formula or a link, and over-long texts are cut. If it were ignored: a
    workbook sent to the ministry could run what someone typed into a cell."""
    messages = [
        Message("number-expected", text, f"{text}.xlsx", text, "A1", seen=text)
        for text in [*HOSTILE_TEXTS, "x" * 40_000]
    ]
    path = write_issues_workbook(messages, tmp_path / "issues.xlsx", tmp_path)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert {row[4] for row in rows_of(path)} >= set(HOSTILE_TEXTS)
    assert max(len(str(row[4])) for row in rows_of(path)) == 32_000


def test_an_open_list_is_written_beside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: when the old list is open in Excel (Windows), the new one gets another name. If it were ignored: the
    check would end in a traceback."""
    replace = os.replace

    def locked(source: Path, target: Path) -> None:
        if Path(target).name == "issues.xlsx":
            raise PermissionError(13, "in use")
        replace(source, target)

    monkeypatch.setattr("model.case.whole_file.os.replace", locked)
    assert write_issues_workbook([], tmp_path / "issues.xlsx").name == "issues (2).xlsx"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["issues (2).xlsx"]


def test_messages_speak_of_file_sheet_and_cell() -> None:
    """Proves: a message is one line 'SEVERITY file › sheet › cell: sentence', values on one line and short. If it were
    ignored: consoles would show half cells."""
    message = Message("number-expected", "It is wrong.", "a.xlsx", "Links", "G4")
    assert str(message) == "ERROR a.xlsx › Links › G4: It is wrong."
    assert str(Message("scenario-unknown", "No.", seen="x")) == "ERROR No."
    assert shown("a\nb\x00c" + "d" * 100) == "a b c" + "d" * 54 + "…"
    assert shown(0.30000000000000004) == "0.3"


def test_order_and_repetitions() -> None:
    """Proves: errors come before warnings and notes, then by place, and the same remark is told once. If it were
    ignored: errors would hide among notes."""
    note = Message("sheet-ignored", "n", "a", "S")
    warning = Message("number-text", "w", "a", "S", "A9", 9)
    late, early = Message("value-missing", "e", "a", "S", "A9", 9), Message("value-missing", "e", "a", "S", "A2", 2)
    assert ordered([note, warning, late, early, late]) == [early, late, warning, note]
    assert CaseError([note, late]).errors == [late]
    assert summary([]) == "0 errors, 0 warnings, 0 notes. The plan can be made."


def test_undeclared_codes_are_refused() -> None:
    """Proves: a remark needs a declared code with a severity and a meaning. If it were ignored: remarks without
    severity would appear."""
    with pytest.raises(KeyError):
        Findings().add("no such code", "text")
    assert set(SEVERITIES) == set(MEANINGS)
    assert set(SEVERITIES.values()) == set(Severity)
