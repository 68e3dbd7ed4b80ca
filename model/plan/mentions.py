"""The projects that a route uses, place by place, as one text: 'L033: P02; KZ_ALT: S03 + S04'."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from model.case.keys import pieces, quoted, unquoted

BETWEEN_KEYS: Final = " > "
"""Between the keys of a route in order of travel."""
_MARKS: Final = ": ; +"


def mentions(places: Iterable[tuple[str, Sequence[str]]]) -> str:
    """(place, projects) in order of travel as one text."""
    return "; ".join(
        f"{quoted(place, _MARKS)}: {' + '.join(quoted(project, _MARKS) for project in projects)}"
        for place, projects in places
    )


def read_mentions(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """(place, projects) of a text that `mentions` made; a part that is none has no projects."""
    found = []
    for part in pieces(text, "; "):
        place = pieces(part, ": ")[0]
        used = pieces(part[len(place) + 2 :], " + ")
        found.append((unquoted(place), tuple(unquoted(piece) for piece in used)))
    return found
