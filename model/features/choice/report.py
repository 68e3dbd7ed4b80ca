"""What choice adds to the reports: sheets Corridor_choice and Users_benefit, a section of the page, appraisal lines."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from model.features.choice.half import benefit_and_half
from model.features.choice.pull import corridor_choice
from model.reports.brief.blocks import Block, Figure, Record
from model.reports.brief.blocks import Head as BriefHead
from model.reports.facts import Facts
from model.reports.features import Line, Section
from model.reports.frames import rows
from model.reports.markup import Markup
from model.reports.page.charts import stacked_columns
from model.reports.page.parts import Head, details, section, table
from model.reports.text import number, percent
from model.reports.workbook.charts import route_colours
from model.reports.workbook.sheet import Column, ReportSheet
from model.studies.console.words import share

SHOWN = ("choice", "choice_entries")
MONEY = "million USD/year"
BY_PRICE = "100 USD/TEU less would bring"
BY_DAY = "One day less would bring"
CHOSEN = (
    "Shares chosen go by marker links (input sheet Families): other carriers on the same way can be a corridor of "
    "their own. Corridor_shares counts by route group, whoever carries it."
)


def sheets(facts: Facts) -> list[ReportSheet]:
    """Corridor_choice, and Users_benefit where the minimum was worked out; none when nobody chooses."""
    frame = facts.once(corridor_choice)
    if frame.empty:
        return []
    return [_choice_sheet(frame), *([_benefit_sheet(facts, facts.minimum)] if facts.minimum is not None else [])]


def _choice_sheet(frame: pd.DataFrame) -> ReportSheet:
    columns = (
        Column("market", "Market", width=24),
        Column("family", "Corridor", width=16),
        Column("period", "Period", "period"),
        Column("amount", "Containers of the market", "fine", "kTEU/year"),
        Column("served", "Goes by this corridor", "fine", "kTEU/year"),
        Column("share", "Share chosen", "share", "%", formula="IF({amount}>0,{served}/{amount},0)", meaning=CHOSEN),
        Column("constant", "Constant", "number", "USD/TEU", meaning="Of the Choice sheet; not paid."),
        Column("cost", "Cost with time", "number", "USD/TEU", meaning="Money, time and CO2; not the constant."),
        Column("price", "Freight price", "number", "USD/TEU"),
        Column("days", "Transit", "number", "days"),
        Column("margin", "Margin", "number", "days", meaning="That shippers plan for: Buffer of links and nodes."),
        Column("by_price", BY_PRICE, "fine", "kTEU/year"),
        Column("price_elasticity", "Elasticity to the price", "fine"),
        Column("by_day", BY_DAY, "fine", "kTEU/year"),
        Column("day_elasticity", "Elasticity to the days", "fine"),
        Column("held_back", "Full on its routes", "text", width=44),
        Column("name", "Name of the corridor", width=36),
    )
    return ReportSheet(
        "Corridor_choice",
        "How each market splits between corridors, and why",
        "Means over what goes there. What less price or days would bring is the smooth logit's at the plan's costs, "
        f"capacity left out: a corridor with something full cannot take it before there is room. {CHOSEN}",
        columns,
        frame,
        group="Service",
        key_columns=3,
    )


def _benefit_sheet(facts: Facts, minimum: Facts) -> ReportSheet:
    frame = benefit_and_half(minimum.plan.tables, facts.plan.tables, facts.case)
    columns = (
        Column("market", "Market", width=24),
        Column("period", "Period", "period"),
        Column("travel", "Money and time saved", "fine", MONEY, meaning="With CO2 and perceived costs of links."),
        Column("taste", "Taste met better", "fine", MONEY, meaning="Constants and spread of tastes; not paid."),
        Column("penalty", "Penalty saved", "fine", MONEY),
        Column("benefit", "Users' benefit", "fine", MONEY, formula="{travel}+{taste}+{penalty}"),
        Column("half", "Rule of half: cost and days", "fine", MONEY),
        Column("room", "Rule of half: room", "fine", MONEY),
        Column("check", "Rule of half", "fine", MONEY, formula="{half}+{room}"),
        Column("years", "Years, discounted", "exact"),
        Column(
            "discounted", "Users' benefit, present value", "fine", "million USD", total=True,
            formula="{benefit}*{years}",
        ),
        Column(
            "check_discounted", "Rule of half, present value", "fine", "million USD", total=True,
            formula="{check}*{years}",
        ),
    )  # fmt: skip
    frame = frame.assign(check_discounted=frame["check"] * frame["years"])
    return ReportSheet(
        "Users_benefit",
        "What shippers who choose gain against building only what is committed",
        "The change of the logsum: part of the benefits of the Appraisal, in money as shippers see it. Beside it, as a "
        "check, the rule of half: by lower cost and fewer days, and by room in corridors that were full.",
        columns,
        frame,
        group="Money",
        key_columns=2,
    )


def appraisal(sheets: Mapping[str, ReportSheet]) -> list[Line]:
    """Users' benefit and its check, live from the sheet Users_benefit."""
    if "Users_benefit" not in sheets:
        return []
    sheet = sheets["Users_benefit"]
    return [
        Line("Users' benefit of shippers who choose", sheet.sum("discounted"), "million USD",
             "Change of the logsum, present value; a part of the benefits above, with taste in it."),
        Line("The same by the rule of half", sheet.sum("check_discounted"), "million USD",
             "A check: the two differ by what demand curves bend."),
    ]  # fmt: skip


