"""Studies of many variants: frontier, force and stress by hand, and answers that are kept."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import run
from model.case.case import Case
from model.plan.plan import Plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.solvers.core.start import Start
from model.studies.variants import planning as module
from model.studies.variants.answers import Answer, Look, Opening
from model.studies.variants.beginning import Beginning
from model.studies.variants.force import insist
from model.studies.variants.frontier import frontier, shared
from model.studies.variants.held import held
from model.studies.variants.kept_answers import FOLDER, KeptAnswers, digest
from model.studies.variants.planning import Variant, plan_variants
from model.studies.variants.ranges import NO_PLAN, dearer
from model.studies.variants.shared_cluster import SharedCluster
from model.studies.variants.stress import stress
from tests.features.decided.test_decided import wide_case
from tests.minis import budget, budget_case
from tests.studies.stand_ins import write_plain_case

EXACT = SolveOptions(gap=1e-9, threads=1, workers=1)


def plain(variants: Sequence[Variant]) -> dict[str, Answer]:
    """Plan one after the other, keep nothing."""
    return plan_variants(variants, EXACT)


def test_frontier_by_hand() -> None:
    """Proves, by hand: 10 kTEU a year over four years, 20 each unserved, 1 each carried: nothing costs 800; P1 or P2
    (40 each) carries 5, 4 x (5 + 100) + 40 = 460; both 40 + 80 = 120. With five budgets 0, 20, 40, 60, 80 the cost is
    800, 800, 460, 460, 120; the 20 from 20 on save 340, which is 1700 for 100 million, and from 0 on nothing. The
    money is told against what is chosen. If it were ignored: a curve could rise, or sell money that buys nothing."""
    table = frontier(budget_case(), plain, 5)
    assert table["budget"].tolist() == pytest.approx([0, 20, 40, 60, 80])
    assert table["cost"].tolist() == pytest.approx([800, 800, 460, 460, 120])
    assert table["value"].tolist() == pytest.approx([0, 0, 340, 340, 680])
    assert table["worth of the next 100 million"].tolist()[:4] == pytest.approx([0, 1700, 0, 1700])
    assert (table["lower bound"] <= table["cost"] + 1e-6).all()
    assert table["enters"].str.len().gt(0).tolist()[1:] == [False, True, False, True]
    pd.testing.assert_frame_equal(table, frontier(budget_case(), plain, 5))


def test_a_budget_of_the_case_stays() -> None:
    """Proves: an envelope of the case, 40 in the first year and none later, still holds: the free plan spends 40, and
    the frontier ends there. If it were ignored: the study would plan another case than the one asked about."""
    table = frontier(budget_case(budget("all", (2026, 2029), 40.0, amount_per="window")), plain, 2)
    assert table["budget"].tolist() == pytest.approx([0, 40])
    assert table["cost"].tolist() == pytest.approx([800, 460])


def test_answers_share_what_they_know() -> None:
    """Proves: a search that ended early at 500 with a larger budget takes over the plan of 460 of the smaller one, and
    the bound of 455 of the larger budget serves the smaller one.
    If it were ignored: more money would seem to cost more, and a proven range would be wider than what is proven."""
    small = Answer(Status.FEASIBLE, "", 460.0, 400.0, openings=(Opening("P1", 2026, 1),))
    large = Answer(Status.FEASIBLE, "", 500.0, 455.0)
    first, second = shared([small, large])
    assert (first.cost, first.bound, second.cost, second.bound) == (460.0, 455.0, 460.0, 455.0)
    assert second.openings == small.openings


@pytest.mark.parametrize(("project", "when", "cost"), [("Q", "out", 65.0), ("P", None, 60.0), ("Q", 2028, 90.0)])
def test_insisting_by_hand(project: str, when: int | str | None, cost: float) -> None:
    """Proves: as worked out in tests/features/decided: the free plan costs 245; without Q 310, with P 305. Q in 2028
    means that a module opens then: a second one beside that of 2027, for 90, as Q alone in 2028 would be 50 + 200 + 90
    = 340. If it were ignored: a minister would not learn what his word costs."""
    found = insist(wide_case(), project, when, plain)
    assert found.costs.found == pytest.approx(cost)
    assert found.costs.least == pytest.approx(cost)
    assert found.costs.verdict == "proven"
    assert len(found.changes)


def test_wrong_wishes_are_explained() -> None:
    """Proves: an unknown project is answered with the projects there are, a year outside the plan with the years.
    If it were ignored: a slip would end in a traceback."""
    with pytest.raises(ValueError, match="no project or purchase of ships"):
        insist(wide_case(), "P9", None, plain)
    with pytest.raises(ValueError, match="2050 is not within 2026–2029"):
        insist(wide_case(), "P", 2050, plain)
    committed = wide_case()
    projects = committed.table("Projects").assign(status=["excluded", "candidate"])
    with pytest.raises(ValueError, match="P is excluded"):
        insist(committed.with_tables(Projects=projects), "P", None, plain)


def test_a_difference_within_the_gaps_is_not_proven() -> None:
    """Proves: 300 (bound 280) against 290 (bound 270) may be nothing and is at most 30; 300 (bound 295) is dearer by 5
    to 30. If it were ignored: the next decimal of a gap would turn the advice round."""
    free = Answer(Status.FEASIBLE, "", 290.0, 270.0)
    loose = dearer(Answer(Status.FEASIBLE, "", 300.0, 280.0), free)
    assert (loose.found, loose.least, loose.most, loose.verdict) == (10.0, 0.0, 30.0, "not proven")
    tight = dearer(Answer(Status.FEASIBLE, "", 300.0, 295.0), free)
    assert (tight.least, tight.most, tight.verdict) == (5.0, 30.0, "proven")


def less(share: float, name: str) -> Case:
    """The wide case with a share of its demand, as a scenario of that name."""
    case = wide_case()
    table = case.table("Demand").copy()
    years = [column for column in table.columns if isinstance(column, int)]
    table[years] = table[years] * share
    return dataclasses.replace(case.with_tables(Demand=table), scenario=name)


def test_stress_by_hand() -> None:
    """Proves: the plan (Q in 2027) costs 245 in its own world, regret 0. With two thirds of the demand all 10 kTEU go
    without works for 4 x 10 = 40: holding Q costs 90 more, and the regret is 90. Held before 2027 nothing is decided
    but that nothing opens in 2026, and the regret is 0 everywhere. A scenario without Q cannot hold it and says so by
    name. If it were ignored: a plan would look safe in worlds in which it was never tried."""
    base, low = wide_case(), less(2 / 3, "low")
    table = stress(base, [base, low], plain).set_index("scenario")
    assert table["regret"].tolist() == pytest.approx([0.0, 90.0])
    assert table["cost"].tolist() == pytest.approx([245.0, 130.0])
    assert table["verdict"].tolist() == ["nothing", "proven"]
    early = stress(base, [base, low], plain, 2027)
    assert early["regret"].tolist() == pytest.approx([0.0, 0.0])
    gone = dataclasses.replace(base, scenario="gone").with_tables(
        Projects=base.table("Projects").assign(status=["candidate", "excluded"])
    )
    row = stress(base, [gone], plain).iloc[0]
    assert row["not held"] == "Q"
    with pytest.raises(ValueError, match="within 2027–2029"):
        stress(base, [base], plain, 2026)


def test_a_scenario_that_cannot_hold_the_plan_says_so() -> None:
    """Proves: where Q may open from 2029 on only, the plan with Q in 2027 has no plan, the scenario's own is told.
    If it were ignored: the study would end at the first such scenario."""
    base = wide_case()
    late = base.table("Projects").assign(earliest_opening=[float("nan"), 2029.0])
    scenario = dataclasses.replace(base.with_tables(Projects=late), scenario="late")
    row = stress(base, [base, scenario], plain).iloc[1]
    assert row["verdict"] == NO_PLAN
    assert "cannot be held" in row["remark"]
    assert row["own cost"] == pytest.approx(310.0)


def test_a_plan_held_is_held_whole() -> None:
    """Proves: openings of a project in two years are kept with their modules, and nothing opens between or after.
    If it were ignored: a plan 'held' could grow by modules that nobody decided on."""
    answer = Answer(Status.OPTIMAL, "", 1.0, openings=(Opening("Q", 2027, 1), Opening("Q", 2029, 1)))
    case, left = held(wide_case(), answer)
    assert left == []
    plan = plain([Variant("held", "held", case)])["held"]
    assert plan.openings == answer.openings


def test_an_interrupted_study_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: of three variants two are known when a stop comes; the same call again plans the third alone and gives
    the table of a run without interruption. A damaged file is planned anew, other options are other answers, and what
    was kept goes at the end. If it were ignored: an hour of planning would be lost, or another question's answer told.
    """
    wanted = [Variant(str(share), f"{share} of the demand", less(share, str(share))) for share in (1.0, 0.8, 0.5)]
    whole = plan_variants(wanted, EXACT)
    planned: list[str] = []
    make = module.make_plan

    def counting(case: Case, options: SolveOptions, **more: Any) -> object:
        planned.append(case.scenario)
        return make(case, options, **more)

    monkeypatch.setattr(module, "make_plan", counting)
    with pytest.raises(KeyboardInterrupt):
        plan_variants(wanted, EXACT, KeptAnswers(tmp_path), stop_asked=lambda: len(planned) == 3)
    assert len(list((tmp_path / FOLDER).glob("*.json"))) == 2
    planned.clear()
    kept = KeptAnswers(tmp_path)
    assert plan_variants(wanted, EXACT, kept) == whole
    assert planned == ["0.5"]
    (tmp_path / FOLDER / f"{digest(wanted[0].case, wanted[0].options(EXACT))}.json").write_text("{")
    planned.clear()
    assert plan_variants(wanted, EXACT, kept) == whole
    assert planned == ["1.0"]
    assert KeptAnswers(tmp_path).find(digest(wanted[0].case, dataclasses.replace(EXACT, gap=0.5))) is None
    kept.drop()
    assert not (tmp_path / FOLDER).exists()


