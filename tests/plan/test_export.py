"""The model over a plan's routes as a file: other programs find the plan's cost in it, by names that one knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import highspy
import pandas as pd
import pytest

from model.case.case import Case
from model.plan.export import LONGEST_NAME, export_model
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.problem import Problem, Solution
from model.studies.runs.exporting import plan_and_export
from model.studies.variants.held import with_rows
from tests.minis import budget, budget_case, demand, effect, link, make_case, node, project, two_node_case
from tests.oracles.random_cases import random_case
from tests.plan.everything import everything

Solve = Callable[[Path], tuple[float, list[str], list[str]]]


def planned(case: Case, path: Path) -> Plan:
    """The best plan of a case, its model left in a file."""

    def leave(problem: Problem, solution: Solution) -> Mapping[str, pd.DataFrame]:
        export_model(problem, solution, path)
        return {}

    return make_plan(case, SolveOptions(gap=0.0), questions=leave)


def by_highs(path: Path) -> tuple[float, list[str], list[str]]:
    """Optimum, names of columns and of rows, as HiGHS reads them from the file."""
    solver = highspy.Highs()
    solver.silent()
    assert solver.readModel(str(path)) == highspy.HighsStatus.kOk
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    lp = solver.getLp()
    return float(solver.getInfo().objective_function_value), list(lp.col_names_), list(lp.row_names_)


def by_scip(path: Path) -> tuple[float, list[str], list[str]]:
    """The same by SCIP, which shares no code with HiGHS."""
    scip = pytest.importorskip("pyscipopt", reason="SCIP is not installed")
    model = scip.Model()
    model.hideOutput()
    model.readProblem(str(path))
    model.setParam("limits/gap", 0.0)
    model.optimize()
    assert model.getStatus() == "optimal"
    names = [variable.name for variable in model.getVars()]
    return float(model.getObjVal()), names, [row.name for row in model.getConss()]


CASES: dict[str, Callable[[], Case]] = {
    "lead time": two_node_case,
    "budget": lambda: budget_case(budget("all", (2026, 2029), 20.0, carry_over=True)),
    "ships, seasons, policies, choice": everything,
    **{f"random {seed}": lambda seed=seed: random_case(seed) for seed in (3, 11)},  # type: ignore[misc]
}


@pytest.mark.parametrize("solve", [by_highs, by_scip])
@pytest.mark.parametrize("ending", ["mps", "lp"])
@pytest.mark.parametrize("name", CASES)
def test_the_file_has_the_cost_of_the_plan(tmp_path: Path, name: str, ending: str, solve: Solve) -> None:
    """Proves: the optimum of the file, found by a solver that reads nothing else, is the cost of the best plan to 1e-6,
    with what is paid whatever is decided; of the lead-time case, by hand, 310. If it were ignored: a modeler would
    study another model than the one that was planned with."""
    path = tmp_path / f"model.{ending}"
    plan = planned(CASES[name](), path)
    value, _, _ = solve(path)
    assert plan.outcome.objective is not None
    assert value == pytest.approx(plan.outcome.objective, rel=1e-6, abs=1e-6)
    if name == "lead time":
        assert value == pytest.approx(310.0)


def test_names_say_family_asset_period_and_season(tmp_path: Path) -> None:
    """Proves: columns and rows are called by family, what they are about, period and season. If it were ignored: a
    modeler would see c1234 and r567."""
    path = tmp_path / "model.mps"
    planned(everything(), path)
    _, columns, rows = by_highs(path)
    assert {"built(signals,2026)", "load(link,out,kTEU,both;2026;summer)", "fixed_cost"} <= set(columns)
    assert any(name.startswith("flow(east,1,R") and name.endswith(";2026;summer)") for name in columns)
    expected = {
        "capacity(node,Port,kTEU,both;2026;winter)", "serve(east,2;2026;summer)", "envelope(0,Budgets_row_2)",
        "load_definition(link,out,kTEU,both;2026;summer)",
    }  # fmt: skip
    assert expected <= set(rows)


def test_names_of_any_keys_are_read_back_as_written(tmp_path: Path) -> None:
    """Proves: keys in other alphabets, with blanks, brackets, operators or many letters become plain ASCII names, all
    different, and the same from both formats. If it were ignored: readers would refuse the file, or, worse, take
    'a+b' for a sum."""
    keys = ["Баку [1] + x", "Баку (1) - y", "3e5 >= Ş", "k" * 300 + "1", "k" * 300 + "2"]
    case = make_case(
        "letters", [node("A"), node("B")],
        [link(key, "A-B", capacity_kteu=2.0, container_cost=1.0 + i) for i, key in enumerate(keys)],
        [demand("to B: 1 <= 2", "A-B", 9.0)], years=(2026,),
        Projects=[project("π·2", 1.0)], ProjectEffects=[effect("π·2", keys[0], 1.0)],
    )  # fmt: skip
    found = {}
    for ending in ("mps", "lp"):
        plan = planned(case, tmp_path / f"model.{ending}")
        value, columns, rows = by_highs(tmp_path / f"model.{ending}")
        assert value == pytest.approx(plan.outcome.objective)
        assert len(set(columns)) == len(columns)
        assert len(set(rows)) == len(rows)
        assert all(name.isascii() and " " not in name and len(name) < LONGEST_NAME + 10 for name in columns + rows)
        found[ending] = set(columns)
    assert found["mps"] == found["lp"]


def test_another_ending_is_refused(tmp_path: Path) -> None:
    """Proves: a file of another kind is refused by name, and a folder that is not there is an OSError.
    If it were ignored: HiGHS would write a file of its own choice, or say only that it failed."""
    with pytest.raises(ValueError, match=r"should end in \.mps or \.lp"):
        planned(two_node_case(), tmp_path / "model.xlsx")
    with pytest.raises(FileNotFoundError):
        planned(two_node_case(), tmp_path / "none" / "model.lp")


def test_solve_leaves_the_model_and_still_answers(tmp_path: Path) -> None:
    """Proves: after the model is written the questions are asked, also when it could not be written, and either is
    told; so is that nothing was written for want of a plan. If it were ignored: --export would cost the run its
    answers, or fail without a word."""
    asked: list[str] = []
    told: list[str] = []

    def ask(problem: Problem, solution: Solution) -> Mapping[str, pd.DataFrame]:
        asked.append("yes")
        return {}

    for path in (tmp_path / "model.lp", tmp_path / "gone" / "model.lp"):
        plan = plan_and_export(
            two_node_case(), SolveOptions(), lambda event: told.append(event.words), path=path, questions=ask
        )
        assert plan.verified
    assert asked == ["yes", "yes"]
    assert f"the model over the plan's routes is in {tmp_path / 'model.lp'}" in told
    assert any(words.startswith("the model could not be written to") and "No such file" in words for words in told)
    row = {"policy": "T", "kind": "link flow", "links": ("AB",), "measure": "kTEU", "sense": ">=", "value": 500.0}
    path = tmp_path / "none.lp"
    plan = plan_and_export(
        with_rows(two_node_case(), "Policies", [row]),
        SolveOptions(),
        lambda event: told.append(event.words),
        path=path,
        questions=ask,
    )
    assert not plan.has_plan
    assert f"there is no plan: no model was written to {path}" in told
    assert not path.exists()
