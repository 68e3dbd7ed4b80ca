"""Forcing rows of gates in the root LP: tighter, true, and priced exactly."""

from __future__ import annotations

import numpy as np
import pytest

from model.case.case import Case
from model.solvers.branching.arc_form import solve_arc_form
from model.solvers.core.highs import Status
from model.solvers.lp.root import seed_routes
from model.solvers.lp.root_lp import RootLP
from model.solvers.lp.strengthen import strengthen
from model.solvers.problem import Search
from tests.formulation.test_gated_effects import BOXES
from tests.minis import COMMODITIES, budget, demand, link, make_case, project
from tests.solvers.helpers import prepared


def shared_gate() -> Case:
    """P (1.5 million USD) cuts a fifth of the 10 days of A-B, worth 0.1 a kTEU and day; A-C has a link of its own."""
    return make_case(
        "shared gate",
        "ABC",
        [
            link("AB", "A-B", days_regular=10.0, both_ways=False),
            link("BC", "B-C", days_regular=10.0),
            link("AC", "A-C", days_regular=1.0),
        ],
        [demand("D", "A-B", 10.0), demand("E", "A-C", 30.0)],
        Commodities=[BOXES, *COMMODITIES[1:]],
        Projects=[project("P", 1.5)],
        ProjectEffects=[{"project": "P", "asset_kind": "link", "asset": "AB", "time_change": -0.2}],
    )


def gated_case(seed: int) -> Case:
    """A ring with a chord, tight links, and projects that cut time or tariff, under a yearly budget."""
    random = np.random.default_rng(seed)
    names = "ABCDEF"
    pairs = [(names[i], names[(i + 1) % 6]) for i in range(6)] + [("A", "D")]
    links = [
        link(
            a + b,
            f"{a}-{b}",
            container_cost=float(random.integers(1, 6)),
            days_regular=float(random.integers(2, 9)),
            capacity_kteu=float(random.integers(6, 15)),
            capacity_direction="both",
        )
        for a, b in pairs
    ]
    ends = [random.choice(list(names), 2, replace=False) for _ in range(7)]
    chosen = random.choice([row["link"] for row in links], 4, replace=False)
    return make_case(
        f"gated {seed}",
        names,
        links,
        [demand(f"D{i}", f"{a}-{b}", float(random.integers(2, 5))) for i, (a, b) in enumerate(ends)],
        years=(2026, 2027),
        Commodities=[BOXES, *COMMODITIES[1:]],
        Projects=[project(f"P{i}", float(random.integers(1, 9))) for i in range(4)],
        ProjectEffects=[
            {
                "project": f"P{i}", "asset_kind": "link", "asset": str(asset),
                "time_change": -0.5, "cost_change": -0.1 * int(random.integers(0, 5)),
            }
            for i, asset in enumerate(chosen)
        ],
        Budgets=[budget("B", (2026, 2027), 6.0)],
    )  # fmt: skip


def solved_root(case: Case) -> tuple[RootLP, Search, float]:
    """The root LP, a search with its bound, and the LP value."""
    problem = prepared(case)
    lp = RootLP(problem)
    assert isinstance(lp, RootLP)
    seed_routes(problem, lp)
    lp.seed()
    status, value, bound = lp.optimise("root LP")
    assert status == Status.kOptimal
    return lp, Search(bound=bound), value


def test_a_gate_shared_by_two_demands_is_opened_whole() -> None:
    """Proves: with forcing rows the root LP opens the project for the one demand that uses it as a whole plan must.

    By hand: 10 of the 40 kTEU that could pass use A-B, so the LP opens a quarter of P: 1.5 / 4 = 0.375 for a saving of
    10 kTEU x 2 days x 0.1 = 2. The forcing row of D (its load <= 10 x open) asks for all of P: 1.125 more, and that is
    the optimum. (A-B is one-way: on a two-way link a route could use both directions, and the row is half as sharp.)
    If it were ignored: the LP would buy every soft measure in hundredths and say nothing of its worth.
    """
    case = shared_gate()
    lp, search, value = solved_root(case)
    strengthen(lp.problem, lp, search)
    assert search.bound - value == pytest.approx(1.125, abs=1e-6)
    exact = solve_arc_form(prepared(case), None)
    assert search.bound == pytest.approx(exact.objective, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_the_sharper_bound_is_true(seed: int) -> None:
    """Proves: with forcing rows the bound never falls and never passes the proven optimum (another formulation's).

    If it were ignored: a row that cuts off a plan, or a route that pricing misses because it overlooks the surcharge,
    would prove a gap that is not there.
    """
    case = gated_case(seed)
    lp, search, value = solved_root(case)
    strengthen(lp.problem, lp, search)
    exact = solve_arc_form(prepared(case), None)
    assert exact.objective is not None
    assert search.bound >= value - 1e-6 * abs(value)
    assert search.bound <= exact.objective + 1e-6 * abs(exact.objective)


def test_the_rows_are_looked_for_where_there_is_something_to_gain() -> None:
    """Proves: over the random cases the rows do raise bounds, so that the test above tests something.

    If it were ignored: the search for rows could find nothing at all and every bound would still be true.
    """
    gains = []
    for seed in range(6):
        lp, search, value = solved_root(gated_case(seed))
        strengthen(lp.problem, lp, search)
        gains.append(search.bound - value)
        assert len(lp.forcing.rows) == lp.node.forced
    assert max(gains) > 0.01
