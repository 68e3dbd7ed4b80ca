"""Two-stage plans: by hand, against enumeration and against one mixed-integer programme of all futures at once."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import run
from model.case.case import Case
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.solvers.core.start import Start
from model.studies.commands.uncertainty import uncertainty_tables
from model.studies.uncertainty.decisions import LEAVE, NOW, OPEN, decision_table
from model.studies.uncertainty.draws import Future, Futures
from model.studies.uncertainty.risk import Aim, Measure, tail_mean
from model.studies.uncertainty.stages import Statement, commitment_words, keeps, stage_of
from model.studies.uncertainty.uncertainty import (
    TwoStage,
    measures_table,
    plan_in_two_stages,
    plans_table,
    regret_table,
    share_words,
)
from model.studies.uncertainty.worlds import Worlds
from model.studies.variants.answers import Answer, Opening
from model.studies.variants.beginning import Beginning
from model.studies.variants.planning import Variant
from tests.minis import Record, budget, demand, effect, link, make_case, project, rule, two_node_case
from tests.studies.stand_ins import write_plain_case
from tests.studies.uncertainty.worlds import BOTH, COSTS, EXACT, NOTHING, YEARS, P, Q, futures, plain, world

WORST_HALF = {"tail": 0.5, "share": 1.0}


@pytest.fixture(scope="module")
def found() -> dict[Aim, TwoStage]:
    """The two worlds planned by each aim."""
    return {
        aim: plan_in_two_stages(futures(), 2027, plain, Measure(aim, **WORST_HALF), enough=0.0, plans=99) for aim in Aim
    }


def figure(found: TwoStage, words: str, column: str = "found") -> float:
    """A figure of the table of measures."""
    table = measures_table(found).set_index("measure")
    (name,) = [name for name in table.index if words in name]
    return float(table.at[name, column])


def test_each_aim_by_hand(found: dict[Aim, TwoStage]) -> None:
    """Proves, with the costs worked out in `worlds`: on average P now costs (220 + 250) / 2 = 235, waiting 240, Q
    262.5; the worst half (CVaR of 50 %) is 250 with P, 440 and 415; regrets are at most 180 with P (220 - 40), 190
    waiting (440 - 250) and 165 with Q (415 - 250). So P is best by the first two, Q by the third, all proven.
    If it were ignored: a plan could be called best that is not, or best by another measure than the one asked for."""
    for aim, (now, value) in {Aim.EXPECTED: (P, 235.0), Aim.RISK: (P, 250.0), Aim.REGRET: (Q, 165.0)}.items():
        assert commitment_words(found[aim].plan.commitment) == now
        search = found[aim].search
        assert search.value(found[aim].plan.costs) == pytest.approx(value)
        assert search.least() == pytest.approx(value, abs=1e-5)
        for tried in search.tried.values():
            assert tried.costs.tolist() == pytest.approx(COSTS[commitment_words(tried.commitment)])


def test_what_knowing_more_is_worth_by_hand(found: dict[Aim, TwoStage]) -> None:
    """Proves: knowing the future costs (40 + 250) / 2 = 145 on average: 235 - 145 = 90 (EVPI). Who plans for the
    expected future, here the low one, decides nothing now, which costs 240: 5 more (VSS). Against building nothing, 40
    and 10 + 3 x 210 = 640, 340 on average, the plan is worth 105. Neither EVPI nor VSS is below 0 by any aim.
    If it were ignored: nobody could say what a study of demand may cost."""
    assert figure(found[Aim.EXPECTED], "EVPI") == pytest.approx(90)
    assert figure(found[Aim.EXPECTED], "VSS") == pytest.approx(5)
    assert figure(found[Aim.EXPECTED], "worth of the plan") == pytest.approx(105)
    for one in found.values():
        table = measures_table(one).set_index("measure")
        of_knowledge = table[table.index.str.contains("EVPI|VSS")]
        assert (of_knowledge["at least"] >= 0).all()
        assert (of_knowledge["at least"] <= of_knowledge["found"] + 1e-6).all()
        assert (of_knowledge["found"] <= of_knowledge["at most"] + 1e-6).all()


def test_minimax_regret_is_that_of_enumeration(found: dict[Aim, TwoStage]) -> None:
    """Proves: the largest regret of the four decisions that there are is 190, 180, 165 and 250; the study finds 165,
    below that of every future's own plan (180 and 190), and the regret table shows the same.
    If it were ignored: a plan would be called safe though another regrets less."""
    own = np.minimum.reduce([np.array(costs) for costs in COSTS.values()])
    worst = {words: float((np.array(costs) - own).max()) for words, costs in COSTS.items()}
    assert worst == {NOTHING: 190.0, P: 180.0, Q: 165.0, BOTH: 250.0}
    plan = found[Aim.REGRET]
    assert (plan.plan.costs - plan.own).max() == pytest.approx(min(worst.values()))
    table, names = regret_table(plan), plans_table(plan)
    for name, words in zip(names["plan"], names["decided now"], strict=True):
        assert table[name].max() == pytest.approx(worst[words])


def extensive(later: tuple[float, ...]) -> Case:
    """All futures in one case: a stretch for each, P and Q begun now on all of them at the price of all, and P and Q of
    each future from 2028 on, instead of those of now."""
    number = len(later)
    projects: list[Record] = []
    effects: list[Record] = []
    rules: list[Record] = []
    for key, capex, added in (("P", 180.0, 10.0), ("Q", 70.0, 5.0)):
        projects.append(project(key, capex * number, construction_years=1, latest_opening=2027))
        for w in range(number):
            projects.append(project(f"{key}{w}", capex, construction_years=1, earliest_opening=2028))
            effects += [effect(key, f"L{w}", added), effect(f"{key}{w}", f"L{w}", added)]
            rules.append(rule(f"R{key}{w}", f"{key} excludes {key}{w}"))
    return make_case(
        "extensive",
        [f"{end}{w}" for w in range(number) for end in "AB"],
        [link(f"L{w}", f"A{w}-B{w}", capacity_kteu=10.0) for w in range(number)],
        [demand(f"D{w}", f"A{w}-B{w}", {2026: 10.0, 2027: amount}) for w, amount in enumerate(later)],
        years=YEARS,
        Projects=projects,
        ProjectEffects=effects,
        ProjectRules=rules,
    )


@pytest.mark.parametrize("later", [(10.0, 20.0), (12.0, 16.0, 22.0)])
def test_two_stages_cost_what_one_programme_of_all_futures_costs(later: tuple[float, ...]) -> None:
    """Proves: with two futures, and with three, the mean of the two-stage plan is a share of the optimum of one MIP in
    which every future has a network of its own and what begins in 2026 is the same project on all of them.
    If it were ignored: the search could miss decisions that no single future would take."""
    weights = [1 / len(later)] * len(later)
    two = plan_in_two_stages(futures(later, weights), 2027, plain, enough=0.0, plans=200)
    whole = make_plan(extensive(later), EXACT).outcome.objective
    assert whole is not None
    assert float(two.weights @ two.plan.costs) == pytest.approx(whole / len(later))
    assert two.search.least() == pytest.approx(whole / len(later), abs=1e-4)


def test_tail_by_hand() -> None:
    """Proves: of costs 10, 20, 40 with weights 1/2, 1/4, 1/4 the worst half is (20 + 40) / 2 = 30, the worst 30 % are
    (40 x 0.25 + 20 x 0.05) / 0.3, the worst 100 % the mean 20; what has no weight does not count, and a future that
    cannot be planned makes it infinite. If it were ignored: risk would be told of the wrong futures."""
    costs, weights = np.array([10.0, 40.0, 20.0, 99.0]), np.array([0.5, 0.25, 0.25, 0.0])
    assert tail_mean(costs, weights, 0.5) == pytest.approx(30)
    assert tail_mean(costs, weights, 0.3) == pytest.approx((40 * 0.25 + 20 * 0.05) / 0.3)
    assert tail_mean(costs, weights, 1.0) == pytest.approx(20)
    assert tail_mean(np.array([1.0, np.inf]), np.array([0.9, 0.1]), 0.5) == np.inf


def test_decisions_say_now_open_and_leave(found: dict[Aim, TwoStage]) -> None:
    """Proves: by regret Q is decided now, leaving it costs 190 - 165 = 25; P is kept open, built in half of the futures
    in 2028, beginning it now as well costs 250 - 165 = 85, and its sign is demand above 15, between 10 and 20. On
    average P is decided now, waiting costs 5, and Q is left. Two futures are too few for a sign, and it says so.
    If it were ignored: a lender would sign for what can wait."""
    table = decision_table(found[Aim.REGRET]).set_index("project")
    assert table["decision"].to_dict() == {"Q": NOW, "P": OPEN}
    assert table["deciding otherwise costs"].to_dict() == pytest.approx({"Q": 25.0, "P": 85.0})
    assert (table["at least"] <= table["deciding otherwise costs"] + 1e-6).all()
    assert table.at["P", "built in share of futures"] == pytest.approx(0.5)
    assert (table.at["P", "earliest opening"], table.at["Q", "opens"]) == (2028, 2027)
    assert table.at["Q", "capital"] == 70.0
    assert "build it if demand later is above 15" in table.at["P", "sign"]
    assert "0 % when each is told by the others" in table.at["P", "sign"]
    mean = decision_table(found[Aim.EXPECTED]).set_index("project")
    assert mean["decision"].to_dict() == {"P": NOW, "Q": LEAVE}
    assert mean.at["P", "deciding otherwise costs"] == pytest.approx(5.0)


def test_the_same_twice(found: dict[Aim, TwoStage]) -> None:
    """Proves: the study again gives the same tables. If it were ignored: advice would depend on the day."""
    again = plan_in_two_stages(futures(), 2027, plain, Measure(Aim.REGRET, **WORST_HALF), enough=0.0, plans=99)
    for name, table in uncertainty_tables(found[Aim.REGRET]).items():
        pd.testing.assert_frame_equal(table, uncertainty_tables(again)[name])


def test_what_is_decided_is_when_works_begin() -> None:
    """Proves: with works of one year, before 2028 begin the openings of 2027 and 2028. In a future in which P takes a
    year longer (construction 2) the slots open in 2028 and 2029, and its plan of P in 2029 is known as the slot 2028.
    If it were ignored: a plan would know of the delay before it began."""
    base, slow = world(20.0), world(20.0, "slow")
    projects = slow.table("Projects").assign(construction_years=[2.0, 1.0])
    slow = slow.with_tables(Projects=projects)
    stage = stage_of(2028, [base, slow])
    assert stage.slots == {"P": (2027, 2028), "Q": (2027, 2028)}
    assert stage.images(slow, "P") == {2027: 2028, 2028: 2029}
    answer = Answer(Status.OPTIMAL, "", 1.0, openings=(Opening("P", 2029, 1), Opening("Q", 2029, 1)))
    assert stage.commitment(slow, answer) == (Opening("P", 2028, 1),)
    assert stage.commitment(base, answer) == ()
    rows = stage.held(slow, (Opening("P", 2028, 1),))
    assert keeps(answer, rows)
    assert not keeps(answer, stage.held(slow, ()))
    assert stage.rows(slow, [Statement("P", None, 0)])[0]["last_year"] == 2029.0


def test_a_future_that_cannot_hold_a_decision_rules_it_out() -> None:
    """Proves: with 100 million in all years a future cannot pay for P: P now, the best on average else, is out, and
    what is left is the better of nothing and Q: (40 + x) / 2, x by enumeration of the two.
    If it were ignored: a plan would be advised that one of its futures forbids."""
    poor = world(20.0, "w1", Budgets=[budget("all", (2026, 2029), 100.0, amount_per="window")])
    every = [Future("w0", 0.5, {}, world(10.0, "w0"), {}), Future("w1", 0.5, {}, poor, {})]
    two = plan_in_two_stages(Futures(every, world(10.0), "by hand"), 2027, plain, enough=0.0, plans=99)
    assert "P" not in commitment_words(two.plan.commitment)
    # high without P: nothing 640 less Q in 2028 (2 x 95 - 70); Q in 2027 3 x 95 - 70
    assert float(two.weights @ two.plan.costs) == pytest.approx(min((40 + 640 - 120) / 2, (110 + 640 - 215) / 2))
    assert two.search.gap == pytest.approx(0.0, abs=1e-4)
    told = decision_table(two).set_index("project")["why"].to_dict()
    assert all("inf" not in words for words in told.values())


@pytest.mark.parametrize("without", [{"expected"}, {"w0"}, {"w1"}, {"expected", "w0"}])
def test_a_project_need_not_be_offered_in_every_future(without: set[str]) -> None:
    """Proves: whichever of the futures, the expected one included, exclude P, the study ends with all its tables, and P
    has its capital (180) beside it where it is decided. If it were ignored: all plans would be made, and the study
    would end in a KeyError each time."""

    def offered(name: str, later: float) -> Case:
        case = world(later, name)
        projects = case.table("Projects")
        status = projects["status"].mask((projects["project"] == "P") & (name in without), "excluded")
        return case.with_tables(Projects=projects.assign(status=status))

    every = [Future(name, 0.5, {}, offered(name, later), {}) for name, later in (("w0", 10.0), ("w1", 20.0))]
    two = plan_in_two_stages(Futures(every, offered("expected", 10.0), "by hand"), 2027, plain, enough=0.0, plans=99)
    table = uncertainty_tables(two)["Decisions"].set_index("project")
    assert table.at["P", "decision"] == (LEAVE if without == {"w1"} else NOW)
    assert without == {"w1"} or table.at["P", "capital"] == 180.0


def test_something_that_all_futures_can_hold_is_always_found() -> None:
    """
    Proves, by hand: with 25 kTEU from 2027 on P and Q pay now, and the expected future decides both. One future has
    only 100 million in all years, so it can hold Q alone. With room for four plans Q is found all the same.
    If it were ignored: after all plans allowed, an hour on the whole case, the study would end with nothing.
    """
    poor = world(25.0, "w1", Budgets=[budget("all", (2026, 2029), 100.0, amount_per="window")])
    every = [Future("w0", 0.5, {}, world(25.0, "w0"), {}), Future("w1", 0.5, {}, poor, {})]
    two = plan_in_two_stages(Futures(every, world(25.0), "by hand"), 2027, plain, enough=0.0, plans=4)
    assert commitment_words(next(iter(two.search.tried))) == BOTH
    assert commitment_words(two.plan.commitment) == Q
    assert np.isfinite(two.plan.costs).all()


def test_what_some_futures_can_only_pay_later_comes_later() -> None:
    """
    Proves, by hand: P pays at once; one future has no money in 2026, and begins it in 2027. What begins before 2028 is
    shared: not P for 2027, which that future cannot hold, and not nothing, but P for 2028.
    If it were ignored: what every future begins now would be put off because the years differ.
    """
    poor = world(20.0, "w1", Budgets=[budget("all", (2026, 2026), 0.0), budget("all", (2027, 2029), 900.0)])
    every = [Future("w0", 0.5, {}, world(20.0, "w0"), {}), Future("w1", 0.5, {}, poor, {})]
    two = plan_in_two_stages(Futures(every, world(20.0), "by hand"), 2028, plain, enough=0.0, plans=4)
    assert commitment_words(next(iter(two.search.tried))) == P
    assert commitment_words(two.plan.commitment) == "P for 2028"


def test_bounds_hold_when_the_search_is_cut(found: dict[Aim, TwoStage]) -> None:
    """Proves: with four plans the search ends early, and what it calls proven holds: the optimum, 235, lies between its
    bound and its best. If it were ignored: an early end would be told as a proof."""
    cut = plan_in_two_stages(futures(), 2027, plain, enough=0.0, plans=4)
    assert cut.search.least() <= 235.0 + 1e-6 <= cut.search.value(cut.plan.costs) + 2e-6
    assert cut.search.gap > 1.0


@pytest.mark.parametrize("plans", [1, 4, 5])
def test_deciding_one_project_otherwise_is_always_worked_out(plans: int) -> None:
    """Proves: however few plans are allowed, deciding otherwise is worked out for one project at least, in all futures.
    If it were ignored: a lender would read "not worked out" beside every project."""
    two = plan_in_two_stages(futures(), 2027, plain, enough=0.0, plans=plans)
    assert two.otherwise
    assert all(np.isfinite(one.costs).all() for one in two.otherwise.values())


def test_limits_begin_with_the_own_plan_of_their_future() -> None:
    """Proves: what the own plan of a future found out is kept with its answer, and a plan of that future under limits
    begins with it, not with that of another future. If it were ignored: each would begin with the plan of the first
    future, in which perhaps the North is open, and look for its own future's plan from there again."""
    asked: list[Variant] = []

    def planner(variants: Sequence[Variant]) -> dict[str, Answer]:
        asked.extend(variants)
        starts = {one.name: Start((), (), {}, {one.words: 1.0}, {}, {}) if one.lends else None for one in variants}
        return {one.name: Answer(Status.OPTIMAL, "", 10.0, 9.0, start=starts[one.name]) for one in variants}

    case = two_node_case()
    every = [Future(name, 0.5, {}, case, {}) for name in ("a", "b")]
    worlds = Worlds(Futures(every, case, "by hand"), stage_of(2027, [case]), planner)
    worlds.free()
    worlds.limited([Statement("P", None, 1)])
    assert [one.start for one in asked[:2]] == [None, None]
    assert [dict(one.start.plan) for one in asked[2:] if one.start] == [
        {"a, its own plan": 1.0},
        {"b, its own plan": 1.0},
    ]


