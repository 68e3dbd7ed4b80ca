"""Plans that are nearly as good and as different as possible: what every one builds, what some build, what none builds.

Every alternative is a verified plan of its own, and costs at most the slack more than the plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from model.case.canonical import records
from model.case.case import Case
from model.plan.plan import Plan
from model.plan.planner import plan_of
from model.solvers.core.outcome import Outcome, Status
from model.solvers.core.progress import Progress
from model.solvers.problem import Problem, Solution
from model.studies.near_optimal import near_optimal
from model.studies.variants.answers import Answer, Look, Opening, answer_of, committed_projects, require_plan
from model.studies.variants.force import entering_and_leaving, opening_words
from model.studies.variants.held import forced, held
from model.studies.variants.planning import Planner, Variant
from model.studies.variants.ranges import dearer, tightened

COUNT = 10
WITHIN = 0.03
SECONDS = 240.0
"""Of computing, at most, for the search of alternatives."""
PROVING = 0.5
"""Gap of plans made to prove something, as a part of the slack: wider ones could not prove it."""
WORTH, FOUND, OPENED = "worth", "near optimal", "openings of near optimal"
"""Tables that tell what was asked of the plan."""
MUST, OPTIONAL, NEVER = "must-have", "optional", "never"
PLANS = [
    "plan", "cost", "dearer", "at most", "share of the value", "decided otherwise", "nearest other", "spent",
    "unserved", "opens", "enters", "leaves",
]  # fmt: skip
PROJECTS = ["project", "verdict", "proven", "in the plan", "built in", "of", "first opening", "last opening", "alone"]
WORLDS = ["plan", "scenario", "cost", "dearer than the plan", "unserved", "not held", "remark"]


@dataclass(frozen=True)
class Alternatives:
    """`plans`: PLANS. `projects`: PROJECTS. `worlds`: WORLDS. `slack`: what a plan may cost more, million USD.

    `left_out` counts plans that were found, but are too dear with whole ships, refused, or not made in time.
    """

    plans: pd.DataFrame
    projects: pd.DataFrame
    worlds: pd.DataFrame
    slack: float
    left_out: int


def questions(problem: Problem, solution: Solution, within: float, count: int) -> dict[str, pd.DataFrame]:
    """Tables of `near_optimal`, in the time that there is for it: candidates, worth, alternatives, and what these open.

    What the verifier refuses, as a plan that misses a policy, is no alternative.
    """
    found = near_optimal(problem, solution, within, count, SECONDS)
    brief = replace(problem, options=replace(problem.options, brief=True), progress=Progress(SECONDS))
    plans = (
        plan_of(brief, one, Outcome(Status.FEASIBLE, one.objective, None, None, 0.0, "", "")) for one in found.plans
    )
    told = [(number, one) for number, one in enumerate(map(answer_of, plans), 1) if one.has_plan]
    rows = [(number, one.cost, one.spent, one.unserved) for number, one in told]
    opened = [(number, *astuple(opening)) for number, one in told for opening in one.openings]
    return {
        "candidates": found.singles,
        WORTH: pd.DataFrame({"worth": [found.worth], "slack": [found.slack], "found": [found.found]}),
        FOUND: pd.DataFrame(rows, columns=["alternative", "cost", "spent", "unserved"]),
        OPENED: pd.DataFrame(opened, columns=["alternative", *(field.name for field in fields(Opening))]),
    }


def read_alternatives(plan: Plan) -> dict[str, Any]:
    """What the alternatives cost and open, what each decision costs alone, worth, slack, found: plain JSON values."""
    tables = plan.tables
    opened: dict[int, list[list[Any]]] = {}
    for row in records(tables[OPENED]):
        opened.setdefault(int(row.alternative), []).append([str(row.project), int(row.year), int(row.modules)])
    found = [
        [int(row.alternative), float(row.cost), float(row.spent), float(row.unserved), opened.get(row.alternative, [])]
        for row in records(tables[FOUND])
    ]
    best = tables["candidates"][tables["candidates"]["best"].astype(bool)]
    alone = {str(row.project): float(row.change if row.exact else row.at_least) for row in records(best)}
    exact = sorted(str(row.project) for row in records(best) if row.exact and not row.breaks)
    (told,) = records(tables[WORTH])
    worth, slack = (float(figure) if np.isfinite(figure) else None for figure in (told.worth, told.slack))
    figures = {"worth": worth, "slack": slack, "found": int(told.found)}
    return {"alternatives": found, "alone": alone, "exact": exact, **figures}


def look(within: float, count: int) -> Look:
    """What to ask of the plan for so many alternatives within a share of its value."""
    return Look(
        f"{count} alternatives within {within}", read_alternatives, partial(questions, within=within, count=count)
    )


def alternatives(
    case: Case,
    planner: Planner,
    within: float = WITHIN,
    count: int = COUNT,
    worlds: Sequence[Case] = (),
    prove: bool = False,
) -> Alternatives:
    """At most `count` plans that cost at most the share `within` of the plan's value more, in `worlds` too.

    With `prove`, each project that all of them build, or none, is planned the other way once more, so that must-have
    and never are proven. Raises ValueError where the case has no plan, or one that saves nothing.
    """
    free = planner([Variant("free", "the plan", case, look(within, count))])["free"]
    cost = require_plan(free, "the case itself")
    if free.more["worth"] is None:
        words = "nothing is possible with only what is committed, or there was no time to work it out"
        raise ValueError(f"What the plan saves is not known, so there is no value to share: {words}.")
    if free.more["worth"] <= 0:
        raise ValueError("The plan saves nothing against building only what is committed: there is no value to share.")
    slack = float(free.more["slack"])
    found = {f"alternative {number}": _answer(free, *told) for number, *told in free.more["alternatives"]}
    most = cost + slack + 1e-6 * cost
    near = {name: one for name, one in found.items() if require_plan(one, name) <= most}
    kept = {"the plan": free} | near
    plans = [_plan_row(name, kept, free) for name in kept]
    projects = _projects(case, planner, free, kept, slack, prove=prove)
    across = [row for world in worlds for row in _in_world(world, kept, planner)]
    tables = pd.DataFrame(plans, columns=PLANS), projects, pd.DataFrame(across, columns=WORLDS)
    return Alternatives(*tables, slack, int(free.more["found"]) - len(near))


def _answer(free: Answer, cost: float, spent: float, unserved: float, openings: list[list[Any]]) -> Answer:
    """An alternative that `read_alternatives` told; the bound of the plan is its own."""
    opened = tuple(Opening(*row) for row in openings)
    return Answer(free.status, "", cost, free.bound, spent, free.spent_committed, unserved, opened)


def _plan_row(name: str, kept: Mapping[str, Answer], free: Answer) -> tuple[Any, ...]:
    """One plan of the list, its distance from the plan and from the nearest other, in projects."""
    answer = kept[name]
    others = [len(answer.projects ^ one.projects) for key, one in kept.items() if key != name]
    cost = dearer(answer, free)
    apart = len(answer.projects ^ free.projects)
    figures = (answer.cost, cost.found, cost.most, cost.found / free.more["worth"], apart)
    spent = (answer.spent, answer.unserved, opening_words(answer))
    return (name, *figures, min(others, default=0), *spent, *entering_and_leaving(free, answer))


def _projects(
    case: Case, planner: Planner, free: Answer, kept: Mapping[str, Answer], slack: float, *, prove: bool
) -> pd.DataFrame:
    """What each project is: must-have where all build it, never where none does, else optional.

    Optional, too, is what costs no more than the slack when it alone is decided otherwise.
    """
    alone, plan = free.more["alone"], free.projects
    cheap = {name for name in free.more.get("exact", ()) if alone[name] <= slack}
    names = sorted({*alone, *(project for one in kept.values() for project in one.projects)} - committed_projects(case))
    counted = {name: sum(name in one.projects for one in kept.values()) for name in names}
    sure = [name for name in names if counted[name] in (0, len(kept)) and name not in cheap]
    gap = PROVING * min(1.0, slack / (free.cost or np.inf))
    turned = planner(
        [
            Variant(f"turned:{name}", words, changed, gap=gap)
            for name in (sure if prove else [])
            for changed, words in [forced(case, name, "out" if name in plan else None)]
        ]
    )
    rows = []
    for name in names:
        verdict = MUST if counted[name] == len(kept) else NEVER if not counted[name] else OPTIONAL
        proven = "shown" if verdict == OPTIONAL else "as far as found"
        if verdict != OPTIONAL and name in cheap:
            verdict, proven = OPTIONAL, "shown alone"
        answer = turned.get(f"turned:{name}")
        if answer is not None:
            verdict, proven = _proof(answer, free, slack, verdict)
        years = sorted(one.year for each in kept.values() for one in each.openings if one.project == name)
        span = (years[0], years[-1]) if years else (np.nan, np.nan)
        inside = "yes" if name in plan else "no"
        rows.append((name, verdict, proven, inside, counted[name], len(kept), *span, alone.get(name, np.nan)))
    return pd.DataFrame(rows, columns=PROJECTS)


def _proof(answer: Answer, free: Answer, slack: float, verdict: str) -> tuple[str, str]:
    """What planning a project the other way proves: no plan within the slack, or one that is."""
    if answer.status is Status.INFEASIBLE:
        return verdict, "proven"
    turned, _ = tightened(answer, free)
    if free.cost is None:
        return verdict, "as far as found"
    if turned.cost is not None and turned.cost <= free.cost + slack:
        return OPTIONAL, "shown"
    return verdict, "proven" if turned.bound is not None and turned.bound > free.cost + slack else "as far as found"


def _in_world(world: Case, kept: Mapping[str, Answer], planner: Planner) -> list[tuple[Any, ...]]:
    """Every plan held in another scenario: cost, and how much dearer it is there than the plan."""
    cases = {name: held(world, answer) for name, answer in kept.items()}
    wanted = [
        Variant(f"{world.scenario}:{name}", f"{name} in {world.scenario}", one) for name, (one, _) in cases.items()
    ]
    found = planner(wanted)
    first = found[f"{world.scenario}:the plan"].cost
    rows = []
    for name, (_, left) in cases.items():
        answer = found[f"{world.scenario}:{name}"]
        if answer.cost is None:
            rows.append((name, world.scenario, np.nan, np.nan, np.nan, ", ".join(left), answer.message))
            continue
        more = np.nan if first is None else answer.cost - first
        rows.append((name, world.scenario, answer.cost, more, answer.unserved, ", ".join(left), ""))
    return rows