def test_a_plan_that_the_verifier_refused_is_planned_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: of two variants one is refused by the verifier; the same call again plans that one alone.
    If it were kept: the study would tell a fault of the planner, mended since, as long as the folder is there.
    """
    wanted = [Variant(str(share), f"{share} of the demand", less(share, str(share))) for share in (1.0, 0.5)]
    planned: list[str] = []
    make = module.make_plan

    def refused(case: Case, options: SolveOptions, **more: Any) -> Plan:
        planned.append(case.scenario)
        plan = make(case, options, **more)
        if len(planned) != 2:
            return plan
        return dataclasses.replace(plan, outcome=dataclasses.replace(plan.outcome, status=Status.FAILED))

    monkeypatch.setattr(module, "make_plan", refused)
    first = plan_variants(wanted, EXACT, KeptAnswers(tmp_path))
    assert [answer.status for answer in first.values()] == [Status.OPTIMAL, Status.FAILED]
    second = plan_variants(wanted, EXACT, KeptAnswers(tmp_path))
    assert planned == ["1.0", "0.5", "0.5"]
    assert [answer.status for answer in second.values()] == [Status.OPTIMAL, Status.OPTIMAL]


def test_a_study_that_is_killed_goes_on(tmp_path: Path) -> None:
    """Proves: a study whose process is killed, without a chance to say a word, and that is begun again gives the table
    of a study that nobody disturbed, plans only what is missing, and leaves nothing kept behind.
    If it were ignored: a power cut in the fortieth minute would cost forty minutes, or change the advice."""
    case, cut, whole = write_plain_case(tmp_path), tmp_path / "cut", tmp_path / "whole"
    words = [
        "study",
        "sensitivity",
        str(case),
        "--group",
        "capital",
        "--group",
        "penalty",
        "--workers",
        "1",
        "--output",
    ]

    def planned(outputs: Path) -> int:
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            assert run.main([*words, str(outputs)]) == 0
        return len(re.findall(r"\(\d+ of \d+, [\d.]+ s\)", told.getvalue()))

    every = planned(whole)
    program = [sys.executable, str(Path(run.__file__)), *words, str(cut), "--quiet"]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and len(list(cut.glob(f"{FOLDER}/*.json"))) < 3:
            time.sleep(0.01)
        process.kill()
    kept = len(list(cut.glob(f"{FOLDER}/*.json")))
    assert 3 <= kept < every
    assert 0 < planned(cut) <= every - kept  # two that are alike are planned once where the first is kept
    tables = [next(outputs.glob("*/tornado.csv")).read_text(encoding="utf-8") for outputs in (cut, whole)]
    assert tables[0] == tables[1]
    assert not (cut / FOLDER).exists()


def test_searches_begin_with_what_the_first_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: of five variants all but the first are begun with the start of the first one, in later turns of the study
    too; after an interruption the rest begins with that very start, read from the answers kept, and all answers are
    those of a study without interruption. An answer kept from a search that began otherwise is not taken.
    If it were ignored: every plan of a study would search from nothing, or a resumed study would tell other figures.
    """
    wanted = [Variant(str(share), str(share), less(share, str(share))) for share in (1.0, 0.9, 0.8, 0.7, 0.5)]
    later = Variant("0.4", "0.4", less(0.4, "0.4"))
    begun: dict[str, Start | None] = {}
    make = module.make_plan

    def with_start(case: Case, options: SolveOptions, **more: Any) -> Plan:
        begun[case.scenario] = options.start
        plan = make(case, options, **more)
        start = Start((("link", "L", ()),), (("D", (0,)),), {("2026", "year"): (0,)}, {"x": 1.0}, {}, {("x",): (0.1,)})
        mine = dataclasses.replace(start, plan={"x": float(case.scenario)})
        return dataclasses.replace(plan, outcome=dataclasses.replace(plan.outcome, start=mine))

    monkeypatch.setattr(module, "make_plan", with_start)
    whole, study = plan_variants(wanted, EXACT, beginning=(beginning := Beginning())), dict(begun)
    assert study["1.0"] is None
    first = study["0.9"]
    assert first is not None
    assert first.plan == {"x": 1.0}
    assert [study[one.name] for one in wanted[1:]] == [first] * 4
    whole |= plan_variants([later], EXACT, beginning=beginning)
    assert begun["0.4"] == first

    begun.clear()
    with pytest.raises(KeyboardInterrupt):
        plan_variants(wanted, EXACT, KeptAnswers(tmp_path), stop_asked=lambda: len(begun) == 4)
    begun.clear()
    kept, again = KeptAnswers(tmp_path), Beginning()
    resumed = plan_variants(wanted, EXACT, kept, beginning=again) | plan_variants([later], EXACT, kept, beginning=again)
    assert begun == {"0.7": first, "0.5": first, "0.4": first}
    assert resumed == whole
    begun.clear()
    plan_variants(wanted[2:], EXACT, kept)
    assert begun == dict.fromkeys(("0.8", "0.7", "0.5"))


