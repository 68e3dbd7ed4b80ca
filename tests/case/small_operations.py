"""The small case's sheets of operations.xlsx, of shippers' choice, and Optimism, in sheet units."""

from __future__ import annotations

from typing import Any

OPERATIONS: dict[str, list[dict[str | int, Any]]] = {
    "Optimism": [{"project_class": "port", "capex_uplift": 0.2, "delay_years": 0}],
    "Seasons": [
        {"season": "summer", "share_of_year": 0.75, "demand_share": 0.8},
        {"season": "winter", "share_of_year": 0.25, "demand_share": 0.2},
    ],
    "Availability": [{"asset_kind": "link", "asset": "L1", "season": "winter", "availability": 0.6}],
    "Vessels": [
        {
            "vessel": "feeder", "country": "KZ", "existing": 2, "payload_kteu": 225, "payload_kt": 4500,
            "purchase_cost": 15, "delivery_years": 1, "maximum_purchases": 3, "yearly_cost": 1.2,
        }
    ],
    "Services": [{"service": "S1", "link": "L1", "vessel": "feeder", "round_trip_days": 5.5, "depth_node": "B"}],
    "WaterLevels": [{"node": "B", 2026: 0, 2030: 1.5}],
    "Boxes": [{"node": "C", "pick_up_cost": 300, "drop_off_cost": 200}],
    "Congestion": [{"asset_kind": "node", "asset": "B", "measure": "kTEU", "threshold": 0.8, "delay_days": 3}],
    "Outages": [{"asset_kind": "link", "asset": "L3", "season": "winter", "first_year": 2029}],
    "Policies": [
        {"policy": "share of B", "kind": "area share", "areas": "Caspian", "sense": "<=", "value": 0.9},
        {"policy": "floor", "kind": "link flow", "links": "L1", "measure": "kTEU", "sense": ">=", "value": 10},
    ],
    "Families": [{"family": "Middle", "markers": "L1"}, {"family": "Other", "markers": "L3"}],
    "Choice": [
        {"market": "A-C", "family": "Middle", "constant": 300, "spread": 1000, "nest": "land", "nest_spread": 600},
        {"market": "A-C", "family": "Other", "nest": "land"},
        {"market": "A-C", "family": "outside", "constant": 9000},
    ],
    "Futures": [
        {
            "factor": "demand", "kind": "figure", "sheet": "Demand", "column": "years", "operation": "multiply",
            "low": 0.8, "high": 1.2, "correlates_with": "shut", "correlation": -0.3, "source": "S1",
        },
        {"factor": "shut", "kind": "event", "scenario": "shut", "probability": 0.25, "source": "S1"},
        {"factor": "as planned", "kind": "scenario", "scenario": "reference", "probability": 0.7, "source": "S1"},
        {"factor": "shut for good", "kind": "scenario", "scenario": "shut", "probability": 0.3, "source": "S1"},
    ],
    "History": [
        {
            "year": 2023, "sheet": "Links", "match_column": "Link", "match_value": "L1", "column": "Cost per TEU",
            "operation": "multiply", "value": 0.8, "source": "S1",
        }
    ],
    "Observed": [
        {
            "observation": "O1", "name": "Counted", "asset_kind": "link", "assets": "L1; L2", "measure": "kTEU",
            "year": 2025, "value": 77,
        }
    ],
}  # fmt: skip
