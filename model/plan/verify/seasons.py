"""Seasons of the year, weather in them, and the parts of a demand that value time differently."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from model.case.case import Case
from model.plan.verify.checks import Codes, Floats, records

WHOLE_YEAR: Final = "year"


@dataclass(frozen=True)
class Season:
    """A part of the year: `share` of its days, `demand_share` of each yearly demand."""

    name: str
    share: float
    demand_share: float


def seasons_of(case: Case) -> tuple[Season, ...]:
    """Seasons in the order of the sheet; without rows the whole year is one."""
    found = []
    for row in records(case.table("Seasons")):
        demand = row.share_of_year if np.isnan(row.demand_share) else row.demand_share
        found.append(Season(str(row.season), float(row.share_of_year), float(demand)))
    return tuple(found) or (Season(WHOLE_YEAR, 1.0, 1.0),)


def availability(case: Case, kind: str, assets: list[str], season: str, year: int) -> Floats:
    """Part of the season's days that assets of a kind work, (assets,): row of the season, else of all, else 1."""
    general: dict[str, float] = {}
    own: dict[str, float] = {}
    for row in records(case.table("Availability", year)):
        if row.asset_kind == kind:
            blank = row.season is None or row.season != row.season
            if blank or row.season == season:
                (general if blank else own)[str(row.asset)] = float(row.availability)
    return np.array([own.get(asset, general.get(asset, 1.0)) for asset in assets], dtype=float)


def segment_factors(spread: float, count: int) -> Floats:
    """Mean of each of `count` equal parts of a lognormal of mean 1, lowest first, (count,).

    With z_i = Φ^-1(i/n), part i has mean n (Φ(z_i − σ) − Φ(z_{i−1} − σ)): the partial expectation of a lognormal.
    """
    normal = NormalDist()
    below = [normal.cdf(normal.inv_cdf(part / count) - spread) for part in range(1, count)]
    return count * np.diff(np.array([0.0, *below, 1.0]))


def segment_counts(forms: list[str], spreads: Floats, means: Floats, counts: Floats) -> Codes:
    """Number of parts of each demand: containers whose value of time spreads (and is not 0 for all) have `counts`."""
    boxes = np.array([form == "container" for form in forms], dtype=bool)
    result: Codes = np.where(boxes & (np.nan_to_num(spreads) > 0) & (means != 0), counts, 1).astype(np.intp)
    return result
