"""Reads a written workbook as a stranger would: openpyxl and the layout that the Notes promise, nothing of ours."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl import Workbook

HEADER = 4


class Reader:
    """Tables of a workbook by header words (without units)."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def values(self) -> Workbook:
        """The workbook with the values that its formulas have stored."""
        return openpyxl.load_workbook(self.path, data_only=True)

    @cached_property
    def formulas(self) -> Workbook:
        """The workbook with its formulas."""
        return openpyxl.load_workbook(self.path)

    def records(self, sheet: str) -> list[dict[str, Any]]:
        """Rows of a sheet below its header as {label: value}, labels with their units."""
        lines = self.values[sheet].iter_rows(min_row=HEADER, values_only=True)
        head = [str(name) for name in next(lines)]
        return [dict(zip(head, line, strict=True)) for line in lines if any(cell is not None for cell in line[1:])]

    def total(self, sheet: str, header: str, **wanted: Any) -> float:
        """Sum of a column over the rows where the columns named (spaces as underscores) have the values wanted."""
        keys = {name.replace("_", " "): value for name, value in wanted.items()}
        rows = [row for row in self.records(sheet) if all(row[name] == value for name, value in keys.items())]
        return sum(float(row[header]) for row in rows if isinstance(row[header], (int, float)))

    def summary(self, measure: str) -> Any:
        """Value of the first line of the Summary whose measure starts so."""
        return next(row["Value"] for row in self.records("Summary") if str(row["Measure"]).startswith(measure))
