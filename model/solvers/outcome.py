"""How a solve ended, as a typed object; nothing reads values of a model that has no plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """End of a solve."""

    OPTIMAL = "optimal"  # the gap asked for is proven
    FEASIBLE = "feasible"  # a verified plan, but a larger gap: time limit or interrupt
    INFEASIBLE = "infeasible"  # no plan can keep all constraints
    UNBOUNDED = "unbounded"  # the data let the cost fall without end
    NO_PLAN = "no plan"  # none found in the time given
    FAILED = "failed"  # the verifier refused the plan


@dataclass(frozen=True)
class Outcome:
    """Result of a solve in figures and words.

    `objective` and `bound` are million USD of net present value (None when there is none), `gap` is
    (objective - bound) / |objective|. `statistics` holds counts and seconds by stage.
    """

    status: Status
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    method: str
    message: str
    statistics: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Mapping[str, Any], ...] = ()

    @property
    def has_plan(self) -> bool:
        """Whether a plan stands behind the outcome."""
        return self.status in (Status.OPTIMAL, Status.FEASIBLE)


def relative_gap(objective: float, bound: float) -> float:
    """(objective - bound) / |objective|, not below 0; measured against 1 when the objective is smaller."""
    return max(0.0, objective - bound) / max(abs(objective), 1.0)
