"""Scenario overlays: what the changes do, with the arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.case.case import Case
from model.case.messages import CaseError
from model.case.reader import read_case
from model.case.scenarios.apply import apply_scenario, chain, scenario_names
from model.case.years import year_columns
from tests.case.small import small_rows, write_case


def changed(tmp_path: Path, *changes: dict[str, Any]) -> Case:
    """The small case under a scenario 'trial' of these changes."""
    rows = small_rows()
    rows["Scenarios"].append({"scenario": "trial"})
    rows["ScenarioChanges"] += [{"scenario": "trial", "operation": "set", **change} for change in changes]
    return read_case(write_case(tmp_path, rows), "trial")


def test_the_first_row_and_reference_are_the_base(tmp_path: Path) -> None:
    """Proves: 'reference', in any capitals, and the first row give the base tables. If it were ignored: the reference
    run would not be the base case."""
    case = read_case(write_case(tmp_path))
    assert scenario_names(case) == ["reference", "shut", "shut and dear"]
    for name in ("reference", "Reference"):
        same = apply_scenario(case, name)
        assert (same.tables["Links"] is case.tables["Links"], same.changes) == (True, ())
    with pytest.raises(CaseError, match="Did you mean “shut”"):
        apply_scenario(case, "shutt")


def test_based_on_comes_first(tmp_path: Path) -> None:
    """Proves: 'shut and dear' has the change of 'shut' (L3 closed from 2027) and its own (CO2 at 100 USD/t = 0.1).
    If it were ignored: combined scenarios would be half done."""
    case = read_case(write_case(tmp_path), "shut and dear")
    assert case.scenario == "shut and dear"
    assert chain(case, "shut and dear") == ["shut", "shut and dear"]
    assert case.settings["co2_price"] == pytest.approx(0.1)
    assert case.table("Links", 2026)["capacity_kteu"].isna().tolist() == [False, False, True]
    assert case.table("Links", 2027)["capacity_kteu"].tolist() == [50.0, 80.0, 0.0]


@pytest.mark.parametrize(
    ("operation", "value", "expected"),
    [
        ("set", 60, [60.0, 80.0]),
        ("multiply", 1.5, [75.0, 80.0]),
        ("add", -10, [40.0, 80.0]),
        ("multiply", "50 %", [25.0, 80.0]),
    ],
)
def test_operations_on_numbers(tmp_path: Path, operation: str, value: object, expected: list[float]) -> None:
    """Proves: set 60 → 60, 50 × 1.5 = 75, 50 - 10 = 40, 50 × 50 % = 25; other rows stay. If it were ignored: scenarios
    would compute something else than they say."""
    change = {"sheet": "Links", "match_column": "Link", "match_value": "L1", "column": "Container capacity"}
    case = changed(tmp_path, {**change, "operation": operation, "value": value})
    assert case.tables["Links"]["capacity_kteu"].tolist()[:2] == expected


def test_values_are_in_the_unit_of_the_sheet(tmp_path: Path) -> None:
    """Proves: 'add 1' on Mt adds 1000 kt to 2500; a factor is a bare number. If it were ignored: additions would be
    wrong by the factor of the unit."""
    change = {"sheet": "Links", "match_column": "link", "match_value": "L1", "column": "capacity_kt"}
    case = changed(
        tmp_path, {**change, "operation": "add", "value": 1}, {**change, "operation": "multiply", "value": 2}
    )
    assert case.tables["Links"]["capacity_kt"].tolist()[0] == 7000.0


@pytest.mark.parametrize(
    ("column", "pattern", "rows"),
    [
        ("Link", "*", [4, 5, 6]),
        ("Link", "l1; L3", [4, 6]),
        ("Route group", "Mid*", [4, 5]),
        ("carrier", "RAIL", [5, 6]),
        ("Length [km]", "470", [4]),
        (None, None, [4, 5, 6]),
    ],
)
def test_matching_rows(tmp_path: Path, column: str | None, pattern: str | None, rows: list[int]) -> None:
    """Proves: rows are picked by label, header or code name, lists and '*', in any capitals. If it were ignored: a
    change would touch other rows than meant."""
    change = {"sheet": "links", "match_column": column, "match_value": pattern, "column": "Surcharge", "value": 99}
    table = changed(tmp_path, change).tables["Links"]
    assert table.index[table["surcharge"] == 0.099].tolist() == rows


def test_words_flags_and_blanks_can_be_set(tmp_path: Path) -> None:
    """Proves: words, flags and several keys can be set, and 'blank' takes a limit away. If it were ignored: scenarios
    could change numbers only."""
    case = changed(
        tmp_path,
        {
            "sheet": "Projects", "match_column": "Tags", "match_value": "Caspian", "column": "Status",
            "value": "excluded",
        },
        {"sheet": "Links", "match_column": "Link", "match_value": "L2", "column": "Both ways", "value": "no"},
        {"sheet": "Nodes", "match_column": "Node", "match_value": "C", "column": "Areas", "value": "Caucasus; gate"},
        {
            "sheet": "Links", "match_column": "Link", "match_value": "L2", "column": "Container capacity",
            "value": "blank",
        },
    )  # fmt: skip
    assert case.tables["Projects"]["status"].tolist() == ["excluded", "committed"]
    assert case.tables["Links"]["both_ways"].tolist() == [True, False, True]
    assert case.tables["Nodes"]["area"].tolist()[2] == ("Caucasus", "gate")
    assert np.isnan(case.tables["Links"]["capacity_kteu"].tolist()[1])


def test_demand_from_a_year_on_leaves_the_years_before(tmp_path: Path) -> None:
    """Proves: D1 is 100 in 2026 and 140 in 2030, so 110 in 2027 and 120 in 2028; doubled from 2028 on it is 110, 240
    and 280. Other rows keep blanks. If it were ignored: the line from 2026 to 2030 would rise before the change."""
    change = {"sheet": "Demand", "match_column": "Demand", "match_value": "D1", "column": "years"}
    case = changed(tmp_path, {**change, "operation": "multiply", "value": 2, "from_year": 2028})
    demand = case.tables["Demand"]
    assert year_columns(demand) == [2026, 2027, 2028, 2030]
    assert demand[[2026, 2027, 2028, 2030]].to_numpy()[0].tolist() == [100.0, 110.0, 240.0, 280.0]
    assert np.isnan(demand[[2027, 2028, 2030]].to_numpy()[1]).all()


def test_demand_after_the_last_given_year(tmp_path: Path) -> None:
    """Proves: D2 is given in 2026 only (400, constant after); +100 from 2029 gives 400 in 2028 and 500 in 2029. If it
    were ignored: changes after the last given year would be lost or spread backwards."""
    change = {"sheet": "Demand", "match_column": "Demand", "match_value": "D2", "column": "years"}
    case = changed(tmp_path, {**change, "operation": "add", "value": 100, "from_year": 2029})
    row = case.tables["Demand"].iloc[1]
    assert (row[2026], row[2028], row[2029]) == (400.0, 400.0, 500.0)


def test_changes_with_a_last_year(tmp_path: Path) -> None:
    """Proves: D1 (110, 120, 130 in 2027 to 2029, 140 in 2030) doubled in 2028 and 2029 is 110, 240, 260, 140; L1 with
    10 kTEU to 2028 has its 50 again in 2029, and the years in which tables differ are told. If it were ignored: a
    closure of two years would last for good."""
    demand = {"sheet": "Demand", "match_column": "Demand", "match_value": "D1", "column": "years"}
    link = {"sheet": "Links", "match_column": "Link", "match_value": "L1", "column": "Container capacity"}
    case = changed(
        tmp_path,
        {**demand, "operation": "multiply", "value": 2, "from_year": 2028, "last_year": 2029},
        {**link, "value": 10, "last_year": 2028},
    )
    assert case.tables["Demand"][[2027, 2028, 2029, 2030]].to_numpy()[0].tolist() == [110.0, 240.0, 260.0, 140.0]
    found = {year: case.table("Links", year)["capacity_kteu"].iloc[0] for year in (2026, 2028, 2029, 2030)}
    assert found == {2026: 10.0, 2028: 10.0, 2029: 50.0, 2030: 50.0}
    assert case.change_years == (2026, 2029)


def test_demand_of_one_year_or_all(tmp_path: Path) -> None:
    """Proves: without a from-year a given year is changed alone, 'years' all of them. If it were ignored: growth
    scenarios would miss years."""
    change = {"sheet": "Demand", "match_column": "Demand", "match_value": "D1", "operation": "multiply", "value": 2}
    case = changed(tmp_path, {**change, "column": 2030}, {**change, "column": "years"})
    assert case.tables["Demand"][[2026, 2030]].to_numpy()[0].tolist() == [200.0, 560.0]


def test_from_the_first_year_there_is_nothing_before(tmp_path: Path) -> None:
    """Proves: a demand change from the first year on adds no year before it. If it were ignored: years outside the
    horizon would appear."""
    change = {"sheet": "Demand", "column": "years", "operation": "multiply", "value": 3, "from_year": 2026}
    demand = changed(tmp_path, change).tables["Demand"]
    assert year_columns(demand) == [2026, 2030]
    assert demand[2026].tolist() == [300.0, 1200.0]


def test_budget_windows_and_settings(tmp_path: Path) -> None:
    """Proves: money of an envelope and settings by name (multiply 20 USD/t by 2 = 0.04) can be changed. If it were
    ignored: budget and price scenarios could not be run."""
    case = changed(
        tmp_path,
        {"sheet": "Budgets", "match_column": "Envelope", "match_value": "bank", "column": "Amount", "value": 75},
        {
            "sheet": "Settings", "match_column": "Setting", "match_value": "co2_price", "column": "Value",
            "operation": "multiply", "value": 2,
        },
        {"sheet": "Settings", "column": "Seed", "value": 3},
    )  # fmt: skip
    assert case.tables["Budgets"]["amount"].tolist() == [50.0, 75.0]
    assert (case.settings["co2_price"], case.settings["seed"]) == (pytest.approx(0.04), 3)


def test_a_wrong_result_is_told_at_the_change(tmp_path: Path) -> None:
    """Proves: a change that breaks a rule of the base is refused, naming both the change and the cell it changes. If it
    were ignored: overlays would be checked less strictly than base sheets."""
    with pytest.raises(CaseError) as caught:
        changed(
            tmp_path,
            {"sheet": "Links", "match_column": "Link", "match_value": "L1", "column": "Carrier", "value": "shp"},
        )
    (error,) = caught.value.errors
    assert (error.sheet, error.code) == ("ScenarioChanges", "reference-unknown")
    assert "small.xlsx › Links › D4" in error.text
    assert "Did you mean “ship”?" in error.text


def test_overlays_work_on_cases_made_in_memory() -> None:
    """Proves: apply_scenario needs no workbook. If it were ignored: benchmark and study cases could not use it."""
    tables: dict[str, Any] = {
        "Periods": [{"period": "2026", "first_year": 2026}],
        "Carriers": [
            {
                "carrier": "rail", "mode": "rail", "accepts_container": True, "accepts_dry_bulk": True,
                "accepts_liquid_bulk": True,
            }
        ],
        "Nodes": [{"node": node, "name": node, "country": "KZ", "kind": "hub"} for node in "AB"],
        "Links": [
            {
                "link": "L", "from_node": "A", "to_node": "B", "carrier": "rail", "length_km": 1, "days_regular": 1,
                "capacity_kteu": 5.0,
            }
        ],
        "Scenarios": [{"scenario": "reference"}, {"scenario": "more"}],
        "ScenarioChanges": [
            {"scenario": "more", "sheet": "Links", "column": "capacity_kteu", "operation": "multiply", "value": "3"}
        ],
    }  # fmt: skip
    case = Case.from_tables("memory", tables)
    assert apply_scenario(case, "more").tables["Links"]["capacity_kteu"].tolist() == [15.0]


def test_changes_of_the_reference_hold_in_every_scenario(tmp_path: Path) -> None:
    """Proves: L1 is shut until 2027 in the reference and in 'dear' alike; 'dear' doubles L2's 120 USD on top of the 100
    that the reference gives from 2027: 240 in 2026, 200 from 2027. If it were ignored: a reference that changes over
    the years (a canal that opens again) would be lost in every scenario, or a scenario's price in later years."""
    rows = small_rows()
    rows["Scenarios"].append({"scenario": "dear"})
    links = {"sheet": "Links", "match_column": "Link", "operation": "set"}
    cost = {**links, "match_value": "L2", "column": "Cost per TEU"}
    rows["ScenarioChanges"] += [
        {"scenario": "reference", **links, "match_value": "L1", "column": "Container capacity", "value": 0},
        {
            "scenario": "reference",
            **links,
            "match_value": "L1",
            "column": "Container capacity",
            "value": 50,
            "from_year": 2027,
        },
        {"scenario": "reference", **cost, "value": 120},
        {"scenario": "reference", **cost, "value": 100, "from_year": 2027},
        {"scenario": "dear", **cost, "operation": "multiply", "value": 2},
    ]
    path = write_case(tmp_path, rows)
    for name in (None, "reference", "dear", "shut"):
        case = read_case(path, name)
        assert [case.table("Links", year)["capacity_kteu"].iloc[0] for year in (2026, 2027)] == [0.0, 50.0]
        factor = 2.0 if name == "dear" else 1.0
        prices = [case.table("Links", year)["container_cost"].iloc[1] for year in (2026, 2027)]
        assert prices == pytest.approx([0.12 * factor, 0.1 * factor])
    assert apply_scenario(read_case(path), "dear").table("Links", 2027)["container_cost"].iloc[1] == pytest.approx(0.2)
