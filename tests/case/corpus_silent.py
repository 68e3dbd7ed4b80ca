"""Inputs that used to be read in silence: cells without effect, words that do not go together, prices left out."""

from __future__ import annotations

from openpyxl import Workbook

from tests.case.corpus import Broken, Damage, put, together, wrong
from tests.case.small import FIRST_ROW, position


def shown_as(sheet: str, index: int, column: str, number: int, number_format: str) -> Damage:
    """Damage: a number in the place of a key, with a format that adds zeros or words."""

    def damage(book: Workbook) -> None:
        cell = book[sheet].cell(FIRST_ROW + index, position(sheet, column))
        cell.value, cell.number_format = number, number_format

    return damage


_SEGMENTS = together(put("Settings", 2, "setting", "value_of_time_segments"), put("Settings", 2, "value", 2))
_UNKNOWN = frozenset({"reference-unknown"})
_TOGETHER = put("ProjectRules", 0, "kind", "together")
_FAR = put("Settings", 2, "setting", "discount_base_year")
_LONG = together(
    put("Periods", 0, "years", 50),
    put("Periods", 1, "first_year", 2076),
    put("Periods", 1, "years", 50),
    put("Periods", 2, "first_year", 2126),
)

SILENT: list[Broken] = [
    # spending profiles: each part is read as any number of a cell is
    wrong("profile-broken", "Projects", 1, "spending_profile", "20,500; 79,500"),
    wrong("profile-broken", "Projects", 1, "spending_profile", "20; -5; 85"),
    wrong("profile-broken", "Projects", 1, "spending_profile", "50 50"),
    wrong("profile-broken", "Projects", 1, "spending_profile", "50; 50;"),
    # words
    wrong("word-reserved", "Seasons", 0, "season", "Year"),
    wrong("word-reserved", "Demand", 0, "demand", "empty boxes from B", also={"reference-unknown"}),
    wrong("word-reserved", "Demand", 1, "demand", "D1/2", _SEGMENTS),
    wrong("word-reserved", "Demand", 0, "group", "All demand"),
    wrong("word-reserved", "Commodities", 1, "commodity", "empty boxes", also={"reference-unknown"}),
    wrong("word-reserved", "Nodes", 0, "node", "any market", also={"reference-unknown"}),
    wrong("word-reserved", "Nodes", 0, "country", "-"),
    wrong("word-reserved", "Projects", 0, "country", "-"),
    wrong("word-reserved", "Projects", 0, "project", "buy feeder", also={"reference-unknown"}),
    wrong("word-reserved", "Links", 2, "route_group", "unserved", also={"change-no-row"}),
    wrong("word-reserved", "Scenarios", 1, "scenario", "all", also={"reference-unknown"}),
    wrong("word-reserved", "Scenarios", 2, "scenario", "Reference", also={"reference-unknown", "key-twice"}),
    wrong("key-separator", "Links", 2, "link", "L3; L4", also={"reference-unknown"}),
    wrong("key-separator", "Demand", 0, "group", "west; east"),
    wrong("word-twins", "Links", 1, "route_group", "middle"),
    wrong("word-twins", "Nodes", 1, "area", "caspian; ports"),
    wrong("word-twins", "Links", 1, "route_group", "Мiddle"),
    wrong("country-code", "Projects", 0, "country", "Azerbaijan"),
    wrong("country-code", "Projects", 0, "country", "az"),
    wrong("country-code", "Projects", 0, "country", "DE"),
    wrong("country-code", "Vessels", 0, "country", "Kazakstan"),
    wrong("country-code", "ProjectEffects", 0, "paid_by", "Japan", also={"value-unused"}),
    wrong("country-code", "ProjectEffects", 0, "paid_by", "Japan 60 %; Fund 40 %", also={"value-unused"}),
    wrong("country-code", "Nodes", 2, "country", "Georgia"),
    Broken("padded", "identifier-padded", "Nodes", "A4", shown_as("Nodes", 0, "node", 7, "000"), _UNKNOWN),
    Broken("prefixed", "identifier-padded", "Projects", "A4", shown_as("Projects", 0, "project", 7, '"P"0'), _UNKNOWN),
    # invisible characters
    *(
        wrong("text-cleaned", "Links", 0, "route_group", f"Mid{mark}dle", why=f"{ord(mark):x}")
        for mark in "\u00ad\u200f\u2060\ufe0f\u034f\u2066\u2063\u180b\U000e0061"
    ),
    wrong("text-cleaned", "Demand", 0, "group", "west\u2011east"),
    wrong("text-cleaned", "Demand", 0, "group", "west\u3164east"),
    wrong("value-missing", "Links", 0, "from_node", "\u3164\u2800\ufe0f"),
    wrong("alphabet-twins", "Nodes", 2, "node", "A\u2212B", put("Nodes", 0, "node", "A-B"), also={"reference-unknown"}),
    # cells that say nothing
    wrong("value-unused", "Budgets", 0, "scope", "KZ"),
    wrong("value-unused", "Projects", 0, "committed_opening", 2028),
    wrong("value-unused", "ProjectRules", 0, "lag_years", 2, _TOGETHER, also={"rules-contradict"}),
    wrong("value-unused", "ProjectEffects", 0, "effect_years", 5),
    wrong("value-unused", "ProjectEffects", 0, "partial_share", 0.5),
    wrong("value-unused", "ProjectEffects", 0, "transfer_share", 0.5),
    wrong("value-unused", "ProjectEffects", 0, "paid_by", "KZ"),
    wrong("value-unused", "Policies", 0, "links", "L1"),
    wrong("value-unused", "Policies", 1, "areas", "Caspian"),
    wrong("policy-per-window", "Policies", 0, "value_per", "window"),
    # prices, crossings, windows, years
    wrong("price-missing", "Links", 1, "container_cost", None, put("Links", 1, "tonne_cost", None)),
    wrong("emission-missing", "Links", 1, "co2_g_per_tkm", None, put("Links", 2, "co2_g_per_tkm", 26)),
    wrong("crossing-uncounted", "Links", 0, "from_node", "A", put("Nodes", 0, "area", None)),
    wrong("budget-years-open", "Budgets", 1, "first_year", 2028),
    wrong("budget-years-open", "Budgets", 1, "last_year", 2028),
    wrong("horizon-too-long", "Periods", 2, "years", 50, _LONG),
    wrong("discount-base-far", "Settings", 2, "value", 1900, _FAR),
    # figures in another unit
    wrong("above-maximum", "Budgets", 0, "amount", 250_000_000, also={"commitment-over-envelope"}),
    wrong("above-maximum", "Projects", 0, "capex", 250_000_000),
    wrong("above-maximum", "Vessels", 0, "purchase_cost", 15_000_000),
]  # fmt: skip