def test_plans_lend_each_other_what_they_know() -> None:
    """Proves: a future whose own plan keeps a limit is not planned again under it: of two futures only one is sent
    another way by 'P does not begin now', none by 'Q does not begin now'.
    If it were ignored: fifty futures would take twice the plans."""
    given = futures()
    worlds = Worlds(given, stage_of(2027, [one.case for one in given.every]), plain)
    worlds.free()
    assert worlds.planned == 2
    worlds.limited([Statement("Q", None, 0)])
    assert worlds.planned == 2
    worlds.limited([Statement("P", None, 0)])
    assert worlds.planned == 3


def test_wrong_years_are_explained() -> None:
    """Proves: a year outside the plan, and one before which nothing can begin, are told in words.
    If it were ignored: a slip would end in a traceback."""
    with pytest.raises(ValueError, match="within 2027–2029"):
        stage_of(2030, [world(10.0)])
    case = world(10.0)
    with pytest.raises(ValueError, match="nothing to decide now"):
        stage_of(2027, [case.with_tables(Projects=case.table("Projects").assign(construction_years=9.0))])


def test_measures_never_fall_when_a_cost_rises() -> None:
    """Proves, on all pairs of some cost vectors: each measure of the larger costs is the larger one, which is why the
    measure of lower bounds is a lower bound. If it were ignored: a bound could lie above the optimum."""
    weights, own = np.array([0.5, 0.3, 0.2]), np.zeros(3)
    grid = [np.array(costs, float) for costs in itertools.product((0, 1, 5), repeat=3)]
    for measure in (Measure(aim, 0.3, 0.5) for aim in Aim):
        for low, high in itertools.product(grid, grid):
            if (low <= high).all():
                assert measure.of(low, weights, own) <= measure.of(high, weights, own) + 1e-12


