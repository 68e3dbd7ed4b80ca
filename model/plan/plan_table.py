"""How a table of a Plan is declared: its columns with kind, unit and meaning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One column of a plan table: name, kind (text, number, integer, flag), unit, meaning, whether it may be blank."""

    name: str
    kind: str
    meaning: str
    unit: str = ""
    blank: bool = False


@dataclass(frozen=True)
class PlanTable:
    """One table of a plan; `key` columns identify a row.

    `price_of` says which limit has the prices of a row that has the columns PRICES: the word of a unit limit, '' for
    capacity that is installed, and the columns that name it.
    """

    name: str
    meaning: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    price_of: tuple[str, tuple[str, ...]] | None = None

    @property
    def columns(self) -> list[str]:
        """Code names in order."""
        return [item.name for item in self.fields]


def text(name: str, meaning: str) -> Field:
    """A column of words or keys."""
    return Field(name, "text", meaning)


def number(name: str, unit: str, meaning: str, *, blank: bool = False) -> Field:
    """A column of figures in a unit."""
    return Field(name, "number", meaning, unit, blank)


def integer(name: str, meaning: str, unit: str = "") -> Field:
    """A column of whole figures."""
    return Field(name, "integer", meaning, unit)


ASSET = (text("asset_kind", "link or node."), text("asset", "Key of the asset."))
DEMAND = text("demand", "Key of the demand.")
FLOWS = (
    number("boxes_kteu", "kTEU/year", "Containers; empty ones and those with bulk in them included."),
    number("flow_kt", "kt/year", "Tonnes."),
)
LOSS_PRICE = number(
    "loss_price",
    "million USD/unit",
    "What one unit less would cost in a year; more than the saving where limits meet. Blank when there is none.",
    blank=True,
)
MEASURE = text("measure", "kTEU or kt.")
PERIOD = text("period", "Planning period.")
PRICE_NOTE = text("price_note", "Why a price is blank.")
SEASON = text("season", "Season; 'year' when the case has none.")
SEGMENT = integer("segment", "Value-of-time segment, from 1; the lowest value of time first.")
PRICES = (
    number(
        "shadow_price",
        "million USD/unit",
        "What one more unit of the limit (installed capacity of the asset, in each direction; a round trip of the "
        "season) would save in a year, projects and ships as they are; undiscounted, blank when unknown.",
        blank=True,
    ),
    LOSS_PRICE,
    number(
        "bound_price",
        "million USD/unit",
        "Lies between the two; any mix of changes saves at most, and costs at least, the sum of this times the units.",
        blank=True,
    ),
    text(
        "together_with",
        "Limits that must grow too before one more unit saves anything: 'link: L090 + kTEU; trips: service + season'.",
    ),
    number(
        "together_price",
        "million USD/unit",
        "What one more unit would save in a year once those have room.",
        blank=True,
    ),
    PRICE_NOTE,
)
OWN_PRICES = (
    number(
        "shadow_price",
        "million USD/unit",
        "What one unit looser would save in a year, projects and ships as they are; undiscounted, blank when unknown.",
        blank=True,
    ),
    number("loss_price", "million USD/unit", "What one unit tighter would cost in a year.", blank=True),
    PRICE_NOTE,
)
UNPRICED = (float("nan"), float("nan"), float("nan"), "", float("nan"), "not worked out")
"""Cells of PRICES before anybody has worked them out."""
