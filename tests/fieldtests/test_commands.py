"""Field tests of commands: routes, compare, and what becomes of a run when the surroundings fail."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import model.reports
import run
from model.case.reader import read_case
from model.case.workbooks.starter import write_starter
from model.plan.planner import make_plan
from model.reports.comparison.run_files import read_runs
from model.reports.comparison.tables import ranking
from model.solvers.core.checkpoint import State
from model.solvers.core.checkpointing import Checkpointing
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.solvers.lp import checkpoint_writer
from model.solvers.parallel.cluster import open_cluster
from model.studies.commands.main import show_routes
from model.studies.routes import RouteWish
from tests.fieldtests.beside import folder
from tests.fieldtests.test_inputs import STARTER
from tests.fieldtests.test_outputs import WHOLE, solved
from tests.studies.stand_ins import RememberingReporter

HOME = Path(run.__file__).parent
ROUTES = "07-routes-command"


def told_routes(case: Path, wish: RouteWish, scenario: str | None = None) -> list[tuple[str, pd.DataFrame]]:
    """Titles and legs that `routes` tells."""
    reporter = RememberingReporter()
    assert show_routes(case, scenario, wish, reporter) == 0
    return list(reporter.of("table"))


def links_of(legs: pd.DataFrame) -> list[str]:
    """Links of a route, with what is said beside them."""
    return [what.removeprefix("link ") for what in legs["what"] if what.startswith("link ")]


def test_07_routes_command() -> None:
    """
    Proves: in the lean case with Suez closed the way round the Cape (L201) comes first, and the canal (L200) last, as
    closed.
    If it were ignored: route 1 was the canal, capacity 0, without a word.
    """
    folder(ROUTES)
    wish = RouteWish("Shanghai", "Duisburg", count=2)
    found = told_routes(HOME / "inputs" / "middle_corridor_lean", wish, "suez_closed")
    assert "L201" in links_of(found[0][1])
    assert not any("closed" in link for _, legs in found[:2] for link in links_of(legs))
    title, legs = found[-1]
    assert title.startswith("Closed in 2026")
    assert "L200, closed" in links_of(legs)


def test_07_case_too_slow() -> None:
    """
    Proves: where the longest transit is 5 days, A-C-B (4 days, 500 USD) is the only route, not A-B in 10 days.
    If it were ignored: a route that no plan uses came first.
    """
    ((title, legs),) = told_routes(folder(ROUTES) / "case_too_slow", RouteWish("A", "B"))
    assert links_of(legs) == ["AC", "CB"]
    assert "4.0 days, 500 USD/TEU paid" in title


def test_07_case_subsidy() -> None:
    """
    Proves: a leg subsidised by 500 USD is priced: A-C-D-B for 50 + 100 - 500 + 500 = 150, then A-B for 1,000.
    If it were ignored: "a mistake of its own (NegativePriceError)" where solve finds the same way.
    """
    found = told_routes(folder(ROUTES) / "case_subsidy", RouteWish("A", "B"))
    assert [links_of(legs) for _, legs in found] == [["AC", "CD", "DB"], ["AB"]]
    assert ["150 USD/TEU" in found[0][0], "1,000 USD/TEU" in found[1][0]] == [True, True]


def test_09_compare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: 3 years (14 million USD) are not ranked against 5 (27), nor against the same discounted to 2020 at 20 %
    (3.75), and the reason is told; `--output mine` makes the folder mine and nothing else.
    If it were ignored: "3 years is cheaper, proven", written over ./comparison.
    """
    costs, runs = [], []
    for name in ("case_3_years", "case_5_years", "case_other_rate"):
        made, record = solved(f"09-compare/{name}", tmp_path / name, "--why-seconds", "0")
        costs.append(record["objective_million_usd"])
        runs.append(made)
    assert costs == pytest.approx([14.0, 27.0, 3.75], abs=0.005)
    verdicts = ranking(read_runs(runs))["verdict"].tolist()
    assert verdicts[0] == "not comparable: horizon 2026–2028 against 2026–2030"
    assert verdicts[1].startswith("not comparable: discount rate 0 against 0.2, discount base year")
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    assert run.main(["compare", *map(str, runs[:2]), "--output", "mine", "--quiet"]) == 0
    assert set(tmp_path.iterdir()) - before == {tmp_path / "mine"}


