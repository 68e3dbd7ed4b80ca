"""Keeps checkpoints of a search while it works, and puts a search back where a checkpoint left it.

What a checkpoint says is a hint: its routes are held against the graph, its plan is evaluated anew, the root LP is
proven anew from its basis, and its cuts are worked out anew from the duals that they came from. So a search continued
from a forged one may lose time, and claims nothing that it has not proven itself.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

import highspy
import numpy as np

from model.network.graph import IntArray
from model.solvers.core.checkpoint import CheckpointError, Proof, Route, State, fingerprint, load, save
from model.solvers.core.checkpointing import Checkpointing
from model.solvers.lp.root_lp import RootLP
from model.solvers.problem import Problem, Search

SHARE_OF_TIME = 0.02  # of the run's time that writing may take; larger states are written less often


class Cutting(Protocol):
    """A search that has a master (`Master`) whose cuts come from blocks (`BlockLP`)."""

    master: Any
    blocks: Any


class CheckpointWriter:
    """Looks at a search whenever it tells where it stands, and writes a checkpoint when one is due."""

    def __init__(self, wish: Checkpointing, problem: Problem) -> None:
        """Read the checkpoint to be continued, if any. Raises CheckpointError when it does not fit."""
        self._wish, self._problem = wish, problem
        self._state = None if wish.resume is None else load(wish.resume, problem.compiled)
        if self._state is not None:
            wrong = wrong_route(problem, self._state.routes)
            if wrong is not None:
                raise CheckpointError(f"The checkpoint {wish.resume and wish.resume.name} is damaged ({wrong}).")
        self._fingerprint = fingerprint(problem.compiled)
        self._lp: RootLP | None = None
        self._search = Search()
        self._cutting: Cutting | None = None
        self._optimum: tuple[IntArray, IntArray, IntArray] | None = None
        self._next = time.monotonic() + wish.every
        self._told = False
        wish.save = self.save
        problem.progress.watcher = self.look

    def look(self) -> None:
        """Write a checkpoint when one is due and there is something to keep; without room the search goes on."""
        if self._lp is None or time.monotonic() < self._next:
            return
        begun = time.monotonic()
        self._next = np.inf  # telling about it looks again
        words = f"checkpoints are kept; after an interruption continue with --resume {self._wish.path.stem}"
        try:
            self.save()
        except OSError as error:
            words = f"no checkpoint could be written ({error.strerror or error}); the search goes on"
        spent = time.monotonic() - begun
        if not self._told:
            self._told = True
            self._problem.progress.tell("checkpoint", words)
        self._problem.progress.count("checkpoints", spent)
        pause = max(self._wish.every, spent / SHARE_OF_TIME) if self._wish.every else 0.0
        self._next = time.monotonic() + pause

    def end(self) -> None:
        """The search has ended: what it found is kept while it is written down."""
        with suppress(OSError):  # whoever writes the run will find the same, and tell
            self.save()

    def save(self) -> None:
        """Write what there is by now. Raises OSError."""
        self._wish.found_a_plan = self._search.best is not None
        if self._lp is not None:
            save(self._gather(self._lp), self._wish.path)

    def _gather(self, lp: RootLP) -> State:
        search, cutting, before = self._search, self._cutting, self._state
        columns, column_status, row_status = self._optimum or _basis(lp)
        rows = [] if cutting is None else cutting.master.rows
        proofs: Sequence[Proof] = [
            Proof(row.number, row.duals, row.feasibility) for row in rows if row.duals is not None
        ]
        plan = None if search.best is None else np.round(search.best.values[self._problem.compiled.integer])
        objective = None if search.best is None else search.best.objective
        if before is not None:  # what was not looked at yet is not lost
            proofs = proofs or before.proofs
            plan, objective = (before.plan, before.objective) if plan is None else (plan, objective)
        return State(
            self._wish.identity,
            self._fingerprint,
            [(route.demand, route.arcs) for route in self._problem.formulation.routes],
            columns,
            column_status,
            row_status,
            self._optimum is not None,
            proofs,
            plan,
            objective,
            search.bound if np.isfinite(search.bound) else None,
        )

    def watch_root(self, lp: RootLP, search: Search) -> State | None:
        """Keep a root LP from now on; give it the routes of the checkpoint to be continued, if any."""
        self._lp, self._search = lp, search
        state = self._state
        if state is None:
            return None
        pool = self._problem.formulation.routes
        numbers = np.array([pool.add(demand, arcs).number for demand, arcs in state.routes], dtype=np.int64)
        self._problem.pricer.table.update()
        for block in range(len(self._problem.compiled.blocks)):
            lp.add_numbers(block, numbers[state.columns[state.columns[:, 0] == block, 1]])
        words = f"continued with {len(state.routes):,} routes, {len(state.proofs):,} cuts"
        self._problem.progress.tell("resumed", words if state.plan is None else f"{words} and the best plan")
        return state

    def root_done(self, lp: RootLP) -> None:
        """The root LP is at its optimum: its basis is the one to keep."""
        self._optimum = _basis(lp)
        self.look()

    def watch_cuts(self, cutting: Cutting) -> bool:
        """Keep a master's cuts from now on; True when it was given those of the checkpoint, worked out anew."""
        self._cutting = cutting
        if self._state is None or not self._state.proofs:
            return False
        for proof in self._state.proofs:
            if self._problem.progress.must_stop:
                break
            block = cutting.blocks[proof.block]
            if block.proves(proof.duals, free=proof.free):
                cutting.master.add(block.cut_of(proof.duals, free=proof.free))
        return True


