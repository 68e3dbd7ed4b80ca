"""Cost and value against the money for what is chosen: which projects enter and leave, what the next millions save.

The envelope is over all years of the horizon and comes on top of the budgets of the case and of what committed works
are paid. Its largest size is what the free plan spends, so that more would change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Case
from model.studies.variants.answers import Answer, require_plan
from model.studies.variants.force import entering_and_leaving, opening_words
from model.studies.variants.held import with_rows
from model.studies.variants.planning import Planner, Variant
from model.studies.variants.ranges import Difference, dearer, tightened

POINTS = 6
STEP = 100.0
"""Million USD of which the worth is told."""
ENVELOPE = "all that is chosen (study frontier)"
COLUMNS = [
    "budget", "spent", "cost", "lower bound", "value", "value at least", "value at most", "opens", "enters", "leaves",
    "worth of the next 100 million", "worth at least", "worth at most",
]  # fmt: skip


def frontier(case: Case, planner: Planner, points: int = POINTS) -> pd.DataFrame:
    """Plan the case with `points` budgets from 0 to what its free plan spends: a row each, columns as COLUMNS.

    Money in million USD: budgets and spending undiscounted, all else present value. `value` is what is saved against
    the first budget; worth is what the money up to the next budget saves, for each 100 million. `enters` and `leaves`
    are against the budget before. Raises ValueError for fewer than two points and where a budget has no plan.
    """
    if points < 2:
        raise ValueError(f"A frontier needs at least 2 points, not {points}.")
    free = planner([Variant("free", "no limit", case)])["free"]
    require_plan(free, "the case without a further limit")
    budgets = [free.spent * number / (points - 1) for number in range(points)] if free.spent > 0 else [0.0]
    wanted = [
        Variant(
            f"budget {number}",
            f"a budget of {budget:,.1f}",
            with_budget(case, free.spent_committed + budget),
            known_bound=free.bound,
        )
        for number, budget in enumerate(budgets[:-1])
    ]
    answers = planner(wanted)
    found = [answers[variant.name] for variant in wanted]
    for answer, variant in zip(found, wanted, strict=True):
        require_plan(answer, variant.words)
    return _table(budgets, shared([*found, free]))


def with_budget(case: Case, amount: float) -> Case:
    """The case with one more envelope: so many million USD for all works, committed ones too, over all years."""
    row: dict[str | int, Any] = {"envelope": ENVELOPE, "scope_kind": "all", "amount": amount, "amount_per": "window"}
    row |= {"first_year": float(case.first_year), "last_year": float(case.last_year)}
    return with_rows(case, "Budgets", [row])


def shared(answers: Sequence[Answer]) -> list[Answer]:
    """Answers in order of budget with what they know of each other.

    A plan of a smaller budget is one of a larger budget, so that cost never rises; the bound of a larger one holds for
    a smaller one.
    """
    result = list(answers)
    for number in range(1, len(result)):
        result[number - 1], result[number] = tightened(result[number - 1], result[number])
    for number in range(len(result) - 1, 0, -1):
        result[number - 1], result[number] = tightened(result[number - 1], result[number])
    return result


def _table(budgets: Sequence[float], answers: Sequence[Answer]) -> pd.DataFrame:
    rows = []
    for number, (budget, answer) in enumerate(zip(budgets, answers, strict=True)):
        value = dearer(answers[0], answer)
        names = entering_and_leaving(answers[max(0, number - 1)], answer)
        worth = (np.nan, np.nan, np.nan)
        if number + 1 < len(answers):
            worth = _worth(dearer(answer, answers[number + 1]), budgets[number + 1] - budget)
        bound = np.nan if answer.bound is None else answer.bound
        figures = (budget, answer.spent, answer.cost, bound, value.found, value.least, value.most)
        rows.append((*figures, opening_words(answer), *names, *worth))
    return pd.DataFrame(rows, columns=COLUMNS)


def _worth(saved: Difference, money: float) -> tuple[float, float, float]:
    """What a step of 100 million saves on the way, as found, at least and at most."""
    return STEP * saved.found / money, STEP * saved.least / money, STEP * saved.most / money
