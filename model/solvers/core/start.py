"""What a search begins with that another one found out: plain values, in names and then in the numbers of a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from model.network.graph import FloatArray

Key = tuple[Any, ...]
Flows = Sequence[tuple[int, int]]
"""Routes by (block number, route number)."""
BY_KEY = ("flows", "prices", "trees")
"""Parts of a start that are told by keys."""


@dataclass(frozen=True)
class Start:
    """What a search found out, in names; plain Python values that can be sent to another process.

    `routes` are (demand, places among `arcs`), `flows` those (by place) that the plan takes, by key of the block.
    `plan` are the decisions that are not 0, by name of the variable. `prices` are those of the decisions in each part,
    million USD a unit, by keys of the part's blocks and name. `trees` are leaves and cuts of the parts
    (`search/lent_trees.py`), by keys of the part's blocks.
    """

    arcs: tuple[Key, ...]
    routes: tuple[tuple[str, tuple[int, ...]], ...]
    flows: Mapping[Key, tuple[int, ...]]
    plan: Mapping[str, float]
    prices: Mapping[Key, Mapping[str, float]]
    trees: Mapping[Key, tuple[Any, ...]] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """The start as plain JSON values, keys that are no text as the first of a pair."""
        by_key = {name: list(getattr(self, name).items()) for name in BY_KEY}
        return {"arcs": self.arcs, "routes": self.routes, "plan": dict(self.plan), **by_key}

    @staticmethod
    def of(told: Mapping[str, Any]) -> Start:
        """The start that `told` wrote down."""
        by_key = {name: {_hashable(key): _hashable(value) for key, value in told.get(name, ())} for name in BY_KEY}
        return Start(_hashable(told["arcs"]), _hashable(told["routes"]), plan=dict(told["plan"]), **by_key)


@dataclass(frozen=True)
class Proven:
    """What a finished search proved of a problem, lent to who plans the very same problem once more.

    `bound` is the lower bound of all plans, `cost` that of the plan, `worth` what it saves against building only what
    is committed and `at_stake` what it saves by all that it was free to decide, million USD, None where that was not
    known. `settled` are the fields of each `Settlement`.
    """

    bound: float
    cost: float
    worth: float | None
    at_stake: float | None
    settled: tuple[tuple[str, float, float | None, int | None, int | None], ...] = ()


def _hashable(read: Any) -> Any:
    """Lists, which JSON makes of tuples, as tuples again."""
    return tuple(_hashable(one) for one in read) if isinstance(read, list) else read


@dataclass(frozen=True)
class Beginning:
    """A start in the numbers of a problem: route columns to begin with, and values of the decisions."""

    flows: Flows
    decisions: FloatArray
