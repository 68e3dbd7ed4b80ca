"""Figures of arcs in a given year: length, days, tariffs, handling, emissions, and which cargo may use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.case.canonical import records, value_at
from model.case.case import Case, once_per_case
from model.network.cargo import Cargo, CargoClass
from model.network.graph import LINK, PASSING, TRANSFER, BoolArray, FloatArray, Graph

TERMINAL_KINDS = ("loading", "unloading")


@dataclass(frozen=True)
class ArcFigures:
    """Figures of every arc in one year, each of shape (arcs,); node figures are 0 on link arcs and the other way.

    length km; days by service; buffer_days are days of margin, of a node at every visit; transport, surcharge,
    perceived and handling in million USD per kTEU; transport_per_t in
    million USD per kt; both prices of transport are NaN where the sheet gives none; co2 in kt CO2 per kt of cargo;
    cost_factor is what the projects of a variant arc make of its tariff and handling (1 on plain arcs; already in the
    other figures).
    """

    length: FloatArray
    days_regular: FloatArray
    days_block: FloatArray
    transport: FloatArray
    transport_per_t: FloatArray
    surcharge: FloatArray
    perceived: FloatArray
    handling: FloatArray
    co2: FloatArray
    cost_factor: FloatArray
    buffer_days: FloatArray

    def days(self, service: str) -> FloatArray:
        """Days of a service ('regular' or 'block')."""
        return self.days_block if service == "block" else self.days_regular


def arc_figures(case: Case, graph: Graph, year: int) -> ArcFigures:
    """Figures of all arcs from the Links and Nodes tables of that year."""
    links = case.table("Links", year).set_index("link")
    arcs = graph.arcs
    on_link = graph.is_link
    rows = links.loc[arcs.loc[on_link, "link"]]
    nodes = case.table("Nodes", year).set_index("node").reindex(arcs["node"])  # NaN on link arcs

    def spread(values: object, activities: FloatArray | None = None) -> FloatArray:
        result = np.zeros(len(arcs)) if activities is None else activities.copy()
        result[on_link] = np.asarray(values, dtype=float)
        return result

    regular = rows["days_regular"].to_numpy(float)
    block = np.where(rows["days_block"].isna(), regular, rows["days_block"])
    length = rows["length_km"].to_numpy(float)
    time, cost, co2, buffer = (
        _gated_factor(case, arcs, f"{what}_change") for what in ("time", "cost", "co2", "buffer")
    )
    return ArcFigures(
        length=spread(length),
        days_regular=spread(regular, _of_activities(arcs, nodes, "days_regular")) * time,
        days_block=spread(block, _of_activities(arcs, nodes, "days_block")) * time,
        transport=spread(rows["container_cost"]) * cost,
        transport_per_t=spread(rows["tonne_cost"]) * cost,
        surcharge=spread(rows["surcharge"]),
        perceived=spread(rows["perceived_cost"]),
        handling=_of_activities(arcs, nodes, "cost") * cost,
        # 1 kt over 1 km at 1 g/tkm is 1e-6 kt CO2
        co2=spread(length * rows["co2_g_per_tkm"].to_numpy(float) * 1e-6) * co2,
        cost_factor=cost,
        buffer_days=spread(rows["buffer_days"], nodes["buffer_days"].to_numpy(float)) * buffer,
    )


def _gated_factor(case: Case, arcs: pd.DataFrame, column: str) -> FloatArray:
    """Product of (1 + change) over the projects that a variant arc needs; 1 on plain arcs, shape (arcs,)."""
    effects = case.table("ProjectEffects")
    keys = zip(effects["project"], effects["asset_kind"], effects["asset"], strict=False)
    change = dict(zip(keys, effects[column].to_numpy(float), strict=False))
    factor = np.ones(len(arcs))
    for arc in np.flatnonzero([bool(gates) for gates in arcs["gates"]]):
        kind = "link" if value_at(arcs, arc, "kind") == LINK else "node"
        for project in value_at(arcs, arc, "gates"):
            factor[arc] *= 1.0 + change[project, kind, value_at(arcs, arc, kind)]
    return factor


def _of_activities(arcs: pd.DataFrame, nodes: pd.DataFrame, figure: str) -> FloatArray:
    """passing_, transfer_ or terminal_ figure of each activity arc; 0 on link arcs. `nodes` has a row for each arc."""
    kinds = arcs["kind"].to_numpy()
    result = np.zeros(len(arcs))
    for prefix, wanted in (("passing", (PASSING,)), ("transfer", (TRANSFER,)), ("terminal", TERMINAL_KINDS)):
        mask = np.isin(kinds, wanted)
        result[mask] = nodes[f"{prefix}_{figure}"].to_numpy(float)[mask]
    return result


def transport_cost(case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int) -> FloatArray:
    """Tariff of a unit on each arc, million USD per unit, shape (arcs,); Costs rows override the Links figures."""
    general = np.nan_to_num(_by_measure(cargo, figures.transport, figures.transport_per_t))
    return _overridden(case, graph, figures, cargo, year, "transport", general) * _empty_share(case, cargo)


def _by_measure(cargo: CargoClass, per_teu: Any, per_t: Any) -> FloatArray:
    """Price of a unit where a sheet gives it per TEU, per tonne or both (NaN = not given), in the shape of the prices.

    Boxes take the price per TEU where there is one, else that per tonne for the tonnes in them; bulk the other way.
    """
    prices = np.asarray(per_teu, dtype=float) * cargo.teu, np.asarray(per_t, dtype=float) * cargo.tonnes
    first, second = prices if cargo.containerised else prices[::-1]
    return np.where(np.isnan(first), second, first)


def surcharge_cost(case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int) -> FloatArray:
    """Surcharge of a unit on each arc, million USD per unit, shape (arcs,)."""
    loaded = 0.0 if cargo.empty else 1.0
    return _overridden(case, graph, figures, cargo, year, "surcharge", loaded * figures.surcharge * cargo.teu)


def _empty_share(case: Case, cargo: CargoClass) -> float:
    """Part of the loaded tariff that the cargo pays."""
    return float(case.settings["empty_cost_share"]) if cargo.empty else 1.0


def handling_cost(case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int) -> FloatArray:
    """Passing, transfer and terminal cost of a unit on each arc, million USD per unit, shape (arcs,)."""
    costs = figures.handling * cargo.teu
    for item in ("passing", "transfer", "terminal"):
        costs = _overridden(case, graph, figures, cargo, year, item, costs)
    return costs * _empty_share(case, cargo)


def _overridden(
    case: Case, graph: Graph, figures: ArcFigures, cargo: CargoClass, year: int, item: str, general: FloatArray
) -> FloatArray:
    """Replace the general figure by the rows of Costs for this commodity; link rows beat carrier rows."""
    if not cargo.tariff:
        return general
    rows = _cost_rows(case)[case.epoch(year)].get((cargo.tariff, item), [])
    if not rows:
        return general
    result = general.copy()
    arcs = graph.arcs
    kinds = {"passing": (PASSING,), "transfer": (TRANSFER,), "terminal": TERMINAL_KINDS}.get(item, (LINK,))
    of_item = np.isin(arcs["kind"].to_numpy(), kinds)
    for row in rows:
        mask = of_item & (arcs[row.asset_kind].to_numpy() == row.asset)
        replaced = float(_by_measure(cargo, row.container_cost, row.tonne_cost))
        result[mask] = replaced * (1.0 if item == "surcharge" else figures.cost_factor[mask])
    return result


@once_per_case
def _cost_rows(case: Case) -> list[dict[tuple[str, str], list[Any]]]:
    """Rows of Costs by epoch and (commodity, item), those of carriers before those of links and nodes."""
    order = ("carrier", "link", "node")
    found: list[dict[tuple[str, str], list[Any]]] = []
    for year in (None, *case.change_years):
        found.append({})
        for row in sorted(records(case.table("Costs", year)), key=lambda row: order.index(row.asset_kind)):
            found[-1].setdefault((row.commodity, row.item), []).append(row)
    return found


def accepted_arcs(case: Case, graph: Graph, cargo: Cargo) -> BoolArray:
    """Whether each class may use each arc (its carriers take the form), shape (classes, arcs)."""
    of_form = {kind.form: kind for kind in cargo.classes}
    takes = {form: accepted_by(case, graph, kind) for form, kind in of_form.items()}
    rows = [takes[kind.form] for kind in cargo.classes]
    return np.array(rows, dtype=np.bool_).reshape(len(rows), graph.arc_count)


def accepted_by(case: Case, graph: Graph, cargo: CargoClass) -> BoolArray:
    """Whether cargo of that form may use each arc, shape (arcs,)."""
    column = f"accepts_{cargo.form.replace(' ', '_')}"
    takes = {"": True, **case.table("Carriers").set_index("carrier")[column].to_dict()}
    both = zip(graph.column("carrier"), graph.column("carrier_out"), strict=True)
    return np.array([takes[a] and takes[b] for a, b in both], dtype=np.bool_)


def container_use(case: Case, graph: Graph, cargo: Cargo) -> FloatArray:
    """KTEU of container capacity that a unit takes on each arc, shape (classes, arcs).

    Containers count everywhere; bulk counts as TEU-equivalents where a carrier on either side carries bulk in boxes.
    """
    boxed = {"": False, **case.table("Carriers").set_index("carrier")["bulk_in_containers"].to_dict()}
    arcs = graph.arcs
    in_boxes = np.array(
        [boxed[a] or boxed[b] for a, b in zip(arcs["carrier"], arcs["carrier_out"], strict=False)], dtype=float
    )
    rows = [np.full(len(arcs), kind.teu) if kind.containerised else kind.teu * in_boxes for kind in cargo.classes]
    return np.array(rows).reshape(len(cargo.classes), len(arcs))


def co2_price(case: Case, year: int) -> float:
    """Price of emissions in a year, million USD per kt CO2: of its period, else of the Settings."""
    for row in records(case.table("Periods")):
        if row.first_year <= year < row.first_year + row.years and row.co2_price == row.co2_price:
            return float(row.co2_price)
    return float(case.settings["co2_price"])
