"""Situations of SITUATIONS.md that this project never failed, by number: one test each, so that it stays so."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import highspy
import numpy as np
import openpyxl
import pytest

import run
from model.case.case import Case
from model.case.reader import load_case, read_case
from model.case.workbooks.starter import write_starter
from model.plan.planner import make_plan
from model.reports.facts import Facts
from model.reports.options import ReportOptions
from model.reports.workbook.plan_book import write_plan_book
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Outcome, Status
from model.solvers.engine import solve_prepared
from model.solvers.problem import Problem, Solution
from model.studies.candidates import candidate_tables
from model.studies.uncertainty.draws import Future, Futures
from model.studies.uncertainty.foresight import foresight
from model.studies.uncertainty.stages import commitment_words
from model.studies.uncertainty.uncertainty import Aim, Measure, plan_in_two_stages
from tests.case.small import FIRST_ROW, make_book, small_rows, write_case
from tests.formulation.solving import near, openings, solve
from tests.minis import demand, effect, link, make_case, periods, project
from tests.studies.uncertainty.test_experiments import late_demand
from tests.studies.uncertainty.worlds import NOTHING, plain, world

HOME = Path(run.__file__).parent
HELD_ELSEWHERE = {
    3: "tests/case/hostile_files.py",  # "dimension too small"
    18: "tests/case/test_reader.py",  # schema-newer; a renamed column is refused there too
    25: "tests/test_life.py",  # a disk that is full, an output that cannot be written
}


def two_ways(**more: object) -> Case:
    """A-B by X at 1 and 6 kTEU, by Y at 2 and no limit; P adds 10 kTEU to X for 5."""
    x = {"capacity_kteu": 6.0, **more}
    return make_case(
        "two ways",
        "AB",
        [link("X", "A-B", **x), link("Y", "A-B", container_cost=2.0)],
        [demand("D", "A-B", 10.0)],
        Projects=[project("P", 5.0)],
        ProjectEffects=[effect("P", "X", 10.0)],
    )


def test_every_situation_has_a_test() -> None:
    """Proves: each of the 25 situations has a test named by its number, here or beside, or is held elsewhere, where
    there is a file. If it were ignored: a situation could lose its test unseen."""
    assert all((HOME / path).exists() for path in HELD_ELSEWHERE.values())
    pages = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_situations*.py")]
    numbers = {int(number) for page in pages for number in re.findall(r"^def test_(\d+)_", page, re.MULTILINE)}
    assert numbers | set(HELD_ELSEWHERE) == set(range(1, 26))


@pytest.mark.parametrize("key", ["NA", "None", "nan", "null", "NULL", "N/A"])
def test_2_keys_that_look_blank(tmp_path: Path, key: str) -> None:
    """Proves: a node called NA or None is a node. If it were ignored: its links would lead to no place."""
    rows = small_rows()
    old = rows["Nodes"][2]["node"]

    def renamed(value: object) -> object:
        return key if value == old else value

    rows = {sheet: [{name: renamed(cell) for name, cell in row.items()} for row in rows[sheet]] for sheet in rows}
    case = read_case(write_case(tmp_path, rows))
    assert key in case.tables["Nodes"]["node"].tolist()


LIKE_WINDOWS = """
import os, signal, sys
for name in ("fork", "forkpty", "getuid", "geteuid"):
    delattr(os, name)
for name in ("SIGHUP", "SIGKILL", "SIGUSR1"):
    delattr(signal, name)
sys.modules.update(dict.fromkeys(("pwd", "grp", "termios", "pty")))
import run
sys.exit(run.main(["check", "case"]) or run.main(["solve", "case", "--why-seconds", "0"]))
"""


def test_6_no_fork_and_no_signals_of_unix(tmp_path: Path) -> None:
    """Proves: a case is checked, and a plan made and written, by a Python that has neither fork nor the signals that
    Windows lacks, on a console of code page 1252 that knows neither › nor arrows, in a locale of plain ASCII. If it
    were ignored: a call that Windows has not, or a letter that its console has not, would end every run there, and
    nobody here would see it."""
    write_starter(tmp_path / "case")
    world = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONPATH": str(HOME)}
    words = [sys.executable, "-c", LIKE_WINDOWS]
    done = subprocess.run(words, cwd=tmp_path, env=world, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"no error" in done.stdout
    (folder,) = [path for path in (tmp_path / "outputs").iterdir() if not path.name.startswith(".")]
    assert {"plan.xlsx", "report.html", "run.json"} <= {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(("typed", "read"), [("24,7", 24.7), ("1 234,5", 1234.5)])
def test_4_a_decimal_comma(tmp_path: Path, typed: str, read: float) -> None:
    """Proves: a length typed as 24,7 is 24.7 km, not 247. If it were ignored: costs would be ten times too high."""
    rows = small_rows()
    rows["Links"][0]["length_km"] = typed
    assert read_case(write_case(tmp_path, rows)).tables["Links"]["length_km"].iloc[0] == near(read)


def test_5_hidden_rows_are_told(tmp_path: Path) -> None:
    """Proves: rows of Demand that are hidden are read, with a warning. If it were ignored: a planner who hides rows to
    leave them out would plan with them unknowingly."""
    book = make_book(small_rows())
    book["Demand"].row_dimensions[FIRST_ROW].hidden = True
    book.save(tmp_path / "small.xlsx")
    assert "rows-hidden" in [message.code for message in load_case(tmp_path / "small.xlsx").messages]


def test_7_a_path_of_any_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: blanks, Cyrillic, # and % in the paths of case and outputs do no harm. If it were ignored: a run would
    end in an error of some library, or write to another folder."""
    folder = tmp_path / "Средний коридор #1 100%"
    write_starter(folder / "case")
    monkeypatch.chdir(folder)
    assert run.main(["solve", "case", "--quiet", "--why-seconds", "0"]) == run.DONE
    (found,) = (folder / "outputs").iterdir()
    assert (found / "plan.xlsx").exists()


