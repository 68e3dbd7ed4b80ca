"""The writer of input workbooks: what it writes is what was given, and what the schema says about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from model.case.schema import SHEETS
from model.case.workbooks.writer import write_workbook
from tests.case.sheet_units import to_sheet_units

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "https://example.org", "mailto:a@b", "007", "1e5", "\ttab", "a\nb"]


def carriers(names: list[str]) -> pd.DataFrame:
    """Rail carriers of these names, in sheet units."""
    return pd.DataFrame(
        [
            {
                "carrier": name,
                "mode": "rail",
                "gauge_mm": 1520,
                "accepts_container": True,
                "accepts_dry_bulk": False,
                "accepts_liquid_bulk": False,
                "confidence": "seen",
            }
            for name in names
        ]
    )


def links() -> pd.DataFrame:
    """One link, in sheet units."""
    record: dict[str, Any] = {"link": "L1", "from_node": "A", "to_node": "B", "carrier": "rail", "length_km": 468}
    return pd.DataFrame([record | {"days_regular": 1.3, "capacity_kt": 11.5, "capacity_kteu": None}])


def headers(worksheet: Any) -> dict[str, int]:
    """Column number by header text."""
    return {str(cell.value): cell.column for cell in worksheet[2]}


def test_page_carries_units_notes_and_frozen_header(tmp_path: Path) -> None:
    """Proves: header text holds label and unit, the header note holds meaning and what a blank means, header and key
    stay in view, the table is an Excel table. If it were ignored: a planner would not know in what unit to type.
    """
    write_workbook(tmp_path / "network.xlsx", {"Links": links()}, ["Nodes", "Carriers", "Links"])
    worksheet = openpyxl.load_workbook(tmp_path / "network.xlsx")["Links"]
    place = headers(worksheet)["Tonnage capacity [Mt/year]"]
    note = worksheet.cell(2, place).comment
    assert note is not None
    assert "Tonnes of all cargo" in note.text
    assert "no limit" in note.text
    assert worksheet.cell(3, place).value == 11.5
    assert worksheet.cell(3, headers(worksheet)["Container capacity [kTEU/year]"]).value is None
    assert worksheet.freeze_panes == "B3"
    assert list(worksheet.tables) == ["tbl_Links"]


def test_columns_have_drop_downs_and_number_checks(tmp_path: Path) -> None:
    """Proves: a choice offers its words, a reference offers the keys of the other sheet, a number refuses text.
    If it were ignored: misspelt keys and figures typed as text would only come to light when the case is read.
    """
    write_workbook(tmp_path / "network.xlsx", {"Links": links()}, ["Nodes", "Carriers", "Links"])
    worksheet = openpyxl.load_workbook(tmp_path / "network.xlsx")["Links"]
    rules = {area.min_col: rule for rule in worksheet.data_validations.dataValidation for area in rule.sqref.ranges}
    rows = {area.max_row for rule in worksheet.data_validations.dataValidation for area in rule.sqref.ranges}
    place = headers(worksheet)
    assert rules[place["Capacity is"]].formula1 == '"each,both"'
    assert rules[place["Carrier"]].formula1.startswith("'Carriers'!$A$3:$A$")
    assert rules[place["Length [km]"]].type == "decimal"
    assert min(rows) > 400, "rows added below the table are checked too"


@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text(tmp_path: Path, text: str) -> None:
    """Proves: text that looks like a formula, a link or a number is stored as the text it is.
    If it were ignored: a note could run a formula on a colleague's machine, and the key 007 would become 7.
    """
    path = tmp_path / "network.xlsx"
    write_workbook(path, {"Carriers": carriers([text])}, ["Carriers"])
    cell = openpyxl.load_workbook(path)["Carriers"]["A3"]
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.hyperlink is None


def test_flags_lists_and_years_are_written_as_a_planner_types_them(tmp_path: Path) -> None:
    """Proves: flags become yes/no, several keys are joined by ';', year columns stand before the source column with
    the year as header. If it were ignored: the reader could not read what the writer wrote.
    """
    record: dict[str | int, Any] = {"demand": "D1", "origin": "A", "destination": "B", "commodity": "c", "unit": "kTEU"}
    table = pd.DataFrame([record | {2030: 7.5, 2025: 5.0, "source": ("S1", "S2")}])
    write_workbook(tmp_path / "d.xlsx", {"Demand": table, "Carriers": carriers(["rail"])}, ["Demand", "Carriers"])
    book = openpyxl.load_workbook(tmp_path / "d.xlsx")
    names = [str(cell.value) for cell in book["Demand"][2]]
    assert names[names.index("Source") - 2 : names.index("Source") + 1] == ["2025", "2030", "Source"]
    assert book["Demand"].cell(3, names.index("2030") + 1).value == 7.5
    assert book["Demand"].cell(3, names.index("Source") + 1).value == "S1; S2"
    assert book["Carriers"].cell(3, headers(book["Carriers"])["Takes containers"]).value == "yes"


def test_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    """Proves: no clock and no machine leaves a trace in the file. If it were ignored: every rewrite would look like a
    change in version control.
    """
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_workbook(tmp_path / name / "network.xlsx", {"Carriers": carriers(["rail"])}, ["Carriers"], ["Read me."])
    assert (tmp_path / "one/network.xlsx").read_bytes() == (tmp_path / "two/network.xlsx").read_bytes()


def test_sheet_units_are_the_inverse_of_the_reader() -> None:
    """Proves: 280 USD/TEU is held as 0.28 million USD/kTEU and comes back as exactly 280; 11 500 kt as 11.5 Mt; keys
    as text; blank as blank. If it were ignored: rewriting a case would change its figures by the float error.
    """
    table = pd.DataFrame(
        {
            "container_cost": [280 * 0.001, float("nan")],
            "capacity_kt": [11.5 * 1000, 0.1 * 3 * 1000],
            "source": [("A", "B"), ()],
        }
    )
    sheet = to_sheet_units(SHEETS["Links"], table)
    assert sheet["container_cost"].tolist() == [280.0, None]
    assert sheet["capacity_kt"].tolist() == [11.5, 0.3]
    assert sheet["source"].tolist() == ["A; B", None]


def test_undeclared_columns_are_refused(tmp_path: Path) -> None:
    """Proves: a column that the schema does not know is an error, not a silent loss. If it were ignored: figures in a
    misspelt column would vanish from the workbook.
    """
    with pytest.raises(KeyError, match="gauge"):
        write_workbook(tmp_path / "n.xlsx", {"Carriers": carriers(["rail"]).assign(gauge=1)}, ["Carriers"])
    with pytest.raises(KeyError, match="no year columns"):
        write_workbook(
            tmp_path / "n.xlsx",
            {"Carriers": carriers(["rail"]).assign(**{"2030": 1}).rename(columns={"2030": 2030})},
            ["Carriers"],
        )


def test_a_failed_write_leaves_the_old_workbook(tmp_path: Path) -> None:
    """Proves: the file is put in place only when it is whole, and nothing is left beside it.
    If it were ignored: one bad figure would cost the planner the workbook.
    """
    path = tmp_path / "network.xlsx"
    write_workbook(path, {"Carriers": carriers(["rail"])}, ["Carriers"])
    before = path.read_bytes()
    with pytest.raises(ValueError, match="not a number"):
        write_workbook(path, {"Carriers": carriers(["rail"]).assign(gauge_mm=float("inf"))}, ["Carriers"])
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["network.xlsx"]
