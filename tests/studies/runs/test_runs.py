"""Run folders appear whole or not at all."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from model.studies.runs.folders import LONGEST_NAME, PREFIX, RunError, RunFolder, folder_name, sweep

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
FILES = 40
SLOW_WRITER = f"""
import sys, time
from pathlib import Path
from model.studies.runs.folders import RunFolder
while True:
    with RunFolder(Path(sys.argv[1]), "case", "reference") as folder:
        print("begun", flush=True)
        for number in range({FILES}):
            (folder.path / f"{{number}}.txt").write_text("x" * 10000)
            time.sleep(0.001)
        folder.finish()
"""


def visible(outputs: Path) -> list[str]:
    """Names in outputs that a planner sees."""
    return sorted(path.name for path in outputs.iterdir() if not path.name.startswith("."))


def test_name_says_case_scenario_and_time() -> None:
    """Proves: the name tells what the run was, in letters that every file system takes. If it were ignored: a
    scenario called 'oil/gas: high' would make sub-folders or fail on Windows."""
    assert folder_name("middle_corridor", "oil/gas: high", NOON) == "middle_corridor-oil_gas_high-20261122T120000Z"
    assert folder_name("..", "..", NOON) == "run-20261122T120000Z" or ".." not in folder_name("..", "..", NOON)
    assert len(folder_name("c" * 300, "s", NOON)) <= LONGEST_NAME + len("-20261122T120000Z")


def test_folder_is_hidden_until_finished(tmp_path: Path) -> None:
    """Proves: nothing is to be seen before `finish`, everything after it, and no lock stays. If it were ignored:
    a planner could open a half-written workbook."""
    with RunFolder(tmp_path, "case", "reference", NOON) as folder:
        (folder.path / "plan.txt").write_text("whole")
        assert visible(tmp_path) == []
        final = folder.finish()
    assert final == tmp_path / "case-reference-20261122T120000Z"
    assert (final / "plan.txt").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == [final.name]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_error_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    """Proves: an error or Ctrl-C while writing leaves no trace. If it were ignored: broken runs would pile up
    and be taken for results."""

    def fail() -> None:
        with RunFolder(tmp_path, "case", "reference") as folder:
            (folder.path / "half.txt").write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_two_runs_of_one_second_get_two_names(tmp_path: Path) -> None:
    """Proves: runs of the same case and second do not meet, neither while writing nor when the first is done. If
    it were ignored: the second would overwrite the first, or fail after minutes of solving."""
    with RunFolder(tmp_path, "case", "reference", NOON) as first:
        with RunFolder(tmp_path, "case", "reference", NOON) as second:
            assert second.path != first.path
            second.finish()
        first.finish()
    with RunFolder(tmp_path, "case", "reference", NOON) as third:
        third.finish()
    assert visible(tmp_path) == [f"case-reference-20261122T120000Z{end}" for end in ("", "-2", "-3")]


def test_sweep_takes_the_dead_and_leaves_the_living(tmp_path: Path) -> None:
    """Proves: what a killed run left goes at the next start, what another run is writing stays, and so does what
    is finished. If it were ignored: hidden folders would fill the disk, or a run would lose its files."""
    dead = tmp_path / f"{PREFIX}dead"
    dead.mkdir()
    (dead / "half.txt").write_text("half")
    (tmp_path / f"{PREFIX}dead.lock").touch()
    (tmp_path / f"{PREFIX}without-lock").mkdir()
    (tmp_path / f"{PREFIX}only-a-lock.lock").touch()
    (tmp_path / "finished").mkdir()
    with RunFolder(tmp_path, "case", "reference", NOON) as living:
        (living.path / "mine.txt").write_text("mine")
        sweep(tmp_path)
        assert (living.path / "mine.txt").exists()
        hidden = sorted(path.name for path in tmp_path.glob(f"{PREFIX}*"))
        assert hidden == [living.path.name, f"{living.path.name}.lock"]
        living.finish()
    assert visible(tmp_path) == ["case-reference-20261122T120000Z", "finished"]


def test_outputs_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    """Proves: a bad output folder is told in words before anything is solved. If it were ignored: a traceback
    after minutes of work."""
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(RunError, match="Cannot write to the folder"), RunFolder(tmp_path / "file", "case", "x"):
        pass


def test_kill_leaves_whole_folders_only(tmp_path: Path) -> None:
    """Proves: with `kill -9` at 10 random moments every folder to be seen holds all its files, and the next start
    sweeps the rest. If it were ignored: a half-written run could pass for a plan. The writer makes a folder of 40
    files every 50 ms or so; the kills fall within 0.2 s after its first sign."""
    chance = random.Random(1)
    for _ in range(10):
        writer = subprocess.Popen(
            [sys.executable, "-c", SLOW_WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0.0, 0.2))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
    assert len(list(tmp_path.glob(f"{PREFIX}*"))) in (0, 1, 2)  # the last run's folder and lock at most
    for name in visible(tmp_path):
        assert len(list((tmp_path / name).iterdir())) == FILES
    sweep(tmp_path)
    assert list(tmp_path.glob(f"{PREFIX}*")) == []
