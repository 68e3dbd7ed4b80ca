"""Situations that users of related tools met (SITUATIONS.md beside the field tests, by number), tried here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from model.case.case import Case
from model.case.codes import Severity
from model.case.reader import check_case
from model.case.timed import TimedChange
from model.plan.planner import make_plan
from model.reports.exports import write_exports
from model.reports.facts import Facts
from model.reports.options import ReportOptions
from model.reports.workbook.plan_book import write_plan_book
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.studies.commands.main import EXIT_CODES
from tests.case.schema.test_every_column import damaged
from tests.case.small import small_rows, write_case
from tests.fieldtests.beside import field_case
from tests.formulation.solving import near, openings, solve
from tests.minis import budget, demand, effect, link, make_case, periods, project, shut_case
from tests.reports.office import SOFFICE, recalculated
from tests.reports.reading import Reader

YEARS = tuple(range(2026, 2036))


def shut(capex: float, *, settings: Mapping[str, Any] | None = None, years: Any = YEARS, **more: Any) -> Case:
    """A-B shut until P opens, 10 kTEU a year at 1 million USD a kTEU, 20 for each left behind."""
    return shut_case([project("P", capex, **more)], years, settings=settings)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of a plan in which P lives three years and is renewed."""
    folder = tmp_path_factory.mktemp("book")
    plan = solve(shut(20.0, life_years=3))
    write_plan_book(Facts(plan), folder / "plan.xlsx", ReportOptions())
    return folder / "plan.xlsx"


def year_columns(book: Path) -> Iterator[tuple[str, str, list[Any]]]:
    """Sheet, header and cells of every column of periods or years."""
    reader = Reader(book)
    for sheet in reader.values.sheetnames[1:]:
        rows = reader.records(sheet)
        for header in rows[0] if rows else ():
            if header.split(" [")[0] in ("Period", "Year", "In period", "From", "Opens in") and sheet != "Links":
                yield sheet, header, [row[header] for row in rows if row[header] is not None]


def test_1_years_are_numbers(book: Path) -> None:
    """
    Proves: periods that are years, and years, are numbers in every sheet, those of lives and other tables without a
    sheet of their own too.
    If it were ignored: a filter or SUMIFS by ">=2030" finds nothing there.
    """
    columns = {(sheet, header): cells for sheet, header, cells in year_columns(book)}
    assert {("Lives", "Period"), ("Costs", "Year"), ("Capacity", "Period"), ("Routes", "Period")} <= set(columns)
    texts = {place: cells for place, cells in columns.items() if any(isinstance(cell, str) for cell in cells)}
    assert set(texts) <= {("Demand", "From")}, texts


@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
def test_1_sumifs_from_a_year_on(book: Path, tmp_path: Path) -> None:
    """
    Proves: SUMIFS(…; ">=2030") over the sheets Costs_detail, Lives and Routes adds up what the rows say: 6 years of
    10 kTEU, two renewals (2032, 2035) of 20.
    If it were ignored: 0, as with years that are text.
    """
    wanted = {"Lives": ("Period", "Cost [million USD]", 40.0), "Routes": ("Period", "Flow in TEU [kTEU/year]", 60.0)}
    workbook = openpyxl.load_workbook(book)
    asked = workbook.create_sheet("Asked")
    for sheet, (of, summed, _) in wanted.items():
        letters = {cell.value: cell.column_letter for cell in workbook[sheet][4]}
        key, value = letters[of], letters[summed]
        asked.append([f'=SUMIFS({sheet}!{value}5:{value}99,{sheet}!{key}5:{key}99,">=2030")'])
    workbook.save(tmp_path / "asked.xlsx")
    (told,) = recalculated([tmp_path / "asked.xlsx"], tmp_path)
    sums = [row[0] for row in openpyxl.load_workbook(told, data_only=True)["Asked"].iter_rows(values_only=True)]
    assert sums == [near(figure) for _, _, figure in wanted.values()]


def test_11_no_more_retired_than_there_is(tmp_path: Path) -> None:
    """
    Proves: an effect of -9,999, and a scenario that adds -999 to a capacity of 80, are errors at their cells.
    If it were ignored: capacity below nothing, which the next project would have to fill first.
    """
    (error,) = damaged("ProjectEffects", {"added_kteu": -9999})
    assert (error.sheet, error.code) == ("ProjectEffects", "below-minimum")
    change = {
        "scenario": "less", "sheet": "Links", "match_column": "link", "match_value": "L2", "column": "capacity_kteu",
        "operation": "add", "value": -999,
    }  # fmt: skip
    rows = small_rows()
    rows["Scenarios"] += [{"scenario": "less", "name": "Less than nothing"}]
    rows["ScenarioChanges"] += [change]
    path = write_case(tmp_path, rows)
    errors = [one for one in check_case(path) if one.severity is Severity.ERROR]
    assert [one.sheet for one in errors] == ["ScenarioChanges"], [str(one) for one in errors]
    assert "-919" in str(errors[0])


