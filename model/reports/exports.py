"""Tidy files: one CSV for each plan table, the inputs, and a Frictionless datapackage.json that describes them."""

from __future__ import annotations

import csv
import importlib.util
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from model.case.schema import SCHEMA_VERSION
from model.plan.tables import TABLES, Field, PlanTable
from model.reports.extra import EXTRA
from model.reports.facts import Facts
from model.reports.keys import TARGETS, key_tables, references
from model.reports.options import ReportOptions
from model.reports.text import CSV_STARTS, plain

TYPES: Final = {"text": "string", "number": "number", "integer": "integer", "flag": "boolean"}
ENCODING: Final = "utf-8-sig"  # with the mark by which Excel knows UTF-8

INPUTS: Final = PlanTable(
    "inputs",
    "Every input cell after the scenario, in the unit of its sheet; blanks and defaults are left out.",
    ("sheet", "key", "column"),
    (
        Field("sheet", "text", "Sheet."),
        Field("key", "text", "Record: its key columns joined by ' | '."),
        Field("column", "text", "Header words of the column."),
        Field("value", "text", "Value as text; numbers with a decimal point."),
        Field("unit", "text", "Unit of the value."),
        Field("confidence", "text", "seen, computed or assumption: by the note on the cell, else by its row."),
        Field("changed", "text", "'changed' where the scenario altered the cell."),
        Field("cell", "text", "Where the value stands: file › sheet › cell."),
        Field("note", "text", "Note on the cell."),
    ),
)
CHECKS: Final = PlanTable(
    "checks",
    "What the independent verifier found.",
    ("check",),
    (
        Field("check", "text", "Check."),
        Field("detail", "text", "What was compared."),
        Field("worst", "number", "Largest deviation.", "as in unit"),
        Field("tolerance", "number", "Deviation allowed.", "as in unit"),
        Field("unit", "text", "Unit."),
        Field("ok", "flag", "Whether it holds."),
    ),
)
NAMES: Final = PlanTable(
    "names",
    "What the keys of the other tables stand for.",
    ("kind", "key"),
    (
        Field("kind", "text", "node, link, project, demand or commodity."),
        Field("key", "text", "Key."),
        Field("name", "text", "Name."),
        Field("group", "text", "Country of a node or project, carrier of a link, group of a demand."),
    ),
)


@dataclass(frozen=True)
class Resource:
    """A table to write, with its declaration."""

    table: PlanTable
    frame: pd.DataFrame


class ParquetError(Exception):
    """Parquet files cannot be written; the text says what to do about it."""


def require_parquet() -> None:
    """Raises ParquetError when the package that writes Parquet files is not there."""
    if importlib.util.find_spec("pyarrow") is None:
        raise ParquetError(
            "Parquet files need the package pyarrow, which is not installed: pip install pyarrow. Without --parquet "
            "the same tables are written as CSV."
        )


def write_exports(facts: Facts, folder: Path, options: ReportOptions) -> None:
    """Write csv/*.csv and csv/datapackage.json, and csv/*.parquet when asked.

    Raises ParquetError when Parquet is asked for and pyarrow is not installed.
    """
    if options.parquet:
        require_parquet()
    target = folder / "csv"
    target.mkdir(exist_ok=True)
    resources = plan_resources(facts, options)
    for resource in resources:
        write_csv(target / f"{resource.table.name}.csv", resource)
        if options.parquet:
            resource.frame.to_parquet(target / f"{resource.table.name}.parquet", index=False)
    package = json.dumps(datapackage(facts, resources), indent=1, ensure_ascii=False)
    (target / "datapackage.json").write_text(package + "\n", encoding="utf-8")


def plan_resources(facts: Facts, options: ReportOptions) -> list[Resource]:
    """All tables of a plan, then inputs, checks and names."""
    made = [Resource(table, facts.table(name)) for name, table in TABLES.items()]
    for name, frame in facts.plan.tables.items():
        if name in EXTRA:
            made.append(Resource(EXTRA[name], frame))
        elif name not in TABLES:
            fields = tuple(Field(str(column), _kind(frame[column]), str(column)) for column in frame.columns)
            made.append(Resource(PlanTable(name, "A table of a later study.", (), fields), frame))
    inputs = facts.inputs(options.base_case).copy()
    inputs["value"] = [f"{value:.12g}" if isinstance(value, float) else value for value in inputs["value"]]
    made += [Resource(table, frame) for table, frame in key_tables(facts)]
    made += [Resource(INPUTS, inputs), Resource(CHECKS, facts.plan.checks), Resource(NAMES, _names(facts))]
    return made


