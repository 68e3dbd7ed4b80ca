"""Whatever the check passes, the model takes: random cells of a case that covers every sheet."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.case.case import Case
from model.case.checks.register import run_checks
from model.case.messages import CaseError, Findings
from model.case.reader import read_tables
from model.case.scenarios.apply import apply_scenario, scenario_names
from model.case.schema import SETTINGS, SHEETS
from model.case.schema.columns import Column, Kind
from model.case.sheets.raw import RawCase, RawSheet
from model.formulation.build import build
from model.formulation.plugins import constraint_families
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.verify.projects import payment_shares
from tests.case.small import FIRST_ROW, headers, small_rows
from tests.case.test_mutations import raw_rows

FAMILIES = frozenset(constraint_families())
WORDS = (
    *("20,5; 79,5", "20%; 80%", "50 ; 50", "100", "100 %", "33.3;33.3;33.4", "1e2", "½", "0;100", "20;80;"),
    *("blank", "*", "years", "2027", "L*", "L1; L2", "A; B", "Caspian;ports", ";", "-", "all", "A > B", "KZ/AZ", "kz"),
    *("L1", "l1", "A", "B", "P1", "P2", "D1", "box", "grain", "Middle", "feeder", "winter", "Bank", "port", "vessels"),
    *("capacity", "Capacity", "fleet", "gates", "0.5", "-50 %", "50 %", "2", "1e308", "é\u0301", "x" * 200, "\u2011"),
)
PLACES = [
    (sheet, index, column)
    for sheet, records in small_rows().items()
    for index in range(len(records))
    for column in headers(sheet, records)
    if column not in ("source", "confidence", "note")
]


def values(column: Column) -> st.SearchStrategy[Any]:
    """What people may type into a column: its bounds and words, and odd ones."""
    if column.kind is Kind.YEAR:
        return st.sampled_from([None, 1900, 2025, 2026, 2027, 2028, 2029, 2030, 2031, 2200])
    if column.numeric:
        edges = {
            column.minimum,
            column.maximum,
            column.usual_minimum,
            column.usual_maximum,
            column.above,
            column.example,
        }
        return st.sampled_from([None, 0, 1, 2, 0.5, 1e-9, "20,5", "50 %", *sorted(e for e in edges if e is not None)])
    if column.kind is Kind.FLAG:
        return st.sampled_from([None, "yes", "no"])
    if column.kind is Kind.CHOICE:
        return st.sampled_from([None, *column.allowed])
    return st.sampled_from([None, *WORDS])


def checked_case(sheets: Mapping[str, list[list[Any]]]) -> Case | None:
    """The case, or None when the check finds an error."""
    findings = Findings()
    raw = RawCase({name: RawSheet("f", name, name, [tuple(row) for row in rows]) for name, rows in sheets.items()})
    tables = read_tables(raw, findings)
    tables.families = FAMILIES
    run_checks(tables)
    if findings.failed:
        return None
    origins = MappingProxyType(dict(findings.origins))
    return Case("f", MappingProxyType(dict(tables.tables)), MappingProxyType(dict(tables.settings)), origins=origins)


def take(case: Case) -> None:
    """Build the model, and what the verifier reads of the cells again."""
    build(case, build_graph(case), RoutePool())
    projects = case.table("Projects")
    for profile, years in zip(projects["spending_profile"], projects["construction_years"], strict=True):
        payment_shares(profile, int(years))


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
@given(st.data())
def test_what_the_check_passes_the_model_takes(data: st.DataObject) -> None:
    """Proves: of random cells typed as people type them, in every sheet and column, each case is either refused by the
    check or built into a model, and so is each of its scenarios. If it were ignored: two readers of one cell could
    disagree, and a run would end in a mistake of the program after a clean check."""
    sheets = {name: raw_rows(name) for name in small_rows()}
    for _ in range(data.draw(st.integers(1, 3))):
        sheet, index, name = data.draw(st.sampled_from(PLACES))
        column = SHEETS[sheet].year_column if isinstance(name, int) else SHEETS[sheet].column(name)
        assert column is not None
        if (sheet, name) == ("Settings", "value"):
            column = SETTINGS[small_rows()[sheet][index]["setting"]].column
        place = headers(sheet, small_rows()[sheet]).index(name)
        sheets[sheet][FIRST_ROW - 1 + index][place] = data.draw(values(column))
    case = checked_case(sheets)
    if case is None:
        return
    take(case)
    for scenario in scenario_names(case)[1:]:
        try:
            changed = apply_scenario(case, scenario)
        except CaseError:
            continue
        take(changed)


PROFILES = [word for word in WORDS if any(character.isdigit() for character in word)]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_spending_profile_is_refused_or_taken(profile: str) -> None:
    """Proves: the same of each of the words above that has a digit, as the profile of the project that takes two years.
    If it were ignored: the column with a syntax of its own would be left to the luck of the draw."""
    sheets = {name: raw_rows(name) for name in small_rows()}
    place = headers("Projects", small_rows()["Projects"]).index("spending_profile")
    sheets["Projects"][FIRST_ROW][place] = profile
    case = checked_case(sheets)
    if case is not None:
        take(case)
        assert sum(payment_shares(case.table("Projects")["spending_profile"].iloc[1], 2)) == pytest.approx(1.0)
