"""Every option of every command: it reaches what does the work, or it is refused; none is ignored in silence."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import run
from model.solvers.core.options import SolveOptions
from model.solvers.search.proving import CHANGES_SHARE, SEARCH_SHARE
from model.studies.commands.options import SHIPPED, WHY_SECONDS
from model.studies.routes import RouteWish

HOME = Path(run.__file__).parent
FILE, FOLDER = "FILE", "FOLDER"  # stand for paths that are there
CASE = Path("some_case")

COMMANDS: dict[str, list[str]] = {
    "solve": ["solve", str(CASE)],
    "explain": ["explain", str(CASE)],
    "check": ["check", str(CASE)],
    "study candidates": ["study", "candidates", str(CASE)],
    "study calibration": ["study", "calibration", str(CASE)],
    "study switches": ["study", "switches", str(CASE)],
    "study frontier": ["study", "frontier", str(CASE)],
    "study stress": ["study", "stress", str(CASE)],
    "study force": ["study", "force", str(CASE), "--project", "P"],
    "study outages": ["study", "outages", str(CASE)],
    "study target": ["study", "target", str(CASE), "--amount", "5", "--across", "L1"],
    "study sensitivity": ["study", "sensitivity", str(CASE)],
    "study screening": ["study", "screening", str(CASE)],
    "study alternatives": ["study", "alternatives", str(CASE)],
    "study value": ["study", "value", str(CASE)],
    "study uncertainty": ["study", "uncertainty", str(CASE), "--before", "2029"],
    "study experiments": ["study", "experiments", str(CASE)],
    "study foresight": ["study", "foresight", str(CASE)],
    "routes": ["routes", str(CASE), "A", "B"],
    "compare": ["compare", "one", "two"],
    "template": ["template", "t.xlsx"],
    "new": ["new", "mine"],
    "upgrade": ["upgrade", "mine"],
}
"""Each command with what it cannot do without."""

OUTPUT = ("--output", FOLDER)
SOLVER = {
    ("--gap", "0.2%"): "gap=0.002",
    ("--gap-of-worth", "5%"): "gap_of_worth=0.05",
    ("--time-limit", "7"): "time_limit=7.0",
    ("--seed", "5"): "seed=5",
    ("--threads", "3"): "threads=3",
    ("--method", "decomposed"): "method='decomposed'",
    ("--workers", "4"): "workers=4",
    ("--cluster", "tcp://here:1"): "cluster='tcp://here:1'",
    ("--constraints", FILE): "rule.py",
}
ONE, SEVERAL = {("--scenario", "a"): "'a'"}, {("--scenario", "a"): "['a']"}
PLANNING = {OUTPUT: "a_folder", **SOLVER}
OF_MANY = {**PLANNING, ("--from", "RUN"): "Path('RUN')"}
ALLOWED: dict[str, dict[tuple[str, ...], str]] = {
    "solve": {
        **PLANNING,
        **SEVERAL,
        ("--boundaries", FILE): "",  # asked of the reports: tests/reports/test_map.py
        ("--accessible",): "",  # the same: tests/reports/test_workbook.py
        ("--parquet",): "",  # the same: tests/reports/test_exports.py
        ("--resume", "RUN"): "'RUN'",
        ("--why-seconds", "9"): "seconds=9.0",
        ("--full",): "brief=False",
        ("--export", "model.mps"): "model.mps",
    },
    "explain": {
        OUTPUT: "a_folder",
        **ONE,
        ("--constraints", FILE): "rule.py",
        ("--price",): "price=True",
        ("--time-limit", "7"): "time_limit=7.0",
    },
    "check": {OUTPUT: "a_folder", **SEVERAL, ("--constraints", FILE): "rule.py"},
    "study candidates": {**PLANNING, **SEVERAL},
    "study calibration": {**PLANNING, **ONE},
    "study switches": {**PLANNING, **ONE},
    "study frontier": {**OF_MANY, **ONE, ("--points", "4"): "'points': 4"},
    "study stress": {**OF_MANY, **ONE, ("--before", "2030"): "'before': 2030"},
    "study force": {**OF_MANY, **ONE, ("--decision", "out"): "'out'"},
    "study outages": {
        **OF_MANY,
        **ONE,
        ("--year", "2031"): "'year': 2031",
        ("--season", "winter"): "'season': 'winter'",
        ("--asset", "L1"): "'asset': ['L1']",
        ("--count", "8"): "'count': 8",
        ("--harden", "2"): "'harden': 2",
    },
    "study sensitivity": {
        **OF_MANY,
        **ONE,
        ("--span", "10%"): "'span': 0.1",
        ("--group", "capital"): "'group': ['capital']",
    },
    "study screening": {
        **OF_MANY,
        **ONE,
        ("--span", "10%"): "'span': 0.1",
        ("--group", "capital"): "'group': ['capital']",
        ("--trajectories", "8"): "'trajectories': 8",
    },
    "study target": {**OF_MANY, **ONE, ("--unit", "kTEU"): "'unit': 'kTEU'", ("--by", "2031"): "'by': 2031"},
    "study alternatives": {
        **OF_MANY,
        **ONE,
        ("--number", "7"): "'number': 7",
        ("--within", "10%"): "'within': 0.1",
        ("--world", "dry"): "'world': ['dry']",
        ("--prove",): "'prove': True",
    },
    "study value": {
        **OF_MANY,
        **SEVERAL,
        ("--package", "P1,P2"): "'package': [['P1', 'P2']]",
        ("--yearly", "90"): "'yearly': 90.0",
    },
    "study uncertainty": {
        **OF_MANY,
        **ONE,
        ("--draws", "16"): "'draws': 16",
        ("--aim", "regret"): "'aim': 'regret'",
        ("--tail", "10%"): "'tail': 0.1",
        ("--plans", "99"): "'plans': 99",
    },
    "study experiments": {
        **OF_MANY,
        **ONE,
        ("--before", "2030"): "'before': 2030",
        ("--draws", "16"): "'draws': 16",
    },
    "study foresight": {
        **OF_MANY,
        **ONE,
        ("--look-ahead", "7"): "'look_ahead': 7",
        ("--every", "3"): "'every': 3",
    },
    "routes": {
        **ONE,
        ("--commodity", "oil"): "commodity='oil'",
        ("--service", "block"): "service='block'",
        ("--count", "8"): "count=8",
        ("--year", "2031"): "year=2031",
        OUTPUT: "a_folder",
    },
    "compare": {OUTPUT: "a_folder", ("--to", FOLDER): "a_folder"},
    "template": {("--sheet", "Links"): "['Links']"},
    "new": {},
    "upgrade": {},
}
"""Options of each command, with the words by which the call that does the work is seen to have got them."""
EVERYWHERE = ("--quiet", "--json-lines")
OPTIONS = sorted({option[0] for options in ALLOWED.values() for option in options})
VALUES = {option[0]: option for options in ALLOWED.values() for option in options}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the function that does the work of a command is called with, as text."""
    told: list[str] = []

    def catch(place: str) -> None:
        def caught(*given: Any, **more: Any) -> int:
            told.append(f"{given!r} {', '.join(f'{name}={value!r}' for name, value in more.items())}")
            return 0

        monkeypatch.setattr(place, caught)

    for place in (
        "model.studies.commands.main.solve_case",
        "model.studies.commands.explain.explain_case",
        "model.studies.commands.main.check_inputs",
        "model.studies.commands.main.show_routes",
        "model.studies.commands.study_run.run_study",
        "model.reports.compare.compare",
        "model.studies.commands.templates.make_template",
        "model.studies.commands.templates.new_case",
        "model.studies.commands.templates.upgrade_workbooks",
    ):
        catch(place)

    return told


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Words of a command line with paths that are there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rule.py").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    return lambda word: {FILE: str(tmp_path / "rule.py"), FOLDER: str(tmp_path / "a_folder")}.get(word, word)


