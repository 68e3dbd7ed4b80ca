"""What a plan and a project are worth is told with its parts: money, time, taste, penalties, what others pay."""

from __future__ import annotations

import math
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.reports import write_reports
from model.reports.analysis.appraisal import Appraisal, appraisal
from model.reports.analysis.gain import bought_words
from model.reports.analysis.trials import BOUND
from model.reports.brief import others_pay
from model.reports.brief.brief import brief
from model.reports.facts import Facts
from model.solvers.core.options import SolveOptions
from model.studies.candidates import candidate_tables
from tests.minis import COMMODITIES, demand, effect, link, make_case, node, periods, project
from tests.reports.office import SOFFICE, recalculated
from tests.reports.reading import Reader

PARTS = "25.0 of costs paid; 1.5 of cost of time; 20.0 of taste, not paid; 100.0 of penalties, not paid"


@cache
def mixed() -> Plan:
    """One year, a day of a kTEU at 0.1. 10 kTEU A-B: near at 12 and 3 days, far at 9, 5 days and a taste of 2.

    S, for 5, halves the near price, four fifths of it a transfer: 60 + 3 instead of 90 + 5 + 20. W, for 7, opens A-Z to
    the other 5 at 1 and a day: 5.5 instead of a penalty of 100. Saved: 25 of money, 1.5 of time, 20 of taste, 100 of
    penalty, 146.5 in all, of it 48 transfers; less 12 of outlays.
    """
    case = make_case(
        "mixed",
        ["A", node("B", country="AZ"), "Z"],
        [
            link("near", "A-B", container_cost=12.0, days_regular=3.0),
            link("far", "A-B", container_cost=9.0, days_regular=5.0, perceived_cost=2.0),
            link("shut", "A-Z", capacity_kteu=0.0),
        ],
        [demand("D", "A-B", 10.0), demand("E", "A-Z", 5.0)],
        years=periods(2026),
        Commodities=[{**COMMODITIES[0], "value_of_time": 0.1}],
        Projects=[project("S", 5.0), project("W", 7.0)],
        ProjectEffects=[
            {"project": "S", "asset_kind": "link", "asset": "near", "cost_change": -0.5, "transfer_share": 0.8},
            effect("W", "shut", 5.0),
        ],
    )  # fmt: skip
    plan = make_plan(case, SolveOptions(gap=1e-9, threads=1), questions=partial(candidate_tables, seconds=60.0))
    assert plan.verified
    return plan


def appraised() -> Appraisal:
    """The plan against its minimum."""
    found = Facts(mixed()).once(appraisal)
    assert found is not None
    return found


def test_the_worth_of_the_plan_is_told_with_its_parts() -> None:
    """
    Proves: 134.5 net is 25 + 1.5 + 20 + 100 - 12, and money and time alone, without the 48 that others pay, are
    26.5 - 48 - 12 = -33.5; the answer, the sentence of the Cover and the rows of the benefit all say so.
    If the net stood alone: a lender would read 134.5 as cash where the plan costs all together 33.5.
    """
    found = appraised()
    assert found.net == pytest.approx(134.5)
    assert found.net_without_transfers == pytest.approx(86.5)
    assert found.narrow.net == pytest.approx(-33.5)
    assert found.narrow.ratio == pytest.approx(-21.5 / 12)
    facts = Facts(mixed())
    assert facts.minimum is not None
    blocks = {block.key: block for block in brief(facts)}
    answer = {record.label: record.words for record in blocks["answer"].records}["What it is worth"]
    for words in (answer, bought_words(facts, facts.minimum)):
        assert "Not all of this is money." in words
        assert f"{PARTS}; of all that 48.0 are transfers" in words
        assert "less outlays: -33.5 million USD, -1.8 for each dollar." in words
    rows = [(record.label, record.figures[0].value) for record in blocks["benefit"].records]
    assert rows[-5:] == [
        ("Net", pytest.approx(134.5)), ("of it taste, not paid", pytest.approx(20.0)),
        ("of it penalties, not paid", pytest.approx(100.0)), ("of it transfers", pytest.approx(48.0)),
        ("Net of money and time alone", pytest.approx(-33.5)),
    ]  # fmt: skip
    assert not any("society" in record.words for block in blocks.values() for record in block.records)


