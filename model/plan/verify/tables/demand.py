"""Demand met or left unserved, and the figures that stand beside each route and flow."""

from __future__ import annotations

import numpy as np

from model.plan.verify.checks import Check, Floats, agree, figures_of, kept, keyed, not_checked, switched_off
from model.plan.verify.features import Recounted
from model.plan.verify.rates import Rates
from model.plan.verify.recount import Recount

UNIT = "kTEU or kt a year"


def demand_checks(recount: Recount, rates: list[Rates], *, imposed: bool) -> list[Check]:
    """Flow and unserved not below 0, served + unserved = demand, and the demand_served table."""
    amounts = recount.amounts
    served: Floats = np.zeros((len(recount.cargoes), amounts.shape[1]))
    np.add.at(served, recount.demand_of_route, recount.flows)
    # Empty boxes are nobody's demand.
    served = served[: len(amounts)]

    def demand_place(position: int) -> str:
        row, column = divmod(position, amounts.shape[1])
        return f"demand {recount.demands[row]}, {recount.period_names[column]}"

    def balance_place(position: int) -> str:
        figures = (table.ravel()[position] for table in (served, recount.unserved, amounts))
        return demand_place(position) + ": {:.9g} served + {:.9g} unserved, {:.9g} demanded".format(*figures)

    def route_place(position: int) -> str:
        row, column = divmod(position, amounts.shape[1])
        least = recount.season_flows.min(axis=0)[row, column]
        return f"route {recount.routes['route'][row]}, {recount.period_names[column]}: {least:.9g}"

    checks = [
        kept("flow is not negative", UNIT, -recount.season_flows.min(axis=0), recount.flows, route_place),
        kept("unserved is not negative", UNIT, -recount.unserved, amounts, demand_place),
        kept("demand is met or unserved", UNIT, np.abs(served + recount.unserved - amounts), amounts, balance_place)
        if imposed
        else switched_off("demand is met or unserved", "demand"),
    ]
    checks.append(_parts_check(recount, rates))
    units = _per_period(recount, rates, "kteu_per_unit"), _per_period(recount, rates, "kt_per_unit")
    figures = {
        "amount": amounts,
        "served": served,
        "amount_kteu": amounts * units[0][: len(amounts)],
        "amount_kt": amounts * units[1][: len(amounts)],
        "unserved_kt": recount.unserved * units[1][: len(amounts)],
    }
    periods = len(recount.period_names)
    parts = np.repeat(recount.demands.to_numpy(), periods).tolist(), recount.period_names.tolist() * len(amounts)
    for column, values in figures.items():
        stated = figures_of(recount.tables["demand_served"], ["demand", "period"], column)
        checks.append(agree(f"demand_served table: {column}", UNIT, stated, keyed(parts, values)))
    return checks


def _parts_check(recount: Recount, rates: list[Rates]) -> Check:
    """No season and no segment of a demand is served more than there is of it."""
    segments = _per_period(recount, rates, "segments")[: len(recount.demands)]
    count = max(1, int(recount.routes["segment"].max()) if len(recount.routes) else 1)
    shape = (len(recount.seasons), len(recount.cargoes), count, len(recount.period_names))
    served: Floats = np.zeros(shape)
    part = recount.routes["segment"].to_numpy(np.intp) - 1
    for season, flows in enumerate(recount.season_flows):
        np.add.at(served[season], (recount.demand_of_route, part), flows)
    served = served[:, : len(recount.demands)]
    shares = np.array([season.demand_share for season in recount.seasons])[:, None, None, None]
    exists = np.arange(1, count + 1)[None, :, None] <= segments[:, None, :]
    most = shares * np.where(exists, (recount.amounts / segments)[:, None, :], 0.0)

    def place(position: int) -> str:
        season, demand, segment, period = (int(number) for number in np.unravel_index(position, served.shape))
        where = f"{recount.demands[demand]}, segment {segment + 1}, {recount.period_names[period]}"
        figures = f"{served.ravel()[position]:.9g} served of {most.ravel()[position]:.9g}"
        return f"demand {where}, {recount.seasons[season].name}: {figures}"

    # The tolerance is that of the whole demand, as rounding of the solver is.
    size = np.broadcast_to(recount.amounts[None, :, None, :], served.shape)
    return kept("no season or segment is served beyond its demand", UNIT, served - most, size, place)


