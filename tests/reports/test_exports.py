"""CSV, data package, GeoJSON."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pandas as pd
import pytest

from model.plan.tables import TABLES
from model.reports.exports import original, safe, write_exports
from model.reports.facts import Facts
from model.reports.options import ReportOptions
from tests.reports.fixture.plan import mini_plan


def test_package_describes_every_column_with_its_unit(mini_folder: Path) -> None:
    """Proves: each CSV is in the data package, its header is the declared field names in order, number fields carry a
    unit, the key is declared. If it were ignored: a reader of the files would have to guess units."""
    package = json.loads((mini_folder / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "tabular-data-package"
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert set(TABLES) <= set(resources)
    assert {path.stem for path in (mini_folder / "csv").glob("*.csv")} == set(resources)
    for name, resource in resources.items():
        with (mini_folder / "csv" / resource["path"]).open(encoding=resource["encoding"], newline="") as file:
            head = next(csv.reader(file))
        fields = resource["schema"]["fields"]
        assert head == [field["name"] for field in fields]
        assert all(field["unit"] for field in fields if field["type"] == "number"), name
        assert all(field["description"] for field in fields)
    assert resources["investments"]["schema"]["primaryKey"] == ["project", "period"]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_csv_holds_the_table_exactly(mini_folder: Path, name: str) -> None:
    """Proves: numbers come back bit by bit, text letter by letter, blanks as blanks.
    If it were ignored: sums over the files would differ from those of the plan."""
    table = mini_plan().tables[name]
    with (mini_folder / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == len(table)
    for field in TABLES[name].fields:
        for cell, value in zip((line[field.name] for line in lines), table[field.name].tolist(), strict=True):
            if pd.isna(value):
                assert cell == ""
            elif field.kind in ("number", "integer"):
                assert float(cell) == float(value)
            else:
                assert original(cell) == str(value)


def test_inputs_are_exported_in_sheet_units(mini_folder: Path) -> None:
    """Proves: 11,500 kt a year of Aktau stand as 11.5 Mt/year, 0.28 million USD/kTEU as 280 USD/TEU.
    If it were ignored: the planner would not recognise his own figures."""
    with (mini_folder / "csv" / "inputs.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = {(row["sheet"], row["key"], row["column"]): row for row in csv.DictReader(file)}
    capacity = cells["Nodes", "KZ_AKT", "Tonnage capacity"]
    assert (capacity["value"], capacity["unit"]) == ("11.5", "Mt/year")
    cost = cells["Links", "L3", "Cost per TEU"]
    assert (cost["value"], cost["unit"]) == ("280", "USD/TEU")


def test_parquet_holds_the_tables_with_their_types(tmp_path: Path) -> None:
    """Proves: beside each CSV stands a Parquet file with the same columns, rows and values, numbers as numbers.
    If it were ignored: whoever reads Parquet would get other tables than those that were checked."""
    pytest.importorskip("pyarrow")
    facts = Facts(mini_plan())
    write_exports(facts, tmp_path, ReportOptions(parquet=True))
    for name in TABLES:
        found = pd.read_parquet(tmp_path / "csv" / f"{name}.parquet")
        pd.testing.assert_frame_equal(found, facts.table(name), check_dtype=False, check_index_type=False)
        for field in TABLES[name].fields:
            assert len(found) == 0 or pd.api.types.is_numeric_dtype(found[field.name]) == (
                field.kind in ("number", "integer")
            )


def test_only_text_that_would_run_is_quoted() -> None:
    """Proves: -5 of a number column stays a number; text that begins with = + - @ gets an apostrophe and loses it
    again.
    If it were ignored: negative figures would turn into text."""
    assert safe("=1+1") == "'=1+1"
    assert original(safe("=1+1")) == "=1+1"
    assert safe("Aktau") == "Aktau"
    assert original("'tis") == "'tis"
    assert safe(math.nan) == ""


def test_geojson_has_places_and_flows(mini_folder: Path) -> None:
    """Proves: points are [longitude, latitude]; a link tells its flow and use in each period as the plan has them.
    If it were ignored: a GIS would draw the corridor in the Indian Ocean, or without flows."""
    nodes = json.loads((mini_folder / "geojson" / "nodes.geojson").read_text(encoding="utf-8"))["features"]
    links = json.loads((mini_folder / "geojson" / "links.geojson").read_text(encoding="utf-8"))["features"]
    assert len(nodes) == 7
    assert len(links) == 7
    aktau = next(feature for feature in nodes if feature["properties"]["node"] == "KZ_AKT")
    assert aktau["geometry"] == {"type": "Point", "coordinates": [51.2, 43.6]}
    ferry = next(feature["properties"] for feature in links if feature["properties"]["link"] == "L3")
    totals = Facts(mini_plan()).link_totals
    for period in Facts(mini_plan()).periods:
        assert ferry[f"mt_{period}"] == pytest.approx(float(totals["mt"][("L3", period)]), abs=1e-6)
    assert ferry["utilisation_2026"] == pytest.approx(1.0, abs=1e-6)