def test_8_very_small_and_very_large_prices() -> None:
    """Proves: 1e-11 on one way and 1e6 on the other: the small one fills to its 6, then P pays. If it were ignored:
    scaling would end in "infeasible", or in a plan that takes the dear way. By hand: P once, 5, and next to nothing."""
    case = make_case(
        "prices",
        "AB",
        [link("X", "A-B", capacity_kteu=6.0, container_cost=1e-11), link("Y", "A-B", container_cost=1e6)],
        [demand("D", "A-B", 10.0)],
        Projects=[project("P", 5.0)],
        ProjectEffects=[effect("P", "X", 10.0)],
        settings={"unserved_penalty_per_teu": 1e7},
    )
    plan = solve(case)
    assert plan.outcome.objective == near(5.0)
    assert openings(plan) == {("P", 2026): 1}


@pytest.mark.parametrize("rate", [0.0, 0.12])
def test_9_years_inside_a_period(rate: float) -> None:
    """Proves: fifteen periods of a year cost what three of five years do, where every year is alike. If it were
    ignored: years between milestones would be discounted as the first of their period."""
    costs = []
    for years in (periods(*range(2026, 2041)), periods(2026, 2031, 2036, last_year=2040)):
        case = make_case(
            "years", "AB", [link("X", "A-B")], [demand("D", "A-B", 10.0)], years=years, settings={"discount_rate": rate}
        )
        costs.append(solve(case).outcome.objective)
    assert costs[0] == near(costs[1])
    assert costs[0] == near(sum(10.0 / (1 + rate) ** (year - 2026) for year in range(2026, 2041)))


@pytest.mark.parametrize("aim", list(Aim))
def test_10_uncertainty_where_nothing_is_carried(aim: Aim) -> None:
    """Proves: two futures without any demand are planned by every aim, the worst half (CVaR) and regret as well:
    nothing is decided now and all costs are 0. If it were ignored: a measure relative to the operating cost would
    divide by nothing, or end in "not proven"."""
    nil = [Future(f"w{number}", 0.5, {}, without_demand(world(20.0, f"w{number}")), {}) for number in range(2)]
    futures = Futures(nil, without_demand(world(20.0)), "by hand")
    found = plan_in_two_stages(futures, 2027, plain, Measure(aim, tail=0.5, share=1.0), enough=0.0, plans=99)
    assert commitment_words(found.plan.commitment) == NOTHING
    assert found.plan.costs.tolist() == near([0.0, 0.0])
    assert found.search.least() == near(0.0)


def without_demand(case: Case) -> Case:
    """The case with every demand 0."""
    table = case.table("Demand").copy()
    years = [column for column in table.columns if isinstance(column, int)]
    table[years] = 0.0
    return case.with_tables(Demand=table)


def test_12_capital_is_counted_whole_where_sight_ends() -> None:
    """Proves: P (250, opens 2028) is begun by who looks three years ahead, in the look of 2027, and counted whole there
    although only 2028 and 2029 of its life are seen. By hand, as 10 a year carried, 20 with P, 210 without: 2026 to
    2028 cost 10 + 10 + 210 = 230, to 2029 10 + 10 + 20 + 20 + 250 = 310, to 2030 330; capital over all is 250. If it
    were ignored: a window that cuts capital short would begin what never pays."""
    short = foresight(late_demand(), plain, 3, 1)
    assert short.looks["cost of what is seen"].tolist() == near([230.0, 310.0, 330.0])
    assert (short.rolling.spent, short.full.spent) == near((250.0, 250.0))
    assert short.rolling.cost - short.rolling.spent == near(10.0 + 10.0 + 3 * 20.0)