@pytest.mark.parametrize(
    ("command", "option"), [(command, words[0]) for command, options in ALLOWED.items() for words in options]
)
def test_an_option_does_what_it_says(
    command: str, option: str, called: list[str], real: Callable[[str], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: for every command and each of its options the value arrives at the function that does the work. Given
    twice, an option that may not be repeated is wrong usage (2).

    If it were ignored: `compare --output mine` wrote elsewhere, and `--scenario a --scenario b` planned b only.
    """
    (words,) = [words for words in ALLOWED[command] if words[0] == option]
    given = [*COMMANDS[command], *map(real, words)]
    if option in ("--boundaries", "--parquet"):  # looked at before the work: no map and perhaps no pyarrow here
        assert getattr(run.make_parser().parse_args(given), option.strip("-"))
    else:
        assert run.main(given) == 0, capsys.readouterr().err
        (told,) = called
        assert ALLOWED[command][words] in told
    repeated = ("--asset", "--constraints", "--group", "--package", "--scenario", "--sheet", "--world")
    if option not in repeated and len(words) > 1:
        with pytest.raises(SystemExit) as ended:
            run.main([*given, *map(real, words)])
        assert ended.value.code == 2
        assert "given twice" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_the_option_of_another_command_is_refused(
    command: str, called: list[str], real: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: an option that some other command or study has is wrong usage (2) here, before any work. If it were
    ignored: what was asked for would be passed over in silence."""
    parser = run.make_parser()
    monkeypatch.setattr(run, "make_parser", lambda: parser)  # the same for all: making one takes longer than reading
    for option in set(OPTIONS) - {words[0] for words in ALLOWED[command]}:
        with pytest.raises(SystemExit) as ended:
            run.main([*COMMANDS[command], *map(real, VALUES[option])])
        assert ended.value.code == 2, option
    assert not called


@pytest.mark.parametrize("command", COMMANDS)
def test_help_lists_the_options_of_the_table(command: str) -> None:
    """Proves: the table above names every option that a command has, and no other. If it were ignored: a new option
    could be tested nowhere."""
    parser = parser_of(COMMANDS[command][0])
    has = {name for action in parser._actions for name in action.option_strings if name.startswith("--")}
    same = [other for other in COMMANDS if COMMANDS[other][0] == COMMANDS[command][0]]  # all studies have one parser
    named = {words[0] for other in same for words in ALLOWED[other]}
    named |= {word for other in same for word in COMMANDS[other] if word.startswith("--")}
    assert has == named | {*EVERYWHERE, "--help"}


def parser_of(name: str) -> argparse.ArgumentParser:
    """The parser of one command."""
    (commands,) = [a for a in run.make_parser()._actions if isinstance(a, argparse._SubParsersAction)]
    found = commands.choices[name]
    assert isinstance(found, argparse.ArgumentParser)
    return found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["solve", "--scenario", "a", "--scenario", "A"], "named twice"),
        (["solve", "--scenario", "all", "--scenario", "a"], "every scenario"),
        (["solve", "--scenario", "a", "--scenario", "all"], "every scenario"),
        (["solve", "--scenario", "a", "--scenario", "b", "--resume", "R"], "name one scenario"),
        (["solve", "--scenario", "all", "--resume", "R"], "name one scenario"),
        (["solve", "--scenario", "all", "--export", "m.lp"], "name one scenario"),
        (["solve", "--export", "m.xlsx"], "should end in .mps or .lp"),
        (["solve", "--export", "no_such_folder/m.lp"], "there is no folder"),
        (["solve", "--workers", "2", "--cluster", "tcp://here:1"], "not allowed with"),
        (["solve", "--method", "direct", "--workers", "2"], "share out nothing"),
        (["solve", "--method", "direct", "--cluster", "tcp://here:1"], "share out nothing"),
        (["study", "calibration", "--scenario", "a", "--scenario", "b"], "looks at one scenario"),
        (["study", "switches", "--scenario", "all"], "looks at one scenario"),
        (["study", "force"], "study force needs --project"),
        (["study", "stress", "--points", "3"], "--points belongs to study frontier"),
        (["study", "candidates", "--before", "2030"], "--before belongs to study experiments and study stress"),
        (["study", "uncertainty"], "study uncertainty needs --before"),
        (["study", "stress", "--draws", "8"], "--draws belongs to study experiments and study uncertainty"),
        (["study", "switches", "--from", "RUN"], "--from is for studies that plan many variants"),
        (["study", "outages", "--asset", "A", "--count", "3"], "give one of them"),
        (["study", "frontier", "--project", "P"], "--project belongs to study force"),
        (["study", "force", "--project", "P", "--decision", "soon"], "neither a year, 'in' nor 'out'"),
        (["explain", "--scenario", "a", "--scenario", "b"], "given twice"),
        (["routes", "c", "A", "B", "--scenario", "a", "--scenario", "b"], "given twice"),
        (["compare", "a", "b", "--to", "x", "--output", "y"], "given twice"),
        (["check", "--quiet", "--json-lines"], "not allowed with"),
        (["solve", "--why", "3"], "unrecognized"),
    ],
)
def test_options_that_mean_nothing_together_are_refused(
    words: list[str], said: str, called: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: what contradicts itself, or would leave an option without effect, is wrong usage in words. If it were
    ignored: one of the two would win without a word."""
    with pytest.raises(SystemExit) as ended:
        run.main(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert not called


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        (["solve", "c", "--scenario", "a", "--scenario", "b"], "['a', 'b']"),
        (["solve", "c", "--scenario", "a", "--scenario", "b", "--method", "direct", "--workers", "2"], "['a', 'b']"),
        (["check", "c", "--scenario", "a", "--scenario", "b"], "['a', 'b']"),
        (["study", "candidates", "c", "--scenario", "all"], "['all']"),
        (["study", "candidates", "c", "--time-limit", "20"], "seconds=20.0"),
        (["solve", "c", "--scenario", "all", "--why-seconds", "60"], "brief=False"),  # of each, not of the first alone
        (["solve", "c", "--scenario", "all", "--why-seconds", "0"], "brief=None"),
        (["solve", "--constraints", FILE, "--constraints", "other.py"], "other.py"),
    ],
)
def test_what_may_be_repeated_arrives_whole(
    words: list[str], seen: str, called: list[str], real: Callable[[str], str]
) -> None:
    """Proves: several scenarios and constraint files are all handed on. If it were ignored: only the last would be."""
    Path("other.py").write_text("", encoding="utf-8")
    assert run.main([real(word) for word in words]) == 0
    assert seen in called[0]
    assert "rule.py" in called[0] or FILE not in words


def command_lines() -> Iterator[tuple[str, str]]:
    """Every `python run.py …` of the README, the docs and the help, with the file that it stands in."""
    for path in [HOME / "README.md", *sorted((HOME / "docs").glob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        for line in re.findall(
            r"run\.py ((?:check|compare|explain|new|routes|solve|study|template|upgrade)[^`\n|#]*)", text
        ):
            if "--help" not in line:
                yield path.name, line.strip()


@pytest.mark.parametrize(("place", "line"), sorted(set(command_lines())))
def test_command_lines_of_the_docs_are_understood(place: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: every command line that the README and the docs show is one that the parser takes. If it were ignored:
    they would name options that are not there, as `compare --output` was."""
    monkeypatch.chdir(HOME)
    monkeypatch.setattr("model.studies.commands.arguments.Path.is_file", lambda _: True)
    words = [word for word in shlex.split(line) if word not in ("…", "...")]
    missing = {"compare": ["one", "two"], "routes": ["c", "A", "B"], "study": ["candidates"], "check": []}
    if len(words) == 1:  # named in a sentence, without what it needs
        words += missing.get(words[0], ["x"])
    assert run.usage_problem(run.make_parser().parse_args(words)) == "", place


def test_options_in_sentences_of_the_docs_are_there() -> None:
    """Proves: every `--option` that README and docs name is one of run.py, or of another program named beside it.

    If it were ignored: an option could be renamed and live on in the docs.
    """
    known = {
        name for command in COMMANDS for a in parser_of(COMMANDS[command][0])._actions for name in a.option_strings
    }
    others = {
        "--peers",
        "--repeat",
        "--nthreads",
        "--no-sync",
        "--version",
        "--nworkers",
        "--host",
        "--all",
        "--seconds",
    }
    for path in [HOME / "README.md", HOME / "docs" / "inputs.md", HOME / "docs" / "outputs.md"]:
        for option in re.findall(r"`[^`\n]*?(--[a-z][a-z-]+)", path.read_text(encoding="utf-8")):
            assert option in known | others, f"{path.name}: {option}"


def test_comparison_is_never_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: without --output the first free of comparison, comparison-2 … is taken; a folder named by --output that
    holds something is refused, and an empty one taken. If it were ignored: the last comparison would be gone."""
    made: list[Path] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("model.reports.compare.compare", lambda runs, target: made.append(target))
    for name in ("comparison", "mine", "empty"):
        Path(name).mkdir()
    for name in ("comparison", "mine"):
        (Path(name) / "comparison.xlsx").write_text("precious", encoding="utf-8")
    assert run.main(["compare", "a", "b"]) == 0
    assert "comparison-2/comparison.xlsx" in capsys.readouterr().out
    assert run.main(["compare", "a", "b", "--output", "mine"]) == 1
    assert "'mine' holds something already" in capsys.readouterr().err
    assert run.main(["compare", "a", "b", "--output", "empty"]) == 0
    assert made == [Path("comparison-2"), Path("empty")]


def test_defaults_are_those_that_help_names() -> None:
    """Proves: what the help calls the default is what is used when nothing is given. If it were ignored: help lies."""
    choices = run.make_parser().parse_args(["solve"])
    assert run.solve_options(choices) == SolveOptions(method="auto", threads=2)
    # Results go where one stands, not beside the program (issue 10, part 20).
    assert (choices.case, choices.output, choices.scenario) == (SHIPPED, Path("outputs"), [])
    assert choices.why_seconds == WHY_SECONDS
    assert f"default: {WHY_SECONDS:g}" in parser_of("solve").format_help()
    routes = run.make_parser().parse_args(["routes", "c", "A", "B"])
    assert RouteWish("A", "B").count == routes.count == 3
    assert "default: 90" in parser_of("explain").format_help()


def test_help_names_the_shares_of_the_time_that_the_search_keeps() -> None:
    """
    Proves: what the help of `--time-limit` says of the bound and of single changes are the shares that the proof uses.
    If they were moved in one place only: planners would choose a limit by what is no longer so.
    """
    said = " ".join(parser_of("solve").format_help().split())
    assert f"the bound may take {SEARCH_SHARE:.0%} of".replace("%", " %") in said
    assert f"go on until {CHANGES_SHARE:.0%},".replace("%", " %") in said
