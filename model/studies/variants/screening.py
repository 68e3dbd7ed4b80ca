"""Screening by the method of Morris: which figures the value of a plan hangs on, also where they act together.

Every factor goes up or down by a step while the others stand where chance put them; the mean of what that does, signs
left aside (mu*), says how much the factor matters, and its spread (sigma) whether that depends on the others. Factors
are the groups of the tornado and those of the sheet Futures. The plan and building only what is committed are held in
every world, so that each value is the difference of two verified plans.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.case.case import Case
from model.case.checks.memo import CheckMemo
from model.case.scenarios.futures import Factor, Figure, factors, future_case, future_changes
from model.studies.console.words import distinct
from model.studies.variants.answers import require_plan
from model.studies.variants.planning import Planner, Variant
from model.studies.variants.sensitivity import SPAN, Group, groups, held_costs

TRAJECTORIES = 4
LEVELS = 4
"""Levels of each factor; a step goes over two thirds of its range, so that every event happens in one of the two."""
STEP = LEVELS / (2 * (LEVELS - 1))
VALUE, COST = "value of the plan", "cost of the plan"
COLUMNS = [
    "factor", "from", "to", "mu*", "mu* up to", "sigma", "mu", "share of the value", "mu* of the cost",
    "sigma of the cost", "reads",
]  # fmt: skip
WORLD = "world"
UNSET = f"{np.nan}"
LINEAR = 0.1
"""Part of mu* below which sigma is nothing."""
LEAST = 0.01
"""Part of the value below which a factor does not matter."""

Figures = NDArray[np.float64]


@dataclass(frozen=True)
class Knob:
    """What is turned: its name and its range in words, and whether it is a mere event."""

    name: str
    low: str
    high: str
    event: bool = False


def screening(
    case: Case,
    planner: Planner,
    trajectories: int = TRAJECTORIES,
    span: float = SPAN,
    names: Sequence[str] = (),
    seed: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each factor does to the value of the plan, the strongest first (COLUMNS), and every world with its levels.

    Money in million USD of present value, for the whole range of a factor. Groups go the share `span` down and up,
    figures of Futures from low to high, events happen or not. Each trajectory takes as many worlds as there are
    factors, and one more. `names` are words that the factors looked at contain; default: all. Raises ValueError where
    the case has no plan, no such factor, or no plan with its decisions in some world.
    """
    world = _World(case, span, names)
    free = planner([Variant("free", "the plan", case)])["free"]
    require_plan(free, "the case itself")
    knobs = [knob.name for knob in world.knobs]
    points = sample(knobs, trajectories, seed)
    cases = [world.at(point, f"world {number}") for number, point in enumerate(points.tolist(), start=1)]
    found = held_costs([("as it is", case), *((one.scenario, one) for one in cases)], planner, free)
    held = zip(["the case as it is", *(one.scenario for one in cases)], found, strict=True)
    lost = [name for name, pair in held if not np.isfinite(pair).all()]
    if lost:
        raise ValueError(f"No plan with the decisions held was found in {', '.join(lost[:5])}: look at other factors.")
    costs, unbuilt = np.array(found).T
    value, cost = effects(knobs, points, (unbuilt - costs)[1:], seed), effects(knobs, points, costs[1:], seed)
    worth = float(unbuilt[0] - costs[0])
    rows = [_row(knob, value.loc[knob.name], cost.loc[knob.name], worth) for knob in world.knobs]
    table = pd.DataFrame(rows, columns=COLUMNS).sort_values("mu*", ascending=False, kind="stable", ignore_index=True)
    levels = pd.DataFrame(points, columns=distinct(knobs, (WORLD, VALUE, COST)))
    levels.insert(0, WORLD, [one.scenario for one in cases])
    return table, levels.assign(**{VALUE: (unbuilt - costs)[1:], COST: costs[1:]})


def sample(names: Sequence[str], trajectories: int, seed: int) -> Figures:
    """Worlds of all trajectories, levels from 0 to 1: shape (trajectories x (names + 1), names). Seeded.

    Raises ValueError where SALib is not installed.
    """
    try:
        from SALib.sample import morris
    except ImportError:
        raise ValueError("Screening needs the package SALib: install it with `pip install SALib`.") from None
    points: Figures = morris.sample(_problem(names), trajectories, num_levels=LEVELS, seed=seed)
    return points


