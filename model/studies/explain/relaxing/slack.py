"""Slack: how limits of a built model give way, each unit at a price that only ranks.

The total budget counts as 1 and so does one switch.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import pyomo.environ as pyo

from model.formulation.formulation import Formulation
from model.formulation.values import Values
from model.studies.explain.relaxing.changes import Change

NOTHING: Final = 1e-6
Key = TypeVar("Key", bound=Hashable)


def _none(_: Values) -> list[Change]:
    return []


@dataclass
class Slack:
    """Variables by which a family gives way, the cost of each unit, and what their values mean as changes.

    `settled` are ids of those that belong to what is marked as not negotiable.
    """

    variables: list[Any] = field(default_factory=list)
    prices: list[float] = field(default_factory=list)
    changes: Callable[[Values], list[Change]] = _none
    settled: set[int] = field(default_factory=set)

    def hold_settled(self) -> None:
        """Give nothing to what is not negotiable."""
        pairs = list(zip(self.variables, self.prices, strict=True))
        for variable, _ in pairs:
            if id(variable) in self.settled:
                variable.fix(0.0)
        self.variables = [variable for variable, _ in pairs if id(variable) not in self.settled]
        self.prices = [price for variable, price in pairs if id(variable) not in self.settled]

    def add(self, variable: Any, price: float, most: float = 1.0, *, negotiable: bool = True) -> Any:
        """Take a variable in, bounded by `most` (the solver wants finite bounds), and return it."""
        variable.setub(most)
        if not negotiable:
            self.settled.add(id(variable))
        self.variables.append(variable)
        self.prices.append(price)
        return variable

    @property
    def cost(self) -> Any:
        """Pyomo expression of what the slack costs."""
        return pyo.quicksum(price * variable for price, variable in zip(self.prices, self.variables, strict=True))


@dataclass(frozen=True)
class Relaxation:
    """A way in which a feature may give way: the name of it, words for the menu, and what puts slack into a model.

    `building` and `carrying` are its places among the ways out of a contradiction in what is built, and of demand that
    stays behind or policies that are missed; None = it does not help there. A `physical` one is more of what carries
    cargo. RELAXATIONS of a relax.py lists them.
    """

    name: str
    words: str
    relax: Callable[[Formulation], Slack]
    building: int | None = None
    carrying: int | None = None
    physical: bool = False


def waive(formulation: Formulation, rows: Iterable[tuple[Key, Any, float]], change: Callable[[Key], Change]) -> Slack:
    """Rows of the investment block left out together where they have one key: (key, row, by how much it is missed).

    `change` says what leaving out a key means.
    """
    block, slack = formulation.investment, Slack()
    waived: dict[Key, Any] = {}
    for key, row, most in rows:
        if key not in waived:
            waived[key] = slack.add(block.switch.add(), 1.0)
        loosen(block, row, most * waived[key])
    slack.changes = lambda values: [change(key) for key, switch in waived.items() if values(switch) > 0.5]
    return slack


def loosen(block: Any, row: Any, room: Any) -> None:
    """Replace a row by one, in `block.relaxed`, that may be missed by `room` on either side."""
    if row.has_ub():
        block.relaxed.add(row.body - room <= row.upper)
    if row.has_lb():
        block.relaxed.add(row.body + room >= row.lower)
    row.deactivate()
