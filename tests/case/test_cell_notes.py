"""Notes on cells give figures a confidence of their own."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment

from model.case.case import Case
from model.case.cell_notes import grade_of
from model.case.reader import read_case
from model.plan.plan import Plan, empty_tables
from model.reports.analysis.inputs import inputs_used
from model.reports.analysis.quality import data_quality, governed
from model.reports.facts import Facts
from model.solvers.core.outcome import Outcome, Status
from tests.case.small import write_case


@pytest.mark.parametrize(
    ("note", "grade"),
    [
        ("seen; KHG25. Counted in 2025.", "seen"),
        ("Anna Petrova:\nComputed from the timetable", "computed"),
        ("[Threaded comment]\n\nYour version of Excel …\n\nComment:\n    assumption; nobody knows", "assumption"),
        ("unseen by us", ""),
        ("Half of it was seen", ""),
        ("seenery", ""),
        ("", ""),
    ],
)
def test_a_note_that_begins_with_a_grade_says_it(note: str, grade: str) -> None:
    """Proves: the grade stands first on some line of the note, whatever Excel puts above it; in a sentence it is none.
    If it were ignored: a note that says 'not seen anywhere' could make a figure a seen one."""
    assert grade_of(note) == grade


def noted(folder: Path) -> tuple[Case, str, str]:
    """The small case with a note on the capacity of its first link; and the key and row's confidence of that link."""
    write_case(folder)
    for path in sorted(folder.glob("*.xlsx")):
        book = openpyxl.load_workbook(path)
        if "Links" in book.sheetnames:
            page = book["Links"]
            head = next(row for row in range(1, 10) if any("Container capacity" in str(c.value) for c in page[row]))
            places = {str(cell.value).split(" [")[0]: cell.column for cell in page[head]}
            cell = page.cell(head + 1, places["Container capacity"])
            cell.value = 123
            cell.comment = Comment("Anna:\nseen; KHG25. Counted at the gate.", "Anna")
            page.cell(head + 1, places["Length"]).comment = Comment("Ask the railway about the siding.", "Anna")
            page.cell(head + 1, places["Confidence"]).value = "assumption"
            key = str(page.cell(head + 1, places["Link"]).value)
            book.save(path)
            return read_case(folder), key, "assumption"
    raise AssertionError("no sheet Links")


def test_figures_have_their_own_confidence(tmp_path: Path) -> None:
    """Proves: the capacity is seen though its row is assumed, the length keeps that of the row whatever its note says;
    the note, its grade and the sheet's counts stand in Inputs_used and Data_quality, and an assumption that governs the
    column is told how many of its figures are seen.
    If it were ignored: a counted capacity would pass for a guess, as the row has one guess in it."""
    case, key, row_grade = noted(tmp_path)
    row = next(number for number, link in case.table("Links")["link"].items() if link == key)
    assert case.confidence("Links", int(row), "capacity_kteu") == "seen"
    assert case.confidence("Links", int(row), "length_km") == row_grade
    assert case.note("Links", int(row), "capacity_kteu").endswith("Counted at the gate.")
    cells = inputs_used(case)
    cells = cells[(cells["sheet"] == "Links") & (cells["key"] == key)].set_index("column")
    assert cells.at["Container capacity", "confidence"] == "seen"
    assert cells.at["Length", "confidence"] == row_grade
    assert cells.at["Length", "note"] == "Ask the railway about the siding."
    outcome = Outcome(Status.NO_PLAN, None, None, None, 0.0, "none", "")
    facts = Facts(Plan(case, outcome, empty_tables(), pd.DataFrame()))
    counts = data_quality(facts).set_index("item")
    rows = case.table("Links")["confidence"]
    assert counts.at["Inputs: Links", "seen"] == (rows == "seen").sum()
    figures = inputs_used(case)
    figures = figures[[isinstance(value, float) for value in figures["value"]]]
    figures = figures[figures["sheet"] == "Links"]
    assert counts.at["Figures: Links", "seen"] == (figures["confidence"] == "seen").sum() >= 1
    assert "1 seen" in governed(facts, "Links.capacity_kteu, of the crossing")
    assert governed(facts, "the whole case") == ""


def test_a_case_without_notes_is_read_as_before(tmp_path: Path) -> None:
    """Proves: without notes every figure has the confidence of its row, and a case made in code has no notes.
    If it were ignored: tables made by a program would have none at all."""
    write_case(tmp_path)
    case = read_case(tmp_path)
    links = case.table("Links")
    assert [case.confidence("Links", int(row), "length_km") for row in links.index] == links["confidence"].tolist()
    assert Case.from_tables("none", {}).note("Links", 3, "length_km") == ""
