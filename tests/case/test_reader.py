"""Reading good cases: layouts, units, provenance."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from model.case.codes import Severity
from model.case.messages import CaseError, Findings
from model.case.reader import load_case, read_case
from model.case.schema import SCHEMA_VERSION
from model.case.sheets.settings import check_version
from model.case.text import bare_letters
from tests.case.small import FIRST_ROW, HEADER_ROW, SMALL, make_book, position, small_rows, write_case


def test_values_arrive_in_canonical_units_with_their_defaults(tmp_path: Path) -> None:
    """Proves: Mt become kt (2.5 → 2500), USD/TEU become million USD/kTEU (280 → 0.28), blanks their default or NaN.
    If it were ignored: every figure of the plan would be off by the factor."""
    case = read_case(write_case(tmp_path))
    link = case.tables["Links"].set_index("link").loc["L1"]
    assert (link["capacity_kt"], link["container_cost"], link["both_ways"]) == (2500.0, 0.28, True)
    assert case.tables["Links"].set_index("link").loc["L3", "capacity_kteu"] != case.tables["Links"]["length_km"].max()
    assert case.tables["Links"]["capacity_kteu"].isna().tolist() == [False, False, True]
    # A has had the area since L1, a ship from A to B, would otherwise be told as no crossing of the Caspian.
    assert case.tables["Nodes"]["area"].tolist() == [("Caspian",), ("Caspian", "ports"), ()]
    assert case.settings["co2_price"] == pytest.approx(0.02)
    assert (case.settings["seed"], case.settings["gap"]) == (7, 0.002)
    assert [period.first_year for period in case.periods] == [
        2026,
        2027,
        2028,
        2029,
    ]  # 2027-2028 is split where a change begins in 2028


def test_every_value_knows_its_cell_and_every_file_its_hash(tmp_path: Path) -> None:
    """Proves: Case.cell names file, sheet and cell, and files holds the SHA-256 of the bytes. If it were ignored: no
    result could be traced to its input."""
    path = write_case(tmp_path)
    case = read_case(path)
    row = int(case.tables["Links"].index[case.tables["Links"]["link"] == "L2"][0])
    address = case.cell("Links", row, "length_km").split(" › ")
    assert address[:2] == ["small.xlsx", "Links"]
    assert openpyxl.load_workbook(path)["Links"][address[2]].value == 560
    assert dict(case.files) == {"small.xlsx": hashlib.sha256(path.read_bytes()).hexdigest()}
    assert case.cell("Demand", FIRST_ROW, 2030).endswith(
        openpyxl.utils.get_column_letter(position("Demand", 2030)) + "4"
    )


def test_a_case_may_be_spread_over_workbooks(tmp_path: Path) -> None:
    """Proves: sheets are found wherever they stand. If it were ignored: departments could not own their files."""
    rows = small_rows()
    write_case(tmp_path, {name: rows[name] for name in list(rows)[:4]}, "one.xlsx")
    write_case(tmp_path, {name: rows[name] for name in list(rows)[4:]}, "two.xlsx")
    spread, single = read_case(tmp_path), read_case(write_case(tmp_path / "..", name="single.xlsx"))
    for name in rows:
        assert spread.tables[name].equals(single.tables[name]), name
    assert sorted(spread.files) == ["one.xlsx", "two.xlsx"]


def _with_header_row(row: int, path: Path) -> None:
    book = make_book(small_rows())
    for sheet in book.worksheets:
        if row > HEADER_ROW:
            sheet.insert_rows(1, row - HEADER_ROW)
        elif row < HEADER_ROW:
            sheet.delete_rows(1, HEADER_ROW - row)
    book.save(path)


@pytest.mark.parametrize("row", [1, 2, 3, 10])
def test_the_header_is_found_below_titles(row: int, tmp_path: Path) -> None:
    """Proves: headers in row 1 or below up to nine rows of titles are found. If it were ignored: a planner could not
    write a heading."""
    _with_header_row(row, tmp_path / "case.xlsx")
    case = read_case(tmp_path / "case.xlsx")
    assert case.tables["Links"].index.tolist() == [row + 1, row + 2, row + 3]


def test_headers_by_label_code_name_and_with_other_letters(tmp_path: Path) -> None:
    """Proves: a header may be the label with or without unit, the code name, in any capitals and order. If it were
    ignored: tidied headers would break the case."""
    book = make_book(small_rows())
    links = book["Links"]
    for column, text in (
        ("length_km", "LENGTH\u00a0"),
        ("days_regular", "days_regular"),
        ("capacity_kt", "Tonnage\ncapacity"),
    ):
        links.cell(HEADER_ROW, position("Links", column)).value = text
    links.move_range(f"A{HEADER_ROW}:A20", cols=40)
    links.title = "another"  # openpyxl would count “links” beside “Links” as a second one
    links.title = "links"
    book.save(tmp_path / "case.xlsx")
    reading = load_case(tmp_path / "case.xlsx")
    assert reading.messages == []
    assert reading.case is not None
    assert reading.case.tables["Links"]["capacity_kt"].tolist()[:2] == [
        2500.0,
        pytest.approx(float("nan"), nan_ok=True),
    ]


def test_comment_rows_and_blank_rows_are_no_records(tmp_path: Path) -> None:
    """Proves: '#' in column A makes a comment, also inside a table; rows of spaces are blank. If it were ignored: a
    note would be read as a link."""
    rows = small_rows()
    rows["Links"].insert(1, {"link": "# old ferry", "from_node": "nowhere", "length_km": "?"})
    rows["Links"].append({"link": "  ", "name": " "})
    reading = load_case(write_case(tmp_path, rows))
    assert reading.messages == []
    assert reading.case is not None
    assert reading.case.tables["Links"].index.tolist() == [4, 6, 7]


def test_numbers_as_keys_keep_their_look(tmp_path: Path) -> None:
    """Proves: period 2026 typed as a number is the key '2026', also where it is referred to; '007' keeps its zeros and
    'NA' is a country. If it were ignored: keys would not match."""
    rows = small_rows()
    rows["Periods"][0]["period"] = 2026
    rows["Nodes"][0]["country"] = "NA"
    rows["Sources"].append({"source": 7, "title": "Seven"})
    rows["Links"][0]["source"] = "S1; 7"
    case = read_case(write_case(tmp_path, rows))
    assert case.tables["Periods"]["period"].tolist()[0] == "2026"
    assert case.tables["Nodes"]["country"].tolist()[0] == "NA"
    assert case.tables["Links"]["source"].tolist()[0] == ("S1", "7")


def test_percent_cells_are_shares(tmp_path: Path) -> None:
    """Proves: a cell shown as 80 % holds 0.8. If it were ignored: percentages would be refused or doubled."""
    book = make_book(small_rows())
    cell = book["Funding"].cell(FIRST_ROW, position("Funding", "share"))
    cell.value, cell.number_format = 0.75, "0%"
    book.save(tmp_path / "case.xlsx")
    assert read_case(tmp_path / "case.xlsx").tables["Funding"]["share"].tolist() == [0.75]


def test_dates_of_the_1904_system_have_the_right_year(tmp_path: Path) -> None:
    """Proves: a workbook made on an old Mac gives the year it shows. If it were ignored: dates would be four years
    off."""
    book = make_book(small_rows())
    book.epoch = CALENDAR_MAC_1904
    book["Projects"].cell(FIRST_ROW, position("Projects", "earliest_opening")).value = datetime.datetime(2028, 1, 1)
    book.save(tmp_path / "case.xlsx")
    assert read_case(tmp_path / "case.xlsx").tables["Projects"]["earliest_opening"].tolist()[0] == 2028.0


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Proves: CaseError holds every error, in order of sheets, one line each. If it were ignored: the planner would
    mend one mistake a run."""
    rows = small_rows()
    rows["Links"][0]["length_km"] = "abc"
    rows["Links"][2]["carrier"] = "shp"
    rows["Demand"][0]["market_size"] = 50
    with pytest.raises(CaseError) as caught:
        read_case(write_case(tmp_path, rows))
    assert [(error.sheet, error.code) for error in caught.value.errors] == [
        ("Demand", "share-percent"),
        ("Links", "number-expected"),
        ("Links", "reference-unknown"),
    ]
    assert len(str(caught.value).splitlines()) == 3
    assert "Did you mean “ship”?" in str(caught.value)


