"""What a worker process does for a search: it holds some of its operations blocks, and answers for them."""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from weakref import WeakValueDictionary

from model.network.graph import IntArray
from model.network.routes import RoutePool
from model.solvers.benders.block_lp import BlockLP, BlockPoint, BlockReading
from model.solvers.benders.block_pool import Ask
from model.solvers.core.progress import Interrupted, Progress
from model.solvers.lp.route_lp import FoundRoute
from model.solvers.problem import Problem
from model.solvers.routes.pricing import Pricer

_states: WeakValueDictionary[tuple[str, int], State] = WeakValueDictionary()


@dataclass(frozen=True)
class Call:
    """What the blocks of one process are to do; `routes` joined the pool since the call before."""

    kind: Literal["start", "evaluate", "read"]
    routes: Sequence[FoundRoute]
    asked: Sequence[Ask] = ()
    first: Sequence[tuple[int, IntArray]] = ()


@dataclass(frozen=True)
class Answer:
    """Points or readings in the order asked, and what the blocks found, in the order of their first question.

    `computing` are the seconds of the processor that it took.
    """

    points: Sequence[BlockPoint] = ()
    readings: Sequence[BlockReading] = ()
    found: Sequence[tuple[int, Sequence[FoundRoute]]] = ()
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
            return Answer(readings=[self._blocks[number].read(doors) for number, doors in call.asked])
        points = []
        for number, doors in call.asked:
            points.append(self._blocks[number].solve(doors))
            if self._progress.must_stop:
                raise Interrupted
        order = dict.fromkeys(number for number, _ in call.asked)
        return Answer(points, found=[(number, self._blocks[number].found()) for number in order])


class Holder:
    """Keeps the blocks of a group alive.

    On a worker it is the result of a task: Dask drops it, and the blocks with it, when the planner that asked for it
    lets go of it or dies.
    """

    def __init__(self) -> None:
        """Nothing kept yet."""
        self.state: State | None = None

    def __reduce__(self) -> tuple[type[Holder], tuple[()]]:
        """A copy keeps nothing: LPs cannot leave their process, they are built again."""
        return Holder, ()


def work(
    key: tuple[str, int],
    step: int,
    calls: bytes,
    seconds: float,
    content: bytes | None,
    numbers: list[int],
    holder: Holder | None = None,
) -> Answer | Literal["lost", "interrupted"]:
    """The task: do pickled calls from `step` on; 'lost' where this process does not hold the blocks of then.

    With `content` the blocks are built first, and stay as long as `holder` does.
    """
    if content is not None and holder is not None:
        holder.state = _states[key] = State(content, numbers)
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


def portable(problem: Problem) -> bytes:
    """What block LPs and pricing need of a problem, without Pyomo and without routes."""
    from distributed.protocol.pickle import dumps  # what pickle cannot (read-only mappings), it can

    nothing: Any = None
    formulation = replace(problem.formulation, model=nothing, routes=RoutePool(), notes={}, costs={})
    compiled = replace(problem.compiled, variables=(), constraints=())
    content: bytes = dumps((formulation, compiled, problem.options))
    return content
