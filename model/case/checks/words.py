"""Checks of words: keys that the program uses itself, words that only look the same, countries, cells without use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from model.case.checks.countries import COUNTRY_CODES, code_of
from model.case.checks.tables import Tables
from model.case.joint import countries_of, party_and_share
from model.case.messages import shown
from model.case.schema import SHEETS
from model.case.schema.columns import Kind
from model.case.text import fold, fold_look_alikes

EMPTY_BOXES: Final = "empty boxes"
BUY: Final = "buy "
RESERVED: Final = {
    ("Nodes", "node"): {"any market": "where empty boxes go"},
    ("Nodes", "country"): {"-": "money that is no country's"},
    ("Projects", "country"): {"-": "money that is no country's"},
    ("Vessels", "country"): {"-": "money that is no country's"},
    ("Commodities", "commodity"): {EMPTY_BOXES: "boxes that travel empty"},
    ("Demand", "group"): {"all demand": "the sum of all groups", "(no group)": "flows without a group"},
    ("Links", "route_group"): {"unserved": "what is not carried"},
    ("Seasons", "season"): {"year": "the whole year"},
    ("Scenarios", "scenario"): {"all": "every scenario, on the command line"},
}
"""Words (folded) that the program uses itself in these columns, and for what."""
SHARED: Final = (
    (("Nodes", "country"), ("Projects", "country"), ("Vessels", "country"), ("ProjectEffects", "paid_by")),
    (("Nodes", "area"),),
    (("Links", "route_group"),),
    (("Demand", "group"),),
    (("Projects", "tags"), ("Vessels", "tags")),
    (("Funding", "funder"),),
    (("Budgets", "envelope"),),
)
"""Columns of words that have no sheet of their own: equal words make a group, others make another."""
COUNTRIES: Final = SHARED[0]
NO_COUNTRY: Final = "all"
"""Country of a project for which no single country answers."""

UNUSED: Final[tuple[tuple[str, str, str, tuple[Any, ...], str], ...]] = (
    ("Budgets", "scope", "scope_kind", ("all",), "an envelope of scope kind 'all' counts everything"),
    ("Projects", "committed_opening", "status", ("candidate", "excluded"), "the project is not committed"),
    ("ProjectRules", "lag_years", "kind", ("excludes", "together"), "a lag belongs to 'requires'"),
    ("ProjectEffects", "effect_years", "added_depth", (0.0,), "only added depth fades"),
    ("ProjectEffects", "partial_share", "partial_without", (None,), "no project is named in Partial without"),
    ("ProjectEffects", "transfer_share", "cost_change", (0.0,), "no price is changed"),
    ("ProjectEffects", "paid_by", "transfer_share", (0.0,), "no part of a price change is a transfer"),
    ("Policies", "areas", "kind", ("link flow", "co2", "served share"), "areas belong to 'area share'"),
    ("Policies", "links", "kind", ("area share", "co2", "served share"), "links belong to 'link flow'"),
)
"""Cells that say nothing beside another of their row: sheet, column, the other column, its values then, and why."""


def check_reserved(tables: Tables) -> None:
    """Keys that equal names which the program makes itself, and keys that cannot stand in a list of keys."""
    for (sheet, column), words in RESERVED.items():
        for row, key in tables.rows(sheet, column):
            use = words.get(fold(key)) if key is not None else None
            if use is not None:
                _reserved(tables, sheet, row, column, key, use)
    for row, key in tables.rows("Demand", "demand"):
        if key is not None and fold(key).startswith(EMPTY_BOXES):
            _reserved(tables, "Demand", row, "demand", key, "boxes that travel empty")
    purchases = {f"{BUY}{vessel}" for vessel in tables.keys("Vessels", "vessel")}
    for row, key in tables.rows("Projects", "project"):
        if key in purchases:
            _reserved(tables, "Projects", row, "project", key, "the purchase of such ships")
    _check_segments(tables)
    _check_reference(tables)
    _check_separators(tables)


def _reserved(tables: Tables, sheet: str, row: Any, column: str, key: str, use: str) -> None:
    text = f"“{key}” is a name that the program uses itself, for {use}. Choose another, here and where it is mentioned."
    tables.remark("word-reserved", sheet, row, column, text, key)


def _check_segments(tables: Tables) -> None:
    """'D1/2' is how the second value-of-time segment of D1 is called."""
    segments = int(tables.setting("value_of_time_segments") or 1)
    keys = tables.keys("Demand", "demand")
    for row, key in tables.rows("Demand", "demand"):
        head, _, tail = (key or "").rpartition("/")
        if head in keys and tail.isascii() and tail.isdigit() and 1 <= int(tail) <= segments:
            _reserved(tables, "Demand", row, "demand", key, f"a value-of-time segment of {head}")


def _check_reference(tables: Tables) -> None:
    """'reference' is the base tables: it stands first or not at all."""
    for place, (row, key) in enumerate(tables.rows("Scenarios", "scenario")):
        if place > 0 and key is not None and fold(key) == "reference":
            _reserved(tables, "Scenarios", row, "scenario", key, "the base tables, the first row")


def _check_separators(tables: Tables) -> None:
    """A ';' separates keys in a list: where one key is wanted it may be meant as a list, and is read as one key."""
    for sheet in tables.to_check():
        for column in sheet.columns:
            if column.kind is not Kind.IDENTIFIER:
                continue
            for row, key in tables.rows(sheet.name, column.name):
                if key is not None and ";" in key:
                    text = f"“{shown(key)}” holds ';' and is read as one key, since one is wanted here."
                    text = f"{text} In a cell of several keys write it in double quotes."
                    tables.remark("key-separator", sheet.name, row, column.name, text, key)


def check_twins(tables: Tables) -> None:
    """Words that differ only in capitals or in characters that look the same, and so make two groups of one."""
    for places in SHARED:
        if tables.unchanged(*(sheet for sheet, _ in places)):
            continue
        first: dict[str, tuple[str, str, int]] = {}
        told: set[str] = set()
        for sheet, row, column, word in _words(tables, places):
            spelt = first.setdefault(fold_look_alikes(word), (word, sheet, row))
            if spelt[0] != word and word not in told:
                told.add(word)
                text = f"“{word}” and “{spelt[0]}” ({spelt[1]}, row {spelt[2]}) count as two. Spell them alike."
                tables.remark("word-twins", sheet, row, column, text, word)


def _words(tables: Tables, places: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, int, str, str]]:
    for sheet, column in places:
        for row, value in tables.rows(sheet, column):
            for word in value if isinstance(value, tuple) else (value,):
                if word is not None:
                    yield sheet, int(row), column, party_and_share(word)[0] if column == "paid_by" else word


def check_countries(tables: Tables) -> None:
    """Countries are ISO codes, or several joined by '/', and those of projects and ships are countries of the case."""
    if tables.unchanged(*(sheet for sheet, _ in COUNTRIES)):
        return
    known = {word for value in tables.keys("Nodes", "country") for word in (value, *countries_of(value))}
    told: set[tuple[str, str]] = set()
    for sheet, row, column, word in _words(tables, COUNTRIES):
        if (sheet, word) in told or (column == "paid_by" and code_of(word) in (None, word)):
            continue  # any other party may pay, and a country in which the case has no place
        parts = countries_of(word)
        codes = COUNTRY_CODES.intersection(parts)
        if codes and len(codes) < len(set(parts)):
            wrong = next(part for part in parts if part not in codes)
            text = f"“{wrong}” in “{word}” is no ISO code of a country: a share of the money would be nobody's."
            tables.remark("country-code", sheet, row, column, text, word)
        elif not codes and word != "-" and (sheet, fold(word)) != ("Projects", NO_COUNTRY):
            code = code_of(word)
            hint = (
                f" Did you mean “{code}”?" if code else " Write two capitals such as KZ, or KZ/UZ for a joint border."
            )
            text = f"“{word}” is no ISO code of a country, so it does not go with rows that say the code.{hint}"
            tables.remark("country-code", sheet, row, column, text, word)
        elif codes == {word} and tables.sound("Nodes", "country") and word not in known:
            text = f"No place of Nodes lies in “{word}”. Is the code right?"
            tables.remark("country-code", sheet, row, column, text, word)
        else:
            continue
        told.add((sheet, word))


def check_unused(tables: Tables) -> None:
    """Cells that say nothing beside the others of their row."""
    for sheet, column, other, without_use, why in UNUSED:
        if tables.unchanged(sheet):
            continue
        for row, value, beside in tables.rows(sheet, column, other):
            given = value not in (None, (), 0.0, "all") and value == value
            if given and beside in without_use and (sheet, row) not in tables.unsound_rows:
                label = SHEETS[sheet].column(column).label
                text = (
                    f"{label}: “{shown(_plain(value))}” is not used: {why}. Clear the cell, or mend what it belongs to."
                )
                tables.remark("value-unused", sheet, row, column, text, _plain(value))


def _plain(value: Any) -> Any:
    return "; ".join(value) if isinstance(value, tuple) else value
