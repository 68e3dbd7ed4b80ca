"""Which events of a solve are worth a line of their own, and what each stage is called in plain words."""

from __future__ import annotations

from typing import Final

from model.solvers.progress import Event
from model.studies.words import share

PHASES: Final = {
    "build": "Building the network and the model",
    "compile": "Building the network and the model",
    "root LP": "Solving without whole numbers, for a first bound",
    "tables": "Writing the plan down and checking it",
    "questions": "Asking what other decisions would cost",
    "explain": "Looking for what stands in the way",
    "reports": "Writing workbook, report, maps and tables",
}
SEARCH: Final = "Searching for better plans and bounds"
TOLD: Final = ("stopped", "rescue", "bound", "method")
"""Stages that say something once and must not be lost."""
BETTER: Final = 2e-4  # relative; a plan cheaper by that is news
CLOSER: Final = 0.8  # times the gap last told


def phase_of(stage: str) -> str:
    """The stage in plain words; what the search calls its steps is all one phase."""
    return PHASES.get(stage, SEARCH)


def standing(event: Event) -> str:
    """Best plan, bound and gap, as far as they are known."""
    parts = []
    if event.incumbent is not None:
        parts.append(f"best plan {event.incumbent:,.1f}")
    if event.bound is not None:
        parts.append(f"bound {event.bound:,.1f} million USD")
    if event.gap is not None:
        parts.append(f"gap {share(event.gap)}")
    return " · ".join(parts)


def line_of(event: Event) -> str:
    """One line: phase and, for steps of the search, where it stands."""
    phase, where = phase_of(event.stage), standing(event)
    if event.stage in TOLD:
        return f"{event.words[:1].upper()}{event.words[1:]}" + (f" · {where}" if where else "")
    return f"{phase} · {where}" if where and phase == SEARCH else phase


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