@pytest.mark.slow
def test_r03_dask_loopback_runs_anyones_code() -> None:
    """
    Proves: the folder's attacker, who connects to the scheduler on loopback without a certificate, runs nothing there.
    If it were ignored: "code ran as uid 0" on scheduler and workers. (Every door and kind of stranger:
    tests/solvers/parallel/test_cluster_strangers.py.)
    """
    attack = folder("r03-dask-loopback-runs-anyones-code") / "attack3.py"
    with open_cluster(SolveOptions(workers=1), 1) as client:
        port = client.scheduler.address.rpartition(":")[2]
        done = subprocess.run([sys.executable, str(attack), port], capture_output=True, text=True, check=False)
    assert "imported" in done.stdout, done.stderr
    assert "connected" not in done.stdout
    assert "code ran" not in done.stdout


@pytest.fixture
def handlers() -> Iterator[None]:
    """Signal handlers as before, afterwards: a run listens for its own."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_r04_stop_while_writing_loses_plan(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Proves: a stop while the proven plan is being written leaves the whole folder, exit code 0.
    If it were ignored: exit 3, "Stopped before there was a plan; nothing was left behind".
    """
    folder("r04-stop-while-writing-loses-plan")
    write, pressed = model.reports.write_reports, []

    def stopped(*given: Any, **more: Any) -> None:
        pressed.append(number)
        signal.raise_signal(number)
        write(*given, **more)

    monkeypatch.setattr(model.reports, "write_reports", stopped)
    _, record = solved("01-plan-builds-nothing-crashes/case_not_needed", tmp_path, "--why-seconds", "1")
    assert pressed == [number]
    assert record["status"] == "optimal"


CONSOLES = {
    "a reader that leaves": "--json-lines | head -1",
    "a full console": "> /dev/full",
    "a closed console": ">&-",
}


@pytest.mark.slow
@pytest.mark.parametrize("console", CONSOLES)
def test_r09_disk_full_and_broken_pipe(console: str, tmp_path: Path) -> None:
    """
    Proves: whatever becomes of the console, the run ends with 0, no word of a mistake or damage, and one whole folder.
    If it were ignored: exit 0 without a folder, or "the planner is damaged". (Full disks: tests/test_life.py.)
    """
    folder("r09-disk-full-and-broken-pipe")
    if os.name != "posix" or shutil.which("bash") is None or not Path("/dev/full").exists():
        pytest.skip("needs bash and /dev/full")
    case = folder("01-plan-builds-nothing-crashes") / "case_not_needed"
    words = f"'{sys.executable}' run.py solve '{case}' --output '{tmp_path / 'o'}' --why-seconds 0 {CONSOLES[console]}"
    command = ["bash", "-c", f"{words}; exit ${{PIPESTATUS[0]}}"]
    done = subprocess.run(command, cwd=HOME, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "damaged" not in done.stderr + done.stdout
    assert "mistake" not in done.stderr + done.stdout
    (made,) = (path for path in (tmp_path / "o").iterdir() if not path.name.startswith("."))
    assert {path.name for path in made.iterdir()} >= WHOLE


NOTHING_BUILT = 5902.9
"""Cost of the starter case where nothing is built, million USD."""


def test_r13_forged_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: a checkpoint of the starter case in which the bound is that of its worse plan, which builds nothing
    (5,902.9 million USD), is continued to the true optimum, 2,536.0.
    If it were ignored: "optimal, proven within 0.000 %" for 2.3 times the cost. (All arrays altered:
    tests/solvers/core/test_checkpoint_forged.py.)
    """
    folder("r13-forged-checkpoint")
    case = read_case(write_starter(tmp_path / "starter"))
    save = checkpoint_writer.save

    def forge(state: State, path: Path) -> None:
        assert state.plan is not None
        save(dataclasses.replace(state, plan=0 * state.plan, objective=NOTHING_BUILT, bound=NOTHING_BUILT), path)

    def options(path: Path, resume: Path | None) -> SolveOptions:
        wish = Checkpointing(tmp_path / path, {"run": "x"}, resume, 0.0 if resume else 1e9)
        return SolveOptions("decomposed", gap=0.0, checkpointing=wish)

    monkeypatch.setattr(checkpoint_writer, "save", forge)
    first = options(tmp_path / "forged.npz", None)
    assert make_plan(case, first).outcome.status is Status.OPTIMAL
    assert first.checkpointing is not None
    assert first.checkpointing.save is not None
    first.checkpointing.save()
    monkeypatch.undo()
    outcome = make_plan(case, options(tmp_path / "next.npz", tmp_path / "forged.npz")).outcome
    assert outcome.status is Status.OPTIMAL
    assert (outcome.objective, outcome.bound) == (pytest.approx(STARTER, abs=1e-3),) * 2
