"""The LP over routes of the whole model: the root of every search, and what plans are evaluated on.

Where blocks meet only in investments, routes come from single blocks first (`seeding`), and new routes are looked for
in a few blocks as long as these find any, since the others then take them from the table of known routes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import highspy
import numpy as np

from model.network.graph import FloatArray, IntArray
from model.network.routes import Route
from model.solvers.core.highs import Status
from model.solvers.lp.form import decomposes, whole_form
from model.solvers.lp.generation import ENOUGH, Generation
from model.solvers.lp.route_lp import RouteLP
from model.solvers.lp.seeding import leading_blocks, seeded_routes
from model.solvers.problem import Problem

MOST_AT_ROOT = 2  # known routes of a demand that join a block at a time: it holds all blocks
ROUTES_A_WAY = 2  # kept when routes are dropped, on the average


class RootLP:
    """A route LP of all blocks; `columns` are its routes, (block number, route number), after those of the form."""

    def __init__(self, problem: Problem) -> None:
        """Lay out the LP without routes."""
        self.problem, self.decomposes = problem, decomposes(problem.compiled)
        self.layout = whole_form(problem.compiled)
        self.space = self.layout.space
        self.node = RouteLP(problem, self.layout, lazy=True)
        self.solver = self.node.solver
        leading = leading_blocks(problem) if self.decomposes else None
        room = ROUTES_A_WAY * int(problem.ways.sum()) if self.decomposes else None
        self.generation = Generation(self.node, leading=leading, room=room, most=MOST_AT_ROOT)

    @property
    def columns(self) -> list[tuple[int, int]]:
        """Route columns in their order."""
        return self.node.routes

    def add_routes(self, block_number: int, routes: Iterable[Route]) -> int:
        """Add columns for routes that the block does not have yet; returns how many."""
        return self.add_numbers(block_number, np.array([route.number for route in routes], dtype=np.int64))

    def add_numbers(self, block_number: int, numbers: IntArray) -> int:
        """Add columns for routes, by number, that the block does not have yet; returns how many."""
        return self.node.add_numbers(block_number, numbers)

    def seed(self) -> None:
        """Give each block the routes of its neighbourhood, beginning with those that it has.

        Blocks that are tied together have no LP of their own: nothing more than they have.
        """
        if not self.decomposes:
            return
        begun = time.monotonic()
        own: list[list[int]] = [[] for _ in self.problem.compiled.blocks]
        for block, route in self.columns:
            own[block].append(route)
        first = [np.array(routes, dtype=np.int64) for routes in own]
        for number, numbers in enumerate(seeded_routes(self.problem, self.space, first)):
            self.add_numbers(number, numbers)
        self.problem.progress.count("first routes", time.monotonic() - begun)

    def fix(self, integers: FloatArray) -> None:
        """Fix the whole columns, in order of `Compiled.integer`."""
        self.node.bound(self.space.lower, self.space.upper)
        self.node.hold(integers, integers)

    def free(self) -> None:
        """Give the whole columns their own bounds back."""
        self.node.free()

    def optimise(self, stage: str, enough: float = ENOUGH) -> tuple[Status, float, float]:
        """Column generation until the bound is near enough; returns status, LP value and a true lower bound of it.

        Raises Interrupted when time is up or a stop was asked before.
        """
        status = self.generation.optimise(stage, enough)
        if status != Status.kOptimal:
            return status, np.nan, np.nan
        return status, self.generation.value, self.generation.bound

    def over_known(self) -> tuple[Status, float]:
        """Status and value over the routes known, without a look for others. Raises Interrupted."""
        status, value = self.node.run()
        while status == Status.kOptimal and self.node.join(self.node.broken()):
            status, value = self.node.run()
        return status, value

    def steps(self) -> FloatArray:
        """Values of the columns of the space."""
        return self.node.columns()[: self.space.size]

    def whole(self) -> FloatArray:
        """Values of the whole columns, in order of `Compiled.integer`."""
        return self.node.whole_of(self.node.columns())

    def duals(self) -> FloatArray:
        """Row duals of the compiled model, 0 for rows put out of the way; those of definition rows are load prices."""
        return self.node.full_duals(self.node.row_duals())

    def values(self) -> FloatArray:
        """Values of the compiled columns and then of the route flows."""
        return self.spread(self.node.columns())

    def spread(self, held: FloatArray) -> FloatArray:
        """Values of the compiled columns and then of the route flows, from the columns of this LP."""
        return np.concatenate((self.node.spread(held), held[self.layout.width :]))

    def excess(self, held: FloatArray | None = None) -> float:
        """By how much values of this LP's columns, else those just found, cost less than the LP says."""
        return self.node.bent.excess(self.node.columns() if held is None else held)

    def as_mip(self) -> tuple[highspy.HighsLp, IntArray]:
        """The LP over the routes known, and the columns that are whole in it."""
        return self.node.as_mip()
