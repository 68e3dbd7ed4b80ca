"""shut — nothing passes what is shut.

Why: the loss of a port, a line of ships or a border for a season or a year, whatever has been built there.
Maths: Σ of all flow on the link, both ways  <= 0   in the periods and seasons of the outage
Indices: links named in Outages, and the links of the nodes named; periods t, seasons s.
Data: Outages.asset_kind, .asset, .season, .first_year, .last_year [year].
Switch name: shut
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from model.features.shut import links_shut
from model.formulation.formulation import Formulation
from model.formulation.loads import Load, LoadKey


def load_key(link: str) -> LoadKey:
    """Key of all that passes a link that is shut at times."""
    return ("shut", link)


def declare_loads(formulation: Formulation) -> None:
    """Units of all cargo on each link that is shut at times."""
    classes = len(formulation.cargo.classes)
    at_times = {link for block in formulation.block_keys for link in _shut(formulation, block)}
    for link in formulation.case.table("Links")["link"]:
        arcs = [arcs for (name, _), arcs in formulation.graph.arcs_of_link.items() if name == link]
        if link in at_times and arcs:
            numbers = np.concatenate(arcs)
            formulation.declare_load(Load(load_key(str(link)), numbers, np.ones((classes, len(numbers)))))


def add(formulation: Formulation) -> None:
    """Add block.shut_rows to the operations blocks in which something is shut."""
    for key in formulation.block_keys:
        names = [load_key(link) for link in sorted(_shut(formulation, key))]
        names = [name for name in names if name in formulation.loads]
        if names:
            formulation.operations(*key).shut_rows = pyo.Constraint(
                range(len(names)), rule=lambda _, i, key=key, names=names: formulation.load(key, names[i]) <= 0.0
            )


def _shut(formulation: Formulation, key: tuple[str, str]) -> set[str]:
    return links_shut(formulation.case, formulation.period(key[0]), key[1])