def test_the_command_leaves_a_folder(tmp_path: Path) -> None:
    """Proves: the command ends with 0 and a whole folder, with nothing kept beside it; the two scenarios that Futures
    names have their weights. If it were ignored: it could be right in a test and out of a planner's reach."""
    case, outputs = write_plain_case(tmp_path), tmp_path / "outputs"
    where = [str(case), "--output", str(outputs), "--quiet", "--workers", "1"]
    assert run.main(["study", "uncertainty", *where, "--before", "2029"]) == 0
    (folder,) = outputs.iterdir()
    files = {"decisions.csv", "measures.csv", "plans.csv", "regret.csv", "futures.csv", "uncertainty.xlsx"}
    assert files <= {path.name for path in folder.iterdir()}
    regret = pd.read_csv(folder / "regret.csv")
    assert regret["weight"].tolist() == pytest.approx([0.7, 0.3])
    assert (regret["plan 1"] >= -1e-6).all()


def test_the_scenario_asked_for_is_the_expected_future(tmp_path: Path) -> None:
    """Proves: `--scenario shut` leaves the named futures and what each costs as they are, and makes that scenario the
    expected one. If it were ignored: its changes would be made on top of themselves, and 'reference' would be it."""
    case, costs = write_plain_case(tmp_path), []
    for place, words in (("plain", []), ("shut", ["--scenario", "shut"])):
        outputs = tmp_path / place
        where = [str(case), "--output", str(outputs), "--quiet", "--workers", "1", *words]
        assert run.main(["study", "uncertainty", *where, "--before", "2029"]) == 0
        costs.append(pd.read_csv(next(outputs.glob("*/futures.csv"))).set_index("future")["own cost"])
    assert costs[0].to_dict() == pytest.approx(costs[1].to_dict(), rel=0.01)
    assert costs[0].nunique() == len(costs[0])


