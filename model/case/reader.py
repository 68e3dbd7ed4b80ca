"""Workbooks → Case. Every mistake is collected; the case is made only when there is no error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.checks.memo import CheckMemo
from model.case.checks.register import run_checks
from model.case.checks.tables import Tables
from model.case.codes import Severity
from model.case.messages import CaseError, Findings, Message, only_contradictions, ordered
from model.case.pandas_text import kept_as_python_text
from model.case.scenarios.apply import change_problems, overlay_reference, overlay_scenario, scenario_names
from model.case.scenarios.futures import future_messages
from model.case.scenarios.history import history_messages
from model.case.schema import SHEETS
from model.case.sheets.raw import RawCase, read_workbooks, workbook_paths
from model.case.sheets.records import read_table
from model.case.sheets.settings import default_settings, read_settings


@dataclass(frozen=True)
class Reading:
    """What came of reading a case: the case (None when there are errors) and every remark, in order.

    `contradictory` is the case when all errors are rows that contradict each other: it can be read, not planned.
    """

    case: Case | None
    messages: list[Message]
    contradictory: Case | None = None


def read_case(path: Path, scenario: str | None = None, families: Iterable[str] = ()) -> Case:
    """Read, check and, when a scenario is named, overlay it.

    `path` is a workbook or a folder of workbooks; `families` are the names that the Constraints sheet may switch
    (none: they are not checked, the formulation refuses them later). Raises CaseError holding all remarks when there is
    an error.
    """
    reading = load_case(path, scenario, families)
    if reading.case is None:
        raise CaseError(reading.messages, reading.contradictory)
    return reading.case


@kept_as_python_text
def check_case(
    path: Path, scenario: str | None = None, families: Iterable[str] = (), memo: CheckMemo | None = None
) -> list[Message]:
    """Every remark about a case, in order; never raises for bad input.

    Without a scenario named, every scenario of the case is overlaid and checked. `memo` is filled with what the checks
    found, and counts how often they ran.
    """
    memo = memo or CheckMemo()
    reading = load_case(path, scenario, families, memo)
    messages = list(reading.messages)
    if reading.case is not None and scenario is None:
        for name in scenario_names(reading.case):
            messages += overlay_scenario(reading.case, name, memo).messages
        messages += history_messages(reading.case, memo)
        messages += future_messages(reading.case, memo)
    return ordered(messages)


@kept_as_python_text
def load_case(
    path: Path, scenario: str | None = None, families: Iterable[str] = (), memo: CheckMemo | None = None
) -> Reading:
    """As `read_case`, with the warnings and notes, and without raising."""
    path = Path(path)
    findings = Findings()
    raw = read_workbooks(workbook_paths(path, findings), findings)
    if not raw.files:
        return Reading(None, ordered(findings.messages))
    tables = read_tables(raw, findings)
    tables.families = frozenset(families)
    run_checks(tables)
    case = _case(path, raw, tables)
    if not only_contradictions(findings.messages):
        return Reading(None, ordered([*findings.messages, *change_problems(case, tables, scenario)]))
    overlaid = overlay_reference(case, memo)
    messages = [*findings.messages, *overlaid.messages]
    if scenario is not None and overlaid.case is not None:
        overlaid = overlay_scenario(overlaid.case, scenario, memo)
        messages += overlaid.messages
    messages = ordered(messages)
    if findings.failed:
        return Reading(None, messages, overlaid.case or overlaid.contradictory)
    return Reading(overlaid.case, messages, overlaid.contradictory)


def read_tables(raw: RawCase, findings: Findings) -> Tables:
    """Tables and settings as far as they can be read, with what is missing or unreadable; nothing is raised."""
    frames: dict[str, pd.DataFrame] = {}
    settings: dict[str, Any] = default_settings()
    unsound: set[tuple[str, str | int | None]] = set()
    blanks: dict[str, Mapping[str | int, frozenset[int]]] = {}
    for sheet in SHEETS.values():
        found = raw.sheets.get(sheet.name)
        table = read_table(found, findings) if found is not None else None
        if table is None:
            frames[sheet.name] = canonical_table(sheet, ())
            if found is not None or sheet.required or not raw.complete:
                unsound.add((sheet.name, None))
            if found is None and sheet.required and raw.complete:
                text = f"The sheet “{sheet.name}” is missing. It holds: {sheet.meaning}"
                findings.add("sheet-missing", text, sheet=sheet.name)
            continue
        frames[sheet.name] = table.frame
        blanks[sheet.name] = table.blanks
        if sheet.required and table.frame.empty and sheet.name != "Settings":
            unsound.add((sheet.name, None))
            findings.add("sheet-empty", f"The sheet has no records. It should hold: {sheet.meaning}", sheet=sheet.name)
        if sheet.name == "Settings":
            settings = read_settings(table, findings)
    errors = [message for message in findings.messages if message.severity is Severity.ERROR]
    unsound |= {(message.sheet, message.column) for message in errors if message.column is not None}
    rows = {(message.sheet, message.row) for message in errors if message.row is not None}
    return Tables(frames, settings, findings, unsound, rows, blanks=blanks)


def _case(path: Path, raw: RawCase, tables: Tables) -> Case:
    name = path.stem if path.is_file() else path.resolve().name
    return Case(
        name,
        MappingProxyType(dict(tables.tables)),
        MappingProxyType(dict(tables.settings)),
        origins=MappingProxyType(dict(tables.findings.origins)),
        files=MappingProxyType(raw.files),
    )
