"""renewal — paid for another life of modules whose life has ended, in the year in which that begins.

Maths: Σ over projects of renewal[project, year] = renewal cost * renewed[project, year], million USD; with the
    capital it is the spending that envelopes limit.
Data: Projects.renewal_cost [million USD/module], .life_years [years]; Vessels.purchase_cost, .life_years; Settings
    default_life_years [years].
"""

from __future__ import annotations

from model.case.case import Case
from model.features.asset_costs.payments import add_by_country
from model.formulation.forms.lives import lives
from model.formulation.formulation import Formulation

NAME = "renewal"
LABEL = "Renewals"
OUTLAY = True


def applies(case: Case) -> bool:
    """Whether some life ends within the horizon."""
    return any(life.renewals for life in lives(case).values())


def add(formulation: Formulation) -> None:
    """Register the term by country and year."""
    formulation.register_cost(NAME, LABEL)
    add_by_country(formulation, NAME, formulation.investment.renewal)