@pytest.mark.parametrize("status", [Status.INFEASIBLE, Status.NO_PLAN])
def test_time_up_is_not_told_as_impossible(status: Status) -> None:
    """Proves: where the high future has no plan without P, the table says "no plan" if that is proven and "none found"
    if time was up, VSS and the end of a study without any plan say how the search ended, and nothing is called proven
    that is not. If it were ignored: a slow computer would make a work look indispensable."""

    def planner(variants: Sequence[Variant]) -> dict[str, Answer]:
        plans = ("its own plan", "P for 2027", "P begins now", "the expected future")
        lost = [one for one in variants if "w0" not in one.words and not any(some in one.words for some in plans)]
        answers = plain([one for one in variants if one not in lost])
        return {**answers, **{one.name: Answer(status, "So it ended.") for one in lost}}

    two = plan_in_two_stages(futures(), 2027, planner, enough=0.0, plans=99)
    row = decision_table(two).set_index("project").loc["P"]
    proven = status is Status.INFEASIBLE
    assert (row["decision"], row["verdict"]) == (NOW, "no plan" if proven else "none found")
    assert row["why"].endswith("some future has no plan." if proven else "was found in the time given.")
    saved = measures_table(two).set_index("measure").filter(like="VSS", axis=0).iloc[0]
    assert "w1: So it ended." in saved["words"]
    assert np.isinf(saved["at least"]) == proven
    with pytest.raises(ValueError, match="w0: So it ended. w1: So it ended."):
        plan_in_two_stages(futures(), 2027, lambda some: {one.name: Answer(status, "So it ended.") for one in some})


