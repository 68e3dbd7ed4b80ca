"""Sections on the corridor: limits, corridors, routes, service, costs."""

from __future__ import annotations

import math

from model.plan.kinds import KINDS, present_values
from model.plan.use import state
from model.reports.analysis.alerts import alert_words, alerts
from model.reports.analysis.bottlenecks import COMPETITOR, NOT_FULL, PRICE_UNITS, bottlenecks, by_period, nothing_binds
from model.reports.analysis.gain import emitted_words
from model.reports.analysis.shares import ALL, BY_GROUP, corridor_flows, route_groups
from model.reports.facts import Facts
from model.reports.frames import rows, sums_by
from model.reports.markup import Markup, element
from model.reports.names import country
from model.reports.page.charts import stacked_columns
from model.reports.page.parts import Head, details, section, table
from model.reports.text import number, percent
from model.reports.workbook.charts import route_colours

BUSIEST = 25
RANKED = 12
WORST = 3


def limits(facts: Facts) -> Markup:
    """Bottlenecks, then the use of the busiest assets by period."""
    found = facts.once(bottlenecks)
    ours = found[found["whose"] != COMPETITOR]
    heads = [
        Head("Bottleneck"), Head("Limit"), Head("Full in"), Head("One more saves", "in a year", figures=True),
        Head("One less costs", "in a year", figures=True), Head("Only together with", wide=True),
        Head("10 % more saves at most", "million USD, present value", figures=True), Head("Relieved by", wide=True),
    ]  # fmt: skip
    ranked = [
        [
            row.name, f"{row.measure}, {row.direction}", row.full_in or ("closed" if row.closed_in else "–"),
            f"{number(row.price, 1)} {PRICE_UNITS[row.measure]} ({row.price_period})", number(row.loss, 1),
            f"{row.together}: {number(row.together_price, 1)}" if row.together else "–", number(row.worth, 1),
            row.relief,
        ]
        for row in rows(ours.head(RANKED))
    ]  # fmt: skip
    foreign = [
        [row.name, f"{row.measure}, {row.direction}", row.full_in or "–", number(row.worth, 1)]
        for row in rows(found[found["whose"] == COMPETITOR].head(RANKED))
    ]
    foreign_heads = [heads[0], heads[1], heads[2], heads[6]]
    use = facts.tightest["utilisation"].unstack("period").reindex(columns=facts.periods)
    use = use.assign(peak=use.max(axis=1)).sort_values("peak", ascending=False, kind="stable").head(BUSIEST)
    heat = []
    for key, values in zip(use.index.tolist(), use[facts.periods].to_numpy(float).tolist(), strict=True):
        heat.append([facts.names.asset(*key), *(_heat(value) for value in values)])
    return section(
        "limits",
        "What binds?",
        table(heads, ranked, "Limits ranked by what 10 % more of them would save", empty=nothing_binds(facts)),
        table(foreign_heads, foreign, "Limits of competitors") if foreign else "",
        _by_year(facts),
        table(
            [Head("Asset"), *(Head(name) for name in facts.periods)],
            heat,
            f"The {BUSIEST} busiest assets, % of what other traffic leaves",
        ),
        _alerts(facts),
        note="What one more unit of a limit would save in a year, with projects and ships held, and what one less "
        f"would cost; limits in series save only together. Full = 95 % and more of what is usable, which "
        f"leaves out other traffic. {NOT_FULL}",
    )


def _by_year(facts: Facts) -> Markup:
    """The worst bottlenecks of each period, with what relieves them."""
    heads = [
        Head("Period"), Head("Bottleneck"), Head("Whose"), Head("Usable", figures=True), Head("Use", figures=True),
        Head("10 % more saves at most", "million USD/year", figures=True), Head("Relieved by", wide=True),
    ]  # fmt: skip
    frame = facts.once(by_period)
    records = [
        [
            row.period, row.name, row.whose, f"{number(row.usable, 1)} {row.measure}", percent(row.utilisation),
            number(row.saves, 2), row.relief,
        ]
        for row in rows(frame[frame["rank"] <= WORST])
    ]  # fmt: skip
    title = f"The {WORST} worst bottlenecks of each period, on what is usable, ships included"
    return details(title, table(heads, records, title, empty=nothing_binds(facts)))


def _alerts(facts: Facts) -> Markup:
    """Borders that lose or gain most of their boxes within a year, and why."""
    frame = facts.once(alerts)
    heads = [
        Head("Border"), Head("Year", figures=True), Head("Before", "kTEU/year", figures=True),
        Head("Then", "kTEU/year", figures=True), Head("Explained by"), Head("Why", wide=True),
    ]  # fmt: skip
    records = [
        [row.border, str(int(row.year)), number(row.before, 1), number(row.now, 1), row.kind, row.why]
        for row in rows(frame)
    ]
    title = "Borders that lose or gain more than 60 % of their boxes in a year"
    return details(f"{title}: {alert_words(frame)}", table(heads, records, title, empty="None."))