def test_19_ranking_does_not_hang_on_the_gap_or_the_seed() -> None:
    """Proves: what each project is worth, and so their order, is the same at a gap of 0.5 % and 0.05 % and with three
    seeds, where the plan is. If it were ignored: two analysts would rank the same projects differently."""
    case = make_case(
        "ranking",
        "ABC",
        [link("AB", "A-B", capacity_kteu=4.0), link("BC", "B-C", capacity_kteu=6.0)],
        [demand("D", "A-B", 10.0), demand("E", "B-C", 9.0)],
        Projects=[project("P", 5.0), project("Q", 9.0), project("R", 30.0)],
        ProjectEffects=[effect("P", "AB", 6.0), effect("Q", "BC", 3.0), effect("R", "AB", 1.0)],
        settings={"unserved_penalty_per_teu": 20.0},
    )
    told = []
    for gap, seed in itertools.product((5e-3, 5e-4), (1, 2, 3)):
        options = SolveOptions(gap=gap, seed=seed, threads=1)
        plan = make_plan(case, options, questions=partial(candidate_tables, seconds=20.0))
        table = plan.tables["candidates"]
        told.append({row.project: row.change for row in table[table["best"]].itertuples()})
    assert all(answers == pytest.approx(told[0]) for answers in told)
    # P: 6 kTEU for three years at 20 less 1, less its 5; Q: 3 kTEU alike, less 9; R: nothing, for 30
    assert told[0] == pytest.approx({"P": 6 * 3 * 19 - 5, "Q": 3 * 3 * 19 - 9, "R": 30.0})


def brute_force(costs: np.ndarray, rows: np.ndarray, least: np.ndarray, most: int) -> float:
    """Least cost of whole numbers 0..most with rows·x >= least, by trying all."""
    best = np.inf
    for values in itertools.product(range(most + 1), repeat=len(costs)):
        if (rows @ np.array(values) >= least - 1e-9).all():
            best = min(best, float(costs @ np.array(values)))
    return best


@pytest.mark.parametrize("seed", range(8))
def test_21_the_solver_finds_the_optimum_of_small_programmes(seed: int) -> None:
    """Proves: HiGHS as installed agrees with trying all whole numbers, on covers with a column that stands alone in its
    row, as in the reports of wrong optima since 1.13. If it were ignored: "best plan, proven" would rest on a solver
    that stops too early."""
    chance = np.random.default_rng(seed)
    rows = chance.integers(0, 4, (3, 5)).astype(float)
    rows[0, 1:] = 0.0
    rows[0, 0] = 2.0
    costs, least = chance.integers(1, 9, 5).astype(float), chance.integers(3, 9, 3).astype(float)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for cost in costs:
        solver.addCol(float(cost), 0.0, 4.0, 0, [], [])
    solver.changeColsIntegrality(5, list(range(5)), [highspy.HighsVarType.kInteger] * 5)
    for row, floor in zip(rows, least, strict=True):
        places = np.flatnonzero(row)
        solver.addRow(float(floor), highspy.kHighsInf, len(places), places.astype(np.int32), row[places])
    solver.run()
    expected = brute_force(costs, rows, least, 4)
    if np.isinf(expected):
        assert solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible
    else:
        assert solver.getInfo().objective_function_value == near(expected)


@pytest.mark.parametrize("wrong", ["flows", "projects"])
def test_22_what_a_solver_calls_optimal_is_recounted(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    """Proves: a plan that a solver calls optimal is refused (FAILED) where it breaks rows: a fifth more flow than
    X has room for, or P not opened. (The build with an interior point of its own is not to be had here.) If it were
    ignored: the fault of a solver would be printed as the best plan, proven."""

    def broken(problem: Problem, *more: Any) -> tuple[Outcome, Solution | None]:
        outcome, solution = solve_prepared(problem, *more)
        assert solution is not None
        if wrong == "flows":
            return outcome, replace(solution, flows={key: 1.2 * flow for key, flow in solution.flows.items()})
        values = solution.values.copy()
        values[problem.compiled.integer] = 0.0
        return outcome, replace(solution, values=values)

    assert make_plan(two_ways()).outcome.status is Status.OPTIMAL
    monkeypatch.setattr("model.plan.planner.solve_prepared", broken)
    plan = make_plan(two_ways())
    assert plan.outcome.status is Status.FAILED
    assert not plan.verified


def names_of_tables(archive: zipfile.ZipFile) -> list[str]:
    """Names of the Excel tables of a workbook."""
    parts = [part for part in archive.namelist() if part.startswith("xl/tables/")]
    return [str(ElementTree.fromstring(archive.read(part)).get("displayName")) for part in parts]


def test_24_nothing_that_excel_would_repair(tmp_path: Path) -> None:
    """Proves: plan.xlsx keeps what Excel repairs files for: sheet names of 31 characters at most and different whatever
    the case, table names once, no cell above 32,767 characters, notes of validations within 255, no control
    characters, no formula whose text is not ended. If it were ignored: Excel would offer to repair the plan."""
    path = tmp_path / "plan.xlsx"
    write_plan_book(Facts(solve(two_ways())), path, ReportOptions())
    with zipfile.ZipFile(path) as archive:
        names = names_of_tables(archive)
        assert len(names) == len({name.lower() for name in names})
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(part))
    book = openpyxl.load_workbook(path)
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    assert len(cell.value) <= 32_767, (sheet.title, cell.coordinate)
                    assert cell.value.count('"') % 2 == 0 or not cell.value.startswith("="), (
                        sheet.title,
                        cell.coordinate,
                    )
        for validation in sheet.data_validations.dataValidation:
            assert len(validation.prompt or "") <= 255, sheet.title
            assert len(validation.promptTitle or "") <= 32, sheet.title