def wrong_route(problem: Problem, routes: Sequence[Route]) -> str | None:
    """What is wrong with a route that is no path of its demand, in arcs that its cargo may use; None when all are."""
    graph, pricer = problem.formulation.graph, problem.pricer
    for number, (demand, arcs) in enumerate(routes):
        steps = np.array(arcs, dtype=np.int64)
        if demand >= len(pricer.sources) or np.any(steps >= graph.arc_count):
            return f"route {number} is out of range"
        ends = graph.tail[steps[0]] == pricer.sources[demand] and graph.head[steps[-1]] == pricer.sinks[demand]
        joined = np.array_equal(graph.head[steps[:-1]], graph.tail[steps[1:]])
        vertices = {int(pricer.sources[demand]), *graph.head[steps].tolist()}
        if not (ends and joined and len(vertices) == len(arcs) + 1 and pricer.may_use(demand, steps)):
            return f"route {number} is no way of its demand"
    return None


def _basis(lp: RootLP) -> tuple[IntArray, IntArray, IntArray]:
    """Route columns of an LP, and the status of all columns and of its form's rows in its present basis, in numbers.

    Columns that join or leave later do not matter: those of the optimum are enough to stand there again.
    """
    basis = lp.solver.getBasis()
    columns, rows = ([int(status) for status in part] for part in (basis.col_status, basis.row_status))
    routes = np.array(lp.columns, dtype=np.int64).reshape(-1, 2)
    every = lp.node.rows.everywhere(np.array(rows, dtype=float), waiting=int(highspy.HighsBasisStatus.kBasic))
    return routes, np.array(columns, dtype=np.int64), every.astype(np.int64)


def set_basis(lp: RootLP, state: State) -> None:
    """Give the LP the basis of a state; its route columns may stand in another order now, and be more."""
    others, rows = lp.solver.getNumCol() - len(lp.columns), lp.node.rows
    if len(state.column_status) != others + len(state.columns) or len(state.row_status) != len(rows.place):
        return  # begun without: it costs time, not truth
    lp.node.join(rows.waiting[state.row_status[rows.waiting] != int(highspy.HighsBasisStatus.kBasic)])
    kept = [tuple(column) for column in state.columns.tolist()]
    status = dict(zip(kept, state.column_status[others:].tolist(), strict=True))
    at_zero = int(highspy.HighsBasisStatus.kLower)
    of_routes = [status.get(column, at_zero) for column in lp.columns]
    basis = highspy.HighsBasis()
    try:
        every = [*state.column_status[:others].tolist(), *of_routes]
        basis.col_status = [highspy.HighsBasisStatus(int(value)) for value in every]
        basis.row_status = [highspy.HighsBasisStatus(int(value)) for value in state.row_status[rows.order]]
    except ValueError:
        return
    basis.valid = True
    lp.solver.setBasis(basis)  # one that HiGHS refuses costs time too
