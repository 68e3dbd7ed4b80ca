"""Checks: what the verifier found, and the workbook's own sums taken two ways, live."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from model.plan.verify.checks import result_of
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.workbook.sheet import Column, Formula, ReportSheet

TOLERANCE = 1e-6


def checks_sheet(facts: Facts, sheets: Mapping[str, ReportSheet]) -> ReportSheet:
    """Workbook checks (two sources, live) above the verifier's checks."""
    records = _workbook_checks(facts, sheets) + _verifier_checks(facts)
    columns = (
        Column("by", "Checked by", meaning="workbook = live formula here; verifier = recomputed after the solve."),
        Column("check", "Check", width=36),
        Column("detail", "What is compared", "long", width=56),
        Column("first", "First figure", "exact"),
        Column("second", "Second figure", "exact"),
        Column("difference", "Difference", "exact"),
        Column("tolerance", "Tolerance", "exact"),
        Column("unit", "Unit"),
        Column("result", "Result", "word"),
    )
    return ReportSheet(
        "Checks",
        "Is the plan right? Each figure from two places",
        "The places are independent of each other. The master check on the Cover is OK only when none fails. "
        "'Not checked' marks what is switched off or has no recount; the detail says which.",
        columns,
        pd.DataFrame(records, columns=[column.name for column in columns]),
        empty="No checks: there is no plan.",
        group="Trust",
        key_columns=2,
    )


def _compare(
    row: int, check: str, detail: str, first: Formula | float, second: Formula | float, unit: str
) -> dict[str, object]:
    """One live check in the zero-based data row `row`."""
    number = row + 5
    one = first.value if isinstance(first, Formula) else first
    two = second.value if isinstance(second, Formula) else second
    difference = float(one) - float(two)
    tolerance = TOLERANCE * max(1.0, abs(float(two)))
    return {
        "by": "workbook",
        "check": check,
        "detail": detail,
        "first": first,
        "second": second,
        "difference": Formula(f"=D{number}-E{number}", difference),
        "tolerance": tolerance,
        "unit": unit,
        "result": Formula(
            f'=IF(ABS(F{number})<=G{number},"OK","FAIL")', "OK" if abs(difference) <= tolerance else "FAIL"
        ),
    }


def _workbook_checks(facts: Facts, sheets: Mapping[str, ReportSheet]) -> list[dict[str, object]]:
    if not facts.plan.has_plan:
        return []
    detail, costs, spending = sheets["Costs_detail"], sheets["Costs"], sheets["Spending"]
    paid, renewed = (detail.sum_where("amount", term=term) for term in ("capital", "renewal"))
    objective = facts.plan.outcome.objective
    investments = sheets["Investments"]
    pairs: list[tuple[str, str, Formula | float, Formula | float, str]] = [
        (
            "Objective = sum of costs",
            "Present values of Costs_detail against the solver's objective",
            detail.sum("discounted"),
            float(objective) if objective is not None else facts.objective,
            "million USD",
        ),
        (
            "Costs add up",
            "Costs by year and term against Costs_detail",
            costs.sum("all"),
            detail.sum("amount"),
            "million USD",
        ),
        (
            "Capital two ways",
            "Spending by project against capital and renewals in Costs_detail",
            spending.sum("all"),
            Formula(f"{paid.text}+{renewed.text[1:]}", float(paid.value) + float(renewed.value)),
            "million USD",
        ),
        (
            "Capital within the horizon two ways",
            "What opens less what was paid before the horizon, against the capital term of Costs_detail",
            investments.sum("within"),
            detail.sum_where("amount", term="capital"),
            "million USD",
        ),
    ]
    return [_compare(row, *pair) for row, pair in enumerate(pairs)]


def _verifier_checks(facts: Facts) -> list[dict[str, object]]:
    return [
        {
            "by": "verifier",
            "check": row.check,
            "detail": row.detail,
            "first": float(row.worst),
            "second": 0.0,
            "difference": float(row.worst),
            "tolerance": float(row.tolerance),
            "unit": row.unit,
            "result": result_of(row),
        }
        for row in rows(facts.plan.checks)
    ]


def master_check(sheet: ReportSheet) -> Formula:
    """'OK' when no check fails (and there is at least one)."""
    results = [str(value) for value in sheet.cached("result")]
    text = f'=IF(AND(COUNTIF({sheet.span("result")},"FAIL")=0,COUNTIF({sheet.span("result")},"OK")>0),"OK","FAIL")'
    return Formula(text, "OK" if results and "FAIL" not in results else "FAIL")