def test_the_appraisal_tells_the_parts_before_anything_else(tmp_path: Path) -> None:
    """
    Proves: behind net and ratio stand the benefits by kind, the transfers and what is left of money and time, as
    formulas that a spreadsheet works out alike; the Summary has the last too, and the other rates their own cells.
    If they stood at the end of the sheet: the first figures would be read as money.
    """
    write_reports(mixed(), tmp_path)
    written = tmp_path / "plan.xlsx"
    book = Reader(written if SOFFICE is None else recalculated([written], tmp_path)[0])
    figures = {str(row["Indicator"]): row["Figure"] for row in book.records("Appraisal")}
    names = list(figures)
    assert names[4:8] == [f"Benefits: {kind}" for kind in (
        "Costs paid", "Cost of time", "Taste, not paid", "Penalties, not paid")]  # fmt: skip
    assert [figures[name] for name in names[4:8]] == pytest.approx([25.0, 1.5, 20.0, 100.0])
    assert figures["Net present value of money and time alone"] == pytest.approx(-33.5)
    assert figures["Benefit per outlay of money and time alone"] == pytest.approx(-21.5 / 12)
    assert names.index("Net present value of money and time alone") < names.index("Internal rate of return")
    assert figures["Net present value at 12%"] == pytest.approx(134.5)  # a single year, that of the base
    assert book.summary("The plan on top of that: net present value of money and time alone") == pytest.approx(-33.5)


def test_a_project_says_what_others_pay_of_its_worth(tmp_path: Path) -> None:
    """
    Proves: S saves 30 of money + 2 of time + 20 of taste = 52, and says so; 48 of it are transfers, half in KZ and half
    in AZ, so 4 are left, and it loses 1 after its costs of 5. Cover, Projects and page say so beside it, and
    Project_figures in figures. Beside W, which nobody else pays for, stands what it saves and what it makes dearer.
    If 52 stood alone: a subsidy would be the best work of the corridor. If the 4 stood beside the 5: what a lender
    reads as its result would leave its own costs out.
    """
    words = (
        " What it saves is not money alone; in million USD: 30.0 of costs paid; 2.0 of cost of time; 20.0 of taste, "
        "not paid. Transfers in what it saves: 48.0 million USD, which others pay or do not earn (Azerbaijan 50 % and "
        "Kazakhstan 50 %). Without them, and after its own costs of 5.0, it loses 1.0."
    )
    facts = Facts(mixed())
    (decided,) = (block for block in brief(facts) if block.key == "decide")
    said = {record.words[0]: record.words for record in decided.records}
    assert said["S"] == f"S S.{words}"
    dearer = "against that 5.0 more of costs paid and 0.5 more of cost of time."
    assert said["W"].endswith(f"in million USD: 100.0 of penalties, not paid; {dearer}")
    assert "ransfers" not in said["W"]
    write_reports(mixed(), tmp_path)
    book = Reader(tmp_path / "plan.xlsx")
    why = {row["Project"]: str(row["Why"]) for row in book.records("Projects")}
    assert why["S"].endswith(words)
    assert "ransfers" not in why["W"]
    shown = {row["Project"]: row for row in book.records("Project_figures")}
    columns = [f"{name} [million USD present value]" for name in ("Of it transfers", "Net without transfers")]
    assert [shown["S"][column] for column in columns] == pytest.approx([48.0, -1.0])
    assert [shown["W"][column] or None for column in columns] == [None, None]
    assert words in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_what_is_left_without_transfers_is_lost_where_it_is_below_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: 48 of transfers and 1 of costs leave 3 of 52, and lose 14.3 of 34.7; where the worth is a bound, "at least"
    and "at most". Where its costs are not known nothing is said of it.
    If the sign stood in the sentence: "saves -13.3" would be read as a saving.
    """
    monkeypatch.setattr(others_pay, "paid_by", lambda *_: {"KZ": 48.0})
    facts = Facts(mixed())

    def left(value: float, kind: str, cost: float = 1.0) -> str:
        row = SimpleNamespace(decision="Build", value=value, kind=kind, cost=cost)
        return others_pay.paid_words(facts, row).partition(" Without them, and after its own costs of 1.0, ")[2]

    assert [left(52.0, "exact"), left(52.0, BOUND)] == ["it gains 3.0.", "it gains at least 3.0."]
    assert [left(34.7, "exact"), left(34.7, BOUND)] == ["it loses 14.3.", "it loses 14.3 at most."]
    assert left(52.0, "exact", math.nan) == ""