def test_every_answer_of_a_short_first_turn_keeps_its_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Proves: two plans made side by side before there is a first one are both kept with what their searches found out:
    a study that begins with the second of them, as after an interruption, lends it to its later plans.
    If it were ignored: that study would plan everything else from nothing."""
    start, make = Start((), (), {}, {"x": 1.0}, {}, {}), module.make_plan

    def with_start(case: Case, options: SolveOptions, **more: Any) -> Plan:
        plan = make(case, options, **more)
        return dataclasses.replace(plan, outcome=dataclasses.replace(plan.outcome, start=start))

    monkeypatch.setattr(module, "make_plan", with_start)
    one, two = (Variant(str(share), str(share), less(share, str(share))) for share in (1.0, 0.9))
    plan_variants([one, two], EXACT, KeptAnswers(tmp_path))
    monkeypatch.setattr(module, "make_plan", None)
    plan_variants([two, one], EXACT, KeptAnswers(tmp_path), beginning=(beginning := Beginning()))
    assert beginning.start == start


def test_two_workers_give_the_same_answers() -> None:
    """Proves: two processes answer as one does, and a study that asks in several turns keeps them: the second turn is
    planned by the processes of the first. If it were ignored: advice would depend on the computer, or every turn would
    wait for processes to start. Also a whole study, twice on two processes, gives the table of one process.
    """
    wanted = [Variant(str(share), str(share), less(share, str(share))) for share in (1.0, 0.5)]
    two = dataclasses.replace(EXACT, workers=2)

    def shared_out(variants: Sequence[Variant]) -> dict[str, Answer]:
        return plan_variants(variants, two, clusters=cluster)

    table, answers = frontier(budget_case(), plain, 3), plan_variants(wanted, EXACT)
    with SharedCluster() as cluster:
        for _ in range(2):
            pd.testing.assert_frame_equal(frontier(budget_case(), shared_out, 3), table)
        assert plan_variants(wanted, two, clusters=cluster) == answers
        with cluster(two, 1) as first:
            again = plan_variants(wanted, two, clusters=cluster)
            with cluster(two, 4) as second:
                assert second is first
    assert again == answers
    assert first.status == "closed"


def test_four_workers_give_the_same_table() -> None:
    """Proves: five budgets shared out among four workers, in whatever order these end, give the table of one process to
    the last digit (two: the test above). Workers are threads here: what is held is that no answer hangs on the order.
    If it were ignored: the advice of a study would depend on how many processors a computer has."""
    from distributed import Client, LocalCluster

    def shared_out(variants: Sequence[Variant]) -> dict[str, Answer]:
        four = dataclasses.replace(EXACT, workers=4)
        return plan_variants(variants, four, clusters=lambda *_: contextlib.nullcontext(client))

    with (
        LocalCluster(4, processes=False, threads_per_worker=1, dashboard_address="127.0.0.1:0") as made,
        Client(made) as client,
    ):
        pd.testing.assert_frame_equal(frontier(budget_case(), shared_out, 5), frontier(budget_case(), plain, 5))


def test_plans_are_made_in_brief_where_nothing_more_is_asked() -> None:
    """Proves: a variant of which only the plan is read is planned in brief; one with questions to the solved problem is
    planned in full; what the options say goes before; a variant's own gap gives way to none.
    If it were ignored: fifty futures would each work out prices that nobody reads, or the range of a project's worth
    would lack what the proof settles."""
    plan, case = SolveOptions(), wide_case()
    asked = Variant("a", "a", case, Look("a", lambda _: {}, lambda *_: {}))
    assert Variant("a", "a", case).options(plan).brief
    assert Variant("a", "a", case, Look("a", lambda _: {})).options(plan).brief
    assert not asked.options(plan).brief
    assert asked.options(dataclasses.replace(plan, brief=True)).brief
    exact = Variant("a", "a", case, None, 1e-6).options(SolveOptions(gap_of_worth=0.01)).filled(case)
    assert (exact.gap, exact.gap_of_worth) == (1e-6, 0.0)


def test_a_project_that_is_not_there_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: exit code 1 and words about the project, no folder. If it were ignored: a traceback."""
    case, outputs = write_plain_case(tmp_path), tmp_path / "outputs"
    given = ["study", "force", str(case), "--output", str(outputs), "--quiet", "--project", "P77"]
    assert run.main(given) == 1
    assert "no project or purchase of ships" in capsys.readouterr().err
    assert not outputs.exists()
