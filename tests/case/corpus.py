"""Broken workbooks: what was damaged in the small case, and which remark about which cell must come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from tests.case.small import FIRST_ROW, position

Damage = Callable[[Workbook], None]


@dataclass(frozen=True)
class Broken:
    """A damaged small case. `also` holds codes of other remarks that may follow from the damage."""

    name: str
    code: str
    sheet: str
    cell: str
    damage: Damage
    also: frozenset[str] = field(default_factory=frozenset)


def address(sheet: str, index: int, column: str | int) -> str:
    """Excel address of a column in record `index` (from 0) of the small case."""
    return f"{get_column_letter(position(sheet, column))}{FIRST_ROW + index}"


def put(sheet: str, index: int, column: str | int, value: Any) -> Damage:
    """Damage: another value in one cell."""

    def damage(book: Workbook) -> None:
        book[sheet].cell(FIRST_ROW + index, position(sheet, column)).value = value

    return damage


def together(*damages: Damage) -> Damage:
    """Damage: several at once."""

    def damage(book: Workbook) -> None:
        for one in damages:
            one(book)

    return damage


def wrong(
    code: str,
    sheet: str,
    index: int,
    column: str | int,
    value: Any,
    *more: Damage,
    also: Iterable[str] = (),
    why: str = "",
) -> Broken:
    """One wrong value (with other damage, where that makes it wrong), remarked at its own cell."""
    name = f"{address(sheet, index, column)}-{sheet}-{column}-{value!r}{why}"[:70]
    damage = together(put(sheet, index, column, value), *more)
    return Broken(f"{code}-{name}", code, sheet, address(sheet, index, column), damage, frozenset(also))


def add_row(sheet: str, record: dict[str | int, Any], index: int) -> Damage:
    """Damage: a further record as number `index` (from 0)."""

    def damage(book: Workbook) -> None:
        for column, value in record.items():
            book[sheet].cell(FIRST_ROW + index, position(sheet, column)).value = value

    return damage
