"""The study experiments: a tidy table of futures, policies and outcomes, for EMA Workbench, Rhodium and others.

One row is one future under one policy. What each column is, uncertainty, policy, decision or outcome, stands in a table
of its own, so that no tool has to guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from model.studies.console.words import distinct
from model.studies.uncertainty.draws import Future, Futures
from model.studies.uncertainty.seen import SEEN
from model.studies.uncertainty.stages import commitment_words, slots_before, stage_of
from model.studies.uncertainty.worlds import Asked, Worlds, costs_of
from model.studies.variants.answers import Answer, require_plan
from model.studies.variants.held import held_rows
from model.studies.variants.planning import Planner, Variant

OUTCOMES = {
    "cost": ("million USD, present value", "cost of the plan"),
    "lower bound": ("million USD, present value", "what the best plan under the policy costs at least"),
    "regret": ("million USD, present value", "cost above that of the cheapest policy in the same future"),
    "spent": ("million USD, undiscounted", "paid within the horizon for what was chosen"),
    "unserved": ("kt", "cargo left, over all years"),
}
NOTHING, OWN, HELD = "nothing is built", "planned for this future", "planned for the expected future"


def experiments(futures: Futures, planner: Planner, before: int | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every future under three policies: nothing is built, its own plan, the plan of the expected future held.

    With `before` only what the last one begins before that year is held, and each future plans the rest itself. Gives
    the table and its columns in words. Raises ValueError when the expected future has no plan, or nothing can begin
    before the year that is named.
    """
    expected = planner([Variant("expected", "the expected future: its own plan", futures.expected, SEEN)])["expected"]
    require_plan(expected, "the expected future")
    policies: dict[str, Sequence[Answer]] = {}
    last = futures.expected.last_year  # nobody named a year: nothing need begin before it
    stage = slots_before(last, futures.cases) if before is None else stage_of(before, futures.cases)
    worlds = Worlds(futures, stage, planner)
    policies[OWN] = worlds.free()
    policies[NOTHING] = worlds.answers([worlds.unbuilt_asked(index) for index in range(len(futures.every))])
    if before is None:
        asked = [
            Asked(index, tuple(held_rows(future.case, expected)), HELD) for index, future in enumerate(futures.every)
        ]
        policies[HELD] = worlds.answers(asked)
    else:
        now = stage.commitment(futures.expected, expected)
        policies[f"decided now: {commitment_words(now)}"] = worlds.held(now, range(len(futures.every)))
    return experiments_table(futures.every, policies)


def experiments_table(
    futures: Sequence[Future], policies: Mapping[str, Sequence[Answer]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tidy table of answers by policy and future, and what its columns are.

    Decisions are the years in which a project first opens, blank where it does not. A policy without a plan in a future
    has a blank cost. A factor called as another column has 'factor' before its name.
    """
    projects = sorted({one.project for answers in policies.values() for answer in answers for one in answer.openings})
    names = list(dict.fromkeys(name for future in futures for name in future.figures))
    own = [name for name, *_ in _columns([], projects)]
    uncertain = dict(zip(names, distinct(names, own), strict=True))
    best = np.min([costs_of(answers) for answers in policies.values()], axis=0)
    rows = []
    for policy, answers in policies.items():
        for future, answer, least in zip(futures, answers, best, strict=True):
            cost = np.nan if answer.cost is None else answer.cost
            first = {one.project: one.year for one in reversed(answer.openings)}
            rows.append(
                {"scenario": future.name, "weight": future.weight, "policy": policy}
                | {column: future.figures.get(name, np.nan) for name, column in uncertain.items()}
                | {f"opens {name}": first.get(name) for name in projects}
                | {"cost": cost, "lower bound": np.nan if answer.bound is None else answer.bound}
                | {"regret": cost - least, "spent": answer.spent if answer.has_plan else np.nan}
                | {"unserved": answer.unserved if answer.has_plan else np.nan}
            )
    table = pd.DataFrame(rows).astype({f"opens {name}": "Int64" for name in projects})
    table.insert(0, "experiment", range(len(table)))
    columns = _columns([*uncertain.values()], projects)
    return table, pd.DataFrame(columns, columns=["column", "role", "unit", "meaning"])


def _columns(uncertain: Sequence[str], projects: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """Each column with its role, unit and meaning."""
    return [
        ("experiment", "index", "", "number of the row"),
        ("scenario", "index", "", "name of the future"),
        ("weight", "index", "share", "weight of the future; those of all futures add up to 1"),
        ("policy", "policy", "", "what is decided, and how"),
        *((name, "uncertainty", "as in the sheet Futures", "1 or 0 for what happens or not") for name in uncertain),
        *((f"opens {name}", "decision", "year", "first opening; blank: never") for name in projects),
        *((name, "outcome", unit, words) for name, (unit, words) in OUTCOMES.items()),
    ]
