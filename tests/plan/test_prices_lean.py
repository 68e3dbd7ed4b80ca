"""Prices of 20 assets of the lean case beside differences of two solved plans (issue 10, item 7).

`python -m tests.plan.test_prices_lean` prints the table of 20; the test takes the first 8 of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.case.case import Case
from model.case.reader import read_case
from model.formulation.build import build
from model.network.graph import FloatArray, build_graph
from model.network.routes import RoutePool
from model.plan.extract import Extraction
from model.plan.prices import price_limits, priced
from model.solvers.core.highs import Status
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Progress
from model.solvers.engine import prepared, solve_prepared
from model.solvers.problem import Problem, Solution
from tests.oracles.plain_lp import PlainLP
from tests.plan.finite_differences import Difference, widened

LEAN = Path(__file__).parents[2] / "inputs" / "middle_corridor_lean"
ASSETS, FULL_ONES = 20, 14
TESTED = 8
STEP = 2e-5  # so small that no corner of any period lies in between
WORST = 1e-4


def problem_of(case: Case) -> Problem:
    """A case ready to be solved."""
    filled = SolveOptions(gap=0.05).filled(case)  # prices are those of any plan, good or not
    return prepared(build(case, build_graph(case), RoutePool()), filled, Progress(3600.0))


def cost_with(case: Case, integers: FloatArray, routes: list[tuple[int, int, tuple[int, ...]]]) -> float:
    """Cost of a case with the decisions of a plan: one LP over all periods, built afresh, priced to the end."""
    problem = problem_of(case)
    lp = PlainLP(problem)
    for block, demand, arcs in routes:
        lp.add_routes(block, [problem.formulation.routes.add(demand, arcs)])
    lp.fix(integers)
    status, value, _ = lp.optimise("difference", 0.0)
    assert status == Status.kOptimal
    return value


def chosen(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Assets drawn by chance: most of those that are full in some period, the rest of any that are used."""
    keys = ["asset_kind", "asset", "measure"]
    peaks = table[table["used"].astype(float) > 0].groupby(keys, sort=True)["utilisation"].max().astype(float)
    full, other = peaks.index[peaks > 0.999].tolist(), peaks.index[peaks <= 0.999].tolist()
    dice = np.random.default_rng(20)
    first = [full[at] for at in dice.permutation(len(full))[:FULL_ONES]]
    return [*first, *(other[at] for at in dice.permutation(len(other))[: ASSETS - len(first)])]


def told(case: Case, table: pd.DataFrame, key: tuple[str, str, str], column: str) -> float:
    """Price over the horizon, each period once."""
    for name, value in zip(("asset_kind", "asset", "measure"), key, strict=True):
        table = table[table[name] == value]
    weights = {p.name: sum(case.discount(year) for year in p.calendar_years) for p in case.periods}
    once = table.drop_duplicates("period")
    return float((once[column].astype(float) * once["period"].map(weights).astype(float)).sum())


def differences(most: int = ASSETS) -> Iterator[Difference]:
    """The table: both sides of the first `most` of the assets drawn."""
    case = read_case(LEAN)
    problem = problem_of(case)
    _, solution = solve_prepared(problem)
    assert solution is not None
    tables = Extraction(problem.formulation, solution).some(("capacities", "sailings", "constraint_rows"))
    table = priced(problem.formulation, tables, price_limits(problem, solution))["capacities"]
    integers, routes = np.round(solution.values[problem.compiled.integer]), _routes(problem, solution)
    base = cost_with(case, integers, routes)
    for kind, asset, measure in chosen(table)[:most]:
        rows = table[(table["asset"] == asset) & (table["measure"] == measure) & (table["asset_kind"] == kind)]
        step = STEP * max(1.0, float(rows["base"].min()))
        for side, column, sign in (("one more saves", "shadow_price", 1), ("one less costs", "loss_price", -1)):
            if sign < 0 and float(rows["base"].min()) <= step:
                continue
            changed = cost_with(widened(case, kind, asset, measure, sign * step), integers, routes)
            price = told(case, table, (kind, asset, measure), column)
            yield Difference("lean", f"{kind} {asset}, {measure}", side, price, sign * (base - changed) / step)


def _routes(problem: Problem, solution: Solution) -> list[tuple[int, int, tuple[int, ...]]]:
    pool = problem.formulation.routes
    return [(block, pool[route].demand, pool[route].arcs) for block, route in solution.flows]


@pytest.mark.slow
def test_prices_of_the_lean_case_are_differences() -> None:
    """
    Proves: for assets of the lean corridor, drawn by chance and full in some period, what one unit more
    saves and one less costs over the horizon is the difference of the costs of two plans with the same projects, solved
    afresh as one LP over all periods.
    If prices were duals of the first LP: limits in series would have all or nothing of a saving that none has alone.
    """
    found = list(differences(TESTED))
    assert len(found) > TESTED
    assert sum(one.told > 0 for one in found) > TESTED / 2
    assert [one for one in found if not one.deviation <= WORST] == []


if __name__ == "__main__":
    for one in differences():
        print(f"{one.limit:24} {one.side:15} {one.told:12.6f} {one.measured:12.6f} {one.deviation:9.1e}")
