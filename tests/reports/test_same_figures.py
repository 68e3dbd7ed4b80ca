"""Every figure that stands in several places of a run says the same there, and a contradiction is caught."""

from __future__ import annotations

import copy
import dataclasses
from datetime import UTC, datetime

import pytest

from model.reports import write_reports
from model.solvers.core.options import SolveOptions
from model.studies.runs.record import make_record, write_record
from tests.reports.fixture.rich import rich_plan
from tests.reports.run_reading import Run, contradictions, number, read_run
from tests.reports.same_figures import FIGURES, ONCE


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The files of a run with ships, seasons, funders, committed works and projects of several modules, gap 0.3 %."""
    folder = tmp_path_factory.mktemp("run")
    plan = rich_plan()
    assert plan.outcome.objective is not None
    bound = plan.outcome.objective * 0.997
    plan = dataclasses.replace(plan, outcome=dataclasses.replace(plan.outcome, bound=bound, gap=0.003))
    write_reports(plan, folder)
    write_record(make_record("rich", plan, SolveOptions(), {}, datetime.now(UTC)), folder)
    return read_run(folder)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_the_same_wherever_it_stands(figure: str, run: Run) -> None:
    """Proves: workbook (between its sheets), tidy files, run.json and page give one value to one figure, to 1e-6 or to
    the digits shown. If it were ignored: an analyst would find 61 and 63.5, 187,263 and 184,378, 564 and 846 for what
    has one name."""
    assert contradictions(FIGURES[figure], run) == []


PLANTED = [(figure, at) for figure, places in FIGURES.items() for at in range(len(places))]


@pytest.mark.parametrize(("figure", "at"), PLANTED, ids=[f"{figure} {at}" for figure, at in PLANTED])
def test_a_planted_contradiction_is_caught(figure: str, at: int, run: Run) -> None:
    """Proves: another value planted in any one place of any figure is found. If it were ignored: the register could
    compare nothing, and the test above would hold whatever the files say."""
    other = copy.deepcopy(run)
    FIGURES[figure][at].spoil(other)
    assert contradictions(FIGURES[figure], other)


def test_every_column_of_numbers_is_in_the_register(run: Run) -> None:
    """Proves: each column of numbers of each sheet is a place of a figure, or is named as standing once. If it were
    ignored: a new column could say something else than an old one, and no test would look."""
    known = {column for places in FIGURES.values() for place in places for column in place.columns}
    missing = []
    for name, rows in run.sheets.items():
        for column in rows[0] if rows and "*" not in ONCE.get(name, ()) else ():
            numeric = any(isinstance(row[column], (int, float)) for row in rows)
            if numeric and (name, column) not in known and column not in ONCE.get(name, ()):
                missing.append(f"{name}: {column}")
    assert missing == []


def test_numbers_are_numbers(run: Run) -> None:
    """Proves: no cell of the workbook but keys holds a number as text, years and periods are numbers, and there is no
    negative zero in the workbook or the tidy files, nor a solver's rounding in the workbook. If it were ignored:
    programs could not sort, sum or compare (the Routes of the shipped case had 3,342 years as text), and '-0.0' would
    be read as a loss."""
    for name, rows in run.sheets.items():
        for row in rows:
            for column, cell in row.items():
                if (name, column) == ("Inputs_used", "Record"):  # keys, whatever they look like
                    continue
                assert not (isinstance(cell, str) and number(cell) is not None and "%" not in cell), (
                    name,
                    column,
                    cell,
                )
                assert str(cell) != "-0.0", (name, column)
                assert not (isinstance(cell, float) and 0 < abs(cell) < 1e-9), (name, column, cell)
    for name, rows in run.files.items():
        assert not any(cell == "-0.0" for row in rows for cell in row.values()), name
