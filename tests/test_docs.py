"""The pages: the site is built without a warning, and every command that README and docs show works."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import run
from model.case.reader import load_case
from model.case.scenarios.apply import scenario_names
from model.case.workbooks.starter import write_starter
from model.studies.commands.options import SHIPPED
from model.studies.commands.study_options import OF_VARIANTS, STUDIES
from tests.test_options import command_lines

HOME = Path(run.__file__).parent
PLACES = {
    "XI'AN": "KHO",
    "DUISBURG": "CND",
    "P40": "P1",
    "SUEZ_CLOSED": "strong_growth",
    "L090": "AKT-ALA",
    "2033": "2031",
}
"""What stands in the shipped case, by what stands for it in the starter case."""
ELSEWHERE = {
    ("study", "calibration"): "tests/features/choice/test_calibration.py",
    ("study", "sizes"): "tests/studies/history/test_sizes.py",
    ("study", "validation"): "tests/studies/history/test_validation.py",
    "--draws": "tests/studies/uncertainty/test_experiments.py",
    "--cluster": "tests/studies/scenarios/test_outside_cluster.py",
}
"""Commands that need sheets which the starter case has not, or other computers, and the tests that run them."""


SHOWN = {tuple(shlex.split(line)): page for page, line in command_lines() if "…" not in line}
COMMANDS = sorted((words, page) for words, page in SHOWN.items() if len(words) > 1)


def test_commands_are_found() -> None:
    """Proves: the search finds the commands of README and docs. If it were ignored: the next tests would be empty."""
    assert len(COMMANDS) > 25
    assert {page for _, page in COMMANDS} >= {"README.md", "quick-start.md", "studies.md", "choice.md"}
    for path in ELSEWHERE.values():
        assert (HOME / path).exists(), path


@pytest.mark.slow
def test_every_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: each command does its work on the starter case and ends with 0. If it were ignored: a newcomer who types
    what a page shows would be told that something is wrong. Of lines with the same options one is run: what values
    they take is tested in test_options."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").symlink_to(HOME / "docs")
    write_starter(tmp_path / "my_case")
    first, second = ["run", "other"]
    for name in (first, second):
        assert run.main(["solve", "my_case", "--quiet", "--output", name, "--why-seconds", "0"]) == run.DONE
    runs = [str(next((tmp_path / name).iterdir())) for name in (first, second)]
    failed: dict[str, str] = {}
    done: set[tuple[str, ...]] = set()
    for words, page in COMMANDS:
        if {tuple(words[:2]), *words} & ELSEWHERE.keys():
            continue
        known = iter(runs)
        new = f"new-{len(words)}-{page}"
        given = [
            next(known, runs[1])
            if re.fullmatch(r"(outputs/)?(OTHER_)?RUN", word)
            else "my_case"
            if re.fullmatch(r"CASE|inputs/\w+|middle_corridor\w*|less_money", word)
            else PLACES.get(word.upper(), word)
            for word in words
        ]
        if words[0] == "new":
            given = ["new", new]
        elif words[0] == "study" and "my_case" not in given:
            given.insert(2, "my_case")  # else it would be the shipped case
        same = (*given[:2], *(word for word in given if word.startswith(("--", "docs/"))))
        if same in done:
            continue
        done.add(same)
        if run.main(given) != run.DONE:
            failed[" ".join(words)] = page
    assert failed == {}


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """Proves: the docs build as a site, every page has its place in it and every link leads somewhere, and no page asks
    another computer for anything. If it were ignored: readers would meet dead links and pages that nobody finds."""
    order = (HOME / "docs" / "site" / "contents.md").read_text(encoding="utf-8").split()
    assert {page.stem for page in (HOME / "docs").glob("*.md")} - {"index"} <= set(order)
    site = tmp_path / "site"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", "docs/site", "docs", str(site)]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for page in ("index.html", "model.html", "site/readme.html"):
        text = (site / page).read_text(encoding="utf-8")
        assert not re.search(r'<(?:script|img|iframe)[^>]* src="https?:', text), page
        assert not re.search(r'<link[^>]* rel="stylesheet"[^>]* href="https?:', text), page


def rows(page: str, head: str) -> list[list[str]]:
    """Cells of the rows of each table of a page whose headers begin with `head`."""
    text = (HOME / "docs" / page).read_text(encoding="utf-8")
    tables = re.findall(rf"^\| {re.escape(head)} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [line.strip("| ").split(" | ") for table in tables for line in table.splitlines()]


def test_the_list_of_studies_is_complete() -> None:
    """Proves: the table of studies.md has each study of the command line once, with its command and all options that
    only some studies have. If it were ignored: a new study or option would be found in the help alone."""
    table = rows("studies.md", "study | question")
    listed = {re.sub(r"^\[(\w+)\].*", r"\1", cells[0]): " ".join(cells[1:]) for cells in table}
    assert len(listed) == len(table)
    assert sorted(listed) == sorted(STUDIES)
    for study, words in listed.items():
        assert f"run.py study {study} CASE" in words, study
        for option in OF_VARIANTS.get(study, ()):
            assert f"--{option.replace('_', '-')}" in words, (study, option)


def test_the_list_of_scenarios_is_complete() -> None:
    """Proves: the table of shipped-case.md has the scenarios of the workbooks, each once. If it were ignored: readers
    would ask for scenarios that are gone, and never hear of new ones."""
    case = load_case(SHIPPED).case
    assert case is not None
    listed = [cells[0].strip("`") for cells in rows("shipped-case.md", "scenario")]
    assert sorted(listed) == sorted(scenario_names(case))


def test_the_glossary_is_in_order_and_leads_on() -> None:
    """Proves: terms stand once, in order, and each is used on the page that its row leads to. If it were ignored: words
    would be looked up in vain, or explained as no page uses them."""
    terms = [cells[0] for cells in rows("glossary.md", "term")]
    assert terms == sorted(set(terms), key=str.casefold)
    lost = []
    for cells in rows("glossary.md", "term"):
        pages = re.findall(r"\]\(([\w./-]+\.md)", cells[-1])
        texts = [(HOME / "docs" / page).read_text(encoding="utf-8").casefold() for page in pages]
        words = cells[0].casefold().split(", ")
        lost += [] if texts and all(any(word in text for word in words) for text in texts) else [cells[0]]
    assert lost == []


def said_by_the_program() -> Iterator[str]:
    """Each text of the code and the tests, with nothing in the place of what it fills in."""
    for path in [HOME / "run.py", *(HOME / "model").rglob("*.py"), *(HOME / "tests").rglob("*.py")]:
        if path != Path(__file__):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def test_messages_of_troubleshooting_are_those_of_the_program() -> None:
    """Proves: what the tables quote stands in the code, piece by piece between the names and figures. If it were
    ignored: who searches the page for a message would not find it once its words have changed."""
    code = "\0".join(said_by_the_program())
    heads = ("what you see", "reason")
    quoted = [
        quote for head in heads for cells in rows("troubleshooting.md", head) for quote in cells[0].split("`")[1::2]
    ]
    pieces = [piece.strip(" .:'") for quote in quoted if " " in quote for piece in re.split("…|(?<=[.:,]) ", quote)]
    assert len(pieces) > 40
    assert [piece for piece in pieces if piece and piece not in code] == []


def test_the_changelog_is_one_list_for_each_version() -> None:
    """Proves: a version stands once, the newest is that of the project, and below it stand kinds of changes, each once.
    If it were ignored: the page would grow into a diary that repeats and contradicts itself."""
    text = (HOME / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [version.split()[0] for version in versions]
    assert [name for name in names if name != "Unreleased"][0] == project["version"]
    assert len(set(names)) == len(names)
    for version in versions:
        kinds = re.findall(r"^### (.*)", version, re.MULTILINE)
        assert kinds == [kind for kind in ("Added", "Changed", "Removed", "Fixed") if kind in kinds]