def _heat(value: float) -> Markup:
    if math.isnan(value):
        return element("td", "–", class_="figure heat")
    word = state(value)
    tone = {"full": "bad", "OVER": "bad", "busy": "warn"}.get(word, "free")
    return element("td", f"{100 * value:.0f}", class_=f"figure heat heat-{tone}", title=word)


def corridors(facts: Facts) -> Markup:
    """Tonnes by route group over the periods, and the shares of groups of demand."""
    flows, groups = facts.once(corridor_flows), route_groups(facts)
    sums = {(row.group, row.period, row.route_group): float(row.mt) for row in rows(flows)}
    series = [(name, [sums.get((ALL, period, name), 0.0) for period in facts.periods]) for name in groups]
    last = facts.periods[-1]
    records = []
    for group in dict.fromkeys(flows["group"]):
        parts = [sums.get((group, last, name), 0.0) for name in groups]
        whole = sum(parts)
        if whole > 0:
            records.append([group, number(whole, 2), *(percent(part / whole) for part in parts)])
    heads = [
        Head("Group of demand"),
        Head("All", "Mt/year", figures=True),
        *(Head(name, "", figures=True) for name in groups),
    ]
    return section(
        "corridors",
        "Who goes by which route group?",
        stacked_columns("Tonnes by route group", "Mt/year", facts.periods, series, route_colours(facts))
        if groups
        else "",
        table(heads, records, f"Tonnes of each group of demand in {last}, shares by route group", empty="No flow."),
        note=BY_GROUP,
    )


def costs(facts: Facts) -> Markup:
    """Costs by year and term, and present values by term and by country."""
    table_ = facts.costs
    years = [int(year) for year in sorted(set(table_["year"]))]
    cells = sums_by(table_, ["year", "term"], "amount")
    series = [(label, [cells.get((year, term), 0.0) for year in years]) for term, label in facts.terms.items()]
    present = table_.groupby("term")["discounted"].sum().to_dict()
    records = [[label, number(float(present[term]), 1)] for term, label in facts.terms.items()]
    kinds = {KINDS[kind]: value for kind, value in present_values(table_).items()}
    by_kind = [[words, number(value, 1)] for words, value in kinds.items()]
    records.append(
        [element("strong", "All costs"), element("td", element("strong", number(facts.objective, 1)), class_="figure")]
    )
    countries = table_.groupby("country")["discounted"].sum().sort_values(ascending=False)
    by_country = [[country(name), number(float(value), 1)] for name, value in countries.items()]
    unit = "million USD, present value"
    return section(
        "costs",
        "What does it cost?",
        stacked_columns("Costs by year and term", "million USD, undiscounted", [str(year) for year in years], series)
        if years
        else "",
        table([Head("Kind"), Head("Amount", unit, figures=True)], by_kind, "Present value by kind of cost"),
        table([Head("Term"), Head("Amount", unit, figures=True)], records, "Present value by cost term"),
        details("By country", table([Head("Country"), Head("Amount", unit, figures=True)], by_country, "By country")),
    )


def service(facts: Facts) -> Markup:
    """Unserved demand and emissions."""
    served = facts.table("demand_served").astype({"unserved_kt": float, "amount_kt": float})
    missing = served[served["unserved_kt"] > 1e-6 * served["amount_kt"].clip(lower=1.0)]
    records = [
        [
            facts.names.demand(row.demand),
            row.period,
            number(row.unserved_kt / 1000, 3),
            percent(row.unserved_kt / row.amount_kt),
        ]
        for row in rows(missing)
    ]
    co2 = facts.table("emissions")
    carriers = [str(name) for name in dict.fromkeys(co2["carrier"])]
    cells = {(row.period, row.carrier): float(row.co2_kt) for row in rows(co2)}
    series = [(name, [cells.get((period, name), 0.0) for period in facts.periods]) for name in carriers]
    heads = [Head("Demand"), Head("Period"), Head("Unserved", "Mt/year", figures=True), Head("Share", figures=True)]
    return section(
        "service",
        "What is not carried, and what is emitted?",
        table(heads, records, "Unserved demand", empty="Every tonne is carried in every period."),
        element("p", emitted_words(facts)) if emitted_words(facts) else "",
        stacked_columns("CO2 by carrier", "kt CO2/year", facts.periods, series) if carriers else "",
    )