def test_another_schema_version_is_told(tmp_path: Path) -> None:
    """Proves: a case of a newer version is refused, one that names an older version is read with a note, and one that
    names none is read silently. If it were ignored: a new column of a newer case would be left out of the plan."""
    rows = small_rows()
    rows["Settings"].append({"setting": "Schema version", "value": SCHEMA_VERSION + 1})
    assert [message.code for message in load_case(write_case(tmp_path, rows)).messages] == ["schema-newer"]
    findings = Findings()
    check_version(1, 2, findings)
    check_version(2, 2, findings)
    assert [(message.code, message.severity) for message in findings.messages] == [("schema-older", Severity.NOTE)]
    assert load_case(write_case(tmp_path)).messages == []


def test_the_small_case_is_not_altered_by_tests() -> None:
    """Proves: small_rows gives a copy. If it were ignored: one test would spoil the next."""
    small_rows()["Links"].clear()
    assert len(SMALL["Links"]) == 3


@pytest.mark.parametrize(
    ("sheet", "index", "column", "value", "hint"),
    [
        ("Links", 0, "from_node", "Alpha", "That is the name of “A”; the key is wanted here."),
        ("Links", 0, "from_node", "АА", "is not in the sheet Nodes."),
        ("ProjectEffects", 1, "project", "Second ship", "That is the name of “P2”"),
    ],
)
def test_a_name_where_the_key_is_wanted(
    tmp_path: Path, sheet: str, index: int, column: str, value: str, hint: str
) -> None:
    """Proves: whoever types the name of a place or project is told its key. If it were ignored: 'is not in the sheet'
    would be said of what stands there to read."""
    rows = small_rows()
    rows[sheet][index][column] = value
    assert any(hint in message.text for message in load_case(write_case(tmp_path, rows)).messages)


