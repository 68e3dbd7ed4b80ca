"""Doors for code: a slip in a name or a value is an error that suggests the right one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from model.case.case import Case
from model.case.timed import TimedChange
from tests.minis import demand, link, make_case


@pytest.fixture
def mini() -> Case:
    """Two places and a link."""
    return make_case("mini", "AB", [link("AB", "A-B")], [demand("D", "A-B", 1.0)])


def test_tables_of_other_names_are_refused(mini: Case) -> None:
    """Proves: a misspelt sheet or column of `with_tables` is refused with the right name, and so is a column left out.
    If it were ignored: the change would do nothing, or fail far from its cause."""
    links = mini.table("Links")
    with pytest.raises(KeyError, match="Did you mean “Links”"):
        mini.with_tables(Link=links)
    with pytest.raises(KeyError, match="Did you mean “capacity_kteu”"):
        mini.with_tables(Links=links.assign(capacity_kteus=5.0))
    with pytest.raises(KeyError, match="no column of Links called '2030'|no column of Links called 2030"):
        mini.with_tables(Links=links.assign(**{"2030": 5.0}).rename(columns={"2030": 2030}))
    with pytest.raises(ValueError, match="Links: columns left out: length_km"):
        mini.with_tables(Links=links.drop(columns="length_km"))
    assert mini.with_tables(Links=links.assign(capacity_kteu=5.0)).table("Links")["capacity_kteu"].tolist() == [5.0]


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"discount_rat": 0.1}, KeyError, "Did you mean “discount_rate”"),
        ({"discount_rate": "5 %"}, ValueError, "discount_rate: '5 %' is no number"),
        ({"optimism_adjustment": "yes"}, ValueError, "neither True nor False"),
        ({"salvage": "straight"}, ValueError, "none of straight line, none"),
    ],
)
def test_settings_of_other_names_or_kinds_are_refused(
    mini: Case, settings: dict[str, Any], error: type[Exception], words: str
) -> None:
    """Proves: `with_settings` and `from_tables` refuse a misspelt setting with the right name, and a value of another
    kind. If it were ignored: a study would run with the old value."""
    with pytest.raises(error, match=words):
        mini.with_settings(**settings)
    with pytest.raises(error, match=words):
        Case.from_tables("x", {}, settings)
    assert mini.with_settings(discount_base_year=None, gap=0).settings["gap"] == 0


def test_records_and_sheets_of_other_names_are_refused() -> None:
    """Proves: records with a misspelt field, and sheets that do not exist, are refused with the right name. If it were
    ignored: a builder's figure would be lost for the default."""
    with pytest.raises(KeyError, match="Did you mean “capacity_kteu”"):
        make_case("mini", "AB", [link("AB", "A-B", capacity_kteuu=1.0)], [demand("D", "A-B", 1.0)])
    with pytest.raises(KeyError, match="Did you mean “Budgets”"):
        make_case("mini", "AB", [link("AB", "A-B")], [demand("D", "A-B", 1.0)], Budget=[])


@pytest.mark.parametrize(
    ("sheet", "column", "rows", "words"),
    [
        ("Link", "capacity_kteu", (2,), "Did you mean “Links”"),
        ("Links", "capacity", (2,), "Did you mean “capacity"),
        ("Links", "capacity_kteu", (2, 9), r"Links has no rows \[9\]"),
    ],
)
def test_timed_changes_of_nothing_are_refused(
    mini: Case, sheet: str, column: str, rows: tuple[int, ...], words: str
) -> None:
    """Proves: a timed change made in code must name a sheet, a column and rows of the case. If it were ignored: it
    would fail in the middle of a solve, or not at all."""
    with pytest.raises(KeyError, match=words):
        replace(mini, changes=(TimedChange(sheet, column, rows, "set", 1.0, 2026),))
