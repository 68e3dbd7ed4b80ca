"""port_surcharge — what a port asks of a commodity on top of everything else, per tonne that passes it.

Why: dangerous goods, grain or metals pay dues of their own in some ports. Without it a port costs all cargo the same.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "port_surcharge"
LABEL = "Surcharges of ports by commodity"
SHEET = "PortSurcharges"


def applies(case: Case) -> bool:
    """Whether any port asks one."""
    return not case.table(SHEET).empty
