"""No run is lost: consoles, terminals, disks and signals that fail at any moment.

The tests take three moments of each kind; `python -m tests.test_life kill 50` takes fifty and prints what became of
them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

import pytest

import run
from model.studies.runs.folders import PREFIX
from tests.studies.stand_ins import write_plain_case

HOME = Path(run.__file__).parent
WHOLE = {"plan.xlsx", "report.html", "run.json", "run.log", "inputs", "csv"}
WHOLE_STUDY = {"stress.csv", "stress.xlsx", "run.json", "inputs"}
MOMENTS = 3

DRIVER = """
import json, os, pty, random, resource, select, signal, subprocess, sys, time
from pathlib import Path
import model.reports, model.studies.commands.main, model.plan.planner, run

kind, case, outputs, moments = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
chance = random.Random(kind)
said, consoles = outputs.parent / "said.txt", {}

def plan(*more):
    os._exit(run.main(["solve", case, "--output", str(outputs), "--why-seconds", "1", *more]))

def study(*words):
    os._exit(run.main(["study", *words, case, "--output", str(outputs)]))

def begin(prepare, *more, work=plan):
    # through another process, which keeps no limit on files
    console = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=open(said, "wb"))
    child = os.fork()
    if child == 0:
        os.dup2(console.stdin.fileno(), 1), os.dup2(console.stdin.fileno(), 2)
        console.stdin.close()
        prepare()
        work(*more)
    console.stdin.close()
    consoles[child] = console
    return child

def end(child):
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if child in consoles:
        consoles.pop(child).wait()
    return code

def pipe(moment):
    reading, writing = os.pipe()
    child = begin(lambda: (os.close(reading), os.dup2(writing, 1)))
    os.close(writing)
    time.sleep(moment * whole)
    os.close(reading)
    return end(child)

def hangup(moment):
    child, terminal = pty.fork()
    if child == 0:
        plan()
    until = time.monotonic() + moment * whole
    while time.monotonic() < until:
        if select.select([terminal], [], [], max(0.0, until - time.monotonic()))[0]:
            try:
                os.read(terminal, 4096)
            except OSError:
                break
    os.close(terminal)
    return end(child)

def term(moment):
    child = begin(lambda: None)
    time.sleep(moment * whole)
    os.kill(child, signal.SIGTERM)
    return end(child)

def kill(moment):
    # the search, the answers and the files of a plan, and studies of many plans
    work, words = chance.choice([(plan, ()), (plan, ()), (study, ("candidates",)), (study, ("stress",))])
    child = begin(lambda: None, *words, work=work)
    time.sleep(moment * whole)
    os.kill(child, signal.SIGKILL)
    return end(child)

def limit(moment):
    most = int(300 * 1000 ** moment)  # 300 bytes to 300 kB
    return end(begin(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))))

def full(moment):
    outputs.mkdir(exist_ok=True)
    size = int(16 * 60 ** moment)  # 16 kB to 1 MB
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "none", str(outputs)], check=True)
    code = end(begin(lambda: None))
    subprocess.run(["mount", "-o", "remount,size=64m", str(outputs)], check=True)
    return code

begun = time.monotonic()
assert end(begin(lambda: None)) == 0
whole = time.monotonic() - begun
for moment in [(number + chance.random()) / moments for number in range(moments)]:
    before = set(os.listdir(outputs)) if kind != "full" else set()
    kept = set(outputs.glob(".checkpoints/*.npz")) if kind != "full" else set()
    said.write_text("")
    told = {"moment": moment, "code": globals()[kind](moment), "said": said.read_text()}
    new = set(os.listdir(outputs)) - before
    told["folders"] = [str(outputs / name) for name in new if not name.startswith(".")]
    fresh = sorted(set(outputs.glob(".checkpoints/*.npz")) - kept)
    if fresh and not told["folders"]:
        told["resumed"] = end(begin(lambda: None, "--resume", fresh[0].stem))
        told["folders"] = [str(outputs / name) for name in set(os.listdir(outputs)) - before if name[0] != "."]
    told["whole"] = [
        sorted(os.listdir(folder)) if (Path(folder) / "run.json").exists() else [] for folder in told["folders"]
    ]
    told["records"] = [json.loads((Path(folder) / "run.json").read_text()) for folder in told["folders"]]
    for record in told["records"]:
        record.pop("progress", None), record.pop("measures", None)
    if kind == "full":
        subprocess.run(["umount", str(outputs)], check=True)
    print("TOLD", json.dumps(told), flush=True)
if kind == "kill":
    assert end(begin(lambda: None)) == 0  # sweeps what killed runs left
