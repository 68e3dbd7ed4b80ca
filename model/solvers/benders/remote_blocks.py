"""Operations blocks in several processes: each process holds some of them, as LPs that keep their columns and bases.

The pool of routes lives here; every call brings a process the routes that joined it since, and takes back what its
blocks found. A process that is lost takes its LPs with it. They are built again elsewhere by the same calls in the
same order, which the journal holds: so the answers, and with them the whole search, do not depend on what was lost.
When no process is left, this one builds them.
"""

from __future__ import annotations

import pickle
import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any, Literal

from model.network.graph import IntArray
from model.solvers.benders.block_lp import BlockPoint, BlockReading
from model.solvers.benders.block_pool import Ask
from model.solvers.benders.remote_work import Answer, Call, Holder, portable, work
from model.solvers.core.highs import SolverError
from model.solvers.core.progress import Interrupted
from model.solvers.parallel.cluster import GONE_SECONDS, LOOK_SECONDS, open_cluster, submit, workers_of
from model.solvers.problem import Problem

STAGE = "blocks in worker processes"
"""Its name in the time table of a run."""
MOST_LOSSES = 20
"""Of one group of blocks."""
LATE_SECONDS = 15.0
"""A task that has not answered so long after the time limit is not waited for: its worker has other things to do."""


def pays(problem: Problem) -> bool:
    """Whether blocks shall have processes of their own: only when asked for, as they give little below XL."""
    options = problem.options
    return len(problem.compiled.blocks) > 1 and (options.cluster is not None or (options.workers or 1) > 1)


