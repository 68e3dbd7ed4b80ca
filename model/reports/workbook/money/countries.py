"""Countries: who pays for works and who receives from cargo, live from the costs of the plan and of the minimum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from model.case.joint import countries_of
from model.plan.kinds import KINDS
from model.reports.brief.money import balances
from model.reports.facts import Facts
from model.reports.names import country
from model.reports.workbook.money.costs import BENEFIT, OUTLAY
from model.reports.workbook.sheet import Column, Formula, ReportSheet, criterion

MONEY: Final = "million USD present value"
WORKS: Final = "Capital, renewals and upkeep less salvage, where the works stand."
CARGO: Final = "Tariffs, handling, ships and the like, where cargo runs; of ships between countries under ship lines."

SUBSIDIES: Final = Column(
    "subsidies", "Price cuts made good less borne", "number", MONEY, total=True,
    meaning="Lower prices, borne by who is named and made good to who earns there, beyond the minimum: Transfers.",
)  # fmt: skip


def countries_sheet(facts: Facts, plan: ReportSheet, least: ReportSheet) -> ReportSheet:
    """One row a country: works and receipts of both plans, each adding up the sheets of costs, and the differences."""
    records = []
    subsidies = [column for column in (SUBSIDIES,) if any(one.subsidies for one in facts.once(balances))]
    sides = (("plan", plan), ("least", least))
    amounts = {(name, counts): _amounts(sheet, counts) for name, sheet in sides for counts in (OUTLAY, BENEFIT)}
    for one in facts.once(balances):
        shared = dict.fromkeys([*joints(plan, one.country), *joints(least, one.country)])
        record: dict[str, Any] = {"country": one.country, "name": country(one.country), "joint": ", ".join(shared)}
        for key, counts in (("works", OUTLAY), ("cargo", BENEFIT)):
            for name, sheet in sides:
                record[f"{key}_{name}"] = _sum(sheet, one.country, counts, amounts[name, counts])
        record["works"], record["cargo"] = one.works, one.charges
        record["subsidies"], record["balance"] = one.subsidies, one.received - one.works
        records.append(record)
    columns = (
        Column("country", "Country"),
        Column("name", "Name", width=26),
        Column("joint", "Shared with", width=24, meaning="Works and stations of several, in equal shares."),
        Column("works_plan", "Works, with the plan", "number", MONEY, total=True, meaning=WORKS),
        Column("works_least", "Works, only what is committed", "number", MONEY, total=True),
        Column("works", "Pays more for works", "number", MONEY, total=True, formula="{works_plan}-{works_least}"),
        Column("cargo_plan", "From cargo, with the plan", "number", MONEY, total=True, meaning=CARGO),
        Column("cargo_least", "From cargo, only what is committed", "number", MONEY, total=True),
        Column("cargo", "Receives more from cargo", "number", MONEY, total=True, formula="{cargo_plan}-{cargo_least}"),
        *subsidies,
        Column(
            "balance",
            "Received less paid",
            "number",
            MONEY,
            total=True,
            formula="".join(["{cargo}", *(f"+{{{column.name}}}" for column in subsidies), "-{works}"]),
        ),
    )
    return ReportSheet(
        "Countries", "Who pays, and who receives, by country",
        "Several countries share equally; what ships charge between two is their lines'. Turnover, not profit. Time, "
        "taste, penalties: of no country.",
        columns, pd.DataFrame(records, columns=[column.name for column in columns]), group="Money", key_columns=2,
        printed=True,
    )  # fmt: skip


def _amounts(sheet: ReportSheet, counts: str) -> dict[str, float]:
    """Country, or joint station, → present value of the rows that count so."""
    frame = sheet.frame[sheet.frame["counts"] == counts]
    if counts == BENEFIT:
        frame = frame[frame["kind"] == KINDS["money"]]
    sums = frame.groupby("country")["discounted"].sum()
    return {str(name): float(value) for name, value in sums.items()}


def _sum(sheet: ReportSheet, code: str, counts: str, amounts: Mapping[str, float]) -> Formula:
    """Its own rows, and its equal share of each joint station: of 'KZ/UZ' a half, of 'CN/KG/UZ' a third.

    `amounts` are those of `_amounts`.
    """
    tests = f"{sheet.span('counts')},{criterion(counts)}"
    if counts == BENEFIT:
        tests += f",{sheet.span('kind')},{criterion(KINDS['money'])}"
    parts, total = [], 0.0
    for name in [code, *joints(sheet, code)]:
        sharing = len(countries_of(name))
        words = f"SUMIFS({sheet.span('discounted')},{tests},{sheet.span('country')},{criterion(name)})"
        parts.append(words if sharing == 1 else f"{words}/{sharing}")
        total += amounts.get(name, 0.0) / sharing
    return Formula(f"={'+'.join(parts)}", total)


def joints(sheet: ReportSheet, code: str) -> list[str]:
    """Joint stations that a country has a part in."""
    names = sorted({str(name) for name in sheet.frame["country"]})
    return [name for name in names if name != code and code in countries_of(name)]
