"""Every broken workbook of the corpus: no traceback, and a remark that names the damaged cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.codes import Severity
from model.case.reader import check_case, load_case
from tests.case.corpus import Broken
from tests.case.corpus_cells import CELLS
from tests.case.corpus_rules import RULES
from tests.case.corpus_scenarios import SCENARIOS
from tests.case.corpus_sheets import SHEETS_CORPUS
from tests.case.corpus_silent import SILENT
from tests.case.small import make_book, small_rows, write_case

CORPUS = [*CELLS, *SHEETS_CORPUS, *RULES, *SILENT, *SCENARIOS]


def test_the_small_case_is_clean(tmp_path: Path) -> None:
    """Proves: the undamaged case and all its scenarios give no remark. If it were ignored: nothing below would prove
    that a remark comes from the damage."""
    assert [str(message) for message in check_case(write_case(tmp_path))] == []


def test_the_corpus_is_large_enough() -> None:
    """Proves: at least 150 different damages are tried (issue 'Inputs people can trust'). If it were ignored: the
    corpus could shrink unseen."""
    assert len({broken.name for broken in CORPUS}) == len(CORPUS) >= 150


@pytest.mark.parametrize("broken", CORPUS, ids=[broken.name for broken in CORPUS])
def test_a_broken_workbook_names_its_cell(broken: Broken, tmp_path: Path) -> None:
    """Proves: the damage is remarked with its own code at its own cell, and no error blames another cell.
    If it were ignored: a planner would hunt for a mistake where there is none."""
    book = make_book(small_rows())
    broken.damage(book)
    path = tmp_path / "small.xlsx"
    book.save(path)
    messages = check_case(path) if broken in SCENARIOS else load_case(path).messages
    lines = [f"{message.code} {message}" for message in messages]
    hits = [m for m in messages if (m.code, m.sheet, m.cell) == (broken.code, broken.sheet, broken.cell)]
    assert hits, lines
    assert all(message.file == "small.xlsx" or message.code == "sheet-missing" for message in hits), lines
    expected = {broken.code, *broken.also}
    assert {message.code for message in messages if message.severity is Severity.ERROR} <= expected, lines
