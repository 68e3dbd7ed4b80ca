"""The independent verifier: recomputes a Plan from its tables and the Case alone.

It knows nothing of the model that made the plan: no Pyomo, no network, no solver. Where it and the formulation
disagree, one of them misreads DESIGN.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from model.case.case import Case
from model.plan.verify.checks import Check, Frame, as_frame, none_found
from model.plan.verify.features import FAMILIES, Recounter, recounts_of, run_recounts
from model.plan.verify.gates import readable_check
from model.plan.verify.investments import investment_checks
from model.plan.verify.payments import spending_check
from model.plan.verify.tables.costs import cost_checks
from model.plan.verify.tables.demand import demand_checks, route_table_checks
from model.plan.verify.tables.flow_tables import flow_table_checks
from model.plan.verify.tables.routes import route_checks, unreadable_check
from model.plan.verify.tables.stated import stated_checks
from model.plan.verify.tables.structure import structure_check
from model.plan.verify.whole import Whole

__all__ = ["FAMILIES", "recounts_of", "verify"]


def verify(
    case: Case,
    tables: Mapping[str, Frame],
    objective: float | None,
    constraints_on: Mapping[str, bool],
    recounts: Mapping[str, Recounter | None] = MappingProxyType({}),
) -> Frame:
    """Check a plan.

    `tables` are all tables of model/plan/tables.py in canonical units (kTEU, kt, million USD, days, km);
    `objective` is the net present value in million USD; `constraints_on` maps family names to whether they were
    imposed (families not named are); `recounts` are of `recounts_of`, for the features that are imposed and not known
    here: what they cannot recount is told as not checked. The decisions taken from the tables are the modules that
    open, the flow on routes and the unserved demand; all else is recomputed and compared.

    Returns one row a check: check, detail (in words, with the worst place), worst (largest difference or amount
    beyond a limit), tolerance (what is forgiven at that place: 1e-6 of the figure, or 1e-6 where it is below 1),
    unit, ok. The check of a family that is off, and only that, has ok true and no figures. When the tables are not
    whole, that is the only row.
    """
    structure = structure_check(case, tables)
    if not structure.ok:
        return as_frame([structure])
    try:
        return as_frame([structure, *_recounted(case, tables, objective, constraints_on, recounts)])
    except Exception as error:  # whatever tables hold that nobody thought of: they are wrong, and the plan is refused
        words = f"{type(error).__name__}: {error}"
        return as_frame([structure, none_found("tables can be recounted", "problems", [words], len(tables))])


def _recounted(
    case: Case,
    tables: Mapping[str, Frame],
    objective: float | None,
    constraints_on: Mapping[str, bool],
    recounts: Mapping[str, Recounter | None],
) -> list[Check]:
    """All checks of tables that are whole."""
    whole = Whole(case, tables, constraints_on)
    recount, sequences = whole.recount, whole.sequences
    if len(sequences.unreadable):
        return [unreadable_check(recount, sequences)]
    rates, features = whole.rates, run_recounts(whole, recounts)
    return [
        *route_checks(recount, sequences, rates),
        readable_check(recount, whole.gates),
        *demand_checks(recount, rates, imposed=whole.on("demand")),
        *investment_checks(recount),
        spending_check(recount),
        *stated_checks(whole, features),
        *route_table_checks(recount, rates, features),
        *flow_table_checks(recount, rates, whole.emissions),
        *features.checks,
        *cost_checks(recount, features, objective),
    ]
