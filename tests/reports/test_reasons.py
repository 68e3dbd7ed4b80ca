"""Reasons and bottlenecks say what the figures beside them say."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

import pandas as pd
import pytest

from model.plan.plan import Plan
from model.reports.analysis.asked import BY_CODE, OPEN, asked
from model.reports.analysis.bottlenecks import bottlenecks
from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.reports.page.parts import amount
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
        ({"cost": 51.5, "change": 9.5, "exact": True, "breaks": "rule R9 forbids it"}, "not worth"),
        ({"cost": 51.5, "change": -9.5, "exact": True, "breaks": "rule R9 forbids it"}, "limit"),
        ({"cost": 51.5, "change": -9.5, "exact": True, "breaks": "the envelope All gives 5"}, "budget"),
        ({"cost": 21.5, "change": 135.9, "exact": True, "breaks": ""}, "not worth"),
        ({"cost": 58.0, "change": math.nan, "at_least": 90.3, "exact": False, "breaks": ""}, "not worth"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("along", ["", "with P35, P36"])
def test_the_reason_tells_the_figures_beside_it(answer: dict[str, Any], code: str, along: str) -> None:
    """Proves: cost, saving and difference in the reason of a project that is not built are those of its row, whether
    the answer is exact, a bound or open, alone or with others; what makes other costs rise loses, and does not save
    nothing (21.5 and nothing is not 135.9). Why_not gives the same reason. If it were ignored: a reason told 2.2 from
    prices of capacity where the row said 1.9, 127.9 of one project where the row said 822.9 of four, 'would save
    nothing', and 'rule' on one sheet was 'money' on another."""
    plan = answered("NEVER", along=along, **answer)
    row = row_of(plan, "NEVER")
    assert row["code"] == code
    assert row["cost"] == pytest.approx(answer["cost"])
    told = [float(text.replace(",", "")) for text in re.findall(r"([\d,]+\.\d) million USD", row["why"])]
    figures = [abs(round(value, 1)) for value in (row["cost"], row["value"], row["opposite"]) if not math.isnan(value)]
    assert told
    assert set(told) <= set(figures)
    assert (f"(taken {along})" in row["why"]) == bool(along)
    assert math.isnan(row["value"]) == (code == "open")
    assert (" lose " in row["why"]) == (row["value"] < -0.1)
    assert ("save nothing" in row["why"]) == (row["value"] == 0)
    (one,) = (one for one in asked(Facts(plan)) if one.project == "NEVER")
    assert one.decider == BY_CODE.get(code, OPEN)
    assert "-" not in re.sub(r"\w-\w", "", one.words)  # a saving below zero is a loss, and is called that


def test_what_saves_in_some_year_is_not_called_unneeded() -> None:
    """Proves, by hand: NEVER would save nothing of 4.9 in its best year, and at most 28.7 of 42.8 in 2027: it does not
    pay, and the reason names both years. Where no year saves anything it is not needed.
    If it were ignored: a port that is full for seven years would be 'not needed' because of the last one."""
    last = {"cost": 4.9, "change": math.nan, "at_least": 4.9, "exact": False, "breaks": "", "along": ""}
    plan = answered("NEVER", **last, opening_year=2029)
    table = plan.tables["candidates"]
    best = table[(table["project"] == "NEVER") & table["best"].astype(bool)]
    others = table[table["project"] != "NEVER"]
    for at_least, code in ((14.1, "not worth"), (42.8, "not needed")):
        early = best.assign(best=False, opening_year=2027, cost=42.8, at_least=at_least)
        tables = {**plan.tables, "candidates": pd.concat([others, best, early], ignore_index=True)}
        row = row_of(dataclasses.replace(plan, tables=tables), "NEVER")
        assert row["code"] == code
        assert "Forced in 2029, it would cost 4.9 million USD and save nothing." in row["why"]
        early_words = (
            "In 2027, where it may come nearest to paying, it would cost 42.8 million USD and save at most "
            "28.7 million USD."
        )
        assert (early_words in row["why"]) == (code == "not worth")


