"""The planner from a notebook: light to import, typed, and its examples run."""

from __future__ import annotations

import contextlib
import doctest
import json
import logging
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import model
import model.notebook
import model.studies.variants.planning
from model import compare, read_case, solve, study
from model.case.editing import EditableCase
from model.studies.commands.study_options import as_typed
from tests.minis import demand, effect, link, make_case, project, two_node_case

HOME = Path(__file__).parent.parent
STATE = """
import gc, json, locale, signal, sys, warnings
import numpy, pandas, scipy.sparse, scipy.special  # scipy adds filters of warnings of its own
from pandas._config import config
def state():
    options = {key: repr(pandas.get_option(key)) for key in sorted(config._registered_options)}
    return [options, repr(warnings.filters),
            numpy.geterr(), gc.get_threshold(), locale.setlocale(locale.LC_ALL), str(signal.getsignal(signal.SIGINT))]
before = state()
"""


@pytest.fixture(autouse=True)
def no_warnings_in_the_output() -> None:
    """Warnings about the lean case are not what these tests look at."""
    logging.getLogger("model").setLevel(logging.ERROR)


def python(*lines: str) -> str:
    """What a fresh Python prints."""
    code = "\n".join(lines)
    done = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_is_light() -> None:
    """Proves: `import model` loads neither pandas nor Pyomo nor the solver, and completion knows the names all the
    same. If it were ignored: every script that only looks at the version would wait for seconds."""
    said = python(
        "import sys, model",
        "print(sorted({'pandas', 'numpy', 'pyomo', 'highspy', 'vl_convert', 'dask', 'openpyxl'} & set(sys.modules)))",
        "print(set(model.__all__) <= set(dir(model)))",
    )
    assert said.split("\n")[:2] == ["[]", "True"]


def test_using_it_changes_no_option_of_pandas_or_python(tmp_path: Path) -> None:
    """Proves: importing every name, reading, editing, solving and comparing leave pandas' options, the
    filters of warnings, numpy's errors, the garbage collector, the locale and Ctrl-C as they were.
    If it were ignored: the tables and figures of the notebook around it would change behind its author's back."""
    from model.case.workbooks.starter import write_starter

    path = write_starter(tmp_path / "starter")
    said = python(
        STATE,
        "from model import *",
        f"case = read_case({str(path)!r})",
        "plan = solve(case, time_limit=60)",
        "assert plan.has_plan, plan",
        "compare(plan, plan, names=['one', 'other'])",
        "print(json.dumps([before, state()]))",
    )
    before, after = json.loads(said.splitlines()[-1])
    assert before == after


def test_the_examples_in_the_docstrings_run() -> None:
    """Proves: what the docstrings of the notebook's functions show is what happens. If it were ignored: the first lines
    that a reader copies might not work."""
    failed = [doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed for module in (model, model.notebook)]
    tried = doctest.testmod(model.notebook, optionflags=doctest.ELLIPSIS).attempted
    assert failed == [0, 0]
    assert tried >= 4


def test_no_other_name_is_there() -> None:
    """Proves: a misspelt name is an AttributeError, as of any module. If it were ignored: None might be called."""
    with pytest.raises(AttributeError, match="has no attribute 'solv'"):
        model.solv  # noqa: B018


def test_read_change_solve_compare() -> None:
    """Proves: an edit changes the plan as by hand, and the comparison says so. A-B carries 10 of 15 kTEU a year,
    2026-2029; 5 are left unserved at 20 each; P adds 10 for 60 and is open from 2028 at the earliest. With P: 2026 and
    2027 cost 10 + 100 each, 2028 and 2029 15 each, and P 60: 310. With room for 15 nothing is built: 4 x 15 = 60.
    If it were ignored: a notebook's edit might not reach the model."""
    case = EditableCase.of(two_node_case())
    plan = solve(case)
    wider = solve(case.edit("Links", {"link": "AB"}, capacity_kteu=15))
    assert plan.outcome.objective == pytest.approx(310.0)
    assert wider.outcome.objective == pytest.approx(60.0)
    both = compare(plan, wider)
    name = "reference; Links AB: capacity_kteu = 15"
    assert list(both.figures.columns) == ["reference", name]
    assert both.figures.loc["npv_cost_million_usd"].tolist() == pytest.approx([310.0, 60.0])
    assert both.investments.loc["P P"].tolist() == ["1 in 2028", ""]
    assert repr(both).splitlines()[1].startswith(f"{name}: costs 250 million USD (81 %) less; does not build P P;")
    assert repr(plan) == "<Plan of two nodes, scenario reference: optimal, 310.0 million USD, gap 0 %, 1 projects open>"
    opened = plan.table("investments")
    assert opened["opening_year"].tolist() == [2028]
    opened["opening_year"] = 1900  # a copy: the plan keeps its own
    assert plan.table("investments")["opening_year"].tolist() == [2028]


