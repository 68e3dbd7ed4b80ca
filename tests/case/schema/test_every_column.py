"""Every declared column of every sheet: what its declaration forbids is found in its own cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from model.case.checks.register import run_checks
from model.case.codes import Severity
from model.case.messages import Findings, Message
from model.case.reader import read_tables
from model.case.schema import SHEETS
from model.case.schema.columns import Column, Kind, Sheet, limits
from model.case.sheets.headers import header_words
from model.case.sheets.raw import RawCase, RawSheet
from model.case.text import fold
from tests.case.corpus import address
from tests.case.small import FIRST_ROW, headers, small_rows


def damaged(sheet: str, values: Mapping[Any, object], index: int = 0) -> list[Message]:
    """Errors of the small case with some cells of a record (0 = the first) changed; read without a file, for speed."""
    raw = RawCase()
    for name, records in small_rows().items():
        columns = headers(name, records)
        rows = [(name,), ("note",), tuple(_header(SHEETS[name], column) for column in columns)]
        rows += [tuple(record.get(column) for column in columns) for record in records]
        if name == sheet:
            record = dict(zip(columns, rows[FIRST_ROW - 1 + index], strict=True))
            rows[FIRST_ROW - 1 + index] = tuple((record | dict(values)).values())
        raw.sheets[name] = RawSheet("small.xlsx", name, name, rows)
    tables = read_tables(raw, Findings())
    run_checks(tables)
    return [message for message in tables.findings.messages if message.severity is Severity.ERROR]


def _header(sheet: Sheet, column: str | int) -> str | int:
    return column if isinstance(column, int) else sheet.column(column).header


def _wrong_values() -> Iterator[tuple[str, str, dict[str, object]]]:
    """(sheet, code, values): what declarations forbid; missing values one by one, the rest a sheet at a time."""
    for sheet in SHEETS.values():
        by_code: dict[str, dict[str, object]] = {}
        for column in sheet.columns:
            if (sheet.name, column.name) in (("Settings", "value"), ("ScenarioChanges", "value")):
                continue
            for code, value in _wrong(column):
                if code == "value-missing":
                    yield sheet.name, code, {column.name: value}
                else:
                    by_code.setdefault(code, {})[column.name] = value
        yield from ((sheet.name, code, values) for code, values in by_code.items())


def _wrong(column: Column) -> Iterator[tuple[str, object]]:
    if column.required:
        yield "value-missing", None
    if column.numeric:
        yield "number-expected", "plenty"
        low, high = limits(column)
        if column.above is not None:
            yield "below-minimum", column.above
        elif low > -1e9 and column.kind is not Kind.YEAR:
            yield "below-minimum", low - 1
        if high < 1e9 and column.kind is not Kind.YEAR:
            yield "above-maximum", high + 1000
    if column.kind is Kind.FLAG:
        yield "flag-expected", "perhaps"
    if column.kind is Kind.CHOICE:
        yield "choice-unknown", "something else"
    if column.refers_to:
        yield "reference-unknown", "nowhere at all"


WRONG = list(_wrong_values())


@pytest.mark.parametrize(
    ("sheet", "code", "values"), WRONG, ids=[f"{sheet}.{'-'.join(values)}-{code}"[:70] for sheet, code, values in WRONG]
)
def test_what_a_declaration_forbids_is_found(sheet: str, code: str, values: dict[str, object]) -> None:
    """Proves: each declared rule (required, kind, range, allowed words, reference) gives its error at its own cell, and
    no other cell is blamed for an unreadable one. If it were ignored: a new column could go unchecked."""
    errors = damaged(sheet, values)
    lines = [f"{error.code} {error}" for error in errors]
    hits = {(error.code, error.sheet, error.cell) for error in errors}
    assert {(code, sheet, address(sheet, 0, column)) for column in values} <= hits, lines
    if code in ("number-expected", "flag-expected", "value-missing"):
        assert len(errors) == len(values), lines


def test_headers_of_a_sheet_are_distinct() -> None:
    """Proves: no two columns of a sheet have the same label. If it were ignored: a header could
    be read as the wrong column."""
    for sheet in SHEETS.values():
        words = header_words(sheet.name)
        for column in sheet.columns:
            for word in (column.label, column.header):
                assert words[fold(word)] == column.name, (sheet.name, word)
