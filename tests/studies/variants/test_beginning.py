"""A study that begins with a finished run: what it takes over, what it plans anew, and what it refuses."""

from __future__ import annotations

import dataclasses
import gzip
from pathlib import Path

import pytest

import run
from model.case.case import Case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Event
from model.solvers.core.start import Proven
from model.studies.runs.beginnings import FILE, Lent, leave_beginning, problem_digest, read_beginning
from model.studies.runs.folders import RunError
from model.studies.variants.answers import Look, answer_of
from model.studies.variants.beginning import Beginning
from model.studies.variants.held import held
from model.studies.variants.planning import Variant, plan_variants
from tests.minis import two_node_case
from tests.solvers.helpers import lumpy_case
from tests.solvers.test_proof import proven
from tests.studies.stand_ins import write_plain_case

LOOSE = SolveOptions(gap=0.2, workers=1, brief=True)


@pytest.fixture(scope="module")
def case() -> Case:
    """Some projects under a yearly budget."""
    return lumpy_case(3)


@pytest.fixture(scope="module")
def planned(case: Case) -> Plan:
    """A finished run that has proven all there is."""
    start = proven(case)[0].start  # so small a case would end with its root LP
    plan = make_plan(case, SolveOptions(gap=1e-9, workers=1, start=start))
    assert plan.start is not None
    return plan


@pytest.fixture(scope="module")
def lent(planned: Plan, tmp_path_factory: pytest.TempPathFactory) -> Lent:
    """What it leaves in its folder."""
    folder = tmp_path_factory.mktemp("run")
    leave_beginning(planned, problem_digest(planned.case, SolveOptions()), folder)
    (folder / "run.json").write_text("{}", encoding="utf-8")
    found = read_beginning(folder)
    assert found is not None
    return found


def stages(case: Case, options: SolveOptions) -> tuple[Plan, list[str]]:
    """A plan and the stages of its search."""
    events: list[Event] = []
    plan = make_plan(case, options, events.append)
    return plan, [event.stage for event in events]


def test_the_plan_of_a_run_stands_for_that_of_the_case(case: Case, planned: Plan, lent: Lent) -> None:
    """Proves: what a run left is read as it was; a study that begins with it has the run's plan at its cost and bound
    to the last figure that is told, verified anew, with not one small LP of a proof solved, though a gap of 20 % would
    have done. Any other case, here with a budget, begins with the routes and proves its own bound.
    If it were ignored: every study of the whole case would begin with five minutes for a plan that is there already, or
    a bound of one case would be said of another.
    """
    assert lent.start == planned.start
    assert lent.proven.bound == planned.outcome.bound
    beginning = Beginning.of_run(lent)
    plan, told = stages(case, beginning.options(case, LOOSE))
    assert plan.verified
    assert plan.outcome.objective == pytest.approx(planned.outcome.objective, rel=1e-9)
    assert plan.outcome.bound == pytest.approx(planned.outcome.bound, rel=1e-9)
    assert "tighten" not in told
    other = case.with_settings(discount_rate=0.01)
    asked = beginning.options(other, LOOSE)
    assert (asked.start, asked.proven) == (lent.start, None)
    assert beginning.words(case, LOOSE) != beginning.words(other, LOOSE)


def test_variants_begin_with_the_run_at_once(case: Case, planned: Plan, lent: Lent) -> None:
    """Proves: of four variants of which one is the case itself, that one costs what the run says with its bound, also
    where it is asked as a case with a row that only counts (`like`); the others are planned beside it without waiting
    for a first plan, and their bounds lie below what the direct method finds.
    If it were ignored: a study would plan one case alone first, as if nothing were known."""
    wanted = [Variant("same", "same", case), Variant("counted", "counted", case.with_settings(seed=7), like=case)]
    wanted += [Variant(f"{rate}", f"{rate}", case.with_settings(discount_rate=rate)) for rate in (0.01, 0.02)]
    turns = Beginning.of_run(lent).turns(wanted)
    assert [len(turn) for turn in turns] == [4]
    answers = plan_variants(wanted, LOOSE, beginning=Beginning.of_run(lent))
    for name in ("same", "counted"):
        assert answers[name].cost == pytest.approx(planned.outcome.objective, rel=1e-9)
        assert answers[name].bound == pytest.approx(planned.outcome.bound, rel=1e-9)
    best = make_plan(wanted[2].case, SolveOptions("direct", gap=1e-9, workers=1)).outcome.objective
    bound = answers["0.01"].bound
    assert best is not None
    assert bound is not None
    assert bound <= best * (1 + 1e-6)


