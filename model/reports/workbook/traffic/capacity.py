"""Utilisation (heat map by period), Bottlenecks (ranked) and Capacity (every limit)."""

from __future__ import annotations

from typing import Final

from model.plan.use import best_price, state
from model.reports.analysis.bottlenecks import (
    NOT_FULL,
    PRICE_UNITS,
    bottlenecks,
    by_period,
    nothing_binds,
    some_unknown,
    together_words,
)
from model.reports.facts import TINY, Facts
from model.reports.workbook.sheet import Chart, Column, ReportSheet
from model.reports.workbook.traffic.network import HIGHEST, OF_PLAN, USABLE

MORE = "What one more unit of installed capacity (in each direction) or one more round trip would save in a year."
LESS = "What one unit less would cost in a year. More than the saving where the limit is just large enough."
COUNTED = "Containers in kTEU, tonnes in Mt, or round trips that ships assigned and idle ones could make."
WHOSE = "competitor: of corridors that no project of the case, free to open, touches. corridor: all else."
TOGETHER_TOO = "In that period, alone or with the limits that must grow too."
TOGETHER = "One more unit saves nothing unless these limits grow too."


def utilisation_sheet(facts: Facts) -> ReportSheet:
    """Highest utilisation of each limited asset, by period; assets that are ever busy first."""
    table = facts.tightest["utilisation"].unstack("period")
    table = table.reindex(columns=facts.periods)
    table = table[table.max(axis=1) > 0]
    table = table.assign(peak=table.max(axis=1)).sort_values("peak", ascending=False, kind="stable")
    names = {name: f"p{number}" for number, name in enumerate(facts.periods)}
    table.columns = [*names.values(), "peak"]
    frame = table.reset_index()
    keys = list(zip(frame["asset_kind"].astype(str), frame["asset"].astype(str), strict=True))
    frame["name"] = [facts.names.asset(kind, asset) for kind, asset in keys]
    frame["kind"] = [facts.kind_of(kind, asset) for kind, asset in keys]
    frame["state"] = [state(value) for value in frame["peak"]]
    first, last = names[facts.periods[0]], names[facts.periods[-1]]
    columns = (
        Column("asset", "Asset"),
        Column("name", "Name", width=36),
        Column("kind", "Kind"),
        *(Column(names[name], name, "share", "%", width=8.5, meaning=f"Use in {name}.") for name in facts.periods),
        Column("peak", "Highest", "share", "%", formula=f"MAX({{{first}}}:{{{last}}})"),
        Column("state", "At its highest", "word"),
    )
    return ReportSheet(
        "Utilisation",
        "Use of capacity by period",
        "Tightest measure and direction of each limited link and node that is used. Full = 95 % and more. " + OF_PLAN,
        columns,
        frame,
        empty="No asset with a limit is used.",
        group="Corridor",
        heat=tuple(names.values()),
        key_columns=2,
    )


BOTTLENECK_COLUMNS: Final = (
    Column("rank", "Rank", "integer", width=7),
    Column("name", "Bottleneck", width=34),
    Column("whose", "Whose", meaning=WHOSE),
    Column("limit", "Limit"),
    Column("full_in", "Full in", "period", width=20, meaning="Periods with 95 % and more in use."),
    Column(
        "worth",
        "10 % more would save at most",
        "number",
        "million USD present value",
        meaning="What one more unit saves times 10 % of the usable capacity of each period, present value; with "
        "the limits that must grow too, where one more alone saves nothing.",
    ),
    Column("relief", "Projects that relieve it", "long", width=60),
    Column("kind", "Kind"),
    Column("closed_in", "Closed in", "period", width=12, meaning="Periods in which nothing can be used."),
    Column("peak", "Highest use", "share", "%"),
    Column("price", "One more unit saves", "fine", "in the unit of the price", meaning=MORE),
    Column("loss", "One unit less costs", "fine", "in the unit of the price", meaning=LESS),
    Column("price_unit", "Unit of the price", width=18),
    Column("price_period", "In period", "period", meaning="The one in which one more unit saves most."),
    Column("together", "Only together with", "long", width=44, meaning=TOGETHER),
    Column("together_price", "Then one more saves", "fine", "in the unit of the price"),
    Column("asset", "Asset"),
)


