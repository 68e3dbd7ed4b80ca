"""Why there is no plan: each cause is named with its cells and quantities, and each repair proposed is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from model.case.case import Case
from model.case.reader import read_case
from model.formulation.build import build
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.plan import Plan
from model.reports.explanation import write_explanation
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.studies.explain.conflicts import InvestmentModel, smallest_conflict
from model.studies.explain.explaining import WORKBOOK, explain_when_infeasible
from model.studies.explain.explanation import Explanation, explain
from model.studies.explain.relaxing.changes import apply_changes
from model.studies.runs.solving import Bench, run_case
from tests.studies.explain import infeasible
from tests.studies.explain.questions import MOST_QUESTIONS, count_questions
from tests.studies.stand_ins import (
    RememberingReporter,
    answering,
    make_outcome,
    make_plan_of,
    write_marker,
    write_plain_case,
)

MAKERS: dict[str, tuple[Callable[[], Case], str, tuple[str, ...], set[str]]] = {
    "over budget": (
        infeasible.over_budget, "conflict",
        ("P is committed to open in 2028", "envelope money", "short by 20 million USD"),
        {"envelopes", "committed"},
    ),
    "country envelope": (
        infeasible.country_envelope, "conflict", ("P is committed", "Q is committed", "KZ purse", "short by 15"),
        {"envelopes", "deadlines", "committed"},
    ),
    "excluded need": (
        infeasible.excluded_need, "conflict", ("P requires Q", "Q is excluded", "ProjectRules"),
        {"committed", "project_rules"},
    ),
    "lag too long": (
        infeasible.lag_too_long, "conflict", ("P requires Q 2 years earlier", "P is committed to open in 2027"),
        {"committed", "project_rules"},
    ),
    "need takes years": (
        infeasible.need_takes_years, "conflict", ("P requires Q", "Q cannot be open", "takes 3 years to build"),
        {"deadlines", "committed", "project_rules"},
    ),
    "exclusive pair": (
        infeasible.exclusive_pair, "conflict", ("P excludes Q", "P is committed", "Q is committed"),
        {"committed", "project_rules"},
    ),
    "together apart": (
        infeasible.together_apart, "conflict", ("P opens together with Q", "2027", "2028"),
        {"deadlines", "committed", "project_rules"},
    ),
    "window closed": (
        infeasible.window_closed, "conflict", ("P requires Q", "Q may not open", "earliest opening 2029"),
        {"timing", "deadlines", "committed", "project_rules"},
    ),
    "service unreachable": (
        infeasible.served_share_unreachable, "policy", ("guarantee", "120 kt", "at most 100", "capacity of AB"),
        {"own_policy", "capacity"},
    ),
    "service by budget": (
        infeasible.served_share_by_budget, "policy", ("guarantee", "envelope money", "short by 20 kt"),
        {"own_policy", "envelopes", "capacity"},
    ),
    "service without path": (
        infeasible.served_without_path, "policy", ("guarantee", "no route, open or planned, joins the ends of E"),
        {"own_policy"},
    ),
    "co2 against service": (
        infeasible.co2_against_service, "policy",
        ("climate", "at least 0.8", "because of the policy guarantee", "0.3 kt CO2"),
        {"own_policy", "policies"},
    ),
    "floor above capacity": (
        infeasible.floor_above_capacity, "policy", ("take or pay", "at most 10", "capacity of AB", "short by 5 kTEU"),
        {"own_policy", "capacity"},
    ),
    "floor against cap": (
        infeasible.floor_against_cap, "policy", ("floor", "at most 12", "because of the policy cap", "short by 3 kTEU"),
        {"own_policy"},
    ),
    "floor above demand": (
        infeasible.floor_above_demand, "policy",
        ("take or pay", "all demand of 2026 together is 8 kTEU", "short by 7 kTEU"),
        {"own_policy"},
    ),
    "few ships": (
        infeasible.few_ships, "shortfall", ("35 kTEU", "the ships (ferry) on AB", "30 kTEU", "short by 5 kTEU"),
        {"ships"},
    ),
    "winter port": (
        infeasible.winter_port, "shortfall", ("In 2026, winter,", "through B", "2.5 kTEU", "short by 1.5 kTEU"),
        {"capacity"},
    ),
    "too slow": (infeasible.too_slow, "shortfall", ("fastest route of D", "takes 2 days, 1 are accepted"), set()),
    "late projects": (
        infeasible.late_projects, "limits", ("In 2026 2 kTEU of D", "construction time of P, 2 years"),
        {"lead_time", "capacity"},
    ),
    "co2 cap": (
        infeasible.co2_cap, "limits", ("3 kTEU of D", "because of the policy climate"), {"policies"},
    ),
}  # fmt: skip
LEAVES_DEMAND = {("policy", "own_policy"), ("policy", "policies")}


@pytest.mark.parametrize("name", MAKERS)
def test_cause_is_named_and_repairs_help(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the first sentence names the true cause with quantities and cells, after few questions; exactly the
    families that help are offered, and each change offered makes the case feasible (where it weakens no service:
    without anything in the way). If it were ignored: planners would be sent to the wrong cell, or told to change
    what does not help."""
    make, kind, words, families = MAKERS[name]
    case = make()
    asked = count_questions(monkeypatch)
    found = explain(case)
    assert len(asked) <= MOST_QUESTIONS
    assert found.kind == kind, found.sentences
    assert [word for word in words if word not in found.sentences[0]] == [], found.sentences
    assert "row" in found.sentences[0] or "›" in found.sentences[0]
    assert not found.cells.empty
    assert {repair.family for repair in found.menu if repair.possible} == families
    for repair in found.menu:
        if repair.possible:
            after = explain(apply_changes(case, repair.changes))
            assert not after.infeasible, (repair, after.sentences)
            if (kind, repair.family) not in LEAVES_DEMAND:
                assert after.kind == "none", (repair, after.sentences)


