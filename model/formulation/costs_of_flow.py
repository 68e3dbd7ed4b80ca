"""What the cost terms that are proportional to flow share: rates by period, and the countries to which they fall.

A term of the package that charges flow on arcs holds `rate`, so that the routes command ranks by it too.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from model.case.case import Case
from model.formulation.entries import NOWHERE, SHIP_LINES, SHIP_MODES
from model.formulation.formulation import Formulation
from model.formulation.plugins import active_terms
from model.network.attributes import ArcFigures
from model.network.cargo import CargoClass
from model.network.graph import LINK, FloatArray, Graph

Rate = Callable[[Case, Graph, ArcFigures, CargoClass, int], FloatArray]
"""What a unit of a class costs on each arc in a year, million USD, shape (arcs,)."""


def charge_flow(formulation: Formulation, name: str, label: str, rate: Rate) -> None:
    """Register a cost term proportional to flow. The rate of an epoch's first period holds for all of it."""
    formulation.register_flow_cost(name, label, rates_by_period(formulation, rate))


def charges_of_flow(
    case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int
) -> dict[str, FloatArray]:
    """What the package's cost terms charge a unit on each arc, by name, million USD, shape (arcs,)."""
    off = dict.fromkeys(case.switched_off, False)  # it may name a user's constraint, which is for the plan to know
    terms = [term for term in active_terms(case, off) if hasattr(term, "rate")]
    return {str(term.NAME): term.rate(case, graph, figures, cargo, year) for term in terms}


def rates_by_period(formulation: Formulation, rate: Rate) -> dict[str, FloatArray]:
    """Rate of each class on each arc, by period; periods of one epoch share one array of shape (classes, arcs)."""
    by_epoch: dict[int, FloatArray] = {}
    result: dict[str, FloatArray] = {}
    for period in formulation.periods:
        epoch = formulation.case.epoch(period.first_year)
        if epoch not in by_epoch:
            figures = formulation.figures(period)
            case, graph, year = formulation.case, formulation.graph, period.first_year
            rows = [rate(case, graph, figures, cargo, year) for cargo in formulation.cargo.classes]
            by_epoch[epoch] = np.array(rows).reshape(len(rows), formulation.graph.arc_count)
        result[period.name] = by_epoch[epoch]
    return result


def arc_countries(formulation: Formulation) -> list[tuple[str, ...]]:
    """To whom the cost of each arc falls: one country, both ends of a link across a border, or ship lines.

    What ships charge between two countries is earned by neither: no sheet says where a line is at home.
    """
    of_node, mode = (formulation.case.lookup(*names) for names in (("Nodes", "country"), ("Carriers", "mode")))
    graph = formulation.graph
    result: list[tuple[str, ...]] = []
    for arc, (kind, carrier) in enumerate(zip(graph.arcs["kind"], graph.column("carrier"), strict=True)):
        ends = [of_node.get(graph.vertex_node[vertex], NOWHERE) for vertex in (graph.tail[arc], graph.head[arc])]
        if kind != LINK:
            result.append((ends[0],))
        elif ends[0] != ends[1] and mode.get(carrier) in SHIP_MODES:
            result.append((SHIP_LINES,))
        else:
            result.append(tuple(dict.fromkeys(ends)))
    return result
