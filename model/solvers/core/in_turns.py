"""Solve several models in threads, and look at what comes out in turn: with the same outcome as one after the other.

Python holds one thread at a time, HiGHS does not. What is done in Python (pricing, branching) is done here, item by
item in a fixed order, whichever LP ends first, while the LPs of the other items go on.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

import highspy

from model.solvers.core.highs import halt
from model.solvers.core.progress import Progress

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def solve_in_turns(
    threads: ThreadPoolExecutor,
    progress: Progress,
    items: Iterable[Item],
    solve: Callable[[Item], Answer],
    digest: Callable[[Item, Answer], Item | None],
    solver_of: Callable[[Item], highspy.Highs],
) -> None:
    """Solve each item in a thread as soon as it is there; `digest` looks at the answer here, and says what comes next.

    That is solved after all others that wait. Whatever happens, none is still at work at the end. Raises what `solve`
    and `digest` raise; a KeyboardInterrupt is remembered as a stop asked for.
    """
    at_work: deque[tuple[Item, Future[Answer]]] = deque()
    try:
        for item in items:
            at_work.append((item, threads.submit(solve, item)))
        while at_work:
            item, task = at_work[0]
            begun = time.monotonic()
            answer = task.result()
            progress.count("LP", time.monotonic() - begun)
            at_work.popleft()
            following = digest(item, answer)
            if following is not None:
                at_work.append((following, threads.submit(solve, following)))
    except KeyboardInterrupt:
        progress.ask_stop()
        raise
    finally:
        if at_work:
            halt(solver_of(item) for item, _ in at_work)
        for _, task in at_work:
            task.cancel()
        wait([task for _, task in at_work])
