"""What a remark advises for a slip of the hand, and that one slip in a row does not hide the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.messages import Message
from model.case.reader import check_case
from model.case.schema.columns import Kind
from model.case.sheets.cells import parse_cell
from tests.case.sheets.test_cells import column
from tests.case.small import Row, make_book, position, small_rows, write_case


def remarks(tmp_path: Path, sheet: str, index: int, record: Row) -> dict[str, Message]:
    """Remarks on one sheet by column, with some cells of one record replaced."""
    rows = small_rows()
    rows[sheet][index] |= record
    return {
        str(message.column): message for message in check_case(write_case(tmp_path, rows)) if message.sheet == sheet
    }


@pytest.mark.parametrize("typed", ["250 USD", "130k", "60-80", "~2", "$110"])
@pytest.mark.parametrize("required", [True, False])
def test_a_number_with_words_asks_for_the_number_in_the_unit_of_the_column(typed: str, required: bool) -> None:
    """Proves: '250 USD' in a column of millions asks for one number in million USD. If it were ignored: the advice to
    empty the cell would lose the figure, and '250' would be typed for dollars."""
    ((code, text),) = parse_cell(column(Kind.NUMBER, unit="million USD", required=required), typed).remarks
    assert code == "number-expected"
    assert text.endswith("Type one number and nothing else, in million USD.")


@pytest.mark.parametrize(("typed", "read"), [("≥", ">="), ("≤", "<=")])
def test_the_sign_of_a_limit_as_it_is_printed(typed: str, read: str) -> None:
    """Proves: ≥ and ≤ are read as >= and <=. If it were ignored: a limit copied from a report would be refused."""
    parsed = parse_cell(column(Kind.CHOICE, allowed=("<=", ">=", "=")), typed)
    assert (parsed.value, parsed.remarks) == (read, ())


@pytest.mark.parametrize(
    ("sheet", "record", "blamed", "advice"),
    [
        ("Links", {"carrier": "lorry"}, "carrier", "It holds rail, ship."),
        ("Budgets", {"scope_kind": "country", "scope": "Kazakhstan"}, "scope", "Did you mean “KZ”?"),
        ("Settings", {"setting": "default_life"}, "setting", "Did you mean “default_life_years”?"),
        ("ScenarioChanges", {"column": "Capacity"}, "column", "Is it one of Container capacity, Tonnage capacity"),
    ],
)
def test_what_cannot_be_found_is_near_at_hand(
    tmp_path: Path, sheet: str, record: Row, blamed: str, advice: str
) -> None:
    """Proves: where no word is like the one typed, the few that there are stand in the remark; a country leads to its
    code, a setting to the name that the sheet shows. If it were ignored: the planner would look them up."""
    assert advice in remarks(tmp_path, sheet, 0, record)[blamed].text


def test_a_renamed_header_is_offered_for_the_missing_one(tmp_path: Path) -> None:
    """Proves: the remark on a missing column names the headers that mean none, with their cells. If it were ignored:
    two remarks, an error and a warning far below it, would have to be put together."""
    book = make_book(small_rows())
    book["Links"].cell(3, position("Links", "length_km")).value = "Distance (km)"
    book.save(tmp_path / "small.xlsx")
    (missing,) = [one for one in check_case(tmp_path / "small.xlsx") if one.code == "column-missing"]
    assert "“Distance (km)” (G3)" in missing.text


def test_one_row_at_a_time_is_said_in_the_singular(tmp_path: Path) -> None:
    """Proves: one hidden row 'is', several 'are'. If it were ignored: 'Rows 4 are' would be read as four rows."""
    for hidden, words in (((4,), "Row 4 is hidden"), ((4, 5), "Rows 4-5 are hidden")):
        book = make_book(small_rows())
        for row in hidden:
            book["Links"].row_dimensions[row].hidden = True
        book.save(tmp_path / "small.xlsx")
        assert any(words in message.text for message in check_case(tmp_path / "small.xlsx"))


def test_every_slip_in_a_change_is_told_at_once(tmp_path: Path) -> None:
    """Proves: an unknown key and an unknown column are both told, beside a year that is none, and so they are without
    it. If it were ignored: each check would bring the next mistake of the same row to light."""
    slips: Row = {"sheet": "Links", "match_column": "Link", "match_value": "L11", "column": "Kapazität"}
    for more, columns in (({"from_year": "soon"}, {"from_year"}), ({}, set[str]())):
        told = remarks(tmp_path, "ScenarioChanges", 0, {**slips, **more})
        assert set(told) == {"match_value", "column", *columns}


def test_a_project_that_may_open_only_after_the_plan(tmp_path: Path) -> None:
    """Proves: the remark stands in the cell of the earliest opening and speaks of it. If it were ignored: it would
    blame the construction time, which is in order."""
    told = remarks(tmp_path, "Projects", 0, {"earliest_opening": 2040})["earliest_opening"]
    assert told.code == "window-too-short"
    assert "it may open in 2040 at the earliest" in told.text
