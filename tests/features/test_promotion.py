"""A file of docs/examples becomes a feature by being put into a folder, and a folder that is not whole is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "starts_per_year.py"
INIT = '''"""Starts."""
NAME = "starts_per_year"
LABEL = "Starts a period"


def applies(case):
    """Whether there is anything to build."""
    return not case.table("Projects").empty
'''
SCRIPT = """
import json
from model.case.canonical import canonical_table
from model.case.schema import SHEETS
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.explain.explaining import explain
from tests.formulation.test_user_constraint import three_stages

plan = make_plan(three_stages(), SolveOptions(gap=0.0))
rows = plan.tables["constraint_rows"]
tied = three_stages()
tied = tied.with_tables(Projects=tied.table("Projects").assign(status="committed", committed_opening=2026.0))
found = explain(tied, (), time_limit=60.0)
print(json.dumps({
    "rows": sorted(set(rows["constraint"])), "used": rows["used"].tolist(),
    "sentence": found.sentences[0], "menu": [repair.words for repair in found.menu],
}))
"""


def with_folder(folder: Path, files: dict[str, str]) -> Path:
    """A copy of the model with one more feature."""
    shutil.copytree(ROOT / "model", folder / "model", ignore=shutil.ignore_patterns("__pycache__"))
    own = folder / "model" / "features" / "starts_per_year"
    own.mkdir()
    for name, text in files.items():
        (own / name).write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """The end of a script that imports the copy."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(folder), str(ROOT)))}
    return subprocess.run(
        [sys.executable, "-P", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the script says with the example as `rows.py` of a folder."""
    rows = EXAMPLE.read_text(encoding="utf-8")
    folder = with_folder(tmp_path_factory.mktemp("promoted"), {"__init__.py": INIT, "rows.py": rows})
    ended = run(folder, SCRIPT)
    assert ended.returncode == 0, ended.stderr
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def test_its_rows_are_shown_as_those_of_the_file(told: dict[str, Any]) -> None:
    """Proves: a feature with `rows.py` alone has its rows in the table constraint_rows, as the file had on the command
    line. If it were ignored: what a modeler sees of a rule would go when it becomes part of the package."""
    assert told["rows"] == ["starts_per_year"]
    assert sorted(told["used"]) == pytest.approx([0.0, 0.0, 1.0, 2.0])


def test_it_is_named_where_it_is_why_there_is_no_plan(told: dict[str, Any]) -> None:
    """Proves: with three projects committed to one year, of which the feature allows two, `explain` names it and can
    loosen it. If it were ignored: the commitments alone would be blamed, though without the rule all three can open."""
    assert "the constraint starts_per_year" in told["sentence"]
    assert "Loosen starts_per_year" in told["menu"]


def test_hidden_folders_are_no_features(tmp_path: Path) -> None:
    """Proves: a folder whose name is no name of Python, such as a notebook's checkpoints, is passed over. If it were
    ignored: to open a file of a feature in a notebook would stop every command."""
    folder = with_folder(tmp_path, {"__init__.py": INIT})
    hidden = folder / "model" / "features" / ".ipynb_checkpoints"
    hidden.mkdir()
    (hidden / "rows-checkpoint.py").write_text("", encoding="utf-8")
    ended = run(folder, "from model.features import feature_packages; print(len(feature_packages()))")
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"rows.py": "NAME = 1"}, "starts_per_year: a feature needs a file __init__.py with NAME, LABEL, applies"),
        ({"__init__.py": '"""Nothing else."""'}, "__init__.py: a feature needs NAME, LABEL, applies"),
        ({"__init__.py": INIT.replace("LABEL", "WORDS")}, "__init__.py: a feature needs LABEL"),
        ({"__init__.py": INIT, "cost.py": "NAME = 'fee'"}, "cost.py: a cost term without a rate needs add"),
    ],
)
def test_a_folder_that_is_not_whole_is_refused_by_name(tmp_path: Path, files: dict[str, str], words: str) -> None:
    """Proves: a folder without `__init__.py`, and one whose `__init__.py` lacks a name, end the command with the folder
    and what it lacks. If it were ignored: the first would be left out of every plan without a word, and the second end
    in an error of the program's own."""
    ended = run(
        with_folder(tmp_path, files), "from run import main; raise SystemExit(main(['check', 'middle_corridor_lean']))"
    )
    assert ended.returncode == 1
    assert words in ended.stdout + ended.stderr
