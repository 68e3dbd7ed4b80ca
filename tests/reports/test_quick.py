"""The quick worksheet against XlsxWriter's own."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from model.reports.workbook.quick import QuickSheet


def written(path: Path, kind: type[Worksheet]) -> str:
    """The sheet's XML of a book with one cell of every sort."""
    with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
        page = book.add_worksheet("Sheet", kind)
        shape, share = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
        page.set_row(2, 30, share)
        for row, number in enumerate((0.0, -1.5, 1 / 3, 1e-12, 123456789.125, 7, 2**53)):
            page.write_number(row, 0, number, share)
            page.write_number(row, 27, number)
            page.write_string(row, 1, f"a & <b> '{row}' \u00e9 ", shape)
            page.write_string(row, 2, "again")
            page.write_formula(row, 3, "=SUM(A1:A2)", shape, 1.5)
            page.write_formula(row, 4, "=XLOOKUP(A1,A:A,B:B)", shape, "found")
            page.write_blank(row, 5, None, shape)
        page.write_url(9, 0, "internal:'Sheet'!A1", shape, "there")
        page.write_boolean(9, 1, True, shape)
    with zipfile.ZipFile(path) as file:
        parts = (file.read(name).decode() for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"))
        return re.sub(r' spans="[^"]*"', "", "".join(parts))


def test_the_quick_sheet_writes_what_xlsxwriter_writes(tmp_path: Path) -> None:
    """Proves: numbers, texts, formulas (new functions with their prefix), blanks, links and row formats come out letter
    for letter as XlsxWriter writes them; only the hints of columns in use are left out.
    If it were ignored: three seconds would be saved at the price of a workbook that says something else."""
    assert written(tmp_path / "quick.xlsx", QuickSheet) == written(tmp_path / "plain.xlsx", Worksheet)


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    """Proves: a number that no cell can hold is refused as before. If it were ignored: a book that no program opens."""
    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"), {"in_memory": True})
    page = book.add_worksheet("Sheet", QuickSheet)
    with pytest.raises(TypeError):
        page.write_number(0, 0, float("nan"))
    assert page.write_number(2**21, 0, 1.0) < 0