"""


def lives(kind: str, folder: Path, moments: int = MOMENTS) -> list[dict]:
    """What became of runs that met trouble of a kind at random moments, spread over the whole run."""
    case, outputs = write_plain_case(folder), folder / "place" / "outputs"
    outputs.parent.mkdir()
    typed = case.read_bytes()
    command = [sys.executable, "-c", DRIVER, kind, str(case), str(outputs), str(moments)]
    try:
        done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    finally:
        if os.path.ismount(outputs):
            subprocess.run(["umount", str(outputs)], check=False)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line.removeprefix("TOLD ")) for line in done.stdout.splitlines() if line.startswith("TOLD ")]
    assert len(told) == moments
    assert case.read_bytes() == typed
    if outputs.is_dir():
        assert not [path for path in outputs.iterdir() if path.name.startswith(PREFIX)]
    for one in told:
        assert "mistake of its own" not in one["said"], one
        assert "damaged" not in one["said"], one
        assert "Traceback" not in one["said"], one
        assert all(set(names) >= WHOLE or set(names) >= WHOLE_STUDY for names in one["whole"]), one
    return told


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kind", ["pipe", "hangup"])
def test_a_console_that_goes_away_ends_no_run(tmp_path: Path, kind: str) -> None:
    """Proves: a reader that goes away, and a terminal that hangs up (SIGHUP and all), at three random moments from
    start to end: the run goes on, leaves a whole folder with the proven plan, and ends with 0.

    If it were ignored: `run.py solve … | head -1`, or a lost connection, would end a night's work with 0 and nothing.
    """
    for one in lives(kind, tmp_path):
        assert one["code"] == 0, one
        assert [record["status"] for record in one["records"]] == ["optimal"], one
        assert "resumed" not in one, one


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no hang-ups on Windows")
def test_a_hang_up_after_the_last_word_changes_no_exit_code() -> None:
    """Proves: a terminal that hangs up after a command has done its work, in its last instant, changes nothing.

    If it were ignored: a run with its whole folder on disk would end as killed (-1) by a hang-up in its last instant.
    """
    command = "run.main(['check', 'nowhere'])"
    words = f"import os, run, signal; code = {command}; os.kill(os.getpid(), signal.SIGHUP); os._exit(code)"
    done = subprocess.run([sys.executable, "-c", words], cwd=HOME, capture_output=True, check=False)
    assert done.returncode == run.PROBLEM, done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_sigterm_at_any_moment_loses_no_plan(tmp_path: Path) -> None:
    """Proves: `kill -TERM` at three random moments leaves a whole folder and 0 where there was a plan by then, or 3,
    no folder and the words that there was none; where something is kept, --resume makes a whole folder of it.

    If it were ignored: a stop while the workbook is written would throw a proven plan away (field test r04).
    """
    told = lives("term", tmp_path)
    for one in told:
        if one["code"] == 3 and "resumed" not in one:
            assert "Stopped before there was a plan" in one["said"], one
            assert one["folders"] == [], one
        else:
            assert one.get("resumed", one["code"]) == 0, one
            assert len(one["folders"]) == 1, one
    assert told[-1]["code"] == 0, told[-1]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("limit", ("grew larger than this system or shell allows", "Cannot write to the folder")),
        pytest.param(
            "full",
            ("The disk is full", "Cannot write to the folder"),
            marks=pytest.mark.skipif(
                not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None,
                reason="mounting a small disk needs root",
            ),
        ),
    ],
)
def test_no_room_on_the_disk_is_told_and_the_plan_kept(tmp_path: Path, kind: str, words: tuple[str, str]) -> None:
    """Proves: with a limit on files (ulimit -f) and a disk of three random sizes the run ends with a whole folder and
    0, or with 1, in words that name the disk; where there was room for a checkpoint, --resume finishes the folder once
    there is room, and run.json says that it did.

    If it were ignored: a full disk would be "a mistake of its own", or "the workbook was altered", and the plan lost.
    """
    for one in lives(kind, tmp_path):
        assert one["code"] in (0, 1), one
        assert "was altered" not in one["said"], one
        if one["code"] == 1:
            assert any(word in one["said"] for word in words), one
        if "resumed" in one:
            assert "--resume" in one["said"], one
            assert one["resumed"] == 0, one
            assert [record["resumed"] is not None for record in one["records"]] == [True], one
        for folder in one["folders"] if kind == "limit" else []:
            with ZipFile(Path(folder) / "plan.xlsx") as book:
                assert book.testzip() is None


def killed(folder: Path, moments: int) -> list[dict]:
    """`kill -9` at random moments: every folder that is seen is whole, and what was kept makes a whole folder."""
    told = lives("kill", folder, moments)
    for path in folder.glob("place/outputs/*/plan.xlsx"):
        with ZipFile(path) as book:
            assert book.testzip() is None
    for one in told:
        assert one["code"] in (0, -signal.SIGKILL), one
        assert all(record.get("status", "optimal") == "optimal" for record in one["records"]), one
        assert one.get("resumed", 0) == 0, one
    return told


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kill_at_any_moment_leaves_whole_folders_only(tmp_path: Path) -> None:
    """Proves: `kill -9` at random times of whole commands, solves and studies, leaves only whole run folders (record
    readable, workbook sound), untouched inputs, and a next run that sweeps the rest; where a plan was kept, --resume
    makes a whole folder of it.

    If it were ignored: a half-written workbook could pass for a plan, or a cut of power lose a night's search.
    """
    told = killed(tmp_path, 2 * MOMENTS)
    assert sum(one["code"] != 0 for one in told) >= MOMENTS  # so many kills did hit a run at work


if __name__ == "__main__":
    asked, count = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as place:
        became = killed(Path(place), count) if asked == "kill" else lives(asked, Path(place), count)
    for code in sorted({one["code"] for one in became}):
        same = [one for one in became if one["code"] == code]
        with_folder = sum(bool(one["folders"]) for one in same)
        resumed = sum("resumed" in one for one in same)
        print(f"{asked}: {len(same)} of {count} ended with {code}; {with_folder} left whole folders, {resumed} resumed")
