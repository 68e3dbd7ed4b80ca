"""Explanations whose time was up: out of time is no proof that nothing can be done."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from model.reports.explanation import write_explanation
from model.solvers.core.outcome import Status
from model.studies.commands import explain as commands_explain
from model.studies.explain import explaining, reach
from model.studies.explain import explanation as explain
from model.studies.explain.explanation import CUT_SHORT, OPEN, UNSETTLED
from tests.case.small import write_case
from tests.reports.reading import Reader
from tests.studies.explain import infeasible
from tests.studies.stand_ins import RememberingReporter, make_outcome, make_plan_of


def cut_short(monkeypatch: pytest.MonkeyPatch, bound: float | None) -> None:
    """The searches of an explanation end with the nearest plan but without a proof, at this bound (None: as it is)."""
    real = reach.solve

    def solve(*given: Any) -> Any:
        outcome, solution = real(*given)
        told = outcome.bound if bound is None else bound
        return dataclasses.replace(outcome, status=Status.FEASIBLE, bound=told), solution

    monkeypatch.setattr(reach, "solve", solve)


def test_time_is_no_proof_against_a_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: where the nearest plan found in time misses a policy, and the bound leaves open that another keeps it, the
    policy is named with what is reached, as not settled, and not as impossible.
    If it were ignored: a floor on the Caspian links that a plan keeps at 0.10 % was told impossible after 120 s, with
    the advice to lower it by two thirds.
    """
    cut_short(monkeypatch, 0.0)
    found = explain.explain(infeasible.floor_above_capacity())
    assert (found.kind, found.infeasible) == (OPEN, False)
    assert "take or pay" in found.sentences[0]
    assert "the nearest plan found in the time given reaches 10" in found.sentences[0]
    assert found.sentences[-1] == UNSETTLED


def test_a_bound_is_proof_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: a search that was cut short, but whose bound says that every plan misses something, settles it.
    If it were ignored: an impossible policy of a large case would be told as open although it is proven.
    """
    cut_short(monkeypatch, None)
    found = explain.explain(infeasible.floor_above_capacity())
    assert (found.kind, found.infeasible) == ("policy", True)


def test_time_is_no_proof_against_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: demand left behind by a plan that is not proven nearest is told with the remark that less may be possible.
    If it were ignored: what the search had not found yet would be told as out of reach.
    """
    case = infeasible.served_share_by_budget()
    case = case.with_tables(Policies=case.table("Policies").iloc[:0])
    settled = explain.explain(case)
    assert (settled.kind, settled.sentences[-1] == CUT_SHORT) == ("limits", False)
    cut_short(monkeypatch, 0.0)
    assert explain.explain(case).sentences[-1] == CUT_SHORT


def test_open_is_out_of_time_for_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: `explain` ends with 3, no plan found in the time given, where it is not settled.
    If it were ignored: a script would take it for a contradiction of the inputs (1), or for a plan (0).
    """
    real = explain.explain(infeasible.floor_above_capacity())
    found = dataclasses.replace(real, kind=OPEN)
    monkeypatch.setattr(commands_explain, "explain", lambda *given, **more: found)
    path, reporter = write_case(tmp_path), RememberingReporter()
    assert commands_explain.explain_case(path, None, (), tmp_path / "out", reporter, write_explanation) == 3
    assert any("take or pay" in words for words in reporter.of("note"))
    (folder,) = (tmp_path / "out").iterdir()
    cover = Reader(folder / explaining.WORKBOOK).values["Cover"]
    assert "Not settled in the time given" in " ".join(str(cell.value) for row in cover.iter_rows() for cell in row)


def test_what_the_search_has_proven_is_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Proves: after a search that proved that nothing keeps the policies, an explanation without the time for the same
    proof names the policy as impossible.
    If it were ignored: "one may keep it" would stand below "no plan can keep all policies".
    """
    cut_short(monkeypatch, 0.0)
    plan = make_plan_of(infeasible.floor_above_capacity(), make_outcome(Status.INFEASIBLE))
    found = explaining.explain_when_infeasible(plan, tmp_path, RememberingReporter(), write_explanation)
    assert found is not None
    assert found.kind == "policy"
    assert UNSETTLED not in found.sentences
