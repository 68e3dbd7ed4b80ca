"""What peers are given (limits) and what they give back (how the solve ended)."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Relative gap, seconds for building and solving together, threads; the clock starts when it is made."""

    gap: float
    time_limit: float
    threads: int = 2
    started: float = field(default_factory=time.perf_counter)

    def left(self) -> float:
        """Seconds left for the solver."""
        return max(0.1, self.time_limit - (time.perf_counter() - self.started))


@dataclass(frozen=True)
class Ending:
    """Status in the words of benchmarks.instance, cost and bound in units of the instance."""

    status: str
    cost: float | None
    bound: float | None


def ending(status: str, cost: float | None, bound: float | None) -> Ending:
    """An ending without figures that mean nothing (infinite, or of an infeasible model)."""
    if status == "infeasible":
        return Ending(status, None, None)
    cost = cost if cost is not None and math.isfinite(cost) and abs(cost) < 1e20 else None
    bound = bound if bound is not None and math.isfinite(bound) and abs(bound) < 1e20 else None
    return Ending("no plan" if cost is None else status, cost, bound)


def highs_ending(solver: Any) -> Ending:
    """How a highspy solver ended."""
    import highspy

    status, info = solver.getModelStatus(), solver.getInfo()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return ending("infeasible", None, None)
    solved = status == highspy.HighsModelStatus.kOptimal
    has_plan = info.primal_solution_status == 2  # kSolutionStatusFeasible
    whole = info.mip_node_count >= 0
    bound = info.mip_dual_bound if whole else (info.objective_function_value if solved else None)
    cost = info.objective_function_value if has_plan else None
    return ending("optimal" if solved else "feasible", cost, bound)
