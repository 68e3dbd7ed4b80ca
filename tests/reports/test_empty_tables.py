"""Every writer with every table of a plan empty, one at a time and all together; and cases that build nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from model.case.case import Case
from model.plan.planner import make_plan
from model.plan.tables import TABLES
from model.reports import ReportOptions, write_reports
from model.reports.compare import compare
from model.reports.exports import write_exports
from model.reports.extra import EXTRA
from model.reports.facts import Facts
from model.reports.geojson import write_geojson
from model.reports.map.png import map_png
from model.reports.map.slide import slide
from model.reports.map.svg import MapView
from model.reports.page.page import page
from model.reports.workbook.plan_book import write_plan_book
from model.solvers.core.options import SolveOptions
from model.studies.candidates import candidate_tables
from model.studies.console.summary import plan_sentences, project_table
from model.studies.runs.record import make_record, write_record
from tests.minis import demand, link, make_case, project
from tests.reports.fixture.rich import rich_plan, with_empty

OPTIONS = ReportOptions()
BEGINS_WITH_A_HASH = re.compile(rb'<(?:v|t(?: xml:space="preserve")?)>#| t="e"')
"""An error in a cell: a text or a result such as #DIV/0!."""
OWN_CASES = {
    *("lives", "choice", "choice_entries", "minimum_choice_entries", "constraint_rows"),
    *("transfers", "minimum_transfers"),
}
"""Tables that this plan has no rows of: the reports of ends of life, choice, transfers and a user's constraints are
tested on cases of their own."""


@lru_cache(maxsize=1)
def facts_without(*names: str) -> Facts:
    """Facts of the plan with these tables empty, which all writers share, as they do when a run is written."""
    return Facts(with_empty(rich_plan(), *names))


def _book(facts: Facts, folder: Path) -> None:
    write_plan_book(facts, folder / "plan.xlsx", OPTIONS)
    with ZipFile(folder / "plan.xlsx") as book:  # texts and results of formulas as they stand in the file, for speed
        for part in book.namelist():
            if part == "xl/sharedStrings.xml" or part.startswith("xl/worksheets/sheet"):
                assert not BEGINS_WITH_A_HASH.search(book.read(part)), part


def _page(facts: Facts, folder: Path) -> None:
    assert "</html>" in page(facts, OPTIONS)


def _map(facts: Facts, folder: Path) -> None:
    view = MapView(facts)
    assert slide(view).startswith("<svg")
    assert (map_png(slide(view), 0.2) or b"")[:4] == b"\x89PNG"


def _files(facts: Facts, folder: Path) -> None:
    write_geojson(facts, folder)
    write_exports(facts, folder, OPTIONS)
    assert {path.stem for path in (folder / "csv").glob("*.csv")} >= set(TABLES)


def _words(facts: Facts, folder: Path) -> None:
    assert plan_sentences(facts.plan)
    project_table(facts.plan)
    write_record(make_record("run", facts.plan, SolveOptions(), {}, datetime.now(UTC)), folder)


WRITERS: dict[str, Callable[[Facts, Path], None]] = {
    "workbook": _book, "page": _page, "map": _map, "files": _files, "words": _words,
}  # fmt: skip


def test_the_plan_fills_every_table() -> None:
    """Proves: the plan of these tests has rows in every declared table, so that emptying one is a change. If it were
    ignored: a table that was empty anyway would be tested for nothing."""
    plan = rich_plan()
    assert plan.verified
    assert set(plan.tables) == {*TABLES, *EXTRA}
    assert {name for name, frame in plan.tables.items() if frame.empty} <= OWN_CASES


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("name", ["nothing empty", *TABLES, *EXTRA, "all"])
def test_every_writer_takes_every_empty_table(name: str, writer: str, tmp_path: Path) -> None:
    """Proves: workbook, page, maps, files, record and sentences are written whatever table of a plan has no rows, one
    at a time and all together, and no cell of the workbook holds an error. If it were ignored: a plan that builds
    nothing, carries nothing or has no limits would be found and then lost while it is written."""
    every = [*TABLES, *EXTRA]
    names = every if name == "all" else [name] if name in every else []
    WRITERS[writer](facts_without(*names), tmp_path)


def small(**more: object) -> Case:
    """10 kTEU on A-B for 0.1 each, without limit: nothing to build for."""
    return make_case(
        "small", "AB", [link("AB", "A-B", container_cost=0.1)], [demand("D", "A-B", 10.0)], years=(2026,), **more
    )


@pytest.mark.parametrize(
    "projects", [[], [project("P", 5.0)], [project("P", 5.0, status="excluded")]], ids=["none", "unneeded", "excluded"]
)
def test_a_plan_that_builds_nothing_is_written_and_compared(projects: list[object], tmp_path: Path) -> None:
    """Proves: a case without projects, with one that nothing needs, or with one that is excluded costs 10 x 0.1 = 1.0
    million USD; the answers are asked, everything is written, and two such runs can be compared. If it were ignored:
    the appraisal took the first of no outlays, and the run was lost after the solve."""
    plan = make_plan(small(Projects=projects), questions=partial(candidate_tables, seconds=30.0))
    assert plan.outcome.objective == pytest.approx(1.0)
    folders = []
    for name in ("one", "two"):
        folders.append(tmp_path / name)
        folders[-1].mkdir()
        write_reports(plan, folders[-1])
        write_record(make_record(name, plan, SolveOptions(), {}, datetime.now(UTC)), folders[-1])
    compare(folders, tmp_path / "comparison")
    book = openpyxl.load_workbook(tmp_path / "one" / "plan.xlsx", data_only=True)
    words = [row[1] for row in book["Summary"].iter_rows(values_only=True)]
    assert "Nothing: no project opens" in words
    assert "The plan on top of that: net present value" in words  # 0: the minimum is the plan itself
