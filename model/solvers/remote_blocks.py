"""Operations blocks in several processes: each process holds some of them, as LPs that keep their columns and bases.

The pool of routes lives here; every call brings a process the routes that joined it since, and takes back what its
blocks found. A process that is lost takes its LPs with it. They are built again elsewhere by the same calls in the
same order, which the journal holds: so the answers, and with them the whole search, do not depend on what was lost.
"""

from __future__ import annotations

import pickle
import time
import uuid
import warnings
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, Literal

from model.network.graph import IntArray
from model.network.routes import RoutePool
from model.solvers.block_lp import BlockLP, BlockPoint, FreshRoute
from model.solvers.block_pool import Ask, BlockReading, read_block
from model.solvers.cluster import open_cluster
from model.solvers.highs import SolverError
from model.solvers.pricing import Pricer
from model.solvers.problem import Problem
from model.solvers.progress import Interrupted, Progress

MOST_LOSSES = 20

_states: dict[tuple[str, int], State] = {}


@dataclass(frozen=True)
class Call:
    """What the blocks of one process are to do; `routes` joined the pool since the call before."""

    kind: Literal["start", "evaluate", "read"]
    routes: Sequence[FreshRoute]
    asked: Sequence[Ask] = ()
    first: Sequence[tuple[int, IntArray]] = ()


@dataclass(frozen=True)
class Answer:
    """Points or readings in the order asked, and what the blocks found, in the order of their first question.

    `computing` are the seconds of the processor that it took.
    """

    points: Sequence[BlockPoint] = ()
    readings: Sequence[BlockReading] = ()
    found: Sequence[tuple[int, Sequence[FreshRoute]]] = ()
    computing: float = 0.0


class State:
    """The blocks that one process holds."""

    def __init__(self, content: bytes, numbers: Sequence[int]) -> None:
        """Build the blocks from what `portable` made."""
        formulation, compiled, options = pickle.loads(content)
        self._progress = Progress(0.0)
        self._problem = Problem(formulation, compiled, Pricer(formulation), options, self._progress)
        self._blocks = {number: BlockLP(self._problem, number) for number in numbers}
        self.steps = 0

    def do(self, call: Call, seconds: float) -> Answer:
        """Do one call within so many seconds. Raises Interrupted when they are over."""
        self._progress.time_limit = self._progress.elapsed + seconds
        for demand, arcs in call.routes:
            self._problem.formulation.routes.add(demand, arcs)
        self._problem.pricer.table.update()
        for block in self._blocks.values():
            block.settle()
        answer = self._answer(call)
        self.steps += 1
        return answer

    def _answer(self, call: Call) -> Answer:
        if call.kind == "start":
            for number, routes in call.first:
                self._blocks[number].add_numbers(routes)
            return Answer()
        if call.kind == "read":
            return Answer(readings=[read_block(self._blocks[number], doors) for number, doors in call.asked])
        points = []
        for number, doors in call.asked:
            points.append(self._blocks[number].solve(doors))
            if self._progress.must_stop:
                raise Interrupted
        order = dict.fromkeys(number for number, _ in call.asked)
        return Answer(points, found=[(number, self._blocks[number].found()) for number in order])


def work(
    key: tuple[str, int], step: int, calls: bytes, seconds: float, content: bytes | None, numbers: list[int]
) -> Answer | Literal["lost", "interrupted"]:
    """The task: do pickled calls from `step` on; 'lost' where this process does not hold the blocks of then."""
    if content is not None:
        _states[key] = State(content, numbers)
    state = _states.get(key)
    if state is None or state.steps != step:
        return "lost"
    answer, begun = Answer(), time.process_time()
    try:
        for call in pickle.loads(calls):
            answer = state.do(call, seconds)
    except Interrupted:
        return "interrupted"
    return replace(answer, computing=time.process_time() - begun)


def forget(token: str) -> None:
    """In each worker: drop the blocks of a search."""
    for key in [key for key in _states if key[0] == token]:
        del _states[key]


def portable(problem: Problem) -> bytes:
    """What block LPs and pricing need of a problem, without Pyomo and without routes."""
    from distributed.protocol.pickle import dumps  # what pickle cannot (read-only mappings), it can

    nothing: Any = None
    formulation = replace(problem.formulation, model=nothing, routes=RoutePool(), notes={}, costs={})
    compiled = replace(problem.compiled, variables=(), constraints=())
    content: bytes = dumps((formulation, compiled, problem.options))
    return content


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
        self._losses = 0
        self.computing = 0.0
        problem.progress.tell("method", f"operations blocks in {len(self._groups)} worker processes")

    def _addresses(self) -> list[str]:
        return sorted(self._client.scheduler_info(n_workers=-1)["workers"])

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
        try:
            self._client.run(forget, self._token, on_error="ignore")
        finally:
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
        self._problem.progress.count("blocks in worker processes", time.monotonic() - begun)
        return answers

    def _submit(self, group: int, *, again: bool) -> Any:
        """Send the last call; with `again` everything from the beginning, to a process that holds nothing."""
        journal = self._journal[group]
        step, content = (0, self._content) if again else (len(journal) - 1, None)
        calls, seconds = pickle.dumps(journal[step:]), self._problem.progress.time_left
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)  # once a process, and on purpose
            return self._client.submit(
                work, (self._token, group), step, calls, seconds, content, self._groups[group],
                workers=[self._homes[group]], allow_other_workers=True, pure=False,
            )  # fmt: skip

    def _result(self, group: int, future: Any) -> Answer:
        """The answer of a group; its blocks are built again where their process was lost."""
        while True:
            answer = self._wait(future)
            if isinstance(answer, Answer):
                return answer
            if answer == "interrupted" or self._problem.progress.must_stop:
                raise Interrupted
            self._losses += 1
            if self._losses > MOST_LOSSES:
                raise SolverError("the processes that solve operations blocks end again and again: too little memory?")
            self._problem.progress.tell("method", "a worker process was lost: its operations blocks are built again")
            homes = self._addresses()
            self._homes[group] = homes[group % len(homes)] if homes else self._homes[group]
            future = self._submit(group, again=True)

    def _wait(self, future: Any) -> Any:
        """What a task returned; 'lost' when its process ended too often or the data it needed was lost with it."""
        from distributed import CancelledError, KilledWorker

        try:
            return future.result()
        except (KilledWorker, CancelledError, OSError):
            return "lost"
