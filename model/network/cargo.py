"""What travels: demand rows in canonical form, grouped into cargo classes that see the same prices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from model.case.case import Case, Period
from model.network.graph import FloatArray, IntArray


@dataclass(frozen=True)
class CargoClass:
    """Cargo that costs the same and uses the same on every arc.

    One unit (kTEU or kt, by `unit`) is `teu` kTEU (bulk: TEU-equivalents) and `tonnes` kt.
    `value_of_time` is million USD per unit and day.
    """

    commodity: str
    form: str
    unit: str
    teu: float
    tonnes: float
    value_of_time: float
    service: str

    @property
    def containerised(self) -> bool:
        """Whether it travels in containers from door to door."""
        return self.form == "container"


@dataclass(frozen=True)
class Cargo:
    """Demand rows of a case.

    `names`, `origins`, `destinations`, `class_of` and `penalty` (million USD per unit unserved) have one entry a
    demand; `amounts` has shape (demands, periods), in the demand's unit per year; `classes` the cargo classes.
    """

    names: tuple[str, ...]
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    class_of: IntArray
    classes: tuple[CargoClass, ...]
    penalty: FloatArray
    amounts: FloatArray

    @cached_property
    def number(self) -> dict[str, int]:
        """Row number of each demand name."""
        return {name: i for i, name in enumerate(self.names)}

    def class_vector(self, attribute: str) -> FloatArray:
        """One numeric attribute of all classes, shape (classes,)."""
        return np.array([getattr(item, attribute) for item in self.classes], dtype=float)


def read_cargo(case: Case) -> Cargo:
    """Demand and Commodities tables → Cargo.

    Commodity figures of a class are those of the horizon's first year.
    """
    commodities = case.table("Commodities", case.first_year).set_index("commodity")
    demand = case.table("Demand")
    numbers: dict[CargoClass, int] = {}
    class_of: list[int] = []
    penalty: list[float] = []
    for row in demand.itertuples(index=False):
        commodity = commodities.loc[row.commodity]
        weight = row.tonnes_per_teu if row.tonnes_per_teu == row.tonnes_per_teu else commodity["tonnes_per_teu"]
        value = row.value_of_time if row.value_of_time == row.value_of_time else commodity["value_of_time"]
        in_teu = row.unit == "kTEU"
        teu = 1.0 if in_teu else 1.0 / float(weight)
        kind = CargoClass(
            str(row.commodity),
            str(commodity["form"]),
            str(row.unit),
            teu,
            float(weight) if in_teu else 1.0,
            float(value) * teu,
            str(row.service or commodity["service"]),
        )
        class_of.append(numbers.setdefault(kind, len(numbers)))
        own = float(commodity["unserved_penalty"])
        general = case.settings["unserved_penalty_per_teu" if in_teu else "unserved_penalty_per_t"]
        penalty.append(own if own == own else float(general))
    return Cargo(
        tuple(demand["demand"]),
        tuple(demand["origin"]),
        tuple(demand["destination"]),
        np.array(class_of, dtype=np.int64),
        tuple(numbers),
        np.array(penalty),
        demand_amounts(case),
    )


def demand_amounts(case: Case) -> FloatArray:
    """Demand by row and period, in the row's unit per year; shape (demands, periods).

    Straight lines between the given years, constant outside them, times the contestable share; a period of several
    years takes the mean of its years.
    """
    demand = case.table("Demand")
    columns = sorted(column for column in demand.columns if isinstance(column, int))
    given = demand[columns].to_numpy(float)
    share = demand["contestable_share"].to_numpy(float)
    amounts = np.zeros((len(demand), len(case.periods)))
    for i, values in enumerate(given):
        known = ~np.isnan(values)
        if known.any():
            years = np.array(columns, dtype=float)[known]
            amounts[i] = [_mean_of_period(period, years, values[known]) for period in case.periods]
    return amounts * share[:, None]


def _mean_of_period(period: Period, years: FloatArray, values: FloatArray) -> float:
    return float(np.interp(np.array(period.calendar_years, dtype=float), years, values).mean())