def effects(names: Sequence[str], points: Figures, outcome: Figures, seed: int) -> pd.DataFrame:
    """mu, mu_star, sigma and mu_star_conf (half of a 95 % range, resampled) of each name, over its whole range."""
    from SALib.analyze import morris

    found: Mapping[str, Any] = morris.analyze(_problem(names), points, outcome, num_levels=LEVELS, seed=seed)
    columns = ["mu", "mu_star", "sigma", "mu_star_conf"]
    return pd.DataFrame({name: np.asarray(found[name], dtype=float) for name in columns}, index=list(names))


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


class _World:
    """The case with every factor at a level from 0 to 1."""

    def __init__(self, case: Case, span: float, names: Sequence[str]) -> None:
        """Find the factors. Raises ValueError where there is none of these names."""
        self.case, self.span = case, span
        every_group, every_factor = groups(case), factors(case)
        offered = [*(one.name for one in every_group), *(one.name for one in every_factor)]

        def wanted(name: str) -> bool:
            return not names or any(word.casefold() in name.casefold() for word in names)

        ranges = {one.name for one in every_factor}  # the sheet Futures says more of it than a span does
        self.groups: list[Group] = [one for one in every_group if wanted(one.name) and one.name not in ranges]
        self.factors: list[Factor] = [one for one in every_factor if wanted(one.name)]
        if not self.groups and not self.factors:
            raise ValueError(f"There is no such factor. The case has: {', '.join(offered)}.")
        self.knobs = [Knob(one.name, f"{1 - span:g} times", f"{1 + span:g} times") for one in self.groups]
        self.knobs += [_knob(one) for one in self.factors]
        self._every, self._memo = every_factor, CheckMemo()

    def at(self, levels: Sequence[float], name: str) -> Case:
        """The case at these levels, in order of the knobs; factors that are not looked at stay as the case has them."""
        here = dict(zip((one.name for one in self.factors), levels[len(self.groups) :], strict=True))
        values, happened = dict[int, float](), dict[int, bool]()
        for factor in self._every:
            level = here.get(factor.name)
            for figure in factor.figures:
                values[figure.change.row] = _neutral(figure) if level is None else _value(figure, level)
            for event in factor.events:
                happened[event.row] = level is not None and level > 0.5
        every = future_changes(self.case, values, happened)
        changes = [change for change in every if change.value != UNSET]
        case = future_case(self.case, name, changes, self._memo) if changes else self.case
        for group, level in zip(self.groups, levels, strict=False):
            case = group.scaled(case, 1 - self.span + 2 * self.span * level)
        return replace(case, scenario=name)


def _knob(factor: Factor) -> Knob:
    if not factor.figures:
        return Knob(factor.name, "does not happen", "happens", event=True)
    first = factor.figures[0]
    return Knob(factor.name, f"{first.low:g} ({first.change.operation})", f"{first.high:g} ({first.change.operation})")


def _neutral(figure: Figure) -> float:
    """Leaves a figure as the case has it; where that is no number (an operation that sets), it is not set."""
    return {"multiply": 1.0, "add": 0.0}.get(figure.change.operation, np.nan)


def _value(figure: Figure, level: float) -> float:
    return figure.low + (figure.high - figure.low) * level


def _row(knob: Knob, value: Any, cost: Any, worth: float) -> tuple[Any, ...]:
    """One factor. What an event does is the whole step, which goes over a part of the range only."""
    whole = STEP if knob.event else 1.0
    star, spread = whole * float(value.mu_star), whole * float(value.sigma)
    most = star + whole * float(value.mu_star_conf)
    share = star / worth if worth > 0 else np.nan
    figures = (star, most, spread, whole * float(value.mu), share)
    return (knob.name, knob.low, knob.high, *figures, whole * float(cost.mu_star), whole * float(cost.sigma),
            _reads(star, spread, worth))  # fmt: skip


def _reads(star: float, spread: float, worth: float) -> str:
    """What the two figures say."""
    if star <= max(LEAST * abs(worth), 1e-6):
        return "does not matter"
    return "acts by itself" if spread <= LINEAR * star else "depends on the others, or bends"
