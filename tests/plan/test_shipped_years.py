"""The shipped case in two of its years, planned and written whole: what a plan in small cannot lose is lost here."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from model.case.reader import read_case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.reports import write_reports
from model.solvers.core.options import SolveOptions
from model.studies.candidates import candidate_tables
from model.studies.uncertainty.foresight import until
from tests.reports.reading import Reader

HOME = Path(__file__).parents[2]
YEARS = (2027, 2028)
"""Suez and the Red Sea are closed in the first and open in the second: a limit that holds in some years only."""
ABSENT = {"Scenarios", "Constraint_rows", "Lives", "Settled"}
"""Sheets of several scenarios, of constraint files of one's own, of lives that end, and of the proof by periods."""
SHEET_NAME = re.compile(r"\b(?:QA|[A-Z][a-z]+)(?:_[a-z]+)*")
OPTIONS = SolveOptions(gap=0.01, time_limit=3600.0, threads=1)  # ends by its gap, whatever the computer
NO_FIGURE = re.compile(r"#(REF|DIV/0|VALUE|NAME|N/A|NUM|NULL)|\b(nan|NaN|NaT|inf)\b|^None$|\| None\b")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Plan of the two years, with all answers."""
    case = until(read_case(HOME / "inputs" / "middle_corridor"), YEARS[-1])
    periods = case.table("Periods")
    case = case.with_tables(Periods=periods[periods["first_year"] >= YEARS[0]])
    return make_plan(case, OPTIONS, questions=partial(candidate_tables, seconds=2.0))


@pytest.fixture(scope="module")
def folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that is written of it."""
    folder = tmp_path_factory.mktemp("shipped")
    write_reports(plan, folder)
    return folder


@pytest.fixture(scope="module")
def book(folder: Path) -> Reader:
    """Its workbook."""
    return Reader(folder / "plan.xlsx")


def test_the_plan_is_found_and_holds(plan: Plan) -> None:
    """
    Proves: two years of the shipped case are planned, one with Suez closed and one with it open, and every check of the
    verifier holds. If they were not planned at full size: a plan was lost after its search by a limit that holds in
    some years only, and no test saw it, since no small case had works against downtime beside such a limit.
    """
    assert plan.verified, plan.outcome.message
    assert plan.checks["ok"].all(), plan.checks[~plan.checks["ok"].astype(bool)]
    assert len(plan.tables["investments"])
    assert set(plan.tables["route_flows"]["period"]) == set(map(str, YEARS))


def test_every_sheet_of_the_docs_is_there(book: Reader) -> None:
    """
    Proves: the workbook of the shipped case has every sheet that docs/outputs.md names, but those of several scenarios
    and of what these years have not. If it were ignored: a reader would look in vain for a sheet, or nobody would have
    seen it with as many rows as a corridor has.
    """
    assert {*named_sheets(), "Notes"} - set(book.values.sheetnames) == ABSENT


def named_sheets() -> set[str]:
    """Names of sheets in the table of questions of docs/outputs.md."""
    _, _, rest = (HOME / "docs" / "outputs.md").read_text(encoding="utf-8").partition("| question | sheets |\n")
    answers = [line.split("|")[2] for line in rest.partition("\n\n")[0].splitlines()[1:]]
    return {name for answer in answers for name in SHEET_NAME.findall(re.sub(r"\([^()]*\)", "", answer))}


def test_no_cell_is_without_the_figure_that_is_due(book: Reader) -> None:
    """
    Proves: no cell of the workbook holds an error, NaN or None, every formula has stored its value unless it may say
    nothing (`""`), and all lines of the sheet Checks are OK.
    If it were ignored: a figure that only the shipped case has would be missing, or an error, unseen.
    """
    wrong = []
    for sheet in book.formulas.worksheets:
        told = book.values[sheet.title]
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            value = told[cell.coordinate].value
            lost = value is None and '""' not in str(cell.value)
            if lost or (isinstance(value, str) and NO_FIGURE.search(value)):
                wrong.append(f"{sheet.title}!{cell.coordinate}: {cell.value} is {value!r}")
    assert wrong == []
    assert {row["Result"] for row in book.records("Checks")} == {"OK"}


def test_the_page_shows_no_nan(folder: Path) -> None:
    """
    Proves: the words of the page, scripts aside, hold no error, NaN or None, and name both years. If it were ignored:
    'nan million USD' would stand before a reader of the shipped case.
    """
    text = (folder / "report.html").read_text(encoding="utf-8")
    words = re.sub(r"<[^>]*>", " ", re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL))
    assert [words[found.start() - 40 : found.end() + 20] for found in NO_FIGURE.finditer(words)] == []
    assert "</html>" in text
    assert all(str(year) in words for year in YEARS)
