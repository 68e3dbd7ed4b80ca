"""The page of a study: what it comes to, its main figure, its tables. One file, as all pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from model.case.whole_file import put_whole
from model.reports.markup import Markup, element
from model.reports.page.document import document
from model.reports.page.parts import Head, badge, section, table
from model.reports.study.figures import figure
from model.reports.text import plain, shorten
from model.studies.commands.study_task import StudyResult
from model.studies.console.words import column_texts

LONGEST = 60
"""Rows of a table; the rest is in the workbook."""
WIDEST = 24
"""Columns of a table."""
TONES = {
    "decide now": "good", "keep open": "warn", "leave": "calm", "must-have": "good", "optional": "warn",
    "never": "calm", "proven": "good", "not proven": "warn", "worth it, proven": "good",
    "not worth it, proven": "bad", "no plan": "bad", "none found": "warn",
}  # fmt: skip
"""Words that stand on a coloured ground wherever they are a whole cell."""


def write_study_page(result: StudyResult, path: Path) -> None:
    """Write the page of a study aside and rename it. Raises OSError."""
    with put_whole(path) as aside:
        aside.write_text(study_page(result), encoding="utf-8")


def study_page(result: StudyResult) -> str:
    """The whole document."""
    banner = element(
        "header",
        element("p", f"Study {result.name}", class_="kicker"),
        element("h1", result.title[:1].upper() + result.title[1:]),
        element("p", f"{result.case_title}, scenario {result.scenario}"),
        *([element("p", shorten(result.case_note, 400))] if result.case_note else []),
    )
    keys = {name: name.lower().replace(" ", "-") for name in result.tables}
    sections = [
        _short(result),
        *(_sheet(keys[name], name, found, result.name) for name, found in result.tables.items()),
    ]
    navigation = [("short", "In short"), *((key, name) for name, key in keys.items())]
    return document(f"{result.case_title}: {result.title}", banner, navigation, sections, script=True)


def _short(result: StudyResult) -> Markup:
    """What it comes to, and the main figure."""
    lines = [element("p", line) for line in result.words.splitlines()]
    asked = ", ".join(f"{name.replace('_', ' ')} {_said(value)}" for name, value in result.options.items())
    note = f"Asked: {asked}." if asked else ""
    return section("short", "In short", *lines, figure(result.name, result.tables), note=note)


def _said(value: Any) -> str:
    return (
        " and ".join(map(_said, value)) if isinstance(value, list | tuple) else "yes" if value is True else str(value)
    )


def _sheet(key: str, name: str, found: pd.DataFrame, study: str) -> Markup:
    """A table of the study as it is in the workbook, as far as it goes on a page."""
    shown = found.iloc[:LONGEST, :WIDEST]
    heads = [Head(str(column), figures=_is_figures(shown[column]), wide=_is_wide(shown[column])) for column in shown]
    texts = [column_texts(shown[column]) for column in shown.columns]
    rows = [[_cell(word) for word in line] for line in zip(*texts, strict=True)]
    cut = shown.shape != found.shape
    note = f"{len(found):,} rows, {len(found.columns)} columns; all of them are in {study}.xlsx." if cut else ""
    return section(key, name, table(heads, rows, name), note=note)


def _cell(word: str) -> Any:
    return element("td", badge(word, TONES[word])) if word in TONES else plain(word)


def _is_figures(values: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values))


def _is_wide(values: pd.Series[Any]) -> bool:
    return any(isinstance(value, str) and len(value) > 40 for value in values)
