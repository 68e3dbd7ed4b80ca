"""Summary: the questions a decision maker asks, each with live figures and the sheet that explains them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from model.plan.kinds import KINDS, kind_of
from model.plan.verify.checks import counted
from model.reports.analysis.alerts import alert_words, alerts
from model.reports.analysis.bottlenecks import nothing_binds
from model.reports.analysis.gain import unserved_mt
from model.reports.facts import Facts
from model.reports.features import feature_answers
from model.reports.frames import rows
from model.reports.text import first_lower
from model.reports.workbook.sheet import FIRST_ROW, Column, Formula, ReportSheet, value_of
from model.solvers.core.outcome import Outcome
from model.studies.console.summary import status_word

TONNES = "Mt, sum of period-years"
BUILD = "What to build, and when?"
COST = "What does it cost?"
GAINS = (
    "Net present value", "Benefits, present value", "Outlays, present value", "Benefit per outlay (BCR)",
    "Net present value without transfers", "Benefit per outlay without transfers",
    "Net present value of money and time alone", "Benefit per outlay of money and time alone",
    "Residual value, present value", "Internal rate of return", "Paid back in",
    "Internal rate of return, money and time alone", "Paid back in, money and time alone",
)  # fmt: skip
GAIN = "What does it buy?"
SERVE = "What is carried?"
BIND = "What binds?"
TRUST = "How far to trust it?"


def summary_sheet(facts: Facts, sheets: Mapping[str, ReportSheet]) -> ReportSheet:
    """Question, measure, value, unit, where to look."""
    lines: list[dict[str, Any]] = []
    if facts.plan.has_plan:
        lines = [*_build(facts, sheets), *_cost(facts, sheets), *_gain(facts, sheets)]
        lines += [*_serve(facts, sheets), *feature_answers(facts, sheets), *_binding(facts, sheets)]
    lines += _trust(facts)
    columns = (
        Column("question", "Question", width=28),
        Column("measure", "Measure", "text", width=58, meaning="What the value tells."),
        Column("value", "Value", "mixed", width=24),
        Column("unit", "Unit", width=27),
        Column("sheet", "Explained in", width=16),
    )
    for row, line in enumerate(lines):
        line["value"] = _placed(line["value"], row)
    frame = pd.DataFrame(lines, columns=[*(column.name for column in columns), "kind"])
    links = {(row, "sheet"): f"internal:'{name}'!A1" for row, name in enumerate(frame["sheet"]) if name in sheets}
    return ReportSheet(
        "Summary",
        "The plan in figures, question by question",
        f"{facts.title}: scenario '{facts.scenario_title}', {facts.case.first_year}–{facts.case.last_year}.",
        columns,
        frame,
        links=links,
        group="Start",
    )


def _placed(value: Any, row: int) -> Any:
    """A formula with '{-1}' replaced by the value cell one line above, '{-2}' two lines above."""
    if not isinstance(value, Formula):
        return value
    text = re.sub(r"\{-(\d)\}", lambda match: f"C{row + FIRST_ROW + 1 - int(match[1])}", value.text)
    return Formula(text, value.value)


def row_of(question: str, measure: str, value: Any, unit: str, sheet: str, kind: str = "number") -> dict[str, Any]:
    """One line of the summary."""
    return {"question": question, "measure": measure, "value": value, "unit": unit, "sheet": sheet, "kind": kind}


def _build(facts: Facts, sheets: Mapping[str, ReportSheet]) -> list[dict[str, Any]]:
    sheet = sheets["Investments"]
    lines = []
    for index, opening in enumerate(rows(facts.openings)):
        modules = f", {modules_words(opening)}" if opening.modules > 1 or opening.most > 1 else ""
        words = f"{opening.name}: opens {int(opening.opening_year)}{modules} ({opening.status})"
        capital = Formula(f"={sheet.cell(index, 'capex')}", float(opening.capex))
        lines.append(row_of(BUILD, words, capital, "million USD", "Investments"))
    if not lines:
        lines.append(row_of(BUILD, "Nothing: no project opens", 0.0, "million USD", "Investments"))
    return lines


def modules_words(opening: Any) -> str:
    """'2 modules', or '1 of 2 modules' where the project could have more."""
    opened, most = int(opening.modules), int(opening.most)
    return f"{opened} of {most} modules" if opened < most else f"{opened} modules"


def _cost(facts: Facts, sheets: Mapping[str, ReportSheet]) -> list[dict[str, Any]]:
    detail = sheets["Costs_detail"]
    chosen = sheets["Investments"].sum_where("capex", status="candidate")
    within = sheets["Investments"].sum("within")
    kinds = [KINDS[kind] for kind in dict.fromkeys(kind_of(facts.terms).values())]
    lines = [
        *(
            row_of(COST, f"{words}, present value", detail.sum_where("discounted", kind=words), "million USD", "Costs")
            for words in kinds
        ),
        row_of(COST, "All costs, present value", detail.sum("discounted"), "million USD", "Costs_detail"),
        row_of(
            COST, "Capital of what opens, undiscounted", sheets["Investments"].sum("capex"), "million USD", "Capital"
        ),
        row_of(COST, "of which chosen by the plan, undiscounted", chosen, "million USD", "Capital"),
        row_of(COST, "Capital within the horizon, undiscounted", within, "million USD", "Capital"),
    ]
    for term, label in facts.terms.items():
        value = detail.sum_where("discounted", term=term)
        lines.append(row_of(COST, f"of which {label}, present value", value, "million USD", "Costs_detail"))
    return lines


def _gain(facts: Facts, sheets: Mapping[str, ReportSheet]) -> list[dict[str, Any]]:
    minimum = facts.minimum
    if minimum is None:
        return [row_of(GAIN, "Against building only what is committed", "not computed in this run", "", "", "text")]
    lost = sheets["Unserved"].sum("unserved_mt")
    more = Formula(f"={{-1}}-{lost.text[1:]}", unserved_mt(minimum) - float(lost.value))
    money = "million USD"
    appraisal = sheets["Appraisal"]
    lines = [row_of(GAIN, "All costs with only what is committed, present value", minimum.objective, money, "")]
    told = [name for name in GAINS if (appraisal.frame["indicator"] == name).any()]
    for name in told:
        row = appraisal.frame.index[appraisal.frame["indicator"] == name][0]
        figure, kind = value_of(appraisal.frame["figure"][row]), str(appraisal.frame["kind"][row])
        unit = str(appraisal.frame["unit"][row])
        live = Formula(f"={appraisal.cell(row, 'figure')}", figure)
        lines.append(row_of(GAIN, f"The plan on top of that: {first_lower(name)}", live, unit, "Appraisal", kind))
    return [
        *lines,
        row_of(GAIN, "Unserved with only what is committed", unserved_mt(minimum), TONNES, "", "fine"),
        row_of(GAIN, "Carried more than with only what is committed", more, TONNES, "Unserved", "fine"),
    ]


def _binding(facts: Facts, sheets: Mapping[str, ReportSheet]) -> list[dict[str, Any]]:
    sheet = sheets["Bottlenecks"]
    rows_shown = min(3, len(sheet.frame))
    lines = [
        row_of(
            BIND,
            f"{sheet.frame['name'].iloc[row]}: 10 % more {_with(sheet, row)}would save at most",
            Formula(f"={sheet.cell(row, 'worth')}", float(sheet.frame["worth"].iloc[row])),
            "million USD, present value",
            "Bottlenecks",
        )
        for row in range(rows_shown)
    ]
    return lines or [row_of(BIND, nothing_binds(facts), "–", "", "Bottlenecks", "text")]


def _with(sheet: ReportSheet, row: int) -> str:
    """'(together with Aktau sea port (kTEU)) ' where one more saves nothing by itself."""
    words = str(sheet.frame["together"].iloc[row])
    return f"(together with {words}) " if words else ""


def _serve(facts: Facts, sheets: Mapping[str, ReportSheet]) -> list[dict[str, Any]]:
    demand, missing = sheets["Demand"].sum("amount_mt"), sheets["Unserved"].sum("unserved_mt")
    whole, lost = float(demand.value), float(missing.value)
    share = Formula("=IF({-2}>0,1-{-1}/{-2},1)", 1 - lost / whole if whole > 0 else 1.0)
    return [
        row_of(SERVE, "Demand over all periods", demand, TONNES, "Demand"),
        row_of(SERVE, "Unserved over all periods", missing, TONNES, "Unserved", "fine"),
        row_of(SERVE, "Share carried", share, "of tonnes", "Unserved", "share"),
    ]


def _worth_rows(outcome: Outcome) -> list[dict[str, Any]]:
    """The gap in money and against what the plan saves, where that is known."""
    if outcome.gap_in_money is None or outcome.worth is None:
        return []
    money = "Proven gap in money: a better plan saves at most"
    lines = [row_of(TRUST, money, outcome.gap_in_money, "million USD", "Checks")]
    if outcome.gap_of_worth is not None:
        of_worth = "Proven gap against what the plan saves: a better plan saves at most"
        unit = "of what it saves against building only what is committed"
        lines.append(row_of(TRUST, of_worth, outcome.gap_of_worth, unit, "Checks", "gap"))
    return lines


def _trust(facts: Facts) -> list[dict[str, Any]]:
    outcome = facts.plan.outcome
    leaps = alert_words(facts.once(alerts)) if facts.plan.has_plan else "no plan"
    return [
        row_of(TRUST, "Borders that lose or gain most of their boxes in a year", leaps, "", "Alerts", "text"),
        row_of(TRUST, "Status", status_word(outcome), "", "Cover", "text"),
        *_worth_rows(outcome),
        row_of(TRUST, "Proven gap: a better plan saves at most", outcome.gap, "of the cost", "Checks", "gap"),
        row_of(TRUST, "Lower bound on the cost of any plan", outcome.bound, "million USD", "Checks"),
        row_of(
            TRUST,
            "Checks of the independent verifier that failed",
            float(counted(facts.plan.checks).failed),
            "checks",
            "Checks",
            "integer",
        ),
    ]
