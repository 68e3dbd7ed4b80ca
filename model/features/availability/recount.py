"""Recount of availability: the part of the time that projects in service add, which others count in what is usable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from model.case.case import Case
from model.plan.verify.checks import Check, Floats, Frame
from model.plan.verify.recount import Recount

CHECK: Final = "works against downtime count"


def recount(tables: Mapping[str, Frame], case: Case) -> Iterator[Check]:
    """No check by itself: what is used of the added time is checked where it is used."""
    yield from ()


def open_time(recounted: Recount, kind: str, keys: pd.Index) -> Floats:
    """Part of the time that projects in service add to assets, (assets, periods)."""
    effects = recounted.case.table("ProjectEffects")
    mine = (effects["asset_kind"] == kind) & effects["asset"].isin(keys) & (effects["added_availability"] > 0)
    effects = effects[mine]
    projects = pd.Index(recounted.projects["project"]).get_indexer(pd.Index(effects["project"]))
    added: Floats = np.zeros((len(keys), len(recounted.projects)))
    assets = keys.get_indexer(pd.Index(effects["asset"]))
    np.add.at(added, (assets, projects), effects["added_availability"].to_numpy(float))
    result: Floats = added @ (recounted.in_service > 0.5)
    return result
