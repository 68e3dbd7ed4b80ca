"""Plausibility checks that need several rows, and the arithmetic behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.case.case import Case
from model.case.checks.commitments import committed_spending, envelope_windows, payment_shares
from model.case.checks.plausible.network import great_circle_km
from model.case.checks.project_logic import project_logic
from model.case.checks.tables import Tables
from model.case.codes import MEANINGS
from model.case.messages import Findings, Message
from model.case.reader import load_case, read_case
from tests.case.hostile_files import FILES
from tests.case.small import small_rows, write_case
from tests.case.test_corpus import CORPUS

ELSEWHERE = {
    "path-missing": "test_hostile.py",
    "no-workbook": "test_hostile.py",
    "file-other": "test_hostile.py",
    "formula-doubtful": "test_silent_inputs.py",
    "constraint-unknown": "test_silent_inputs.py",
    "file-unreadable": "test_hostile.py",
    "scenario-unknown": "test_scenarios.py",
    "schema-older": "test_reader.py",
    "schema-newer": "test_reader.py",
    "demand-without-way": "test_flows.py",
    "demand-way-unbuilt": "test_flows.py",
    "demand-over-capacity": "test_flows.py",
    "link-cost": "here",
    "unusual-sibling": "here",
}


def rail_links(*figures: dict[str, Any]) -> list[dict[str | int, Any]]:
    """Parallel rail links of 500 km at 300 USD/TEU and 1 Mt a year, with these figures changed."""
    common: dict[str | int, Any] = {
        "from_node": "B",
        "to_node": "C",
        "carrier": "rail",
        "length_km": 500,
        "days_regular": 2,
        "container_cost": 300,
        "capacity_kt": 1,
    }
    return [{**common, "link": f"R{number}", **more} for number, more in enumerate(figures)]


def remarks(tmp_path: Path, *figures: dict[str, Any]) -> list[Message]:
    """Remarks about the small case with further rail links."""
    rows = small_rows()
    rows["Links"] += rail_links(*figures)
    return load_case(write_case(tmp_path, rows)).messages


def test_every_kind_of_remark_is_tried() -> None:
    """Proves: each declared code is produced by a test. If it were ignored: a check could be dead."""
    tried = {broken.code for broken in CORPUS} | {hostile.code for hostile in FILES} | set(ELSEWHERE)
    assert set(MEANINGS) - tried == set()


def test_a_price_per_km_far_from_its_mode(tmp_path: Path) -> None:
    """Proves: 300 USD/TEU over 500 km is 0.6 USD/TEU-km; a link at 6.5 is remarked (more than 10 times the middle), one
    at 5.5 is not. If it were ignored: a price per tonne in the column per TEU would pass."""
    others = [{}, {}, {}, {}]
    (message,) = remarks(tmp_path, *others, {"container_cost": 3250})
    assert (message.code, message.column, message.seen) == ("link-cost", "container_cost", "3250")
    assert "6.5 USD/TEU-km over 500 km; the middle of rail links is 0.6" in message.text
    assert remarks(tmp_path, *others, {"container_cost": 2750}) == []


def test_a_capacity_in_another_unit_than_its_siblings(tmp_path: Path) -> None:
    """Proves: among links of 1 Mt one of 0.001 Mt (a figure in Gt) is remarked, one of 0.05 is not. If it were ignored:
    units would be mixed inside the allowed range."""
    others: list[dict[str, Any]] = [{"capacity_kt": figure} for figure in (0.5, 1, 1, 2, 3, 5, 8)]
    (message,) = remarks(tmp_path, *others, {"capacity_kt": 0.001})
    assert (message.code, message.column) == ("unusual-sibling", "capacity_kt")
    assert remarks(tmp_path, *others, {"capacity_kt": 0.05}) == []


def test_great_circles() -> None:
    """Proves: a quarter of the equator is 6371 π / 2 = 10007.5 km, and Baku-Aktau some 360 km. If it were ignored:
    lengths would be compared with nonsense."""
    assert great_circle_km((0, 0), (0, 90)) == pytest.approx(10007.543, abs=0.01)
    assert great_circle_km((40.37, 49.89), (43.6, 51.21)) == pytest.approx(374, abs=5)
    assert great_circle_km((10, 20), (10, 20)) == 0.0


@pytest.mark.parametrize(
    ("profile", "years", "shares"),
    [
        (None, 0, [1.0]),
        ("20; 80", 0, [1.0]),
        (None, 4, [0.25] * 4),
        ("20; 50; 30", 3, [0.2, 0.5, 0.3]),
        ("20%; 80,0 %", 2, [0.2, 0.8]),
        ("1; 1; 1", 2, [0.5, 0.5]),
        ("nonsense", 2, [0.5, 0.5]),
    ],
)
def test_payments_of_a_profile(profile: str | None, years: int, shares: list[float]) -> None:
    """Proves: percentages become parts; a profile of another length counts as none here (it is an error elsewhere). If
    it were ignored: commitments would be put into wrong years."""
    assert payment_shares(profile, years) == pytest.approx(shares)


def tables_of(case: Case) -> Tables:
    """The tables of a case as the checks see them."""
    return Tables(dict(case.tables), case.settings, Findings())


def test_spending_on_commitments(tmp_path: Path) -> None:
    """Proves: P2 (30 million, 2 years, committed for 2028, in the period from 2027) opens in 2028, its own year and
    not that of its period as it once did: 15 are paid in 2026 and 15 in 2027. If it were ignored: envelopes would be
    compared with the wrong years."""
    case = read_case(write_case(tmp_path))
    (spending,) = committed_spending(tables_of(case), case.first_year)
    assert (spending.project, dict(spending.paid)) == ("P2", {2026: 15.0, 2027: 15.0})


def test_windows_with_carry_over(tmp_path: Path) -> None:
    """Proves: 50 a year with carry-over allows 50, 100, 150 … since the first year; a further window of the envelope
    goes on from there. If it were ignored: money left over would be lost or counted twice."""
    rows = small_rows()
    rows["Budgets"][0]["last_year"] = 2028
    rows["Budgets"].append({**rows["Budgets"][0], "first_year": 2029, "last_year": 2030, "amount": 10})
    windows = [
        window
        for window in envelope_windows(tables_of(read_case(write_case(tmp_path, rows))))
        if window.envelope == "all"
    ]
    assert windows[0].limits == [(2026, 2026, 50.0), (2026, 2027, 100.0), (2026, 2028, 150.0)]
    assert windows[1].limits == [(2026, 2029, 160.0), (2026, 2030, 170.0)]


def openings(
    tmp_path: Path, projects: list[dict[str | int, Any]], rules: list[tuple[str, str, str, int]]
) -> dict[str, list[int]]:
    """Years in which projects can open once the rules are applied."""
    rows = small_rows()
    common: dict[str | int, Any] = {
        "country": "KZ",
        "project_class": "rail",
        "capex": 1,
        "construction_years": 0,
        "status": "candidate",
    }
    rows["Projects"] = [{**common, "name": project["project"], **project} for project in projects]
    rows["ProjectEffects"] = [
        {"project": p["project"], "asset_kind": "link", "asset": "L2", "added_kteu": 1} for p in projects
    ]
    rows["ProjectRules"] = [
        {"rule": f"R{number}", "kind": kind, "project": project, "other_project": other, "lag_years": lag}
        for number, (kind, project, other, lag) in enumerate(rules)
    ]
    rows["Funding"], rows["Budgets"], rows["Optimism"], rows["Decisions"] = [], [], [], []
    case = load_case(write_case(tmp_path, rows)).case
    assert case is not None
    logic = project_logic(tables_of(case))
    logic.settle()
    return {name: project.openings for name, project in logic.projects.items()}


def test_rules_narrow_the_openings(tmp_path: Path) -> None:
    """Proves: periods begin in 2026, 2027, 2029. B needs A (from 2027 on) for 2 years, so 2029; C opens with B; D needs
    itself through E with a lag, so never; F excludes a committed project, so never. If it were ignored: impossible
    projects would be offered to the solver without a word."""
    projects: list[dict[str | int, Any]] = [
        {"project": "A", "earliest_opening": 2027},
        {"project": "B"},
        {"project": "C"},
        {"project": "D"},
        {"project": "E"},
        {"project": "F"},
        {"project": "G", "status": "committed", "committed_opening": 2026},
        {"project": "H", "status": "baseline"},
        {"project": "I"},
    ]
    rules = [
        ("requires", "B", "A", 2),
        ("together", "C", "B", 0),
        ("requires", "D", "E", 1),
        ("requires", "E", "D", 1),
        ("excludes", "F", "G", 0),
        ("requires", "I", "H", 5),
    ]
    found = openings(tmp_path, projects, rules)
    assert found["B"] == found["C"] == [2029]
    assert found["D"] == found["E"] == found["F"] == []
    assert found["I"] == [2026, 2027, 2029]


def test_a_project_that_needs_what_it_excludes(tmp_path: Path) -> None:
    """Proves: A needs B and C, which exclude each other, so A is never built; B and C may be. If it were ignored: the
    contradiction would show only as an unbuilt project."""
    projects: list[dict[str | int, Any]] = [{"project": name} for name in "ABC"]
    rules = [("requires", "A", "B", 0), ("requires", "A", "C", 0), ("excludes", "B", "C", 0)]
    found = openings(tmp_path, projects, rules)
    assert (found["A"], found["B"]) == ([], [2026, 2027, 2029])
