"""Cover: what to decide on one page; then the plan in words, what the workbook holds, where the run came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.reports.about import BORDERS, LIMITS, outcome_lines, record_lines
from model.reports.analysis.gain import bought_words, sentences_of
from model.reports.brief.brief import brief
from model.reports.facts import Facts
from model.reports.text import plain
from model.reports.workbook.book import Book
from model.reports.workbook.overview.brief import FIGURES, PLAIN_ROW, PRINT_SCALE, lines_of, set_columns, write_blocks
from model.reports.workbook.sheet import Formula, ReportSheet
from model.studies.console.summary import status_words


def write_cover(
    book: Book, facts: Facts, sheets: Sequence[ReportSheet], master: Formula | None, run: Mapping[str, Any]
) -> None:
    """Write the first sheet; hyperlinks lead to every other one."""
    page = book.book.add_worksheet("Cover")
    set_columns(page)
    book.text(page, 0, 0, f"{facts.title}: capacity investment plan", "title")
    page.set_row(0, 28)
    state = _state(facts, master)
    row = _lines(book, page, 2, state)
    above = 28 + 2 * PLAIN_ROW + sum(_line_height(value) for _, value in state)
    row = write_blocks(book, page, row + 1, facts.once(brief), {sheet.name: sheet for sheet in sheets}, above)
    if facts.plan.has_plan:
        page.print_area(0, 0, row - 1, 1 + FIGURES)  # the brief; what follows is for the screen
    row = _heading(book, page, row, "In words")
    sentences = list(facts.once(sentences_of))[1:]
    sentences[1:1] = [] if facts.minimum is None else [bought_words(facts, facts.minimum)]
    for words in sentences:
        row = _lines(book, page, row, [("", words)])
    row = _heading(book, page, row, "Contents")
    group = ""
    for sheet in sheets:
        if sheet.group != group:
            group = sheet.group
            book.text(page, row, 0, group, "label")
            row += 1
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", book.format("back"), sheet.name)
        book.text(page, row, 1, sheet.title, "plain")
        row += 1
    row = _heading(book, page, row, "This run")
    row = _lines(book, page, row, [*outcome_lines(facts), *record_lines(run)])
    row = _heading(book, page, row, "Input files")
    files = [(name, f"SHA-256 {digest}") for name, digest in facts.case.files.items()]
    row = _lines(book, page, row, files or [("–", "The case was not read from files.")])
    row = _heading(book, page, row, "Limits of use")
    _lines(book, page, row, [("Use", LIMITS), ("Borders", BORDERS)])
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_print_scale(PRINT_SCALE)
    page.hide_gridlines(2)
    page.set_footer("&R&P / &N")
    page.activate()


def _heading(book: Book, page: Any, row: int, words: str) -> int:
    page.write_string(row + 1, 0, words, book.format("heading"))
    return row + 2


def _lines(book: Book, page: Any, row: int, lines: Sequence[tuple[str, Any]]) -> int:
    for label, value in lines:
        book.text(page, row, 0, label, "label")
        if isinstance(value, Formula):
            page.write_formula(row, 1, value.text, book.format("big"), value.value)
        else:
            book.text(page, row, 1, plain(value), "prose")
        page.set_row(row, _line_height(value))
        row += 1
    return row


def _line_height(value: Any) -> float:
    return 22.0 if isinstance(value, Formula) else 15.5 * lines_of(plain(value))


def _state(facts: Facts, master: Formula | None) -> list[tuple[str, Any]]:
    note = facts.case.case_note
    return [
        *([("Note", note)] if note else []),
        ("Status", status_words(facts.plan.outcome)),
        ("Master check", master if master is not None else "No plan, so nothing to check."),
        ("Scenario", facts.scenario_title),
        ("Years", f"{facts.case.first_year}–{facts.case.last_year}, {len(facts.periods)} periods"),
        (
            "Money",
            f"million USD, real, prices of {int(facts.case.settings['price_year'])}; discount rate "
            f"{100 * float(facts.case.settings['discount_rate']):g} % a year",
        ),
    ]
