"""Sheets of scenarios.xlsx: Settings, Periods, Scenarios, ScenarioChanges, Constraints, Sources, notes."""

from __future__ import annotations

from model.case.columns import Column, Kind, Setting, Sheet, provenance_columns

WORKBOOK = "scenarios.xlsx"

SETTINGS = Sheet(
    "Settings",
    "One value for the whole case. Rows left out take the default of the data dictionary.",
    WORKBOOK,
    (
        Column("setting", "Setting", Kind.IDENTIFIER, "Which setting.", required=True, example="discount_rate"),
        Column(
            "value", "Value", Kind.TEXT, "Its value, in the unit of the next column.", required=True, example="0.05"
        ),
        Column("unit", "Unit", Kind.TEXT, "Unit of the value; for reading only."),
        *provenance_columns(),
    ),
    key=("setting",),
    required=True,
)

SETTING_DECLARATIONS = tuple(
    Setting(column)
    for column in (
        Column("case_title", "Case title", Kind.TEXT, "Title shown on covers.", default=""),
        Column(
            "schema_version",
            "Schema version",
            Kind.INTEGER,
            "Version of the sheets' layout; older workbooks are brought forward by the command 'upgrade'.",
            default=1,
            minimum=1,
        ),
        Column("price_year", "Price year", Kind.YEAR, "Year of the prices; all money is real.", default=2025),
        Column(
            "discount_rate",
            "Discount rate",
            Kind.SHARE,
            "Real yearly discount rate.",
            unit="share/year",
            default=0.05,
            minimum=0,
            maximum=1,
        ),
        Column(
            "discount_base_year",
            "Discount base year",
            Kind.YEAR,
            "Year to which costs are discounted.",
            blank="first period",
            default=None,
        ),
        Column(
            "salvage",
            "Salvage",
            Kind.CHOICE,
            "Value of assets after the horizon: straight-line remaining life, or none.",
            allowed=("straight line", "none"),
            default="straight line",
        ),
        Column(
            "default_life_years",
            "Default life",
            Kind.INTEGER,
            "Life of projects that give none.",
            unit="years",
            default=30,
            minimum=1,
        ),
        Column(
            "co2_price",
            "CO2 price",
            Kind.NUMBER,
            "Price of emissions where Periods gives none.",
            unit="USD/t",
            canonical_unit="million USD/kt",
            factor=0.001,
            default=0.0,
            minimum=0,
        ),
        Column(
            "unserved_penalty_per_teu",
            "Unserved penalty, containers",
            Kind.NUMBER,
            "Cost of leaving a TEU unserved; far above any route.",
            unit="USD/TEU",
            canonical_unit="million USD/kTEU",
            factor=0.001,
            default=20_000 * 0.001,
            minimum=0,
        ),
        Column(
            "unserved_penalty_per_t",
            "Unserved penalty, bulk",
            Kind.NUMBER,
            "Cost of leaving a tonne of bulk unserved.",
            unit="USD/t",
            canonical_unit="million USD/kt",
            factor=0.001,
            default=1_500 * 0.001,
            minimum=0,
        ),
        Column(
            "value_of_time_segments",
            "Value-of-time segments",
            Kind.INTEGER,
            "Equal parts into which each container demand with a spread is split, each with its own value of time.",
            default=1,
            minimum=1,
            maximum=20,
        ),
        Column(
            "choice_step",
            "Step of choice",
            Kind.NUMBER,
            "Width of the steps in which shares are counted; half as wide is twice as exact. Leave it alone while "
            "runs are compared.",
            unit="log odds",
            default=0.5,
            minimum=0.05,
            maximum=2,
        ),
        Column(
            "congestion_value_of_time",
            "Value of time in congestion",
            Kind.NUMBER,
            "What a day of congestion costs per TEU; tonnes count as TEU-equivalents of 14 t.",
            unit="USD/TEU/day",
            canonical_unit="million USD/kTEU/day",
            factor=0.001,
            default=0.04,
            minimum=0,
        ),
        Column(
            "fuel_price",
            "Fuel price",
            Kind.NUMBER,
            "Price of ship fuel.",
            unit="USD/t",
            canonical_unit="million USD/t",
            factor=1e-6,
            default=0.0,
            minimum=0,
        ),
        Column(
            "fuel_co2",
            "CO2 of fuel",
            Kind.NUMBER,
            "Emissions of a tonne of ship fuel.",
            unit="t CO2/t",
            canonical_unit="kt CO2/t",
            factor=0.001,
            default=3.114 * 0.001,
            minimum=0,
        ),
        Column(
            "empty_cost_share",
            "Cost of empties",
            Kind.SHARE,
            "Part of the loaded tariff and handling that an empty container pays.",
            unit="share",
            default=0.5,
            minimum=0,
            maximum=1,
        ),
        Column(
            "empty_tonnes_per_teu",
            "Weight of empties",
            Kind.NUMBER,
            "Weight of an empty container.",
            unit="t/TEU",
            canonical_unit="t/TEU",
            default=2.2,
            above=0,
        ),
        Column(
            "optimism_adjustment",
            "Optimism adjustment",
            Kind.FLAG,
            "Whether the uplifts of the Optimism sheet apply.",
            default=False,
        ),
        Column(
            "gap",
            "Gap asked for",
            Kind.SHARE,
            "Relative gap at which the solver may stop.",
            unit="share",
            default=0.002,
            minimum=0,
            maximum=1,
        ),
        Column(
            "time_limit",
            "Time limit",
            Kind.NUMBER,
            "Seconds after which the best verified plan is returned.",
            unit="seconds",
            default=600.0,
            above=0,
        ),
        Column(
            "seed",
            "Random seed",
            Kind.INTEGER,
            "Seed of the solver, so that two runs give the same plan.",
            default=1,
            minimum=0,
        ),
    )
)

