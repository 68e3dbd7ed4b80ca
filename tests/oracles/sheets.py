"""The sheets of a case as plain records, for the oracles: one dictionary a row, None where a cell is blank."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from model.case.case import Case

Row = dict[Any, Any]


# Tables read before, with the frame itself so that its id stays its own.
_READ: dict[int, tuple[pd.DataFrame, list[Row]]] = {}


def rows(case: Case, sheet: str, year: int | None = None) -> list[Row]:
    """Rows of a sheet, with the timed changes that hold in a year."""
    table = case.table(sheet, year)
    if id(table) not in _READ:
        records = table.to_dict("records")
        _READ[id(table)] = table, [{key: _or_none(value) for key, value in record.items()} for record in records]
    return _READ[id(table)][1]


def _or_none(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def by_key(case: Case, sheet: str, key: str, year: int | None = None) -> dict[str, Row]:
    """Rows of a sheet by their key."""
    return {row[key]: row for row in rows(case, sheet, year)}


def yearly_demand(case: Case, row_number: int, year: int) -> float:
    """Contestable demand of a calendar year in its unit: straight between given years, level outside them."""
    row = rows(case, "Demand", year)[row_number]
    given = sorted((column, value) for column, value in row.items() if isinstance(column, int) and value is not None)
    if year <= given[0][0]:
        market = given[0][1]
    elif year >= given[-1][0]:
        market = given[-1][1]
    else:
        low = max(pair for pair in given if pair[0] <= year)
        high = min(pair for pair in given if pair[0] > year)
        market = low[1] + (high[1] - low[1]) * (year - low[0]) / (high[0] - low[0])
    return float(market * row["market_size"])


def period_demand(case: Case, row_number: int, period: Any) -> float:
    """Mean over the calendar years of a period."""
    years = period.calendar_years
    return sum(yearly_demand(case, row_number, year) for year in years) / len(years)


class Cargo:
    """One unit of a demand row: kTEU(-equivalents), kt, and what the Costs sheet says of its commodity."""

    def __init__(self, case: Case, row_number: int, year: int) -> None:
        self.row = rows(case, "Demand", year)[row_number]
        commodity = by_key(case, "Commodities", "commodity", year)[self.row["commodity"]]
        own = {key: self.row[key] for key in ("tonnes_per_teu", "value_of_time", "service")}
        cargo = {key: commodity[key] if value is None else value for key, value in own.items()}
        self.form: str = commodity["form"]
        self.container = self.form == "container"
        teu = self.row["unit"] == "kTEU"
        self.kteu = 1.0 if teu else 1.0 / cargo["tonnes_per_teu"]
        self.kt = cargo["tonnes_per_teu"] if teu else 1.0
        self.value_of_time: float = cargo["value_of_time"] or 0.0
        self.block = cargo["service"] == "block"
        setting = "unserved_penalty_per_teu" if teu else "unserved_penalty_per_t"
        self.penalty: float = commodity["unserved_penalty"]
        if self.penalty is None:
            self.penalty = case.settings[setting]
        self.tariffs = {
            (row["asset_kind"], row["asset"], row["item"]): row
            for row in rows(case, "Costs", year)
            if row["commodity"] == self.row["commodity"]
        }

    def tariff(self, item: str, *places: tuple[str, str]) -> float | None:
        """Price of a unit by the first of the places that the Costs sheet names."""
        for kind, asset in places:
            row = self.tariffs.get((kind, asset, item))
            if row is not None:
                return self.by_measure(row)
        return None

    def by_measure(self, row: Row) -> float | None:
        """Price of a unit by a row's price per TEU or per tonne; of two, boxes take the first and bulk the second."""
        prices = [
            None if row[column] is None else float(row[column] * amount)
            for column, amount in (("container_cost", self.kteu), ("tonne_cost", self.kt))
        ]
        first, second = prices if self.container else prices[::-1]
        return second if first is None else first
