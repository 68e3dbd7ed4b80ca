"""Scenario overlays: the rows of ScenarioChanges applied to the base tables and checked as strictly as these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from model.case.case import Case
from model.case.checks.memo import CheckMemo
from model.case.checks.register import run_checks
from model.case.checks.tables import Tables, horizon
from model.case.codes import Severity
from model.case.messages import CaseError, Findings, Message, only_contradictions
from model.case.pandas_text import kept_as_python_text
from model.case.scenarios.changes import Change, ChangeProblem, sheet_of
from model.case.scenarios.overlay import Overlay
from model.case.sheets.headers import column_of
from model.case.text import did_you_mean, fold

REFERENCE = "reference"
CHANGE_WORDS = ("sheet", "match_column", "match_value", "column", "operation", "value")


def scenario_names(case: Case) -> list[str]:
    """Scenarios of the case, the reference (the base tables) first."""
    names = [str(name) for name in case.tables["Scenarios"]["scenario"]]
    return names or [REFERENCE]


@kept_as_python_text
def apply_scenario(case: Case, scenario: str) -> Case:
    """Overlay a scenario (and those it is based on) on a case as read, which has the changes of the reference.

    'reference' and the first row of Scenarios are the case as read. Raises CaseError for an unknown scenario, for a
    change that matches nothing or changes nothing, and when the changed tables fail a check; ValueError for a case that
    is under a scenario already.
    """
    overlaid = overlay_scenario(case, scenario)
    if overlaid.case is None:
        raise CaseError(overlaid.messages, overlaid.contradictory)
    return overlaid.case


@dataclass(frozen=True)
class Overlaid:
    """The changed case (None on errors) and the remarks about the changes.

    `contradictory` is the changed case when all errors are rows that contradict each other.
    """

    case: Case | None
    messages: list[Message]
    contradictory: Case | None = None


def overlay_scenario(case: Case, scenario: str, memo: CheckMemo | None = None) -> Overlaid:
    """As `apply_scenario`, without raising CaseError. `memo` is what the checks of other scenarios found."""
    names = scenario_names(case)
    if case.scenario not in (REFERENCE, names[0]):  # one on top of the other would be neither
        words = f"The case is under the scenario {case.scenario!r}"
        raise ValueError(f"{words}: to plan it under {scenario!r}, read it without {case.scenario!r}.")
    name = {fold(known): known for known in names}.get(fold(scenario))
    if name is None and fold(scenario) != REFERENCE:
        hint = did_you_mean(scenario, names)
        text = f"There is no scenario “{scenario}”.{hint} The case has: {', '.join(names)}."
        return Overlaid(None, [Message("scenario-unknown", text, sheet="Scenarios", seen=scenario)])
    if name is None or name == names[0]:
        return Overlaid(replace(case, scenario=name or REFERENCE), [])
    changes = changes_of(case, [word for word in chain(case, name) if word != names[0]])
    return changed_by(case, name, changes, memo=memo)


def overlay_reference(case: Case, memo: CheckMemo | None = None) -> Overlaid:
    """The base tables with the changes of the reference, which every scenario takes: prices or closures by year."""
    name = scenario_names(case)[0]
    return changed_by(case, name, changes_of(case, [name]), memo=memo)


def overlay_history(case: Case, year: int, memo: CheckMemo | None = None) -> Overlaid:
    """What the sheet History says was otherwise in a year, on a case of that year alone (`history.only_year`)."""
    table = case.tables["History"]
    changes = _changes(table[table["year"] == year], str(year))
    return changed_by(case, case.scenario, changes, "History", memo)


def changed_by(
    case: Case,
    name: str,
    changes: Sequence[Change],
    sheet: str = "ScenarioChanges",
    memo: CheckMemo | None = None,
    passed: Sequence[str] = (),
) -> Overlaid:
    """The case with changes, called `name` where there are any; `sheet` is where they stand.

    Problems of the codes `passed` are passed over, and the change with them.
    """
    if not changes:
        return Overlaid(replace(case, scenario=name), [])
    findings = Findings(origins=dict(case.origins))
    overlay = Overlay(case, sheet)
    for change in changes:
        _apply(overlay, change, findings, sheet, passed)
    if findings.failed:
        return Overlaid(None, findings.messages)
    changed = replace(
        case,
        scenario=name,
        tables=MappingProxyType(overlay.tables),
        settings=MappingProxyType(overlay.settings),
        changes=tuple(overlay.timed),
    )
    return _checked(case, changed, overlay, memo or CheckMemo())


def _apply(
    overlay: Overlay, change: Change, findings: Findings, sheet: str = "ScenarioChanges", passed: Sequence[str] = ()
) -> None:
    try:
        overlay.apply(change)
    except ChangeProblem as problem:
        if problem.code in passed:
            return
        _tell([problem, *overlay.misnamed(change)], change, findings, sheet)


def _tell(problems: Sequence[ChangeProblem], change: Change, findings: Findings, sheet: str) -> None:
    """One remark for each cell of the change."""
    told = set[str]()
    for problem in problems:
        if problem.column not in told:
            told.add(problem.column)
            findings.add(
                problem.code, problem.text, sheet=sheet, row=change.row, column=problem.column, seen=problem.seen
            )


def change_problems(case: Case, base: Tables, scenario: str | None = None) -> list[Message]:
    """Changes that cannot be made, of one or all scenarios, in a case that has other errors too.

    Of a row that could not be read in full only the names are looked at. Changes of sheets or columns that could not be
    read are left out: what is wrong there may come of it.
    """
    if not base.sound("Periods", "first_year", "years") or base["Periods"].empty or not base.sound("ScenarioChanges"):
        return []
    findings = Findings(origins=dict(case.origins))
    names = [name for name in scenario_names(case) if scenario is None or fold(name) == fold(scenario)]
    for name in names:
        overlay = Overlay(case)
        for change in changes_of(case, chain(case, name)):
            if ("ScenarioChanges", change.row) in base.unsound_rows:
                _tell(overlay.misnamed(change), change, findings, "ScenarioChanges")
            elif _sound(base, change):
                _apply(overlay, change, findings)
    return findings.messages


def _sound(base: Tables, change: Change) -> bool:
    """Whether the sheet that a change names was read, with the columns that it names."""
    try:
        sheet = sheet_of(change)
    except ChangeProblem:
        return True  # to be told
    words = [word for word in (change.column, change.match_column) if word is not None]
    columns = [column.name for word in words if (column := column_of(sheet, word)[0]) is not None]
    return base.sound(sheet.name, *columns)


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
        result += _changes(table[table["scenario"] == scenario], scenario)
    return result


def _changes(rows: pd.DataFrame, name: str) -> list[Change]:
    """Rows of ScenarioChanges, or of History, which has no years from and to, as changes."""
    words = [rows[word].tolist() for word in CHANGE_WORDS]
    none = [np.nan] * len(rows)
    spans = (rows[word].tolist() if word in rows else none for word in ("from_year", "last_year"))
    result = []
    for row, first, last, *texts in zip(rows.index.tolist(), *spans, *words, strict=True):
        since, until = (None if np.isnan(year) else int(year) for year in (first, last))
        named = dict(zip(CHANGE_WORDS, texts, strict=True))
        result.append(Change(int(row), name, since, **named, last_year=until))
    return result


def _checked(base: Case, case: Case, overlay: Overlay, memo: CheckMemo) -> Overlaid:
    """Run all checks on the changed tables."""
    changed, told = checked_against(base, case, lambda message: overlay.caused(message) is not None, memo)
    messages = [overlay.explain(message) for message in told]
    if any(message.severity is Severity.ERROR for message in messages):
        return Overlaid(None, messages, changed if only_contradictions(messages) else None)
    return Overlaid(changed, messages)


def checked_against(
    base: Case, case: Case, caused: Callable[[Message], bool], memo: CheckMemo | None = None
) -> tuple[Case, list[Message]]:
    """Run all checks on a case with changed tables, and again for each planned year in which a timed change sets in.

    Returns the case, references spelt as their sheet spells them, and the remarks that count: errors wherever they
    stand, unless `base`, the case before, has them too; warnings only where a change caused them.
    """
    memo = memo or CheckMemo()
    tables = _tables(case, None, base, memo)
    found = list(tables.findings.messages)
    last = horizon(tables)[1]
    for year in case.change_years:
        if not year > last:
            found += _tables(case, year, base, memo).findings.messages
    told = {m: None for m in found if m.severity is Severity.ERROR or caused(m)}
    if any(message.severity is Severity.ERROR for message in told):
        for message in _tables(base, None, None, memo).findings.messages:
            told.pop(message, None)
    return replace(case, tables=MappingProxyType(tables.tables)), list(told)


def _tables(case: Case, year: int | None, base: Case | None, memo: CheckMemo) -> Tables:
    """The tables of a case in a year, checked; sheets that are those of the base only with others."""
    frames = {sheet: _frame(case, sheet, year, base) for sheet in case.tables}
    same = frozenset(sheet for sheet in frames if base is not None and frames[sheet] is base.tables[sheet])
    tables = Tables(frames, case.settings, Findings(origins=dict(case.origins)), checked=same)
    run_checks(tables, memo)
    return tables


def _frame(case: Case, sheet: str, year: int | None, base: Case | None) -> pd.DataFrame:
    """Table of a sheet in a year: that of the base itself where nothing sets it apart, which was looked at before."""
    if base is not None and year is not None and case.tables[sheet] is base.tables[sheet]:
        ours, theirs = case.due(sheet, year), base.due(sheet, year)
        if ours == theirs:
            return base.table(sheet, year)
    return case.table(sheet, year)
