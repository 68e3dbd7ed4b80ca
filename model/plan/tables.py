"""The tables of a Plan, declared once: they are the CSV files, the data package and the report's source.

Features declare theirs in their own file `tables.py`.

Canonical units throughout (kTEU, kt, million USD, days, km, kt CO2, years); the unit stands in the declaration and
in every header that is written. Flows are per year of the period. Money is real, of the price year, undiscounted
unless the column says 'discounted'.
"""

from __future__ import annotations

from model.features import feature_parts
from model.plan.plan_table import (
    DEMAND,
    FLOWS,
    LOSS_PRICE,
    PERIOD,
    PRICE_NOTE,
    SEASON,
    SEGMENT,
    Field,
    PlanTable,
    integer,
    number,
    text,
)

__all__ = ["TABLES", "Field", "PlanTable"]

PROJECT = text("project", "Key of the project.")
TABLES: dict[str, PlanTable] = {
    table.name: table
    for table in (
        PlanTable(
            "investments",
            "Modules that open, one row for each project and period in which some open.",
            ("project", "period"),
            (
                PROJECT,
                PERIOD,
                integer("opening_year", "First year in service.", "year"),
                integer("modules", "Modules that open.", "modules"),
                integer("modules_in_service", "Modules in service in the opening year.", "modules"),
                number("capex", "million USD", "Capital of the modules that open, paid over the construction years."),
                number(
                    "sunk", "million USD", "Part of the capital that was paid before the horizon: no part of the costs."
                ),
            ),
        ),
        PlanTable(
            "lives",
            "Lives that end within the horizon, one row for each project and year; what is not renewed then is gone.",
            ("project", "year"),
            (
                PROJECT,
                text("period", "Planning period of that year."),
                integer("year", "First calendar year after the life.", "year"),
                integer("ending", "Modules whose life ends with the year before.", "modules"),
                integer("renewed", "Modules of them that are renewed: another life begins in that year.", "modules"),
                integer("modules_in_service", "Modules in service in that year.", "modules"),
                number("cost", "million USD", "Renewal cost, paid in that year."),
            ),
        ),
        PlanTable(
            "spending",
            "Capital and renewals paid, by project and calendar year.",
            ("project", "year", "kind"),
            (
                PROJECT,
                integer("year", "Calendar year of payment.", "year"),
                text("kind", "capital or renewal."),
                number("amount", "million USD", "Paid in that year."),
            ),
        ),
        PlanTable(
            "route_flows",
            "Flow on each route: the only flow variables of the model.",
            ("demand", "segment", "period", "season", "route"),
            (
                text("demand", "Key of the demand, or 'empty boxes from' a market."),
                SEGMENT,
                PERIOD,
                SEASON,
                text("route", "Key of the route (routes table)."),
                number("flow", "demand unit/year", "Flow in the unit of the demand."),
                number("flow_kteu", "kTEU/year", "Flow in TEU; bulk as TEU-equivalents, in boxes or not."),
                number("flow_kt", "kt/year", "Flow in tonnes."),
                number("share", "share", "Part of the demand of that period; blank for empty boxes.", blank=True),
                number("unit_cost", "million USD/unit", "Cost of a unit on the route with time and CO2, undiscounted."),
            ),
        ),
        PlanTable(
            "routes",
            "Routes used, as sequences of legs.",
            ("route",),
            (
                text("route", "Key of the route."),
                text("demand", "Demand that it serves."),
                text("nodes", "Node keys in order, separated by ' > '; a key that holds '>' stands in double quotes."),
                text("links", "Link keys in order, in the same way."),
                text("carriers", "Carriers in order, in the same way."),
                text("route_group", "Route group of its longest stretch that has one; 'other' when none."),
                number("length_km", "km", "Length."),
                number("days", "days", "Transit days with dwell, by the demand's service."),
                number("buffer_days", "days", "Days of margin that shippers plan for beside them."),
                number(
                    "cost_per_teu",
                    "USD/TEU",
                    "Tariffs, handling and surcharges per TEU or TEU-equivalent, without time and CO2.",
                ),
                text(
                    "projects_used",
                    "Projects whose change of time, cost or CO2 it uses: 'place: project + project; …'.",
                ),
            ),
        ),
        PlanTable(
            "link_flows",
            "Flow on each link, direction, commodity and period, added up from the routes.",
            ("link", "direction", "commodity", "period"),
            (
                text("link", "Key of the link."),
                text("direction", "forward or backward."),
                text("commodity", "Commodity."),
                PERIOD,
                *FLOWS,
            ),
        ),
        PlanTable(
            "node_flows",
            "What happens at each node, by commodity and period, added up from the routes.",
            ("node", "activity", "commodity", "period"),
            (
                text("node", "Key of the node."),
                text("activity", "loading, unloading, transfer or passing."),
                text("commodity", "Commodity."),
                PERIOD,
                *FLOWS,
            ),
        ),
        PlanTable(
            "demand_served",
            "Demand, served and unserved, by period.",
            ("demand", "period"),
            (
                DEMAND,
                PERIOD,
                number("amount", "demand unit/year", "Demand."),
                number("served", "demand unit/year", "Carried."),
                number("unserved", "demand unit/year", "Left unserved at the penalty."),
                number("amount_kteu", "kTEU/year", "Demand in TEU (bulk: TEU-equivalent)."),
                number("amount_kt", "kt/year", "Demand in tonnes."),
                number("unserved_kt", "kt/year", "Unserved in tonnes."),
            ),
        ),
        PlanTable(
            "costs",
            "Cost terms of the objective by calendar year and country; salvage is negative.",
            ("term", "year", "country"),
            (
                text("term", "Registered name of the cost term."),
                text("label", "Its label."),
                integer("year", "Calendar year in which it falls.", "year"),
                text(
                    "country",
                    "Country that it falls in; 'ship lines' on links of ships between two, 'no country' when none.",
                ),
                number("amount", "million USD", "Undiscounted amount."),
                number("discounted", "million USD", "Present value."),
            ),
        ),
        PlanTable(
            "constraint_rows",
            "Rows of the constraints in files of your own: what is used of the limit.",
            ("constraint", "row"),
            (
                text("constraint", "Name of the constraint."),
                text("row", "Name of the row in the model."),
                text("words", "What it limits, in words."),
                text("of_period", "Period that it is of; blank when of none."),
                number("used", "its unit", "What the limit is put on."),
                text("sense", "<=, >= or =: used against the limit."),
                number("limit", "its unit", "The limit."),
                text("unit", "Unit of both."),
                number(
                    "shadow_price",
                    "million USD/unit",
                    "What loosening the limit by one unit would save in a year of its period, projects and ships as "
                    "they are; undiscounted. Present value where it is of no period. Blank when unknown.",
                    blank=True,
                ),
                LOSS_PRICE,
                PRICE_NOTE,
            ),
        ),
        PlanTable(
            "emissions",
            "CO2 by period and carrier, ship fuel counted with the carrier of its link.",
            ("period", "carrier"),
            (PERIOD, text("carrier", "Carrier."), number("co2_kt", "kt CO2/year", "Emissions.")),
        ),
    )
}

TABLES |= {table.name: table for part in feature_parts("tables").values() for table in part.TABLES}

MINIMUM: dict[str, str] = {
    "costs": "minimum_costs", "demand_served": "minimum_served", "emissions": "minimum_emissions",
} | {
    name: f"minimum_{name}" for part in feature_parts("tables").values() for name in getattr(part, "OF_MINIMUM", ())
}  # fmt: skip
"""Tables of the plan that opens only what is committed, under the names that they have beside those of the plan."""
