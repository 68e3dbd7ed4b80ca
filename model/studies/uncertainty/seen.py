"""What the studies of uncertainty read from a plan beyond its answer: what it is worth, and what is seen on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from model.case.canonical import records
from model.plan.plan import Plan
from model.studies.variants.answers import Look

WORTH, FLOWS = "worth", "flows"


def read_seen(plan: Plan) -> Mapping[str, Any]:
    """`worth`: what the plan saves against building only what is committed, million USD, None where nobody looked.

    `flows`: (first year of the period, kTEU a year, kt a year) for all periods, by key of each link and node that a
    project adds to and that something passes in some period.
    """
    effects = plan.case.table("ProjectEffects")
    assets = set(zip(effects["asset_kind"], effects["asset"], strict=True))
    place = {period.name: number for number, period in enumerate(plan.case.periods)}
    found: dict[str, Any] = {}
    for kind in ("link", "node"):
        for row in records(plan.tables[f"{kind}_flows"]):
            asset = getattr(row, kind)
            if (kind, asset) in assets:
                totals = found.setdefault(asset, np.zeros((len(place), 2)))
                totals[place[row.period]] += (row.boxes_kteu, row.flow_kt)
    years = [period.first_year for period in plan.case.periods]
    flows = {
        str(asset): [[year, *map(float, figures)] for year, figures in zip(years, totals.tolist(), strict=True)]
        for asset, totals in sorted(found.items())
    }
    return {WORTH: plan.outcome.worth, FLOWS: flows}


SEEN = Look("seen", read_seen, worth=True)
