"""comparison.xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from model.reports.comparison import tables
from model.reports.comparison.decisions import project_differences
from model.reports.comparison.run_files import RunFiles, notes_of
from model.reports.comparison.worlds import same_measure
from model.reports.frames import rows
from model.reports.workbook.book import Book
from model.reports.workbook.evidence.notes import notes_sheet
from model.reports.workbook.sheet import Column, Formula, ReportSheet

NOTE = (
    "Proven: the lower bound of the dearer plan is above the cost of the cheaper one. Costs are ranked where the "
    "inputs are the same except for the status and dates of projects: less cargo or lower prices make no better plan."
)
FEW = 4  # runs up to which the Cover names every pair; beyond, those with the first run


def write_comparison_book(runs: Sequence[RunFiles], path: Path) -> None:
    """Write the comparison workbook; the first run is what the others are compared with."""
    sheets = [
        _runs(runs), _ranking(runs), _decisions(runs), _figures(runs), _inputs(runs), _investments(runs), _costs(runs),
        _flows(runs),
    ]  # fmt: skip
    sheets.append(notes_sheet(sheets))
    with Book(path, "Comparison of runs") as book:
        _cover(book, runs, sheets)
        for sheet in sheets:
            book.write(sheet)


def _cover(book: Book, runs: Sequence[RunFiles], sheets: Sequence[ReportSheet]) -> None:
    page = book.book.add_worksheet("Cover")
    page.set_column(0, 0, 52)
    page.set_column(1, 1, 110)
    book.text(page, 0, 0, "Comparison of runs", "title")
    lines: list[tuple[str, str]] = [(run.label, str(run.record.get("status_words", ""))) for run in runs]
    lines[:0] = [("Note", note) for note in notes_of(runs)]
    pairs = [row for row in rows(tables.ranking(runs)) if len(runs) <= FEW or row.first == runs[0].label]
    lines += [(f"{row.first} / {row.second}", _pair_words(row)) for row in pairs]
    for row, (label, words) in enumerate(lines, start=2):
        book.text(page, row, 0, label, "label")
        book.text(page, row, 1, words, "prose")
    start = len(lines) + 3
    page.write_string(start, 0, "Contents", book.format("heading"))
    for row, sheet in enumerate(sheets, start=start + 1):
        page.write_url(row, 0, f"internal:'{sheet.name}'!A1", book.format("back"), sheet.name)
        book.text(page, row, 1, sheet.title, "plain")
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.activate()


def _pair_words(row: Any) -> str:
    """Verdict on cost, what differs in the inputs, and the projects, of one pair."""
    words = f"{row.verdict}. Inputs: {row.inputs}."
    return f"{words} Projects: {row.projects}." if isinstance(row.projects, str) else words


def _run_columns(runs: Sequence[RunFiles], kind: str, unit: str = "", words: str = "") -> list[Column]:
    return [Column(f"s{n}", f"{run.label}{words}", kind, unit, width=15) for n, run in enumerate(runs)]


def _differences(runs: Sequence[RunFiles], frame: pd.DataFrame, first: str, unit: str) -> list[Column]:
    """Live columns 'run less first run', and their values in the frame; none for money of another measure."""
    made = []
    for number, run in enumerate(runs[1:], start=1):
        if not same_measure(runs[0], run):
            continue
        frame[f"d{number}"] = frame[f"s{number}"] - frame[first]
        made.append(
            Column(
                f"d{number}",
                f"{run.label} less {runs[0].label}",
                "number",
                unit,
                17,
                formula=f"{{s{number}}}-{{{first}}}",
            )
        )
    return made


def _runs(runs: Sequence[RunFiles]) -> ReportSheet:
    keys = (
        "run",
        "case",
        "scenario",
        "objective_million_usd",
        "bound_million_usd",
        "gap",
        "started_utc",
        "tool_version",
    )
    frame = pd.DataFrame(
        [{"label": run.label, "status": run.status, **{key: run.record.get(key) for key in keys}} for run in runs]
    )
    columns = (
        Column("label", "Run, as called here", width=26),
        Column("run", "Folder", width=44),
        Column("case", "Case", width=22),
        Column("scenario", "Scenario", width=20),
        Column("status", "Status", width=26),
        Column("objective_million_usd", "Cost of the plan", "number", "million USD present value"),
        Column("bound_million_usd", "Lower bound", "number", "million USD present value"),
        Column("gap", "Gap", "share", "%"),
        Column("started_utc", "Started (UTC)", width=26),
        Column("tool_version", "Tool version"),
    )
    return ReportSheet(
        "Runs", "Runs compared", "The first run is what the others are compared with.", columns, frame, group="Start"
    )


def _ranking(runs: Sequence[RunFiles]) -> ReportSheet:
    columns = (
        Column("first", "First run", width=28),
        Column("second", "Second run", width=28),
        Column("inputs", "Inputs that differ", "text", width=46),
        Column("difference", "Second less first", "number", "million USD present value"),
        Column("open", "Left open by the gap of the dearer", "number", "million USD present value"),
        Column("verdict", "Verdict", "word", width=46),
        Column("projects", "Projects", "text", width=60),
    )
    return ReportSheet("Ranking", "Is one cheaper?", NOTE, columns, tables.ranking(runs), group="Start")


def _decisions(runs: Sequence[RunFiles]) -> ReportSheet:
    unit = "million USD present value"
    columns = (
        Column("first", "First run", width=28),
        Column("second", "Second run", width=28),
        Column("project", "Project"),
        Column("name", "Name", width=36),
        Column("s0", "Opens in the first", "text", width=16),
        Column("s1", "Opens in the second", "text", width=16),
        Column("c0", "To decide otherwise, first", "number", unit, 17),
        Column("c1", "To decide otherwise, second", "number", unit, 17),
        Column("g0", "Left open by the gap, first", "number", unit, 17),
        Column("g1", "Left open by the gap, second", "number", unit, 17),
        Column("p0", "Proven in the first", "text", width=44),
        Column("p1", "Proven in the second", "text", width=44),
        Column("verdict", "Verdict", "word", width=30),
    )
    return ReportSheet(
        "Decisions", "Projects decided differently",
        "What the opposite decision would cost in each run, the rest of its plan held (blank: another year or size, or "
        "not worked out), and what each has proven. Within the gap: that run could have decided like the other.",
        columns, project_differences(runs), empty="All runs decide the same.", key_columns=4,
    )  # fmt: skip


def _figures(runs: Sequence[RunFiles]) -> ReportSheet:
    records: list[dict[str, Any]] = []
    for row, (name, values) in enumerate(tables.figures_of(runs)):
        record: dict[str, Any] = {"measure": name[0], "unit": name[1], **{f"s{n}": v for n, v in enumerate(values)}}
        for number, value in enumerate(values[1:], start=1):
            if value is not None and values[0] is not None:
                text = f"={xl_col_to_name(2 + number)}{row + 5}-$C{row + 5}"
                record[f"d{number}"] = Formula(text, value - values[0])
        records.append(record)
    columns = (
        Column("measure", "Measure", width=44),
        Column("unit", "Unit"),
        *_run_columns(runs, "number"),
        *(Column(f"d{n}", f"{run.label} less {runs[0].label}", "number", width=17) for n, run in enumerate(runs) if n),
    )
    frame = pd.DataFrame(records, columns=[column.name for column in columns])
    return ReportSheet("Key_figures", "Key figures", "Units are in the second column.", columns, frame, key_columns=2)


def _inputs(runs: Sequence[RunFiles]) -> ReportSheet:
    frame = tables.changed_inputs(runs)
    columns = (
        Column("sheet", "Sheet"),
        Column("key", "Record", width=26),
        Column("column", "Column", width=28),
        Column("unit", "Unit"),
        *(Column(f"s{n}", run.label, "text", width=24) for n, run in enumerate(runs)),
        Column("cell", "Cell", width=34),
    )
    return ReportSheet(
        "Inputs_changed", "Inputs that differ, cell by cell",
        f"In the unit of the sheet; blank = empty or the default. {tables.which_did_it(len(frame))}".strip(),
        columns, frame, empty="All inputs are the same.", key_columns=3,
    )  # fmt: skip


def _investments(runs: Sequence[RunFiles]) -> ReportSheet:
    columns = (
        Column("project", "Project"),
        Column("name", "Name", width=36),
        Column("built", "Built in", meaning="In how many of the runs: what is built in all of them is robust."),
        *_run_columns(runs, "text", words=", opens"),
        *(
            Column(f"c{n}", f"{run.label}, capital", "number", "million USD", 15, total=True)
            for n, run in enumerate(runs)
        ),
        Column("differs", "Differs", "word"),
    )
    return ReportSheet(
        "Investments", "What is built in which run", "Opening year × modules; blank = not built. Differences first.",
        columns, tables.investments(runs), empty="No run builds anything.", key_columns=2,
    )  # fmt: skip


def _costs(runs: Sequence[RunFiles]) -> ReportSheet:
    frame = tables.costs(runs)
    unit = "million USD present value"
    columns = (
        Column("label", "Term", width=28),
        Column("country", "Country"),
        *(Column(f"s{n}", run.label, "number", unit, 16, total=True) for n, run in enumerate(runs)),
        *_differences(runs, frame, "s0", unit),
    )
    return ReportSheet(
        "Costs", "Costs by term and country", "Present values.", columns, frame, empty="No costs.", key_columns=2
    )


def _flows(runs: Sequence[RunFiles]) -> ReportSheet:
    frame = tables.flows(runs)
    columns = (
        Column("link", "Link"),
        Column("name", "Name", width=40),
        Column("period", "Period"),
        *_run_columns(runs, "fine", "Mt/year"),
        Column(
            "spread",
            "Largest difference",
            "fine",
            "Mt/year",
            formula=f"MAX({{s0}}:{{s{len(runs) - 1}}})-MIN({{s0}}:{{s{len(runs) - 1}}})",
        ),
    )
    return ReportSheet(
        "Flows", "Flows that differ", f"Both directions, largest differences first (at most {tables.MOST_FLOWS:,}).",
        columns, frame, empty="All flows are the same.", key_columns=3,
    )  # fmt: skip
