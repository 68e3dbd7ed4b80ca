"""What declarations must satisfy: meanings, bounds that leave room, references that lead somewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from model.case.schema.columns import Column, Kind, Sheet, limits
from model.case.text import did_you_mean, fold

LONGEST_SHEET_NAME = 31  # of Excel


def column_faults(column: Column, *, of_settings: bool = False) -> Iterator[str]:
    """What is wrong with one column by itself, one sentence each."""
    for field in ("label", "meaning"):
        if not getattr(column, field):
            yield f"{field} is blank."
    if column.required and (column.blank or column.default is not None):
        yield "a required column has neither a default nor words for a blank cell."
    if column.default is not None and not column.blank and not of_settings:
        yield "a default needs words in the field blank: what an empty cell means."
    if (column.kind is Kind.CHOICE) != bool(column.allowed):
        yield "allowed values belong to a choice, and a choice needs them."
    if len({fold(word) for word in column.allowed}) < len(column.allowed) or "" in column.allowed:
        yield "allowed has a word twice, or an empty one."
    yield from (_figure_faults if column.numeric else _word_faults)(column)


def _word_faults(column: Column) -> Iterator[str]:
    ends = (column.minimum, column.above, column.maximum, column.usual_minimum, column.usual_maximum)
    if any(end is not None for end in ends) or column.factor != 1:
        yield f"bounds and a factor belong to numbers, not to the kind {column.kind}."
    for field, value in (("default", column.default), ("example", column.example)):
        if column.allowed and value is not None and value not in column.allowed:
            yield f"{field} “{value}” is none of the allowed values.{did_you_mean(str(value), column.allowed)}"


def _figure_faults(column: Column) -> Iterator[str]:
    low, high = limits(column)
    low = max(low, -math.inf if column.above is None else column.above)
    if column.kind is not Kind.YEAR and math.inf in (-low, high):
        yield "a number needs a minimum (or above) and a maximum."
    if not low < high:
        yield f"nothing lies between the bounds {low:g} and {high:g}."
    if not 0 < column.factor < math.inf:
        yield f"factor {column.factor:g} is not above 0."
    default = column.default
    for field, value in (
        ("usual_minimum", column.usual_minimum),
        ("usual_maximum", column.usual_maximum),
        ("default", default / column.factor if isinstance(default, int | float) and column.factor else None),
        ("example", column.example),
    ):
        if isinstance(value, int | float) and not low <= value <= high:
            yield f"{field} {value:g} is outside of the bounds {low:g} to {high:g}."
    usual = [end for end in (column.usual_minimum, column.usual_maximum) if end is not None]
    if usual != sorted(set(usual)):
        yield "usual_minimum is not below usual_maximum."


def sheet_faults(sheet: Sheet) -> Iterator[str]:
    """What is wrong with a sheet by itself: its words, its key."""
    if not sheet.meaning:
        yield "meaning is blank."
    if not 1 <= len(sheet.name) <= LONGEST_SHEET_NAME:
        yield f"a sheet has a name of at most {LONGEST_SHEET_NAME} letters."
    if not sheet.columns:
        yield f"{sheet.name} has no columns."
    for name in sheet.key:
        if name not in sheet.names:
            yield f"key “{name}” is no column of the sheet.{did_you_mean(name, sheet.names)}"


def relation_faults(sheet: Sheet, sheets: Mapping[str, Sheet]) -> Iterator[tuple[str, str]]:
    """(column, what is wrong with it among the others): a header that means two columns, a reference to nothing."""
    headers: dict[str, str] = {}
    for column in sheet.columns:
        for header in {fold(word) for word in (column.label, *column.aliases)}:  # a label beats another's code name
            if headers.setdefault(header, column.name) != column.name:
                yield column.name, f"the header “{header}” means both {headers[header]} and {column.name}."
        target, _, name = column.refers_to.partition(".")
        if column.refers_to and not (target in sheets and name in sheets[target].names):
            yield column.name, f"refers_to “{column.refers_to}” is not declared."
