"""The command lines of the benchmarks: what they print, and how they end."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import (
    checking,
    compare,
    docs_tables,
    first_plans,
    growth,
    instance,
    ladder_run,
    peers,
    processes,
    profile,
    public,
    stages,
)
from benchmarks.answers import Answer
from benchmarks.public import Known, verdict
from tests.benchmarks import samples
from tests.case.small import write_case

KEYS = {"instance", "status", "cost", "bound", "gap", "seconds", "peak_mb", "method"}
ROOT = Path(__file__).parents[2]


def test_instance_json_is_one_line_with_the_agreed_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: --json prints one line with exactly the keys of the contract and figures as JSON numbers.

    If it were ignored: whoever compares runs by machine would have to guess.
    """
    path = samples.write(tmp_path, "three.dow", samples.CANAD)
    assert instance.main([str(path), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    record = json.loads(lines[0])
    assert set(record) == KEYS
    assert (record["instance"], record["status"]) == ("three", "optimal")
    assert record["cost"] == pytest.approx(30.0)
    assert record["gap"] <= 1e-6
    assert record["seconds"] > 0


def test_instance_json_is_all_that_a_process_prints(tmp_path: Path) -> None:
    """Proves: the standard output of a process of its own is one JSON line: HiGHS' banner, printed by the first solver
    object of a process and by nothing that Python can see, is silenced.

    If it were ignored: a program that reads the line would meet 'Running HiGHS …' first.
    """
    path = samples.write(tmp_path, "three.dow", samples.CANAD)
    command = [sys.executable, "-m", "benchmarks.instance", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert len(done.stdout.splitlines()) == 1
    assert json.loads(done.stdout)["instance"] == "three"


def test_instance_prints_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: without --json the size, the status in words and the figures are shown.

    If it were ignored: an infeasible instance would end in figures without words.
    """
    path = samples.write(tmp_path, "two.txt", samples.SNDLIB)
    assert instance.main([str(path), "--model", "U-U-E"]) == 1
    shown = capsys.readouterr().out
    assert "two--U-U-E-N-C-A-N-N (SNDlib): 2 nodes, 1 links, 2 demands, 1 periods, 1 projects" in shown
    assert "Infeasible: at least 1 of the 6 units" in shown


@pytest.mark.parametrize(
    ("arguments", "code"), [(["nofile.dow"], 1), (["x", "--gap", "2"], 2), (["x", "--time-limit", "-1"], 2), ([], 2)]
)
def test_instance_exit_codes(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: 1 for a file that cannot be read (one sentence), 2 for wrong usage.

    If it were ignored: scripts could not tell a bad file from a bad call.
    """
    try:
        ended: object = instance.main(arguments)
    except SystemExit as stop:
        ended = stop.code
    assert ended == code
    words = capsys.readouterr().err
    assert words
    assert "Traceback" not in words


@pytest.mark.parametrize(
    ("status", "cost", "bound", "known", "expected"),
    [
        ("optimal", 100.0, 100.0, Known("canad-R", 100.0, True), "agrees"),
        ("optimal", 101.0, 101.0, Known("canad-R", 100.0, True), "differs"),
        ("optimal", 99.0, 99.0, Known("canad-R", 100.0, True), "differs"),
        ("optimal", 99.0, 99.0, Known("canad-R", 100.0, False), "agrees"),  # better than the best known
        ("optimal", 99.6, 99.6, Known("canad-R", 100.0, True, 0.5), "agrees as rounded"),
        ("optimal", 100.6, 100.6, Known("canad-R", 100.0, True, 0.5), "differs"),
        ("feasible", 101.0, 99.0, Known("canad-R", 100.0, True), "open"),
        ("feasible", 101.0, 100.5, Known("canad-R", 100.0, True), "differs"),  # a bound above the optimum is wrong
        ("no plan", None, 99.0, Known("canad-R", 100.0, True), "open"),
        ("infeasible", None, None, Known("canad-R", 100.0, True), "differs"),
        ("infeasible", None, None, Known("canad-R", None, True), "agrees"),
        ("optimal", 100.0, 100.0, Known("canad-R", None, True), "differs"),
        ("optimal", 100.0, 100.0, None, "unchecked"),
    ],
)
def test_verdicts(status: str, cost: float | None, bound: float | None, known: Known | None, expected: str) -> None:
    """Proves: a value below a proven optimum, or a bound above it, is an error; an unfinished run is not.

    If it were ignored: a wrong bound would hide behind a right cost.
    """
    answer = Answer("r", status, cost, bound, None, 1.0, None, "direct")
    assert verdict(answer, known, 0.0) == expected


def test_public_checks_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: every instance found is solved and checked, SNDlib networks once for each known model.

    If it were ignored: instances without a line in the list, or models beyond the first, would be left out silently.
    """
    samples.write(tmp_path, "three.dow", samples.CANAD)
    samples.write(tmp_path, "two.txt", samples.SNDLIB)
    rows = ["three,30,y,canad-R", "two--U-U-M-N-C-A-N-N,30,y,sndlib", "two--U-U-E-N-C-A-N-N,INFEASIBLE,y,sndlib"]
    text = "\n".join(["instance,best_known_value,proven_optimal,set", *rows])
    samples.write(tmp_path, "known_values.csv", text)
    assert public.main([str(tmp_path)]) == 0
    assert "3 agrees, 0 agrees as rounded, 0 differs, 0 open, 0 unchecked, 0 failed" in capsys.readouterr().out
    samples.write(tmp_path, "known_values.csv", text.replace("three,30", "three,31"))
    assert public.main([str(tmp_path), "--only", "three"]) == 1


def test_profile_shows_stages_and_memory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the profile of a file shows seconds by stage, a total and the memory.

    If it were ignored: nobody could tell whether Python or HiGHS takes the time.
    """
    assert profile.main([str(samples.write_ladder(tmp_path))]) == 0
    shown = capsys.readouterr().out
    for word in ("reading", "of it in HiGHS", "all", "peak MB"):
        assert word in shown


def record(**changes: object) -> dict[str, object]:
    """A finished solve as the instance command would print it."""
    figures = {"instance": "S", "status": "optimal", "cost": 10.0, "bound": 10.0, "gap": 0.0}
    return {**figures, "seconds": 1.0, "peak_mb": 100.0, "method": "direct", **changes}


def test_ladder_run_says_which_targets_are_met(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a target is met by gap, time and memory together, in the order of the ladder; records that are kept are
    told without solving, the last of each instance; with --best the cheapest plan of all runs (10 of 10 and 11) and
    the run with the smallest gap, the second of M.

    If it were ignored: a fast run with a poor gap would look like success.
    """
    for name in ("M", "S"):
        samples.write(tmp_path, f"{name}.json", "{}")
    answers = {"S": record(), "M": record(instance="M", gap=0.01)}
    monkeypatch.setattr(ladder_run, "solve_apart", lambda module, file, extra, **limits: answers[Path(file).stem])
    assert ladder_run.main([str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].split()[:3] == ["S", "optimal", "yes"]
    assert lines[3].split()[:3] == ["M", "optimal", "no"]
    assert ladder_run.main([str(tmp_path), "--only", "S"]) == 0
    kept = tmp_path / "kept" / "ladder.json"
    assert ladder_run.main([str(tmp_path), "--keep", str(kept)]) == 1
    answers["M"] = record(instance="M", cost=11.0)
    assert ladder_run.main([str(tmp_path), "--only", "M", "--keep", str(kept)]) == 0
    capsys.readouterr()
    assert ladder_run.main(["--kept", str(kept)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split(" | ")[:4] for line in shown[2:]] == [
        ["| S", "optimal", "yes", "10"],
        ["| M", "optimal", "yes", "11"],
    ]
    assert ladder_run.main(["--kept", str(kept), "--best"]) == 0
    best = [line.split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert [(row[1], row[3], row[8]) for row in best] == [("10", "0.0000 %", "run"), ("10", "0.0000 %", "run")]
    with pytest.raises(SystemExit):
        ladder_run.main([])


def test_compare_prints_ratios(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: ratios are peer time over ours (12 s over 1 s), at least that much when the peer was stopped.

    If it were ignored: a peer stopped at its limit would look as fast as the limit.
    """
    path = samples.write(tmp_path, "S.json", "{}")

    def fake(module: str, file: str, extra: list[str], **limits: object) -> dict[str, object]:
        return record() if module == "benchmarks.instance" else record(status="feasible", gap=0.1, seconds=12.0)

    monkeypatch.setattr(compare, "solve_apart", fake)
    kept = tmp_path / "peers.json"
    assert compare.main([str(path), "--peers", "pyomo", "--repeat", "3", "--keep", str(kept)]) == 0
    shown = capsys.readouterr().out
    assert "≥ 12.00" in shown
    assert "pyomo: 12.00 times our time (geometric mean over 1)" in shown
    (name,) = json.loads(kept.read_text(encoding="utf-8"))
    assert name == "S"
    with pytest.raises(SystemExit):
        compare.main([])


def test_peers_that_are_kept_are_told_by_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: of r01.1 (a peer's 2 s over our 1 s) and r01.2 (8 over 1) the group has the ratio 4, the geometric mean;
    with r02.1 (one half) all three have 2; r01.2 alone takes a solver 5 s; a stopped peer makes its means lower limits;
    a figure by hand is a row of its own that says so.

    If it were ignored: figures of the page could be typed, or means be taken of other instances than are named.
    """
    kept = tmp_path / "peers.json"
    origin = {"day": "2026-11-28", "machine": "2 processors"}
    runs = {
        name: origin | {"runs": {compare.OURS: [record()], "scip": [record(seconds=seconds, status=status)]}}
        for name, seconds, status in (("r01.1", 2.0, "optimal"), ("r01.2", 8.0, "feasible"), ("r02.1", 0.5, "optimal"))
    }
    by_hand = {"old": origin | {"by": "hand", "instances": 9, "ratios": {"matrix": "0.3"}, "note": "an older page"}}
    kept.write_text(json.dumps(runs | by_hand), encoding="utf-8")
    assert compare.main(["--kept", str(kept)]) == 0
    lines = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()]
    assert lines[0][:4] == ["instances", "number", "scip", "matrix"]
    assert [(row[0], row[1], row[2]) for row in lines[2:]] == [
        ("r01", "2", "≥ 4.00"),
        ("r02", "1", "0.50"),
        ("all of these", "3", "≥ 2.00"),
        ("some solver needs 5 s or more", "1", "≥ 8.00"),
        ("old", "9", "-"),
    ]
    assert lines[-1][3:] == ["0.3", "2026-11-28", "2 processors", "hand", "an older page"]
    assert compare.main(["--kept", str(tmp_path / "nothing.json")]) == 1


def test_a_process_that_fails_is_reported(tmp_path: Path) -> None:
    """Proves: the words of a failed process come back instead of figures.

    If it were ignored: a missing extra would stop a whole comparison.
    """
    got = processes.solve_apart("benchmarks.instance", str(tmp_path / "x"), [], gap=None, time_limit=20.0, threads=1)
    assert got["status"] == "error"
    assert "there is no such file" in got["message"]


def test_growth_exponent() -> None:
    """Proves: four times the time for twice the number is an exponent of 2; one point gives none.

    If it were ignored: the growth table would state a law without points.
    """
    assert growth.growth_exponent([(10.0, 1.0), (20.0, 4.0), (40.0, 16.0)]) == pytest.approx(2.0)
    assert growth.growth_exponent([(10.0, 1.0)]) is None


def test_peers_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: a peer prints the same record as the instance command.

    If it were ignored: comparisons would mix different figures.
    """
    path = samples.write(tmp_path, "three.dow", samples.CANAD)
    assert peers.main([str(path), "--peer", "matrix", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == KEYS
    assert found["cost"] == pytest.approx(30.0)


def test_first_plans_are_compared_with_what_is_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the search for `three` ends with its first plan, which costs no less than the best, 30; against a known
    value of 20 that is 50 % above, or more; an instance known to be infeasible is left out; a limit of 0 s is missed.

    If it were ignored: a first plan that comes late, or none, would show only where somebody waits for it.
    """
    for name in ("three", "never"):
        samples.write(tmp_path, f"{name}.dow", samples.CANAD)
    text = "set,instance,best_known_value,proven_optimal\nCanad,three,20,y\nCanad,never,INFEASIBLE,y\n"
    (tmp_path / "known_values.csv").write_text(text, encoding="utf-8")
    assert first_plans.main([str(tmp_path), "--within", "1000"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (row,) = [line.split() for line in lines if line.startswith("three")]
    assert float(row[2]) >= 30.0
    assert float(row[4]) >= 50.0
    assert not any(line.startswith("never") for line in lines)
    assert lines[-1].startswith("1 of 1 within 1000 s")
    assert first_plans.main([str(tmp_path), "--within", "0", "--groups"]) == 1
    assert "| three (1) |" in capsys.readouterr().out


def test_tables_of_the_docs_are_what_the_commands_print(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: what a marked command prints takes the place of the old table, again and again, and the text around it
    stays; a command that fails leaves its table and is told by exit code 1; the page of the benchmarks has such marks.
    If it were ignored: figures would be typed by hand, and stay when the code that they are of has gone."""
    good = "<!-- made by: python -m benchmarks.ladder_run --kept {} -->\nold\n<!-- made -->"
    bad = "<!-- made by: python -m benchmarks.ladder_run FOLDER -->\nkept\n<!-- made -->"
    page, records = tmp_path / "page.md", tmp_path / "ladder.json"
    page.write_text(f"before\n{good.format(records)}\nbetween\n{bad}\nafter\n", encoding="utf-8")
    for cost in (7.0, 8.0):
        kept = {"S": {"day": "2026-11-28", "runs": [record(cost=cost)]}}
        records.write_text(json.dumps(kept), encoding="utf-8")
        assert docs_tables.main([str(tmp_path / "nothing"), "--page", str(page)]) == 1
        assert f"{tmp_path / 'nothing'}: no ladder instances in there" in capsys.readouterr().err
        text = page.read_text(encoding="utf-8")
        assert text.startswith("before\n")
        assert text.endswith("after\n")
        assert f"| S | optimal | yes | {cost:.0f} |" in text
        assert "old" not in text
        assert "kept" in text
    assert all(docs_tables.MARKED.search((ROOT / name).read_text(encoding="utf-8")) for name in docs_tables.PAGES)


def run_here(words: list[str]) -> subprocess.CompletedProcess[str]:
    """A module's main in this process."""
    with redirect_stdout(StringIO()) as printed:
        code = import_module(words[0]).main(words[1:])
    return subprocess.CompletedProcess(words, code, printed.getvalue(), "")


@pytest.mark.parametrize("name", docs_tables.PAGES)
def test_tables_of_kept_records_are_current(name: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the tables that the pages take from kept records are what those records give. If it were ignored: a
    record could be renewed without its page, or a figure of the page be typed over."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(docs_tables, "run_apart", run_here)  # nothing is measured: no process of its own
    page = tmp_path / "page.md"
    page.write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    assert docs_tables.main(["--page", str(page), "--only=--kept"]) == 0
    assert page.read_text(encoding="utf-8") == (ROOT / name).read_text(encoding="utf-8")


def test_stages_tell_each_step_of_a_search(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: each row brings another plan or bound, the last one both at the optimum of `three`, 30, with no gap left.

    If it were ignored: the table of the engine's stages would be typed by hand again.
    """
    path = samples.write(tmp_path, "three.dow", samples.CANAD)
    assert stages.main([str(path)]) == 0
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    figures = [row[1:4] for row in rows[2:]]
    assert all(one != other for one, other in pairwise(figures))
    assert figures[-1][:2] == ["30", "30"]
    assert figures[-1][2].startswith("0.0")
    assert stages.main([str(tmp_path / "nowhere")]) == 1


def test_checking_tells_what_ran_of_what_was_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: of the checks that the small case with its scenarios asks for fewer ran, and the seconds of both are told
    with their ratio. If it were ignored: a check that is repeated for every scenario would slow all cases unseen."""
    path = write_case(tmp_path)
    assert checking.main([str(path), "--repeat", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (asked, ran) = next(line.split()[1:] for line in lines if line.startswith("all"))
    assert 0 < int(ran) < int(asked)
    assert any(line.startswith("ratio ") for line in lines)
