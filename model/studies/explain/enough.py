"""Ways out that are enough: each is tried on the case itself, with all its years, parts of periods and policies."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.case.case import Case
from model.studies.explain.reach import Reach, largest_changes, reach
from model.studies.explain.relaxing.changes import apply_changes
from model.studies.explain.repairs import Repair


def enough(case: Case, repair: Repair, targets: tuple[str, ...], files: tuple[Path, ...], until: float) -> Repair:
    """A way out found with every project in service, by as much as it takes with all limits on building.

    What opens late, or for want of money never, leaves more for a policy to give, in some parts of a period more than
    in others. `targets` are the policies that are missed. Where nothing is settled when the monotonic clock passes
    `until`, the way out stays as it was found.
    """

    def ask(asked: Case, **more: Any) -> Reach | None:
        seconds = until - time.monotonic()
        found = reach(asked, "policies", seconds, constraint_files=files, **more) if seconds > 0 else None
        return found if found is None or found.proven or found.reaches("policies") else None

    if not repair.possible or not repair.in_cells:
        return repair
    as_found = ask(apply_changes(case, repair.changes))
    if as_found is None or as_found.reaches("policies"):
        return repair
    if repair.family != "own_policy":
        answer = ask(case, family=repair.family, targets=targets)
        return replace(repair, changes=answer.changes if answer is not None and answer.reaches("policies") else ())
    others = tuple(name for name in case.table("Policies")["policy"] if name not in targets)
    answer = ask(case, family="policies", targets=others)
    if answer is not None and answer.reaches("policies"):
        return replace(repair, changes=answer.changes)
    nearest = ask(case)
    return repair if nearest is None else _giving(replace(repair, changes=()), nearest)


def with_policies_kept(case: Case, repair: Repair, files: tuple[Path, ...], until: float) -> Repair:
    """A way out of a contradiction, with what policies must give where it alone leaves some that no plan keeps."""
    seconds = until - time.monotonic()
    if not repair.possible or not repair.in_cells or not len(case.table("Policies")) or seconds <= 0:
        return repair
    mended = reach(apply_changes(case, repair.changes), "policies", seconds, constraint_files=files)
    return repair if mended is None else _giving(repair, mended)


def _giving(repair: Repair, nearest: Reach) -> Repair:
    """A way out and what policies give in the nearest plan; none where one of these is not negotiable."""
    if not all(item.policy.negotiable for item in nearest.missed):
        return replace(repair, changes=(), causes=repair.causes or repair.changes)
    return replace(repair, changes=(*repair.changes, *largest_changes(nearest.missed)))