def _kind(values: Any) -> str:
    return "number" if pd.api.types.is_numeric_dtype(values) else "text"


def _names(facts: Facts) -> pd.DataFrame:
    records: list[tuple[str, str, str, Any]] = []
    for kind, names, table, column in (
        ("node", facts.names.nodes, facts.nodes, "country"),
        ("link", facts.names.links, facts.links, "carrier"),
        ("project", facts.projects["name"].to_dict(), facts.projects, "country"),
        ("demand", facts.names.demands, facts.demand_rows, "group"),
    ):
        groups = table[column].to_dict()
        records += [(kind, str(key), str(name), groups.get(key)) for key, name in names.items()]
    records += [("commodity", key, name, "") for key, name in facts.names.commodities.items()]
    return pd.DataFrame(records, columns=NAMES.columns)


def write_csv(path: Path, resource: Resource) -> None:
    """One table as CSV: numbers in full, blanks empty, text that a spreadsheet would run quoted by an apostrophe."""
    columns = [_cells(resource.frame[field.name], field.kind) for field in resource.table.fields]
    with path.open("w", encoding=ENCODING, newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(resource.table.columns)
        writer.writerows(zip(*columns, strict=True))


def _cells(values: pd.Series[Any], kind: str) -> list[str]:
    if kind == "integer":
        return ["" if pd.isna(value) else str(int(value)) for value in values]
    if kind == "number":
        return ["" if value != value else repr(value + 0.0) for value in values.astype(float).tolist()]  # no -0.0
    if kind == "flag":
        return ["true" if value else "false" for value in values.tolist()]
    cells = values.tolist()
    known = {value: safe(value) for value in set(cells)}  # most texts stand in a column many times
    return [known[value] for value in cells]


def safe(value: Any) -> str:
    """Text as a CSV cell. `original` takes the apostrophe off again."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    text = plain(value)
    return f"'{text}" if text.lstrip("'").startswith(CSV_STARTS) else text


def original(text: str) -> str:
    """A CSV cell as it was before `safe`."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(CSV_STARTS) else text


def datapackage(facts: Facts, resources: list[Resource]) -> dict[str, Any]:
    """Description by the Frictionless Tabular Data Package standard (specs.frictionlessdata.io, v1)."""
    known = {
        target: frozenset(resource.frame[target[1]].astype(str))
        for target in set(TARGETS.values())
        for resource in resources
        if resource.table.name == target[0]
    }
    return {
        "profile": "tabular-data-package",
        "name": "plan",
        "title": plain(f"{facts.title}: scenario {facts.scenario_title}", 300),
        "description": (
            "Tables of an investment plan. Text cells that begin with = + - @ carry an apostrophe in front, so that "
            "spreadsheets do not run them."
        ),
        "schema_version": SCHEMA_VERSION,
        "resources": [_resource(resource, known) for resource in resources],
    }


def _resource(resource: Resource, known: Mapping[tuple[str, str], frozenset[str]]) -> Mapping[str, Any]:
    fields = []
    for field in resource.table.fields:
        entry: dict[str, Any] = {"name": field.name, "type": TYPES[field.kind], "description": field.meaning}
        if field.unit:
            entry["unit"] = field.unit
        fields.append(entry)
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if resource.table.key and not resource.frame.duplicated(list(resource.table.key)).any():
        schema["primaryKey"] = list(resource.table.key)
    if foreign := references(resource.table.name, resource.frame, known):
        schema["foreignKeys"] = foreign
    return {
        "profile": "tabular-data-resource",
        "name": resource.table.name,
        "path": f"{resource.table.name}.csv",
        "description": resource.table.meaning,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": ENCODING,
        "schema": schema,
    }
