"""The pages: the site is built without a warning, and every command that README and docs show works."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import run
from model.case.workbooks.starter import write_starter
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
