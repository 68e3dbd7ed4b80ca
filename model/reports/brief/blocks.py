"""The decision brief as blocks: one table each, laid out once and drawn by the Cover and by the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.reports.workbook.sheet import NUMBER_FORMATS


@dataclass(frozen=True)
class Head:
    """A column of figures: words, unit and kind (a key of NUMBER_FORMATS)."""

    words: str
    unit: str = ""
    kind: str = "number"

    def __post_init__(self) -> None:
        """Refuse a kind that no sheet knows."""
        if self.kind not in NUMBER_FORMATS:
            raise ValueError(f"{self.words}: no number format “{self.kind}”")

    @property
    def label(self) -> str:
        """Words with the unit."""
        return f"{self.words} [{self.unit}]" if self.unit else self.words


@dataclass(frozen=True)
class Figure:
    """A figure and the cell where the workbook explains it: sheet, key of the row, column. Blank when NaN."""

    value: float
    sheet: str = ""
    key: str = ""
    column: str = ""


@dataclass(frozen=True)
class Record:
    """A row: what it is about, words that explain it, one figure for each head."""

    label: str
    words: str
    figures: Sequence[Figure] = ()


@dataclass(frozen=True)
class Block:
    """One question of the brief and its answer.

    `about` heads the labels, `saying` the words; `sheet` is where the workbook has more.
    """

    key: str
    title: str
    about: str
    saying: str
    heads: tuple[Head, ...]
    records: tuple[Record, ...]
    note: str = ""
    sheet: str = ""

    def __post_init__(self) -> None:
        """Refuse rows that do not fit the heads."""
        for record in self.records:
            if record.figures and len(record.figures) != len(self.heads):
                raise ValueError(f"{self.title}: {record.label} has {len(record.figures)} figures")


def figures(*values: Any) -> tuple[Figure, ...]:
    """Plain figures that no other sheet holds."""
    return tuple(Figure(float(value)) for value in values)
