"""The data dictionary is written from the schema and kept current."""

from __future__ import annotations

from pathlib import Path

from model.case.schema import SETTINGS, SHEETS
from model.case.workbooks.dictionary import data_dictionary

PAGE = Path(__file__).parents[3] / "docs" / "data-dictionary.md"


def test_the_page_is_current() -> None:
    """Proves: docs/data-dictionary.md is what the schema says now (else: `python -m model.case.workbooks.dictionary >
    docs/data-dictionary.md`). If it were ignored: planners would read about columns that are no more."""
    assert PAGE.read_text(encoding="utf-8") == data_dictionary()


def test_every_column_and_setting_is_on_it() -> None:
    """Proves: no column is left out. If it were ignored: a column without documentation could exist."""
    text = data_dictionary()
    for sheet in SHEETS.values():
        section = text.split(f"\n## {sheet.name}\n")[1].split("\n## ")[0]
        for column in sheet.columns:
            assert f"| `{column.name}` |" in section, (sheet.name, column.name)
    assert all(f"| `{name}` |" in text for name in SETTINGS)
