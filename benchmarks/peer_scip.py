"""The textbook arc-flow model in SCIP, through pyscipopt: the same matrices as `peer_matrix` gives to HiGHS."""

from __future__ import annotations

import importlib
from typing import Any

import highspy
import numpy as np

from benchmarks import peer_matrix
from benchmarks.arcflow import ArcFlow
from benchmarks.peer_ending import Ending, Limits, ending


def run(model: ArcFlow, limits: Limits) -> Ending:
    """Build and solve. Raises ModuleNotFoundError when pyscipopt is not installed."""
    m = build(model)
    m.setParam("limits/gap", limits.gap)
    m.setParam("limits/time", limits.left())
    m.optimize()
    if m.getStatus() in ("infeasible", "inforunbd"):
        return ending("infeasible", None, None)
    solved = m.getStatus() in ("optimal", "gaplimit")
    cost = m.getObjVal() if m.getNSols() else None
    return ending("optimal" if solved else "feasible", cost, m.getDualbound())


def build(model: ArcFlow) -> Any:
    """The SCIP model: columns and rows in the order of `peer_matrix`."""
    scip = importlib.import_module("pyscipopt")
    m = scip.Model()
    m.hideOutput()
    lp = peer_matrix.build(model)
    kinds = ["I" if kind == highspy.HighsVarType.kInteger else "C" for kind in lp.integrality_]
    columns = [
        m.addVar(vtype=kind, lb=lower, ub=None if upper == np.inf else upper, obj=cost)
        for kind, lower, upper, cost in zip(kinds, lp.col_lower_, lp.col_upper_, lp.col_cost_, strict=True)
    ]
    starts, index, value = lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_
    for row, (lower, upper) in enumerate(zip(lp.row_lower_, lp.row_upper_, strict=True)):
        entries = range(starts[row], starts[row + 1])
        if entries or upper < 0 or lower > 0:  # SCIP takes no empty rows that say nothing
            total = scip.quicksum(value[at] * columns[index[at]] for at in entries)
            m.addCons(total == upper if lower == upper else total <= upper)
    return m
