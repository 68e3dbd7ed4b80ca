"""Random mutations: whatever stands in the cells, reading ends in remarks, never in a traceback."""

from __future__ import annotations

import datetime
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.case.checks.register import run_checks
from model.case.messages import Findings, Message, ordered
from model.case.reader import check_case, read_tables
from model.case.schema import SHEETS
from model.case.schema.columns import Column, Kind
from model.case.sheets.cells import parse_cell, parse_number
from model.case.sheets.raw import RawCase, RawSheet, read_workbooks, workbook_paths
from model.case.sheets.scan import SheetFacts
from tests.case.small import headers, small_rows, write_case

TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "#N/A",
        "#",
        "# x",
        "=1",
        "1,234",
        "12,5",
        "5 %",
        "",
        " ",
        "A",
        "a",
        "А",
        "2030",
        "45000",
        "yes",
        "reference",
        "*",
        "L*",
    ]
)
CELLS: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.sampled_from([0, 1, 2026, 2030, 45_000])
    | st.floats(allow_nan=True)
    | TEXTS
    | st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2200, 1, 1))
    | st.times()
    | st.timedeltas(datetime.timedelta(0), datetime.timedelta(days=1000))
)
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
PLACES = [
    (name, row, place)
    for name, rows in small_rows().items()
    for row in range(2, 3 + len(rows))
    for place in range(len(headers(name, rows)))
]


def raw_rows(name: str) -> list[list[Any]]:
    """Rows of a sheet of the small case as the reader gets them."""
    records = small_rows()[name]
    columns = headers(name, records)
    head = [column if isinstance(column, int) else SHEETS[name].column(column).header for column in columns]
    return [[name], ["note"], head, *([record.get(column) for column in columns] for record in records)]


def remarks_of(sheets: dict[str, list[list[Any]]]) -> list[Message]:
    """Remarks about raw sheets, without a file."""
    findings = Findings()
    raw = RawCase({name: RawSheet("f.xlsx", name, name, [tuple(row) for row in rows]) for name, rows in sheets.items()})
    run_checks(read_tables(raw, findings))
    return ordered(findings.messages)


@settings(QUICK, max_examples=400)
@given(st.sampled_from(list(Kind)), CELLS)
def test_no_cell_makes_the_parser_raise(kind: Kind, raw: Any) -> None:
    """Proves: any value in any kind of column is read or remarked, and a number is finite. If it were ignored: one odd
    cell would end the check."""
    parsed = parse_cell(Column("c", "C", kind, "", allowed=("a", "b")), raw)
    assert parsed.value is None or not isinstance(parsed.value, float) or abs(parsed.value) < float("inf")
    assert parsed.value is not None or parsed.remarks or parsed.blank


@settings(QUICK, max_examples=400)
@given(st.from_regex(r"[+-]?[0-9 .,']{1,12}%?", fullmatch=True))
def test_number_text_is_one_number_or_none(text: str) -> None:
    """Proves: text of digits and marks is read only with a remark, or refused. If it were ignored: separators would be
    guessed."""
    parsed = parse_number(text)
    assert len(parsed.remarks) == 1
    assert (parsed.value is None) == (parsed.remarks[0][0] != "number-text")


@QUICK
@given(st.lists(st.tuples(st.sampled_from(PLACES), CELLS), min_size=1, max_size=6))
def test_random_cells_end_in_remarks(changes: list[tuple[tuple[str, int, int], Any]]) -> None:
    """Proves: any few cells of the small case, headers included, may hold anything. If it were ignored: combinations
    that nobody thought of would end in tracebacks."""
    sheets = {name: raw_rows(name) for name in small_rows()}
    for (name, row, place), value in changes:
        sheets[name][row][place] = value
    for message in remarks_of(sheets):
        assert message.place
        assert "\n" not in str(message)


