"""A modeler's own constraint: one new file, nothing else touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.case import Case
from model.features import PluginError
from model.formulation.plugins import constraint_families, switches
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from tests.minis import demand, effect, link, make_case, project

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "starts_per_year.py"


def three_stages(*, switched_off: bool = False) -> Case:
    """One full link and three projects of 10 kTEU each, all worth opening at once in the first year they can."""
    switch = [{"constraint": "timing", "active": False}] if switched_off else []
    stages = [f"P{i}" for i in (1, 2, 3)]
    return make_case(
        "three stages",
        "AB",
        [link("AB", "A-B", capacity_kteu=0.0)],
        [demand("D", "A-B", 30.0)],
        years=range(2026, 2030),
        Projects=[project(stage, 1.0) for stage in stages],
        ProjectEffects=[effect(stage, "AB", 10.0) for stage in stages],
        Constraints=switch,
    )


def openings(case: Case, *files: Path) -> dict[str, int]:
    """Modules that open by period."""
    plan = make_plan(case, SolveOptions(gap=0.0, constraint_files=files))
    assert plan.verified, plan.outcome.message
    table = plan.tables["investments"]
    return {str(period): int(count) for period, count in table.groupby("period")["modules"].sum().items()}


def test_a_new_file_adds_a_constraint() -> None:
    """Proves: docs/examples/starts_per_year.py, handed over by path, lets two of three stages open in one year.

    Without it all three open in 2026: each costs 1 and saves 10 × (1.0 − 0.1) = 9 a year. If the file were ignored the
    second result would equal the first.
    """
    case = three_stages()
    assert openings(case) == {"2026": 3}
    assert openings(case, EXAMPLE) == {"2026": 2, "2027": 1}


def test_the_example_stays_short() -> None:
    """Proves: the documented example keeps to the promise of under 40 lines. If it were ignored the docs would lie."""
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) < 40


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    """Proves: a file without the contract is refused by name. If it were ignored it would silently not constrain."""
    broken = tmp_path / "half.py"
    broken.write_text('NAME = "half"\n', encoding="utf-8")
    with pytest.raises(PluginError, match="needs applies, add"):
        constraint_families([broken])
    taken = tmp_path / "taken.py"
    taken.write_text('NAME = "capacity"\napplies = add = print\n', encoding="utf-8")
    with pytest.raises(PluginError, match="is taken"):
        constraint_families([taken])
    with pytest.raises(PluginError, match="no such Python file"):
        constraint_families([tmp_path / "absent.py"])


def test_switches_follow_the_sheet() -> None:
    """Proves: the Constraints sheet switches a family off and an unknown name is an error naming its cell.

    If it were ignored a misspelt switch would leave a constraint on without a word.
    """
    assert switches(three_stages(switched_off=True), ["capacity", "timing"]) == {"capacity": True, "timing": False}
    with pytest.raises(PluginError, match="no constraint family"):
        switches(three_stages(switched_off=True), ["capacity"])


HEAD = "NAME = 'x'\ndef applies(case): return True\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import sys\nsys.exit(7)\n", "line 2: the file ends the program"),
        (
            "NAME = 'x'\ndef applies(case): return True\ndef add(formulation): raise SystemExit\n",
            "line 3: the file ends",
        ),
        (
            "NAME = 'x'\ndef applies(case): return True\ndef add(formulation):\n    formulation.nothing\n",
            "line 4: Attr",
        ),
        ("NAME = 'x'\ndef applies(case): return 1 / 0\ndef add(formulation): pass\n", "line 2: ZeroDivisionError"),
    ],
)
def test_what_a_users_file_does_wrong_is_told_as_that_of_the_file(tmp_path: Path, text: str, words: str) -> None:
    """Proves: a file that ends the program (sys.exit), when it is read or when it is asked for its rows, and one that
    fails in its own code, are told with file and line.

    If it were ignored: the run would end without a word and with the file's exit code, or with "a mistake of its own".
    """
    path = tmp_path / "rules.py"
    path.write_text(text)
    with pytest.raises(PluginError, match=f"rules.py, {words}"):
        make_plan(three_stages(), SolveOptions(constraint_files=(path,)))