@pytest.mark.parametrize("typed", ["Xian", "xi an", "Xi’an", "Xi'an dry port", "Xian dry prot"])
def test_a_name_is_known_by_its_letters(tmp_path: Path, typed: str) -> None:
    """Proves: the beginning of a name leads to its key whatever its apostrophes, spaces and accents, and so does a name
    with a mistake. If it were ignored: “Xian” would be said to be unknown, beside the node “Xi'an dry port”."""
    rows = small_rows()
    rows["Nodes"][0]["name"] = "Xi'an dry port"
    rows["Links"][0]["from_node"] = typed
    texts = [message.text for message in load_case(write_case(tmp_path, rows)).messages]
    assert any(f"“{typed}”" in text and "“A”" in text for text in texts)
    assert bare_letters("Halkalı–Çerkezköy") == bare_letters("halkali cerkezkoy")


def test_a_misspelt_name_is_known_by_its_first_word(tmp_path: Path) -> None:
    """Proves: “Shangai” leads to the key of “Shanghai/Ningbo (market+port)”, not to that of a short name with some
    of its letters. If it were ignored: the hint would be Astana (a reviewer's finding)."""
    rows = small_rows()
    rows["Nodes"][0]["name"], rows["Nodes"][1]["name"] = "Shanghai/Ningbo (market+port)", "Astana"
    rows["Links"][0]["from_node"] = "Shangai"
    texts = [message.text for message in load_case(write_case(tmp_path, rows)).messages]
    assert any("“Shangai”" in text and "Did you mean “A”?" in text for text in texts)


def test_misspelt_headers_say_what_was_meant(tmp_path: Path) -> None:
    """Proves: a misspelt header with its unit is led back to the column, a year with a letter to the bare year. If it
    were ignored: figures would be left out with a warning that helps nobody."""
    book = make_book(small_rows())
    book["Links"].cell(3, position("Links", "length_km")).value = "Lenght [km]"
    book["Demand"].cell(3, position("Demand", 2030)).value = "y2030"
    book.save(tmp_path / "small.xlsx")
    texts = [message.text for message in load_case(tmp_path / "small.xlsx").messages]
    assert any("Did you mean “Length”?" in text for text in texts)
    assert any("the header is the bare number, 2030" in text for text in texts)
