"""Price classes: demands that see the same price on every arc, whatever the duals, can be priced together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from model.formulation.formulation import Formulation
from model.formulation.loads import Load
from model.network.graph import FloatArray, IntArray


@dataclass(frozen=True)
class PriceClasses:
    """Demands by what they see.

    `of_demand` gives the price class of each demand, `cargo_class` a cargo class that stands for each price class.
    `loads` has shape (loads, price classes × arcs): what a unit adds to each load on each arc.
    """

    of_demand: IntArray
    cargo_class: IntArray
    loads: csr_array

    @property
    def count(self) -> int:
        """Number of price classes."""
        return len(self.cargo_class)


def price_classes(formulation: Formulation) -> PriceClasses:
    """Group the demands; those with loads of their own stand alone."""
    own: dict[int, list[int]] = {}
    for number, load in enumerate(formulation.loads.values()):
        if load.demand is not None:
            own.setdefault(load.demand, []).append(number)
    look = _looks(formulation)
    numbers: dict[tuple[int, int], int] = {}
    of_demand = np.zeros(len(formulation.cargo.names), dtype=np.int64)
    stands_for: list[int] = []
    for demand, cargo_class in enumerate(formulation.cargo.class_of):
        key = (look[int(cargo_class)], demand if demand in own else -1)
        if key not in numbers:
            numbers[key] = len(numbers)
            stands_for.append(int(cargo_class))
        of_demand[demand] = numbers[key]
    chosen = np.array(stands_for, dtype=np.int64)
    alone = {demand: number for (_, demand), number in numbers.items() if demand >= 0}
    return PriceClasses(of_demand, chosen, _load_matrix(formulation, chosen, alone))


def _looks(formulation: Formulation) -> list[int]:
    """Number of the look of each cargo class: its cost rates, the arcs it may use, its load coefficients.

    Where days are limited also its service: trains of two kinds may cost the same and take other days.
    """
    tables: dict[int, FloatArray] = {}
    for rates in formulation.flow_rates.values():
        for table in rates.values():
            tables.setdefault(id(table), table)
    general = [load.coefficients for load in formulation.loads.values() if load.demand is None]
    parts = [*tables.values(), formulation.accepted, *general]
    seen: dict[tuple[bytes, ...], int] = {}
    looks = []
    classes = formulation.cargo.classes
    limited = any(kind.maximum_days is not None for kind in classes)
    for number, kind in enumerate(classes):
        look = tuple(np.ascontiguousarray(part[number]).tobytes() for part in parts)
        look = (*look, kind.service.encode()) if limited else look
        looks.append(seen.setdefault(look, len(seen)))
    return looks


def _load_matrix(formulation: Formulation, cargo_class: IntArray, alone: dict[int, int]) -> csr_array:
    """Coefficients of all loads, shape (loads, price classes × arcs)."""
    arcs = formulation.graph.arc_count
    rows: list[IntArray] = [np.zeros(0, dtype=np.int64)]
    columns: list[IntArray] = [np.zeros(0, dtype=np.int64)]
    values: list[FloatArray] = [np.zeros(0)]
    for number, load in enumerate(formulation.loads.values()):
        seen_by = _seen_by(load, len(cargo_class), alone)
        cells = (seen_by[:, None] * arcs + load.arcs[None, :]).ravel()
        rows.append(np.full(len(cells), number))
        columns.append(cells)
        values.append(np.asarray(load.coefficients, dtype=float)[cargo_class[seen_by]].ravel())
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    matrix = csr_array(entries, shape=(len(formulation.loads), len(cargo_class) * arcs))
    matrix.eliminate_zeros()
    return matrix


def _seen_by(load: Load, count: int, alone: dict[int, int]) -> IntArray:
    """Price classes whose flow a load counts."""
    if load.demand is None:
        return np.arange(count, dtype=np.int64)
    return np.array([alone[load.demand]] if load.demand in alone else [], dtype=np.int64)
