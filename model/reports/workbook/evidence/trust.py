"""Sheets on trust: Data_quality, Assumptions, Sources, QA_log, Run_log."""

from __future__ import annotations

import dataclasses
from typing import Any

import pandas as pd

from model.case.keys import listed_keys
from model.case.schema import SHEETS
from model.plan.verify.checks import counted
from model.reports.analysis.quality import governed, quality_shown
from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, ReportSheet


def quality_sheet(facts: Facts) -> ReportSheet:
    """How much of inputs and results rests on assumed figures."""
    frame = facts.once(quality_shown)
    columns = (
        Column("item", "Item", width=26),
        Column("what", "What is counted", width=52),
        Column("unit", "Unit"),
        Column("seen", "Seen in a source", "number"),
        Column("computed", "Computed from seen figures", "number"),
        Column("assumption", "Planning assumption", "number"),
        Column("whole", "All", "number", formula="SUM({seen}:{assumption})"),
        Column("share", "Rests on assumptions", "share", "%", formula="IF({whole}>0,{assumption}/{whole},0)"),
    )
    return ReportSheet(
        "Data_quality",
        "What the figures rest on",
        "Results by amount, then the figures of each sheet. A figure counts by the note on its cell where that begins "
        "with 'seen', 'computed' or 'assumption', else by the confidence of its row.",
        columns,
        frame,
        group="Trust",
    )


def notes_table_sheet(facts: Facts, sheet: str, name: str, title: str, note: str) -> ReportSheet:
    """A sheet of notes of the case (Assumptions, Sources) as it stands."""
    declared = SHEETS[sheet]
    table = facts.case.table(sheet)
    frame = table.map(lambda cell: listed_keys(cell) if isinstance(cell, tuple) else cell) if len(table) else table
    columns = tuple(
        Column(column.name, column.label, "long" if column.name in ("text", "title", "basis", "address") else "text",
               width=60 if column.name in ("text", "title") else 0.0, meaning=column.meaning)
        for column in declared.columns
    )  # fmt: skip
    return ReportSheet(
        name, title, note, columns, frame[list(declared.names)].reset_index(drop=True),
        empty=f"The case has no rows in {sheet}.", group="Trust",
    )  # fmt: skip


def assumptions_sheet(facts: Facts) -> ReportSheet:
    """The Assumptions of the case, each with the confidence of the figures that it governs."""
    sheet = notes_table_sheet(
        facts, "Assumptions", "Assumptions", "Assumptions of the case",
        "As logged in the case. The last column counts the figures that an assumption governs by their own confidence.",
    )  # fmt: skip
    words = "Seen, computed and assumed figures of the column that Location names; blank where it names none."
    column = Column("figures", "Figures it governs", "text", width=34, meaning=words)
    frame = sheet.frame.assign(figures=[governed(facts, str(location)) for location in sheet.frame["location"]])
    return dataclasses.replace(sheet, columns=(*sheet.columns, column), frame=frame)


def qa_sheet(facts: Facts) -> ReportSheet:
    """Verification done and outstanding, and room for signatures."""
    made, failed, left_out = counted(facts.plan.checks)
    verified = f"{made} checks of the verifier, {failed} failed, {left_out} not made" if made else "no plan to verify"
    rows: list[tuple[Any, ...]] = [
        (
            "Done",
            "Inputs checked cell by cell when they were read",
            "no error left, or there would be no plan",
            "tool",
            "",
        ),
        ("Done", "Plan recomputed from its tables, independently of the solver", verified, "tool", ""),
        ("Done", "Sums of this workbook taken two ways", "see the sheet Checks", "tool", ""),
        ("Outstanding", "Figures marked as assumption confirmed by those who own them", "see Data_quality", "", ""),
        ("Outstanding", "Review of the decisions against what the model leaves out", "", "", ""),
        ("Sign-off", "Analyst: the inputs are the ones intended", "", "", ""),
        ("Sign-off", "Assurer: the method fits the question and the checks suffice", "", "", ""),
        ("Sign-off", "Approver: the plan may be used for the decision named", "", "", ""),
    ]
    columns = (
        Column("stage", "Stage"),
        Column("item", "Item", "text", width=64),
        Column("result", "Result", "text", width=44),
        Column("who", "Who", width=20),
        Column("date", "Date", width=14),
    )
    return ReportSheet(
        "QA_log",
        "Quality assurance log",
        "Blank cells are to be filled in by hand.",
        columns,
        pd.DataFrame(rows, columns=[column.name for column in columns]),
        group="Trust",
    )


def run_log_sheet(facts: Facts) -> ReportSheet:
    """How the solve went: stage, words, bound and best plan so far."""
    keys = ("elapsed", "stage", "words", "bound", "incumbent", "gap")
    frame = pd.DataFrame(
        [{key: event.get(key) for key in keys} for event in facts.plan.outcome.events], columns=list(keys)
    )
    columns = (
        Column("elapsed", "Elapsed", "number", "seconds"),
        Column("stage", "Stage"),
        Column("words", "What happened", width=60),
        Column("bound", "Lower bound", "fine", "million USD"),
        Column("incumbent", "Best plan so far", "fine", "million USD"),
        Column("gap", "Gap", "gap", "%"),
    )
    return ReportSheet(
        "Run_log", "How the solve went", "Progress as shown during the run.", columns, frame,
        empty="No progress was recorded.", group="Trust",
    )  # fmt: skip
