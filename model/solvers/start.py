"""Start from this run: what was found out about one case, in names, as a beginning for another one much like it.

Nothing in it is believed: routes are held against the graph, the plan is evaluated anew, bounds are proven anew at the
prices that it names. What does not fit the other case (another network, horizon, project) is left out. Made and used by
`search/beginning.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Key = tuple[Any, ...]


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