def _per_period(recount: Recount, rates: list[Rates], name: str) -> Floats:
    """One figure of the cargo, (cargoes, periods)."""
    result: Floats = np.zeros((len(recount.cargoes), len(recount.period_names)))
    for rate in rates:
        result[:, rate.travel.stretch.periods] = getattr(rate.travel.cargo, name)[:, None]
    return result


def route_table_checks(recount: Recount, rates: list[Rates], features: Recounted) -> list[Check]:
    """Lengths, days and costs of the routes table, and the figures that route_flows derives from the flow."""
    table = recount.routes
    checks = []
    for column, unit in (("length_km", "km"), ("days", "days"), ("buffer_days", "days"), ("cost_per_teu", "USD/TEU")):
        # A route carries one figure though prices may change with the years: it must be right by
        # the tables of one of them.
        stated = table[column].to_numpy(float)
        best = np.full(len(stated), np.nan)
        for rate in rates:
            figure = _route_figure(rate, column)
            nearer = np.isnan(best) | (np.abs(figure - stated) < np.abs(best - stated))
            best = np.where(nearer, figure, best)
        found = keyed([table["route"].tolist()], best)
        checks.append(agree(f"routes table: {column}", unit, figures_of(table, ["route"], column), found))
    return checks + _route_flow_checks(recount, rates, features)


def _route_figure(rate: Rates, column: str) -> Floats:
    """Length, days, days of margin or cost per TEU of each route, by the tables of one stretch."""
    travel = rate.travel
    if column == "length_km":
        length = travel.links["length_km"].to_numpy(float)[travel.sequences.leg_link]
        return travel.by_route(length, np.zeros(len(rate.visit_kt)))
    if column == "days":
        return travel.by_route(rate.leg_days, rate.visit_days)
    if column == "buffer_days":
        return travel.by_route(rate.leg_buffer, rate.visit_buffer)
    per_unit = travel.by_route(rate.transport + rate.surcharge, rate.handling)
    # Million USD per kTEU is thousands of USD per TEU.
    result: Floats = 1000.0 * per_unit / travel.cargo.kteu_per_unit[rate.travel.recount.demand_of_route]
    return result


def _route_flow_checks(recount: Recount, rates: list[Rates], features: Recounted) -> list[Check]:
    """Columns flow_kteu, flow_kt, share and unit_cost of route_flows."""
    table, key = recount.tables["route_flows"], ["route", "segment", "period", "season"]
    rows, columns = recount.row_of_flow, recount.period_of_flow
    flow, demand = table["flow"].to_numpy(float), recount.demand_of_route[rows]
    unit_cost = sum((cost.per_unit for cost in features.costs if cost.per_unit is not None), np.zeros(len(table)))
    # Of empty boxes there is no amount to have a share in.
    amounts = np.r_[recount.amounts, np.zeros((len(recount.markets), len(recount.period_names)))][demand, columns]
    of_demand = demand < len(recount.demands)
    figures: dict[str, tuple[str, Floats]] = {
        "flow_kteu": ("kTEU a year", flow * _per_period(recount, rates, "kteu_per_unit")[demand, columns]),
        "flow_kt": ("kt a year", flow * _per_period(recount, rates, "kt_per_unit")[demand, columns]),
        "share": ("share", np.divide(flow, amounts, out=np.zeros_like(flow), where=amounts > 0)),
        "unit_cost": ("million USD a unit", unit_cost),
    }
    parts = [table[name].tolist() for name in key]
    stated = {column: keyed(parts, np.nan_to_num(table[column].to_numpy(float))) for column in figures}
    shares = np.nan_to_num(table["share"].to_numpy(float))
    stated["share"] = keyed(parts, np.where(of_demand, shares, 0.0))
    checks = {
        column: agree(f"route_flows table: {column}", unit, stated[column], keyed(parts, values))
        for column, (unit, values) in figures.items()
    }
    if unknown := features.unknown(recount.tables["costs"]["term"].tolist()):
        why = f"the cost term '{unknown[0]}', which no recount covers, may be a part of it"
        checks["unit_cost"] = not_checked("route_flows table: unit_cost", why)
    return list(checks.values())
