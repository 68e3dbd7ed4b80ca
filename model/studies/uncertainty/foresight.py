"""The study foresight: a planner who sees only so many years ahead, against one who sees all of them.

Every few years the planner looks ahead, plans what can be seen, and begins what begins before the next look; what has
begun stays. Years that are not seen yet do not count, but for the salvage of what is built. Works that are committed
to open beyond what is seen are not seen either, nor is their money.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.case.case import Case
from model.studies.uncertainty.stages import Commitment, commitment_words, slots_before
from model.studies.variants.answers import Answer, require_plan
from model.studies.variants.force import opening_words
from model.studies.variants.held import with_rows
from model.studies.variants.planning import Planner, Variant
from model.studies.variants.ranges import Difference, dearer

LOOK_AHEAD, EVERY = 8, 3
COLUMNS = ["look in", "sees until", "begun before", "begins until the next look", "cost of what is seen"]


@dataclass(frozen=True)
class Foresight:
    """`looks`: what is seen and begun at each look; `rolling` and `full`: the plans in the end."""

    looks: pd.DataFrame
    rolling: Answer
    full: Answer
    costs: Difference


def foresight(case: Case, planner: Planner, look_ahead: int = LOOK_AHEAD, every: int = EVERY) -> Foresight:
    """Plan the case look by look, `look_ahead` years at a time, every so many years, and at once.

    Raises ValueError for years that make no sense, and where there is no plan.
    """
    if not 1 <= every <= look_ahead:
        raise ValueError(f"Looks every {every} years must be 1 or more apart and no more than the {look_ahead} seen.")
    full = planner([Variant("full", "all years seen", case)])["full"]
    require_plan(full, "the case itself")
    begun: Commitment = ()
    rows = []
    for year in range(case.first_year, case.last_year + 1, every):
        seen = until(case, year + look_ahead - 1)
        stage = slots_before(year, [seen])
        holding = with_rows(seen, "Decisions", stage.held(seen, begun))
        words = f"{year}, seen until {seen.last_year}"
        answer = planner([Variant(words, words, holding)])[words]
        cost = require_plan(answer, f"the years seen in {year}")
        following = slots_before(year + every, [seen]).commitment(seen, answer)
        new = tuple(one for one in following if one not in begun)
        rows.append((year, seen.last_year, commitment_words(begun), commitment_words(new), cost))
        begun = following
        if seen.last_year == case.last_year:
            return Foresight(pd.DataFrame(rows, columns=COLUMNS), answer, full, dearer(answer, full))
    raise AssertionError("the last look sees the last year")


def until(case: Case, year: int) -> Case:
    """The case as it is seen by somebody who sees no year after this one."""
    if year >= case.last_year:
        return case
    periods = case.table("Periods")
    periods = periods[periods["first_year"] <= year]
    periods = periods.assign(years=np.minimum(periods["years"], year - periods["first_year"] + 1))
    projects = case.table("Projects")
    unseen = (projects["status"] == "committed") & (projects["committed_opening"] > year)
    seen = projects.assign(status=np.where(unseen, "excluded", projects["status"]))
    seen["status"] = seen["status"].astype(projects["status"].dtype)
    return case.with_tables(Periods=periods, Projects=seen)


def foresight_table(found: Foresight) -> pd.DataFrame:
    """Both plans in the end, and what seeing less costs."""
    return pd.DataFrame(
        [
            (
                "look by look",
                found.rolling.cost,
                found.rolling.spent,
                found.rolling.unserved,
                opening_words(found.rolling),
            ),
            ("all years seen", found.full.cost, found.full.spent, found.full.unserved, opening_words(found.full)),
        ],
        columns=["plan", "cost", "spent", "unserved", "opens"],
    )
