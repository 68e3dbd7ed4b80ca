"""The tables of the schema: what they declare, and that each slip in them is said with its file and line."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

from model.case import schema
from model.case.schema import SETTINGS, SHEETS
from model.case.schema.columns import Kind
from model.case.schema.tables import SchemaError, read_schema

TABLES = Path(schema.__file__).parent


def table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and lines of a table."""
    with path.open(encoding="utf-8", newline="") as text:
        reader = csv.DictReader(text)
        return list(reader.fieldnames or ()), list(reader)


def faults_after(folder: Path, file: str, line: str, **cells: str) -> str:
    """What a copy of the tables says once the line ('sheet.name', a sheet or a setting) has these cells."""
    copy = folder / "schema"
    shutil.copytree(TABLES, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    fields, rows = table(copy / file)
    (hit,) = [row for row in rows if line == ".".join(row[field] for field in ("sheet", "name") if field in row)]
    hit.update(cells)
    with (copy / file).open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, fields)
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(SchemaError) as caught:
        read_schema(copy)
    return str(caught.value)


# fmt: off
SLIPS: list[tuple[str, str, dict[str, str], str]] = [
    ("network.csv", "Nodes.latitude", {"kind": "numbr"}, "kind “numbr” is none of"),
    ("network.csv", "Nodes.latitude", {"kind": "numbr"}, "Did you mean “number”?"),
    ("network.csv", "Nodes.latitude", {"meaning": ""}, "meaning is blank"),
    ("network.csv", "Nodes.latitude", {"label": " "}, "label is blank"),
    ("network.csv", "Nodes.latitude", {"name": "Lat itude"}, "name “Lat itude” is not small letters"),
    ("network.csv", "Nodes.latitude", {"name": "longitude"}, "“longitude” is declared twice"),
    ("network.csv", "Nodes.latitude", {"label": "longitude"}, "the header “longitude” means both"),
    ("network.csv", "Nodes.latitude", {"sheet": "Node"}, "sheet “Node” is not declared in sheets.csv. Did you mean"),
    ("network.csv", "Nodes.latitude", {"sheet": "Demand"}, "Demand stands in demand.xlsx: its columns belong to"),
    ("network.csv", "Nodes.latitude", {"required": "true"}, "required “true” is neither yes nor no"),
    ("network.csv", "Nodes.latitude", {"required": "yes"}, "a required column has neither a default nor words"),
    ("network.csv", "Nodes.latitude", {"default": "1", "blank": ""}, "a default needs words in the field blank"),
    ("network.csv", "Nodes.latitude", {"minimum": "-9O"}, "minimum “-9O” is no number"),
    ("network.csv", "Nodes.latitude", {"minimum": ""}, "a number needs a minimum (or above) and a maximum"),
    ("network.csv", "Nodes.latitude", {"maximum": "nan"}, "nothing lies between the bounds"),
    ("network.csv", "Nodes.latitude", {"maximum": "-90"}, "nothing lies between the bounds -90 and -90"),
    ("network.csv", "Nodes.latitude", {"example": "430.6"}, "example 430.6 is outside of the bounds -90 to 90"),
    ("network.csv", "Nodes.latitude", {"usual_maximum": "91"}, "usual_maximum 91 is outside of the bounds"),
    ("network.csv", "Nodes.latitude", {"usual_minimum": "5", "usual_maximum": "4"}, "usual_minimum is not below"),
    ("network.csv", "Nodes.latitude", {"factor": "0"}, "factor 0 is not above 0"),
    ("network.csv", "Nodes.latitude", {"allowed": "1; 2"}, "allowed values belong to a choice"),
    ("network.csv", "Nodes.kind", {"allowed": ""}, "allowed values belong to a choice, and a choice needs them"),
    ("network.csv", "Nodes.kind", {"allowed": "port; Port"}, "allowed has a word twice"),
    ("network.csv", "Nodes.kind", {"example": "prot"}, "example “prot” is none of the allowed values. Did"),
    ("network.csv", "Nodes.kind", {"maximum": "3"}, "bounds and a factor belong to numbers, not to the kind choice"),
    ("network.csv", "Links.carrier", {"refers_to": "Carriers.key"}, "refers_to “Carriers.key” is not declared"),
    ("network.csv", "Carriers.gauge_mm", {"example": "1520.5"}, "example “1520.5” is no whole number"),
    ("settings.csv", "gap", {"default": "2"}, "default 2 is outside of the bounds 0 to 1"),
    ("settings.csv", "co2_price", {"default": "200000"}, "default 200000 is outside of the bounds 0 to 100000"),
    ("settings.csv", "optimism_adjustment", {"default": "off"}, "default “off” is neither yes nor no"),
    ("provenance.csv", "confidence", {"default": "guess"}, "default “guess” is none of the allowed values"),
    ("sheets.csv", "Nodes", {"meaning": ""}, "meaning is blank"),
    ("sheets.csv", "Nodes", {"key": "nod"}, "key “nod” is no column of the sheet. Did you mean “node”?"),
    ("sheets.csv", "Nodes", {"sheet": "Links"}, "“Links” is declared twice"),
    ("sheets.csv", "Nodes", {"year_column": "yaer"}, "year_column “yaer” is no column of the sheet"),
    ("sheets.csv", "Periods", {"sheet": "A name that is longer than Excel lets it be"}, "a name of at most 31 letters"),
    ("sheets.csv", "Periods", {"sheet": "Nothing", "data": ""}, "Nothing has no columns"),
]
# fmt: on