class RemoteBlocks:
    """Blocks dealt out to the workers of a Dask cluster: block n to group n modulo the number of groups.

    `computing` adds up the processor seconds of the busiest group in each call: what the clock would show on a machine
    with nothing else to do, but for sending and waiting.
    """

    def __init__(self, problem: Problem) -> None:
        """Open the cluster and send every group its blocks. Raises ClusterError."""
        self._problem, self._token = problem, uuid.uuid4().hex
        self._content = portable(problem)
        count = len(problem.compiled.blocks)
        self._stack = ExitStack()
        with ExitStack() as opening:
            self._client = opening.enter_context(open_cluster(problem.options, count))
            self._homes = self._addresses()
            self._stack = opening.pop_all()
        # neighbouring periods take part in the same changes: they go to different groups
        self._groups = [list(range(first, count, len(self._homes))) for first in range(min(count, len(self._homes)))]
        self._journal: list[list[Call]] = [[] for _ in self._groups]
        self._sent = [0] * len(self._groups)
        self._built = [False] * len(self._groups)
        self._losses = [0] * len(self._groups)
        self._holders: list[Any] = [None] * len(self._groups)
        self._alone = False
        self.computing = 0.0
        problem.progress.tell("method", f"operations blocks in {len(self._groups)} worker processes")

    def _addresses(self) -> list[str]:
        return sorted(workers_of(self._client))

    def start(self, routes: Sequence[IntArray]) -> None:
        """Give each block its first routes, by number."""
        self._all([("start", [], [(number, routes[number]) for number in group]) for group in self._groups])

    def evaluate(self, asked: Sequence[Ask]) -> list[BlockPoint]:
        """Value and tight cut of blocks at doorway values. Raises Interrupted when time is up."""
        answers = self._ask("evaluate", asked)
        found = {number: routes for answer in answers for number, routes in answer.found}
        for number in dict.fromkeys(number for number, _ in asked):
            for demand, arcs in found[number]:
                self._problem.formulation.routes.add(demand, arcs)
        points = [iter(answer.points) for answer in answers]
        return [next(points[number % len(self._groups)]) for number, _ in asked]

    def read(self, asked: Sequence[Ask]) -> list[BlockReading]:
        """What blocks do at doorway values that were evaluated before."""
        readings = [iter(answer.readings) for answer in self._ask("read", asked)]
        return [next(readings[number % len(self._groups)]) for number, _ in asked]

    def close(self) -> None:
        """Drop the blocks, and the processes where they are our own."""
        self._holders.clear()
        self._stack.close()

    def _ask(self, kind: Literal["evaluate", "read"], asked: Sequence[Ask]) -> list[Answer]:
        """Put questions to the groups that hold the blocks; answers in order of the groups."""
        groups = range(len(self._groups))
        return self._all([(kind, [ask for ask in asked if ask[0] % len(groups) == group], []) for group in groups])

    def _all(self, wanted: Sequence[tuple[Any, list[Ask], list[tuple[int, IntArray]]]]) -> list[Answer]:
        """One call to every group that has something to do, all at once."""
        begun = time.monotonic()
        pool, running = self._problem.formulation.routes, {}
        for group, (kind, asked, first) in enumerate(wanted):
            if asked or first:
                routes = [(pool[i].demand, pool[i].arcs) for i in range(self._sent[group], len(pool))]
                self._sent[group] = len(pool)
                self._journal[group].append(Call(kind, routes, asked, first))
                running[group] = self._submit(group, again=not self._built[group])
                self._built[group] = True
        groups = range(len(self._groups))
        answers = [self._result(group, running[group]) if group in running else Answer() for group in groups]
        self.computing += max((answer.computing for answer in answers), default=0.0)
        self._problem.progress.count(STAGE, time.monotonic() - begun)
        return answers

    def _submit(self, group: int, *, again: bool) -> Any:
        """Send the last call; with `again` everything from the beginning, to a process that holds nothing."""
        journal = self._journal[group]
        step, content = (0, self._content) if again else (len(journal) - 1, None)
        calls, seconds = pickle.dumps(journal[step:]), self._problem.progress.time_left
        if not self._alone and self._client.status == "closed":
            self._stay_alone()
        given = ((self._token, group), step, calls, seconds, content, self._groups[group])
        if self._alone:
            if again:
                self._holders[group] = Holder()
            return partial(work, *given, self._holders[group])
        where = {"workers": [self._homes[group]], "allow_other_workers": True}
        if again:
            self._holders[group] = submit(self._client, Holder, **where)
        return submit(self._client, work, *given, after=self._holders[group] if again else None, **where)

    def _result(self, group: int, task: Any) -> Answer:
        """The answer of a group; its blocks are built again where their process was lost."""
        while True:
            answer = self._wait(task)
            if isinstance(answer, Answer):
                return answer
            if answer == "interrupted" or self._problem.progress.must_stop:
                raise Interrupted
            self._losses[group] += 1
            if self._losses[group] > MOST_LOSSES:
                raise SolverError("the processes that solve operations blocks end again and again: too little memory?")
            self._find_home(group)
            task = self._submit(group, again=True)

    def _find_home(self, group: int) -> None:
        """A worker for a group that lost its own; this process when there is none for long."""
        tell = self._problem.progress.tell
        until = time.monotonic() + min(GONE_SECONDS, self._problem.progress.time_left)
        while not self._alone:
            homes = self._addresses()
            if homes:
                self._homes[group] = homes[group % len(homes)]
                tell("method", "a worker process was lost: its operations blocks are built again")
                return
            if time.monotonic() >= until or self._client.status == "closed":
                self._stay_alone()
            else:
                time.sleep(0.5)

    def _stay_alone(self) -> None:
        """No worker is left, or no scheduler."""
        self._alone = True
        words = "all worker processes were lost: the operations blocks are built again in this process"
        self._problem.progress.tell("method", words)

    def _wait(self, task: Any) -> Any:
        """What a task returned; 'lost' when its process ended too often or the data it needed was lost with it."""
        from distributed import CancelledError, KilledWorker

        if isinstance(task, partial):
            return task()
        late = time.monotonic()
        while self._client.status != "closed":
            try:
                return task.result(timeout=LOOK_SECONDS)
            except TimeoutError:
                if not self._addresses():
                    break
                late = time.monotonic() if self._problem.progress.time_left > 0 else late
                if time.monotonic() - late > LATE_SECONDS:
                    return "interrupted"
            except (KilledWorker, CancelledError, OSError):
                break
        return "lost"
