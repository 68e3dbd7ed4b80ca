"""Scenario overlays: the rows of ScenarioChanges applied to the base tables and checked as strictly as these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from model.case.case import Case
from model.case.changes import Change, ChangeProblem, Overlay
from model.case.checks import Tables, check_declared
from model.case.checks_structure import CHECKS
from model.case.codes import Severity
from model.case.messages import CaseError, Findings, Message
from model.case.text import did_you_mean, fold

REFERENCE = "reference"


def scenario_names(case: Case) -> list[str]:
    """Scenarios of the case, the reference (the base tables) first."""
    names = [str(name) for name in case.tables["Scenarios"]["scenario"]]
    return names or [REFERENCE]


def apply_scenario(case: Case, scenario: str) -> Case:
    """Overlay a scenario (and those it is based on) on the case.

    'reference' and the first row of Scenarios are the base tables. Raises CaseError for an unknown scenario, for a
    change that matches nothing or changes nothing, and when the changed tables fail a check.
    """
    names = scenario_names(case)
    known = {fold(name): name for name in names}
    name = known.get(fold(scenario))
    if name is None and fold(scenario) != REFERENCE:
        hint = did_you_mean(scenario, names)
        text = f"There is no scenario “{scenario}”.{hint} The case has: {', '.join(names)}."
        raise CaseError([Message("scenario-unknown", text, sheet="Scenarios", seen=scenario)])
    if name is None or name == names[0]:
        return replace(case, scenario=name or REFERENCE)
    findings = Findings(origins=dict(case.origins))
    overlay = Overlay(case)
    for change in changes_of(case, chain(case, name)):
        try:
            overlay.apply(change)
        except ChangeProblem as problem:
            findings.add(
                problem.code,
                problem.text,
                sheet="ScenarioChanges",
                row=change.row,
                column=problem.column,
                seen=problem.seen,
            )
    changed = replace(
        case,
        scenario=name,
        tables=MappingProxyType(overlay.tables),
        settings=MappingProxyType(overlay.settings),
        changes=tuple(overlay.timed),
    )
    if not findings.failed:
        changed = _checked(changed, overlay, findings)
    if findings.failed:
        raise CaseError(findings.messages)
    return changed


def chain(case: Case, scenario: str) -> list[str]:
    """The scenario and those it is based on, the base first. A circle ends the chain (it is an error of the base)."""
    table = case.tables["Scenarios"]
    based_on = dict(zip(table["scenario"], table["based_on"], strict=True))
    result: list[str] = []
    current: str | None = scenario
    while current is not None and current not in result:
        result.insert(0, current)
        current = based_on.get(current)
    return result


def changes_of(case: Case, scenarios: Sequence[str]) -> list[Change]:
    """Changes of the scenarios in order of the chain, then of the sheet."""
    table = case.tables["ScenarioChanges"]
    result: list[Change] = []
    for scenario in scenarios:
        picked = table[table["scenario"] == scenario]
        for row, record in zip(picked.index, picked.to_dict("records"), strict=True):
            from_year = record.pop("from_year")
            record.pop("note")
            result.append(Change(row=int(row), from_year=None if from_year != from_year else int(from_year), **record))
    return result


def _checked(case: Case, overlay: Overlay, findings: Findings) -> Case:
    """Run all checks on the changed tables, and again for each year in which a timed change sets in."""
    tables = Tables(dict(case.tables), case.settings, Findings(origins=dict(case.origins)))
    _check_all(tables)
    messages = list(tables.findings.messages)
    for year in case.change_years:
        timed = {sheet: case.table(sheet, year) for sheet in case.tables}
        later = Tables(timed, case.settings, Findings(origins=dict(case.origins)))
        _check_all(later)
        messages += later.findings.messages
    findings.messages += [
        overlay.explain(message) for message in dict.fromkeys(messages) if message.severity is Severity.ERROR
    ]
    # The checks spell references as their sheet does: keep that spelling.
    return replace(case, tables=MappingProxyType(tables.tables))


def _check_all(tables: Tables) -> None:
    check_declared(tables)
    for check in CHECKS:
        check(tables)
