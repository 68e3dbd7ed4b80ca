"""Checks of projects and of what limits them: years, rules, funding shares, envelopes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from model.case.checks.countries import code_of
from model.case.checks.tables import Tables, horizon
from model.case.joint import countries_of, party_and_share
from model.case.messages import shown
from model.case.text import did_you_mean


def check_projects(tables: Tables) -> None:
    """Years of projects make sense."""
    first, last = horizon(tables)
    columns = ("status", "earliest_opening", "latest_opening", "committed_opening")
    for row, status, earliest, latest, committed in tables.rows("Projects", *columns):
        if earliest > latest:
            text = f"The latest opening {latest:.0f} is before the earliest opening {earliest:.0f}."
            tables.remark("opening-window", "Projects", row, "latest_opening", text, int(latest))
        if status == "committed" and ("Projects", row) not in tables.unsound_rows:
            _check_committed(tables, row, committed, first, last)


def _check_committed(tables: Tables, row: Any, committed: float, first: float, last: float) -> None:
    if np.isnan(committed):
        text = "A committed project needs its opening year here."
        tables.remark("committed-year", "Projects", row, "committed_opening", text)
    elif committed < first:
        text = f"It opens in {committed:.0f}, before the first period ({first:.0f})."
        text = f"{text} Call it 'baseline' and put its capacity into the network."
        tables.remark("committed-year", "Projects", row, "committed_opening", text, int(committed))
    elif committed > last:
        text = (
            f"It opens in {committed:.0f}, after the last year of the plan ({last:.0f}): it is never in service here."
        )
        tables.remark("committed-late", "Projects", row, "committed_opening", text, int(committed))


def check_rules(tables: Tables) -> None:
    """Rules tie two different projects, and each says something of its own."""
    first: dict[tuple[Any, ...], Any] = {}
    for row, kind, project, other in tables.rows("ProjectRules", "kind", "project", "other_project"):
        if project is None or other is None or kind is None:
            continue
        if project == other:
            tables.remark(
                "rule-self", "ProjectRules", row, "other_project", f"The rule ties {project} to itself.", other
            )
        pair = (project, other) if kind == "requires" else tuple(sorted((project, other)))
        if (kind, *pair) in first:
            text = f"Row {first[(kind, *pair)]} says the same of {project} and {other}."
            tables.remark("rule-redundant", "ProjectRules", row, "project", text, project)
        first.setdefault((kind, *pair), row)


def check_funding(tables: Tables) -> None:
    """Shares of one project add up to at most 1."""
    totals: dict[Any, float] = {}
    for row, project, share in tables.rows("Funding", "project", "share"):
        if ("Funding", row) in tables.unsound_rows:
            continue
        before = totals.get(project, 0.0)
        totals[project] = before + share
        if totals[project] > 1 + 1e-9 >= before:
            text = (
                f"With this row the shares of {project} add up to {shown(100 * totals[project])} %; 100 % is the most."
            )
            tables.remark("funding-sum", "Funding", row, "share", text, share)


def check_payers(tables: Tables) -> None:
    """Shares of those who pay a cut of a price are given for each of several, and add up to 100 %."""
    if tables.unchanged("ProjectEffects"):
        return
    for row, parties in tables.rows("ProjectEffects", "paid_by"):
        shares = [party_and_share(words)[1] for words in parties or ()]
        given = [share for share in shares if share is not None]
        text = ""
        if len(given) < len(shares) and len(shares) > 1:
            text = "Each of several parties needs its share, such as “KZ 53 %; ship lines 47 %”."
        elif given and abs(math.fsum(given) - 1) > 1e-9:
            text = f"The shares add up to {shown(round(100 * math.fsum(given), 4))} %; they must come to 100 %."
        if text:
            tables.remark("payers-sum", "ProjectEffects", row, "paid_by", text, "; ".join(parties))


def check_budgets(tables: Tables) -> None:
    """Windows of an envelope are in order, do not overlap and speak of the same thing."""
    windows: dict[Any, list[tuple[float, float, Any]]] = {}
    for row, envelope, first, last in tables.rows("Budgets", "envelope", "first_year", "last_year"):
        if last < first:
            text = f"The window ends in {last:.0f}, before it begins ({first:.0f})."
            tables.remark("budget-window", "Budgets", row, "last_year", text, int(last))
        elif envelope is not None and not np.isnan(first):
            windows.setdefault(envelope, []).append((first, last, row))
    for envelope, spans in windows.items():
        spans.sort(key=lambda span: span[:2])
        for (one_first, one_last, one_row), (first, _, row) in zip(spans, spans[1:], strict=False):
            if one_first < first <= one_last:
                text = f"The window begins in {first:.0f}, inside the window of row {one_row} of “{envelope}”."
                tables.remark("budget-window", "Budgets", row, "first_year", text, int(first))
        if not any(np.isnan(last) for _, last, _ in spans):  # a window without an end has a remark of its own
            _check_open_years(tables, envelope, spans)
    _check_envelopes_agree(tables)
    _check_scopes(tables)


def _check_open_years(tables: Tables, envelope: str, spans: list[tuple[float, float, Any]]) -> None:
    """Years of the plan outside the windows of an envelope, where nothing limits its spending."""
    first, last = horizon(tables)
    if first != first or tables.unchanged("Budgets", "Periods"):
        return
    until = first - 1
    for begin, end, row in [*spans, (last + 1, last + 1, None)]:
        if begin > until + 1 and until < last:
            years = _years(until + 1, min(begin - 1, last))
            text = (
                f"“{envelope}” has no window in {years}: no limit holds there. Where nothing may be spent, give these"
            )
            text = f"{text} years a window with the amount 0."
            column, place = ("last_year", spans[-1][2]) if row is None else ("first_year", row)
            tables.remark("budget-years-open", "Budgets", place, column, text, int(end if row is not None else until))
        until = max(until, end)


def _years(first: float, last: float) -> str:
    return f"{first:.0f}" if first == last else f"{first:.0f}-{last:.0f}"


def _check_envelopes_agree(tables: Tables) -> None:
    names = ("scope_kind", "scope", "amount_per", "carry_over")
    heads: dict[Any, tuple[Any, ...]] = {}
    for row, envelope, *values in tables.rows("Budgets", "envelope", *names):
        head_row, *head = heads.setdefault(envelope, (row, *values))
        for name, value, first in zip(names, values, head, strict=True):
            if value != first and ("Budgets", row) not in tables.unsound_rows and envelope is not None:
                text = f"Row {head_row} of the envelope “{envelope}” says “{_word(first)}” here; its rows must agree."
                tables.remark("envelope-mixed", "Budgets", row, name, text, value)


def _word(value: Any) -> str:
    return {True: "yes", False: "no", None: "nothing"}.get(value, str(value))


def _check_scopes(tables: Tables) -> None:
    cells = tables.keys("Projects", "country") | tables.keys("Vessels", "country")
    known: dict[str, set[str]] = {
        "country": cells | {country for cell in cells for country in countries_of(cell)},
        "class": tables.keys("Projects", "project_class") | {"vessels"},
        "funder": tables.keys("Funding", "funder"),
        "tag": {tag for sheet in ("Projects", "Vessels") for tags in tables[sheet]["tags"] for tag in tags},
    }
    readable = tables.sound("Projects", "country", "project_class", "tags") and tables.sound("Funding", "funder")
    for row, kind, scope in tables.rows("Budgets", "scope_kind", "scope"):
        if kind not in known:
            continue
        if scope is None:
            if ("Budgets", row) not in tables.unsound_rows:
                text = f"The scope kind is '{kind}': type which {kind} the envelope counts."
                tables.remark("budget-scope", "Budgets", row, "scope", text)
        elif scope not in known[kind] and readable:
            code = code_of(scope) if kind == "country" else None
            hint = f" Did you mean “{code}”?" if code in known[kind] else did_you_mean(scope, sorted(known[kind]))
            text = f"No project or ship has the {kind} “{scope}”.{hint}"
            tables.remark("budget-scope", "Budgets", row, "scope", text, scope)
