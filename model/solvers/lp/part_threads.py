"""Parts of a model solved side by side, with an outcome that does not depend on which ends first.

LPs run in threads; routes are priced here, one part after the other in a fixed order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import numpy as np

from model.network.graph import FloatArray
from model.solvers.core.highs import Status, halt
from model.solvers.core.in_turns import solve_in_turns
from model.solvers.core.progress import Interrupted, Progress
from model.solvers.lp.deciding import decide
from model.solvers.lp.part_lp import PartLP, PartPlan, Solved

Answer = TypeVar("Answer")


class SideBySide:
    """Threads for parts; they end with the object."""

    def __init__(self, threads: int, progress: Progress) -> None:
        """Start without threads; they come when needed."""
        self._threads, self._progress = ThreadPoolExecutor(threads), progress

    def optimise(self, parts: Sequence[PartLP], fixed: FloatArray, *, hasty: bool = False) -> list[Solved]:
        """The parts' LPs at these values of the fixed columns; value inf when infeasible. Raises Interrupted.

        `hasty` does with the routes known, and does not raise.
        """

        def aimed() -> Iterator[PartLP]:
            for part in parts:
                part.aim(fixed)
                if hasty:
                    part.lp.join(part.lp.rows.waiting)
                yield part

        def digest(part: PartLP, status: Status) -> PartLP | None:
            if not part.digest(status, grow=not hasty):
                return None
            if self._progress.must_stop:
                raise Interrupted
            return part

        solve_in_turns(
            self._threads, self._progress, aimed(), lambda part: self._solve(part, hasty=hasty), digest,
            lambda part: part.solver,
        )  # fmt: skip
        return [part.found for part in parts]

    def _solve(self, part: PartLP, *, hasty: bool) -> Status:
        try:
            return part.generation.run()
        except Interrupted:
            if hasty:
                return Status.kTimeLimit
            raise

    def _each(self, work: Callable[[PartLP], Answer], parts: Sequence[PartLP]) -> list[Answer]:
        """The work on every part; whatever happens, none is still going on at the end."""
        tasks = [self._threads.submit(work, part) for part in parts]
        try:
            return [task.result() for task in tasks]
        except KeyboardInterrupt:
            self._progress.ask_stop()
            halt(part.solver for part in parts)
            raise
        finally:
            for task in tasks:
                task.cancel()
            wait(tasks)

    def plans(
        self, parts: Sequence[PartLP], fixed: FloatArray, *, whole: bool, hasty: bool = False
    ) -> list[PartPlan] | None:
        """The parts in full, with their own whole columns decided or in fractions.

        None where no flow is possible or no whole values were found. Raises Interrupted.
        """
        solved = dict(zip(parts, self.optimise(parts, fixed, hasty=hasty), strict=True))
        if not all(np.isfinite(each.value) for each in solved.values()):
            return None
        open_ones = [part for part in parts if whole and not part.is_whole(solved[part])]
        begun = time.monotonic()
        decided = self._each(lambda part: decide(part.lp, hasty=hasty), open_ones)
        self._progress.count("MIP", time.monotonic() - begun)
        held = [(part, values) for part, values in zip(open_ones, decided, strict=True) if values is not None]
        if len(held) < len(open_ones):
            return None
        try:
            for part, values in held:
                part.hold(values)
            solved |= zip(open_ones, self.optimise(open_ones, fixed, hasty=hasty), strict=True)
        finally:
            for part, _ in held:
                part.hold(None)
        if not all(np.isfinite(each.value) for each in solved.values()):
            return None
        return [part.told(solved[part]) for part in parts]
