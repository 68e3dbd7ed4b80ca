"""plan.xlsx: what it adds up to, how it is laid out, what a stranger's program reads."""

from __future__ import annotations

import dataclasses
import itertools
import math
import shutil
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.cell import range_boundaries

from model.reports import ReportOptions, write_reports
from model.reports.brief.brief import brief
from model.reports.facts import Facts
from model.reports.workbook.overview.brief import PAGE_HEIGHT, PLAIN_ROW, PRINT_SCALE
from model.solvers.core.outcome import Status
from tests.reports.conftest import written
from tests.reports.fixture.plan import busy_plan, least_plan, mini_plan
from tests.reports.office import SOFFICE, recalculated
from tests.reports.reading import HEADER, Reader

SHEETS = [
    "Cover", "Summary", "Years", "Investments", "Projects", "Project_figures", "Spending", "Budget", "Map",
    "Utilisation", "Bottlenecks", "Links", "Nodes", "Capacity", "Routes", "Corridor_shares", "Demand", "Unserved",
    "Emissions", "Costs",
    "Costs_country", "Costs_detail", "Checks", "Data_quality", "Assumptions", "Sources", "Inputs_used", "QA_log",
    "Run_log", "Notes",
]  # fmt: skip
MONEY = "million USD"


@pytest.fixture(scope="module")
def book(busy_folder: Path) -> Reader:
    """The workbook of the busy scenario."""
    return Reader(busy_folder / "plan.xlsx")


def test_sheets_are_there_in_reading_order(book: Reader) -> None:
    """Proves: every sheet that the issue asks for is there, in the order of reading.
    If it were ignored: a sheet could vanish without anybody noticing."""
    assert [name for name in book.values.sheetnames if name in SHEETS] == SHEETS
    assert "Funding" in book.values.sheetnames or not len(mini_plan().case.table("Funding"))


def test_summary_readds_from_the_detail_sheets(book: Reader) -> None:
    """Proves: an independent reader gets the totals of the Summary from the detail sheets of the file, to 1e-6.
    If it were ignored: the page that decides could contradict the sheets that explain it."""
    costs = book.total("Costs_detail", f"Present value [{MONEY}]")
    assert book.summary("All costs, present value") == pytest.approx(costs, rel=1e-6)
    assert costs == pytest.approx(busy_plan().outcome.objective, rel=1e-6)
    for term in {row["Label"] for row in book.records("Costs_detail")}:
        part = book.total("Costs_detail", f"Present value [{MONEY}]", Label=term)
        assert book.summary(f"of which {term}") == pytest.approx(part, rel=1e-6, abs=1e-6)
    spent = book.total("Spending", f"All years [{MONEY}]")
    assert book.summary("Capital within the horizon") == pytest.approx(spent, rel=1e-6)
    assert spent == pytest.approx(book.total("Costs_detail", f"Amount [{MONEY}]", Term="capital"), rel=1e-6)
    missing = book.total("Unserved", "Unserved [Mt/year]")
    assert missing > 0
    assert book.summary("Unserved over all periods") == pytest.approx(missing, rel=1e-6)
    demand = book.total("Demand", "Demand [Mt/year]")
    assert book.summary("Share carried") == pytest.approx(1 - missing / demand, rel=1e-6)