def test_a_plan_with_everything_decided_needs_no_proof(case: Case, planned: Plan, lent: Lent) -> None:
    """Proves: the plan held, every opening decided, costs what the plan costs and is proven to a millionth without a
    tree: the rules leave no other plan. With one project left free there is something to prove, and it is.
    If it were ignored: each of some hundred plans of a sensitivity would search where nothing can be decided."""
    exact = SolveOptions(gap=1e-6, workers=1, brief=True, start=lent.start)
    answer = answer_of(planned)
    whole, _ = held(case, answer)
    plan, told = stages(whole, exact)
    assert plan.outcome.objective == pytest.approx(planned.outcome.objective, rel=1e-6)
    assert plan.outcome.gap is not None
    assert plan.outcome.gap <= 1e-6
    assert "tighten" not in told
    rows = whole.table("Decisions")
    free = whole.with_tables(Decisions=rows[rows["project"] != rows["project"].iloc[0]])
    assert "tighten" in stages(free, exact)[1]


def test_gaps_are_measured_by_what_the_first_plan_is_worth(case: Case, lent: Lent) -> None:
    """Proves, by hand: where the first plan costs 1000 and is worth 100, all plans of the study are asked for to 5 % of
    100, 0.5 % of the cost, and not to a share of what they save by themselves, which under a budget is next to nothing;
    a plan whose own worth is asked for has a gap of its own, and so has everything where a relative gap was asked for.
    The 2 % of the case count for the first plan, and for all where the caller asks for them; a case that is content
    with 8 % gets these.
    If it were ignored: the plan without money would be proven to 0.3 % of all costs, more than the money is worth, or
    a small project to a millionth."""
    case = case.with_settings(gap=0.01, gap_of_worth=0.02)
    assert Beginning().options(case, SolveOptions()).filled(case).gap_of_worth == 0.02
    beginning = Beginning(lent.start, "first", None, worth=100.0, cost=1000.0)
    asked = beginning.options(case, SolveOptions()).filled(case)
    assert (asked.gap, asked.gap_of_worth) == (pytest.approx(0.005), 0.0)
    own = beginning.options(case, SolveOptions(), own=True).filled(case)
    assert (own.gap, own.gap_of_worth) == (0.01, 0.05)
    coarse = case.with_settings(gap_of_worth=0.08)
    assert beginning.options(coarse, SolveOptions(), own=True).filled(coarse).gap_of_worth == 0.08
    exact = beginning.options(case, SolveOptions(gap=0.001)).filled(case)
    assert (exact.gap, exact.gap_of_worth) == (0.001, 0.0)
    two = beginning.options(case, SolveOptions(gap_of_worth=0.02)).filled(case)
    assert two.gap == pytest.approx(0.002)
    look = Look("own worth", lambda _: {}, worth=True)
    answer = plan_variants([Variant("a", "a", case, look)], SolveOptions(workers=1), beginning=beginning)["a"]
    assert answer.worth is not None


def test_what_cannot_be_begun_with_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: a folder that is no run, and a file that is cut off or holds something else, are refused in words that
    say what to do, with exit code 1; a run without the file, as of a small case, is told and the case planned anew;
    studies that plan no variants refuse --from as wrong usage. If it were ignored: a planner would see a traceback, or
    a study that ignores what it was told."""
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(RunError, match="no run folder"):
            read_beginning(place)
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    assert read_beginning(tmp_path) is None
    assert "planned anew" in Beginning.of_run(None).words(two_node_case(), LOOSE)
    whole = bytearray(gzip.compress(bytes(range(256)) * 50))
    whole[20:24] = b"\xff\x00\xff\x00"  # a bad disk: inside what is packed
    torn = gzip.compress(b"{}")[:-5]
    for content in (b"no gzip", gzip.compress(b"[1]"), gzip.compress(b'{"start": 1}'), torn, bytes(whole)):
        (tmp_path / FILE).write_bytes(content)
        with pytest.raises(RunError, match="damaged"):
            read_beginning(tmp_path)
    (tmp_path / "case").mkdir()
    folder = write_plain_case(tmp_path / "case")
    where = [str(folder), "--output", str(tmp_path / "outputs"), "--from", str(tmp_path)]
    assert run.main(["study", "stress", *where]) == 1
    assert "damaged" in capsys.readouterr().err
    with pytest.raises(SystemExit) as wrong:
        run.main(["study", "switches", *where])
    assert wrong.value.code == 2


def test_a_bound_above_the_plan_is_not_used(case: Case, lent: Lent) -> None:
    """Proves: a bound that lies above the plan evaluated anew, as of a file that somebody changed, is not told as
    proven. If it were ignored: a forged or stale file would prove what nobody knows."""
    assert problem_digest(case, SolveOptions()) == lent.problem
    wrong = Beginning.of_run(dataclasses.replace(lent, proven=Proven(1e12, 1e12, None, None)))
    outcome = make_plan(case, wrong.options(case, LOOSE)).outcome
    assert (outcome.bound, outcome.gap) == (None, None)
