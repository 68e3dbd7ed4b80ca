"""Proofs that an LP has no solution."""

from __future__ import annotations

import highspy
import numpy as np

from model.network.graph import FloatArray
from model.solvers.core.highs import SolverError, run_lp
from model.solvers.core.linear_program import matrix_of
from model.solvers.core.progress import Progress

RAY_DUST = 1e-9  # relative; entries of a ray below it are rounding


def dual_ray(solver: highspy.Highs, progress: Progress) -> FloatArray:
    """Row multipliers that prove the LP just solved infeasible: their Lagrangian bound with costs 0 is above 0.

    Raises SolverError when HiGHS has none, and Interrupted.
    """
    for presolve in ("choose", "off"):
        if presolve == "off":  # presolve finds infeasibility without a ray
            solver.clearSolver()
            solver.setOptionValue("presolve", "off")
            try:
                run_lp(solver, progress)
            finally:
                solver.setOptionValue("presolve", "choose")
        _, known, values = solver.getDualRay()  # type: ignore[attr-defined]
        if known:
            ray = np.array(values)
            lp = solver.getLp()
            return ray if _ray_bound(lp, ray) >= _ray_bound(lp, -ray) else -ray
    raise SolverError("HiGHS gave no proof that an LP is infeasible")


def _ray_bound(lp: highspy.HighsLp, ray: FloatArray) -> float:
    """Least value of ray · (row sides - rows of x) over the columns' bounds, rounding of free columns left aside."""
    lower, upper = np.array(lp.row_lower_), np.array(lp.row_upper_)
    used = np.abs(ray) > RAY_DUST * np.abs(ray).max()
    bound = float((ray[used] * np.where(ray > 0, lower, upper)[used]).sum())
    reduced = -(matrix_of(lp).T @ np.where(used, ray, 0.0))
    reduced[np.abs(reduced) <= RAY_DUST * np.abs(ray).max()] = 0.0
    at = np.where(reduced > 0, np.array(lp.col_lower_), np.array(lp.col_upper_))
    return bound + float((reduced[reduced != 0] * at[reduced != 0]).sum())
