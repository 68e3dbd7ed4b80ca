"""What features say in the reports: each in its own file `report.py`, found by the contract, never by name.

A report.py may have
    SHOWN: tuple[str, ...]                   plan tables that its sheets show, so that they need no sheet of their own
    sheets(facts) -> list[ReportSheet]       sheets of plan.xlsx, placed behind those of their group
    sections(facts) -> list[Section]         sections of report.html, behind the decisions or the corridors
    answers(facts, sheets) -> list[row_of]   lines of the Summary; `sheets` are all made before it, by name
    lack(facts, project, payments) -> Lack   what a limit on decisions lacks to let the project in; None for nothing
    panels(facts) -> list[Markup]            tables of its section on ships, policies and containers
    appraisal(sheets) -> list[Line]          lines of the sheet Appraisal; `sheets` are those of features, by name
    transfers(facts) -> dict[int, float]     year → benefits [million USD] that others pay for: a gain to one only
    paid_by(facts) -> dict[str, dict[str, float]]   project → who pays for its benefits → million USD, present value
    subsidies(facts) -> dict[str, float]     party → what others make good to it, below zero what it pays, present value
    barred(facts, project) -> str | None     why the plan can have no project of this key
    brief(facts) -> list[Block]              answers of the decision brief, behind the decisions
Each gives nothing where the feature is off or has nothing to say. What it says in sentences stands in its
`summary.py`, since the terminal and run.json say it too (model.studies.console.summary).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from model.features import feature_parts
from model.reports.brief.blocks import Block
from model.reports.facts import Facts
from model.reports.markup import Markup
from model.reports.workbook.sheet import Formula, ReportSheet


@dataclass(frozen=True)
class Section:
    """A section of the page: the key that its heading is found by, its word in the navigation, its content.

    It stands after the section `after`: 'why' (the decisions) or 'corridors'.
    """

    key: str
    word: str
    content: Markup
    after: str = "corridors"


@dataclass(frozen=True)
class Lack:
    """What a limit on decisions lacks to let one more project in: million USD, and that in words."""

    amount: float
    words: str


@dataclass(frozen=True)
class Line:
    """A line of the sheet Appraisal; `kind` is a kind of Column."""

    indicator: str
    figure: Formula | float | str
    unit: str
    meaning: str
    kind: str = "number"


def _functions(name: str) -> list[Callable[..., Any]]:
    return [getattr(part, name) for part in feature_parts("report").values() if hasattr(part, name)]


def shown_tables() -> frozenset[str]:
    """Plan tables that sheets of features show."""
    return frozenset(name for part in feature_parts("report").values() for name in getattr(part, "SHOWN", ()))


def feature_sheets(facts: Facts) -> list[ReportSheet]:
    """Sheets of plan.xlsx."""
    return [sheet for sheets in _functions("sheets") for sheet in sheets(facts)]


def feature_sections(facts: Facts) -> list[Section]:
    """Sections of report.html."""
    return [section for sections in _functions("sections") for section in sections(facts)]


def feature_panels(facts: Facts) -> list[Markup]:
    """Tables of the section on operations."""
    return [panel for panels in _functions("panels") for panel in panels(facts)]


def feature_appraisal(sheets: Mapping[str, ReportSheet]) -> list[Line]:
    """Lines of the sheet Appraisal."""
    return [line for lines in _functions("appraisal") for line in lines(sheets)]


def feature_transfers(facts: Facts) -> dict[int, float]:
    """Year → benefits of the plan on top of the minimum that are gains to nobody, million USD."""
    return _added_up("transfers", facts)


def feature_paid_by(facts: Facts) -> dict[str, dict[str, float]]:
    """Project → who pays for what it saves others, a country or another party → million USD of present value."""
    found: dict[str, dict[str, float]] = {}
    for paid_by in _functions("paid_by"):
        for project, by_payer in paid_by(facts).items():
            payers = found.setdefault(project, {})
            for who, amount in by_payer.items():
                payers[who] = payers.get(who, 0.0) + amount
    return found


def feature_subsidies(facts: Facts) -> dict[str, float]:
    """Country or other party → what others make good to it, below zero what it pays, million USD of present value."""
    return _added_up("subsidies", facts)


def _added_up(name: str, facts: Facts) -> dict[Any, float]:
    """What all features tell by the same keys, added up."""
    found: dict[Any, float] = {}
    for told in _functions(name):
        for key, amount in told(facts).items():
            found[key] = found.get(key, 0.0) + amount
    return found


def feature_bars(facts: Facts, project: str) -> list[str]:
    """What keeps a project out of the plan before any question of worth."""
    found = [barred(facts, project) for barred in _functions("barred")]
    return [words for words in found if words]


def feature_lack(facts: Facts, project: str, payments: Mapping[int, float]) -> Lack | None:
    """The largest lack for payments (year → million USD) of a project on top of the plan; None when there is none."""
    found = [lack(facts, project, payments) for lack in _functions("lack")]
    return max((one for one in found if one is not None), key=lambda one: one.amount, default=None)


def feature_answers(facts: Facts, sheets: Mapping[str, ReportSheet]) -> list[dict[str, Any]]:
    """Lines of the Summary."""
    return [line for answers in _functions("answers") for line in answers(facts, sheets)]


def feature_blocks(facts: Facts) -> list[Block]:
    """Answers of the decision brief."""
    return [block for blocks in _functions("brief") for block in blocks(facts)]