def test_years_and_matrices_readd(book: Reader) -> None:
    """Proves: the figures by period and the cost tables by year and country add up the detail, cell by cell.
    If it were ignored: a formula could point at the wrong rows and still look right."""
    *periods, after = book.records("Years")
    assert after["Period"] == "after the horizon"  # what is left of the works: without it the total would be another
    assert book.total("Years", f"All costs [{MONEY}]") == pytest.approx(book.total("Costs", f"All terms [{MONEY}]"))
    for row in periods:
        period = row["Period"]
        assert row["Demand [Mt/year]"] == pytest.approx(book.total("Demand", "Demand [Mt/year]", Period=period))
        carried = book.total("Routes", "Flow in TEU [kTEU/year]", Period=period, Load="cargo")
        assert row["Carried in TEU [kTEU/year]"] == pytest.approx(carried, rel=1e-6)
        year = int(period)
        paid = book.total("Costs_detail", f"Amount [{MONEY}]", Year=year, Term="capital")
        assert row[f"Capital paid [{MONEY}]"] == pytest.approx(paid, abs=1e-9)
    for row in book.records("Costs"):
        amount = book.total("Costs_detail", f"Amount [{MONEY}]", Year=row["Year"])
        assert row[f"All terms [{MONEY}]"] == pytest.approx(amount, rel=1e-6)
    for row in book.records("Costs_country"):
        amount = book.total("Costs_detail", f"Present value [{MONEY}]", Country=row["Country"])
        assert row[f"All terms [{MONEY} present value]"] == pytest.approx(amount, rel=1e-6, abs=1e-6)


def test_checks_are_live(book: Reader) -> None:
    """Proves: all checks hold, and they and the master check are formulas with cached values.
    If it were ignored: 'OK' could be painted on."""
    assert {row["Result"] for row in book.records("Checks")} == {"OK"}
    assert str(book.formulas["Cover"][master_cell(book)].value).startswith("=IF(")
    assert book.values["Cover"][master_cell(book)].value == "OK"


def master_cell(book: Reader) -> str:
    """Address of the master check on the Cover."""
    return str(next(row for row in book.formulas["Cover"].iter_rows() if row[0].value == "Master check")[1].coordinate)


def test_why_of_each_project_follows_from_the_plan(book: Reader) -> None:
    """Proves: each project has a decision and a reason; the reasons of the mini are the ones worked out by hand.
    P6 is baseline, P7 excluded, P5 needs P3 (rule R1), which is not built; P4 is committed.
    If it were ignored: 'why this and not that' would be asked of the programmer."""
    rows = {row["Project"]: row for row in book.records("Projects")}
    assert set(rows) == {f"P{number}" for number in range(1, 8)}
    assert rows["P4"]["Decision"] == "Committed"
    assert rows["P6"]["Reason code"] == "baseline"
    assert rows["P7"]["Reason code"] == "excluded"
    if rows["P3"]["Decision"] == "Not built":
        assert rows["P5"]["Why"].startswith("Does not pay. Needs Alat phase 2 (P3)")
    assert all(row["Why"] for row in rows.values())
    opened = {row["Project"] for row in book.records("Investments")}
    assert opened == {key for key, row in rows.items() if row["Decision"] in ("Build", "Committed")}


def test_layout_keeps_the_conventions(book: Reader) -> None:
    """Proves: one table per sheet from column A, no merged cells, unique headers with units, no error value, A4
    landscape, header row repeated, nothing hidden, the file opens on the Cover.
    If it were ignored: reviewers and screen readers stumble (government guidance on spreadsheets)."""
    assert book.formulas.active.title == "Cover"
    for sheet in book.formulas.worksheets:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        if sheet.title == "Cover":
            continue
        assert len(sheet.tables) == 1
        table = next(iter(sheet.tables.values()))
        assert table.name.startswith("tbl_")
        assert table.ref.startswith(f"A{HEADER}:")
        head = [cell.value for cell in sheet[HEADER]]
        assert all(head)
        assert len({str(name).casefold() for name in head}) == len(head)
        assert sheet.print_title_rows == f"${HEADER}:${HEADER}"
    for sheet in book.values.worksheets:
        for row in sheet.iter_rows(values_only=True):
            assert not any(isinstance(value, str) and value.startswith("#") for value in row)