def test_what_is_unproven_is_no_share_of_an_unknown_worth(found: dict[Aim, TwoStage]) -> None:
    """Proves: where a future was not planned with nothing built, no share of the worth is told. If it were ignored: the
    gap would be "0.0 %" of it, as anything is of infinity."""
    assert share_words(found[Aim.EXPECTED]).endswith("% of what the plan is worth")
    assert share_words(replace(found[Aim.EXPECTED], unbuilt=np.array([40.0, np.inf]))) == ""


def test_plans_of_futures_are_measured_by_their_own_worth() -> None:
    """Proves: of every plan, under limits too, it is asked what it is worth, and none brings a gap of its own: so its
    gap is the share asked for (--gap-of-worth) of what it is free to decide, by the engine's rule.
    If it were ignored: plans under limits end at 0.5 % of all costs, several times what the decisions are about, and a
    project is told to be left until later by chance; or a share asked for would not count for them."""
    asked: list[Variant] = []

    def planner(variants: Sequence[Variant]) -> dict[str, Answer]:
        asked.extend(variants)
        return {one.name: Answer(Status.OPTIMAL, "", 1000.0, 999.0, more={"worth": 100.0}) for one in variants}

    case = two_node_case().with_settings(gap=0.005, gap_of_worth=0.02)
    every = [Future(name, 1 / 3, {}, case, {}) for name in ("a", "b", "c")]
    worlds = Worlds(Futures(every, case, "by hand"), stage_of(2027, [case]), planner)
    worlds.free()
    worlds.limited([Statement("P", None, 1)])
    assert len(asked) == 6
    assert all(one.gap is None and one.look is not None and one.look.worth for one in asked)
    beginning = Beginning(None, "first", None, worth=100.0, cost=1000.0)
    filled = beginning.options(case, SolveOptions(gap_of_worth=0.05), own=True).filled(case)
    assert (filled.gap, filled.gap_of_worth) == (0.005, 0.05)
