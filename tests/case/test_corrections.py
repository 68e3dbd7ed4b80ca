"""The corrections of November 2026 against the workbooks as they are: entered, or overtaken for a reason."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).parents[2]
KEYS = {
    "Links": ("Link",), "Nodes": ("Node",), "Projects": ("Project",), "Vessels": ("Vessel type",),
    "Services": ("Service",), "WaterLevels": ("Node",), "Demand": ("Demand",), "Policies": ("Policy",),
    "Observed": ("Observation",), "ProjectRules": ("Rule",), "ProjectEffects": ("Project", "Asset kind", "Asset"),
    "Availability": ("Asset kind", "Asset", "Season"),
}  # fmt: skip
RENAMED = {"Contestable share": "Market size"}
OVERTAKEN = {
    ("Links", "L032", "Perceived cost"): "its neighbours have none either: constants of Choice (A60)",
    ("Demand", "D14", "2030"): "the 515 kTEU are D14 and D69",
    ("Nodes", "GE_POT", "Background containers"): "of the 636 kTEU counted Demand sends 83 there, not 50",
}
IN_SCENARIOS = {("reference / Route group Suez", "Suez"), ("as_in_2025 / L208", "L208")}


def corrections() -> list[dict[str, str]]:
    """Rows of the file, found by walking up from here."""
    for folder in Path(__file__).resolve().parents:
        path = folder / "shared" / "corridor" / "corrections_2026-11.csv"
        if path.exists():
            with path.open(encoding="utf-8") as file:
                return list(csv.DictReader(file))
    pytest.skip("the facts of November 2026 lie in shared/corridor, which is not beside this checkout")


@cache
def sheet(name: str) -> list[dict[str, object]]:
    """Rows of a sheet of the shipped case by their headings without units."""
    for book in sorted((ROOT / "inputs" / "middle_corridor").glob("*.xlsx")):
        workbook = openpyxl.load_workbook(book, read_only=True, data_only=True)
        if name in workbook.sheetnames:
            rows = list(workbook[name].iter_rows(min_row=2, values_only=True))
            heads = [str(head).split(" [")[0] for head in rows[0]]
            return [dict(zip(heads, row, strict=True)) for row in rows[1:]]
    raise KeyError(name)


def holds(row: dict[str, str]) -> bool:
    """Whether the workbook says what the correction says."""
    wanted = dict(zip(KEYS[row["sheet"]], row["row_key"].split("/"), strict=True))
    found = [line for line in sheet(row["sheet"]) if all(str(line[key]) == word for key, word in wanted.items())]
    if row["new"].startswith("delete"):
        return not found
    (line,) = found
    value, new = line[RENAMED.get(row["column"], row["column"])], row["new"]
    return float(value) == float(new) if isinstance(value, (int, float)) else str(value or "") == new


def test_all_corrections_are_accounted_for() -> None:
    """
    Proves: of the 101 corrections 96 stand in the sheets word by word, two are rows of ScenarioChanges, three were
    overtaken by something that the ChangeLog tells; each of the 101 has its row in ChangeLog; the 515 kTEU of D14 in
    2030 are still there, in two rows. If it were ignored: a later edit could undo a correction that was sourced, and
    the page that says all are entered would be wrong.
    """
    rows = corrections()
    assert len(rows) == 101
    told = [(str(line["Sheet"]), str(line["Change"])) for line in sheet("ChangeLog")]
    for row in rows:
        assert any(row["sheet"] in where and row["row_key"].split(" ")[0] in what for where, what in told), row
    scenario = [row for row in rows if row["sheet"] == "ScenarioChanges"]
    assert len(scenario) == len(IN_SCENARIOS) == 2
    matches = " ".join(str(line["Match value"]) for line in sheet("ScenarioChanges"))
    assert all(word in matches for _, word in IN_SCENARIOS)
    others = [row for row in rows if row["sheet"] != "ScenarioChanges"]
    broken = {(row["sheet"], row["row_key"], row["column"]) for row in others if not holds(row)}
    assert broken == set(OVERTAKEN)
    boxes = {line["Demand"]: line["2030"] for line in sheet("Demand")}
    assert float(str(boxes["D14"])) + float(str(boxes["D69"])) == pytest.approx(515.0)
