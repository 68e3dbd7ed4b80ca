"""Stop by worth: the gap asked for is measured against what the plan saves, and told so."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.schema import SHEETS
from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.solvers.core.checkpointing import Checkpointing
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Outcome
from model.solvers.core.progress import Event, Listener, Progress
from model.solvers.engine import solve
from tests.solvers.core.test_checkpoint import CutOffError
from tests.solvers.helpers import lumpy_case, solved


def planned(case: Case, options: SolveOptions, **settings: float) -> tuple[Outcome, list[Event]]:
    """The end of a solve with other settings of the case."""
    case = dataclasses.replace(case, settings={**case.settings, **settings})
    events: list[Event] = []
    filled = options.filled(case)
    formulation = build(case, build_graph(case), RoutePool())
    return solve(formulation, filled, Progress(filled.time_limit, events.append))[0], events


def without_choice(case: Case) -> float:
    """Cost of the case when nothing can be built."""
    projects = case.table("Projects").assign(status="excluded")
    bare = dataclasses.replace(case, tables={**case.tables, "Projects": projects})
    outcome, _ = solved(bare, "direct")
    assert outcome.objective is not None
    return outcome.objective


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_the_gap_is_closed_against_what_the_plan_saves(seed: int) -> None:
    """
    Proves: with a relative gap of 50 % that any plan meets, the search goes on until a better plan could save at most
    2 % of what this one saves, or 0.001 % of its cost; and that worth is the cost of the case without projects, solved
    by itself, less the cost of the plan.
    If only total cost counted: the first plan, up to half of all costs dearer than the best, would be called proven.
    """
    case = lumpy_case(seed)
    outcome, events = planned(case, SolveOptions(time_limit=120.0), gap=0.5, gap_of_worth=0.02)
    assert outcome.objective is not None
    assert outcome.worth is not None
    assert outcome.gap_in_money is not None
    assert outcome.worth == pytest.approx(without_choice(case) - outcome.objective, rel=1e-6, abs=1e-6)
    assert outcome.gap_in_money <= max(0.02 * outcome.worth, 1e-5 * outcome.objective) + 1e-9
    assert (
        outcome.gap_of_worth is None or outcome.gap_of_worth <= 0.02 + 1e-9 or outcome.worth < 1e-3 * outcome.objective
    )
    assert events[-1].worth is None or events[-1].worth == pytest.approx(outcome.worth)


@pytest.mark.parametrize("seed", [1, 3])
def test_decisions_taken_beforehand_leave_a_gap_of_what_is_left_to_decide(seed: int) -> None:
    """
    Proves: where a decision forces a project in, nothing is told as worth (building only what is committed is no plan),
    but the gap is closed against what the other projects save: the cost of a case that has only the project decided,
    less the cost of the plan. If it were ignored: what insisting on a project costs would be known to the case's
    relative gap, here half of all costs.
    """
    case = lumpy_case(seed)
    projects = case.table("Projects")
    decision = {"project": projects["project"].iloc[0], "decision": "in"}
    insisted = case.with_tables(Decisions=canonical_table(SHEETS["Decisions"], [decision]))
    outcome, events = planned(insisted, SolveOptions(time_limit=120.0), gap=0.5, gap_of_worth=0.02)
    assert outcome.objective is not None
    assert outcome.gap_in_money is not None
    others = projects["project"] != decision["project"]
    alone = insisted.with_tables(Projects=projects.assign(status=projects["status"].mask(others, "excluded")))
    least, _ = solved(alone, "direct")
    assert least.objective is not None
    assert outcome.worth is None
    assert outcome.gap_in_money <= max(0.02 * (least.objective - outcome.objective), 1e-5 * outcome.objective) + 1e-6
    assert [event for event in events if event.stage == "worth" and "no more than rules ask for" in event.words]


def test_a_gap_asked_for_by_the_caller_overrides_the_case() -> None:
    """
    Proves: with a gap given by the caller the share of the worth does not count and is not worked out.
    If both counted: `--gap 1%` would go on long after 1 % is proven.
    """
    case = lumpy_case(1)
    filled = SolveOptions(gap=0.01).filled(case)
    assert (filled.gap, filled.gap_of_worth) == (0.01, 0.0)
    outcome, _ = planned(case, SolveOptions(gap=0.5, time_limit=60.0), gap_of_worth=0.02)
    assert outcome.worth is None
    assert outcome.gap_of_worth is None


def test_a_case_with_nothing_to_build_asks_for_a_share_of_its_cost() -> None:
    """
    Proves: where a plan saves nothing, the search asks for 0.001 % of all costs and ends, not 2 % of nothing.
    If 2 % of nothing were asked for: rounding alone would keep the search going until the time limit.
    """
    case = lumpy_case(2)
    projects = case.table("Projects").assign(capex=1e6)
    dear = dataclasses.replace(case, tables={**case.tables, "Projects": projects})
    outcome, _ = planned(dear, SolveOptions(time_limit=60.0), gap=0.5, gap_of_worth=0.02)
    assert outcome.has_plan
    assert outcome.gap is not None
    assert outcome.gap <= 1e-5


@pytest.mark.parametrize("seed", [1, 3])
def test_a_run_continued_asks_for_the_worth_too(seed: int, tmp_path: Path) -> None:
    """
    Proves: a search cut off after its first plan and continued has that plan before its root LP is solved, meets the
    case's relative gap of 50 % there, and still works out what the plan saves and closes the gap against it.
    If the relative gap alone counted then: a run continued would end at once, with less proven than one not cut off.
    """
    case = lumpy_case(seed)
    case = dataclasses.replace(case, settings={**case.settings, "gap": 0.5, "gap_of_worth": 0.02})
    filled = SolveOptions(time_limit=120.0).filled(case)

    def run(wish: Checkpointing, listener: Listener | None = None) -> Outcome:
        formulation = build(case, build_graph(case), RoutePool())
        return solve(formulation, filled, Progress(filled.time_limit, listener), wish)[0]

    def cut_off(event: Event) -> None:
        if event.stage == "worth":
            raise CutOffError

    first = Checkpointing(tmp_path / "first.npz", {}, None, 0.0)
    with pytest.raises(CutOffError):
        run(first, cut_off)
    outcome = run(Checkpointing(tmp_path / "next.npz", {}, first.path))
    assert outcome.worth is not None
    assert outcome.gap_in_money is not None
    assert outcome.objective is not None
    assert outcome.gap_in_money <= max(0.02 * outcome.worth, 1e-5 * outcome.objective) + 1e-9
