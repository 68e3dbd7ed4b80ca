"""Reasons and bottlenecks say what the figures beside them say."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

import pytest

from model.plan.plan import Plan
from model.reports.analysis.bottlenecks import bottlenecks
from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, ReportSheet
from tests.reports.fixture.rich import rich_plan
from tests.reports.reading import Reader


def answered(project: str, gap: float = 0.0, **answer: Any) -> Plan:
    """The rich plan with another answer on the best change of a project, and so much money of gap."""
    plan = rich_plan()
    table = plan.tables["candidates"].copy()
    for name, value in answer.items():
        table.loc[(table["project"] == project) & table["best"].astype(bool), name] = value
    assert plan.outcome.objective is not None
    outcome = dataclasses.replace(plan.outcome, bound=plan.outcome.objective - gap)
    return dataclasses.replace(plan, outcome=outcome, tables={**plan.tables, "candidates": table})


def row_of(plan: Plan, project: str) -> Any:
    """The decision on a project."""
    frame = decisions(Facts(plan))
    return frame[frame["project"] == project].iloc[0]


def test_what_is_cheaper_left_out_says_so_without_contradiction() -> None:
    """Proves: a project of the plan without which all costs are 0.5 lower, where the proof leaves 2.0 open, reads
    'Built; leaving it out would be cheaper by 0.5: within the proven gap of 2.0', with that code. If it were ignored:
    'Cheaper with it than without. Without it all costs would be lower' stood in one cell of the shipped run."""
    row = row_of(answered("PORTAL", gap=2.0, change=-0.5, exact=True), "PORTAL")
    assert (row["decision"], row["code"]) == ("Build", "within gap")
    assert row["why"].startswith(
        "Built; leaving it out would be cheaper by 0.5 million USD: within the proven gap of 2.0"
    )
    assert "Without it" not in row["why"]
    assert row["opposite"] == pytest.approx(-0.5)


def test_ships_in_fractions_may_undercut_a_proof() -> None:
    """Proves: where the gap is closed, such a figure comes from ships shared out in fractions, and says so. If it were
    ignored: a proven plan would be said to lie outside its proof."""
    row = row_of(answered("PORTAL", gap=0.0, change=-0.5, exact=True), "PORTAL")
    assert "if fractions of ships could be assigned" in row["why"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"cost": 1007.5, "change": math.nan, "at_least": 184.7, "exact": False, "breaks": ""}, "not worth"),
        ({"cost": 1007.5, "change": 184.7, "exact": True, "breaks": ""}, "not worth"),
        ({"cost": 7.8, "change": 7.8, "exact": True, "breaks": ""}, "not needed"),
        ({"cost": 7.8, "change": math.nan, "at_least": 7.8, "exact": False, "breaks": ""}, "not needed"),
        ({"cost": 51.5, "change": math.nan, "at_least": -47.9, "exact": False, "breaks": ""}, "open"),
        ({"cost": 51.5, "change": 9.5, "exact": True, "breaks": "rule R9 forbids it"}, "limit"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("along", ["", "with P35, P36"])
def test_the_reason_tells_the_figures_beside_it(answer: dict[str, Any], code: str, along: str) -> None:
    """Proves: cost, saving and difference in the reason of a project that is not built are those of its row, whether
    the answer is exact, a bound or open, alone or with others. If it were ignored: a reason told 2.2 from prices of
    capacity where the row said 1.9, 127.9 of one project where the row said 822.9 of four, and 'would save nothing'."""
    row = row_of(answered("NEVER", along=along, **answer), "NEVER")
    assert row["code"] == code
    assert row["cost"] == pytest.approx(answer["cost"])
    told = [float(text.replace(",", "")) for text in re.findall(r"([\d,]+\.\d) million USD", row["why"])]
    figures = [round(value, 1) for value in (row["cost"], row["value"], row["opposite"]) if not math.isnan(value)]
    assert told
    assert set(told) <= set(figures)
    assert (f"(taken {along})" in row["why"]) == bool(along)
    assert math.isnan(row["value"]) == (code == "open")


def test_closed_is_not_full() -> None:
    """Proves: the line that is closed until OLD opens in 2027 is not called full in 2026, but closed, and what is
    closed adds nothing to its worth: 10 % of the usable capacity of each period times its price. If it were ignored: a
    line that nothing can use would lead the list of bottlenecks."""
    facts = Facts(rich_plan())
    row = bottlenecks(facts).set_index("asset").loc["SHUT LINE"]
    assert row["closed_in"] == "2026"
    assert "2026" not in row["full_in"]
    limits = facts.capacities[facts.capacities["asset"] == "SHUT LINE"].set_index("period")
    assert limits["usable"]["2026"] == 0.0
    worth = sum(
        0.1 * limits["usable"][name] * limits["shadow_price"][name] / 1000 * facts.case.discount(int(name))
        for name in facts.periods
    )
    assert row["worth"] == pytest.approx(worth)


def test_sums_tell_texts_that_look_like_numbers_apart() -> None:
    """Proves: a live sum by a column that holds '7' and '007' compares texts exactly; SUMIFS would find both. If it
    were ignored: two keys that differ by leading zeros would share their sums."""
    import pandas as pd

    columns = (Column("key", "Key"), Column("period", "Period", "period"), Column("amount", "Amount", "number"))
    frame = pd.DataFrame({"key": ["7", "007"], "period": ["2026", "2026"], "amount": [1.0, 2.0]})
    sheet = ReportSheet("Demo", "Demo", "", columns, frame)
    assert sheet.sum_where("amount", key="007").text.startswith("=SUMPRODUCT(")
    assert sheet.sum_where("amount", key="007").value == 2.0
    assert sheet.sum_by("amount", {"period": ("$B5", "2026")}).text.startswith("=SUMIFS(")  # years are numbers there


def test_modules_behind_the_figures_are_told(tmp_path: Any) -> None:
    """Proves: QUAY taken out takes DREDGE along: three modules are decided, two of them its own, and its capital is
    that of both (12 + 8) beside that of the first (12). If it were ignored: a project of 12 million would cost 25, and
    nobody would know why (P18 of the shipped case: 60, against 95.2 for three modules)."""
    from model.reports import write_reports

    write_reports(rich_plan(), tmp_path)
    book = Reader(tmp_path / "plan.xlsx")
    figures = {row["Project"]: row for row in book.records("Project_figures")}
    assert (figures["QUAY"]["Modules decided"], figures["QUAY"]["Decided together"]) == (3, "without DREDGE")
    projects = {row["Project"]: row for row in book.records("Projects")}
    assert projects["QUAY"]["Capital of the first module [million USD]"] == 12.0
    assert projects["QUAY"]["Capital of what opens [million USD]"] == 20.0
    assert "1 of" not in str(book.summary("QUAY: opens 2027"))
    lines = [row["Measure"] for row in book.records("Summary")]
    assert "Ship: feeder: opens 2028, 2 of 4 modules (candidate)" in lines
