"""Cells changed from code: the units, checks and words of a workbook."""

from __future__ import annotations

import logging
from pathlib import Path

import pandas as pd
import pytest

from model import Case, CaseError, read_case
from model.case.reader import load_case
from model.case.scenarios.changes import FIXED_SHEETS
from model.case.schema import SHEETS
from tests.case.schema.test_every_column import WRONG, damaged
from tests.case.small import small_rows, write_case


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The small case as a notebook reads it."""
    return read_case(write_case(tmp_path_factory.mktemp("small")))


def some_wrong_values() -> list[tuple[str, str, dict[str, object]]]:
    """What the declarations of sheets that can be edited forbid: each rule of each sheet once, with all its columns."""
    found: dict[tuple[str, str], tuple[str, str, dict[str, object]]] = {}
    for sheet, code, values in WRONG:
        free = {name: value for name, value in values.items() if name not in SHEETS[sheet].key}
        if free and sheet not in (*FIXED_SHEETS, "Settings"):
            found.setdefault((sheet, code), (sheet, code, free))
    return list(found.values())


def errors_of_edit(case: Case, sheet: str, values: dict[str, object]) -> set[tuple[str, str, str]]:
    """(code, cell, text) of what an edit of the first row of a sheet is refused for."""
    first = small_rows()[sheet][0]
    try:
        case.edit(sheet, {key: first[key] for key in SHEETS[sheet].key if first.get(key) is not None}, values)
    except CaseError as error:
        return {(message.code, message.cell, message.text) for message in error.errors}
    return set()


@pytest.mark.parametrize(("sheet", "code", "values"), some_wrong_values())
def test_what_a_workbook_is_refused_for_an_edit_is_refused_for(
    small: Case, sheet: str, code: str, values: dict[str, object]
) -> None:
    """Proves: every wrong value that the declarations forbid, typed by `edit`, is refused with the code, cell and words
    that the same value has in a workbook, all values at once. If it were ignored: a notebook could plan with a capacity
    of -3 or a carrier that is not there."""
    expected = {(message.code, message.cell, message.text) for message in damaged(sheet, values)}
    found = errors_of_edit(small, sheet, values)
    assert {one for one in found if one[0] == code} == {one for one in expected if one[0] == code}
    assert any(one[0] == code for one in found)


def test_an_edit_is_the_same_as_the_cell_of_the_workbook(tmp_path: Path, small: Case) -> None:
    """Proves: in the sheet's unit, an edited case has the tables of the workbook with the other figure in that cell,
    and the case before stays as it was. By hand: 7.5 Mt is 7500 kt, 310 USD/TEU is 0.31 million USD per kTEU.
    If it were ignored: figures would be a thousand times too small."""
    rows = small_rows()
    rows["Links"][0] |= {"capacity_kt": 7.5, "container_cost": 310, "capacity_direction": "each"}
    year = max(name for name in rows["Demand"][0] if isinstance(name, int))
    rows["Demand"][0][year] = 33
    typed = read_case(write_case(tmp_path, rows))
    edited = small.edit("Links", {"link": "L1"}, capacity_kt=7.5, container_cost=310, capacity_direction="each")
    edited = edited.edit("demand", {"demand": rows["Demand"][0]["demand"]}, {year: 33})
    for sheet, table in typed.tables.items():
        pd.testing.assert_frame_equal(edited.tables[sheet], table)
    assert edited.lookup("Links", "capacity_kt")["L1"] == 7500.0
    assert small.lookup("Links", "capacity_kt")["L1"] == 2500.0
    shown = edited.sheet("Links").set_index("link")
    assert (shown.at["L1", "capacity_kt"], shown.at["L1", "container_cost"]) == (7.5, 310.0)
    assert edited.sheet("Links").attrs["units"]["capacity_kt"] == "Mt/year"
    assert edited.edits[0] == "Links L1: capacity_kt = 7.5, container_cost = 310, capacity_direction = each"


@pytest.mark.parametrize(
    ("sheet", "rows", "values", "words"),
    [
        ("Link", {"link": "L1"}, {"capacity_kteu": 1}, "no sheet “Link”. Did you mean “Links”?"),
        ("Links", {"lnk": "L1"}, {"capacity_kteu": 1}, "no column “lnk”. Did you mean “Link”?"),
        ("Links", {"link": "LL1"}, {"capacity_kteu": 1}, "No row of Links has “LL1” in Link. Did you mean “L1”?"),
        ("Links", {"link": "L1"}, {"capacity_teu": 1}, "no column “capacity_teu”. Did you mean “capacity_kteu”?"),
        ("Links", {"link": "L1"}, {"link": "L9"}, "Link is the key of Links; an edit cannot change it."),
        ("Links", {"link": "L1", "carrier": "rail"}, {"capacity_kteu": 1}, "no row that holds all of this together"),
        ("Links", {"link": "L1"}, {}, "No value is given"),
        ("Links", {"link": "L1"}, {"carrier": "rial"}, "“rial” is not in the sheet Carriers. Did you mean “rail”?"),
        ("Demand", {}, {2099: 5}, "Demand gives no year 2099; it gives: "),
        ("Scenarios", {}, {"name": "other"}, "An edit cannot change the sheet Scenarios."),
        ("Settings", None, {"discount_rat": 0.05}, "no setting “discount_rat”. Did you mean “discount_rate”?"),
        ("Settings", None, {"discount_rate": "much"}, "“much” is text where a number is expected"),
        ("Settings", None, {"discount_rate": 3}, "3 is above 1, but this is a share: write 3 % or 0.03"),
        ("Settings", {"settings": "discount_rate"}, {"value": 0.05}, "Name the setting"),
    ],
)
def test_a_slip_is_an_error_that_suggests_the_right_name(
    small: Case, sheet: str, rows: dict[str, object] | None, values: dict[str | int, object], words: str
) -> None:
    """Proves: a misspelt sheet, column, key or setting is an error that says what was probably meant. If it were
    ignored: a notebook would plan the case unchanged, and its author would not know."""
    with pytest.raises(CaseError) as caught:
        small.edit(sheet, rows, values)
    assert words in str(caught.value)


def test_all_mistakes_of_an_edit_are_told_at_once(small: Case) -> None:
    """Proves: one call names every mistake. If it were ignored: its author would mend one after the other."""
    with pytest.raises(CaseError) as caught:
        small.edit("Links", {"link": "L1", "lnk": 3}, capacity_teu=1, capacity_kteu="many")
    said = str(caught.value)
    assert "“lnk”" in said
    assert "“capacity_teu”" in said
    assert "“many”" in said


def test_settings_rows_and_blanks(small: Case) -> None:
    """Proves: a setting is set by keyword or as its row, in any spelling of the sheet; None empties a cell (no limit);
    a list and '*' name several rows; a scenario comes on top. If it were ignored: each of these would need a workbook.
    """
    assert small.edit("Settings", discount_rate="7 %").settings["discount_rate"] == pytest.approx(0.07)
    assert small.edit("settings", {"setting": "Discount rate"}, value=0.08).settings["discount_rate"] == 0.08
    unlimited = small.edit("Links", {"link": "L2"}, capacity_kteu=90).edit("Links", {"link": "L2"}, capacity_kteu=None)
    assert unlimited.table("Links").set_index("link")["capacity_kteu"].isna()["L2"]
    both = small.edit("Links", {"link": ["L1", "L2"]}, capacity_kteu=77).table("Links")
    assert both.loc[both["link"].isin(["L1", "L2"]), "capacity_kteu"].tolist() == [77.0, 77.0]
    every = small.edit("Links", {"link": "L*"}, capacity_kteu=77).table("Links")
    assert (every["capacity_kteu"] == 77.0).all()
    by_number = small.edit("Links", {"capacity_kt": 2.5}, capacity_kteu=78).table("Links")
    assert by_number.loc[by_number["capacity_kteu"] == 78.0, "link"].tolist() == ["L1"]
    name = small.table("Scenarios")["scenario"].iloc[-1]
    assert small.edit("Links", {"link": "L1"}, capacity_kteu=77).under(name).edits != ()


def test_a_doubtful_value_goes_to_the_log(small: Case, caplog: pytest.LogCaptureFixture) -> None:
    """Proves: a value far from the usual is taken with a warning that names the cell, and warnings about other cells
    are not told again. If it were ignored: a slip by a factor of a thousand would pass without a word."""
    with caplog.at_level(logging.WARNING, logger="model"):
        small.edit("Links", {"link": "L1"}, days_regular=99)
    assert {record.name for record in caplog.records} == {"model"}
    assert all("small.xlsx › Links › H4: " in record.message for record in caplog.records)
    assert "99 days is unusual" in caplog.text


def test_a_case_and_its_edits_are_told_on_one_line(small: Case) -> None:
    """Proves: the text of a case is a line with its size, not its tables. If it were ignored: a notebook that ends
    a cell with a case would print thousands of figures."""
    text = repr(small)
    assert text.startswith("<Case small: 3 nodes, ")
    assert "\n" not in text
    assert len(text) < 150


def test_reading_says_every_mistake(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Proves: `read_case` refuses a damaged workbook with its cells, and logs the warnings of a sound one.
    If it were ignored: a notebook would plan what the command line refuses."""
    rows = small_rows()
    rows["Links"][0]["carrier"] = "boat"
    with pytest.raises(CaseError, match="small.xlsx › Links › .*“boat” is not in the sheet Carriers"):
        read_case(write_case(tmp_path, rows))
    path = write_case(tmp_path)
    warned = [str(m) for m in load_case(path).messages if m.severity == "warning"]
    with caplog.at_level(logging.WARNING, logger="model"):
        read_case(str(path))
    assert [record.message for record in caplog.records] == warned