@pytest.mark.parametrize(("file", "line", "cells", "said"), SLIPS, ids=[f"{s[1]}-{s[3][:40]}" for s in SLIPS])
def test_a_slip_in_a_table_is_said_with_file_and_line(
    tmp_path: Path, file: str, line: str, cells: dict[str, str], said: str
) -> None:
    """Proves: each rule of the tables, broken by one cell, is an error that names file, line and what is wrong. If it
    were ignored: a misspelt word would quietly declare another column than was meant."""
    text = faults_after(tmp_path, file, line, **cells)
    assert any(fault.startswith(f"{file} line ") and said in fault for fault in text.splitlines()), text


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    """Proves: two faults of one line are both said. If it were ignored: tables would be mended one error a run."""
    text = faults_after(tmp_path, "network.csv", "Nodes.latitude", meaning="", maximum="ninety")
    assert "meaning is blank" in text
    assert "maximum “ninety” is no number" in text


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        ("sheet,nmae", "", "line 1: “nmae” is no field of this table. Did you mean “name”?"),
        ("sheet,nmae", "", "line 1: the field “meaning” is missing."),
        ("sheet;name;label", "", "line 1: the field “sheet” is missing."),
        (None, "Nodes,area,a comma, without quotes", "line {next}: not 20 cells"),
        (None, "Nodes,area", "line {next}: not 20 cells"),
    ],
)
def test_a_table_of_another_shape_is_refused(tmp_path: Path, head: str | None, row: str, said: str) -> None:
    """Proves: an unknown or missing field, another separator and a line of another width are said. If it were ignored:
    cells would be read into the wrong fields."""
    copy = tmp_path / "schema"
    shutil.copytree(TABLES, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    lines = (copy / "network.csv").read_text(encoding="utf-8").splitlines()
    (copy / "network.csv").write_text("\n".join([head or lines[0], *lines[1:], row]), encoding="utf-8")
    with pytest.raises(SchemaError, match="The tables of the schema have faults") as caught:
        read_schema(copy)
    assert f"network.csv {said.format(next=len(lines) + 1)}" in str(caught.value)


def test_a_missing_table_is_said(tmp_path: Path) -> None:
    """Proves: without the table of sheets there is an error, not a schema without sheets. If it were ignored: an
    installation that lost its tables would accept every workbook."""
    with pytest.raises(SchemaError, match=r"sheets\.csv is missing"):
        read_schema(tmp_path)


def test_tables_saved_by_a_spreadsheet_program_are_read_the_same(tmp_path: Path) -> None:
    """Proves: a byte order mark, CRLF and every cell in quotes change nothing. If it were ignored: a planner who
    opened and saved a table would break the program."""
    for path in TABLES.glob("*.csv"):
        fields, rows = table(path)
        with (tmp_path / path.name).open("w", encoding="utf-8-sig", newline="") as text:
            writer = csv.DictWriter(text, fields, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(rows)
    assert read_schema(tmp_path) == (SHEETS, SETTINGS)


def test_one_line_declares_one_column() -> None:
    """Proves: every line of the tables is a declaration and none is lost: as many columns of sheets and settings as
    there are lines, and as many sheets. If it were ignored: a line could be skipped in silence."""
    lines = {path.name: len(table(path)[1]) for path in TABLES.glob("*.csv")}
    closing, settings, sheets = lines.pop("provenance.csv"), lines.pop("settings.csv"), lines.pop("sheets.csv")
    data = sum(sheet.data for sheet in SHEETS.values())
    columns = sum(len(sheet.columns) + (sheet.year_column is not None) for sheet in SHEETS.values())
    assert (len(SHEETS), len(SETTINGS)) == (sheets, settings)
    assert columns == sum(lines.values()) + data * closing
    assert data >= 25
    assert sum(lines.values()) >= 260  # as many as there were when the tables replaced code, in November 2026


@pytest.mark.parametrize(
    ("sheet", "column", "held"),
    [
        ("Nodes", "capacity_kt", {"header": "Tonnage capacity [Mt/year]", "factor": 1000, "usual_maximum": 500}),
        ("Nodes", "node", {"kind": Kind.IDENTIFIER, "required": True, "example": "KZ_AKTP"}),
        ("Choice", "spread", {"above": 0, "minimum": None, "blank": "as in another row of the market"}),
        ("Services", "operating_days", {"default": 350.0, "above": 0, "minimum": 1, "maximum": 366}),
        ("Policies", "negotiable", {"kind": Kind.FLAG, "default": True}),
        ("Demand", "market_size", {"aliases": ("contestable_share", "Contestable share")}),
        ("Periods", "confidence", {"allowed": ("seen", "computed", "assumption"), "default": "assumption"}),
        ("Links", "source", {"refers_to": "Sources.source"}),
        ("ScenarioChanges", "value", {"kind": Kind.TEXT, "example": "0"}),
        ("Periods", "years", {"default": 1, "example": 1}),
    ],
)
def test_known_columns_are_declared_as_they_were(sheet: str, column: str, held: dict[str, Any]) -> None:
    """Proves: each kind of field arrives typed: numbers, lists, flags, words, headers. If it were ignored: a default
    '350' as text or a list as one word would reach every case."""
    declared = SHEETS[sheet].column(column)
    for field, value in held.items():
        assert getattr(declared, field) == value
        assert type(getattr(declared, field)) is type(value)


def test_known_settings_and_year_columns() -> None:
    """Proves: defaults are canonical (20,000 USD/TEU = 20 million USD/kTEU), a text without default is empty, a year
    without default is none; Demand and WaterLevels have columns of years and no column called so. If it were ignored:
    penalties would be a thousand times too high."""
    assert SETTINGS["unserved_penalty_per_teu"].column.default == 20.0
    assert SETTINGS["fuel_co2"].column.default == 3.114 * 0.001
    assert SETTINGS["case_note"].column.default == ""
    assert SETTINGS["discount_base_year"].column.default is None
    assert SETTINGS["seed"].column.default == 1
    assert {name for name, sheet in SHEETS.items() if sheet.year_column is not None} == {"Demand", "WaterLevels"}
    assert "year" not in SHEETS["Demand"].names
    assert list(SHEETS)[:4] == ["Nodes", "Carriers", "Links", "Commodities"]


def test_history_and_changes_are_written_alike() -> None:
    """Proves: what History shares with ScenarioChanges (sheet, match, column, operation, value) is declared the same.
    If it were ignored: a change that holds in a scenario could be refused in a year of history."""
    shared = ("sheet", "match_column", "match_value", "column", "operation", "value")
    for name in shared:
        assert SHEETS["History"].column(name) == SHEETS["ScenarioChanges"].column(name)
