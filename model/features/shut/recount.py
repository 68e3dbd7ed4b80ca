"""Recount of outages from a plan's tables alone: no route that carries anything passes what is shut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from model.case.case import Case
from model.features.shut import NAME, applies, links_shut
from model.plan.verify.checks import Check, Floats, Frame, kept, switched_off
from model.plan.verify.whole import whole_of

CHECK: Final = "nothing passes what is shut"


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Check]:
    """One check: the largest flow on a leg that is shut in its period and season."""
    if not applies(case):
        return
    if NAME in case.switched_off:
        yield switched_off(CHECK, NAME)
        return
    whole = whole_of(tables, case)
    recounted, sequences = whole.recount, whole.sequences
    links = case.table("Links")["link"].to_numpy(object)[sequences.leg_link]
    flows = np.abs(recounted.season_flows[:, sequences.leg_route, :])
    passing: Floats = np.zeros((len(links), len(recounted.seasons) * len(case.periods)))
    for number, season in enumerate(recounted.seasons):
        for place, period in enumerate(case.periods):
            shut = np.isin(links, list(links_shut(case, period, season.name)))
            passing[:, number * len(case.periods) + place] = np.where(shut, flows[number, :, place], 0.0)

    def where(position: int) -> str:
        leg, block = divmod(position, passing.shape[1])
        season, period = divmod(block, len(case.periods))
        words = f"link {links[leg]}, {recounted.period_names[period]}, {recounted.seasons[season].name}"
        return f"{words}: {passing[leg, block]:.9g} passes"

    yield kept(CHECK, "kTEU or kt a year", passing, np.ones_like(passing), where)
