"""The independent verifier: recomputes a Plan from its tables and the Case alone.

It knows nothing of the model that made the plan: no Pyomo, no network, no solver. Where it and the formulation
disagree, one of them misreads DESIGN.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from model.case.case import Case
from model.plan.verify_capacity import capacity_checks, flow_table_checks
from model.plan.verify_checks import Frame, as_frame
from model.plan.verify_costs import cost_checks
from model.plan.verify_demand import demand_checks, route_table_checks
from model.plan.verify_envelopes import envelope_checks
from model.plan.verify_investments import investment_checks
from model.plan.verify_rates import Rates
from model.plan.verify_recount import Recount
from model.plan.verify_routes import route_checks
from model.plan.verify_structure import structure_check
from model.plan.verify_travel import Travel, read_sequences

FAMILIES = ("capacity", "envelopes", "project_rules", "timing", "committed", "demand")
"""Constraint families whose checks are left out when the Constraints sheet switches them off."""


def verify(
    case: Case, tables: Mapping[str, Frame], objective: float | None, constraints_on: Mapping[str, bool]
) -> Frame:
    """Check a plan.

    `tables` are all tables of model/plan/tables.py in canonical units (kTEU, kt, million USD, days, km);
    `objective` is the net present value in million USD; `constraints_on` maps family names to whether they were
    imposed (families not named are). The decisions taken from the tables are the modules that open, the flow on
    routes and the unserved demand; all else is recomputed and compared.

    Returns one row a check: check, detail (in words, with the worst place), worst (largest difference or amount
    beyond a limit), tolerance (what is forgiven at that place: 1e-6 of the figure, or 1e-6 where it is below 1),
    unit, ok. The check of a family that is off, and only that, has ok true and no figures. When the tables are not
    whole, that is the only row.
    """
    structure = structure_check(case, tables)
    if not structure.ok:
        return as_frame([structure])
    on = {family: bool(constraints_on.get(family, True)) for family in FAMILIES}
    recount = Recount(case, tables)
    sequences = read_sequences(recount)
    travels = [Travel(recount, sequences, stretch) for stretch in recount.stretches]
    rates = [Rates(travel) for travel in travels]
    return as_frame(
        [
            structure,
            *route_checks(recount, sequences, travels),
            *demand_checks(recount, rates, imposed=on["demand"]),
            *capacity_checks(recount, rates, limited=on["capacity"]),
            *investment_checks(recount, on),
            *envelope_checks(recount, imposed=on["envelopes"]),
            *route_table_checks(recount, rates),
            *flow_table_checks(recount, rates),
            *cost_checks(recount, rates, objective),
        ]
    )
