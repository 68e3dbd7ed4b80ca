"""Work on several parts of a model side by side, with the same outcome as one after the other.

The LPs of a round run in threads; what is done between them (pricing, branching) is done part by part in a fixed order.
Python holds one thread at a time, HiGHS does not.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from model.solvers.core.highs import Status, halt, solve_lp
from model.solvers.core.progress import Interrupted, Progress
from model.solvers.search.subproblem import Subproblem

Answer = TypeVar("Answer")
Work = Generator[Subproblem, Status, Answer]


class Together:
    """Threads for the parts; `progress` counts their time, `count` the LPs solved."""

    def __init__(self, threads: int, progress: Progress) -> None:
        """Start without threads; they come when needed."""
        self._threads, self._progress = ThreadPoolExecutor(threads), progress
        self.count = 0

    def do(self, works: Sequence[Work[Answer]]) -> list[Answer | None]:
        """What each work ends with, in order. Raises Interrupted when time is up or a stop is asked."""
        answers: list[Answer | None] = [None] * len(works)
        waiting: list[tuple[int, Subproblem]] = []
        try:
            for number, work in enumerate(works):
                self._go_on(number, work, None, waiting, answers)
            while waiting:
                if self._progress.must_stop:
                    raise Interrupted
                statuses = self._run([part for _, part in waiting])
                before, waiting = waiting, []
                begun = time.monotonic()
                for (number, _), status in zip(before, statuses, strict=True):
                    self._go_on(number, works[number], status, waiting, answers)
                self._progress.count("pricing", time.monotonic() - begun)
                self._progress.tell("tighten", f"{self.count:,} small LPs solved", record=False)
        finally:
            for work in works:
                work.close()
        return answers

    @staticmethod
    def _go_on(
        number: int,
        work: Work[Answer],
        status: Status | None,
        waiting: list[tuple[int, Subproblem]],
        answers: list[Answer | None],
    ) -> None:
        try:
            part = next(work) if status is None else work.send(status)
            waiting.append((number, part))
        except StopIteration as end:
            answers[number] = end.value

    def _run(self, parts: Sequence[Subproblem]) -> list[Status]:
        """Run the solvers; whatever happens, none is still at work at the end."""
        begun = time.monotonic()
        self.count += len(parts)
        tasks = [self._threads.submit(solve_lp, part.solver, self._progress) for part in parts]
        try:
            return [task.result() for task in tasks]
        except KeyboardInterrupt:
            self._progress.ask_stop()
            halt(part.solver for part in parts)
            raise Interrupted from None
        finally:
            for task in tasks:
                task.cancel()
            wait(tasks)
            self._progress.count("LP", time.monotonic() - begun)
