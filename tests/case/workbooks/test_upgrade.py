"""Older workbooks brought forward: same figures, new columns, originals kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.table import Table

from model.case.messages import CaseError
from model.case.reader import check_case, read_case
from model.case.schema import SCHEMA_VERSION, SHEETS
from model.case.sheets.headers import header_words
from model.case.text import fold
from model.case.workbooks.upgrade import upgrade_case
from tests.case.hostile import rebuilt
from tests.case.small import FIRST_ROW, HEADER_ROW, small_rows, write_case

NEW_IN_2 = {
    "Links": ["perceived_cost", "background_kteu", "background_kt"],
    "Projects": ["later_module_capex", "spending_profile"],
    "Commodities": ["maximum_days", "value_of_time_spread"],
}


def old_case(folder: Path) -> Path:
    """The small case as it was at first: without operations, their columns, or a version."""
    rows = small_rows()
    for name, sheet in SHEETS.items():
        if sheet.workbook == "operations.xlsx":
            rows.pop(name, None)
    for name, columns in NEW_IN_2.items():
        rows[name] = [{key: value for key, value in row.items() if key not in columns} for row in rows[name]]
    path = write_case(folder, rows)
    book = openpyxl.load_workbook(path)
    for name, columns in NEW_IN_2.items():
        page = book[name]
        gone = {SHEETS[name].column(column).header for column in columns}
        for cell in reversed(list(page[HEADER_ROW])):
            if cell.value in gone:
                page.delete_cols(cell.column)
    book["Links"]["A1"] = "Our own title"
    book["Links"].cell(FIRST_ROW, 1).comment = openpyxl.comments.Comment("keep me", "planner")
    book.create_sheet("Lists")["A1"] = "=1+1"
    book.save(path)
    return path


def header_texts(path: Path, sheet: str) -> list[Any]:
    """Headers of a sheet in a saved workbook."""
    return [cell.value for cell in openpyxl.load_workbook(path)[sheet][HEADER_ROW] if cell.value is not None]


def test_old_case_is_brought_forward(tmp_path: Path) -> None:
    """Proves: an old workbook gets the new columns and the version, reads without errors and means the same; title,
    comment and foreign sheet stay; the original is kept byte for byte. If it were ignored: data could be lost."""
    path = old_case(tmp_path)
    original, before = path.read_bytes(), read_case(path)
    done = upgrade_case(path)
    assert done.version == 0
    assert done.originals is not None
    assert (done.originals / path.name).read_bytes() == original
    after = read_case(path)
    assert after.settings["schema_version"] == SCHEMA_VERSION
    for name in ("Nodes", "Links", "Demand", "Projects", "Commodities", "Budgets"):
        pd.testing.assert_frame_equal(before.table(name), after.table(name))
    for name, columns in NEW_IN_2.items():
        assert {SHEETS[name].column(column).header for column in columns} <= set(header_texts(path, name))
    book = openpyxl.load_workbook(path)
    assert book["Links"]["A1"].value == "Our own title"
    assert book["Links"].cell(FIRST_ROW, 1).comment.text == "keep me"
    assert book["Lists"]["A1"].value == "=1+1"
    assert [message for message in check_case(path) if message.severity == "error"] == []


def test_print_titles_stay_but_for_those_by_name(tmp_path: Path) -> None:
    """Proves: print titles stay as they were; those told by the name of a range, which openpyxl cannot take, go. If it
    were ignored: an upgrade would end in a traceback for what Excel opens without a word."""
    path = old_case(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Links"].print_title_rows = "4:4"
    other = next(place for place, title in enumerate(book.sheetnames) if title != "Links")
    book.save(path)
    name = f'<definedName name="_xlnm.Print_Titles" localSheetId="{other}">heads</definedName>'
    edit = {"xl/workbook.xml": lambda text: text.replace("</definedNames>", f"{name}</definedNames>")}
    path.write_bytes(rebuilt(edit, path.read_bytes()))
    with pytest.raises(ValueError, match="could not assign names"):
        openpyxl.load_workbook(path)
    assert upgrade_case(path).done
    after = openpyxl.load_workbook(path)
    assert after["Links"].print_title_rows == "$4:$4"
    assert after.worksheets[other].print_title_rows is None


@pytest.mark.parametrize(
    ("kind", "words"), [("Titles", ""), ("Area", "heads"), ("Area", "x" * 400_000)], ids=["empty", "name", "long"]
)
def test_what_openpyxl_cannot_take_of_printing_goes(tmp_path: Path, kind: str, words: str) -> None:
    """Proves: empty print titles, and a print area by the name of a range or of 400,000 letters, cost an upgrade
    nothing but themselves. If only titles by name were thought of: the next such name would be a traceback or a
    standstill."""
    path = old_case(tmp_path)
    name = f'<definedName name="_xlnm.Print_{kind}" localSheetId="0">{words}</definedName>'

    def edit(text: str) -> str:
        without = re.sub("<definedNames ?/>|<definedNames>.*</definedNames>", "", text)
        return without.replace("</sheets>", f"</sheets><definedNames>{name}</definedNames>")

    path.write_bytes(rebuilt({"xl/workbook.xml": edit}, path.read_bytes()))
    assert upgrade_case(path).done
    assert not openpyxl.load_workbook(path).worksheets[0].print_area


def test_twice_is_once(tmp_path: Path) -> None:
    """Proves: a second upgrade alters nothing. If it were ignored: columns and backups would pile up."""
    path = old_case(tmp_path)
    upgrade_case(path)
    once = path.read_bytes()
    again = upgrade_case(path)
    assert (again.originals, again.done) == (None, ())
    assert path.read_bytes() == once


def test_folder_with_originals_still_reads(tmp_path: Path) -> None:
    """Proves: the kept originals are not taken for a part of the case. If it were ignored: every sheet would be there
    twice after an upgrade."""
    old_case(tmp_path)
    before = read_case(tmp_path)
    upgrade_case(tmp_path)
    pd.testing.assert_frame_equal(before.table("Demand"), read_case(tmp_path).table("Demand"))


def test_tables_grow_with_their_columns(tmp_path: Path) -> None:
    """Proves: an Excel table over the records covers the new columns with the same header texts. If it were ignored:
    Excel would call the file damaged."""
    path = old_case(tmp_path)
    book = openpyxl.load_workbook(path)
    page = book["Projects"]
    page.add_table(
        Table(displayName="tbl_Projects", ref=f"A{HEADER_ROW}:{page.cell(page.max_row, page.max_column).coordinate}")
    )
    book.save(path)
    upgrade_case(path)
    page = openpyxl.load_workbook(path)["Projects"]
    table = page.tables["tbl_Projects"]
    headers = [cell.value for cell in page[HEADER_ROW] if cell.value is not None]
    assert [column.name for column in table.tableColumns] == headers
    assert table.ref.split(":")[1].startswith(page.cell(HEADER_ROW, len(headers)).column_letter)


def test_alias_headers_get_their_present_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a header known by an alias is renamed. If it were ignored: old names would live on."""
    monkeypatch.setitem(header_words("Nodes"), fold("Title of the place"), "name")
    path = old_case(tmp_path)
    book = openpyxl.load_workbook(path)
    cell = next(cell for cell in book["Nodes"][HEADER_ROW] if cell.value == "Name")
    cell.value = "Title of the place"
    book.save(path)
    done = upgrade_case(path)
    assert any("Title of the place" in words for words in done.done)
    assert "Name" in header_texts(path, "Nodes")


def test_newer_and_broken_files_are_refused(tmp_path: Path) -> None:
    """Proves: a case of a newer version and a file that is no workbook are refused untouched. If it were ignored: an
    old program could cripple a newer case."""
    rows = small_rows()
    rows["Settings"].append({"setting": "schema_version", "value": SCHEMA_VERSION + 1})
    newer = write_case(tmp_path, rows)
    content = newer.read_bytes()
    with pytest.raises(CaseError):
        upgrade_case(newer)
    assert newer.read_bytes() == content
    broken = tmp_path / "other" / "broken.xlsx"
    broken.parent.mkdir()
    broken.write_bytes(b"PK nothing")
    with pytest.raises(CaseError):
        upgrade_case(broken)
