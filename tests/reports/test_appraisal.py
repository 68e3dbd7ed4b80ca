"""The plan against doing the minimum, worked out by hand."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from model.plan.planner import make_plan
from model.reports import write_reports
from model.reports.analysis.appraisal import Appraisal, first_that_stays
from model.reports.analysis.gain import bought_words
from model.reports.analysis.project_years import project_years, rates_of_return
from model.reports.facts import Facts
from model.reports.workbook.money.appraisal import BY_SALVAGE
from model.reports.workbook.money.countries import _amounts, _sum
from model.reports.workbook.sheet import Column, ReportSheet
from model.solvers.core.options import SolveOptions
from model.studies.candidates import candidate_tables
from tests.minis import demand, effect, link, make_case, project
from tests.reports.reading import Reader


def appraised(capex: float, rate: float = 0.1, *, life: int = 40, salvage: str = "none") -> Appraisal:
    """10 kTEU a year by the near way (1) instead of the far one (4) once P is open in 2027: 30 saved in each of two
    years for the capital paid in 2026."""
    case = make_case(
        "near", "AB",
        [link("near", "A-B", container_cost=1.0, capacity_kteu=0.0), link("far", "A-B", container_cost=4.0)],
        [demand("D", "A-B", 10.0)],
        settings={"discount_rate": rate, "discount_base_year": 2026, "salvage": salvage},
        Projects=[project("P", capex, construction_years=1, life_years=life)],
        ProjectEffects=[effect("P", "near", 10.0)],
    )  # fmt: skip
    facts = Facts(make_plan(case, SolveOptions(gap=1e-9), questions=partial(candidate_tables, seconds=60.0)))
    assert facts.minimum is not None
    return Appraisal(facts, facts.minimum)


def test_present_value_ratio_rate_and_payback() -> None:
    """
    Proves: capital 40 in 2026, 30 saved in 2027 and in 2028, at 10 %: benefits 30/1.1 + 30/1.21 = 52.0661, net 12.0661,
    ratio 1.3017; the rate solves 40 = 30/(1+r) + 30/(1+r)^2: r = 31.873 %; paid back in 2028, discounted as well.
    If it were ignored: the figures on which a ministry decides would rest on trust.
    """
    found = appraised(40.0)
    assert found.benefits == pytest.approx(30 / 1.1 + 30 / 1.21)
    assert found.outlays == pytest.approx(40.0)
    assert found.net == pytest.approx(12.0661157)
    assert found.ratio == pytest.approx(1.3016529)
    assert found.whole.rate == pytest.approx(0.3187293, abs=1e-6)
    assert (found.whole.paid_back(), found.whole.paid_back(discounted=True)) == (2028, 2028)
    assert found.whole.value_at(0.0) == pytest.approx(20.0)
    assert [year.net for year in found.years] == pytest.approx([-40.0, 30.0, 30.0])


def test_what_rests_on_the_years_after_the_horizon_is_told() -> None:
    """
    Proves: of a life of four years two are left after 2028, half of the capital of 40: 20 in 2029, 15.03 today, so
    outlays are 24.97 and the net 27.09; the sentence on the worth says the 15.0. Without salvage nothing is said.
    If it were ignored: a lender would take the value of what is still standing in 2029 for money saved by then.
    """
    found = appraised(40.0, life=4, salvage="straight line")
    assert found.residual == pytest.approx(20 / 1.1**3)
    assert found.outlays == pytest.approx(40 - 20 / 1.1**3)
    words = " This counts 15.0 million USD that the works are still worth after 2028 (residual value)."
    assert bought_words(found.facts, found.minimum).endswith(words)
    found = appraised(40.0)
    assert found.residual == 0.0
    assert "residual" not in bought_words(found.facts, found.minimum)


def test_no_rate_where_nothing_is_spent_first() -> None:
    """
    Proves: a project too dear to build leaves plan and minimum alike: no outlay, no ratio, no rate.
    If it were ignored: 0/0 would be printed as a figure.
    """
    found = appraised(400.0)
    assert (found.outlays, found.ratio, found.whole.rate) == (0.0, None, None)


def test_payback_is_the_year_after_the_last_debt() -> None:
    """Proves: a sum that dips below zero again is paid back only after the dip; one below zero at the end never.
    If it were ignored: an early flicker above zero would count as paid back."""
    years = [2026, 2027, 2028, 2029]
    assert first_that_stays(years, [-1.0, 2.0, -1.0, 1.0]) == 2029
    assert first_that_stays(years, [-1.0, 2.0, 1.0, -1.0]) is None
    assert first_that_stays(years, [0.0, 1.0, 2.0, 3.0]) == 2026


def test_a_plan_that_only_salvage_pays_back_is_told_so(tmp_path: Path) -> None:
    """
    Proves: 70 paid, 30 saved twice leave -10 after 2028, the last year; of a life of four years two are left, 35 in
    2029: the running sum ends at 25. Payback says 'only by what is left at the end' and not 2029, and the formula holds
    both; without salvage the plan of 40 is paid back in 2028.
    If it were ignored: a lender would read the year of the salvage as the year in which his money is back.
    """
    for number, (found, said) in enumerate(
        ((appraised(70.0, life=4, salvage="straight line"), BY_SALVAGE), (appraised(40.0), 2028))
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        write_reports(found.facts.plan, folder)
        rows = Reader(folder / "plan.xlsx").records("Appraisal")
        figures = {row["Indicator"]: row["Figure"] for row in rows}
        assert figures["Paid back in"] == figures["Paid back in, discounted"] == said
    assert found.whole.paid_back() == 2028
    live = openpyxl.load_workbook(tmp_path / "0" / "plan.xlsx")["Appraisal"]
    assert any(f'>2028,"{BY_SALVAGE}",' in str(row[1].value) for row in live.iter_rows())


def test_the_appraisal_is_added_up_again_from_the_file(busy_folder: Path) -> None:
    """
    Proves: from the cells of Costs_detail, Do_minimum and the rate alone, with nothing of this package, net present
    value, ratio and rate of return come out as the Appraisal says, and works and receipts of each country as Countries
    says, to 1e-6; the rate is in a cell and each year's discount factor follows from it.
    If it were ignored: an auditor would have to trust the figure that matters most.
    """
    book = openpyxl.load_workbook(busy_folder / "plan.xlsx", data_only=True)

    def table(name: str) -> list[dict[str, Any]]:
        head, *lines = book[name].iter_rows(min_row=4, values_only=True)
        return [dict(zip(head, line, strict=True)) for line in lines]

    years = table("Appraisal_years")
    rate, base = years[0]["Discount rate [a year]"], years[0]["Base year"]
    net: dict[int, float] = {}
    outlays = benefits = 0.0
    works: dict[str, float] = {}
    cargo: dict[str, float] = {}
    for name, sign in (("Costs_detail", -1.0), ("Do_minimum", 1.0)):
        for row in table(name):
            amount, factor = row["Amount [million USD]"], (1 + rate) ** (base - row["Year"])
            net[row["Year"]] = net.get(row["Year"], 0.0) + sign * amount
            outlay = row["Term"] in ("capital", "renewal", "upkeep", "salvage")
            outlays -= sign * amount * factor if outlay else 0.0
            benefits += 0.0 if outlay else sign * amount * factor
            place = works if outlay else cargo
            if outlay or row["Kind"] == "Costs paid":
                place[row["Country"]] = place.get(row["Country"], 0.0) - sign * amount * factor
    said = {row["Indicator"]: row["Figure"] for row in table("Appraisal")}
    assert said["Net present value"] == pytest.approx(benefits - outlays, rel=1e-6)
    assert said["Outlays, present value"] == pytest.approx(outlays, rel=1e-6)
    assert said["Benefit per outlay (BCR)"] == pytest.approx(benefits / outlays, rel=1e-6)
    internal = said["Internal rate of return"]
    assert sum(amount / (1 + internal) ** (year - base) for year, amount in net.items()) == pytest.approx(0, abs=1e-6)
    for row in table("Countries"):
        key = row["Country"]
        assert row["Pays more for works [million USD present value]"] == pytest.approx(works.get(key, 0.0), abs=1e-6)
        got = row["Receives more from cargo [million USD present value]"]
        assert got == pytest.approx(cargo.get(key, 0.0), abs=1e-6)
    live = openpyxl.load_workbook(busy_folder / "plan.xlsx")["Appraisal_years"]
    assert str(live["D5"].value) == "=1/(1+B5)^(A5-C5)"


def test_a_project_that_is_the_whole_plan_has_its_rate_of_return() -> None:
    """
    Proves: P, all that the plan builds, has by itself the lines -40, 30, 30 and the plan's rate of 31.873 % (by hand in
    the first test); too dear to build at 400, forced in it has no rate, as 60 never pay for 400.
    If it were ignored: a project could show a rate that its own lines do not have.
    """
    facts = appraised(40.0).facts
    assert facts.once(project_years)["net"].tolist() == pytest.approx([-40.0, 30.0, 30.0])
    assert facts.once(rates_of_return) == {"P": pytest.approx(0.3187293, abs=1e-6)}
    assert appraised(400.0).facts.once(rates_of_return) == {}


def test_values_of_projects_are_added_up_again_from_the_file(busy_folder: Path) -> None:
    """
    Proves: from Project_years alone, at the rate in its first row, the net present value of every project that
    Project_figures shows is found again, equal to what it saves less what it costs there, and at its rate of return
    its lines are worth nothing.
    If it were ignored: a ministry would have to take the value of each project on trust.
    """
    book = openpyxl.load_workbook(busy_folder / "plan.xlsx", data_only=True)
    rows = [list(row) for row in book["Project_years"].iter_rows(min_row=5, values_only=True)]
    heads = [str(cell.value) for cell in book["Project_years"][4]]
    at = {
        name: next(i for i, head in enumerate(heads) if head.startswith(name))
        for name in ("Project", "Year", "Outlays", "Saves", "Discount rate", "Base")
    }
    rate, base = rows[0][at["Discount rate"]], rows[0][at["Base"]]
    nets: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        nets.setdefault(row[at["Project"]], []).append((row[at["Year"]], row[at["Saves"]] - row[at["Outlays"]]))
    figures = book["Project_figures"]
    place = {str(cell.value).split(" [")[0]: i for i, cell in enumerate(figures[4])}
    told = [
        row for row in figures.iter_rows(min_row=5, values_only=True) if row[place["Net present value"]] is not None
    ]
    assert len(told) == len(nets) >= 3
    for row in told:
        lines = nets[row[place["Project"]]]
        value = sum(net / (1 + rate) ** (year - base) for year, net in lines)
        assert row[place["Net present value"]] == pytest.approx(value, rel=1e-6, abs=1e-6)
        assert row[place["Saves elsewhere"]] - row[place["Costs"]] == pytest.approx(value, rel=1e-6, abs=1e-6)
        own = row[place["Rate of return"]]
        assert own is None or sum(net / (1 + own) ** (year - base) for year, net in lines) == pytest.approx(0, abs=1e-5)
    assert any(row[place["Rate of return"]] is not None for row in told)


def test_joint_stations_are_shared_equally() -> None:
    """
    Proves, by hand: of 12 spent in CN/KG/UZ Uzbekistan has a third, of 10 in KZ/UZ a half, of its own 1 all: 10; the
    formula divides by as many countries as the name holds. (A wildcard would take the middle one of three for none.)
    If it were ignored: LibreOffice and Excel would find another figure than the file shows, as they did for China.
    """
    rows = [("Outlay", "CN/KG/UZ", 12.0), ("Outlay", "KZ/UZ", 10.0), ("Outlay", "UZ", 1.0), ("Benefit", "UZ", 99.0)]
    frame = pd.DataFrame(rows, columns=["counts", "country", "discounted"]).assign(kind="Costs paid")
    columns = tuple(Column(name, name) for name in ("counts", "country", "discounted", "kind"))
    sheet = ReportSheet("Costs_detail", "t", "n", columns, frame)
    found = _sum(sheet, "UZ", "Outlay", _amounts(sheet, "Outlay"))
    assert found.value == pytest.approx(12 / 3 + 10 / 2 + 1)
    assert found.text.count("SUMIFS(") == 3
    assert found.text.count(")/3") == found.text.count(")/2") == 1
