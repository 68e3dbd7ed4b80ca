"""What other decisions cost, against new plans of altered cases."""

from __future__ import annotations

import math
from functools import cache, partial

import numpy as np
import pytest

from model.case.case import Case
from model.formulation.rule_closures import RuleClosures, goes_with
from model.network.graph import FloatArray
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Event, Interrupted
from model.solvers.engine import solve_prepared
from model.solvers.plans.what_if import WhatIf
from model.studies.candidates import IN, LATER, OUT, Candidates, candidate_tables
from tests.minis import budget, demand, effect, link, make_case, project, rule
from tests.reports.fixture.case import mini_case
from tests.solvers.helpers import lumpy_case, prepared

EXACT = SolveOptions(gap=1e-9)


@cache
def asked(seed: int) -> Plan:
    """A proven best plan, asked about every project."""
    return make_plan(lumpy_case(seed), EXACT, questions=partial(candidate_tables, seconds=120.0))


def changed(case: Case, project_key: str, **figures: object) -> Case:
    """The case with other figures of one project."""
    projects = case.table("Projects").copy()
    for column, value in figures.items():
        projects.loc[projects["project"] == project_key, column] = value
    return case.with_tables(Projects=projects)


@pytest.mark.parametrize("seed", [1, 2])
def test_new_plans_cost_no_more_than_the_answers_say(seed: int) -> None:
    """
    Proves: for each project of the plan, the best plan without it costs more than this one, and at most the answer;
    for each other one that nothing forbids, the best plan in which it has to open in the year told does likewise.
    If an answer were too low: 'it would cost at most that' would be false, and a project be turned down for nothing.
    """
    plan = asked(seed)
    best = plan.outcome.objective
    assert best is not None
    table = plan.tables["candidates"]
    told = table[table["best"] & (table["breaks"] == "")]
    assert len(told) >= 4
    for row in told.to_dict("records"):
        assert row["exact"]
        if row["question"] == OUT:
            case = changed(plan.case, row["project"], status="excluded")
        else:
            year = float(row["opening_year"])
            case = changed(plan.case, row["project"], status="committed", committed_opening=year)
        other = make_plan(case, EXACT).outcome.objective
        assert other is not None
        slack = 1e-6 * abs(best)
        assert -slack <= other - best <= row["change"] + slack, row
        assert row["at_least"] <= row["change"] + slack


def test_the_minimum_is_the_plan_of_what_is_committed() -> None:
    """
    Proves: the costs and the tonnes of the minimum are those of a plan of the same case whose candidates are excluded.
    If they were not: what the plan buys would be measured against a plan that nobody could choose.
    """
    plan = make_plan(mini_case(growth=3.0), EXACT, questions=partial(candidate_tables, seconds=120.0))
    projects = plan.case.table("Projects").copy()
    projects.loc[projects["status"] == "candidate", "status"] = "excluded"
    least = make_plan(plan.case.with_tables(Projects=projects), EXACT)
    costs = plan.tables["minimum_costs"]
    assert float(costs["discounted"].sum()) == pytest.approx(least.outcome.objective, rel=1e-7)
    both = (plan.tables["minimum_served"], least.tables["demand_served"])
    left = [table.groupby("period")["unserved_kt"].sum().to_list() for table in both]
    assert left[0] == pytest.approx(left[1], rel=1e-6, abs=1e-6)
    assert plan.verified


def test_no_time_leaves_the_bounds() -> None:
    """
    Proves: without any time no figure is called exact, and the bound stands for every project of the case.
    If it were ignored: a busy machine would leave projects without any figure, or with a wrong name for it.
    """
    plan = make_plan(lumpy_case(1), EXACT, questions=partial(candidate_tables, seconds=1e-9))
    table = plan.tables.get("candidates")
    assert table is not None
    assert not table["exact"].any()
    assert set(table.loc[table["best"], "project"]) == set(plan.case.table("Projects")["project"])
    assert table["at_least"].notna().all()


