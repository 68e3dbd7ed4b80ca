"""Countries of a cell, 'KZ' or 'KZ/UZ', or parties with shares, and the share that each has in what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

JOINT: Final = "/"
_WITH_SHARE: Final = re.compile(r"(.*\S)\s+(\d+(?:\.\d+)?)\s*%")


def countries_of(cell: str) -> list[str]:
    """'KZ / UZ' → ['KZ', 'UZ']."""
    return [part.strip() for part in cell.split(JOINT) if part.strip()]


def share_of(cell: str | None, country: str | None) -> float:
    """Share (0-1) of a country in what is of the countries of a cell: of 'KZ/UZ' KZ has a half, 'KZ/UZ' itself all."""
    if cell is None or country is None:
        return float(cell == country)
    countries = countries_of(cell)
    return 1.0 if sorted(countries) == sorted(countries_of(country)) else countries.count(country) / len(countries)


def party_and_share(words: str) -> tuple[str, float | None]:
    """'ship lines 47 %' → ('ship lines', 0.47); no share where none is stated."""
    found = _WITH_SHARE.fullmatch(words)
    return (found[1], float(found[2]) / 100) if found else (words, None)


def shares_of_parties(parties: Iterable[str]) -> dict[str, float]:
    """('KZ/UZ 60 %', 'ship lines 40 %') → each party's share: KZ 0.3, UZ 0.3, ship lines 0.4; one alone has all."""
    found: dict[str, float] = {}
    for words in parties:
        party, share = party_and_share(words)
        names = countries_of(party)
        for name in names:
            found[name] = found.get(name, 0.0) + (1.0 if share is None else share) / len(names)
    return found
