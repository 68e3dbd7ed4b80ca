"""Scenario changes that mean nothing, change nothing or make the case wrong."""

from __future__ import annotations

from typing import Any

from tests.case.corpus import Broken, address, put, together

_LINKS = {"sheet": "Links", "match_column": "Link", "match_value": "L1", "column": "Container capacity"}
_SET = {"operation": "set", "value": 60, "from_year": None}
_SETTING: dict[str, Any] = {
    "sheet": "Settings",
    "match_column": "Setting",
    "match_value": "co2_price",
    "column": "Value",
}


def change(code: str, blamed: str, also: tuple[str, ...] = (), **record: Any) -> Broken:
    """The first change of the small case (scenario 'shut') with other contents."""
    full = {**_LINKS, **_SET, **record}
    damages = [put("ScenarioChanges", 0, column, value) for column, value in full.items()]
    name = f"{code}-{'-'.join(f'{key}={value}' for key, value in record.items())}"
    return Broken(
        name, code, "ScenarioChanges", address("ScenarioChanges", 0, blamed), together(*damages), frozenset(also)
    )


SCENARIOS: list[Broken] = [
    change("change-sheet", "sheet", sheet="Link"),
    change("change-sheet", "sheet", sheet="Harbours"),
    change("change-sheet", "sheet", sheet="Sources"),
    change("change-sheet", "sheet", sheet="ScenarioChanges"),
    change("change-column", "column", column="Containers capacity"),
    change("change-column", "column", column="Link"),
    change("change-column", "match_column", match_column="Lnk"),
    change("change-column", "match_column", match_column=None),
    change("change-column", "column", sheet="Demand", match_column="Demand", match_value="D1", column="2031"),
    change("change-column", "column", **{**_SETTING, "column": "Unit"}),
    change("change-no-row", "match_value", match_value="L11"),
    change("change-no-row", "match_value", match_value="L1; M*"),
    change("change-no-row", "match_value", match_column="Carrier", match_value="train"),
    change("change-no-row", "match_value", **{**_SETTING, "match_value": "co2_prise"}),
    change("change-nothing", "value", value=50),
    change("change-nothing", "value", operation="multiply", value=1),
    change("change-nothing", "value", operation="add", value=0),
    change("change-nothing", "value", match_value="L3", operation="multiply", value=2),
    change("change-nothing", "value", match_value="L3", operation="set", value="blank"),
    change("change-nothing", "value", value=50, from_year=2028),
    change("change-nothing", "from_year", from_year=2031),
    change("change-nothing", "value", **{**_SETTING, "value": 20}),
    change(
        "change-nothing",
        "value",
        sheet="Demand",
        match_column="Demand",
        match_value="D2",
        column="years",
        operation="multiply",
        value=1,
        from_year=2028,
    ),
    change("change-operation", "operation", column="Route group", operation="add", value=1),
    change("change-operation", "operation", column="Both ways", operation="multiply", value=2),
    change("change-value", "value", value="plenty"),
    change("change-value", "value", operation="multiply", value="-50 %"),
    change("change-value", "value", operation="multiply", value="+20 %"),
    change("change-value", "value", operation="multiply", value="1e308"),
    change("change-year", "last_year", last_year=2020),
    change("change-year", "last_year", from_year=2028, last_year=2027),
    change("change-year", "last_year", column="Name", value="x", last_year=2027),
    change("change-year", "last_year", **{**_SETTING, "last_year": 2027}),
    change("change-value", "value", operation="multiply", value="twice"),
    change("change-value", "value", column="Both ways", value="perhaps"),
    change("change-value", "value", column="Length", value="blank"),
    change("change-value", "value", column="Capacity is", value="neither"),
    change("change-value", "value", **{**_SETTING, "match_value": "seed", "operation": "multiply", "value": 0.3}),
    change("number-ambiguous", "value", value="1,250"),
    change(
        "change-year",
        "from_year",
        sheet="Budgets",
        match_column=None,
        match_value=None,
        column="Amount",
        from_year=2028,
    ),
    change("change-year", "from_year", **_SETTING, from_year=2028),
    change("change-year", "from_year", column="Carrier", value="rail", from_year=2028),
    change(
        "change-year", "column", sheet="Demand", match_column="Demand", match_value="D1", column=2030, from_year=2028
    ),
    # the changed case is checked like the base
    change("below-minimum", "value", value=-5),
    change("below-minimum", "value", operation="add", value=-60),
    change("below-minimum", "value", value=-5, from_year=2028),
    change("above-maximum", "value", sheet="Nodes", match_column="Node", match_value="A", column="Latitude", value=95),
    change("reference-unknown", "value", column="Carrier", value="trian"),
    change("share-percent", "value", **{**_SETTING, "match_value": "discount_rate", "value": 7}),
    change(
        "below-minimum",
        "value",
        sheet="Demand",
        match_column="Demand",
        match_value="D1",
        column="years",
        operation="add",
        value=-200,
    ),
    change(
        "committed-year",
        "value",
        sheet="Projects",
        match_column="Project",
        match_value="P2",
        column="Committed opening",
        value="blank",
    ),
    change(
        "commitment-over-envelope",
        "value",
        ("project-impossible",),
        sheet="Budgets",
        match_column="Envelope",
        match_value="all",
        column="Amount",
        value=3,
    ),
    change("same-ends", "value", column="To", value="A"),
    change(
        "policy-unreachable",
        "value",
        sheet="Policies",
        match_column="Policy",
        match_value="floor",
        column="Value",
        value=400,
    ),
]
