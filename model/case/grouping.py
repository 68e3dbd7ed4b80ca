"""Remarks for a person who reads them on a screen: one line a cause, however many cells it shows in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from model.case.messages import Message
from model.case.text import listed

MOST_CELLS: Final = 6
MOST_SHEETS: Final = 4


def grouped_lines(messages: Iterable[Message]) -> list[str]:
    """Remarks as lines, in the order of the first of each group; those that say the same of several cells are one."""
    groups: dict[tuple[str, str], list[Message]] = {}
    for message in messages:
        groups.setdefault((message.code, message.text), []).append(message)
    return [str(group[0]) if len(group) == 1 else _line(group) for group in groups.values()]


def _line(group: list[Message]) -> str:
    """One line: 'ERROR (3 places) network.xlsx › Links › B4, C5; demand.xlsx › Demand › B7: “X” is not in …'."""
    cells: dict[str, list[str]] = {}
    for message in group:
        place = " › ".join(part for part in (message.file, message.title or message.sheet) if part)
        cells.setdefault(place, []).append(message.cell)
    places = [
        " › ".join(part for part in (place, listed((cell for cell in found if cell), MOST_CELLS)) if part)
        for place, found in cells.items()
    ]
    more = len(places) - MOST_SHEETS
    where = "; ".join(places[:MOST_SHEETS]) + (f" and {more} more sheets" if more > 0 else "")
    return f"{group[0].severity.upper()} ({len(group)} places) {where}: {group[0].text}"
