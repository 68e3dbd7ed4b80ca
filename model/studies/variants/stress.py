"""A plan held in other worlds: its decisions in every scenario of the case, against that scenario's own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from model.case.case import Case
from model.studies.variants.answers import Answer, require_plan
from model.studies.variants.held import held, require_before
from model.studies.variants.planning import Planner, Variant
from model.studies.variants.ranges import NO_PLAN, dearer, tightened, verdict_without

COLUMNS = [
    "plan", "scenario", "cost", "own cost", "own lower bound", "regret", "regret at least", "regret at most", "verdict",
    "unserved", "own unserved", "not held", "remark",
]  # fmt: skip


def stress(case: Case, scenarios: Sequence[Case], planner: Planner, before: int | None = None) -> pd.DataFrame:
    """The plan of `case` held in each of `scenarios`: a row each, columns as COLUMNS.

    Costs and regret in million USD of present value, unserved in kt over all years; `not held` are projects of the plan
    that the scenario leaves no choice about. With `before` only what opens before that year is held, and what comes
    later is planned for the scenario. A scenario without a plan of either kind says so in `verdict` and `remark`.
    Raises ValueError when there is no plan of the case itself, or nothing lies before the year.
    """
    if before is not None:
        require_before(case, before)
    own = planner(
        [Variant(f"own:{one.scenario}", f"{one.scenario}: its own plan", one) for one in _with(case, scenarios)]
    )
    plan = own[f"own:{case.scenario}"]
    require_plan(plan, f"the scenario {case.scenario}")
    cases = {one.scenario: held(one, plan, before) for one in scenarios}
    wanted = [
        Variant(f"held:{name}", f"{name}: the plan held", one, known_bound=own[f"own:{name}"].bound)
        for name, (one, _) in cases.items()
    ]
    kept = planner(wanted)
    rows = [
        (case.scenario, name, *_row(kept[f"held:{name}"], own[f"own:{name}"], left))
        for name, (_, left) in cases.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _with(case: Case, scenarios: Sequence[Case]) -> list[Case]:
    """The scenarios, and the case before them where it is none of them."""
    return [*([] if case.scenario in {one.scenario for one in scenarios} else [case]), *scenarios]


def _row(held_answer: Answer, own: Answer, left: list[str]) -> tuple[object, ...]:
    """What holding the plan does in one scenario."""
    names = ", ".join(left)
    if not held_answer.has_plan:
        verdict = verdict_without(held_answer)
        said = "The plan cannot be held" if verdict == NO_PLAN else "Whether the plan can be held is not known"
        words = f"{said}: {held_answer.message}"
        cost = (np.nan, np.nan if own.cost is None else own.cost, np.nan if own.bound is None else own.bound)
        lost = own.unserved if own.has_plan else np.nan
        return (*cost, np.nan, np.nan, np.nan, verdict, np.nan, lost, names, words)
    regret = dearer(held_answer, own)
    better = tightened(held_answer, own)[1]
    remark = "" if own.has_plan else f"No plan of its own was found ({own.message}): the plan held stands for it."
    return (
        held_answer.cost, better.cost, np.nan if better.bound is None else better.bound,
        regret.found, regret.least, regret.most, regret.verdict, held_answer.unserved, better.unserved, names, remark,
    )  # fmt: skip