@pytest.mark.slow
@settings(QUICK, max_examples=20)
@given(st.data())
def test_random_cells_of_the_shipped_case_end_in_remarks(data: st.DataObject) -> None:
    """Proves: any cells of the shipped case, with its long tables and many rules, may hold anything. If it were
    ignored: checks that need many rows (siblings, rules, windows) would be tried on tidy data only."""
    findings = Findings()
    raw = shipped_raw()
    sheets = {name: [list(row) for row in sheet.rows] for name, sheet in raw.sheets.items()}
    for _ in range(data.draw(st.integers(1, 30))):
        rows = sheets[data.draw(st.sampled_from(sorted(sheets)))]
        row = rows[data.draw(st.integers(0, len(rows) - 1))]
        if row:
            row[data.draw(st.integers(0, len(row) - 1))] = data.draw(CELLS)
    changed = {n: replace(raw.sheets[n], rows=[tuple(row) for row in rows]) for n, rows in sheets.items()}
    run_checks(read_tables(RawCase(changed), findings))
    assert all("\n" not in str(message) for message in findings.messages)


@pytest.mark.slow
def test_a_lost_header_of_the_shipped_budgets_ends_in_remarks() -> None:
    """Proves: each header of Budgets may be lost, also that of the last year, which leaves windows without an end.
    If it were ignored: years without a window were counted from such an end, in a traceback."""
    raw = shipped_raw()
    budgets = raw.sheets["Budgets"]
    at = next(number for number, row in enumerate(budgets.rows) if "To year" in row)
    for place in range(len(budgets.rows[at])):
        rows = [list(row) for row in budgets.rows]
        rows[at][place] = None
        findings = Findings()
        changed = {**raw.sheets, "Budgets": replace(budgets, rows=[tuple(row) for row in rows])}
        run_checks(read_tables(RawCase(changed), findings))
        assert findings.messages


@cache
def shipped_raw() -> RawCase:
    """The shipped case as the workbooks hold it."""
    folder = Path(__file__).parents[2] / "inputs" / "middle_corridor"
    return read_workbooks(workbook_paths(folder, Findings()), Findings())


@QUICK
@given(st.data())
def test_random_sheets_end_in_remarks(data: st.DataObject) -> None:
    """Proves: whole sheets of anything end in remarks. If it were ignored: a pasted foreign table would end in a
    traceback."""
    name = data.draw(st.sampled_from(list(SHEETS)))
    sheets = {other: raw_rows(other) for other in small_rows()}
    header = data.draw(st.permutations(sheets[name][2])) if data.draw(st.booleans()) else sheets[name][2]
    rows = data.draw(st.lists(st.lists(CELLS, max_size=len(header)), max_size=4))
    sheets[name] = [list(header), *rows]
    remarks_of(sheets)


@settings(QUICK, max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(SHEETS["ScenarioChanges"].names), CELLS), min_size=1, max_size=4
    )
)
def test_random_scenario_changes_end_in_remarks(tmp_path: Path, changes: list[tuple[int, str, Any]]) -> None:
    """Proves: scenario rows may hold anything that Excel can store. If it were ignored: overlays would be the hole in
    the fence."""
    rows = small_rows()
    for index, column, value in changes:
        storable = isinstance(value, str) and value.isprintable() and not value.startswith("=")
        rows["ScenarioChanges"][index][column] = value if storable or isinstance(value, bool | int) else None
    check_case(write_case(tmp_path, rows))


def test_facts_of_nothing_are_harmless() -> None:
    """Proves: ranges that cannot be understood are skipped. If it were ignored: a broken merge range would end in a
    traceback."""
    sheets = {name: raw_rows(name) for name in small_rows()}
    facts = SheetFacts(merged=["", "nonsense", "A1:ZZZZ9", "5:6"], tables=["?"], uncalculated={"A4"})
    findings = Findings()
    raw = RawCase({name: RawSheet("f", name, name, [tuple(r) for r in rows], facts) for name, rows in sheets.items()})
    run_checks(read_tables(raw, findings))
    assert findings.failed
