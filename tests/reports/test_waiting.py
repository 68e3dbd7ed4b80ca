"""What money alone holds back of what the plan builds."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from model.case.case import Case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.reports.brief.doubts import doubts_block
from model.reports.brief.waiting import waiting
from model.reports.facts import Facts
from model.studies.candidates import candidate_tables
from tests.minis import budget, demand, effect, link, make_case, project, rule


def tight(first: float = 4.0, then: float = 10.0, amount: Any = 10.0, rules: tuple[str, ...] = (), **more: Any) -> Case:
    """A line of 5 kTEU, 10 kTEU a year; P adds 5 for 10 million and 2 a year, of an envelope that may be too small."""
    late = {"status": "committed", "committed_opening": 2027}
    return make_case(
        "tight", ["A", "B"], [link("AB", "A-B", capacity_kteu=5.0)], [demand("boxes", "A-B", amount)],
        Projects=[project("P", 10.0, upkeep=2.0, **more), project("Q", 0.0, **late)],
        ProjectEffects=[effect("P", "AB", 5.0)], ProjectRules=[rule("R", words) for words in rules],
        Budgets=[budget("All", (2026, 2026), first), budget("All", (2027, 2028), then)],
    )  # fmt: skip


def planned(case: Case) -> Plan:
    """The plan, with answers to what other decisions would cost."""
    return make_plan(case, questions=partial(candidate_tables, seconds=60.0))


def test_what_opens_later_for_want_of_money_says_so() -> None:
    """Proves: 4 of the 10 million are there in 2026, so P opens in 2027 and the brief says what 2026 lacks: 6. A year
    earlier costs its upkeep of 2, and saves at most what 5 kTEU pay less than the penalty, 5 x (20 - 1) = 95; two plans
    differ by just 93. If it were ignored: the brief would say that more money buys nothing, of a project that only the
    budget keeps from opening a year earlier."""
    plan, rich = planned(tight()), planned(tight(first=10.0))
    (one,) = waiting(Facts(plan))
    assert (one.project, one.year, one.opens, one.lack) == (
        "P", 2026, 2027, "envelope All lacks at least 6.0 million USD in 2026"
    )  # fmt: skip
    assert (one.cost, one.saved) == (pytest.approx(2.0), pytest.approx(95.0))
    assert Facts(plan).objective - Facts(rich).objective == pytest.approx(93.0)
    said = {record.label: record.words for record in doubts_block(Facts(plan)).records}["What more money would buy"]
    assert "P (P) could open in 2026 instead of 2027: envelope All lacks at least 6.0 million USD in 2026" in said
    assert "costs 2.0 million USD more and saves at most 95.0 million USD" in said
    said = {record.label: record.words for record in doubts_block(Facts(rich)).records}["What more money would buy"]
    assert said.startswith("Nothing")


def test_what_lacks_money_for_a_module_more_says_so() -> None:
    """Proves: of 20 kTEU, P carries 5 with its one module of 2026; a second one then lacks 10. If it were ignored: what
    money keeps small would look as large as anybody wants it."""
    (one,) = waiting(Facts(planned(tight(first=10.0, then=0.0, amount=20.0, maximum_modules=2))))
    assert (one.project, one.change) == ("P", "with one more module in 2026")
    assert one.lack == "envelope All lacks at least 10.0 million USD in 2026"


@pytest.mark.parametrize("other", ["dates", "a rule", "no worth"])
def test_what_waits_for_something_else_does_not_wait_for_money(other: str) -> None:
    """Proves: a project that its dates, or a rule, allow only from 2027 on, or that saves nothing in 2026, is not said
    to wait for money, although the envelope of 2026 could not pay for it. If it were ignored: a ministry would be asked
    for money that moves nothing."""
    case = {
        "dates": tight(earliest_opening=2027),
        "a rule": tight(rules=("P requires Q",)),
        "no worth": tight(amount={2026: 5.0, 2027: 10.0, 2028: 10.0}),
    }[other]
    facts = Facts(planned(case))
    assert facts.openings.set_index("project")["opening_year"]["P"] == 2027
    assert waiting(facts) == []
