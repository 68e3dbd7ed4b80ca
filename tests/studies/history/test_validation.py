"""Single years by the sheet History, and the study that tests constants on them."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from model.case.case import Case
from model.case.keys import joined
from model.case.messages import CaseError
from model.case.scenarios.history import history_messages, in_year, years_of
from model.plan.mentions import BETWEEN_KEYS
from model.solvers.core.options import SolveOptions
from model.studies.history.calibration import in_narrow_steps
from model.studies.history.validation import _chosen, validate
from tests.features.choice.cases import option, parallel, solved, table_of
from tests.minis import Record

PAIRS = {"A-B": {"Middle": 3.0, "North": 2.5, "Ocean": 2.0}}
OPTIONS = SolveOptions(threads=1, gap=1e-9)


def change(year: int, **more: object) -> Record:
    """A row of History: the ocean half a million dearer in that year."""
    return {
        "year": year, "sheet": "Links", "match_column": "Link", "match_value": "Ocean A-B", "column": "Cost per TEU",
        "operation": "add", "value": "500", **more,
    }  # fmt: skip


def count(year: int, family: str, value: float, use: str = "test") -> Record:
    """A count of the market M by a corridor."""
    return {
        "observation": f"{family} {year}", "name": family, "asset_kind": "link", "assets": ("Ocean A-B",),
        "market": "M", "family": family, "measure": "kTEU", "year": year, "value": value, "use": use,
    }  # fmt: skip


def case_with(history: list[Record], observed: list[Record]) -> Case:
    """One market, three corridors, spread 1; base tables with the ocean at 2."""
    case = parallel(PAIRS, [option("Middle", spread=1.0), option("North"), option("Ocean")])
    return case.with_tables(History=table_of("History", history), Observed=table_of("Observed", observed))


def test_a_year_is_as_history_says_and_others_are_not() -> None:
    """
    Proves: in 2023 the ocean costs 2.5 (2 + 500 USD/TEU), in 2024 it costs 2 again, for a row holds in its year alone;
    and nothing is left to decide. If it were ignored: the prices of 2023 would stay for good.
    """
    case = case_with([change(2023)], [])
    assert years_of(case) == [2023]
    cost = [
        in_year(case, year).table("Links", year).set_index("link").container_cost["Ocean A-B"] for year in (2023, 2024)
    ]
    assert cost == [2.5, 2.0]
    assert in_year(case, 2023).first_year == in_year(case, 2023).last_year == 2023
    assert case.table("Links").set_index("link").container_cost["Ocean A-B"] == 2.0


def test_a_row_that_fits_nothing_is_told() -> None:
    """
    Proves: a row of History for a link that is not there is an error that names the sheet, found by check without any
    study being run. If it were ignored: a closure with a slip of the pen would close nothing.
    """
    case = case_with([change(2023, match_value="Oecan A-B")], [])
    (message,) = history_messages(case)
    assert message.sheet == "History"
    assert "Oecan" in message.text
    with pytest.raises(CaseError):
        in_year(case, 2023)


def test_tests_are_judged_and_counts_of_calibration_are_not() -> None:
    """
    Proves: the count made with the ocean half dearer is met exactly in 2023 (a hit), one twice as high is missed by
    half, a row to calibrate on is not looked at, and a year of Observed that History does not describe is not run.
    If it were ignored: constants would be praised for counts that they were fitted to.
    """
    dear = (
        solved(in_narrow_steps(in_year(case_with([change(2023)], []), 2023)))
        .tables["choice"]
        .set_index("family")["served"]
    )
    observed = [
        count(2023, "North", float(dear["North"])),
        count(2023, "Middle", 2 * float(dear["Middle"])),
        count(2023, "Ocean", 99.0, "calibrate"),
        count(2022, "North", 1.0),
    ]
    found = validate(case_with([change(2023)], observed), OPTIONS)
    rows = found.rows.set_index("observation")
    assert list(rows.index) == ["North 2023", "Middle 2023"]
    assert rows["verdict"].tolist() == ["hit", "miss"]
    assert rows["deviation"].tolist() == pytest.approx([0.0, -0.5], abs=1e-6)
    assert (found.hits, found.tests) == (1, 2)


def test_years_are_planned_in_steps_as_narrow_as_those_of_calibration() -> None:
    """
    Proves: a case with steps of 2 log odds is tested in steps of 0.05: what is told of the North in 2023 is within
    1 % of the logit of costs 3, 2.5 and 2.5 at a spread of 1, exp(-2.5) / (exp(-3) + 2 exp(-2.5)) = 38.4 % of what
    chooses; at steps of 2 it is more than 2 % off. A case without choice stays as it is. If it were ignored: constants
    of the logit would be judged by corners of steps, which are off by a tenth where one entry decides.
    """
    wide = case_with([change(2023)], [count(2023, "North", 1.0)]).with_settings(choice_step=2.0)
    size = float(solved(in_year(wide, 2023)).tables["choice"]["served"].sum())
    (modelled,) = validate(wide, OPTIONS).rows["modelled"]
    exact = size * math.exp(-2.5) / (math.exp(-3.0) + 2 * math.exp(-2.5))
    assert modelled == pytest.approx(exact, rel=0.01)
    corner = solved(in_year(wide, 2023)).tables["choice"].set_index("family")["served"]["North"]
    assert abs(corner / exact - 1) > 0.02
    captive = wide.with_tables(Choice=wide.table("Choice").iloc[:0])
    assert in_narrow_steps(captive).settings["choice_step"] == 2.0


def test_rows_for_reading_are_compared_beside_the_score() -> None:
    """
    Proves: a count for reading of a year that is run is told with its deviation and counts in the second score alone,
    1 of 1 test and 1 of 2 with reading. If it were ignored: a score could be raised by calling misses reading, and
    nobody would see by how much.
    """
    dear = (
        solved(in_narrow_steps(in_year(case_with([change(2023)], []), 2023)))
        .tables["choice"]
        .set_index("family")["served"]
    )
    observed = [
        count(2023, "North", float(dear["North"])),
        count(2023, "Middle", 2 * float(dear["Middle"]), "reading"),
    ]
    found = validate(case_with([change(2023)], observed), OPTIONS)
    assert found.rows["use"].tolist() == ["test", "reading"]
    assert found.rows["deviation"].tolist() == pytest.approx([0.0, -0.5], abs=1e-6)
    assert (found.hits, found.tests) == (1, 1)
    assert (found.hits_with_reading, found.tests_with_reading) == (1, 2)
    assert found.years[["hit", "miss"]].sum().tolist() == [1, 0]


def test_nothing_to_test_is_said() -> None:
    """
    Proves: without a test row in a year of History the study refuses with a reason. If it were ignored: an empty table
    would look like success.
    """
    with pytest.raises(ValueError, match="nothing to test"):
        validate(case_with([change(2023)], [count(2022, "North", 1.0)]), OPTIONS)


def test_bulk_in_boxes_is_captive() -> None:
    """
    Proves: of 10 kTEU on a ferry line 8 hold fertiliser that Demand has in tonnes and 2 hold goods of a market that
    chooses, so a fifth of the count is chosen and the row is captive. If it were ignored: a count of goods that were
    put in by hand would be a hit or a miss of the constants. The same for a key that holds what stands between keys.
    """
    demand = pd.DataFrame(
        {"demand": ["D1", "D2"], "commodity": ["general containers", "fertiliser"], "unit": ["kTEU", "kt"]}
    )
    flows = pd.DataFrame(
        {"link": ["Ferry"] * 2, "commodity": ["general containers", "fertiliser"], "boxes_kteu": [2.0, 8.0]}
    )
    routes = pd.DataFrame({"route": ["R"], "links": ["Ferry"], "nodes": ["A > B"]})
    routed = pd.DataFrame(
        {"demand": ["D1", "D2"], "route": ["R", "R"], "flow_kteu": [2.0, 8.0], "flow_kt": [28.0, 160.0]}
    )
    plan = SimpleNamespace(
        case=SimpleNamespace(table=lambda _: demand),
        tables={
            "link_flows": flows, "routes": routes, "route_flows": routed,
            "choice_entries": pd.DataFrame({"demand": ["D1"]}),
        },
    )  # fmt: skip
    row = pd.Series({"market": None, "asset_kind": "link", "assets": ("Ferry",), "commodities": (), "measure": "kTEU"})
    assert _chosen(plan, row) == pytest.approx(0.2)  # type: ignore[arg-type]
    chosen_only = row.copy()
    chosen_only["commodities"] = ("general containers",)
    plan.case.lookup = lambda *_: demand.set_index("demand")["commodity"]
    assert _chosen(plan, chosen_only) == pytest.approx(1.0)  # type: ignore[arg-type]
    ferry = joined(["Ferry > slow", "Rail"], BETWEEN_KEYS)
    plan.tables |= {"routes": routes.assign(links=ferry), "link_flows": flows.assign(link="Ferry > slow")}
    row["assets"] = ("Ferry > slow",)
    assert _chosen(plan, row) == pytest.approx(0.2)  # type: ignore[arg-type]
