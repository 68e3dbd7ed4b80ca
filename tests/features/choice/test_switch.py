"""Choice off is today's model; the sheets say whose costs are money, time and taste."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.case.case import Case
from model.features import feature_parts
from model.formulation.build import build
from model.formulation.plugins import cost_kinds
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.planner import make_plan
from model.solvers.core.compiled import Compiled, compile_model
from model.solvers.core.options import SolveOptions
from tests.features.choice.cases import solved, switched_off
from tests.features.choice.test_capacity import shared
from tests.minis import effect, project


def compiled(case: Case) -> Compiled:
    """The model of a case as matrices."""
    return compile_model(build(case, build_graph(case), RoutePool()))


def test_choice_off_is_the_model_without_its_sheets() -> None:
    """Proves: with 'choice' off in the Constraints sheet the compiled LP is, figure for figure, that of the case
    without the sheets Families and Choice, with projects and capacities in it; the plan passes the verifier, has no
    term 'taste' and no rows in the tables of choice. If a load or a price stayed behind: old runs could not be
    compared with new ones."""
    case = shared(3.0, nested=True, Projects=[project("P", 1.0)], ProjectEffects=[effect("P", "crossing", 2.0)])
    without = case.with_tables(Choice=case.table("Choice")[:0], Families=case.table("Families")[:0])
    off, bare = compiled(switched_off(case)), compiled(without)
    for name in ("cost", "lower", "upper", "integer", "row_lower", "row_upper", "column_block", "row_block"):
        assert np.array_equal(getattr(off, name), getattr(bare, name)), name
    assert (off.matrix != bare.matrix).nnz == 0
    assert off.constant == bare.constant
    assert compiled(case).row_count > off.row_count
    plan = solved(switched_off(case))
    assert "taste" not in set(plan.tables["costs"]["term"])
    assert plan.tables["choice"].empty
    assert plan.tables["choice_entries"].empty


def test_money_time_and_taste_are_told_apart() -> None:
    """Proves: every cost term says what it is; taste is found by its feature alone, and what shippers only feel is no
    money. If taste were taken for money: the cost sheet would lead with figures that nobody pays."""
    kinds = cost_kinds()
    assert set(kinds.values()) == {"money", "time", "taste", "penalty"}
    assert {name for name, kind in kinds.items() if kind == "taste"} == {"taste", "perceived"}
    assert kinds["transport"] == kinds["capital"] == "money"
    assert set(feature_parts("recount")) >= {"choice"}


def test_a_wrong_table_is_found() -> None:
    """Proves: the verifier refuses a plan whose table of choice, or whose taste, is a little wrong. If the recount
    read its figures from these tables: any split could be stated."""
    case = shared(3.0, nested=True, step=0.5)
    plan = solved(case)
    from model.features.choice.recount import recount
    from model.plan.verify.checks import Check, Costs

    def wrong(name: str, column: str, factor: float) -> list[str]:
        tables: dict[str, pd.DataFrame] = {**plan.tables}
        tables[name] = tables[name].assign(**{column: tables[name][column] * factor})
        found = list(recount(tables, case))
        assert any(isinstance(item, Costs) for item in found)
        return [item.check for item in found if isinstance(item, Check) and not item.ok]

    assert wrong("choice", "served", 1.0) == []
    assert wrong("choice", "served", 1.001) == ["choice table: served"]
    assert wrong("choice_entries", "taste", 1.001) == ["choice_entries table: taste"]
    # What flows is all that served, shares and taste are recounted from: each column of both tables differs.
    assert sorted(wrong("route_flows", "flow", 1.001)) == [
        f"{table} table: {column}" for table in ("choice", "choice_entries") for column in ("served", "share", "taste")
    ]


def test_every_method_finds_the_same_plan() -> None:
    """Proves: the direct and the decomposed method reach the same cost as the default one. If a method left the rows of
    choice out of its blocks: it would find the plan of the cheapest routes."""
    case = shared(
        1.0, nested=True, step=0.5, Projects=[project("P", 0.2)], ProjectEffects=[effect("P", "crossing", 2.0)]
    )
    best = float(solved(case).outcome.objective or 0.0)
    for method in ("direct", "decomposed"):
        plan = make_plan(case, SolveOptions(method=method, gap=1e-8, threads=1))  # type: ignore[arg-type]
        assert plan.verified, plan.outcome.message
        assert abs(float(plan.outcome.objective or 0.0) - best) < 1e-6 * abs(best)
