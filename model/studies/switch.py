"""One item of a case that a study takes away: what is done to the case, and which way its cost can only go."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.schema import SHEETS

LOWER, HIGHER = "not dearer", "not cheaper"
Alter = Callable[[Case], Case]


@dataclasses.dataclass(frozen=True)
class Switch:
    """One item: what is done to the case, and whether the cost of the best plan can only fall or only rise."""

    name: str
    words: str
    expected: str
    alter: Alter


def emptied(*sheets: str) -> Alter:
    """Sheets without rows."""
    return lambda case: case.with_tables(**{sheet: case.table(sheet).iloc[:0] for sheet in sheets})


def column(sheet: str, **values: Any) -> Alter:
    """Columns of a sheet set to one value in all rows."""
    return lambda case: case.with_tables(**{sheet: case.table(sheet).assign(**values)})


def setting(name: str, value: Any) -> Alter:
    """A setting of another value."""
    return lambda case: dataclasses.replace(case, settings=MappingProxyType({**case.settings, name: value}))


def switched_off(case: Case, family: str) -> Case:
    """A constraint family off in the sheet Constraints."""
    table = case.table("Constraints")
    rows: list[dict[str | int, Any]] = [
        {"constraint": name, "active": active}
        for name, active in zip(table["constraint"], table["active"], strict=False)
        if name != family
    ]
    rows.append({"constraint": family, "active": False})
    return case.with_tables(Constraints=canonical_table(SHEETS["Constraints"], rows))
