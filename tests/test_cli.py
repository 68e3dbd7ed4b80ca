"""The command line: exit codes, words instead of tracebacks, help that answers at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import run
from model.studies.commands.arguments import case_path
from tests.case.small import small_rows, write_case
from tests.studies.stand_ins import write_plain_case

HOME = Path(run.__file__).parent


def start(*words: object, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
    """Start run.py in a process of its own, from another folder and without standard input."""
    command = [sys.executable, str(HOME / "run.py"), *map(str, words)]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd="/"
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, output and error output."""
    out, errors = process.communicate(timeout=120)
    return process.returncode, out or "", errors or ""


def test_results_go_where_one_stands() -> None:
    """Proves: without --output a run's folder is made in 'outputs' of the folder one stands in, not beside the program.
    If it were ignored: results of a case elsewhere would land in the program's own folder."""
    assert run.make_parser().parse_args(["check", "x"]).output == Path("outputs")


@pytest.mark.parametrize(
    "words",
    [
        ["solv"],
        ["solve", "--gap", "2"],
        ["solve", "--gap", "little"],
        ["solve", "--time-limit", "0"],
        ["solve", "--threads", "0"],
        ["solve", "--method", "guess"],
        ["solve", "--constraints", "not_there.py"],
        ["solve", "--quiet", "--json-lines"],
        ["routes", "middle_corridor"],
        ["--unknown"],
    ],
)
def test_wrong_usage_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: what cannot be understood ends with 2 and says how it is used. If it were ignored: a typing mistake
    would start minutes of work on the wrong question."""
    with pytest.raises(SystemExit) as caught:
        run.main(words)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_shares_may_be_percentages() -> None:
    """Proves: 0.5% is 0.005. If it were ignored: planners would type 0.5 and ask for half."""
    choices = run.make_parser().parse_args(["solve", "--gap", "0.5%"])
    assert choices.gap == 0.005


def test_case_may_be_the_name_of_a_folder_in_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a bare case name is looked for in inputs when there is no such path. If it were ignored: planners
    would have to type the path of the shipped case."""
    monkeypatch.setattr("model.studies.commands.arguments.HOME", tmp_path)
    (tmp_path / "inputs" / "mine").mkdir(parents=True)
    assert case_path("mine") == tmp_path / "inputs" / "mine"
    assert case_path("other") == Path("other")


