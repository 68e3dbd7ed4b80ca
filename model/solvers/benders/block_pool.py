"""The operations blocks of one search behind one door: asked for costs and cuts, wherever they are solved.

Whoever asks sees the same answers from every kind of pool, whatever the number of processes: answers come in the order
asked, and routes that a block finds reach the other blocks only between two calls, in that same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from model.network.graph import FloatArray, IntArray
from model.solvers.benders.block_lp import BlockLP, BlockPoint, BlockReading
from model.solvers.core.progress import Interrupted, Progress

Ask = tuple[int, FloatArray]
"""Block number and its doorway values, in order of the block's doorway columns."""


class BlockPool(Protocol):
    """The blocks of a search."""

    def start(self, routes: Sequence[IntArray]) -> None:
        """Give each block its first routes, by number."""

    def evaluate(self, asked: Sequence[Ask]) -> list[BlockPoint]:
        """Value and tight cut of blocks at doorway values. Raises Interrupted when time is up."""

    def read(self, asked: Sequence[Ask]) -> list[BlockReading]:
        """What blocks do at doorway values that were evaluated before."""

    def close(self) -> None:
        """Give back what the pool holds."""


class LocalBlocks:
    """Blocks solved one after the other in this process."""

    def __init__(self, blocks: Sequence[BlockLP], progress: Progress) -> None:
        """Ask `blocks`; `progress` says when to stop."""
        self._blocks, self._progress = blocks, progress

    def start(self, routes: Sequence[IntArray]) -> None:
        """Give each block its first routes, by number."""
        for block, numbers in zip(self._blocks, routes, strict=True):
            block.add_numbers(numbers)

    def evaluate(self, asked: Sequence[Ask]) -> list[BlockPoint]:
        """Value and tight cut of blocks at doorway values. Raises Interrupted when time is up."""
        points = []
        try:
            for number, doors in asked:
                points.append(self._blocks[number].solve(doors))
                if self._progress.must_stop:
                    raise Interrupted
        finally:
            for number, _ in asked:
                self._blocks[number].settle()
        return points

    def read(self, asked: Sequence[Ask]) -> list[BlockReading]:
        """What blocks do at doorway values that were evaluated before."""
        return [self._blocks[number].read(doors) for number, doors in asked]

    def close(self) -> None:
        """Nothing to give back."""
