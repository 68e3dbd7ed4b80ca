"""What the solver makes of loads of single demands, without knowing whose they are; and segments of single demands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.case.reader import load_case
from model.formulation.build import build
from model.network.cargo import read_cargo
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Progress
from model.solvers.lp.root import seed_routes
from model.solvers.lp.root_lp import RootLP
from model.solvers.problem import Problem
from tests.case.small import make_book, small_rows
from tests.features.choice.cases import solved, switched_off
from tests.features.choice.test_capacity import shared
from tests.minis import COMMODITIES


def test_each_corridor_has_a_route_from_the_start() -> None:
    """Proves: before the first LP each of two demands has a route past the markers of each of its three corridors,
    and the room for routes counts three ways a demand (a nest measures a fourth); without choice one. If only the
    cheapest were there: the first duals would price two corridors as if nothing could ever use them, and the root LP
    would take longer."""
    case = shared(3.0, nested=False)
    for chosen, ways in ((case, 3), (switched_off(case), 1), (shared(3.0, nested=True), 4)):
        options = SolveOptions(threads=1).filled(chosen)
        formulation = build(chosen, build_graph(chosen), RoutePool())
        problem = Problem.prepare(formulation, options, Progress(60.0, None))
        assert problem.ways.tolist() == [2 * ways]
        lp = RootLP(problem)
        seed_routes(problem, lp)
        assert len(lp.columns) == 2 * min(ways, 3)


def test_a_demand_has_segments_of_its_own() -> None:
    """Proves: with 4 segments in Settings a demand that says 2 is split in two and one that says nothing in four; the
    plan passes the verifier, which counts them for itself. If the column were read by one of the two only: every plan
    with it would be refused."""
    case = shared(
        100.0, nested=False, Commodities=[{**COMMODITIES[0], "value_of_time": 0.1, "value_of_time_spread": 0.7}]
    )
    demand = case.table("Demand")
    case = case.with_tables(Demand=demand.assign(segments=[2.0, np.nan])).with_settings(value_of_time_segments=4)
    names = read_cargo(case).names
    assert [sum(name.startswith(key) for name in names) for key in demand["demand"]] == [2, 4]
    plan = solved(case)
    assert plan.tables["choice_entries"].groupby("demand")["segment"].nunique().tolist() == [2, 4]


@pytest.mark.parametrize("word", ["Contestable share", "contestable_share", "Market size", "market_size"])
def test_market_size_is_read_by_its_old_name(word: str, tmp_path: Path) -> None:
    """Proves: a workbook whose header still says 'Contestable share' is read without a remark and with the same figure.
    If the old word were forgotten: a planner's workbooks of last year would silently plan the whole market."""
    book = make_book(small_rows())
    header = next(cell for cell in book["Demand"][3] if cell.value == "Market size")
    header.value = word
    book.save(tmp_path / "small.xlsx")
    loaded = load_case(tmp_path / "small.xlsx")
    assert loaded.messages == []
    assert loaded.case.table("Demand")["market_size"].tolist() == [0.5, 1.0]