PERIODS = Sheet(
    "Periods",
    "Planning periods in order, without gaps. Flows are per year of the period.",
    WORKBOOK,
    (
        Column("period", "Period", Kind.IDENTIFIER, "Name of the period.", required=True, example="2026"),
        Column("first_year", "First year", Kind.YEAR, "First calendar year.", required=True, example=2026),
        Column(
            "years",
            "Years",
            Kind.INTEGER,
            "Number of years.",
            unit="years",
            canonical_unit="years",
            default=1,
            blank="1",
            minimum=1,
            maximum=50,
            example=1,
        ),
        Column(
            "co2_price",
            "CO2 price",
            Kind.NUMBER,
            "Price of emissions in the period.",
            unit="USD/t",
            canonical_unit="million USD/kt",
            factor=0.001,
            blank="as in Settings",
            minimum=0,
            usual_maximum=1000,
        ),
        *provenance_columns(),
    ),
    key=("period",),
    required=True,
)

SCENARIOS = Sheet(
    "Scenarios",
    "Named variants of the case, the reference first. Its changes, if any, hold in every scenario.",
    WORKBOOK,
    (
        Column(
            "scenario",
            "Scenario",
            Kind.IDENTIFIER,
            "Key of the scenario, used on the command line.",
            required=True,
            example="suez_closed",
        ),
        Column("name", "Name", Kind.TEXT, "Name shown in reports.", blank="the key"),
        Column("description", "Description", Kind.TEXT, "What the world looks like and what one expects of the plan."),
        Column(
            "based_on",
            "Based on",
            Kind.IDENTIFIER,
            "Scenario whose changes come first.",
            blank="the base tables",
            refers_to="Scenarios.scenario",
        ),
    ),
    key=("scenario",),
    data=False,
)

SCENARIO_CHANGES = Sheet(
    "ScenarioChanges",
    "Overlay on the base tables: on the rows that match, set, multiply or add, from a year on.",
    WORKBOOK,
    (
        Column(
            "scenario",
            "Scenario",
            Kind.IDENTIFIER,
            "Which scenario.",
            required=True,
            refers_to="Scenarios.scenario",
            example="suez_closed",
        ),
        Column("sheet", "Sheet", Kind.IDENTIFIER, "Sheet to change.", required=True, example="Links"),
        Column(
            "match_column",
            "Match column",
            Kind.TEXT,
            "Column by which rows are picked: its label or code name.",
            blank="all rows",
            example="Route group",
        ),
        Column(
            "match_value",
            "Match value",
            Kind.TEXT,
            "Value wanted there; several separated by ';'; '*' stands for any letters.",
            blank="all rows",
            example="Suez",
        ),
        Column(
            "column",
            "Column",
            Kind.TEXT,
            "Column to change: its label or code name; in Demand a given year, or 'years' for all.",
            required=True,
            example="Container capacity",
        ),
        Column(
            "operation",
            "Operation",
            Kind.CHOICE,
            "What happens to the value.",
            required=True,
            allowed=("set", "multiply", "add"),
            example="set",
        ),
        Column(
            "value",
            "Value",
            Kind.TEXT,
            "New value, factor or addition, in the unit of the sheet; 'blank' with set empties the cell.",
            required=True,
            example="0",
        ),
        Column(
            "from_year",
            "From year",
            Kind.YEAR,
            "First year in which the change holds (network, costs, commodities and demand).",
            blank="always",
            example=2027,
        ),
        Column("note", "Note", Kind.TEXT, "Why."),
    ),
    data=False,
)

