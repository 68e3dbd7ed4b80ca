"""Work on several parts of a model side by side, with the same outcome as one after the other.

LPs run in threads; what is done between them (pricing, branching) is done part by part in a fixed order.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from model.solvers.core.highs import Status
from model.solvers.core.in_turns import solve_in_turns
from model.solvers.core.progress import Interrupted, Progress
from model.solvers.search.subproblem import Subproblem

Answer = TypeVar("Answer")
Work = Generator[Subproblem, Status, Answer]
Waiting = tuple[int, Subproblem]
"""Number of a work and the part whose solver it waits for."""
TELL_EVERY = 20  # LPs


class Together:
    """Threads for the parts; `progress` counts their time, `count` the LPs solved."""

    def __init__(self, threads: int, progress: Progress) -> None:
        """Start without threads; they come when needed."""
        self._threads, self._progress = ThreadPoolExecutor(threads), progress
        self.count = 0

    def do(self, works: Sequence[Work[Answer]]) -> list[Answer | None]:
        """What each work ends with, in order. Raises Interrupted when time is up or a stop is asked."""
        answers: list[Answer | None] = [None] * len(works)
        try:
            begun = (self._go_on(number, works, None, answers) for number in range(len(works)))
            solve_in_turns(
                self._threads,
                self._progress,
                (one for one in begun if one is not None),
                lambda one: one[1].lp.run()[0],
                lambda one, status: self._go_on(one[0], works, status, answers),
                lambda one: one[1].solver,
            )
        except KeyboardInterrupt:
            self._progress.ask_stop()
            raise Interrupted from None
        finally:
            for work in works:
                work.close()
        return answers

    def _go_on(
        self, number: int, works: Sequence[Work[Answer]], status: Status | None, answers: list[Answer | None]
    ) -> Waiting | None:
        """Go on with a work until it waits for its solver; None when it has ended. Raises Interrupted."""
        progress = self._progress
        if progress.must_stop:
            raise Interrupted
        try:
            part = next(works[number]) if status is None else works[number].send(status)
        except StopIteration as end:
            answers[number] = end.value
            return None
        self.count += 1
        if self.count % TELL_EVERY == 0:
            progress.tell("tighten", f"{self.count:,} small LPs solved", record=False)
        return number, part