def test_budget_that_is_not_negotiable_is_named_and_not_touched() -> None:
    """Proves: a budget marked not negotiable stands in the sentence and in no repair. If it were ignored: proposals
    would spend money that nobody has."""
    found = explain(infeasible.over_budget(negotiable=False))
    assert "envelope money" in found.sentences[0]
    assert {repair.family for repair in found.menu if repair.possible} == {"committed"}
    assert not found.cells.set_index("statement")["negotiable"].filter(like="envelope").any()


def test_policy_that_is_not_negotiable_is_named_and_not_touched() -> None:
    """Proves: the cap, not negotiable, is named as the reason and offered for no change. If it were ignored: sanctions
    would appear as a bargaining matter."""
    found = explain(infeasible.floor_against_cap())
    assert "policy cap" in found.sentences[0]
    assert all("cap" not in change.words for repair in found.menu for change in repair.changes)


def test_asking_twice_gives_the_same() -> None:
    """Proves: explaining leaves nothing behind in the case. If it were ignored: a second look could tell another
    story."""
    case = infeasible.served_share_by_budget()
    first, second = explain(case), explain(case)
    assert first.sentences == second.sentences
    assert first.repairs.equals(second.repairs)


def test_conflict_is_irreducible() -> None:
    """Proves: without any of its notes the conflict could hold. If it were ignored: innocent cells would be named."""
    case = infeasible.country_envelope()
    model = InvestmentModel.of(build(case, build_graph(case), RoutePool()))
    conflict = smallest_conflict(model)
    assert not model.possible(set(conflict))
    assert all(model.possible(set(conflict) - {note}) for note in conflict)


def test_nothing_in_the_way() -> None:
    """Proves: a sound case gets 'none'. If it were ignored: the explainer would cry wolf."""
    found = explain(infeasible.corridor())
    assert (found.kind, found.menu, found.infeasible) == ("none", (), False)


def test_repairs_can_be_priced() -> None:
    """Proves: with `price` each repair comes with the cost of the best plan after it. If it were ignored: the menu
    would say what is least, not what is cheap. By hand: 4 years of 8 kTEU for 2 each = 64, and 50 for P unless it
    is waived."""
    found = explain(infeasible.over_budget(), price=True)
    costs = {repair.family: repair.cost for repair in found.menu if repair.possible}
    assert costs["committed"] == pytest.approx(64.0)
    assert costs["envelopes"] == pytest.approx(114.0)
    assert found.repairs["cost [million USD]"].notna().sum() == 2


def test_constraint_file_is_blamed(tmp_path: Path) -> None:
    """Proves: a constraint of the user's own that contradicts the case is named. If it were ignored: the sheets would
    be searched for a mistake that stands in a file."""
    text = (
        '"""never — P never opens.\n\nSwitch name: never\n"""\nimport pyomo.environ as pyo\nNAME = "never"\n\n\n'
        "def applies(case):\n    return True\n\n\ndef add(formulation):\n    block = formulation.investment\n"
        "    last = formulation.periods[-1].name\n"
        '    block.never = pyo.Constraint(expr=block.in_service["P", last] == 0)\n'
    )
    path = tmp_path / "never.py"
    path.write_text(text, encoding="utf-8")
    case = infeasible.corridor(Projects=[infeasible.committed("P", 5.0, 2027)])
    assert explain(case).kind == "none"
    found = explain(case, (path,))
    assert found.kind == "constraint file"
    assert "never.py" in found.sentences[0]
    assert "P is committed to open in 2027" in found.sentences[0]


def test_workbook_and_automatic_use(tmp_path: Path) -> None:
    """Proves: an infeasible plan is explained into the run folder, text of the case is never a formula there, and a
    plan that is feasible is left alone. If it were ignored: the reason would be missing where it is looked for."""
    case = infeasible.over_budget()
    case = case.with_tables(Budgets=case.table("Budgets").assign(envelope='=HYPERLINK("http://x")'))
    reporter = RememberingReporter()
    plan: Plan = make_plan_of(case, make_outcome(Status.INFEASIBLE))
    found = explain_when_infeasible(plan, tmp_path, reporter, write_explanation)
    assert isinstance(found, Explanation)
    assert "These cannot all hold" in str(reporter.told)
    book = openpyxl.load_workbook(tmp_path / WORKBOOK)
    assert book.sheetnames == ["Cover", "Conflict", "Repairs"]
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f" and "HYPERLINK" in str(cell.value)]
    assert any("short by 20 million USD" in str(cell.value) for cell in cells)
    assert explain_when_infeasible(make_plan_of(case), tmp_path, reporter, write_explanation) is None


def test_a_stop_ends_the_explanation_alone(tmp_path: Path) -> None:
    """Proves: a stop while a run looks for what stands in the way ends that search; the run folder is left, without
    the workbook, and the log says why. If it were ignored: the proof that there is no plan would be lost with it."""

    def stopped(case: Case, constraint_files: tuple[Path, ...]) -> Explanation:
        raise KeyboardInterrupt

    reporter = RememberingReporter()
    case = read_case(write_plain_case(tmp_path))
    bench = Bench(
        case, tmp_path, tmp_path / "outputs", SolveOptions(), write_marker, reporter,
        planner=answering(Status.INFEASIBLE), explainer=stopped, write_explanation=write_explanation,
    )  # fmt: skip
    folder = run_case(case, bench).folder
    assert (folder / "plan.txt").exists()
    assert not (folder / WORKBOOK).exists()
    assert "a stop was asked for" in reporter.of("note")[-1]
