"""Futures of a case: drawn from the ranges of the sheet Futures by seeded quasi-Monte Carlo, or its named scenarios.

Points are those of a scrambled Sobol sequence, so that few of them fill the ranges evenly. Correlated factors share
normal scores (a Gaussian copula). The first draws stay the same when more are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.stats import qmc

from model.case.case import Case
from model.case.checks.memo import CheckMemo
from model.case.scenarios.apply import scenario_names
from model.case.scenarios.futures import Event, Factor, Figure, factors, future_case, future_changes, scenario_weights
from model.studies.console.words import distinct
from model.studies.scenarios.in_turn import scenario_cases

TENTH = 1.2815515655446004
"""Normal score that one draw in ten is above."""
OUTERMOST = 1e-12
EXPECTED = "expected future"


@dataclass(frozen=True)
class Future:
    """One world: its name, weight (all add up to 1), what it is like by factor, the case in it.

    `seen_from` is the first year in which a factor can be seen; factors that hold from the beginning are left out.
    """

    name: str
    weight: float
    figures: Mapping[str, float]
    case: Case
    seen_from: Mapping[str, int]


@dataclass(frozen=True)
class Futures:
    """Futures, the case for which somebody plans who takes the expected one for certain, and both in words."""

    every: Sequence[Future]
    expected: Case
    words: str

    @property
    def cases(self) -> list[Case]:
        """The expected case, then that of every future."""
        return [self.expected, *(future.case for future in self.every)]

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weight of each, adding up to 1."""
        return np.array([future.weight for future in self.every])


def named_futures(base: Case, expected: Case | None = None) -> Futures:
    """The scenarios that the sheet Futures gives weights to; where it names none all of the case, alike.

    `base` is the case as read, `expected` the expected future: default, the case itself. Raises CaseError for a
    scenario that cannot be applied, ValueError for a `base` that is under a scenario.
    """
    expected = base if expected is None else expected
    weights = scenario_weights(base)
    words = f"{len(weights)} named scenarios with the weights of the sheet Futures"
    if not weights:
        names = scenario_names(base)
        weights = dict.fromkeys(names, 1 / len(names))
        words = f"all {len(names)} scenarios of the case, alike in weight: the sheet Futures names none"
    cases = scenario_cases(base, list(weights))
    every = []
    for (name, weight), case in zip(weights.items(), cases, strict=True):
        figures = {f"scenario {other}": float(other == name) for other in weights}
        every.append(Future(name, weight, figures, case, {}))
    return Futures(every, expected, f"{words}; the expected future is the scenario {expected.scenario}")


def drawn_futures(base: Case, number: int, seed: int) -> Futures:
    """So many futures of equal weight.

    The expected one has every figure at its mean, and the events that are more likely than not. Raises ValueError when
    the sheet Futures has nothing to draw from, CaseError for a future whose tables fail a check.
    """
    drawn = factors(base)
    if not drawn:
        raise ValueError(
            "The sheet Futures has no figures and no events to draw from. Without --draws the named scenarios are the"
            " futures."
        )
    memo = CheckMemo()
    names = labels(drawn)
    known = {names[one.name]: one.known_from for one in drawn}
    seen = {name: year for name, year in known.items() if year is not None}
    width = len(str(number))
    every = []
    for index, point in enumerate(sample(drawn, number, seed)):
        level = dict(zip((factor.name for factor in drawn), point.tolist(), strict=True))
        figures, case = _made(
            base, drawn, f"future {index + 1:0{width}d}",
            lambda factor, figure, level=level: quantile(figure, level[factor]),  # type: ignore[misc]
            lambda factor, event, level=level: level[factor] > 1 - event.probability, memo,  # type: ignore[misc]
        )  # fmt: skip
        every.append(Future(case.scenario, 1 / number, figures, case, seen))
    middle = _made(
        base, drawn, EXPECTED, lambda _, figure: mean(figure), lambda _, event: event.probability > 0.5, memo
    )[1]
    words = f"{number} futures drawn from {len(drawn)} uncertain factors of the sheet Futures, seed {seed}"
    return Futures(every, middle, words)


def labels(drawn: Sequence[Factor]) -> dict[str, str]:
    """Factors in tables, by name: the name, 'event' before it where it only happens or not; each is another."""
    wanted = [one.name if one.figures else f"event {one.name}" for one in drawn]
    return dict(zip((one.name for one in drawn), distinct(wanted), strict=True))


def _made(
    base: Case,
    drawn: Sequence[Factor],
    name: str,
    value: Callable[[str, Figure], float],
    happens: Callable[[str, Event], bool],
    memo: CheckMemo,
) -> tuple[dict[str, float], Case]:
    """What a future is like by factor (its first figure, or 1 where its first event happens), and its case."""
    values = {figure.change.row: value(factor.name, figure) for factor in drawn for figure in factor.figures}
    happened = {event.row: happens(factor.name, event) for factor in drawn for event in factor.events}
    figures = {
        name: values[one.figures[0].change.row] if one.figures else float(happened[one.events[0].row])
        for one, name in zip(drawn, labels(drawn).values(), strict=True)
    }
    return figures, future_case(base, name, future_changes(base, values, happened), memo)


def sample(drawn: Sequence[Factor], number: int, seed: int) -> NDArray[np.float64]:
    """Levels from 0 to 1, shape (number, factors); each column is uniform, factors correlated as they say."""
    engine = qmc.Sobol(len(drawn), scramble=True, rng=np.random.default_rng(seed))
    points = engine.random_base2(math.ceil(math.log2(number)) if number > 1 else 0)[:number]
    order = {factor.name: place for place, factor in enumerate(drawn)}
    matrix = np.eye(len(drawn))
    for factor in drawn:
        for partner, correlation in factor.partners.items():
            one, two = order[factor.name], order[partner]
            matrix[one, two] = matrix[two, one] = correlation
    if np.array_equal(matrix, np.eye(len(drawn))):
        return np.asarray(points)
    scores = stats.norm.ppf(np.clip(points, OUTERMOST, 1 - OUTERMOST))
    root = np.linalg.cholesky(matrix + 1e-9 * np.eye(len(drawn)))
    return np.asarray(stats.norm.cdf(scores @ root.T))


def quantile(figure: Figure, level: float) -> float:
    """The value of a figure that it stays below with probability `level`, in units of the sheet."""
    level = min(max(level, OUTERMOST), 1 - OUTERMOST)
    low, high = figure.low, figure.high
    if figure.distribution == "uniform":
        return low + (high - low) * level
    if figure.distribution == "triangular":
        share = (figure.likely - low) / (high - low)
        return float(stats.triang.ppf(level, share, loc=low, scale=high - low))
    score = float(stats.norm.ppf(level)) / TENTH
    if figure.distribution == "normal":
        return (low + high) / 2 + (high - low) / 2 * score
    return math.exp((math.log(low) + math.log(high)) / 2 + (math.log(high) - math.log(low)) / 2 * score)


def mean(figure: Figure) -> float:
    """The mean of a figure, in units of the sheet."""
    if figure.distribution == "triangular":
        return (figure.low + figure.likely + figure.high) / 3
    if figure.distribution == "lognormal":
        spread = (math.log(figure.high) - math.log(figure.low)) / 2 / TENTH
        return math.exp((math.log(figure.low) + math.log(figure.high)) / 2 + spread**2 / 2)
    return (figure.low + figure.high) / 2
