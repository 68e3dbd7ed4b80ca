"""What transfers add to the reports: a sheet, and by year what of the benefits is a gain to nobody."""

from __future__ import annotations

import pandas as pd

from model.case.joint import countries_of
from model.reports.facts import Facts
from model.reports.frames import sums_by
from model.reports.workbook.sheet import Column, ReportSheet

SHOWN = ("transfers",)
KEY = ["project", "country", "receiver", "period"]
MONEY = "million USD/year"
WHOSE = (
    "Who pays by ProjectEffects, each its share; else who earns there: the place's country, half each of a link's two "
    "ends, or ship lines for ships between countries."
)
TO = "Who earns there, and to whom it is made good; blank where those who pay earn there, and earn less."


def _beside_minimum(facts: Facts) -> pd.DataFrame:
    """Amounts of the plan and of the minimum by project, payer, receiver and period; 0 where one of them has none."""
    tables = [facts.table("transfers"), pd.DataFrame() if facts.minimum is None else facts.minimum.table("transfers")]
    plan, minimum = (sums_by(table, KEY, "amount") if len(table) else {} for table in tables)
    order = {period: place for place, period in enumerate(facts.periods)}
    keys = sorted({*plan, *minimum}, key=lambda key: (*key[:3], order[key[3]]))
    rows = [(*key, plan.get(key, 0.0), minimum.get(key, 0.0)) for key in keys]
    return pd.DataFrame(rows, columns=[*KEY, "amount", "minimum"])


def transfers(facts: Facts) -> dict[int, float]:
    """Calendar year → what the plan spares shippers at the cost of others on top of the minimum, million USD."""
    more = _beside_minimum(facts)
    by_period = (more["amount"] - more["minimum"]).groupby(more["period"]).sum().to_dict()
    periods = facts.case.periods
    return {year: float(by_period[one.name]) for one in periods if one.name in by_period for year in one.calendar_years}


def paid_by(facts: Facts) -> dict[str, dict[str, float]]:
    """Project → country or other party → present value of what it pays on top of the minimum, million USD."""
    found: dict[str, dict[str, float]] = {}
    for (project, country), amount in sums_by(_discounted(facts), KEY[:2], "discounted").items():
        found.setdefault(str(project), {})[str(country)] = float(amount)
    return found


def subsidies(facts: Facts) -> dict[str, float]:
    """Country or other party → present value of what named payers make good to it on top of the minimum, million USD.

    Below zero for the payers: all together it is nothing.
    """
    found: dict[str, float] = {}
    for (payer, receiver), amount in sums_by(_discounted(facts), KEY[1:3], "discounted").items():
        sharing = countries_of(str(receiver))  # a joint station earns for several
        for one in sharing:
            found[str(payer)] = found.get(str(payer), 0.0) - float(amount) / len(sharing)
            found[one] = found.get(one, 0.0) + float(amount) / len(sharing)
    return found


def _discounted(facts: Facts) -> pd.DataFrame:
    """What the plan pays on top of the minimum, a year and as present value."""
    frame = _beside_minimum(facts)
    weight = {one.name: sum(facts.case.discount(year) for year in one.calendar_years) for one in facts.case.periods}
    frame = frame.assign(more=frame["amount"] - frame["minimum"], years=frame["period"].map(weight).astype(float))
    return frame.assign(discounted=frame["more"] * frame["years"])


def sheets(facts: Facts) -> list[ReportSheet]:
    """The sheet Transfers; none where no price cut is one."""
    frame = _discounted(facts)
    if frame.empty:
        return []
    frame = frame.assign(name=[facts.project_name(project) for project in frame["project"]])
    columns = (
        Column("project", "Project"),
        Column("name", "Name", width=44),
        Column("country", "Paid by", meaning=WHOSE),
        Column("receiver", "Paid to", meaning=TO),
        Column("period", "Period", "period"),
        Column("amount", "Paid by others", "fine", MONEY, meaning="A subsidy, or what is earned less."),
        Column("minimum", "The same in the minimum", "fine", MONEY),
        Column("more", "On top of the minimum", "fine", MONEY, formula="{amount}-{minimum}"),
        Column("years", "Years, discounted", "exact"),
        Column("discounted", "Present value", "fine", "million USD", total=True, formula="{more}*{years}"),
    )
    sheet = ReportSheet(
        "Transfers",
        "What shippers save because others pay it",
        "Price cuts and subsidies that make nothing cheaper: shippers pay less, a treasury or a railway has less. "
        "Plans count them, since shippers choose by what they pay; society gains nothing by them (see Appraisal).",
        columns,
        frame,
        group="Money",
        key_columns=5,
    )
    return [sheet]