def sections(facts: Facts) -> list[Section]:
    """Shares of each market over the years, and why; the largest market first."""
    frame = facts.once(corridor_choice)
    if frame.empty:
        return []
    size = frame.drop_duplicates(["market", "period"]).groupby("market")["amount"].sum()
    order = [str(market) for market in size.sort_values(ascending=False, kind="stable").index]
    parts = {market: frame[frame["market"] == market] for market in order}
    folded = [_market(facts, market, part, opened=market == order[0]) for market, part in parts.items()]
    content = section(
        "choice",
        "How do shippers choose?",
        *folded,
        note="Shippers of a market spread over corridors by cost, days and a constant for what no sheet holds. What "
        "less price or days would bring leaves capacity out: where something is full it takes room first. "
        f"{CHOSEN}",
    )
    return [Section("choice", "Choice", content)]


def _market(facts: Facts, market: str, frame: pd.DataFrame, *, opened: bool) -> Markup:
    shares = {(row.family, row.period): float(row.share) for row in rows(frame)}
    corridors = list(dict.fromkeys(frame["family"]))
    series = [(name, [100 * shares.get((name, period), 0.0) for period in facts.periods]) for name in corridors]
    last = facts.periods[-1]
    heads = [
        Head("Corridor"), Head("Containers", "kTEU/year", figures=True), Head("Share chosen", figures=True),
        Head("Constant", "USD/TEU", figures=True), Head("Cost with time", "USD/TEU", figures=True),
        Head("Price", "USD/TEU", figures=True), Head("Transit", "days", figures=True),
        Head(BY_PRICE, "kTEU/year", figures=True), Head(BY_DAY, "kTEU/year", figures=True),
        Head("Full on its routes", wide=True), Head("Name of the corridor", wide=True),
    ]  # fmt: skip
    records = [
        [
            row.family, number(row.served, 2), percent(row.share), number(row.constant), number(row.cost),
            number(row.price), number(row.days, 1), number(row.by_price, 2), number(row.by_day, 2),
            row.held_back or "–", row.name or "–",
        ]
        for row in rows(frame[frame["period"] == last])
    ]  # fmt: skip
    here = ", ".join(f"{record[0]} {record[2]}" for record in records)
    return details(
        f"{market}, chosen in {last}: {here}",
        stacked_columns(
            f"{market}: share of containers by corridor chosen", "%", facts.periods, series, route_colours(facts)
        ),
        table(heads, records, f"{market}: corridors in {last}, and why"),
        opened=opened,
    )


def brief(facts: Facts) -> list[Block]:
    """Share of each market by corridor, in the first period and the last; the largest market first."""
    frame = facts.once(corridor_choice)
    if frame.empty:
        return []
    ends = (facts.periods[0], facts.periods[-1])
    size = frame.drop_duplicates(["market", "period"]).set_index(["market", "period"])["amount"].astype(float)
    served = {(row.market, row.family, row.period): float(row.served) for row in rows(frame)}
    order = size.groupby(level="market").sum().sort_values(ascending=False, kind="stable").index
    records = [_market_record(str(market), size, served, ends) for market in order]
    return [
        Block(
            "markets", "How the markets split between the corridors", "Market",
            f"Share chosen in {ends[0]} → {ends[1]}",
            tuple(BriefHead(f"Containers {period}", "kTEU/year") for period in ends), tuple(records),
            note="Of the containers that would ever consider land (sheet Demand). Why: sheet Corridor_choice. "
            f"{CHOSEN}",
            sheet="Corridor_choice",
        )
    ]  # fmt: skip


def _market_record(
    market: str, size: pd.Series[float], served: Mapping[tuple[str, str, str], float], ends: tuple[str, str]
) -> Record:
    """A market: 'North 45 % → 31 %, …', the corridor that carries most at the end first."""
    whole = [float(size.get((market, period), 0.0)) for period in ends]
    parts: dict[str, list[float]] = {}
    for family in dict.fromkeys(family for name, family, _ in served if name == market):
        carried = [served.get((market, family, period), 0.0) for period in ends]
        parts[family] = [part / all_ if all_ > 0 else 0.0 for part, all_ in zip(carried, whole, strict=True)]
    order = sorted(parts, key=lambda family: -parts[family][1])
    words = ", ".join(f"{family} {share(parts[family][0])} → {share(parts[family][1])}" for family in order)
    return Record(market, words, tuple(Figure(amount) for amount in whole))
