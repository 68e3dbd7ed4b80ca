"""Renewals in the workbook: letters of the schedule, spending, appraisal."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.reports import write_reports
from model.reports.analysis.lives import letter
from model.reports.analysis.needs import Needs
from model.reports.analysis.value import Values
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.workbook.money.investments import investments_sheet, spending_sheet
from model.solvers.core.options import SolveOptions
from model.studies.runs.record import make_record, write_record
from tests.minis import demand, effect, link, make_case, project
from tests.reports.run_reading import contradictions, read_run
from tests.reports.same_figures import FIGURES


@cache
def short_lived() -> Plan:
    """Two modules of life 2, built in a year for 40 each, for 20 kTEU from 2027 on; 10 from 2029 on: one is renewed."""
    amounts = {2026: 20.0, 2027: 20.0, 2028: 20.0, 2029: 10.0, 2030: 10.0, 2031: 0.0}
    row = project("P", 40.0, construction_years=1, life_years=2, renewal_cost=50.0, maximum_modules=2)
    case = make_case(
        "short lived", "AB", [link("AB", "A-B", capacity_kteu=0.0)], [demand("D", "A-B", amounts)],
        years=tuple(range(2026, 2032)), Projects=[row], ProjectEffects=[effect("P", "AB", 10.0)],
    )  # fmt: skip
    return make_plan(case, SolveOptions(gap=1e-9))


def test_the_schedule_has_a_letter_for_renewals_and_ends_with_the_life() -> None:
    """
    Proves: built in 2026, in service 2027 and 2028, one of two renewed in 2029, gone from 2031 on.
    If the schedule knew the opening only: in service to the end.
    """
    facts = Facts(short_lived())
    (row,) = rows(facts.openings)
    assert [letter(row, year) for year in facts.years] == ["B", "S", "S", "R", "S", ""]
    assert (row.renewed, row.last_year) == ("2029 (1 of 2)", 2030)
    (shown,) = rows(investments_sheet(facts).frame)
    assert shown[-6:] == ("B", "S", "S", "R", "S", "")


def test_spending_and_service_follow_the_lives() -> None:
    """
    Proves: 80 of capital in 2026 and 50 for one renewal in 2029 stand in Spending; two modules serve to 2028, one to
    2030, none after. A module that opens in 2027 has upkeep and value for its two years.
    If what served were counted from openings: two modules in all later years, and reasons for them.
    """
    facts = Facts(short_lived())
    (paid,) = rows(spending_sheet(facts).frame)
    assert paid[-1] == 130.0
    values = Values(facts)
    served = Needs(facts, values)._modules("P")
    assert served == {"2026": 0, "2027": 2.0, "2028": 2.0, "2029": 1.0, "2030": 1.0, "2031": 0.0}
    assert values._end("P", 2027) == 2029


def test_a_total_of_capital_is_the_same_wherever_it_stands_with_renewals(tmp_path: Path) -> None:
    """
    Proves: of 80 of capital and 50 for a renewal, Summary, Capital, Investments, Years and Costs call 80 the capital
    within the horizon; Spending has 130, which Capital calls capital and renewals, 50 of them renewals. Net of salvage
    both are counted, since salvage is what is left of both.
    If it were ignored: one name would be 10,092.6 on one sheet and 10,060.6 on three others, as in a run.
    """
    write_reports(short_lived(), tmp_path)
    write_record(make_record("lives", short_lived(), SolveOptions(), {}, datetime.now(UTC)), tmp_path)
    run = read_run(tmp_path)
    for figure in ("capital within the horizon", "capital and renewals within the horizon"):
        there = tuple(place for place in FIGURES[figure] if "Budget" not in place.name)  # no envelope here
        assert contradictions(there, run) == []
    totals = {row["Total"]: row["Amount"] for row in run.sheets["Capital"]}
    assert totals["Capital within the horizon"] == 80.0
    assert totals["of which renewals"] == 50.0
    assert totals["Capital and renewals within the horizon"] == 130.0
    assert totals["Capital and renewals net of salvage, present value"] == 130.0  # not discounted, nothing left
