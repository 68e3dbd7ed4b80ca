"""Single cells: what is accepted silently, with a remark, or not at all."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from model.case.schema.columns import Column, Kind
from model.case.sheets.cells import parse_cell, parse_number, plain_text


def column(kind: Kind, **more: Any) -> Column:
    """A column of some kind."""
    return Column("name", "Name", kind, "Meaning.", **more)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.NUMBER, 12, 12.0),
        (Kind.NUMBER, 1.5, 1.5),
        (Kind.INTEGER, 3.0, 3.0),
        (Kind.YEAR, 2030, 2030.0),
        (Kind.SHARE, 0.05, 0.05),
        (Kind.FLAG, True, True),
        (Kind.FLAG, "Yes", True),
        (Kind.FLAG, "нет", False),
        (Kind.FLAG, "да", True),
        (Kind.FLAG, 0, False),
        (Kind.FLAG, 1.0, True),
        (Kind.CHOICE, "STRAIGHT  line", "straight line"),
        (Kind.IDENTIFIER, 101, "101"),
        (Kind.IDENTIFIER, 101.0, "101"),
        (Kind.IDENTIFIER, "007", "007"),
        (Kind.IDENTIFIER, "NA", "NA"),
        (Kind.IDENTIFIER, "null", "null"),
        (Kind.IDENTIFIER, "None", "None"),
        (Kind.IDENTIFIER, "nan", "nan"),
        (Kind.IDENTIFIER, True, "TRUE"),
        (Kind.IDENTIFIER, "Алматы", "Алматы"),
        (Kind.IDENTIFIERS, "a; b ;; a", ("a", "b")),
        (Kind.IDENTIFIERS, 5, ("5",)),
        (Kind.TEXT, datetime.datetime(2026, 11, 22), "2026-11-22"),
        (Kind.TEXT, "  some text ", "some text"),
        (Kind.TEXT, 2025.0, "2025"),
        (Kind.TEXT, "=1+1", "=1+1"),
    ],
)
def test_cells_that_need_no_remark(kind: Kind, raw: object, value: object) -> None:
    """Proves: values as Excel gives them become canonical values silently; keys such as 'NA' (Namibia) and '007' stay
    as typed. If it were ignored: pandas' habits (NA = missing, 101 = 101.0) would creep in."""
    parsed = parse_cell(column(kind, allowed=("straight line", "none")), raw)
    assert parsed.value == value
    assert type(parsed.value) is type(value)
    assert parsed.remarks == ()


@pytest.mark.parametrize("raw", [None, "", "  ", "\u200b", "\u00a0", "\n"])
@pytest.mark.parametrize("kind", list(Kind))
def test_blank_cells_are_blank_for_every_kind(kind: Kind, raw: str | None) -> None:
    """Proves: cells that look empty are empty. If it were ignored: a stray space would be an error that nobody sees."""
    assert parse_cell(column(kind), raw).blank


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", 1234.0),
        ("-5", -5.0),
        ("−5", -5.0),
        ("+5", 5.0),
        ("12,5", 12.5),
        ("12.50", 12.5),
        ("0,123", 0.123),
        ("0.123", 0.123),
        ("1234,567", 1234.567),
        ("1 234", 1234.0),
        ("1 234,5", 1234.5),
        ("12 345 678.9", 12345678.9),
        ("1’234.5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("1,234,567.89", 1234567.89),
        ("1.234.567,89", 1234567.89),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("5 %", 0.05),
        ("12,5%", 0.125),
    ],
)
def test_text_that_can_be_one_number_only(text: str, number: float) -> None:
    """Proves: unambiguous number text is read, and remarked. If it were ignored: figures pasted from a report would be
    lost or misread."""
    parsed = parse_number(text)
    assert parsed.value == pytest.approx(number, rel=1e-15)
    assert [code for code, _ in parsed.remarks] == ["number-text"]


@pytest.mark.parametrize("text", ["1,234", "1.234", "-12,345", "999.999", "12.345%"])
def test_text_that_can_be_two_numbers_is_refused_with_both(text: str) -> None:
    """Proves: '1,234' (1234 or 1.234) is never guessed; the message shows both readings. If it were ignored: a
    capacity could be wrong by a factor of 1000."""
    parsed = parse_number(text)
    assert parsed.value is None
    (code, words), *_ = parsed.remarks
    assert code == "number-ambiguous"
    digits = text.strip("%-").replace(",", "").replace(".", "")
    assert digits in words
    assert text.strip("%-").replace(",", ".") in words


def test_factor_turns_sheet_units_into_canonical_units() -> None:
    """Proves: 11.5 Mt in the sheet is 11500 kt in the case, also from text. If it were ignored: units would be
    converted twice or never."""
    megatonnes = column(Kind.NUMBER, factor=1000.0)
    assert parse_cell(megatonnes, 11.5).value == 11500.0
    assert parse_cell(megatonnes, "11,5").value == 11500.0


def test_dates_from_serials_and_negative_brackets_are_hinted() -> None:
    """Proves: the sentence shows the date of a serial and the negative number of brackets. If it were ignored: the
    planner would not see why 45000 is refused."""
    (_, words), *_ = parse_cell(column(Kind.YEAR), 45000).remarks
    assert "2023-03-15" in words
    (_, words), *_ = parse_cell(column(Kind.NUMBER), "(12,5)").remarks
    assert "-12.5" in words


@pytest.mark.parametrize("raw", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_numbers_that_are_none_never_pass(raw: float) -> None:
    """Proves: NaN, infinity and absurd integers are refused. If it were ignored: they would poison every sum."""
    assert parse_cell(column(Kind.NUMBER), raw).remarks[0][0] == "number-not-finite"


def test_plain_text_of_odd_values() -> None:
    """Proves: every raw value has a text. If it were ignored: a time in a note would end in a traceback."""
    assert plain_text(datetime.time(12, 30)) == "12:30:00"
    assert plain_text(datetime.timedelta(hours=2)) == "2:00:00"
    assert plain_text(False) == "no"
