"""Spending profiles: the one reader of what stands in that column, for the checks, the model and the verifier."""

from __future__ import annotations

import math
from typing import Final

from model.case.messages import shown
from model.case.sheets.cells import parse_number

OFF_A_HUNDRED: Final = 0.1
"""How far the percentages of a profile may be from 100 together (33.3; 33.3; 33.3)."""


def profile_shares(profile: str | None) -> list[float] | None:
    """'20; 50; 30' → [20, 50, 30]; None when it cannot be read or adds up to nothing.

    Each part is read as any number of a cell is, with or without '%': '20,5 %; 79,5 %' → [20.5, 79.5].
    """
    parts = [parse_number(part.strip().removesuffix("%")).value for part in (profile or "").split(";")]
    if any(part is None for part in parts):
        return None
    shares = [float(part) for part in parts]
    return shares if min(shares) >= 0 and 0 < sum(shares) < math.inf else None


def profile_problem(profile: str, construction_years: float) -> str | None:
    """What is wrong with a profile, in a sentence; None when nothing is."""
    shares = profile_shares(profile)
    if shares is None:
        return f"“{shown(profile)}” should be percentages separated by ';', e.g. 20; 50; 30."
    if construction_years > 0 and len(shares) != int(construction_years):
        return f"{len(shares)} percentages are given for {construction_years:.0f} construction years."
    if abs(sum(shares) - 100) > OFF_A_HUNDRED:
        return f"The percentages add up to {shown(round(sum(shares), 6))}; they should be 100."
    return None


def spending_shares(profile: str | None, construction_years: int) -> list[float]:
    """Percentages as the profile gives them, or equal parts when it is blank; the parts may add up to anything.

    Raises ValueError for a profile that cannot be read: the checks refuse it, a case made in code may hold it.
    """
    if profile is None or not profile.strip():
        return [1.0] * construction_years
    shares = profile_shares(profile)
    if shares is None:
        raise ValueError(profile_problem(profile, construction_years))
    return shares
