"""One problem ready to be solved, and the best plan found for it so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pyomo.environ as pyo

from model.formulation.formulation import Formulation
from model.network.graph import FloatArray, IntArray
from model.solvers.core.compiled import Compiled, compile_model
from model.solvers.core.options import FilledOptions
from model.solvers.core.outcome import Settlement, relative_gap
from model.solvers.core.progress import Progress
from model.solvers.core.start import Start
from model.solvers.routes.pricing import Pricer

FLOW_TOLERANCE = 1e-9


@dataclass
class Known:
    """What a search has learned of the parts of a problem, by number of the part, whatever plan it was asked about.

    `values` are costs of a part with all routes priced, million USD, by the bytes of the decisions that it sees;
    `floors` give a lower bound of its cost at any values of all decisions that keep the rules. `needed` are compiled
    rows that had a price in the root LP, or that a solution broke: LPs hold them from the beginning
    (`lp/lazy_rows.py`). `small` says whether the problem is small enough for flows on arcs, once that was asked.
    """

    values: dict[int, dict[bytes, float]] = field(default_factory=dict)
    floors: dict[int, Callable[[FloatArray], float]] = field(default_factory=dict)
    needed: set[int] = field(default_factory=set)
    small: bool | None = None


@dataclass(frozen=True)
class Problem:
    """Formulation, its compiled form, its pricer, and how it is to be solved; `known` is what was learned of it.

    `wide` is the compiled form with the model's own bounds where `compiled` has narrower ones.
    """

    formulation: Formulation
    compiled: Compiled
    pricer: Pricer
    options: FilledOptions
    progress: Progress
    known: Known = field(default_factory=Known)
    wide: Compiled | None = None

    @staticmethod
    def prepare(formulation: Formulation, options: FilledOptions, progress: Progress) -> Problem:
        """Compile the formulation."""
        progress.tell("compile", "turning the model into matrices")
        return Problem(formulation, compile_model(formulation), Pricer(formulation), options, progress)

    @property
    def widened(self) -> Problem:
        """The problem with the model's own bounds."""
        return self if self.wide is None else replace(self, compiled=self.wide, wide=None)

    @cached_property
    def ways(self) -> IntArray:
        """How many ways to go the demands served in each block have at least, shape (blocks,).

        One, or as many as loads of its own measure the demand: they tell ways apart, and more than one may be in use.
        """
        each = np.ones(len(self.formulation.cargo.names), dtype=np.int64)
        own = [load.demand for load in self.formulation.loads.values() if load.demand is not None]
        np.maximum.at(each, np.unique(own).astype(np.int64), np.unique(own, return_counts=True)[1])
        return np.array([each[block.serve_row >= 0].sum() for block in self.compiled.blocks], dtype=np.int64)

    @cached_property
    def amounts(self) -> list[FloatArray]:
        """Demand by block, each of shape (demands,)."""
        return [self.formulation.demand_amounts(block.key) for block in self.compiled.blocks]


@dataclass(frozen=True)
class Solution:
    """A plan evaluated exactly: with its integers fixed, all routes priced.

    `variables` and `values` are the compiled columns, `flows` the route flows by (block number, route number) in
    units of the demand, `load_prices` the load prices by block (million USD of present value per unit of the load),
    `objective` million USD.
    """

    objective: float
    variables: tuple[pyo.Var, ...]
    values: FloatArray
    flows: dict[tuple[int, int], float]
    load_prices: tuple[FloatArray, ...]


class Watcher(Protocol):
    """Who follows a search and keeps checkpoints of it (`lp/checkpoint_writer.py`)."""

    def watch_root(self, lp: Any, search: Search) -> Any:
        """Follow a root LP from now on; the state to begin with, if any."""

    def root_done(self, lp: Any) -> None:
        """The root LP is at its optimum."""

    def watch_cuts(self, cutting: Any) -> bool:
        """Follow a master's cuts from now on; True when it was given some."""

    def end(self) -> None:
        """The search has ended."""


@dataclass
class Search:
    """State of a search: best solution, proven bound, whether the problem was shown to be infeasible.

    `minimum` is the cost of building only what is committed, million USD; None where it is not known or not possible.
    `least` is the same where nothing else must be built, else the cost of building no more than rules ask for.
    `settled` says for each project whether the proof leaves it open; `start` is what another search can begin with.
    `watcher` keeps checkpoints of it, where that is wished; `steps` are what was done, in order. `cut` says that the
    bound was left before the search was complete, so that single changes and what is settled had time. `failure` says
    what HiGHS could not do, where that ended the search.
    """

    best: Solution | None = None
    bound: float = -np.inf
    infeasible: bool = False
    unbounded: bool = False
    minimum: float | None = None
    least: float | None = None
    settled: tuple[Settlement, ...] = ()
    start: Start | None = None
    cut: bool = False
    failure: str = ""
    watcher: Watcher | None = None
    steps: list[str] = field(default_factory=list)

    def note(self, step: str) -> None:
        """Remember that a step of the search is being done, each once."""
        if step not in self.steps:
            self.steps.append(step)

    @property
    def gap(self) -> float:
        """Share of its cost by which the best plan may lie above the bound; 1 without a plan."""
        return 1.0 if self.best is None else relative_gap(self.best.objective, self.bound)

    @property
    def worth(self) -> float | None:
        """What the best plan saves against building only what is committed, million USD; None where unknown."""
        return None if self.best is None or self.minimum is None else self.minimum - self.best.objective

    @property
    def at_stake(self) -> float | None:
        """What the best plan saves by all that it is free to decide, million USD; None where unknown."""
        return None if self.best is None or self.least is None else self.least - self.best.objective

    def offer(self, solution: Solution) -> bool:
        """Keep the solution if it is better; says whether it was."""
        if self.best is None or solution.objective < self.best.objective:
            self.best = solution
            return True
        return False

    def keep(self, solution: Solution | None, progress: Progress) -> bool:
        """Keep the solution if it is better, and tell; says whether it was."""
        if solution is None or not self.offer(solution):
            return False
        progress.lower_incumbent(solution.objective)
        progress.tell("plan", f"plan of {solution.objective:,.2f} million USD")
        return True
