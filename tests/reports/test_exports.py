"""CSV, data package, GeoJSON."""

from __future__ import annotations

import csv
import itertools
import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest

from model.plan.tables import TABLES
from model.reports import ReportOptions
from model.reports.exports import ParquetError, original, safe, write_exports
from model.reports.facts import Facts
from model.reports.geojson import line_between
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
        with pd.option_context("mode.string_storage", "python"):  # as the planner keeps text; readers may choose
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


def _typed(kind: str, cell: str) -> bool:
    """Whether a cell is what the Table Schema type says (blanks are declared as missing)."""
    if cell == "":
        return True
    if kind == "integer":
        return re.fullmatch(r"-?\d+", cell) is not None
    if kind == "number":
        return re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?|inf|-inf", cell) is not None and math.isfinite(float(cell))
    return cell in ("true", "false") if kind == "boolean" else kind == "string"


@pytest.mark.parametrize("folder", ["mini_folder", "busy_folder", "hostile_folder", "empty_folder"])
def test_package_keeps_the_standard(folder: str, request: pytest.FixtureRequest) -> None:
    """Proves: by the Table Schema standard every cell has its declared type, every row its columns, keys are unique and
    not blank, names are plain and paths stay inside; for hostile names and for a run without a plan as well.
    If it were ignored: a program that trusts the description would stop at the first table that breaks it."""
    target = Path(request.getfixturevalue(folder)) / "csv"
    package = json.loads((target / "datapackage.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    for resource in package["resources"]:
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        assert "/" not in resource["path"]
        with (target / resource["path"]).open(encoding=resource["encoding"], newline="") as file:
            head, *lines = list(csv.reader(file))
        kinds = [field["type"] for field in resource["schema"]["fields"]]
        for line in lines:
            assert len(line) == len(head)
            assert all(_typed(kind, cell) for kind, cell in zip(kinds, line, strict=True)), (resource["name"], line)
        key = [head.index(name) for name in resource["schema"].get("primaryKey", [])]
        keys = [tuple(line[place] for place in key) for line in lines]
        assert not key or (len(set(keys)) == len(keys) and all(all(one) for one in keys)), resource["name"]


@pytest.mark.parametrize("folder", ["mini_folder", "hostile_folder"])
def test_geojson_keeps_the_standard(folder: str, request: pytest.FixtureRequest) -> None:
    """Proves: by RFC 7946 both files are collections of features with properties, points or lines of at least two
    positions within the world, and no figure that JSON has not. If it were ignored: a GIS would refuse the file."""
    for path in (Path(request.getfixturevalue(folder)) / "geojson").glob("*.geojson"):
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail)
        assert content["type"] == "FeatureCollection"
        assert content["features"]
        for feature in content["features"]:
            assert feature["type"] == "Feature"
            assert isinstance(feature["properties"], dict)
            shape = feature["geometry"]
            points = [shape["coordinates"]] if shape["type"] == "Point" else shape["coordinates"]
            assert shape["type"] in ("Point", "LineString", "MultiPoint")
            assert len(points) >= (2 if shape["type"] == "LineString" else 1)
            assert feature["id"] == next(iter(feature["properties"].values()))  # its key comes first
            assert all(-180 <= longitude <= 180 and -90 <= latitude <= 90 for longitude, latitude in points)


@pytest.mark.parametrize("folder", ["mini_folder", "hostile_folder"])
def test_foreign_keys_hold(folder: str, request: pytest.FixtureRequest) -> None:
    """Proves: each foreign key of the data package names a table and a column that are there, and every value that is
    not blank stands in it; flows refer to links, nodes, demands, routes and periods.
    If it were ignored: a database that loads the package would refuse it, or join rows that do not belong together."""
    target = Path(request.getfixturevalue(folder)) / "csv"
    package = json.loads((target / "datapackage.json").read_text(encoding="utf-8"))
    columns: dict[tuple[str, str], set[str]] = {}
    for resource in package["resources"]:
        with (target / resource["path"]).open(encoding=resource["encoding"], newline="") as file:
            for line in csv.DictReader(file):
                for name, cell in line.items():
                    columns.setdefault((resource["name"], name), set()).add(cell)
    referring = {}
    for resource in package["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            place = (resource["name"], key["fields"])
            found = (key["reference"]["resource"], key["reference"]["fields"])
            assert columns.get(place, set()) - {""} <= columns[found], place
            referring[place] = found[0]
    assert referring["link_flows", "link"] == "links"
    assert referring["node_flows", "node"] == "nodes"
    assert referring["route_flows", "route"] == "routes"
    assert referring["demand_served", "demand"] == "demands"


def test_long_lines_follow_the_earth() -> None:
    """Proves, by hand: from 0 to 90 degrees east on 45 degrees north the great circle rises to 54.7 degrees (tan of it
    is the root of two) in the middle; across 180 degrees it is cut in two lines that meet at the edge at one latitude;
    a short line stays straight; opposite places, which have no one great circle, are joined straight.
    If it were ignored: ships would sail through Siberia, and lines from Tokyo to Seattle would circle the globe."""
    kind, line = line_between((0.0, 45.0), (90.0, 45.0))
    assert kind == "LineString"
    assert max(latitude for _, latitude in line) == pytest.approx(math.degrees(math.atan(math.sqrt(2))), abs=0.05)
    assert line[0] == [0.0, 45.0]
    assert line[-1] == [90.0, 45.0]
    kind, parts = line_between((140.0, 35.0), (-122.0, 47.0))
    assert kind == "MultiLineString"
    assert parts[0][-1][0] == 180.0
    assert parts[1][0][0] == -180.0
    assert parts[0][-1][1] == parts[1][0][1]
    assert all(abs(b[0] - a[0]) < 180 for part in parts for a, b in itertools.pairwise(part))
    assert line_between((50.0, 40.0), (51.0, 41.0)) == ("LineString", [[50.0, 40.0], [51.0, 41.0]])
    assert line_between((0.0, 0.0), (180.0, 0.0)) == ("LineString", [[0.0, 0.0], [180.0, 0.0]])


def test_parquet_without_its_package_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: asking for Parquet where pyarrow is missing names the package and the way out, before anything is solved.
    If it were ignored: a run of minutes would end in a traceback."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ParquetError, match=r"pip install pyarrow.*CSV"):
        write_exports(Facts(mini_plan()), tmp_path, ReportOptions(parquet=True))
    assert not list(tmp_path.iterdir())
