"""Countries of a cell, 'KZ' or 'KZ/UZ', and the equal share that each has in what stands there."""

from __future__ import annotations

from typing import Final

JOINT: Final = "/"


def countries_of(cell: str) -> list[str]:
    """'KZ / UZ' → ['KZ', 'UZ']."""
    return [part.strip() for part in cell.split(JOINT) if part.strip()]


def share_of(cell: str | None, country: str | None) -> float:
    """Share (0-1) of a country in what is of the countries of a cell: of 'KZ/UZ' KZ has a half, 'KZ/UZ' itself all."""
    if cell is None or country is None:
        return float(cell == country)
    countries = countries_of(cell)
    return 1.0 if sorted(countries) == sorted(countries_of(country)) else countries.count(country) / len(countries)