def test_help_answers_at_once() -> None:
    """Proves: help loads none of the heavy libraries (pandas alone takes half a second) and names every exit code.
    If it were ignored: the first touch of the tool would be a wait."""
    script = (
        "import sys, run\n"
        "try:\n    run.main(['--help'])\n"
        "except SystemExit as end:\n    assert end.code == 0\n"
        "heavy = {'pandas', 'numpy', 'pyomo', 'highspy', 'rich', 'openpyxl', 'vl_convert'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for words in ("solve", "routes", "check", "exit codes", "3  no plan found"):
        assert words in done.stdout


def test_solve_leaves_a_run_folder(tmp_path: Path) -> None:
    """Proves: the whole command, in a pipe and from another folder, ends with 0, tells progress and plan, and leaves
    a folder with workbook, record, log and inputs. If it were ignored: parts that work alone would not work
    together."""
    write_plain_case(tmp_path)
    code, out, errors = ended(start("solve", tmp_path, "--output", tmp_path / "outputs"))
    assert (code, errors) == (0, "")
    for words in ("Read ", "Building the network", "Best plan, proven", "Present value of all costs", "Run folder: "):
        assert words in out
    (folder,) = (tmp_path / "outputs").iterdir()
    assert {"plan.xlsx", "run.json", "run.log", "inputs"} <= {path.name for path in folder.iterdir()}


def test_json_lines_and_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: with --json-lines every line of the output is JSON and the last result tells status and folder; with
    --quiet there is no output. If it were ignored: programs could not drive the planner."""
    words = ["solve", str(write_plain_case(tmp_path)), "--output", str(tmp_path / "outputs")]
    assert run.main([*words, "--json-lines"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (result,) = [record for record in records if record["kind"] == "result"]
    assert result["status"] == "optimal"
    assert Path(result["folder"]).is_dir()
    assert run.main([*words, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("command", ["solve", "check"])
def test_bad_cell_is_1_with_its_address(tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: a wrong cell ends with 1 and its file › sheet › cell, and no run folder is left. If it were ignored:
    the planner would search twenty sheets."""
    rows = small_rows()
    rows["Links"][0]["length_km"] = "far"
    write_case(tmp_path, rows)
    assert run.main([command, str(tmp_path), "--output", str(tmp_path / "outputs")]) == 1
    told = capsys.readouterr()
    assert "small.xlsx › Links › " in told.out + told.err
    assert "far" in told.out + told.err
    left = [path.name for path in (tmp_path / "outputs").glob("*")]
    assert left == ([f"{tmp_path.name}-issues.xlsx"] if command == "check" else [])


def test_check_of_a_sound_case_is_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: a sound case passes. If it were ignored: a check that always complains is not read."""
    assert run.main(["check", str(write_case(tmp_path))]) == 0
    assert "no error" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["solve", "not_there"], "not_there"),
        (["solve", "CASE", "--scenario", "no_such"], "no_such"),
        (["routes", "CASE", "A", "nowhere"], "no node 'nowhere'"),
        (["solve", "CASE", "--constraints", "BROKEN"], "broken.py"),
        (["solve", "CASE", "--output", "BROKEN"], "Cannot write to the folder"),
        (["solve", "CASE", "--boundaries", "BROKEN"], "broken.py is not a GeoJSON file"),
        (["study", "calibration", "CASE"], "no rows to calibrate on"),
    ],
)
def test_problems_are_1_and_explained(
    tmp_path: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: a missing case, an unknown scenario or place, a broken constraint file and a bad output folder each end
    with 1 and a sentence. If it were ignored: a traceback."""
    broken = tmp_path / "broken.py"
    broken.write_text("this is no Python\n")
    rows = small_rows()
    del rows["Observed"]
    real = {"CASE": str(write_case(tmp_path, rows)), "BROKEN": str(broken)}
    words = [real.get(word, word) for word in words]
    outputs = [] if "--output" in words else ["--output", str(tmp_path / "outputs")]
    assert run.main([*words, *outputs]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_mistake_of_the_program_is_logged_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: an unexpected error shows one sentence with the name of a file that holds the traceback, without the
    paths of the project and the user. If it were ignored: a planner would meet a Python traceback."""

    def fail(*_: object, **__: object) -> int:
        raise ZeroDivisionError(f"in {Path.home()} and {HOME}")

    monkeypatch.setattr("model.studies.commands.main.solve_case", fail)
    assert run.main(["solve", str(tmp_path), "--output", str(tmp_path / "outputs")]) == 1
    told = capsys.readouterr().err
    (log,) = (tmp_path / "outputs").iterdir()
    assert log.name in told
    assert "Traceback" not in told
    text = log.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in text
    assert str(Path.home()) not in text
    assert str(HOME) not in text


def test_a_file_of_the_planner_that_python_cannot_read_is_named_with_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    Proves: a modeler who leaves a bracket open in a feature is told the file and the line, with exit code 1.
    If it were ignored: it would be "a mistake of the program", to be reported, with the place in a log.
    """
    path = Path(run.__file__).resolve().parent / "model" / "features" / "mine" / "cost.py"

    def solve(_: object) -> int:
        compile("ok = 1\ndef broken(:\n", str(path), "exec")
        return 0

    monkeypatch.setattr(run, "solve", solve)
    assert run.main(["solve", "inputs/nowhere"]) == 1
    told = capsys.readouterr().err
    assert told == "model/features/mine/cost.py, line 2: Python cannot read this (invalid syntax).\n"


@pytest.mark.parametrize("loading", [False, True])
def test_stop_before_a_plan_is_3(
    loading: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: Ctrl-C while reading ends with 3 and a sentence, also where a library that is being loaded makes an
    ImportError of it. If it were ignored: a traceback of KeyboardInterrupt, or the advice to set the planner up again.
    """

    def stop(*_: object, **__: object) -> int:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            if loading:
                raise ImportError("initialization failed") from error
            raise

    monkeypatch.setattr("model.studies.commands.main.solve_case", stop)
    assert run.main(["solve", str(tmp_path)]) == 3
    assert capsys.readouterr().err.startswith("Stopped before there was a plan")


def test_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """Proves: `run.py routes … | head -1` ends without a complaint. If it were ignored: a BrokenPipeError under the
    answer."""
    write_case(tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    process = start("routes", tmp_path, "A", "C", stdout=writing)
    os.close(writing)
    code, _, errors = ended(process)
    assert (code, errors) == (0, "")


def test_study_candidates_is_a_run_with_all_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the study leaves a run folder as solve does, with the answers about every project solved. If it were
    ignored: whoever asks for all answers would get a mistake of the program, or bounds."""
    case = write_plain_case(tmp_path)
    assert run.main(["study", "candidates", str(case), "--output", str(tmp_path / "outputs"), "--quiet"]) == 0
    (folder,) = (tmp_path / "outputs").iterdir()
    text = (folder / "csv" / "candidates.csv").read_text(encoding="utf-8-sig")
    assert "forced in" in text or "taken out" in text
    assert capsys.readouterr().err == ""


def test_no_time_for_answers_leaves_them_out(tmp_path: Path) -> None:
    """Proves: --why-seconds 0 asks nothing, and the run is whole. If it were ignored: nobody could switch it off."""
    case = write_plain_case(tmp_path)
    words = ["solve", str(case), "--output", str(tmp_path / "outputs"), "--quiet", "--why-seconds", "0"]
    assert run.main(words) == 0
    (folder,) = (tmp_path / "outputs").iterdir()
    assert not (folder / "csv" / "candidates.csv").exists()
    assert (folder / "plan.xlsx").is_file()