def test_slips_of_names_suggest_the_right_one() -> None:
    """Proves: a table that is not there, an unknown study and names that do not fit are errors that say what there is.
    If it were ignored: their author would have to look into the code."""
    case = EditableCase.of(two_node_case())
    plan = solve(case)
    with pytest.raises(KeyError, match="no table 'investment'. Did you mean “investments”?"):
        plan.table("investment")
    with pytest.raises(KeyError, match="There are: investments, "):
        plan.table("zzzz")
    with pytest.raises(ValueError, match="no study 'calibrate'; there are: alternatives, calibration, candidates, "):
        study("calibrate", case)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="2 plans need 2 different names"):
        compare(plan, plan, names=["one"])
    assert list(compare(plan, plan).figures.columns) == ["reference (1)", "reference (2)"]


def test_without_a_plan_it_says_why() -> None:
    """Proves: a case that contradicts itself gives a Plan whose text says so, and whose tables are empty.
    If it were ignored: a notebook would go on with the figures of no plan."""
    committed = {"status": "committed", "committed_opening": 2026}
    projects = [project("P", 60.0, **committed), project("Q", 10.0, status="candidate")]
    case = make_case(
        "stuck", "AB", [link("AB", "A-B", capacity_kteu=0.0)], [demand("D", "A-B", 1.0)], years=(2026,),
        Projects=projects, ProjectEffects=[effect("P", "AB", 5.0)],
        Budgets=[{"envelope": "all", "scope_kind": "all", "first_year": 2026, "last_year": 2026, "amount": 1.0}],
    )  # fmt: skip
    plan = solve(EditableCase.of(case))
    assert not plan.has_plan
    assert repr(plan).startswith("<Plan of stuck, scenario reference: infeasible; ")
    assert plan.table("investments").empty


def test_the_studies_run_from_a_notebook() -> None:
    """Proves: a study gives its tables by name and tells its progress; one whose sheet is empty says so.
    If it were ignored: only the command line could run them."""
    case = EditableCase.of(two_node_case())
    told: list[str] = []
    found = study("candidates", case, time_limit=30, tell=told.append)
    assert found["candidates"]["question"].tolist() == ["taken out", "opened later"]
    assert told == ["Best plan, proven: no plan costs less."]
    assert "nothing" in study("switches", case, tell=told.append)["switches"].iloc[0].tolist()
    with pytest.raises(ValueError, match="Observed sheet has no rows to calibrate on"):
        study("calibration", case)
    with pytest.raises(ValueError, match="No year of the sheet History"):
        study("validation", case)


