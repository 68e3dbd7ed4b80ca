"""What stands beside figures: notes of columns, names of sheets, funders, limits that move, axes of shares."""

from __future__ import annotations

import dataclasses
import re
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from model.features.policies.report import _sheet as policies_sheet
from model.features.policies.report import brief as policy_blocks
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.reports import write_reports
from model.reports.brief.answer import answer_block
from model.reports.brief.money import countries_block
from model.reports.facts import Facts
from model.reports.page.charts import stacked_columns
from model.reports.workbook.evidence.notes import OF_HEADER, meaning_of
from model.reports.workbook.sheet import Column, ReportSheet
from model.solvers.core.ended import why_ended
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Progress
from model.studies.candidates import candidate_tables
from tests.minis import budget, demand, effect, link, make_case, project
from tests.reports.fixture.rich import rich_case, rich_plan
from tests.reports.reading import Reader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of the rich plan, whose search ended at the time limit of its case."""
    where = tmp_path_factory.mktemp("rich")
    options = SolveOptions().filled(rich_case())
    ended = f"The search ended {why_ended(options, Progress(options.time_limit))}."
    plan = rich_plan()
    write_reports(dataclasses.replace(plan, outcome=dataclasses.replace(plan.outcome, ended=ended)), where)
    return where


def test_notes_tell_figures_from_keys_and_words_from_units(folder: Path) -> None:
    """Proves: no column of figures with a unit is called what its header means as a key; where a unit is 'in the …' the
    note is a sentence; a word of a State column stands in its note.
    If it were ignored: 'Demand [Mt/year]' would be a key, a figure be 'in in the unit', ships 'OVER above 100 %'."""
    book = Reader(folder / "plan.xlsx")
    seen = set()
    for row in book.records("Notes"):
        told, name, unit = str(row["Meaning"]), str(row["Column"]), row["Unit"]
        assert not (unit and told == OF_HEADER.get(name)), row
        assert " in in " not in told, row
        assert told.endswith((".", "…")), row
        if name == "State":
            words = {str(record["State"]) for record in book.records(row["Sheet"]) if record["State"]}
            assert all(word in told for word in words), (row, words)
            seen.add(row["Sheet"])
    assert {"Fleets", "Policies", "Budget", "Map"} <= seen
    columns = (Column("a", "Demand", "fine", "Mt/year"), Column("b", "Value", "mixed"), Column("c", "Unit"))
    sheet = ReportSheet("Demo", "Demo", "", columns, pd.DataFrame(columns=["a", "b", "c"]))
    told = [meaning_of(column, sheet) for column in columns]
    assert told[0].startswith("Million tonnes")
    assert told[1] == "In the unit that stands in the row."
    assert meaning_of(Column("d", "Counted", "fine", "in the unit"), sheet).startswith("Counted in the unit, which")


def test_sheets_that_the_page_names_are_in_the_workbook(folder: Path) -> None:
    """Proves: every sheet that page and Cover name stands in plan.xlsx, or is called an input sheet; so is the one that
    holds the time limit. If it were ignored: the reader would look for a sheet Settings that is not there."""
    book = Reader(folder / "plan.xlsx")
    page = re.sub(r"<[^>]*>", " ", (folder / "report.html").read_text(encoding="utf-8"))
    cover = " ".join(str(cell) for row in book.values["Cover"].iter_rows(values_only=True) for cell in row if cell)
    for text in (page, cover):
        assert "(input sheet Settings)" in text
        named = set(re.findall(r"(?<!input )\bsheets? ([A-Z]\w+)", text))
        assert named <= set(book.values.sheetnames), named - set(book.values.sheetnames)
        assert named


def test_the_page_says_that_bulk_is_counted_in_teu(folder: Path) -> None:
    """Proves: the map and the routes of the page say what TEU of grain or ore are.
    If it were ignored: kTEU of ore would be read as boxes."""
    page = (folder / "report.html").read_text(encoding="utf-8")
    for section in ("map", "routes"):
        part = page.partition(f'<section id="{section}"')[2].partition("</section>")[0]
        assert "TEU-equivalents" in part, section


@pytest.mark.parametrize("funded", ["all", "committed", "none"])
def test_funders_are_claimed_only_where_they_are_named(funded: str) -> None:
    """Proves: the note says of how many projects that open, and of how many chosen, Funding names a payer: of OLD (it
    is committed) and QUAY, of OLD alone, of none. If it were ignored: 'the sheet Funding says who pays for them' would
    stand above ten chosen projects without any payer."""
    plan = rich_plan()
    rows = plan.case.table("Funding")
    kept = {"all": rows, "committed": rows[rows["project"] == "OLD"], "none": rows[:0]}[funded]
    facts = Facts(dataclasses.replace(plan, case=plan.case.with_tables(Funding=kept)))
    status = facts.openings.drop_duplicates("project").set_index("project")["status"]
    count, chosen = len(status), int((status != "committed").sum())
    start = f"of the {count} projects that open"
    said = {
        "all": f"who pays for 2 {start}, among them 1 of the {chosen} that the plan chose.",
        "committed": f"who pays for 1 {start}, but for none of the {chosen} that the plan chose.",
        "none": "Who pays for them the case does not say.",
    }
    assert said[funded] in countries_block(facts).note


def levels(*rows: tuple[str, float, float, str]) -> Plan:
    """The rich plan with these levels (period, counted, limit, sense) of its policy."""
    plan = rich_plan()
    first = plan.tables["policy_levels"].iloc[0].to_dict()
    names = ("period", "counted", "limit", "sense")
    table = pd.DataFrame([first | dict(zip(names, row, strict=True)) for row in rows])
    return dataclasses.replace(plan, tables={**plan.tables, "policy_levels": table})


def test_a_limit_that_moves_is_told_at_both_ends_and_a_floor_of_nothing_asks_nothing() -> None:
    """Proves: a ceiling of 9.8 in 2026 and 19.4 in 2029 is told with both; one that stays, once; a floor of 0 neither
    binds nor is kept. If it were ignored: '<= 9.8, binds in 15 periods' of a limit that doubles, and a target of 0.0
    that is 'kept'."""
    moving = levels(("2026", 9.8, 9.8, "<="), ("2029", 19.4, 19.4, "<="))
    (block,) = policy_blocks(Facts(moving))
    assert block.records[0].words.startswith("<= 9.8 kTEU/year in 2026, 19.4 in 2029; binds in 2 periods, 2026 to 2029")
    still = levels(("2026", 9.8, 9.8, "<="), ("2029", 9.8, 9.8, "<="))
    assert policy_blocks(Facts(still))[0].records[0].words.startswith("<= 9.8 kTEU/year; binds in 2 periods")
    floors = levels(("2026", 0.0, 0.0, ">="), ("2027", 5.0, 0.0, ">="), ("2028", 5.0, 4.0, ">="))
    assert policies_sheet(Facts(floors)).frame["state"].tolist() == ["asks nothing", "asks nothing", "kept"]


def test_an_axis_of_shares_ends_at_a_hundred() -> None:
    """Proves: columns of shares that add up to 100.0001 have no mark of 110 or 120 beside them; other units go as far
    as they need. If it were ignored: a share of a market could seem to be above 100 %."""
    series = [("North", [60.0001, 30.0]), ("Middle", [40.0, 70.0])]
    assert not re.search(r">1[12]0<", stacked_columns("Shares", "%", ["2026", "2027"], series))
    assert re.search(r">1[12]0<", stacked_columns("Tonnes", "Mt/year", ["2026", "2027"], series))


def test_works_of_all_stand_in_no_country() -> None:
    """Proves: a work of 6 whose country is 'all' is told beside the countries, one of 5 in Kazakhstan among them.
    If it were ignored: works would cost most 'in Whole corridor'."""
    case = make_case(
        "whole",
        ["A", "B"],
        [link("AB", "A-B", capacity_kteu=0.0)],
        [demand("boxes", "A-B", 10.0)],
        years=(2026,),
        Projects=[
            project("N", 5.0, country="KZ", construction_years=0),
            project("W", 6.0, country="all", construction_years=0),
        ],
        ProjectEffects=[effect("N", "AB", 5.0), effect("W", "AB", 5.0)],
        Budgets=[budget("All", (2026, 2026), 100.0)],
    )
    plan = make_plan(case, SolveOptions(gap=1e-9), questions=partial(candidate_tables, seconds=60.0))
    said = {record.label: record.words for record in answer_block(Facts(plan)).records}["Who pays and gains"]
    start = "Works cost most in Kazakhstan (5.0 million USD); "
    assert said.startswith(f"{start}6.0 million USD are for the whole corridor, in no one country. What cargo pays")
