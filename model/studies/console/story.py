"""Which events of a solve are worth a line of their own, and what each stage is called in plain words."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from model.solvers.core.progress import Event
from model.studies.console.words import share

PHASES: Final = {
    "build": "Building the network and the model",
    "compile": "Building the network and the model",
    "root LP": "Solving without whole numbers, for a first bound",
    "tables": "Writing the plan down and checking it",
    "prices": "Asking what a little more of each limit would save",
    "questions": "Asking what other decisions would cost",
    "explain": "Looking for what stands in the way",
    "reports": "Writing workbook, report, maps and tables",
}
AFTER_SEARCH: Final = ("tables", "prices", "questions", "reports")
"""Stages with a plan in hand: a first stop lets it be written. What stands in the way may be cut off: there is none."""
SEARCH: Final = "Searching for better plans and bounds"
TOLD: Final = ("stopped", "rescue", "bound", "method", "checkpoint", "resumed", "answers", "export")
"""Stages that say something once and must not be lost."""
FIELDS: Final = tuple(field.name for field in fields(Event))
BETTER: Final = 2e-4  # relative; a plan cheaper by that is news
CLOSER: Final = 0.8  # times the gap last told


@dataclass(frozen=True)
class ScenarioEvent(Event):
    """Event of one of several runs side by side."""

    scenario: str = ""


def whose(event: Event) -> str:
    """Scenario of an event, '' where only one is planned at a time."""
    return event.scenario if isinstance(event, ScenarioEvent) else ""


def phase_of(stage: str) -> str:
    """The stage in plain words; what the search calls its steps is all one phase."""
    return PHASES.get(stage, SEARCH)


def plan_in_hand(stage: str, before: bool) -> bool:
    """Whether there is a plan to be written; what is said once says nothing of that, and leaves it as it was before."""
    return before if stage in TOLD else stage in AFTER_SEARCH


def standing(event: Event) -> str:
    """Best plan, bound and gap, as far as they are known."""
    parts = []
    if event.incumbent is not None:
        parts.append(f"best plan {event.incumbent:,.1f}")
    if event.bound is not None:
        parts.append(f"bound {event.bound:,.1f} million USD")
    if event.gap is not None:
        parts.append(f"gap {_gap_words(event)}")
    return " · ".join(parts)


def _gap_words(event: Event) -> str:
    """The gap as money and as a share of what the plan saves, where that is known; else as a share of all costs."""
    if event.gap is None or event.bound is None or event.incumbent is None or not event.worth or event.worth <= 0:
        return share(event.gap or 0.0)
    money = max(0.0, event.incumbent - event.bound)
    return f"{money:,.1f} million USD, {share(money / event.worth)} of what the plan saves"


def line_of(event: Event) -> str:
    """One line: scenario where there are several, phase and, for steps of the search, where it stands."""
    if isinstance(event, ScenarioEvent):
        return f"{event.scenario} · {line_of(Event(**{name: getattr(event, name) for name in FIELDS}))}"
    phase, where = phase_of(event.stage), standing(event)
    if event.stage in TOLD:
        return f"{event.words[:1].upper()}{event.words[1:]}" + (f" · {where}" if where else "")
    return f"{phase} · {where}" if where and phase == SEARCH else phase


class Stories:
    """A story for each of several runs side by side."""

    def __init__(self) -> None:
        """Nothing told yet."""
        self._of: dict[str, Story] = {}

    def news(self, event: Event) -> bool:
        """Whether an event deserves a line in the story of its run."""
        return self._of.setdefault(whose(event), Story()).news(event)


class Story:
    """Remembers what was told, and says what is news."""

    def __init__(self) -> None:
        """Nothing told yet."""
        self._phase: str | None = None
        self._incumbent: float | None = None
        self._gap: float | None = None

    def news(self, event: Event) -> bool:
        """Whether an event deserves a line: a new phase, the first or a clearly better plan, a clearly smaller gap."""
        phase = phase_of(event.stage)
        fresh = event.stage in TOLD or phase != self._phase or self._better(event) or self._closer(event)
        if fresh:
            self._phase = phase
            self._incumbent, self._gap = event.incumbent, event.gap
        return fresh

    def _better(self, event: Event) -> bool:
        if event.incumbent is None:
            return False
        if self._incumbent is None:
            return True
        return self._incumbent - event.incumbent > BETTER * max(1.0, abs(self._incumbent))

    def _closer(self, event: Event) -> bool:
        return event.gap is not None and (self._gap is None or event.gap < CLOSER * self._gap)