def test_the_opening_told_has_the_least_bound_once_it_is_sharper(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where no opening is evaluated, the one told as the best is that of the least bound when bounds of the parts
    count too, though they raise the bound of the opening that looked best before.
    If the first one stayed: "worth at most" would hold for a year that another one beats, and not for the project.
    """
    loose = WhatIf.at_least

    def at_least(self: WhatIf, values: FloatArray, *, by_part: bool = False) -> float:
        earlier = float(np.abs(values - self.base).sum())  # the earlier a project opens, the more columns change
        return loose(self, values) + (10.0 * (20.0 - earlier) if by_part else 0.0)

    def exactly(self: WhatIf, values: FloatArray) -> float:
        raise Interrupted

    monkeypatch.setattr(WhatIf, "at_least", at_least)
    monkeypatch.setattr(WhatIf, "exactly", exactly)
    problem = prepared(lumpy_case(6))
    _, best = solve_prepared(problem)
    assert best is not None
    table = Candidates(WhatIf(problem, best)).table()
    later = 0
    for _, rows in table[table["question"] == IN].groupby("project"):
        free = rows[rows["breaks"] == ""]
        if not len(free) or free["exact"].any():
            continue
        told = free[free["best"].astype(bool)].iloc[0]
        assert told["at_least"] == free["at_least"].min()
        later += len(free) > 1
    assert later


def test_an_opening_worked_out_is_not_the_best_where_another_may_cost_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where time is up after one opening of each project, the one told is that which is known to cost least: the
    one worked out, or one whose bound lies below it.
    If any exact figure stood before a bound: "in its best year it would cost 2.9" would be told of a project that costs
    1.3 in another one (P19 of the shipped case).
    """
    done, real = set[int](), WhatIf.exactly

    def exactly(self: WhatIf, values: FloatArray) -> float:
        project = int(np.flatnonzero(values - self.base)[0]) // 3
        if project in done:
            raise Interrupted
        done.add(project)
        return real(self, values) + 5.0

    monkeypatch.setattr(WhatIf, "exactly", exactly)
    problem = prepared(lumpy_case(6))
    _, best = solve_prepared(problem)
    assert best is not None
    table = Candidates(WhatIf(problem, best)).table()
    bounds = 0
    for _, rows in table[table["question"] == IN].groupby("project"):
        free = rows[rows["breaks"] == ""]
        told = free[free["best"].astype(bool)]
        if len(told) and free["exact"].any():
            known = free["change"].where(free["exact"].astype(bool), free["at_least"])
            assert known[told.index[0]] == known.min()
            bounds += not told["exact"].iloc[0]
    assert bounds


def test_rule_closures_follow_the_rules() -> None:
    """
    Proves: forcing C in brings B (required two years before) and D (together with B) and drops A (shut out by C), which
    takes E along (it needs A); taking A out takes E out.
    If they were left behind: the figure would be that of a plan that breaks the rules.
    """
    case = make_case(
        "rules", "AB", [link("AB", "A-B", container_cost=1.0, capacity_kteu=20.0)], [demand("X", "A-B", 1.0)],
        years=(2026, 2028, 2030),
        Projects=[project(key, 5.0) for key in "ABCDE"],
        ProjectRules=[
            rule("R1", "C requires B", 2), rule("R2", "B together D"), rule("R3", "A excludes C"),
            rule("R4", "E requires A"),
        ],
    )  # fmt: skip
    periods = ("2026", "2028", "2030")
    built = {(key, period): int(key in "AE") for key in "ABCDE" for period in periods}
    closures = RuleClosures(case, built)
    forced = closures.with_("C", "2030")
    assert forced == {
        **{("A", period): 0 for period in periods}, **{("E", period): 0 for period in periods},
        **{(key, period): int(period != "2026") for key in "BD" for period in periods},
        **{("C", period): int(period == "2030") for period in periods},
    }  # fmt: skip
    assert closures.words("C", forced) in ("with B, D, without A, E", "with B, D, without E, A")
    assert closures.without("A") == {(key, period): 0 for key in "AE" for period in periods}


def test_what_comes_along_earlier_than_in_the_plan_says_so() -> None:
    """
    Proves: C in 2028 needs B in 2026, which the plan opens in 2028: the words say so, and B is what comes along.
    If it were only 'with B': what B saves by opening earlier would be told as what C saves (P43 and P42 of Poti).
    """
    case = make_case(
        "rules", "AB", [link("AB", "A-B", container_cost=1.0, capacity_kteu=20.0)], [demand("X", "A-B", 1.0)],
        years=(2026, 2028, 2030), Projects=[project(key, 5.0) for key in "BC"],
        ProjectRules=[rule("R1", "C requires B", 2)],
    )  # fmt: skip
    built = {(key, period): int(key == "B" and period != "2026") for key in "BC" for period in ("2026", "2028", "2030")}
    closures = RuleClosures(case, built)
    assert closures.words("C", closures.with_("C", "2030")) == ""
    words = closures.words("C", closures.with_("C", "2028"))
    assert words == "with B [2026 instead of 2028]"
    assert goes_with(words) == ["B"]
    assert goes_with(words, moved=False) == []


def test_a_limit_in_the_way_is_named() -> None:
    """
    Proves: a project of 50 that would save 9 a kTEU for 10 kTEU in each of 3 years is out because the envelope holds
    40; the answer says by how much it would pay and which envelope stands in the way.
    If it were ignored: the analyst could not say that it is the budget that keeps it out.
    """
    case = make_case(
        "poor", "AB",
        [link("near", "A-B", container_cost=1.0, capacity_kteu=0.0), link("far", "A-B", container_cost=10.0)],
        [demand("D", "A-B", 10.0)],
        Projects=[project("P", 50.0)], ProjectEffects=[effect("P", "near", 10.0)],
        Budgets=[budget("all", (2026, 2028), 40.0)],
    )  # fmt: skip
    plan = make_plan(case, EXACT, questions=partial(candidate_tables, seconds=60.0))
    table = plan.tables["candidates"]
    row = table.loc[table["opening_year"] == 2026].iloc[0]
    assert row["question"] == IN
    assert row["change"] == pytest.approx(50.0 - 3 * 90.0)
    assert "gives at most 40" in row["breaks"]


def test_a_failure_of_the_answers_does_not_cost_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: when the answers fail, the plan is there and verified, without the tables, and the listener hears why.
    If it were ignored: a run of hours would be lost for an extra.
    """

    def fail(*_: object) -> None:
        raise RuntimeError("no")

    heard: list[str] = []
    monkeypatch.setattr("model.studies.candidates.WhatIf", fail)
    listener = lambda event: heard.append(event.words)  # noqa: E731
    plan = make_plan(lumpy_case(1), EXACT, listener, questions=partial(candidate_tables, seconds=1.0))
    assert plan.verified
    assert "candidates" not in plan.tables
    assert any("could not be worked out (RuntimeError)" in words for words in heard)


@pytest.mark.parametrize("when", ["in the search", "after it", "never"])
def test_after_a_stop_no_question_is_begun(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: after a stop, heard by the search as a KeyboardInterrupt or after it, the plan is written without tables of
    other decisions, as with `--why-seconds 0`, and without solving anything for them; the run says so. Else they are
    there.
    If it were ignored: a scheduler that ends a job would wait another 75 seconds of computing, and kill it.
    """
    heard: list[str] = []

    def listen(event: Event) -> None:
        heard.append(event.words)
        if event.stage == "plan" and when == "in the search":
            raise KeyboardInterrupt

    asked: list[WhatIf] = []
    monkeypatch.setattr("model.studies.candidates.WhatIf", lambda *given: asked.append(WhatIf(*given)) or asked[-1])
    questions = partial(candidate_tables, seconds=5.0, stopped=lambda: when == "after it")
    plan = make_plan(three_ways(), EXACT, listen, questions=questions)
    assert plan.verified
    assert ("candidates" in plan.tables) == ("minimum_costs" in plan.tables) == bool(asked) == (when == "never")
    assert any("left out: a stop was asked for" in words for words in heard) == (when != "never")


def test_projects_of_the_plan_are_answered_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: with 0.9 seconds allowed the projects of the plan may take four times as long, 3.6, and the others 0.9. On a
    machine that does anything within 3.6 seconds and nothing within 0.9 both projects of the plan are solved, the one
    left out keeps its bound; the minimum is worked out all the same.
    If it were ignored: the plan of what is committed would eat the seconds, and the Cover would say 'worth: not worked
    out' of the very projects that it asks a minister to pay for.
    """
    granted: list[float] = []
    monkeypatch.setattr(WhatIf, "allow", lambda _, seconds: granted.append(seconds))
    monkeypatch.setattr(WhatIf, "_left", lambda _: math.inf if granted[-1:] >= [3.5] else -1.0)
    plan = make_plan(three_ways(), EXACT, questions=partial(candidate_tables, seconds=0.9))
    assert granted == pytest.approx([4.5, 3.6, 0.9])  # for the start all together
    table = plan.tables["candidates"]
    best = table[table["best"]]
    assert best.loc[best["question"] == OUT, "exact"].tolist() == [True, True]
    assert best.loc[best["question"] == IN, "exact"].tolist() == [False]
    assert "minimum_costs" in plan.tables


def three_ways() -> Case:
    """Two ways, of which three projects widen or replace one; two of them pay."""
    return make_case(
        "three", "ABC",
        [link("AB", "A-B", capacity_kteu=5.0), link("BC", "B-C", capacity_kteu=6.0),
         link("AC", "A-C", carrier="road", container_cost=6.0)],
        [demand("D", "A-C", {2026: 8.0, 2028: 12.0}), demand("E", "A-B", 2.0)],
        settings={"discount_rate": 0.05, "salvage": "straight line"},
        Projects=[project("P", 9.0, upkeep=0.2, life_years=10), project("Q", 8.0, life_years=12), project("R", 70.0)],
        ProjectEffects=[effect("P", "AB", 4.0), effect("Q", "BC", 3.0), effect("R", "AB", 9.0)],
    )  # fmt: skip


def test_every_figure_of_an_answer_is_a_difference_of_two_plans() -> None:
    """
    Proves: on two ways, of which three projects widen or replace one, the change told of each project taken out,
    opened later or forced in is the difference of this plan and the one with just these decisions, solved by itself;
    its own cost is that of capital, upkeep and salvage, and what it saves that of everything else.
    If a cost or a saving were taken from prices: it would be right for a small change and wrong for a whole project.
    """
    case = three_ways()
    plan = make_plan(case, EXACT, questions=partial(candidate_tables, seconds=120.0))
    opened = dict(zip(plan.tables["investments"]["project"], plan.tables["investments"]["opening_year"], strict=True))
    table = plan.tables["candidates"]
    assert set(table["question"]) == {OUT, LATER, IN}
    assert table["exact"].any()
    for row in table[table["exact"]].to_dict("records"):
        decided = {key: year for key, year in opened.items() if key != row["project"]}
        decided |= {} if row["question"] == OUT else {row["project"]: row["opening_year"]}
        other = case
        for key in ("P", "Q", "R"):
            figures = {"committed_opening": float(decided[key])} if key in decided else {}
            other = changed(other, key, status="committed" if key in decided else "excluded", **figures)
        sums = [own_cost(plan), own_cost(new := make_plan(other, EXACT))]
        assert new.outcome.objective is not None
        assert plan.outcome.objective is not None
        change = new.outcome.objective - plan.outcome.objective
        assert row["change"] == pytest.approx(change, rel=1e-6, abs=1e-7), row
        assert row["cost"] == pytest.approx(sums[1] - sums[0], rel=1e-6, abs=1e-7), row


def own_cost(plan: Plan) -> float:
    """Capital, upkeep and salvage, present value."""
    costs = plan.tables["costs"]
    return float(costs.loc[costs["term"].isin(["capital", "upkeep", "salvage"]), "discounted"].sum())


@pytest.mark.parametrize("seconds", [120.0, 1e-9])
def test_years_of_a_decision_add_up_to_its_cost(seconds: float) -> None:
    """
    Proves: discounted outlays less benefits of the yearly lines of each project are the change of all costs, exact
    where it was solved and the bound where it was not, one line a year to the year after the horizon.
    If it were ignored: rates of return of single projects would be those of other projects.
    """
    case = mini_case(growth=3.0)
    plan = make_plan(case, EXACT, questions=partial(candidate_tables, seconds=seconds))
    table, years = plan.tables["candidates"], plan.tables["candidate_years"]
    best = table[table["best"]].set_index("project")
    assert set(best["exact"]) == {seconds > 1.0}
    assert set(years["project"]) == set(best.index)
    for project_key, lines in years.groupby("project"):
        told = best.loc[project_key]
        assert lines["year"].tolist() == list(range(case.first_year, case.last_year + 2))
        total = sum(case.discount(row["year"]) * (row["outlay"] - row["benefit"]) for row in lines.to_dict("records"))
        assert total == pytest.approx(told["change"] if told["exact"] else told["at_least"], rel=1e-9, abs=1e-6)
        spent = sum(case.discount(row["year"]) * row["outlay"] for row in lines.to_dict("records"))
        assert spent == pytest.approx(told["cost"], rel=1e-9, abs=1e-6)