def test_a_rule_decides_only_where_the_package_would_pay() -> None:
    """Proves: DREDGE needs QUAY; without QUAY in the plan a package that costs 10 more is not worth it, with the rule
    named, and one that would pay is held by the rule; Projects and Why_not agree.
    If it were ignored: one sheet would say 'rule' and the other 'money' of one project (P31, P44, P45 of a run)."""
    plan = rich_plan()
    opened = plan.tables["investments"]
    tables = {**plan.tables, "investments": opened[~opened["project"].isin(["QUAY", "DREDGE"])]}
    table = plan.tables["candidates"]
    row = table[table["project"] == "NEVER"].iloc[0].to_dict()
    for change, code in ((10.0, "not worth"), (-10.0, "rule")):
        forced = row | {"project": "DREDGE", "cost": 20.0, "change": change, "exact": True, "best": True}
        forced |= {"along": "with QUAY", "breaks": ""}
        rest = table[~table["project"].isin(["QUAY", "DREDGE"])]
        tables["candidates"] = pd.concat([rest, pd.DataFrame([forced])], ignore_index=True)
        held = dataclasses.replace(plan, tables=dict(tables))
        told = row_of(held, "DREDGE")
        assert told["code"] == code
        assert "R1" in told["why"]
        (one,) = (one for one in asked(Facts(held)) if one.project == "DREDGE")
        assert one.decider == BY_CODE[code]


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


@pytest.mark.parametrize(
    ("saved", "exact", "words", "beside"),
    [
        (0.0, True, "save nothing", "saves nothing"),
        (0.03, True, "save less than 0.1 million USD", "saves less than 0.1 million USD"),
        (0.03, False, "save less than 0.1 million USD", "saves less than 0.1 million USD"),
        (2.0, False, "save at most 2.0 million USD", "saves at most 2.0 million USD"),
        (-0.03, False, "lose something elsewhere", "loses something"),
        (-2.0, True, "lose 2.0 million USD elsewhere", "loses 2.0 million USD"),
    ],
)
def test_money_that_is_hardly_any_is_put_into_words(saved: float, exact: bool, words: str, beside: str) -> None:
    """Proves: what a project saves reads alike in its reason and beside the place that it relieves; less than what one
    decimal shows is 'less than 0.1', nothing is nothing, and what raises other costs loses. The page shows '< 0.1'.
    If it were ignored: Bottlenecks would say that P66 'saves 0.0' where Projects says 'less than 0.1', and that a
    project which makes all else dearer saves what it loses."""
    plan = rich_plan()
    table = plan.tables["candidates"]
    only = table[(table["project"] == "NEVER") & table["best"].astype(bool)].copy()
    only = only.assign(cost=7.8, change=7.8 - saved, at_least=7.8 - saved, exact=exact, along="", breaks="")
    limits = plan.tables["capacities"].copy()
    limits.loc[limits["asset"] == "CD", "shadow_price"] = 0.01  # so that it is a bottleneck, with what relieves it
    facts = Facts(dataclasses.replace(plan, tables={**plan.tables, "candidates": only, "capacities": limits}))
    why = decisions(facts).set_index("project")["why"]["NEVER"]
    assert f"it would cost 7.8 million USD and {words}" in why
    relief = bottlenecks(facts).set_index("asset")["relief"]["CD"]
    assert f"NEVER NEVER (not built, {beside} for 7.8 million USD from" in relief


def test_the_page_shows_that_little_is_not_nothing() -> None:
    """Proves: 0.03 million USD is '< 0.1', rounding of the solver is 0.0. If it were ignored: a project that would
    enter at a capital of 0.03 would enter at 0.0, beside others that never enter."""
    assert [amount(value) for value in (0.0, 1e-9, 0.03, -0.03, 0.05, 12.34)] == [
        "0.0", "0.0", "< 0.1", "> -0.1", "0.1", "12.3",
    ]  # fmt: skip
    assert amount(math.nan) == "–"
