"""Keys that hold the program's own separators, through reading, solving, verifying, writing and comparing."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from model.case.case import Case
from model.case.codes import Severity
from model.case.reader import check_case, read_case
from model.case.schema import SHEETS
from model.case.workbooks.writer import write_workbook
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.reports import write_reports
from model.reports.compare import compare
from model.reports.comparison.run_files import read_runs
from model.reports.exports import original, safe
from model.solvers.core.options import SolveOptions
from model.studies.candidates import candidate_tables
from model.studies.runs.record import make_record, write_record
from tests.case.sheet_units import to_sheet_units
from tests.reports.fixture.rich import rich_case, rich_plan
from tests.reports.office import SOFFICE, recalculated
from tests.reports.reading import Reader

KEYS = {
    "A": "A > sea", "B": 'B/2 "quay"; west', "C": "C: old + new", "D": "007",
    "AB": "AB > BC", "BC": "b | c, 1", "CD": "CD; 2", "SHUT LINE": "-shut", "ROAD": "'=road",
    "container ship": "ship > barge", "rail 1520": "rail; 1520", "boxes": "boxes/1", "grain": "grain, dry",
    "east": "east/1", "west": "west > 1; 2", "QUAY": "QUAY + 1", "DREDGE": "D: 2", "PORTAL": "PORTAL; a + b",
    "OLD": "1", "LATE": "01", "NEVER": "<3", "feeder": "feeder > 1", "line": "line|1", "ceiling": "at most; 40",
    "Bank": "World, Bank", "Corridor": "2026", "summer": "a > b", "winter": "w;2",
}  # fmt: skip
"""Old key → new key with separators, quotes, commas, leading and trailing digits."""


@cache
def lettered_case() -> Case:
    """The rich case with other keys."""
    return rich_case(KEYS)


@cache
def lettered_plan() -> Plan:
    """Its plan."""
    return make_plan(lettered_case(), questions=partial(candidate_tables, seconds=60.0))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Runs of the rich case and of the same with other keys."""
    made = []
    for name, plan in (("plain", rich_plan()), ("lettered", lettered_plan())):
        folder = tmp_path_factory.mktemp("runs") / name
        folder.mkdir()
        write_reports(plan, folder)
        write_record(make_record(name, plan, SolveOptions(), {}, datetime.now(UTC)), folder)
        made.append(folder)
    return made[0], made[1]


def test_workbooks_keep_the_keys(tmp_path: Path) -> None:
    """Proves: written as a workbook, checked and read, the case has the same keys, lists of keys among them, and no
    error. If it were ignored: what `check` passes would be another case."""
    case = lettered_case()
    tables = {name: to_sheet_units(SHEETS[name], frame) for name, frame in case.tables.items() if len(frame)}
    tables["Settings"] = pd.DataFrame([{"setting": "price_year", "value": 2025}])
    write_workbook(tmp_path / "case.xlsx", tables, [name for name in SHEETS if name in tables])
    assert [str(message) for message in check_case(tmp_path / "case.xlsx") if message.severity is Severity.ERROR] == []
    again = read_case(tmp_path / "case.xlsx")
    for name in (
        "Nodes",
        "Links",
        "Demand",
        "Projects",
        "ProjectEffects",
        "Policies",
        "Budgets",
        "Seasons",
        "Services",
    ):
        for column in SHEETS[name].key:
            assert again.table(name)[column].tolist() == case.table(name)[column].tolist(), (name, column)
    assert again.table("Policies")["links"].tolist() == [("b | c, 1",)]


def test_the_plan_is_the_same_and_verified() -> None:
    """Proves: with other keys the plan costs the same, opens the same, and every check of the verifier holds. If it
    were ignored: a key with ' > ' in it was read as two, and a right plan was refused."""
    plain, lettered = rich_plan(), lettered_plan()
    assert lettered.verified, lettered.outcome.message
    assert lettered.outcome.objective == pytest.approx(plain.outcome.objective)
    opened = {KEYS.get(key, key) for key in plain.tables["investments"]["project"]} - {"buy feeder"}
    assert set(lettered.tables["investments"]["project"]) == opened | {"buy feeder > 1"}


def test_paths_and_reasons_are_those_of_the_plain_keys(folders: tuple[Path, Path]) -> None:
    """Proves: the workbook tells as many changes of carrier and the same decisions and reason codes under both keys,
    and its live sums hold. If it were ignored: texts would be cut within a key."""
    plain, lettered = (Reader(folder / "plan.xlsx") for folder in folders)
    for column in ("Changes of carrier", "Flow in TEU [kTEU/year]", "Containers across the Caspian [kTEU/year]"):
        found = [sorted(row[column] for row in book.records("Routes")) for book in (plain, lettered)]
        assert found[0] == pytest.approx(found[1])
    reasons = [
        sorted((row["Decision"], row["Reason code"]) for row in book.records("Projects")) for book in (plain, lettered)
    ]
    assert reasons[0] == reasons[1]
    assert {row["Result"] for row in lettered.records("Checks")} == {"OK"}
    paths = {row["Path"] for row in lettered.records("Routes")}
    assert any("A > sea" in path or path.startswith("A") for path in paths)


def test_tidy_files_and_comparison_keep_the_keys(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """Proves: the CSV files give every key back, and a run compared with itself has no differences in inputs, flows
    or investments. If it were ignored: keys that begin like a formula or an apostrophe would come back as others."""
    compare([folders[1], folders[1]], tmp_path)
    run = read_runs([folders[1], folders[1]])[0]
    assert set(run.tables["link_flows"]["link"]) <= set(lettered_case().table("Links")["link"])
    assert set(run.tables["demand_served"]["demand"]) == set(lettered_case().table("Demand")["demand"])
    assert set(run.tables["investments"]["project"]) == set(lettered_plan().tables["investments"]["project"])
    with (folders[1] / "csv" / "names.csv").open(encoding="utf-8-sig", newline="") as file:
        keys = {original(row["key"]) for row in csv.DictReader(file)}
    assert set(lettered_case().table("Links")["link"]) <= keys
    assert "only in" not in (tmp_path / "comparison.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["'=road", "''=x", "'tis", "=1", "'", "-shut", "+", "'+'", "007", ""])
def test_a_csv_cell_is_read_back(text: str) -> None:
    """Proves: the apostrophe that disarms a formula is told from one that stood there. If it were ignored: a key
    that begins with an apostrophe and '=' would come back without it."""
    assert original(safe(text)) == text
    assert not safe(text).startswith(("=", "+", "-", "@"))


@pytest.mark.slow
def test_live_sums_hold_with_such_keys(folders: tuple[Path, Path], tmp_path: Path) -> None:
    """Proves: LibreOffice, forced to recalculate, gets the cached value of every formula of both workbooks, keys that
    look like numbers, wildcards and comparisons among them. If it were ignored: SUMIFS would take '007' for 7."""
    if SOFFICE is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    books = [tmp_path / f"{folder.name}.xlsx" for folder in folders]
    for book, folder in zip(books, folders, strict=True):
        shutil.copyfile(folder / "plan.xlsx", book)
    for book, fresh in zip(books, recalculated(books, tmp_path), strict=True):
        formulas, cached, after = openpyxl.load_workbook(book), Reader(book).values, Reader(fresh).values
        for sheet in formulas.worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
                old, new = (each[sheet.title][cell.coordinate].value for each in (cached, after))
                same = (
                    pytest.approx(old, rel=1e-9, abs=1e-9) == new
                    if isinstance(old, float)
                    else (old or "") == (new or "")
                )
                assert same, (sheet.title, cell.coordinate, cell.value, old, new)
