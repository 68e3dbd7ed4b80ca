"""Whether the costs of two runs may be ranked: what differs in what their money means, and in the world they plan for.

Present values over other years, or discounted otherwise, are not comparable at all. Plans for another demand, at other
prices or under other rules can be set side by side, but that one costs less says nothing about the plan. Costs are
ranked where the inputs are the same, or differ only in which projects may be chosen, and when.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from model.case.schema import SETTINGS, SHEETS
from model.reports.comparison.run_files import RunFiles
from model.reports.text import first_lower
from model.studies.console.words import count, listing

MEASURE: Final = ("price_year", "discount_rate", "discount_base_year", "salvage", "default_life_years")
"""Settings that say what a present value is."""
SEARCH: Final = ("case_title", "case_note", "schema_version", "gap", "gap_of_worth", "time_limit", "seed")
"""Settings that change no plan's cost."""
CHOICE: Final = ("status", "earliest_opening", "latest_opening", "committed_opening")
"""Columns of Projects that say what may be chosen: what a plan costs is counted the same under all of them."""
WORDS: Final = ("name", "note", "latitude", "longitude", "proponent")
"""Columns that no sum reads."""
UNSUMMED: Final = ("Observed", "Decisions")
MOST_NAMED: Final = 4
Cells = dict[tuple[str, str, str], str]


@dataclass(frozen=True)
class Difference:
    """What differs between the inputs of two runs, in words: of what money means, and of the world."""

    measure: tuple[str, ...]
    world: tuple[str, ...]

    @property
    def ranked(self) -> bool:
        """Whether the cheaper of the two is the better plan."""
        return not self.measure and not self.world


def difference(one: RunFiles, two: RunFiles) -> Difference:
    """What differs between two runs."""
    return Difference(tuple(_measure_words(one, two)), tuple(_world_words(one, two)))


def same_measure(one: RunFiles, two: RunFiles) -> bool:
    """Whether money of two runs is of the same years, prices and discounting."""
    return not _measure_words(one, two)


def _measure_words(one: RunFiles, two: RunFiles) -> list[str]:
    words = []
    if one.horizon != two.horizon:
        words.append(f"horizon {one.horizon or 'unknown'} against {two.horizon or 'unknown'}")
    elif one.spans != two.spans:
        words.append("other periods")
    for name in MEASURE:
        values = [_setting(run, name) for run in (one, two)]
        if values[0] != values[1]:
            label = SETTINGS[name].column.label
            words.append(f"{first_lower(label)} {values[0] or 'blank'} against {values[1] or 'blank'}")
    return words


def _setting(run: RunFiles, name: str) -> str:
    """Value of a setting as the inputs tell it; costs are discounted to the first year where no base year is told."""
    found = run.cells.get(("Settings", name, SETTINGS[name].column.label), "")
    return found or (run.horizon.split("–")[0] if name == "discount_base_year" else "")


def _world_words(one: RunFiles, two: RunFiles) -> list[str]:
    """Sheets with the number of cells that differ, and constraint files."""
    words = []
    if one.cells and two.cells:
        different = [key for key in {**one.cells, **two.cells} if one.cells.get(key) != two.cells.get(key)]
        counted = Counter(key[0] for key in different if _matters(key, one.cells, two.cells))
        words = [f"{sheet} ({count(cells, 'cell')})" for sheet, cells in counted.items()]
    elif any(one.record.get(name) != two.record.get(name) for name in ("inputs", "scenario", "case")):
        words = ["inputs (not told cell by cell)"]
    files = [_files(run) for run in (one, two)]
    return words + (["constraint files"] if files[0] != files[1] else [])


def _files(run: RunFiles) -> list[Any]:
    return [item.get("sha256") for item in run.record.get("constraint_files") or []]


def _matters(key: tuple[str, str, str], one: Cells, two: Cells) -> bool:
    """Whether a cell makes another world, and not only another measure, search or choice."""
    sheet, record, label = key
    if sheet == "Settings":
        return record not in (*MEASURE, *SEARCH)
    if sheet == "Periods":
        return label not in (SHEETS[sheet].column(name).label for name in ("first_year", "years"))
    if sheet in UNSUMMED or _is_column(sheet, label, WORDS):
        return False
    if sheet == "Projects" and _is_column(sheet, label, CHOICE):
        return "baseline" in (one.get(key), two.get(key))  # what is finished costs nothing
    return True


def _is_column(sheet: str, label: str, names: tuple[str, ...]) -> bool:
    columns = SHEETS[sheet].columns if sheet in SHEETS else ()
    return any(column.name in names and column.label == label for column in columns)


def in_words(found: Difference) -> str:
    """'Demand (6 cells), Links (1 cell)', or 'the same'."""
    named = [*found.measure, *found.world]
    more = len(named) - MOST_NAMED
    return listing(named if more <= 1 else [*named[:MOST_NAMED], f"{more} more"]) if named else "the same"
