"""What the verifier works out of a plan's tables once, for its own checks and for the recounts of all features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from model.case.case import Case
from model.features import feature_parts
from model.plan.verify.capacity import KEY, capacities
from model.plan.verify.checks import Figures, Floats, Frame
from model.plan.verify.gates import Gates, read_gates
from model.plan.verify.rates import Rates
from model.plan.verify.recount import Recount
from model.plan.verify.travel import Sequences, Travel, read_sequences


@dataclass(frozen=True)
class Whole:
    """A plan seen by the verifier: decisions and flows, routes as legs and visits, what they cost, use and find free.

    `switched` says which constraint families are imposed; those not named are.
    """

    case: Case
    tables: Mapping[str, Frame]
    switched: Mapping[str, bool] = field(default_factory=dict)

    def on(self, family: str) -> bool:
        """Whether a constraint family is imposed."""
        return bool(self.switched.get(family, True))

    @cached_property
    def recount(self) -> Recount:
        """Decisions and flows as arrays."""
        return Recount(self.case, self.tables)

    @cached_property
    def sequences(self) -> Sequences:
        """Routes as legs and visits."""
        return read_sequences(self.recount)

    @cached_property
    def travels(self) -> list[Travel]:
        """The same by the tables of each stretch of years."""
        return [Travel(self.recount, self.sequences, stretch) for stretch in self.recount.stretches]

    @cached_property
    def gates(self) -> Gates:
        """What projects change of days, prices and emissions on the way."""
        return read_gates(self.recount, self.sequences)

    @cached_property
    def rates(self) -> list[Rates]:
        """What a unit pays, takes and emits, by stretch."""
        return [Rates(travel, self.gates) for travel in self.travels]

    @cached_property
    def rooms(self) -> Frame:
        """Use of every limited asset and what is usable of it: see verify_capacity.capacities."""
        return capacities(self.recount, self.rates, self.more_time)

    @property
    def emissions(self) -> Figures:
        """(carrier, period) → kt CO2 a year that features emit besides cargo on links: `emissions` of recount.py."""
        found: Figures = {}
        for name, part in feature_parts("recount").items():
            if hasattr(part, "emissions") and self.on(name):
                for key, amount in part.emissions(self.recount).items():
                    found[key] = found.get(key, 0.0) + amount
        return found

    def more_time(self, kind: str, keys: pd.Index) -> Floats:
        """Part of the time by which features let assets work longer, (assets, periods): `open_time` of recount.py."""
        added: Floats = np.zeros((len(keys), len(self.recount.period_names)))
        for name, part in feature_parts("recount").items():
            if hasattr(part, "open_time") and self.on(name):
                added = added + part.open_time(self.recount, kind, keys)
        return added

    @cached_property
    def optional_rooms(self) -> set[tuple[Any, ...]]:
        """Keys of `rooms` that a table need not list, since nothing can use them."""
        unused, found = self._unused, self.rooms
        keys = zip(*(found[name].tolist() for name in KEY), strict=True)
        return {
            key for key, way_back in zip(keys, found["one_way"].tolist(), strict=True) if way_back or key[:2] in unused
        }

    @cached_property
    def _unused(self) -> set[tuple[str, str]]:
        """Nodes whose limit nothing can use: no link ends there, or only handling counts and there may be none."""
        links, nodes = self.case.table("Links"), self.case.table("Nodes")
        ends = {*links["from_node"], *links["to_node"]}
        counts = zip(nodes["node"].tolist(), nodes["capacity_counts"].tolist(), strict=True)
        return {("node", str(node)) for node, what in counts if node not in ends or what == "handling"}


class PlanTables(dict[str, Frame]):
    """Plan tables as the verifier hands them to the recounts of the package, with what it worked out of them."""

    def __init__(self, whole: Whole) -> None:
        """Tables of a plan that is being verified."""
        super().__init__(whole.tables)
        self.whole = whole


def whole_of(tables: Mapping[str, Frame], case: Case) -> Whole:
    """What the verifier worked out of tables that it handed over; of others it is worked out anew."""
    return tables.whole if isinstance(tables, PlanTables) else Whole(case, tables)
