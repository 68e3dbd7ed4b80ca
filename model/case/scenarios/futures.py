"""The sheet Futures: what is uncertain, and the case as one future makes it.

A factor is one or several rows of the same name: figures, each with a range, or events, each a scenario whose changes
hold or do not. Which values a future has is drawn elsewhere; here they are applied, and checked as any scenario is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from model.case.canonical import records
from model.case.case import Case
from model.case.checks.memo import CheckMemo
from model.case.messages import CaseError, Message
from model.case.scenarios.apply import chain, changed_by, changes_of, scenario_names
from model.case.scenarios.changes import Change

SHEET = "Futures"
FIGURE, EVENT, SCENARIO = "figure", "event", "scenario"
NEUTRAL = {"multiply": 1.0, "add": 0.0}


@dataclass(frozen=True)
class Figure:
    """One figure: the change it makes, save for the value, and the range of the value in units of the sheet."""

    change: Change
    distribution: str
    low: float
    likely: float
    high: float


@dataclass(frozen=True)
class Event:
    """One event: the scenario whose changes then hold, its chance, the year from which it holds (None: as they say)."""

    row: int
    scenario: str
    probability: float
    from_year: int | None


@dataclass(frozen=True)
class Factor:
    """What one draw decides. `partners` maps other factors to the correlation with them."""

    name: str
    figures: tuple[Figure, ...]
    events: tuple[Event, ...]
    partners: Mapping[str, float]

    @property
    def known_from(self) -> int | None:
        """The first year in which it can be seen; None where it holds from the beginning."""
        years = [figure.change.from_year for figure in self.figures] + [event.from_year for event in self.events]
        known = [year for year in years if year is not None]
        return min(known) if len(known) == len(years) else None


def factors(case: Case) -> list[Factor]:
    """Figures and events of the sheet by factor, in order of their first rows."""
    found: dict[str, list[Figure | Event]] = {}
    partners: dict[str, dict[str, float]] = {}
    for row in records(case.table(SHEET)):
        if row.kind == SCENARIO:
            continue
        first, last = (None if year != year else int(year) for year in (row.from_year, row.last_year))
        kept = found.setdefault(row.factor, [])
        if row.kind == EVENT:
            kept.append(Event(int(row.Index), row.scenario, float(row.probability), first))
        else:
            change = Change(
                int(row.Index), row.factor, first, row.sheet, row.match_column, row.match_value, row.column,
                row.operation, "", last,
            )  # fmt: skip
            middle = (row.low + row.high) / 2
            likely = middle if row.likely != row.likely else row.likely
            kept.append(Figure(change, row.distribution, float(row.low), float(likely), float(row.high)))
        if row.correlates_with is not None:
            partners.setdefault(row.factor, {})[row.correlates_with] = float(row.correlation)
    return [
        Factor(
            name,
            tuple(one for one in rows if isinstance(one, Figure)),
            tuple(one for one in rows if isinstance(one, Event)),
            partners.get(name, {}),
        )
        for name, rows in found.items()
    ]


def scenario_weights(case: Case) -> dict[str, float]:
    """Named scenarios of the sheet with their weights, which add up to 1; blank ones weigh like the others' mean."""
    table = case.table(SHEET)
    named = table[table["kind"] == SCENARIO]
    given = named["probability"]
    weights = given.fillna(given.mean() if given.notna().any() else 1.0)
    total = float(weights.sum())
    pairs = zip(named["scenario"], weights, strict=True)
    return {str(scenario): float(weight) / total for scenario, weight in pairs if weight > 0}


def future_changes(case: Case, values: Mapping[int, float], happened: Mapping[int, bool]) -> list[Change]:
    """The changes of a future: values of figures and whether events happen, by row of the sheet.

    A factor of 1 and an addition of 0 are no change.
    """
    every = factors(case)
    changes = [change for factor in every for change in _of_figures(factor, values)]
    return [*changes, *_of_events(case, every, happened)]


def _of_figures(factor: Factor, values: Mapping[int, float]) -> list[Change]:
    return [
        replace(figure.change, value=f"{values[figure.change.row]:.12g}")
        for figure in factor.figures
        if NEUTRAL.get(figure.change.operation) != values[figure.change.row]
    ]


def _of_events(case: Case, every: Sequence[Factor], happened: Mapping[int, bool]) -> list[Change]:
    """Changes of the scenarios of events that happen, told as of the row of the event.

    Each scenario counts once: those that the case is under hold already, and what several events are based on holds
    from the first of their years.
    """
    made = {scenario_names(case)[0], *chain(case, case.scenario)}
    since: dict[str, tuple[str, Event]] = {}
    for factor in every:
        for event in factor.events:
            for word in chain(case, event.scenario) if happened[event.row] else ():
                if word not in made and (word not in since or (event.from_year or 0) < (since[word][1].from_year or 0)):
                    since[word] = factor.name, event
    return [
        replace(change, row=event.row, scenario=name, from_year=change.from_year or event.from_year)
        for word, (name, event) in since.items()
        for change in changes_of(case, [word])
    ]


def future_case(case: Case, name: str, changes: list[Change], memo: CheckMemo | None = None) -> Case:
    """The case of a future. Raises CaseError when a change cannot be made or the tables that come of it fail a check.

    A change that finds its cells as it would leave them, as another event has shut the same link, is none.
    """
    overlaid = changed_by(case, name, changes, SHEET, memo, passed=("change-nothing",))
    if overlaid.case is None:
        raise CaseError(overlaid.messages, overlaid.contradictory)
    return replace(overlaid.case, scenario=name)


def future_messages(case: Case, memo: CheckMemo | None = None) -> list[Message]:
    """Remarks about the rows of Futures: each figure is tried at both ends of its range, each event alone."""
    memo = memo or CheckMemo()
    found: dict[Message, None] = {}
    for factor in factors(case):
        for end in ("low", "high"):
            trial = _of_figures(factor, {figure.change.row: getattr(figure, end) for figure in factor.figures})
            for message in changed_by(case, factor.name, trial, SHEET, memo).messages:
                found[_blaming(case, message, end)] = None
        happened = _of_events(case, [factor], {event.row: True for event in factor.events})
        for message in changed_by(case, factor.name, happened, SHEET, memo).messages:
            found[message] = None
    return list(found)


def _blaming(case: Case, message: Message, end: str) -> Message:
    """A remark about the value of a change, as one about the end of the range that was tried."""
    if message.sheet != SHEET or message.column != "value":
        return message
    letter = case.origins[SHEET].letters.get(end, "") if SHEET in case.origins else ""
    return replace(message, column=end, cell=f"{letter}{message.row}" if letter else message.cell)