HISTORY = Sheet(
    "History",
    "What was otherwise in earlier years, as differences to the base tables: for the studies of single years.",
    WORKBOOK,
    (
        Column("year", "Year", Kind.YEAR, "The one year in which it was so.", required=True, example=2023),
        *SCENARIO_CHANGES.columns[1:-2],
        *provenance_columns(),
    ),
)

CONSTRAINTS = Sheet(
    "Constraints",
    "Switches of the constraint families; families not listed are on.",
    WORKBOOK,
    (
        Column(
            "constraint", "Constraint", Kind.IDENTIFIER, "Switch name of the family.", required=True, example="capacity"
        ),
        Column("active", "Active", Kind.FLAG, "Whether it is imposed.", required=True, example=True),
        Column("note", "Note", Kind.TEXT, "Why it is switched off, if it is."),
    ),
    key=("constraint",),
    data=False,
)

SOURCES = Sheet(
    "Sources",
    "What the source keys stand for.",
    WORKBOOK,
    (
        Column("source", "Source", Kind.IDENTIFIER, "Key used in the other sheets.", required=True, example="FEED25"),
        Column("title", "Title", Kind.TEXT, "What it is.", required=True),
        Column("publisher", "Publisher", Kind.TEXT, "Who published it."),
        Column("year", "Year", Kind.TEXT, "When."),
        Column("address", "Address", Kind.TEXT, "Where it was found."),
        Column("status", "Status", Kind.TEXT, "Whether it was read, computed, remembered or assumed."),
    ),
    key=("source",),
    data=False,
)

ASSUMPTIONS = Sheet(
    "Assumptions",
    "Log of planning assumptions: what was assumed, why, how sure, how much it matters.",
    WORKBOOK,
    (
        Column("assumption", "ID", Kind.IDENTIFIER, "Key of the assumption.", required=True, example="A01"),
        Column(
            "location",
            "Location",
            Kind.TEXT,
            "Sheet and column or rows it governs.",
            required=True,
            example="Links.capacity_kteu",
        ),
        Column("text", "Assumption", Kind.TEXT, "In plain words.", required=True),
        Column("basis", "Basis", Kind.TEXT, "Why this and not another."),
        Column("value", "Value", Kind.TEXT, "Value used."),
        Column("range", "Range", Kind.TEXT, "Plausible range."),
        Column("quality", "Quality", Kind.CHOICE, "Red, amber or green.", allowed=("R", "A", "G"), blank="not rated"),
        Column(
            "sensitivity",
            "Sensitivity",
            Kind.CHOICE,
            "Low, medium or high.",
            allowed=("L", "M", "H"),
            blank="not rated",
        ),
        Column("source", "Source", Kind.IDENTIFIERS, "Source keys.", refers_to="Sources.source"),
    ),
    key=("assumption",),
    data=False,
)

CHANGE_LOG = Sheet(
    "ChangeLog",
    "What was altered in the workbooks, when, by whom and why.",
    WORKBOOK,
    (
        Column("date", "Date", Kind.TEXT, "When.", required=True, example="2026-11-22"),
        Column("who", "Who", Kind.TEXT, "By whom."),
        Column("sheet", "Sheet", Kind.TEXT, "Which sheet.", required=True),
        Column("change", "Change", Kind.TEXT, "What was altered.", required=True),
        Column("reason", "Reason", Kind.TEXT, "Why."),
    ),
    data=False,
)

SHEETS = (SETTINGS, PERIODS, SCENARIOS, SCENARIO_CHANGES, HISTORY, CONSTRAINTS, SOURCES, ASSUMPTIONS, CHANGE_LOG)
