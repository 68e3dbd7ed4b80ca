"""How a solve ended, as a typed object; nothing reads values of a model that has no plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from model.solvers.core.start import Start


class Status(StrEnum):
    """End of a solve."""

    OPTIMAL = "optimal"  # the gap asked for is proven
    FEASIBLE = "feasible"  # a verified plan, but a larger gap: time limit or interrupt
    INFEASIBLE = "infeasible"  # no plan can keep all constraints
    UNBOUNDED = "unbounded"  # the data let the cost fall without end
    NO_PLAN = "no plan"  # none found in the time given
    FAILED = "failed"  # the verifier refused the plan


MOST_OF_WORTH = 0.05  # a gap wider than this share of what the plan saves hides decisions
SETTLED = 1e-3  # million USD; a decision by which no more could be saved is settled


@dataclass(frozen=True)
class Settlement:
    """What a plan that decides otherwise on a project could save at most, million USD: whether it is built at all.

    `timing` is the same for any other year of the first opening; None where the project is not built. `earliest` is the
    first year in which a cheaper plan may open it, None where that is not known to be later than rules and budgets let
    it open at all, or where none opens it; `latest` the last one, None where that is any later year, or a cheaper plan
    may leave it out.
    """

    project: str
    saving: float
    timing: float | None = None
    earliest: int | None = None
    latest: int | None = None

    @property
    def is_settled(self) -> bool:
        """Whether every plan that is cheaper builds it as well, or leaves it out as well."""
        return self.saving <= SETTLED

    @property
    def year_is_settled(self) -> bool:
        """Whether every plan that is cheaper opens it in the same year as well."""
        return self.is_settled and (self.timing is None or self.timing <= SETTLED)


@dataclass(frozen=True)
class Outcome:
    """Result of a solve in figures and words.

    `objective` and `bound` are million USD of net present value (None when there is none), `gap` is
    (objective - bound) / |objective|. `worth` is what the plan saves against building only what is committed, million
    USD, and `at_stake` what it saves by all that it was free to decide; None where that is not known. `settled` says by
    project whether the proof leaves it open, empty where it was not looked at; `start` is what the search for a case
    much like it can begin with. `ended` says in a sentence why the search ended before it was complete, where it did,
    and what would help. `statistics` holds counts and seconds by stage.
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
    worth: float | None = None
    at_stake: float | None = None
    settled: Mapping[str, Settlement] = field(default_factory=dict)
    start: Start | None = field(default=None, repr=False, compare=False)
    ended: str = ""

    @property
    def gap_in_money(self) -> float | None:
        """What a better plan could save at most, million USD."""
        return None if self.objective is None or self.bound is None else max(0.0, self.objective - self.bound)

    @property
    def gap_of_worth(self) -> float | None:
        """The same as a share of what the plan saves; None where it saves nothing."""
        if self.gap_in_money is None or self.worth is None or self.worth <= 0:
            return None
        return self.gap_in_money / self.worth

    @property
    def is_proven_best(self) -> bool:
        """Whether the search ended by proof, with a gap that is narrower than what decisions are about.

        A relative gap that was asked for can be met by a plan that lacks much of what a plan may save.
        """
        return self.status is Status.OPTIMAL and (self.gap_of_worth or 0.0) <= MOST_OF_WORTH

    @property
    def has_plan(self) -> bool:
        """Whether a plan stands behind the outcome."""
        return self.status in (Status.OPTIMAL, Status.FEASIBLE)


def relative_gap(objective: float, bound: float) -> float:
    """(objective - bound) / |objective|, not below 0; measured against 1 when the objective is smaller."""
    return max(0.0, objective - bound) / max(abs(objective), 1.0)
