"""What used to be read in silence, where a workbook of the corpus cannot show it: formulas, sheets, prices, doors."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from model.case.checks.register import run_checks
from model.case.codes import Severity
from model.case.grouping import grouped_lines
from model.case.messages import Findings, Message
from model.case.reader import check_case, read_case, read_tables
from model.case.schema import SHEETS
from model.case.sheets.number_formats import key_format
from model.case.sheets.profiles import profile_shares, spending_shares
from model.case.sheets.raw import RawCase, RawSheet
from model.formulation.plugins import constraint_families
from tests.case.hostile import rebuilt
from tests.case.small import Rows, headers, small_rows, write_case
from tests.case.test_mutations import raw_rows


def errors_of(path: Path) -> list[Message]:
    """Errors of a case and its scenarios."""
    return [message for message in check_case(path) if message.severity is Severity.ERROR]


def written_by_a_program(folder: Path, formula: str, saved: object) -> Path:
    """The small case as a program writes it, with a formula as the length of L1 and the value that is saved with it."""
    path = folder / "small.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name, records in small_rows().items():
        sheet = book.add_worksheet(name)
        for place, column in enumerate(headers(name, records)):
            sheet.write(0, place, column if isinstance(column, int) else SHEETS[name].column(column).header)
            for offset, record in enumerate(records, start=1):
                if (name, column, offset) == ("Links", "length_km", 1):
                    sheet.write_formula(offset, place, formula, None, saved)
                elif record.get(column) is not None:
                    sheet.write(offset, place, record[column])
    book.close()
    return path


def test_formulas_that_a_program_left_to_excel_are_no_zeros(tmp_path: Path) -> None:
    """Proves: a formula saved with 0 in a workbook that asks Excel to calculate when it opens (what pandas writes) is
    an error in its cell, another saved value a warning. If it were ignored: =400+70 would be a leg of 0 km."""
    (error,) = errors_of(written_by_a_program(tmp_path, "=400+70", 0))
    assert (error.code, error.sheet, error.cell) == ("formula-uncalculated", "Links", "G2")
    (warning,) = check_case(written_by_a_program(tmp_path, "=400+70", 470))
    assert (warning.code, warning.sheet, warning.cell) == ("formula-doubtful", "Links", "G2")
    assert read_case(tmp_path / "small.xlsx").table("Links")["length_km"].iloc[0] == 470.0


@pytest.mark.parametrize(
    ("calculation", "codes"),
    [
        ("", []),
        ('<calcPr calcId="191029"/>', []),
        ('<calcPr calcMode="manual"/>', ["formula-doubtful"]),
        ('<calcPr calcCompleted="0"/>', ["formula-uncalculated"]),
    ],
)
def test_how_a_workbook_was_calculated_is_asked(tmp_path: Path, calculation: str, codes: list[str]) -> None:
    """Proves: a 0 that Excel calculated is a figure; by hand it may be old; in a workbook saved before the end of the
    calculation it is none. If it were ignored: honest zeros would be refused or stale ones believed."""
    written = written_by_a_program(tmp_path, "=1-1", 0).read_bytes()

    def settled(text: str) -> str:
        return text.replace('<calcPr calcId="124519" fullCalcOnLoad="1"/>', calculation)

    (tmp_path / "small.xlsx").write_bytes(rebuilt({"xl/workbook.xml": settled}, written))
    found = [m.code for m in check_case(tmp_path / "small.xlsx") if m.code.startswith("formula")]
    assert found == codes


@pytest.mark.parametrize("sheet", ["Scenarios", "Constraints", "Vessels"])
def test_a_sheet_with_only_its_key_has_a_header(sheet: str) -> None:
    """Proves: a sheet of nothing but its key column is read, or told which columns it wants, not that it has no header.
    If it were ignored: a planner would look for a header that is there."""
    rows = small_rows()
    key = SHEETS[sheet].key[0]
    raw = {name: RawSheet("f", name, name, [tuple(row) for row in raw_rows(name)]) for name in rows}
    records = [(record[key],) for record in rows[sheet]]
    raw[sheet] = RawSheet("f", sheet, sheet, [(sheet,), (SHEETS[sheet].column(key).header,), *records])
    findings = Findings()
    run_checks(read_tables(RawCase(raw), findings))
    wanted = {column.name for column in SHEETS[sheet].columns if column.required} - {key}
    missing = {m.column for m in findings.messages if m.code == "column-missing" and m.sheet == sheet}
    assert missing == wanted
    assert not [m for m in findings.messages if m.code == "header-missing"]


def test_a_switch_of_no_family_is_told_at_its_cell(tmp_path: Path) -> None:
    """Proves: 'capcity' in Constraints is an error of the check with the cell and the right name; the names are those
    of the formulation. If it were ignored: the check would pass what the solve refuses."""
    rows = small_rows()
    rows["Constraints"][0]["constraint"] = "capcity"
    (error,) = check_case(write_case(tmp_path, rows), families=constraint_families())
    assert (error.code, error.sheet, error.cell) == ("constraint-unknown", "Constraints", "A4")
    assert "“capacity”" in error.text
    assert check_case(write_case(tmp_path), families=constraint_families()) == []


def ports(**last: object) -> Rows:
    """Three ports that charge 70 USD/TEU for transfer, and one with these figures."""
    port = {"country": "KZ", "kind": "port", "transfer_cost": 70, "confidence": "assumption"}
    rows: Rows = [{**port, "node": f"N{number}", "name": f"Port {number}"} for number in range(3)]
    return [*rows, {**port, "node": "N3", "name": "Port 3", **last}]


@pytest.mark.parametrize(("price", "told"), [(None, True), (0, False), (5, False)])
def test_a_port_without_prices_is_told(tmp_path: Path, price: object, told: bool) -> None:
    """Proves: a port whose prices were left empty among ports that charge is remarked; a typed 0 is a price. If it were
    ignored: a new port would be free and win every project."""
    rows = small_rows()
    rows["Nodes"] += ports(transfer_cost=price)
    found = [m for m in check_case(write_case(tmp_path, rows)) if m.code == "price-missing"]
    assert [m.cell for m in found] == (["R10"] if told else [])


def test_a_leg_priced_only_for_some_cargo_is_told(tmp_path: Path) -> None:
    """Proves: a leg whose every cargo has a tariff in Costs needs no price of its own; one cargo without is named. If
    it were ignored: the remark would be noise, or boxes would ride free."""
    rows = small_rows()
    for column in ("container_cost", "tonne_cost"):
        rows["Links"][2][column] = None
    (message,) = check_case(write_case(tmp_path, rows))
    assert (message.code, message.cell) == ("price-missing", "K6")
    assert "free for box;" in message.text
    rows["Costs"].append({**rows["Costs"][0], "commodity": "box"})
    assert check_case(write_case(tmp_path, rows)) == []


def test_errors_come_at_once_scenarios_included(tmp_path: Path) -> None:
    """Proves: an error of the base and one of a scenario are told together, and no scenario is blamed for what the base
    lacks. If it were ignored: each mend would bring the next error."""
    rows = small_rows()
    rows["Projects"][0]["capex"] = "forty"
    rows["ScenarioChanges"][0]["match_value"] = "Northern"
    rows["ScenarioChanges"].append(
        {"scenario": "shut", "sheet": "Projects", "column": "capex", "operation": "multiply", "value": 2}
    )
    path = write_case(tmp_path, rows)
    told = {(error.code, error.sheet) for error in errors_of(path)}
    assert told == {("number-expected", "Projects"), ("change-no-row", "ScenarioChanges")}


def test_one_cause_is_one_line(tmp_path: Path) -> None:
    """Proves: a deleted node, which many cells name, is one line with its places; the cells stay apart in the list of
    remarks. If it were ignored: one slip would fill the screen."""
    rows = small_rows()
    del rows["Nodes"][2]
    messages = errors_of(write_case(tmp_path, rows))
    named = [m for m in messages if m.code == "reference-unknown" and m.seen == "C"]
    assert len(named) == 5  # two links, two flows, one market of boxes
    lines = [line for line in grouped_lines(messages) if "“C”" in line]
    assert len(lines) == 1
    assert lines[0].startswith("ERROR (5 places) ")
    assert "Links › C5, C6" in lines[0]


def test_a_required_cell_is_not_to_be_left_empty(tmp_path: Path) -> None:
    """Proves: text in a required figure asks for a figure, text in another may be cleared. If it were ignored: the
    advice would lead to the next error."""
    rows = small_rows()
    rows["Links"][0] |= {"length_km": "abc", "capacity_kt": "abc"}
    rows["Settings"][0]["value"] = "abc"
    texts = {(m.sheet, m.column): m.text for m in errors_of(write_case(tmp_path, rows))}
    assert "Leave the cell empty" not in texts["Links", "length_km"]
    assert "Leave the cell empty" not in texts["Settings", "value"]
    assert "Leave the cell empty" in texts["Links", "capacity_kt"]


def test_one_reader_of_spending_profiles() -> None:
    """Proves: '20,5; 79,5', '20%; 80%' and '20 %;80 %' are what they say, and what cannot be read is refused where a
    case is made in code too. If it were ignored: the check would pass what the solve fails on."""
    assert profile_shares("20,5; 79,5") == [20.5, 79.5]
    assert profile_shares("20%; 80 %") == spending_shares("20;80", 2) == [20.0, 80.0]
    assert spending_shares(None, 3) == [1.0, 1.0, 1.0]
    with pytest.raises(ValueError, match="should be percentages"):
        spending_shares("half", 1)


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("000", 7, "007"),
        ("00", 123, "123"),
        ('"P"000', 7, "P007"),
        (r"\L\-00", 7, "L-07"),
        ('0"a"', 7, "7a"),
        ("000;-000", 7, "007"),
    ],
)
def test_keys_as_excel_shows_them(code: str, number: int, shown: str) -> None:
    """Proves: formats that pad a number or put words beside it are understood. If it were ignored: 7 shown as 007 would
    be another key than the text 007."""
    pattern = key_format(code)
    assert pattern is not None
    assert pattern.shown(number) == shown


@pytest.mark.parametrize("code", ["0", "General", "#,##0", "0.00", "0%", "yyyy-mm-dd", "@", "[Red]000", ""])
def test_other_number_formats_change_no_key(code: str) -> None:
    """Proves: formats that show the number itself, or no whole number, are left alone. If it were ignored: keys would
    be altered by a colour or a thousands mark."""
    assert key_format(code) is None
