"""Field tests of what is written: whole run folders, and maps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import run
from tests.fieldtests.beside import folder

WHOLE = {"plan.xlsx", "report.html", "map.svg", "map.png", "csv", "geojson", "run.json", "run.log", "inputs"}


def solved(name: str, outputs: Path, *words: str) -> tuple[Path, dict[str, Any]]:
    """The run folder of `run.py solve` on a field test, and its record."""
    case = folder(name.partition("/")[0]) / name.partition("/")[2]
    assert run.main(["solve", str(case), "--output", str(outputs), "--quiet", *words]) == 0
    (made,) = (path for path in outputs.iterdir() if not path.name.startswith("."))
    assert {path.name for path in made.iterdir()} >= WHOLE
    return made, json.loads((made / "run.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "cost"), [("case_no_projects", 1.0), ("case_not_needed", 1.0), ("starter_with_budget_0", None)]
)
def test_01_plan_builds_nothing_crashes(name: str, cost: float | None, tmp_path: Path) -> None:
    """
    Proves: a case without projects, one whose project is not needed, and the starter without money leave whole run
    folders that build nothing: 10 kTEU x 100 USD = 1.0 million USD in the first two.
    If it were ignored: the proven plan ended in an IndexError, and nothing was left of the run.
    """
    _, record = solved(f"01-plan-builds-nothing-crashes/{name}", tmp_path, "--why-seconds", "1")
    assert record["status"] == "optimal"
    assert "Builds no project of its own choice." in record["plan_words"]
    if cost is not None:
        assert record["objective_million_usd"] == pytest.approx(cost)


def test_02_two_drawn_links_crash_the_map(tmp_path: Path) -> None:
    """
    Proves: a map of just two links, by rail and by ship, is drawn: 5 for P and 10 kTEU x 200 USD = 7.0 million USD.
    If it were ignored: a drawing program that took the two dash patterns for one lost the run.
    """
    made, record = solved("02-two-drawn-links-crash-the-map/case", tmp_path, "--why-seconds", "0")
    assert record["objective_million_usd"] == pytest.approx(7.0)
    assert len(features(made, "links")) == 2


def features(made: Path, name: str) -> list[dict[str, Any]]:
    """Features of a GeoJSON file of a run."""
    return list(json.loads((made / "geojson" / f"{name}.geojson").read_text(encoding="utf-8"))["features"])


def test_17_antimeridian(tmp_path: Path) -> None:
    """
    Proves: lines over the antimeridian are cut at 180 degrees, so that no line of the file spans more than half the
    world, and the map names the places that lie outside it.
    If it were ignored: QGIS drew Petropavlovsk - Dutch Harbor around the world, and four places were gone unsaid.
    """
    made, _ = solved("17-antimeridian/case", tmp_path, "--why-seconds", "0")
    shapes = {item["properties"]["link"]: item["geometry"] for item in features(made, "links")}
    assert {key for key, shape in shapes.items() if shape["type"] == "MultiLineString"} == {"L1", "L2", "L4"}
    for shape in shapes.values():
        lines = shape["coordinates"] if shape["type"] == "MultiLineString" else [shape["coordinates"]]
        for line in lines:
            longitudes = [point[0] for point in line]
            assert max(longitudes) - min(longitudes) < 180
    picture = (made / "map.svg").read_text(encoding="utf-8")
    assert "Outside the map" in picture
