"""Demand met or left unserved, and the figures that stand beside each route and flow."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.plan.verify_checks import Check, Floats, agree, figures_of, kept, keyed, switched_off
from model.plan.verify_rates import Rates
from model.plan.verify_recount import Recount

UNIT = "kTEU or kt a year"


def demand_checks(recount: Recount, rates: list[Rates], *, imposed: bool) -> list[Check]:
    """Flow and unserved not below 0, served + unserved = demand, and the demand_served table."""
    amounts = recount.amounts
    served: Floats = np.zeros_like(amounts)
    np.add.at(served, recount.demand_of_route, recount.flows)

    def demand_place(position: int) -> str:
        row, column = divmod(position, amounts.shape[1])
        return f"demand {recount.demands[row]}, {recount.period_names[column]}"

    def balance_place(position: int) -> str:
        figures = (table.ravel()[position] for table in (served, recount.unserved, amounts))
        return demand_place(position) + ": {:.9g} served + {:.9g} unserved, {:.9g} demanded".format(*figures)

    def route_place(position: int) -> str:
        row, column = divmod(position, amounts.shape[1])
        return f"route {recount.routes[row]}, {recount.period_names[column]}: {recount.flows[row, column]:.9g}"

    checks = [
        kept("flow is not negative", UNIT, -recount.flows, recount.flows, route_place),
        kept("unserved is not negative", UNIT, -recount.unserved, amounts, demand_place),
        kept("demand is met or unserved", UNIT, np.abs(served + recount.unserved - amounts), amounts, balance_place)
        if imposed
        else switched_off("demand is met or unserved", "demand"),
    ]
    units = _per_period(recount, rates, "kteu_per_unit"), _per_period(recount, rates, "kt_per_unit")
    figures = {
        "amount": amounts,
        "served": served,
        "amount_kteu": amounts * units[0],
        "amount_kt": amounts * units[1],
        "unserved_kt": recount.unserved * units[1],
    }
    periods = len(recount.period_names)
    parts = np.repeat(recount.demands.to_numpy(), periods).tolist(), recount.period_names.tolist() * len(amounts)
    for column, values in figures.items():
        stated = figures_of(recount.tables["demand_served"], ["demand", "period"], column)
        checks.append(agree(f"demand_served table: {column}", UNIT, stated, keyed(parts, values)))
    return checks


def _per_period(recount: Recount, rates: list[Rates], name: str) -> Floats:
    """One figure of the cargo by demand and period."""
    result: Floats = np.zeros((len(recount.demands), len(recount.period_names)))
    for rate in rates:
        result[:, rate.travel.stretch.periods] = getattr(rate.travel.cargo, name)[:, None]
    return result


def route_table_checks(recount: Recount, rates: list[Rates]) -> list[Check]:
    """Lengths, days and costs of the routes table, and the figures that route_flows derives from the flow."""
    table = recount.tables["routes"]
    checks = []
    for column, unit in (("length_km", "km"), ("days", "days"), ("cost_per_teu", "USD/TEU")):
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
    return checks + _route_flow_checks(recount, rates)


def _route_figure(rate: Rates, column: str) -> Floats:
    """Length, days or cost per TEU of each route, by the tables of one stretch."""
    travel = rate.travel
    if column == "length_km":
        length = travel.links["length_km"].to_numpy(float)[travel.sequences.leg_link]
        return travel.by_route(length, np.zeros(len(rate.visit_kt)))
    if column == "days":
        return travel.by_route(rate.leg_days, rate.visit_days)
    per_unit = travel.by_route(rate.transport + rate.surcharge, rate.handling)
    # Million USD per kTEU is thousands of USD per TEU.
    result: Floats = 1000.0 * per_unit / travel.cargo.kteu_per_unit[rate.travel.recount.demand_of_route]
    return result


def _route_flow_checks(recount: Recount, rates: list[Rates]) -> list[Check]:
    """Columns flow_kteu, flow_kt, share and unit_cost of route_flows."""
    table, key = recount.tables["route_flows"], ["route", "segment", "period", "season"]
    rows = recount.routes.get_indexer(pd.Index(table["route"], dtype=object))
    columns = recount.period_names.get_indexer(pd.Index(table["period"], dtype=object))
    flow, demand = table["flow"].to_numpy(float), recount.demand_of_route[rows]
    unit_cost: Floats = np.zeros((len(recount.routes), len(recount.period_names)))
    for rate in rates:
        for period in rate.travel.stretch.periods.tolist():
            unit_cost[:, period] = _unit_cost(rate, co2_price(recount, period))
    amounts = recount.amounts[demand, columns]
    figures: dict[str, tuple[str, Floats]] = {
        "flow_kteu": ("kTEU a year", flow * _per_period(recount, rates, "kteu_per_unit")[demand, columns]),
        "flow_kt": ("kt a year", flow * _per_period(recount, rates, "kt_per_unit")[demand, columns]),
        "share": ("share", np.divide(flow, amounts, out=np.zeros_like(flow), where=amounts > 0)),
        "unit_cost": ("million USD a unit", unit_cost[rows, columns]),
    }
    parts = [table[name].tolist() for name in key]
    stated = {column: keyed(parts, np.nan_to_num(table[column].to_numpy(float))) for column in figures}
    return [
        agree(f"route_flows table: {column}", unit, stated[column], keyed(parts, values))
        for column, (unit, values) in figures.items()
    ]


def _unit_cost(rate: Rates, price: float) -> Floats:
    """Cost of a unit on each route with time and CO2, million USD."""
    paid = rate.transport + rate.surcharge
    on_legs = paid + rate.leg_perceived + rate.leg_time + price * rate.leg_co2
    return rate.travel.by_route(on_legs, rate.handling + rate.visit_time)


def co2_price(recount: Recount, period: int) -> float:
    """Price of emissions in a period, million USD per kt: of the Periods sheet, else of the Settings."""
    own = recount.case.table("Periods").sort_values("first_year")["co2_price"].to_numpy(float)[period]
    return float(recount.case.settings["co2_price"]) if np.isnan(own) else float(own)