def test_every_column_is_in_the_dictionary(book: Reader) -> None:
    """Proves: the Notes explain every column of every sheet, with its unit, and say more of it than its header does.
    If it were ignored: a figure could stand in the book that nobody can name."""
    known = {
        (row["Sheet"], f"{row['Column']} [{row['Unit']}]" if row["Unit"] else row["Column"])
        for row in book.records("Notes")
    }
    assert not [row for row in book.records("Notes") if row["Meaning"].rstrip(".") == str(row["Column"])]
    for sheet in book.values.worksheets:
        if sheet.title in ("Cover", "Notes"):
            continue
        years = {str(year) for year in range(1900, 2200)}
        for cell in sheet[HEADER]:
            assert (sheet.title, cell.value) in known or cell.value in years, (sheet.title, cell.value)


def test_pictures_and_charts_have_words(busy_folder: Path) -> None:
    """Proves: every chart and picture carries a description in the drawing.
    If it were ignored: who cannot see the picture gets nothing."""
    import re
    import zipfile

    with zipfile.ZipFile(busy_folder / "plan.xlsx") as archive:
        drawings = [archive.read(name).decode() for name in archive.namelist() if "/drawings/drawing" in name]
    frames = [tag for text in drawings for tag in re.findall(r"<xdr:cNvPr [^>]*>", text)]
    assert len(frames) >= 7
    assert all('descr="' in tag for tag in frames)


DECISION_PAGES = {"Cover", "Investments", "Capital", "Map", "Bottlenecks", "Appraisal", "Countries"}


def test_only_the_pages_that_decide_are_printed(busy_folder: Path) -> None:
    """Proves: the sheets that answer a minister print, fitted to the width of a page or at the scale of their table;
    the print area of every other sheet is one empty cell. (The shipped case prints on 10 pages of A4, not 488.)
    If it were ignored: somebody would press print and get the routes of every demand in every year.
    """
    book = openpyxl.load_workbook(busy_folder / "plan.xlsx")
    for sheet in book.worksheets:
        if sheet.title in DECISION_PAGES:
            assert not sheet.print_area or ":" in sheet.print_area
            continue
        area = sheet.print_area.split("!")[-1].replace("$", "").split(":")
        assert len(set(area)) == 1, sheet.title
        assert sheet[area[0]].value is None


def test_every_sheet_is_described_in_the_contents(busy_folder: Path) -> None:
    """Proves: the contents say of each sheet what it holds, in other words than its name.
    If it were ignored: “Settled: Settled” would stand among the sheets of the corridor."""
    book = openpyxl.load_workbook(busy_folder / "plan.xlsx")
    lines = [[cell.value for cell in row[:2]] for row in book["Cover"].iter_rows()]
    told = dict(lines[[line[0] for line in lines].index("Contents") + 1 :])
    for sheet in book.worksheets[1:]:
        assert told[sheet.title] == sheet["A1"].value
        assert str(told[sheet.title]).casefold() != sheet.title.replace("_", " ").casefold(), sheet.title


def test_what_is_printed_is_printed_whole(busy_folder: Path) -> None:
    """Proves: on each sheet that prints, the note above the table fits between its place and the right edge of the
    print area, and no column with something in it is left out, but for Investments, where years close the page, and
    Bottlenecks, where prices and how they were found stand beside it.
    If it were ignored: the sentence on paper would break off, and a column of money would be missing.
    """
    book = openpyxl.load_workbook(busy_folder / "plan.xlsx")
    for name in sorted(DECISION_PAGES - {"Cover", "Map"}):
        sheet = book[name]
        last = range_boundaries(sheet.print_area.split("!")[-1])[2]
        if name not in ("Investments", "Bottlenecks"):
            assert last == sheet.max_column, name
        widths: dict[int, float] = {}
        for place in sheet.column_dimensions.values():
            widths |= dict.fromkeys(range(place.min, place.max + 1), place.width)
        room = sum(widths[place] for place in range(2, last + 1))
        assert len(str(sheet["B2"].value)) <= room, (name, room)


