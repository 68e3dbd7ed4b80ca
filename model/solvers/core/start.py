"""What a search begins with that another one found out: plain values, in names and then in the numbers of a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.network.graph import FloatArray

Key = tuple[Any, ...]
Flows = Sequence[tuple[int, int]]
"""Routes by (block number, route number)."""


@dataclass(frozen=True)
class Start:
    """What a search found out, in names; plain Python values that can be sent to another process.

    `routes` are (demand, places among `arcs`), `flows` the routes (by place) that each block used, by key of the block.
    `plan` are the decisions that are not 0, by name of the variable. `prices` are those of the decisions in each part,
    million USD a unit, by keys of the part's blocks and name. `gains` is what branching gained, by kind of variable.
    """

    arcs: tuple[Key, ...]
    routes: tuple[tuple[str, tuple[int, ...]], ...]
    flows: Mapping[Key, tuple[int, ...]]
    plan: Mapping[str, float]
    prices: Mapping[Key, Mapping[str, float]]
    gains: Mapping[Key, tuple[float, ...]]


@dataclass(frozen=True)
class Beginning:
    """A start in the numbers of a problem: route columns to begin with, and values of the decisions."""

    flows: Flows
    decisions: FloatArray