@pytest.mark.parametrize("rate", [0.0, 0.12])
def test_13_salvage_by_hand(rate: float) -> None:
    """
    Proves: P (100, life 30, opens in 2026) has 20 of 30 years left when 2036 begins: 66.667 come back, discounted by
    ten years; with 100 of capital and 10 a year for ten years that is all: 133.333 at 0 %, and 141.819 at 12 %.
    If salvage were discounted at another rate or year: some 2.5 million USD a year more or less at 12 %.
    """
    plan = solve(shut(100.0, life_years=30, settings={"discount_rate": rate, "salvage": "straight line"}))
    carried = sum(10.0 / (1 + rate) ** number for number in range(10))
    assert plan.outcome.objective == near(100.0 + carried - 100.0 * 20 / 30 / (1 + rate) ** 10)
    assert plan.outcome.objective == pytest.approx({0.0: 133.3333, 0.12: 141.8177}[rate], abs=1e-3)


def test_14_a_policy_without_a_figure() -> None:
    """
    Proves: a CO2 policy whose value is blank is an error at its cell.
    If it were ignored: neither price nor limit, and overshooting is free.
    """
    (error,) = damaged("Policies", {"kind": "co2", "value": None})
    assert (error.sheet, error.column, error.code) == ("Policies", "value", "value-missing")


def test_15_a_life_is_not_a_year_longer() -> None:
    """
    Proves: P (50, life 5, too dear to renew) serves five years of ten: 50 + 5 x 10 + 5 x 200 = 1,100.
    If it served a sixth year: 910.
    """
    plan = solve(shut(50.0, life_years=5, renewal_cost=100_000.0))
    assert plan.outcome.objective == near(1100.0)
    assert len(plan.tables["route_flows"]["period"].unique()) == 5


@pytest.mark.parametrize("rate", [0.0, 0.12])
@pytest.mark.parametrize("years", [YEARS, periods(2026, 2031, last_year=2035)], ids=["yearly", "fives"])
def test_16_what_is_always_needed_opens_early(years: Any, rate: float) -> None:
    """
    Proves: for a need that is the same in all years P (100) opens in the first, whatever the rate and the periods.
    If a period's weight were missing from what it saves: it would open in the last period only.
    """
    plan = solve(shut(100.0, years=years, settings={"discount_rate": rate}))
    assert openings(plan) == {("P", 2026): 1}


@pytest.mark.parametrize("years", [(2033, 2034, 2035, 2036), periods(2031, last_year=2036)], ids=["yearly", "one"])
def test_17_prices_of_every_year(years: Any) -> None:
    """
    Proves: 10 kTEU at 1 until 2034 and at 3 from 2035 on pay 10 a year and then 30, in yearly periods and within one.
    If one year's costs were used for all: 10, or 30, in every year.
    """
    case = make_case("dearer", "AB", [link("AB", "A-B")], [demand("D", "A-B", 10.0)], years=years)
    plan = solve(replace(case, changes=(TimedChange("Links", "container_cost", (2,), "set", 3.0, 2035),)))
    paid = plan.tables["costs"].query("term == 'transport'").groupby("year")["amount"].sum()
    assert paid.to_dict() == near({year: 30.0 if year >= 2035 else 10.0 for year in paid.index})
    assert {2034, 2035, 2036} <= set(paid.index)


def test_20_a_plan_from_its_rounded_files(tmp_path: Path) -> None:
    """
    Proves: a plan whose openings, and whose spending as the amount of its envelope, are taken from the CSV files, with
    as many digits as they have, is a plan at the same cost: 100/3 a year is all that there is.
    If it were ignored: the last digit of 33.333… makes the plan's own figures infeasible.
    """
    third = 100.0 / 3
    case = make_case(
        "thirds",
        "AB",
        [link("AB", "A-B", capacity_kteu=0.0)],
        [demand("D", "A-B", 10.0)],
        years=(2026, 2027, 2028),
        Projects=[project(key, third, construction_years=0) for key in "PQ"],
        ProjectEffects=[effect(key, "AB", 5.0) for key in "PQ"],
        Budgets=[budget("all", (year, year), third) for year in (2026, 2027)],
    )
    first = solve(case)
    assert sorted(openings(first).values()) == [1, 1]
    write_exports(Facts(first), tmp_path, ReportOptions())
    opened = pd.read_csv(tmp_path / "csv" / "investments.csv").set_index("project")["opening_year"]
    spent = pd.read_csv(tmp_path / "csv" / "envelopes.csv").set_index("first_year")["spent"]
    projects = case.table("Projects").assign(status="committed")
    projects["committed_opening"] = projects["project"].map(opened).astype(float)
    windows = case.table("Budgets")
    windows["amount"] = windows["first_year"].map(spent).astype(float)
    again = solve(case.with_tables(Projects=projects, Budgets=windows))
    assert again.outcome.objective == near(first.outcome.objective)
    assert openings(again) == openings(first)


@pytest.mark.parametrize("seconds", [1.0, 3.0, 5.0])
def test_23_a_limit_that_was_hit_says_so(seconds: float) -> None:
    """
    Proves: on geant (field test 03) limits of 1, 3 and 5 seconds end with a verified plan, exit code 0, or with none
    found in the time given, exit code 3.
    If it were ignored: a limit that was hit reads as "unknown", or as a contradiction of the inputs.
    """
    plan = make_plan(field_case("03-time-limit-loses-the-plan/case"), SolveOptions(time_limit=seconds))
    assert plan.outcome.status in (Status.OPTIMAL, Status.FEASIBLE, Status.NO_PLAN)
    assert plan.verified == plan.outcome.has_plan
    assert EXIT_CODES[plan.outcome.status] == (0 if plan.outcome.has_plan else 3)
    assert "contradict" not in plan.outcome.message