def test_the_printed_map_is_whole(busy_folder: Path) -> None:
    """Proves: the print area of Map reaches as far as its picture as the workbook draws it, not by its dots alone.
    If it were ignored: the names of projects at the right edge would be cut on paper.
    """
    sheet = openpyxl.load_workbook(busy_folder / "plan.xlsx")["Map"]
    (picture,) = sheet._images
    first_column, first_row, last_column, last_row = range_boundaries(sheet.print_area.split("!")[-1])
    begin, end = picture.anchor._from, picture.anchor.to
    assert (first_column, first_row) == (begin.col + 1, begin.row + 1)
    assert last_column >= end.col + 1
    assert last_row >= end.row + 1


def test_what_is_printed_can_be_read(busy_folder: Path) -> None:
    """Proves: no printed sheet is wider than 230 letters, some 7 points on A4 on its side.
    If it were ignored: 17 columns of Bottlenecks would share a page at 3 points.
    """
    book = openpyxl.load_workbook(busy_folder / "plan.xlsx")
    for name in sorted(DECISION_PAGES - {"Map"}):
        sheet = book[name]
        first, _, last, _ = range_boundaries(sheet.print_area.split("!")[-1])
        widths: dict[int, float] = {}
        for place in sheet.column_dimensions.values():
            widths |= dict.fromkeys(range(place.min, place.max + 1), place.width)
        assert sum(widths[place] for place in range(first, last + 1)) <= 230, name


def test_blocks_of_the_cover_stay_together_on_paper(busy_folder: Path) -> None:
    """Proves: pages of the Cover break only where a block begins, and one page holds what stands between two breaks.
    If it were ignored: the header of "Who pays" would end a page, and its rows begin the next.
    """
    sheet = openpyxl.load_workbook(busy_folder / "plan.xlsx")["Cover"]
    last = range_boundaries(sheet.print_area.split("!")[-1])[3]
    titles = [block.title for block in brief(Facts(busy_plan()))]
    breaks = [one.id for one in sheet.row_breaks.brk if one.id < last]
    assert breaks
    assert sheet.page_setup.scale == PRINT_SCALE
    for begin, end in itertools.pairwise([0, *breaks, last]):
        rows = range(begin + 1, end + 1)
        if begin:
            assert sheet.cell(begin + 1, 1).value in titles
        height = sum(sheet.row_dimensions[row].height or PLAIN_ROW for row in rows)
        assert height <= PAGE_HEIGHT + PLAIN_ROW or sum(sheet.cell(row, 1).value in titles for row in rows) == 1


FOLDERS = ("mini_folder", "busy_folder", "hostile_folder", "empty_folder")


