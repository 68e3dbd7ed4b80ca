"""Every broken workbook of the corpus: no traceback, and a remark that names the damaged cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from model.case.codes import Severity
from model.case.reader import check_case, load_case
from model.case.sheets.raw import RawCase, RawSheet
from tests.case.corpus import Broken
from tests.case.corpus_cells import CELLS
from tests.case.corpus_rules import RULES
from tests.case.corpus_scenarios import SCENARIOS
from tests.case.corpus_sheets import SHEETS_CORPUS
from tests.case.corpus_silent import SILENT
from tests.case.small import make_book, small_rows, write_case

CORPUS = [*CELLS, *SHEETS_CORPUS, *RULES, *SILENT, *SCENARIOS]


WRITTEN = [*CELLS, *SHEETS_CORPUS, *(broken for broken in SILENT if broken.name in ("padded", "prefixed"))]
"""Damage to what only a file holds: text, types, number formats, headers, whole sheets. The rest is rows that do not
fit together, and is taken from the rows of the book: most of a test's time is the writing and parsing of its file."""


def rows_of(book: Workbook) -> RawCase:
    """What the reader takes from the file of a book."""
    raw = RawCase(files={"small.xlsx": ""})
    for sheet in book.worksheets:
        rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
        raw.sheets[sheet.title] = RawSheet("small.xlsx", sheet.title, sheet.title, rows)
    return raw


def test_the_small_case_is_clean(tmp_path: Path) -> None:
    """Proves: the undamaged case and all its scenarios give no remark. If it were ignored: nothing below would prove
    that a remark comes from the damage."""
    assert [str(message) for message in check_case(write_case(tmp_path))] == []


def test_the_corpus_is_large_enough() -> None:
    """Proves: at least 150 different damages are tried (issue 'Inputs people can trust'). If it were ignored: the
    corpus could shrink unseen."""
    assert len({broken.name for broken in CORPUS}) == len(CORPUS) >= 150


@pytest.mark.parametrize("broken", CORPUS, ids=[broken.name for broken in CORPUS])
def test_a_broken_workbook_names_its_cell(broken: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the damage is remarked with its own code at its own cell, and no error blames another cell.
    If it were ignored: a planner would hunt for a mistake where there is none."""
    book = make_book(small_rows())
    broken.damage(book)
    path = tmp_path / "small.xlsx"
    if broken in WRITTEN:
        book.save(path)
    else:
        path.touch()
        monkeypatch.setattr("model.case.reader.read_workbooks", lambda *_: rows_of(book))
    messages = check_case(path) if broken in SCENARIOS else load_case(path).messages
    lines = [f"{message.code} {message}" for message in messages]
    hits = [m for m in messages if (m.code, m.sheet, m.cell) == (broken.code, broken.sheet, broken.cell)]
    assert hits, lines
    assert all(message.file == "small.xlsx" or message.code == "sheet-missing" for message in hits), lines
    expected = {broken.code, *broken.also}
    assert {message.code for message in messages if message.severity is Severity.ERROR} <= expected, lines