def test_the_example_notebook_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the cells of docs/examples/first_steps.ipynb run in order, and docs/notebook.md shows the same lines.
    If it were ignored: the example would fall behind the code."""
    book = json.loads((HOME / "docs" / "examples" / "first_steps.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    names: dict[str, Any] = {}
    for cell in cells:
        exec(compile(cell, "first_steps.ipynb", "exec"), names)
    assert names["plan"].verified
    assert names["wider"].verified
    page = (HOME / "docs" / "notebook.md").read_text(encoding="utf-8")
    assert all(line in page for cell in cells for line in cell.splitlines())
    assert len([line for cell in cells for line in cell.splitlines() if line.strip()]) <= 12


def test_the_reference_case_of_the_example_is_read_by_name() -> None:
    """Proves: the bare name of a folder in inputs will do, wherever one stands. If it were ignored: notebooks would
    hold paths of one machine."""
    assert read_case("middle_corridor_lean").name == "middle_corridor_lean"


VARIANTS: dict[str, tuple[dict[str, Any], str]] = {
    "frontier": ({"points": 2}, "Frontier"),
    "force": ({"project": "P", "decision": "out"}, "Cost"),
    "outages": ({"asset": ["AB"]}, "Outages"),
    "value": ({}, "Value"),
    "sensitivity": ({"group": ["penalty"]}, "Tornado"),
    "target": ({"amount": 12.0, "unit": "kTEU", "across": ["AB"]}, "Target"),
    "alternatives": ({"number": 1}, "Alternatives"),
    "stress": ({}, "Stress"),
    "foresight": ({"look_ahead": 3, "every": 2}, "Looks"),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_studies_of_many_plans_run_by_name(name: str) -> None:
    """Proves: a study of the command line gives its tables in a notebook, tells its progress to `tell` and prints and
    writes nothing; insisting on doing without P (60) costs the 320 that it is worth. If it were ignored: an analyst
    would have to go through files for what Python has in hand."""
    asked, sheet = VARIANTS[name]
    told: list[str] = []
    tables = study(name, two_node_case(construction_years=0), gap=1e-9, tell=told.append, **asked)  # type: ignore[arg-type]
    assert len(tables[sheet])
    assert told
    if name == "force":
        assert tables[sheet].at[0, "costs"] == pytest.approx(320.0)


def test_options_of_another_study_are_refused() -> None:
    """Proves: an option that a study has not, and one that it lacks, are named before anything is planned.
    If it were ignored: a misspelt option would be passed over, and its default planned for an hour."""
    case = two_node_case()
    with pytest.raises(ValueError, match="study frontier has no option 'point'; it has: points"):
        study("frontier", case, point=4)
    with pytest.raises(ValueError, match="study uncertainty needs before"):
        study("uncertainty", case)


def test_a_case_read_under_a_scenario_is_not_overlaid_again() -> None:
    """Proves: whoever asks for another scenario of a case that was read under one is refused, every study that plans
    scenarios and the case itself, before anything is planned; drawn futures are drawn around it. If it were ignored:
    'low' would be low on top of high, and the row 'reference' would not be the reference."""
    high, told = read_case("middle_corridor_lean", "north_closed"), list[str]()
    asked: dict[str, dict[str, Any]] = {
        "stress": {}, "value": {"scenarios": ["reference"]}, "alternatives": {"world": "reference"},
        "uncertainty": {"before": 2029}, "experiments": {},
    }  # fmt: skip
    for name, given in asked.items():
        with pytest.raises(ValueError, match="without 'north_closed'"):
            study(name, high, tell=told.append, **given)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="without 'north_closed'"):
        high.under("reference")
    assert told == []


def test_a_word_given_alone_is_one_word() -> None:
    """Proves: an option that may be repeated takes a plain string as one word: no group is called 'capitol', and
    that is said. If it were ignored: its letters would each be a word, and nearly every group would be planned."""
    with pytest.raises(ValueError, match="no such group"):
        study("sensitivity", two_node_case(construction_years=0), group="capitol", tell=lambda _: None)


def test_a_stop_ends_a_study(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a stop heard while a variant is planned ends the study with KeyboardInterrupt, though the search itself
    ends with its best plan, and signals are heard as before afterwards. If it were ignored: a plan that was cut short
    would be told as whole, and the study would go on."""
    made = model.studies.variants.planning.make_plan

    def stopped(*given: Any, **more: Any) -> Any:
        with contextlib.suppress(KeyboardInterrupt):  # as the search does
            signal.raise_signal(signal.SIGINT)
        return made(*given, **more)

    monkeypatch.setattr("model.studies.variants.planning.make_plan", stopped)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        study("frontier", two_node_case(construction_years=0), tell=lambda _: None)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("frontier", {"points": 1}, "points: '1' is not a whole number from 2 on"),
        ("sensitivity", {"span": 2.0}, "span: '2.0' is not a share from 0 to below 1"),
        ("sensitivity", {"span": 0.0}, "span: '0.0' is not a share above 0"),
        ("screening", {"span": "0%"}, "span: '0%' is not a share above 0"),
        ("uncertainty", {"before": 2027, "tail": 0}, "tail: '0' is not a share above 0"),
        ("target", {"amount": -3, "across": "AB"}, "amount: '-3' is not a number above 0"),
        ("target", {"amount": 3, "across": "AB", "unit": "t"}, "unit: 't' is not one of Mt, kTEU"),
        ("force", {"project": "P", "decision": "soon"}, "decision: 'soon' is neither a year, 'in' nor 'out'"),
        ("alternatives", {"prove": 1}, "prove does not take 1"),
        ("outages", {"count": True}, "count does not take True"),
    ],
)
def test_options_have_the_bounds_of_the_command_line(name: str, asked: dict[str, Any], said: str) -> None:
    """Proves: what the command line refuses is refused in a notebook, before anything is planned. If it were ignored:
    a frontier of one point, or a span that makes costs negative, would end in a traceback after minutes."""
    with pytest.raises(ValueError, match=re.escape(said)):
        study(name, two_node_case(), tell=lambda _: None, **asked)  # type: ignore[arg-type]


def test_options_mean_what_they_mean_on_the_command_line() -> None:
    """Proves: shares, years and packages written as for the command line are read as there, and as Python has them.
    If it were ignored: `package="P16,P17"` would be nine packages of one letter each."""
    assert as_typed({"within": "3%", "package": "P16, P17", "decision": 2030, "prove": True, "year": None}) == {
        "within": 0.03, "package": [["P16", "P17"]], "decision": 2030, "prove": True, "year": None,
    }  # fmt: skip
    assert as_typed({"package": [("P16", "P17"), "P20"], "group": ["capital"]}) == {
        "package": [["P16", "P17"], ["P20"]], "group": ["capital"],
    }  # fmt: skip
