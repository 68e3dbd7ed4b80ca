"""Forcing rows of the arc form: the same optimum from a sharper LP."""

import numpy as np
import pytest

from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.solvers.arcs import arc_form
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Progress
from model.solvers.problem import Problem
from tests import minis


def design_case(seed):
    """Roads that do not exist until they are built: a project for each, large enough for all demand."""
    random = np.random.default_rng(seed)
    names = "ABCDE"
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    links = [
        minis.link(
            a + b,
            f"{a}-{b}",
            container_cost=float(random.integers(1, 9)),
            capacity_kteu=0.0,
            capacity_direction="both",
        )
        for a, b in pairs
    ]
    demands = [minis.demand(f"D{a}{b}", f"{a}-{b}", float(random.integers(1, 4))) for a, b in pairs[::2]]
    return minis.make_case(
        f"design {seed}",
        names,
        links,
        demands,
        years=(2026,),
        Projects=[minis.project(f"P{a}{b}", float(random.integers(4, 20))) for a, b in pairs],
        ProjectEffects=[minis.effect(f"P{a}{b}", a + b, 12.0) for a, b in pairs],
    )


def solved_in_arcs(case):
    """Cost of the best plan, and the LP values told while forcing rows were sought."""
    values = []

    def listen(event):
        if event.stage == "forcing rows":
            values.append(float(event.words.split()[-1].replace(",", "")))

    options = SolveOptions(gap=1e-9, time_limit=60.0).filled(case)
    formulation = build(case, build_graph(case), RoutePool())
    problem = Problem.prepare(formulation, options, Progress(60.0, listen))
    result = arc_form.solve_arc_form(problem, None)
    return result.objective, values


@pytest.mark.parametrize("seed", [1, 2])
def test_forcing_rows_sharpen_the_lp_and_keep_the_optimum(seed, monkeypatch):
    """Proves: with forcing rows the LP comes up towards the optimum, which is that of the plain arc form.

    A road for 12 kTEU that serves 2 is opened to a sixth by the plain LP. If it were ignored: a wrong row could cut
    off the best plan, or the rows could do nothing and the public instances take minutes.
    """
    case = design_case(seed)
    cost, values = solved_in_arcs(case)
    assert len(values) > 1
    assert values[0] < values[-1] <= cost + 1e-6
    monkeypatch.setattr(arc_form, "FORCING_LIMIT", 0)
    plain, none = solved_in_arcs(case)
    assert none == []
    assert cost == pytest.approx(plain, rel=1e-7)
