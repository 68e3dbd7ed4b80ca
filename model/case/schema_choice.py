"""Sheets of shippers' choice: Families, Choice. They stand in demand.xlsx or wherever a planner puts them."""

from __future__ import annotations

from model.case.columns import Column, Kind, Sheet, provenance_columns

WORKBOOK = "demand.xlsx"

FAMILIES = Sheet(
    "Families",
    "Corridors between which shippers choose. A route belongs to the corridor whose marker link it passes.",
    WORKBOOK,
    (
        Column("family", "Corridor", Kind.IDENTIFIER, "Key of the corridor.", required=True, example="Middle"),
        Column("name", "Name", Kind.TEXT, "Name shown in reports.", blank="the key"),
        Column(
            "markers",
            "Marker links",
            Kind.IDENTIFIERS,
            "Links by which its routes are known: every route passes one of them, and none passes two. "
            "With all markers of all corridors closed, no demand of a choice market may have a way left.",
            required=True,
            refers_to="Links.link",
            example="L090; L093",
        ),
        *provenance_columns(),
    ),
    key=("family",),
)

CHOICE = Sheet(
    "Choice",
    "How the demands of a market spread over corridors: a logit of cost and time with these constants and spreads. "
    "Markets without rows send everything by the cheapest route.",
    WORKBOOK,
    (
        Column(
            "market",
            "Market",
            Kind.IDENTIFIER,
            "Demands that choose alike: a word of the column Market of Demand, or of Group where that is blank.",
            required=True,
            example="China-Europe",
        ),
        Column(
            "family",
            "Corridor",
            Kind.IDENTIFIER,
            "A corridor that the market knows, three or more a market; 'outside' stands for not shipping by any of them.",
            required=True,
            example="Middle",
        ),
        Column(
            "from_year",
            "From year",
            Kind.YEAR,
            "Year from which the constant holds; a further row for each later change.",
            blank="from the beginning",
            example=2027,
        ),
        Column(
            "constant",
            "Constant",
            Kind.NUMBER,
            "What the corridor costs these shippers beyond price and days, as they act; below 0: what it is worth to them. "
            "Of 'outside': all that it costs them.",
            unit="USD/TEU",
            canonical_unit="million USD/kTEU",
            factor=0.001,
            default=0.0,
            blank="0",
            minimum=-1_000_000,
            maximum=1_000_000,
            usual_minimum=-10_000,
            usual_maximum=10_000,
            example=2180,
        ),
        Column(
            "spread",
            "Spread",
            Kind.NUMBER,
            "How unlike the shippers of the market are: a corridor that becomes so much dearer keeps 37 % of its odds.",
            unit="USD/TEU",
            canonical_unit="million USD/kTEU",
            factor=0.001,
            blank="as in another row of the market",
            above=0,
            maximum=1_000_000,
            usual_minimum=50,
            usual_maximum=5_000,
            example=1000,
        ),
        Column(
            "nest",
            "Nest",
            Kind.IDENTIFIER,
            "Corridors that are more like each other than like the rest share a word here.",
            blank="none",
            example="land",
        ),
        Column(
            "nest_spread",
            "Spread in the nest",
            Kind.NUMBER,
            "Spread between the corridors of the nest, at most that of the market.",
            unit="USD/TEU",
            canonical_unit="million USD/kTEU",
            factor=0.001,
            blank="as in another row of the nest",
            above=0,
            maximum=1_000_000,
            usual_maximum=5_000,
            example=600,
        ),
        Column(
            "twin",
            "Twin",
            Kind.IDENTIFIER,
            "Market whose constant a calibration takes over for a market that nobody counted.",
            blank="none",
            example="China-Europe",
        ),
        *provenance_columns(),
    ),
    key=("market", "family", "from_year"),
)

SHEETS = (FAMILIES, CHOICE)
