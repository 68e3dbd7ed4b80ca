"""Keeps checkpoints of a search while it works, and puts a search back where a checkpoint left it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

import highspy
import numpy as np

from model.network.graph import FloatArray, IntArray
from model.solvers.checkpoint import State, fingerprint, load, save
from model.solvers.checkpointing import Checkpointing
from model.solvers.highs import Status, run_lp
from model.solvers.problem import Problem, Search

if TYPE_CHECKING:
    from model.solvers.master import Master
    from model.solvers.root import RootLP

SHARE_OF_TIME = 0.02  # of the run's time that writing may take; larger states are written less often


class Cutting(Protocol):
    """A search that has a master."""

    master: Master
    best: FloatArray | None


class Keeper:
    """Looks at a search whenever it tells where it stands, and writes a checkpoint when one is due."""

    def __init__(self, wish: Checkpointing, problem: Problem) -> None:
        """Read the checkpoint to be continued, if any. Raises CheckpointError when it does not fit."""
        self._wish, self._problem = wish, problem
        self._state = None if wish.resume is None else load(wish.resume, problem.compiled)
        self._fingerprint = fingerprint(problem.compiled)
        self._lp: RootLP | None = None
        self._search = Search()
        self._cutting: Cutting | None = None
        self._optimum: tuple[IntArray, IntArray, IntArray] | None = None
        self._next = time.monotonic() + wish.every
        self._told = False
        problem.progress.watcher = self.look

    def look(self) -> None:
        """Write a checkpoint when one is due and there is something to keep."""
        if self._lp is None or time.monotonic() < self._next:
            return
        begun = time.monotonic()
        self._next = np.inf  # telling about it looks again
        save(self._gather(self._lp), self._wish.path)
        spent = time.monotonic() - begun
        if not self._told:
            self._told = True
            words = f"checkpoints are kept; after an interruption continue with --resume {self._wish.path.stem}"
            self._problem.progress.tell("checkpoint", words)
        self._problem.progress.count("checkpoints", spent)
        pause = max(self._wish.every, spent / SHARE_OF_TIME) if self._wish.every else 0.0
        self._next = time.monotonic() + pause

    def _gather(self, lp: RootLP) -> State:
        search, cutting = self._search, self._cutting
        columns, column_status, row_status = self._optimum or _basis(lp)
        return State(
            self._wish.identity,
            self._fingerprint,
            [(route.demand, route.arcs) for route in self._problem.formulation.routes],
            columns,
            column_status,
            row_status,
            self._optimum is not None,
            search.bound,
            [] if cutting is None else cutting.master.rows,
            None if cutting is None else cutting.best,
            search.best,
        )

    def watch_root(self, lp: RootLP, search: Search) -> bool:
        """Keep a root LP from now on; continue it from the checkpoint. True when it then is at its optimum."""
        self._lp, self._search = lp, search
        state, progress = self._state, self._problem.progress
        if state is None:
            return False
        for demand, arcs in state.routes:
            self._problem.formulation.routes.add(demand, arcs)
        self._problem.pricer.table.update()
        for number in range(len(self._problem.compiled.blocks)):
            lp.add_numbers(number, state.columns[state.columns[:, 0] == number, 1])
        _set_basis(lp, state)
        search.bound = state.bound
        if np.isfinite(state.bound):
            progress.raise_bound(state.bound)
        if state.best is not None:
            search.offer(state.best)
            progress.lower_incumbent(state.best.objective)
        words = f"continued with {len(state.routes):,} routes, {len(state.rows):,} cuts"
        progress.tell("resumed", words if state.best is None else f"{words} and the best plan")
        if not state.root_done or run_lp(lp.solver, progress) != Status.kOptimal:
            return False
        self.root_done(lp)
        return True

    def root_done(self, lp: RootLP) -> None:
        """The root LP is at its optimum: its basis is the one to keep."""
        self._optimum = _basis(lp)
        self.look()

    def watch_cuts(self, cutting: Cutting) -> bool:
        """Keep a master's cuts and the best plan from now on; True when it was given those of the checkpoint."""
        self._cutting = cutting
        if self._state is None or not self._state.rows:
            return False
        for row in self._state.rows:
            cutting.master.add_row(row)
        cutting.best = self._state.steps
        return True


def _basis(lp: RootLP) -> tuple[IntArray, IntArray, IntArray]:
    """Route columns of an LP, and the status of all columns and of the rows in its present basis, as HiGHS numbers it.

    Columns that join or leave later do not matter: those of the optimum are enough to stand there again.
    """
    basis = lp.solver.getBasis()
    columns, rows = ([int(status) for status in part] for part in (basis.col_status, basis.row_status))
    routes = np.array(lp.columns, dtype=np.int64).reshape(-1, 2)
    return routes, np.array(columns, dtype=np.int64), np.array(rows, dtype=np.int64)


def _set_basis(lp: RootLP, state: State) -> None:
    """Give the LP the basis of a state; its route columns may stand in another order now."""
    others, routes = np.split(state.column_status, [lp.solver.getNumCol() - len(lp.columns)])
    kept = [tuple(column) for column in state.columns.tolist()]
    status = dict(zip(kept, routes.tolist(), strict=True))
    at_zero = int(highspy.HighsBasisStatus.kLower)
    of_routes = [status.get(column, at_zero) for column in lp.columns]
    basis = highspy.HighsBasis()
    basis.col_status = [highspy.HighsBasisStatus(int(value)) for value in [*others.tolist(), *of_routes]]
    basis.row_status = [highspy.HighsBasisStatus(int(value)) for value in state.row_status]
    basis.valid = True
    lp.solver.setBasis(basis)  # one that HiGHS refuses costs time, not truth
