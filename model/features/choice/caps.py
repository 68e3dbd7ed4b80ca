"""observed shares — what a market sends by a corridor stays within what was counted.

Why: the price of such a cap tells the constant. With constants that make the corridors far too attractive every cap
    binds, and what a kTEU more would be worth is what the constant has to take away: rivals, full ports and ships are
    there as they are in the plan, so that it explains what they do not.
Maths: for a target, market m and corridor f counted at n[m, f] kTEU a year, in each season s:
        Σ over demands of m of x[f, d, s]  <=  n[m, f] * demand share of s
Not a family of plans: `calibration.py` imposes it by the path of this file, as a user's constraint file is. The
demands of a market must have classes of cargo of their own (`calibration.classes_apart`).
Data: Observed (market, family, use).
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from model.case.case import Case
from model.features.choice.calibration import targets
from model.features.choice.markets import market_of
from model.features.choice.rows import marker_arcs
from model.formulation.formulation import Formulation
from model.formulation.loads import Load

NAME = "observed shares"


def applies(case: Case) -> bool:
    """Whether there is a target."""
    return bool(targets(case, case.first_year))


def declare_loads(formulation: Formulation) -> None:
    """One load a target: boxes of the market past the markers of the corridor."""
    cargo, of_row = formulation.cargo, market_of(formulation.case)
    market_of_class = {int(cargo.class_of[number]): of_row.get(row) for number, row in enumerate(cargo.rows)}
    for market, family in targets(formulation.case, formulation.case.first_year):
        arcs = marker_arcs(formulation, (family,))
        teu = [kind.teu if market_of_class.get(number) == market else 0.0 for number, kind in enumerate(cargo.classes)]
        each = np.repeat(np.array(teu)[:, None], len(arcs), axis=1)
        formulation.declare_load(Load((NAME, market, family), arcs, each))


def add(formulation: Formulation) -> None:
    """Add block.observed_share to every block."""
    caps = targets(formulation.case, formulation.case.first_year)
    share = {season.name: season.demand_share for season in formulation.seasons}
    for key in formulation.block_keys:
        block = formulation.operations(*key)
        block.observed_share = pyo.Constraint(
            list(caps),
            rule=lambda _, market, family, key=key: (
                formulation.load(key, (NAME, market, family)) <= caps[market, family] * share[key[1]]
            ),
        )
