"""Sheets of demand.xlsx and costs.xlsx: Commodities, Demand, Costs."""

from __future__ import annotations

from model.case.columns import Column, Kind, Sheet, provenance_columns

SERVICES = ("regular", "block")


def _value_of_time(blank: str) -> Column:
    return Column(
        "value_of_time",
        "Value of time",
        Kind.NUMBER,
        "What a day in transit costs the owner of the cargo, per TEU (bulk: per TEU-equivalent).",
        unit="USD/TEU/day",
        canonical_unit="million USD/kTEU/day",
        factor=0.001,
        blank=blank,
        default=0.0 if blank == "0" else None,
        minimum=0,
        usual_maximum=1500,
        example=40,
    )


def _tonnes_per_teu(blank: str, *, required: bool) -> Column:
    return Column(
        "tonnes_per_teu",
        "Tonnes per TEU",
        Kind.NUMBER,
        "Cargo in a loaded TEU; turns TEU into tonnes and bulk into TEU-equivalents.",
        unit="t/TEU",
        canonical_unit="t/TEU",
        required=required,
        blank=blank,
        above=0,
        usual_minimum=5,
        usual_maximum=30,
        example=11,
    )


COMMODITIES = Sheet(
    "Commodities",
    "Kinds of cargo. Demand rows may override tonnes per TEU, value of time and service.",
    "demand.xlsx",
    (
        Column(
            "commodity", "Commodity", Kind.IDENTIFIER, "Key of the commodity.", required=True, example="time-sensitive"
        ),
        Column("name", "Name", Kind.TEXT, "Name shown in reports.", blank="the key"),
        Column(
            "form",
            "Form",
            Kind.CHOICE,
            "Which carriers can take it.",
            required=True,
            allowed=("container", "dry bulk", "liquid bulk"),
            example="container",
        ),
        Column(
            "unit",
            "Unit",
            Kind.CHOICE,
            "Measure in which its demand is given.",
            required=True,
            allowed=("kTEU", "kt"),
            example="kTEU",
        ),
        _tonnes_per_teu("", required=True),
        _value_of_time("0"),
        Column(
            "service",
            "Service",
            Kind.CHOICE,
            "Whether it moves as regular consignments or in block trains.",
            allowed=SERVICES,
            default="regular",
            blank="regular",
            example="block",
        ),
        Column(
            "unserved_penalty",
            "Unserved penalty",
            Kind.NUMBER,
            "Cost of leaving one unit unserved; far above any route.",
            unit="USD/TEU or USD/t",
            canonical_unit="million USD/unit",
            factor=0.001,
            blank="as in Settings",
            minimum=0,
        ),
        *provenance_columns(),
    ),
    key=("commodity",),
    required=True,
)

DEMAND = Sheet(
    "Demand",
    "Yearly market flows between two places; given years across, straight lines between them.",
    "demand.xlsx",
    (
        Column("demand", "Demand", Kind.IDENTIFIER, "Key of the flow.", required=True, example="D02"),
        Column(
            "origin",
            "Origin",
            Kind.IDENTIFIER,
            "Where it starts.",
            required=True,
            refers_to="Nodes.node",
            example="CN_XIY",
        ),
        Column(
            "destination",
            "Destination",
            Kind.IDENTIFIER,
            "Where it ends.",
            required=True,
            refers_to="Nodes.node",
            example="DE_DUI",
        ),
        Column(
            "commodity",
            "Commodity",
            Kind.IDENTIFIER,
            "What it is.",
            required=True,
            refers_to="Commodities.commodity",
            example="time-sensitive",
        ),
        Column(
            "unit",
            "Unit",
            Kind.CHOICE,
            "Unit of the year columns; must be the commodity's.",
            required=True,
            allowed=("kTEU", "kt"),
            example="kTEU",
        ),
        Column(
            "contestable_share",
            "Contestable share",
            Kind.SHARE,
            "Part of the market that the plan routes; the rest never considers a land or Caspian route.",
            default=1.0,
            blank="100 %",
            minimum=0,
            maximum=1,
            example=1.0,
        ),
        _tonnes_per_teu("the commodity's", required=False),
        _value_of_time("the commodity's"),
        Column(
            "service",
            "Service",
            Kind.CHOICE,
            "Regular consignments or block trains.",
            allowed=SERVICES,
            blank="the commodity's",
            example="block",
        ),
        Column(
            "group",
            "Group",
            Kind.IDENTIFIER,
            "Group of flows by which reports and policies speak, e.g. China-Europe west.",
            blank="no group",
            example="China-Europe west",
        ),
        *provenance_columns(),
    ),
    key=("demand",),
    required=True,
    year_column=Column(
        "year",
        "Year",
        Kind.NUMBER,
        "Market flow of that calendar year, in the row's unit.",
        unit="",
        canonical_unit="kTEU or kt per year",
        blank="drawn between the neighbouring given years",
        minimum=0,
    ),
)

COSTS = Sheet(
    "Costs",
    "Tariffs and handling that differ by commodity: a row replaces the general figure of Links or Nodes.",
    "costs.xlsx",
    (
        Column(
            "commodity",
            "Commodity",
            Kind.IDENTIFIER,
            "Whose tariff it is.",
            required=True,
            refers_to="Commodities.commodity",
            example="crude oil",
        ),
        Column(
            "asset_kind",
            "Asset kind",
            Kind.CHOICE,
            "Where it applies: one link, one node, or every link of a carrier.",
            required=True,
            allowed=("link", "node", "carrier"),
            example="link",
        ),
        Column("asset", "Asset", Kind.IDENTIFIER, "Key of the link, node or carrier.", required=True, example="L092"),
        Column(
            "item",
            "Item",
            Kind.CHOICE,
            "Which cost it replaces.",
            required=True,
            allowed=("transport", "surcharge", "passing", "transfer", "terminal"),
            example="transport",
        ),
        Column(
            "cost_per_teu",
            "Cost per TEU",
            Kind.NUMBER,
            "New cost per TEU (links: the whole leg).",
            unit="USD/TEU",
            canonical_unit="million USD/kTEU",
            factor=0.001,
            blank="give cost per tonne",
            minimum=0,
        ),
        Column(
            "cost_per_t",
            "Cost per tonne",
            Kind.NUMBER,
            "New cost per tonne (links: the whole leg).",
            unit="USD/t",
            canonical_unit="million USD/kt",
            factor=0.001,
            blank="give cost per TEU",
            minimum=0,
            example=14,
        ),
        *provenance_columns(),
    ),
    key=("commodity", "asset_kind", "asset", "item"),
)

SHEETS = (COMMODITIES, DEMAND, COSTS)
