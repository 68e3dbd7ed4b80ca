"""What travels: demand rows split by value of time and grouped into classes that see the same prices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import pandas as pd

from model.case.canonical import records
from model.case.case import Case, Period, once_per_case
from model.network.graph import ANY_MARKET, FloatArray, IntArray

EMPTY: Final = "empty boxes"
WHOLE: Final = 1


@dataclass(frozen=True)
class CargoClass:
    """Cargo that costs the same and uses the same on every arc.

    One unit (kTEU or kt, by `unit`) is `teu` kTEU (bulk: TEU-equivalents) and `tonnes` kt. `value_of_time` and
    `value_of_buffer` are million USD per unit and day, of transit and of margin. `tariff` is the commodity whose Costs
    rows apply ('' when there are none), `marks` the policies that count it, `maximum_days` the longest transit (None =
    no limit), `empty` whether it is empty boxes.
    """

    tariff: str
    form: str
    unit: str
    teu: float
    tonnes: float
    value_of_time: float
    service: str
    marks: tuple[str, ...] = ()
    maximum_days: float | None = None
    empty: bool = False
    value_of_buffer: float = 0.0

    @property
    def containerised(self) -> bool:
        """Whether it travels in containers from door to door."""
        return self.form == "container"


@dataclass(frozen=True)
class Cargo:
    """What is to be carried, one entry a demand row and value-of-time segment, empties last.

    `names` are unique; `rows` the keys of the Demand sheet (or 'empty boxes from …'), `segments` count from 1.
    `penalty` is million USD per unit unserved; `amounts` has shape (entries, periods), in the row's unit per year.
    """

    names: tuple[str, ...]
    rows: tuple[str, ...]
    segments: tuple[int, ...]
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    commodities: tuple[str, ...]
    class_of: IntArray
    classes: tuple[CargoClass, ...]
    penalty: FloatArray
    amounts: FloatArray

    @cached_property
    def number(self) -> dict[str, int]:
        """Entry number of each name."""
        return {name: i for i, name in enumerate(self.names)}

    @cached_property
    def is_empty(self) -> tuple[bool, ...]:
        """Whether each entry is empty boxes, which need not travel."""
        return tuple(self.classes[kind].empty for kind in self.class_of)

    def class_vector(self, attribute: str) -> FloatArray:
        """One numeric attribute of all classes, shape (classes,)."""
        return np.array([getattr(item, attribute) for item in self.classes], dtype=float)


@dataclass(frozen=True)
class Entry:
    """One entry while the cargo is being put together."""

    row: str
    segment: int
    origin: str
    destination: str
    commodity: str
    kind: CargoClass
    penalty: float
    amounts: FloatArray


def read_cargo(case: Case) -> Cargo:
    """Demand, Commodities, Policies and Boxes tables → Cargo.

    Commodity figures of a class are those of the horizon's first year.
    """
    entries = [*_demand_entries(case), *_empty_entries(case)]
    numbers: dict[CargoClass, int] = {}
    class_of = [numbers.setdefault(entry.kind, len(numbers)) for entry in entries]
    amounts = np.array([entry.amounts for entry in entries]).reshape(len(entries), len(case.periods))
    parts = {entry.row: entry.segment for entry in entries}
    names = [entry.row if parts[entry.row] == 1 else f"{entry.row}/{entry.segment}" for entry in entries]
    return Cargo(
        tuple(names),
        tuple(entry.row for entry in entries),
        tuple(entry.segment for entry in entries),
        tuple(entry.origin for entry in entries),
        tuple(entry.destination for entry in entries),
        tuple(entry.commodity for entry in entries),
        np.array(class_of, dtype=np.int64),
        tuple(numbers),
        np.array([entry.penalty for entry in entries]),
        amounts,
    )


def _demand_entries(case: Case) -> Iterator[Entry]:
    """Demand rows, containers with a spread split into segments of equal size."""
    commodities = case.table("Commodities", case.first_year).set_index("commodity")
    with_tariffs = set(case.table("Costs")["commodity"])
    demand = case.table("Demand")
    amounts = demand_amounts(case)
    countries = case.table("Nodes").set_index("node")["country"]
    for row, yearly in zip(records(demand), amounts, strict=False):
        commodity = commodities.loc[row.commodity]
        weight = float(_own(row.tonnes_per_teu, commodity["tonnes_per_teu"]))
        in_teu = row.unit == "kTEU"
        teu = 1.0 if in_teu else 1.0 / weight
        setting = case.settings["unserved_penalty_per_teu" if in_teu else "unserved_penalty_per_t"]
        limit = float(commodity["maximum_days"])
        ends = {countries[row.origin], countries[row.destination]}
        mean = float(_own(row.value_of_time, commodity["value_of_time"]))
        count = int(_own(row.segments, case.settings["value_of_time_segments"]))
        values = _values_of_time(commodity, mean, count)
        for segment, value in enumerate(values, start=1):
            kind = CargoClass(
                str(row.commodity) if row.commodity in with_tariffs else "",
                str(commodity["form"]),
                str(row.unit),
                teu,
                weight if in_teu else 1.0,
                value * teu,
                str(row.service or commodity["service"]),
                marks(case, str(row.demand), str(row.commodity), row.group, ends),
                None if np.isnan(limit) else limit,
                value_of_buffer=float(commodity["value_of_reliability"]) * value * teu,
            )
            penalty = float(_own(commodity["unserved_penalty"], setting))
            names = (str(row.demand), segment, str(row.origin), str(row.destination), str(row.commodity))
            yield Entry(*names, kind, penalty, yearly / len(values))


def _own(value: Any, general: Any) -> Any:
    """The value, or the general one where it is blank."""
    return general if value is None or value != value else value


def _values_of_time(commodity: pd.Series, mean: float, count: int) -> list[float]:
    """Value of time of each of `count` segments: means of the equal parts of a lognormal with that mean."""
    spread = float(commodity["value_of_time_spread"])
    if commodity["form"] != "container" or count == 1 or spread == 0 or mean == 0:
        return [mean]
    return [mean * factor for factor in lognormal_parts(spread, count)]


def lognormal_parts(spread: float, count: int) -> list[float]:
    """Means of `count` equally likely parts of a lognormal of mean 1 and log standard deviation `spread`, rising.

    The part between the standard normal quantiles a and b has mean count * (F(b - spread) - F(a - spread)), F the
    normal distribution function (partial expectation of the lognormal).
    """
    normal = NormalDist()
    cuts = [normal.inv_cdf(k / count) for k in range(1, count)]
    reached = [0.0, *(normal.cdf(cut - spread) for cut in cuts), 1.0]
    return [count * (high - low) for low, high in zip(reached, reached[1:], strict=False)]


@once_per_case
def _policies(case: Case) -> list[Any]:
    return records(case.table("Policies"))


def marks(case: Case, demand: str, commodity: str, group: str | None, countries: set[str]) -> tuple[str, ...]:
    """Keys of the policies that count a demand."""
    found = []
    for policy in _policies(case):
        named = not policy.demands or {demand, commodity, group} & set(policy.demands)
        if named and (policy.country is None or policy.country in countries):
            found.append(str(policy.policy))
    return tuple(found)


def _empty_entries(case: Case) -> Iterator[Entry]:
    """Empty boxes that may leave each market of the Boxes sheet for any other one; nothing is lost if they do not.

    The amount is a true upper bound: boxes that arrive full, and where boxes can be hired what all markets could load.
    """
    boxes = case.table("Boxes")
    if boxes.empty:
        return
    demand, amounts = case.table("Demand"), demand_amounts(case)
    commodities = case.table("Commodities").set_index("commodity")
    in_boxes = (demand["unit"] == "kTEU").to_numpy() & (
        demand["commodity"].map(commodities["form"]).to_numpy() == "container"
    )
    tonnes = float(case.settings["empty_tonnes_per_teu"])
    kind = CargoClass("", "container", "kTEU", 1.0, tonnes, 0.0, "regular", (), None, empty=True)
    markets = set(boxes["node"])
    loaded = amounts[in_boxes & demand["origin"].isin(markets).to_numpy()].sum(axis=0)
    for node, pick_up in zip(boxes["node"], boxes["pick_up_cost"], strict=False):
        arriving = amounts[in_boxes & (demand["destination"] == node).to_numpy()].sum(axis=0)
        bound = arriving if np.isnan(pick_up) else arriving + loaded
        yield Entry(f"{EMPTY} from {node}", WHOLE, str(node), ANY_MARKET, EMPTY, kind, 0.0, bound)


def demand_amounts(case: Case) -> FloatArray:
    """Demand by row and period, in the row's unit per year; shape (demand rows, periods).

    Straight lines between the given years, constant outside them, times the market size; a period of several
    years takes the mean of its years.
    """
    demand = case.table("Demand")
    share: FloatArray = demand["market_size"].to_numpy(float)
    return np.multiply(path_over_periods(demand, case.periods), share[:, None])


def path_over_periods(table: pd.DataFrame, periods: tuple[Period, ...]) -> FloatArray:
    """Year columns of a table → values by row and period, shape (rows, periods); 0 for a row without values."""
    names: list[Any] = list(table.columns)
    columns = sorted(column for column in names if isinstance(column, int))
    result = np.zeros((len(table), len(periods)))
    for i, values in enumerate(table[columns].to_numpy(float)):
        known = ~np.isnan(values)
        if known.any():
            years = np.array(columns, dtype=float)[known]
            result[i] = [_mean_of_period(period, years, values[known]) for period in periods]
    return result


def _mean_of_period(period: Period, years: FloatArray, values: FloatArray) -> float:
    return float(np.interp(np.array(period.calendar_years, dtype=float), years, values).mean())
