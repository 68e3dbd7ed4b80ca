"""Which limits stand in the way: each family is let go by itself, and those that end the problem are named."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from model.case.case import Case
from model.network.cargo import demand_amounts
from model.studies.explain.reach import Goal, Missed, reach
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.repairs import Repair
from model.studies.explain.telling import listed, number

LEAST_SECONDS = 1.0
Changes = tuple[Change, ...]


def ways_out(
    case: Case,
    goal: Goal,
    families: Sequence[str],
    until: float,
    *,
    targets: tuple[str, ...] = (),
    constraint_files: tuple[Path, ...] = (),
    built: bool = False,
) -> list[Repair]:
    """For each family that the case has, the least change of it alone that reaches the goal; none where that fails.

    With `built` every project is in service already. Stops trying when the monotonic clock passes `until`; families not
    tried are left out.
    """
    found: list[Repair] = []
    dear = 0.0  # seconds that a question took over those given: it has to build a model first
    for position, family in enumerate(families):
        left = until - time.monotonic()
        if left / (len(families) - position) < LEAST_SECONDS or left < dear:
            break
        if family == "policies" and not set(case.table("Policies")["policy"]) - set(targets):
            continue

        def ask(everything: bool, family: str = family, waiting: int = len(families) - position) -> Changes | None:
            nonlocal dear
            begun = time.monotonic()
            seconds = (until - begun) / waiting
            if family == "policies" and not everything and not _negotiable_others(case, targets):
                return ()
            answer = reach(
                case, goal, seconds, family=family, targets=targets,
                constraint_files=constraint_files, everything=everything, built=built,
            )  # fmt: skip
            dear = max(dear, time.monotonic() - begun - seconds)
            if answer is None or not (answer.proven or answer.reaches(goal)):
                return None
            return answer.changes if answer.reaches(goal) else ()

        causes = ask(True)
        if causes is not None:
            free = all(change.negotiable(case) for change in causes)
            found.append(Repair(family, causes if free else ask(False) or (), causes=causes))
            if built and family == "policies" and causes:
                break  # the policies contradict each other: nothing that is built could help
    return found


def _negotiable_others(case: Case, targets: tuple[str, ...]) -> bool:
    """Whether any policy but the targets may give way."""
    table = case.table("Policies")
    return bool((table["negotiable"].astype(bool) & ~table["policy"].isin(targets)).any())


def _demand_in(case: Case, period: str, measure: str) -> float | None:
    """All demand of a period in a measure, or None where some of it is counted in another."""
    if (case.table("Demand")["unit"] != measure).any():
        return None
    names = [one.name for one in case.periods]
    return float(demand_amounts(case)[:, names.index(period)].sum()) if period in names else None


def because(case: Case, menu: Sequence[Repair], missed: Missed | None, otherwise: str = "by any plan") -> str:
    """'because of …': every limit whose change by itself would help stands in the way; `otherwise` for a policy."""
    places = [change.place(case) for repair in menu for change in repair.causes]
    if places:
        return f"because of {listed(places)}"
    if missed is not None and missed.policy.kind == "link flow" and missed.policy.sense != "<=":
        total = _demand_in(case, missed.period, missed.policy.measure)
        if total is not None and missed.limit > total:
            return f"because all demand of {missed.period} together is {number(total)} {missed.policy.measure}"
    if missed is not None:
        return otherwise
    tried = [repair.words.lower() for repair in menu]
    return (
        f"because of several limits together ({listed(tried)} do not help each by itself)" if tried else "by any plan"
    )