def bottlenecks_sheet(facts: Facts) -> ReportSheet:
    """Limits that cost money, ranked, with the projects that would relieve them."""
    frame = facts.once(bottlenecks).copy()
    frame.insert(0, "rank", range(1, len(frame) + 1))
    frame["limit"] = [f"{m}, {d}" for m, d in zip(frame["measure"], frame["direction"], strict=True)]
    frame["price_unit"] = frame["measure"].map(PRICE_UNITS)
    return ReportSheet(
        "Bottlenecks",
        "What binds, ranked",
        "What one more unit of a limit in that period would save in a year, with the projects and ships of the plan. "
        f"{NOT_FULL}{some_unknown(facts)}",
        BOTTLENECK_COLUMNS,
        frame,
        empty=nothing_binds(facts),
        group="Corridor",
        printed=True,
        print_to="peak",
        key_columns=2,
        charts=(
            Chart(
                "bar",
                "What 10 % more capacity would save at most",
                "name",
                ("worth",),
                "Bars of the present value that 10 % more usable capacity would save, for the first ten bottlenecks.",
                axis="million USD, present value",
                rows=10,
            ),
        ),
    )


def bottlenecks_years_sheet(facts: Facts) -> ReportSheet:
    """Bottlenecks of each period on what is usable, ships included, ranked within the period."""
    frame = facts.once(by_period).copy()
    frame["price_unit"] = frame["measure"].map(PRICE_UNITS)
    columns = (
        Column("period", "Period", "period"),
        Column("rank", "Rank", "integer", width=7),
        Column("name", "Bottleneck", width=34),
        Column("whose", "Whose", meaning=WHOSE),
        Column("measure", "Measure", meaning=COUNTED),
        Column("direction", "Direction"),
        Column("usable", "Usable", "fine", "measure/year", meaning=USABLE),
        Column("used", "Used", "fine", "measure/year"),
        Column("price", "One more unit saves", "fine", "in the unit of the price", meaning=TOGETHER_TOO),
        Column("price_unit", "Unit of the price", width=18),
        Column("saves", "10 % more would save at most", "number", "million USD/year"),
        Column("relief", "What relieves it, and what that would save", "long", width=70),
        Column("asset", "Asset"),
    )  # fmt: skip
    return ReportSheet(
        "Bottlenecks_years", "What binds, year by year",
        "Ranked within each period by what 10 % more of what is usable would save in a year of it, with the projects "
        f"and ships of the plan. {NOT_FULL}",
        columns, frame, empty=nothing_binds(facts), group="Corridor",
        key_columns=3,
    )  # fmt: skip


def capacity_sheet(facts: Facts) -> ReportSheet:
    """Every limit in every period in which it is used, widened or has a price."""
    frame = facts.capacities
    said = (frame["used"] > TINY) | (best_price(frame) > TINY) | (frame["installed"] != frame["base"])
    frame = frame[said].copy()
    keys = list(zip(frame["asset_kind"], frame["asset"], strict=True))
    frame["name"] = [facts.names.asset(kind, asset) for kind, asset in keys]
    frame["price_unit"] = frame["measure"].map(PRICE_UNITS)
    frame["together"] = [together_words(facts, text) if text else "" for text in frame["together_with"].astype(str)]
    frame["added"] = frame["installed"] - frame["base"]
    columns = (
        Column("asset", "Asset"),
        Column("name", "Name", width=48),
        Column("asset_kind", "Asset kind"),
        Column("measure", "Measure", meaning=COUNTED),
        Column("direction", "Direction"),
        Column("period", "Period", "period"),
        Column("base", "Without projects", "fine", "measure/year"),
        Column("added", "Added by projects", "fine", "measure/year", formula="{installed}-{base}"),
        Column("installed", "Installed", "fine", "measure/year"),
        Column("usable", "Usable", "fine", "measure/year", meaning=USABLE),
        Column("used", "Used", "fine", "measure/year"),
        Column("utilisation", "Utilisation", "share", "%", meaning=HIGHEST),
        Column("state", "State", "word"),
        Column("shadow_price", "One more unit saves", "fine", "in the unit of the price", meaning=MORE),
        Column("loss_price", "One unit less costs", "fine", "in the unit of the price", meaning=LESS),
        Column("price_unit", "Unit of the price", width=18),
        Column("together", "Only together with", width=44, meaning=TOGETHER),
        Column("together_price", "Then one more saves", "fine", "in the unit of the price"),
        Column("price_note", "Why a price is blank", width=30),
    )
    return ReportSheet(
        "Capacity",
        "Every limit by period",
        "Limits that are used, widened or priced. Prices of a year of the period. Closed: nothing can be used.",
        columns,
        frame.reset_index(drop=True),
        empty="The case limits no asset.",
        group="Corridor",
        heat=("utilisation",),
        key_columns=2,
    )
