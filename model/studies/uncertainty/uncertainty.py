"""The study uncertainty: what to decide now, what to keep open and what to leave, and for what sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.studies.console.words import distinct
from model.studies.uncertainty.draws import Futures
from model.studies.uncertainty.risk import Aim, Figures, Measure, expectation, tail_mean
from model.studies.uncertainty.search import Search, Tried
from model.studies.uncertainty.seen import SEEN
from model.studies.uncertainty.stages import Stage, commitment_words, stage_of
from model.studies.uncertainty.worlds import Worlds
from model.studies.variants.answers import Answer
from model.studies.variants.planning import Planner, Variant
from model.studies.variants.ranges import Difference

PLANS_A_FUTURE, MANY_PLANS, LEAST_A_FUTURE = 20, 200, 5
"""Plans that may be made for each future, until there are many, and then; unless the caller says otherwise."""
ENOUGH = 0.05
"""Part of what the plan is worth that may stay unproven."""


@dataclass(frozen=True)
class TwoStage:
    """What was found: the plan, what was tried, and what each future costs otherwise. Money in million USD.

    `otherwise` is the plan with one project decided otherwise now, by project; `unbuilt` the cost of each future with
    nothing chosen; `naive` the plan of the expected future, held, None where it has none.
    """

    futures: Futures
    stage: Stage
    measure: Measure
    search: Search
    plan: Tried
    otherwise: dict[str, Tried]
    naive: Tried | None
    unbuilt: Figures

    @property
    def weights(self) -> Figures:
        """Weights of the futures."""
        return self.futures.weights

    @property
    def own(self) -> Figures:
        """What the own plan of each future costs."""
        return self.search.worlds.own

    @property
    def own_bounds(self) -> Figures:
        """What the own plan of each future costs at least."""
        return np.minimum(self.search.root.bounds, self.own)

    @property
    def worth(self) -> float:
        """What the plan saves on average against building only what is committed."""
        return expectation(self.unbuilt, self.weights) - expectation(self.plan.costs, self.weights)

    def dearer(self, other: Tried) -> Difference:
        """How much worse another decision is, by the measure of the study."""
        value = self.search.value
        found = value(other.costs) - value(self.plan.costs)
        least = value(np.minimum(other.bounds, other.costs)) - value(self.plan.costs)
        bounds = np.minimum(self.plan.bounds, self.plan.costs)
        most = value(other.costs) - max(self.search.least(), value(bounds))
        return Difference(found, max(0.0, min(least, found)), max(most, found))


def plan_in_two_stages(
    futures: Futures,
    year: int,
    planner: Planner,
    measure: Measure | None = None,
    plans: int | None = None,
    enough: float = ENOUGH,
    tell: Callable[[str], None] = lambda _: None,
) -> TwoStage:
    """What to begin before `year`, the same in all futures, so that the measure over all of them is smallest.

    `plans` is how many plans may be made, `enough` the gap at which the search ends, as a share of what the plans of
    the futures are worth on average. Raises ValueError when nothing can begin before the year, when a future has no
    plan, and when no decisions were found that go in all of them.
    """
    stage = stage_of(year, futures.cases)
    worlds = Worlds(futures, stage, planner)
    number = len(futures.every)
    most = max(min(PLANS_A_FUTURE * number, MANY_PLANS), LEAST_A_FUTURE * number) if plans is None else plans
    search = Search(worlds, measure or Measure(), most, tell)
    lost = _without_plan(futures, worlds.free())
    if lost:
        raise ValueError(f"These futures have no plan. {lost} See run.py explain, or give more time.")
    unbuilt = worlds.unbuilt()
    worth = expectation(unbuilt, futures.weights) - expectation(worlds.own, futures.weights)
    search.goal = enough * worth if np.isfinite(worth) else 0.0
    expected = planner([Variant("expected", "the expected future: its own plan", futures.expected, SEEN)])["expected"]
    ideas = []
    if expected.has_plan:
        ideas.append((stage.commitment(futures.expected, expected), "what the expected future decides"))
    search.run(ideas)
    otherwise = search.opposites()
    plan = search.best()
    if plan is None:
        tried = "; ".join(commitment_words(one) for one in [*search.tried, *search.given_up][:3])
        raise ValueError(f"No decisions were found that can be held in all futures. Tried first: {tried}.")
    naive = search.tried.get(ideas[0][0]) if ideas else None
    return TwoStage(futures, stage, search.measure, search, plan, otherwise, naive, unbuilt)


def _without_plan(futures: Futures, answers: Sequence[Answer]) -> str:
    """'a: No plan was found in the time given. b: …'; '' where every future has one."""
    pairs = zip(futures.every, answers, strict=True)
    return " ".join(f"{future.name}: {answer.message}" for future, answer in pairs if not answer.has_plan)


def measures_table(found: TwoStage) -> pd.DataFrame:
    """What the plan costs by each measure, and what knowing more would be worth: name, found, least, most, words."""
    search, weights, plan = found.search, found.weights, found.plan
    rows: list[tuple[str, float, float, float, str]] = []
    for words, measure in _every_measure(found.measure):
        value = search.value(plan.costs, measure)
        least = search.value(np.minimum(plan.bounds, plan.costs), measure)
        most = float((plan.costs - found.own_bounds).max()) if measure.aim is Aim.REGRET else value
        floor = 0.0 if measure.aim is Aim.REGRET else -np.inf
        rows.append((f"this plan: {words}", value, max(floor, min(least, value)), most, ""))
        best = search.best(measure)
        assert best is not None  # the plan itself is one
        says = f"by: {commitment_words(best.commitment)}"
        reached, bound = search.value(best.costs, measure), max(floor, search.least(measure))
        rows.append((f"best decisions now: {words}", reached, bound, reached, says))
    tail = tail_mean(plan.costs, weights, found.measure.tail)
    rows.append((f"this plan: mean of the worst {100 * found.measure.tail:g} % (CVaR)", tail, np.nan, np.nan, ""))
    rows.append(("worth of the plan against building only what is committed", found.worth, np.nan, np.nan, ""))
    rows += [_perfect(found), *_stochastic(found)]
    gap = search.gap
    rows.append(("a better plan could save at most, by the aim of the study", gap, 0.0, gap, share_words(found)))
    return pd.DataFrame(rows, columns=["measure", "found", "at least", "at most", "words"])


def share_words(found: TwoStage) -> str:
    """'2.5 % of what the plan is worth': what is unproven; '' where the worth is not known, or nothing."""
    gap, worth = found.search.gap, found.worth
    return f"{100 * gap / worth:.1f} % of what the plan is worth" if 0 < worth < np.inf else ""


def _every_measure(measure: Measure) -> list[tuple[str, Measure]]:
    mixed = f"{100 * (1 - measure.share):g} % mean and {100 * measure.share:g} % CVaR"
    names = {Aim.EXPECTED: "expected cost", Aim.RISK: mixed, Aim.REGRET: "largest regret"}
    return [(words, Measure(aim, measure.tail, measure.share)) for aim, words in names.items()]


def _perfect(found: TwoStage) -> tuple[str, float, float, float, str]:
    """EVPI: what it would be worth to know the future before deciding."""
    mean = Measure(Aim.EXPECTED)
    best = found.search.best(mean)
    assert best is not None
    together, alone = found.search.value(best.costs, mean), expectation(found.own, found.weights)
    least = max(0.0, found.search.least(mean) - alone)
    most = together - expectation(found.own_bounds, found.weights)
    words = "what knowing the future before deciding would save (EVPI)"
    return words, together - alone, min(least, together - alone), most, ""


def _stochastic(found: TwoStage) -> list[tuple[str, float, float, float, str]]:
    """VSS: what planning for all futures saves against planning for the expected one."""
    words = "what planning for all futures saves against planning for the expected one (VSS)"
    if found.naive is None:
        return [(words, np.nan, np.nan, np.nan, "no plan of the expected future was found")]
    mean = Measure(Aim.EXPECTED)
    best = found.search.best(mean)
    assert best is not None
    together, naive = found.search.value(best.costs, mean), found.search.value(found.naive.costs, mean)
    bounds = np.minimum(found.naive.bounds, found.naive.costs)
    least = max(0.0, found.search.value(bounds, mean) - together)
    lost = _without_plan(found.futures, found.naive.answers)
    said = f"decisions for the expected future, held, have no plan. {lost}" if lost else ""
    return [(words, naive - together, min(least, naive - together), naive - found.search.least(mean), said)]


def ranked(found: TwoStage) -> list[Tried]:
    """All decisions that were tried in all futures, the best first."""
    value = found.search.value
    return sorted(found.search.tried.values(), key=lambda one: (value(one.costs), commitment_words(one.commitment)))


def plans_table(found: TwoStage) -> pd.DataFrame:
    """All decisions that were tried in all futures, the best first: one row each."""
    rows = []
    for number, one in enumerate(ranked(found), 1):
        regret = one.costs - found.own
        worst = found.futures.every[int(regret.argmax())].name
        rows.append((
            f"plan {number}", commitment_words(one.commitment), one.origin, expectation(one.costs, found.weights),
            tail_mean(one.costs, found.weights, found.measure.tail), float(regret.max()), worst,
        ))  # fmt: skip
    return pd.DataFrame(
        rows, columns=["plan", "decided now", "idea", "expected cost", "CVaR", "largest regret", "in future"]
    )


def regret_table(found: TwoStage) -> pd.DataFrame:
    """Regret of each plan tried in each future, million USD: a row for each future, a column for each plan."""
    table = pd.DataFrame({"future": [future.name for future in found.futures.every], "weight": found.weights})
    for number, one in enumerate(ranked(found), 1):
        table[f"plan {number}"] = one.costs - found.own
    return table


def futures_table(found: TwoStage) -> pd.DataFrame:
    """What each future is like and what it costs: by itself, and with the decisions of the plan."""
    rows = []
    own, bounds, costs = found.own, found.own_bounds, found.plan.costs
    least = np.maximum(0.0, np.minimum(found.plan.bounds, costs) - own)
    for index, future in enumerate(found.futures.every):
        rows.append({
            "future": future.name, "weight": future.weight,
            "own cost": own[index], "own lower bound": bounds[index], "cost with the plan": costs[index],
            "regret": costs[index] - own[index], "regret at least": least[index],
            "regret at most": costs[index] - bounds[index], "unserved": found.plan.answers[index].unserved,
            "begins later": _later(found, index),
        })  # fmt: skip
    table = pd.DataFrame(rows)
    names = list(dict.fromkeys(name for future in found.futures.every for name in future.figures))
    for place, (name, column) in enumerate(zip(names, distinct(names, table.columns), strict=True), start=2):
        table.insert(place, column, [future.figures.get(name, np.nan) for future in found.futures.every])
    return table


def _later(found: TwoStage, index: int) -> str:
    """What opens in a future beyond what is decided now."""
    answer = found.plan.answers[index]
    late = [one for one in answer.openings if not decided_now(found, index, one.project, one.year)]
    return ", ".join(f"{one.project} {one.year}" for one in late)


def decided_now(found: TwoStage, index: int, project: str, opening: int) -> bool:
    """Whether what opens in a year of a future was begun before the year of the stage."""
    case = found.futures.every[index].case
    return project in found.stage.slots and opening <= found.stage.last_opening(case, project)
