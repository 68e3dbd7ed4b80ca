"""The template: empty, but nothing in it may trip the reader."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from model.case.codes import Severity
from model.case.messages import CaseError
from model.case.reader import check_case, load_case, read_case
from model.case.schema import SCHEMA_VERSION, SETTINGS, SHEETS
from model.case.workbooks.template import DICTIONARY, write_template

MISSING_DATA = {"sheet-empty"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template, written once."""
    path = tmp_path_factory.mktemp("template") / "template.xlsx"
    write_template(path)
    return path


def test_only_data_is_missing(template: Path) -> None:
    """Proves: reading the template back complains about empty required sheets and nothing else. If it were ignored: a
    planner would be told about mistakes in a file that the tool itself wrote."""
    messages = [message for message in check_case(template) if message.severity is not Severity.NOTE]
    assert {message.code for message in messages} == MISSING_DATA
    required = {name for name, sheet in SHEETS.items() if sheet.required and name != "Settings"}
    assert {message.sheet for message in messages} == required
    with pytest.raises(CaseError):
        read_case(template)


def test_every_sheet_and_column(template: Path) -> None:
    """Proves: every declared sheet is there with every header, a note on each and one commented example. If it were
    ignored: columns would stay unknown to those who start from the template."""
    book = openpyxl.load_workbook(template)
    for name, sheet in SHEETS.items():
        page = book[name]
        headers = [cell.value for cell in page[2] if cell.value is not None]
        assert [column.header for column in sheet.columns if column.header not in headers] == []
        assert all(cell.comment is not None for cell in page[2] if cell.value is not None), name
        assert str(page["A3"].value).startswith("#"), name
    assert book["Links"].data_validations.dataValidation


def test_dictionary_and_settings(template: Path) -> None:
    """Proves: the dictionary sheet has a row for each column and setting, and Settings carries the schema version.
    If it were ignored: nobody could tell which layout a filled-in template follows."""
    page = openpyxl.load_workbook(template)[DICTIONARY]
    listed = {(row[0], row[1]) for row in page.iter_rows(min_row=3, values_only=True)}
    for name, sheet in SHEETS.items():
        assert {(name, column.label) for column in sheet.columns} <= listed
    assert {("Settings", setting.column.label) for setting in SETTINGS.values()} <= listed
    settings = load_case(template)
    assert settings.case is None
    rows = dict(openpyxl.load_workbook(template)["Settings"].iter_rows(min_row=4, max_col=2, values_only=True))  # type: ignore[arg-type]
    assert rows["schema_version"] == SCHEMA_VERSION


def test_nothing_is_overwritten(template: Path) -> None:
    """Proves: an existing file is refused. If it were ignored: a filled-in workbook could be lost."""
    before = template.read_bytes()
    with pytest.raises(FileExistsError):
        write_template(template)
    assert template.read_bytes() == before
