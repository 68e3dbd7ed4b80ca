"""Countries: who pays for works and who receives from cargo, live from the costs of the plan and of the minimum."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from model.plan.kinds import KINDS
from model.reports.brief.money import balances
from model.reports.facts import Facts
from model.reports.names import JOINT, country
from model.reports.workbook.money.costs import BENEFIT, OUTLAY
from model.reports.workbook.sheet import Column, Formula, ReportSheet, criterion

MONEY: Final = "million USD present value"
HALF: Final = 0.5
RULE = (
    "Works: capital, renewals and upkeep less salvage, where they stand. From cargo: tariffs, handling, ships and the "
    "like, where cargo runs. A link across a border counts half in each country, a joint station in equal shares."
)


def countries_sheet(facts: Facts, plan: ReportSheet, least: ReportSheet) -> ReportSheet:
    """One row a country: works and receipts of both plans, each adding up the sheets of costs, and the differences."""
    records = []
    for row, one in enumerate(facts.once(balances)):
        record: dict[str, Any] = {"country": one.country, "name": country(one.country), "joint": HALF}
        for key, counts in (("works", OUTLAY), ("cargo", BENEFIT)):
            for name, sheet in (("plan", plan), ("least", least)):
                record[f"{key}_{name}"] = _sum(sheet, one.country, counts, f"$C{row + 5}")
        record["works"], record["cargo"] = one.works, one.charges
        record["balance"] = one.charges - one.works
        records.append(record)
    columns = (
        Column("country", "Country"),
        Column("name", "Name", width=26),
        Column("joint", "Share in joint stations", "share", "%", meaning="Of a station that two countries run."),
        Column("works_plan", "Works, with the plan", "number", MONEY, total=True),
        Column("works_least", "Works, only what is committed", "number", MONEY, total=True),
        Column("works", "Pays more for works", "number", MONEY, total=True, formula="{works_plan}-{works_least}"),
        Column("cargo_plan", "From cargo, with the plan", "number", MONEY, total=True),
        Column("cargo_least", "From cargo, only what is committed", "number", MONEY, total=True),
        Column("cargo", "Receives more from cargo", "number", MONEY, total=True, formula="{cargo_plan}-{cargo_least}"),
        Column("balance", "Receives less pays", "number", MONEY, total=True, formula="{cargo}-{works}"),
    )
    return ReportSheet(
        "Countries", "Who pays, and who receives, by country",
        f"{RULE} Receipts are turnover, not profit. Time, taste and penalties are not attributed.",
        columns, pd.DataFrame(records, columns=[column.name for column in columns]), group="Money", key_columns=2,
        printed=True,
    )  # fmt: skip


def _sum(sheet: ReportSheet, code: str, counts: str, share: str) -> Formula:
    """The country's own rows, and its share of those of joint stations."""
    kinds = (KINDS["money"],)
    frame = sheet.frame
    chosen = frame[(frame["counts"] == counts) & ((counts == OUTLAY) | frame["kind"].isin(kinds))]
    parts = chosen["country"].astype(str).str.split(JOINT)
    total = sum(
        float(value) * names.count(code) / len(names)
        for value, names in zip(chosen["discounted"], parts, strict=True)
    )  # fmt: skip
    more = f",{sheet.span('kind')},{criterion(KINDS['money'])}" if counts == BENEFIT else ""

    def sumifs(wanted: str) -> str:
        tests = f"{sheet.span('counts')},{criterion(counts)},{sheet.span('country')},{criterion(wanted)}{more}"
        return f"SUMIFS({sheet.span('discounted')},{tests})"

    joint = f"{sumifs(f'{code}{JOINT}*')}+{sumifs(f'*{JOINT}{code}')}"
    return Formula(f"={sumifs(code)}+{share}*({joint})", total)
