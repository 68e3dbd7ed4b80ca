"""Routes: paths of arcs for one demand, and the pool that keeps each of them once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Route:
    """A path of arc numbers from the source of the demand's origin to the sink of its destination."""

    number: int
    demand: int
    arcs: tuple[int, ...]

    @property
    def name(self) -> str:
        """Key shown in tables."""
        return f"R{self.number}"


class RoutePool:
    """Routes by number, without repetition; the same route serves all periods."""

    def __init__(self) -> None:
        """Start without any."""
        self._routes: list[Route] = []
        self._number: dict[tuple[int, tuple[int, ...]], int] = {}
        self._of_demand: dict[int, list[int]] = {}

    def add(self, demand: int, arcs: tuple[int, ...]) -> Route:
        """The route of that demand along those arcs, made if it is new."""
        key = (demand, arcs)
        number = self._number.get(key)
        if number is None:
            number = len(self._routes)
            self._number[key] = number
            self._routes.append(Route(number, demand, arcs))
            self._of_demand.setdefault(demand, []).append(number)
        return self._routes[number]

    def find(self, demand: int, arcs: tuple[int, ...]) -> int | None:
        """Number of that route; None when the pool does not hold it."""
        return self._number.get((demand, arcs))

    def of_demand(self, demand: int) -> list[Route]:
        """Routes of a demand, in order of making."""
        return [self._routes[number] for number in self._of_demand.get(demand, ())]

    def __getitem__(self, number: int) -> Route:
        """Route by number."""
        return self._routes[number]

    def __len__(self) -> int:
        """Number of routes."""
        return len(self._routes)

    def __iter__(self) -> Iterator[Route]:
        """Routes in order of number."""
        return iter(self._routes)
