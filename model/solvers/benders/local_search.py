"""Moves near the best plan, ranked by the cuts: what could be better, before anything is solved.

A move opens a step, closes one, or does both (another project, another period). With a step goes what is nothing
without it, such as the renewals of what opens. The cuts give each move a lower bound of its cost; the most promising
one is evaluated exactly, which adds cuts that correct the ranking. When no move's bound is below the best plan, that
plan is proven best among its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array, diags_array

from model.network.graph import BoolArray, FloatArray, IntArray
from model.solvers.benders.master import Master

TOLERANCE = 1e-7
MOST_MOVES = 60_000
KICK = 3  # steps closed at random
KICK_TRIES = 30


class LocalSearch:
    """Search of moves of the 0/1 steps; `offer` evaluates a plan exactly, adds its cuts and returns its cost.

    The search ends when `enough` says so.
    """

    def __init__(self, master: Master, offer: Callable[[FloatArray], float], enough: Callable[[], bool]) -> None:
        """Look at the 0/1 steps of a master."""
        space = master.space
        self._master, self._offer, self._enough = master, offer, enough
        self._binary = np.flatnonzero(space.integer & (space.lower == 0) & (space.upper == 1))
        self._left = 0
        self._rows = space.rows[:, self._binary].toarray()
        self._needs = self._what_needs()

    def run(self, steps: FloatArray, cost: float, trials: int) -> tuple[FloatArray, float]:
        """Improve a plan by so many evaluations or until no move can; returns the plan and its cost."""
        tried: set[bytes] = set()
        while len(tried) < trials and len(self._binary) and not self._enough():
            trial = self._most_promising(steps, cost, tried)
            if trial is None:
                break
            tried.add(trial.tobytes())
            self._left -= 1
            value = self._offer(trial)
            if value < cost:
                steps, cost = trial, value
        return steps, cost

    def explore(self, steps: FloatArray, cost: float, trials: int, random: np.random.Generator) -> None:
        """Climb from the best plan, then close a few of its steps at random and climb again (iterated local search).

        Ends after so many evaluations; counted, not timed, so that two runs do the same.
        """
        self._left = trials
        steps, cost = self.run(steps, cost, trials)
        while self._left > 0 and not self._enough():
            kicked = self._kick(steps, random)
            if kicked is None:
                return
            self._left -= 1
            found, value = self.run(kicked, self._offer(kicked), self._left)
            if value < cost:
                steps, cost = found, value

    def _what_needs(self) -> csr_array:
        """1 where a step (row) is that one (column) or is nothing without it: rows `step <= other`, over several."""
        space, count, rows = self._master.space, len(self._binary), csr_array(self._rows)
        steps, others = [*range(count)], [*range(count)]
        alone = np.diff(space.rows.indptr) == 2
        for row in np.flatnonzero(alone & (np.diff(rows.indptr) == 2) & (space.row_upper == 0)):
            part = slice(rows.indptr[row], rows.indptr[row + 1])
            if rows.data[part].sum() == 0:
                step, other = rows.indices[part][np.argsort(-rows.data[part])].tolist()
                steps.append(step)
                others.append(other)
        needs = csr_array((np.ones(len(steps)), (steps, others)), shape=(count, count))
        while (longer := csr_array((needs @ needs > 0).astype(float))).nnz > needs.nnz:
            needs = longer
        return needs

    def _closing(self, steps: FloatArray) -> csr_array:
        """Shape (steps, steps): 1 for each open step (column) that closes with another (row), that one included."""
        return csr_array(self._needs.T @ diags_array((steps[self._binary] > 0.5).astype(float)))

    def _goes_with(self, closed: IntArray) -> IntArray:
        """Positions of these steps and of all that needs one of them."""
        return np.flatnonzero(self._needs @ np.isin(np.arange(len(self._binary)), closed).astype(float))

    def _kick(self, steps: FloatArray, random: np.random.Generator) -> FloatArray | None:
        """The plan with a few steps closed at random, where the rows allow that."""
        opened = self._binary[steps[self._binary] > 0.5]
        for _ in range(KICK_TRIES if len(opened) >= KICK else 0):
            kicked = steps.copy()
            dropped = np.flatnonzero(np.isin(self._binary, random.choice(opened, KICK, replace=False)))
            kicked[self._binary[self._goes_with(dropped)]] = 0.0
            if self._master.space.allows(kicked):
                return kicked
        return None

    def _most_promising(self, steps: FloatArray, cost: float, tried: set[bytes]) -> FloatArray | None:
        """The move with the least lower bound, if that is below the cost."""
        closes, opens = self._moves(steps)
        if not len(closes):
            return None
        bounds = self._bounds(steps, closes, opens)
        for move in np.argsort(bounds, kind="stable"):
            if bounds[move] >= cost - TOLERANCE * max(1.0, abs(cost)):
                return None
            trial = steps.copy()
            if closes[move] >= 0:
                trial[self._binary[self._goes_with(closes[move : move + 1])]] = 0.0
            if opens[move] >= 0:
                trial[self._binary[opens[move]]] = 1.0
            if trial.tobytes() not in tried:
                return trial
        return None

    def _moves(self, steps: FloatArray) -> tuple[IntArray, IntArray]:
        """Allowed moves as (closed, opened) positions among the 0/1 steps, -1 for none."""
        space = self._master.space
        now = steps[self._binary] > 0.5
        out, into = np.flatnonzero(now), np.flatnonzero(~now)
        closes, opens = np.repeat(np.append(out, -1), len(into) + 1), np.tile(np.append(into, -1), len(out) + 1)
        closes, opens = closes[:-1][:MOST_MOVES], opens[:-1][:MOST_MOVES]
        activity, closing = np.asarray(space.rows @ steps), self._closing(steps)
        fits: BoolArray = np.ones(len(closes), dtype=np.bool_)
        for row, entries in enumerate(self._rows):
            gone, come = np.append(closing @ entries, 0.0), np.append(entries, 0.0)  # position -1 changes nothing
            value = activity[row] - gone[closes] + come[opens]
            slack = TOLERANCE * max(1.0, abs(float(activity[row])))
            fits &= (value <= space.row_upper[row] + slack) & (value >= space.row_lower[row] - slack)
        return closes[fits], opens[fits]

    def _bounds(self, steps: FloatArray, closes: IntArray, opens: IntArray) -> FloatArray:
        """Lower bound of the cost after each move: investment cost and the best cut of each block."""
        space = self._master.space
        closing = self._closing(steps)

        def changed(entries: FloatArray) -> FloatArray:
            gone, come = np.append(closing @ entries, 0.0), np.append(entries, 0.0)
            return np.asarray(come[opens] - gone[closes])

        total = float(space.cost @ steps) + space.constant + changed(space.cost[self._binary])
        best = np.full((len(self._master.blocks), len(closes)), -np.inf)
        for row in self._master.rows:
            value = row.constant + float(row.coefficients @ steps) + changed(row.coefficients[self._binary])
            if row.feasibility:
                total = np.where(value > TOLERANCE, np.inf, total)
            else:
                np.maximum(best[row.number], value, out=best[row.number])
        return np.asarray(total + best.sum(axis=0))