@pytest.fixture(scope="module")
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All workbooks, and one with a figure changed by 1000, after LibreOffice has recalculated them."""
    if SOFFICE is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    work = tmp_path_factory.mktemp("office")
    books = []
    for name in FOLDERS:
        books.append(work / f"{name}.xlsx")
        shutil.copyfile(Path(request.getfixturevalue(name)) / "plan.xlsx", books[-1])
    spoilt = openpyxl.load_workbook(books[1])
    cell = spoilt["Costs_detail"].cell(HEADER + 1, 7)
    cell.value = float(cell.value) + 1000.0
    books.append(work / "spoilt.xlsx")
    spoilt.save(books[-1])
    return {path.stem: path for path in recalculated(books, work)}


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
def test_recalculation_keeps_every_cached_value(
    folder: str, request: pytest.FixtureRequest, fresh: dict[str, Path]
) -> None:
    """Proves: LibreOffice, forced to recalculate, gets the cached value of every formula, and no error.
    If it were ignored: previews and programs that do not calculate would show other figures than Excel."""
    path = Path(request.getfixturevalue(folder)) / "plan.xlsx"
    formulas, cached = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    after = openpyxl.load_workbook(fresh[folder], data_only=True)
    count = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    count += 1
                    old, new = (each[sheet.title][cell.coordinate].value for each in (cached, after))
                    assert _alike(old, new), (sheet.title, cell.coordinate, cell.value, old, new)
    assert count > (20 if folder == "empty_folder" else 300)


@pytest.mark.slow
def test_master_check_sees_a_broken_figure(book: Reader, fresh: dict[str, Path]) -> None:
    """Proves: one present value changed by 1000 turns the master check on the Cover to FAIL.
    If it were ignored: the check could not fail, so it would prove nothing."""
    assert openpyxl.load_workbook(fresh["spoilt"], data_only=True)["Cover"][master_cell(book)].value == "FAIL"


def _alike(first: object, second: object) -> bool:
    if isinstance(first, (int, float)) and isinstance(second, (int, float)):
        return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-9)
    return (first or "") == (second or "")


def test_no_plan_is_told_in_words(empty_folder: Path) -> None:
    """Proves: a run without a plan leaves a workbook whose Cover says why, without error cells.
    If it were ignored: the planner would open an empty book."""
    book = Reader(empty_folder / "plan.xlsx")
    words = " ".join(str(cell.value) for row in book.values["Cover"].iter_rows() for cell in row if cell.value)
    assert "No plan: the limits contradict each other." in words
    assert "cannot pay for P4" in words
    assert not (empty_folder / "map.svg").exists()


def test_summary_says_what_the_plan_buys(book: Reader) -> None:
    """Proves: against the plan with only the committed project, the Summary shows the difference of both objectives
    and of the unserved tonnes. If it were ignored: nobody could say what the money is for."""
    least = least_plan(busy_plan())
    assert least is not None
    assert least.outcome.objective is not None
    assert busy_plan().outcome.objective is not None
    saved = least.outcome.objective - busy_plan().outcome.objective
    assert saved > 0
    assert book.summary("The plan on top of that: net present value") == pytest.approx(saved, rel=1e-6)
    tonnes = [float(plan.tables["demand_served"]["unserved_kt"].sum()) / 1000 for plan in (least, busy_plan())]
    assert book.summary("Carried more than") == pytest.approx(tonnes[0] - tonnes[1], abs=1e-6)


def test_accessible_book_has_no_freezes_fills_or_charts(tmp_path: Path) -> None:
    """Proves: the accessible variant drops what strict guidance advises against, and keeps every sheet and figure.
    If it were ignored: it could not be published under that guidance."""
    write_reports(mini_plan(), tmp_path, options=ReportOptions(accessible=True))
    book = Reader(tmp_path / "plan.xlsx")
    assert set(SHEETS) <= set(book.formulas.sheetnames)
    for sheet in book.formulas.worksheets:
        assert sheet.freeze_panes is None
        assert not sheet.conditional_formatting
        assert not sheet._charts
    assert book.summary("All costs, present value") == pytest.approx(mini_plan().outcome.objective, rel=1e-6)


def test_same_plan_gives_the_same_bytes(mini_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: with a fixed time stamp all outputs of one plan are byte for byte the same.
    If it were ignored: nobody could tell a changed plan from a rewritten one."""
    monkeypatch.undo()  # the picture at full size, as in the other folder
    written(tmp_path, mini_plan())
    for path in sorted(mini_folder.rglob("*")):
        if path.is_file() and path.name != "run.json":
            assert path.read_bytes() == (tmp_path / path.relative_to(mini_folder)).read_bytes(), path.name


def test_refused_plan_is_marked(tmp_path: Path) -> None:
    """Proves: a plan that the verifier refused says so on the Cover, and the master check is FAIL.
    If it were ignored: figures that must not be used would look like a result."""
    plan = mini_plan()
    checks = plan.checks.copy()
    checks.loc[checks.index[0], "ok"] = False
    outcome = dataclasses.replace(plan.outcome, status=Status.FAILED, message="The verifier refused the plan.")
    write_reports(dataclasses.replace(plan, outcome=outcome, checks=checks), tmp_path)
    book = Reader(tmp_path / "plan.xlsx")
    assert book.values["Cover"][master_cell(book)].value == "FAIL"
    words = " ".join(str(cell.value) for row in book.values["Cover"].iter_rows() for cell in row if cell.value)
    assert "must not be used" in words
    assert "must not be used" in (tmp_path / "report.html").read_text(encoding="utf-8")
