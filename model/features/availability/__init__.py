"""availability — projects that let a link or node work more of the time (breakwaters, weather routing).

Why: storms close Caspian berths for weeks; works that cut downtime give capacity without a new quay. Without this
feature an asset works as the sheet Availability says, whatever is built.
"""

from __future__ import annotations

from model.case.case import Case, once_per_case
from model.formulation.investment import choosable_projects

NAME = "availability"
LABEL = "Works against downtime"


@once_per_case
def gains(case: Case) -> list[tuple[str, str, str, float]]:
    """(asset_kind, asset, project, added availability) of the projects that can be chosen."""
    chosen = set(choosable_projects(case).index)
    effects = case.table("ProjectEffects")
    rows = effects[(effects["added_availability"] > 0) & effects["project"].isin(chosen)]
    columns = ("asset_kind", "asset", "project", "added_availability")
    return [
        (str(k), str(a), str(p), float(v)) for k, a, p, v in zip(*(rows[column] for column in columns), strict=False)
    ]


def applies(case: Case) -> bool:
    """Whether some project adds availability."""
    return bool(gains(case))
