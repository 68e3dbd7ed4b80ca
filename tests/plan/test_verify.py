"""The verifier on a right plan, and on the same plan with one figure of its tables spoilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.features import feature_parts
from model.plan.verify.verifier import FAMILIES, verify
from tests.plan.hand_plan import hand_plan

Tables = dict[str, pd.DataFrame]
Spoil = Callable[[Tables], None]


def failed(checks: pd.DataFrame) -> set[str]:
    """Names of the checks that did not pass."""
    return set(checks.loc[~checks["ok"], "check"])


def spoilt(*cells: tuple[str, Mapping[str, Any], str, Any]) -> Spoil:
    """Put a value into a column of the rows that match, for each (table, match, column, value)."""

    def spoil(tables: Tables) -> None:
        for name, match, column, value in cells:
            table = tables[name]
            rows = np.logical_and.reduce([(table[key] == wanted).to_numpy() for key, wanted in match.items()])
            assert rows.any(), f"no row of {name} matches {match}"
            cells_of = table[column].astype(object) if isinstance(value, str) else table[column].astype(float)
            tables[name] = table.assign(**{column: cells_of.mask(rows, value)})

    return spoil


def drop(name: str, **match: Any) -> Spoil:
    """Leave out the rows that match."""

    def spoil(tables: Tables) -> None:
        rows = np.logical_and.reduce([(tables[name][key] == wanted).to_numpy() for key, wanted in match.items()])
        assert rows.any()
        tables[name] = tables[name][~rows]

    return spoil


def add(name: str, *row: Any) -> Spoil:
    """One more row."""

    def spoil(tables: Tables) -> None:
        extra = pd.DataFrame([row], columns=tables[name].columns)
        tables[name] = pd.concat([tables[name], extra.astype(tables[name].dtypes.to_dict())], ignore_index=True)

    return spoil


def both(*spoils: Spoil) -> Spoil:
    """One after the other."""

    def spoil(tables: Tables) -> None:
        for each in spoils:
            each(tables)

    return spoil


def test_the_right_plan_passes() -> None:
    """
    Proves: every check passes on a plan added up by hand, with every column declared.
    If the verifier misread one rule of the contract: that check would fail here, or the hand arithmetic would.
    """
    case, tables, objective = hand_plan()
    checks = verify(case, tables, objective, {})
    assert list(checks.columns) == ["check", "detail", "worst", "tolerance", "unit", "ok"]
    assert failed(checks) == set(), checks.loc[~checks["ok"], ["check", "detail"]].to_string()
    assert checks["check"].is_unique
    assert (checks["worst"] <= checks["tolerance"]).all()


R1, R2, R3 = ({"route": key} for key in ("R1", "R2", "R3"))
OPEN_BERTH, OPEN_TRACK = {"project": "berth"}, {"project": "track"}

SPOILED: dict[str, tuple[Spoil, str]] = {
    # Routes.
    "a link that does not exist": (
        spoilt(("routes", R1, "links", "rail > ferry")),
        "routes name known links and nodes",
    ),
    "a node that does not exist": (
        spoilt(("routes", R1, "nodes", "West > Lake > East")),
        "routes name known links and nodes",
    ),
    "a leg too few": (spoilt(("routes", R1, "links", "rail")), "routes name known links and nodes"),
    "a link that joins other nodes": (
        spoilt(("routes", R2, "links", "rail"), ("routes", R2, "carriers", "rail 1520")),
        "routes are joined up",
    ),
    "a node twice by the same carrier": (
        spoilt(
            ("routes", R1, "nodes", "West > Sea > West > Sea > East"),
            ("routes", R1, "links", "rail > rail > rail > ship"),
        ),
        "routes pass no side of a node twice",
    ),
    "another carrier than the link's": (
        spoilt(("routes", R1, "carriers", "rail 1520 > road")),
        "routes state their carriers",
    ),
    "grain by road": (
        spoilt(
            ("routes", R3, "nodes", "East > West"), ("routes", R3, "links", "road"), ("routes", R3, "carriers", "road")
        ),
        "carriers take the cargo",
    ),
    "the wrong way round": (spoilt(("routes", R2, "nodes", "East > West")), "routes join origin and destination"),
    "an end too early": (
        spoilt(
            ("routes", R1, "nodes", "West > Sea"),
            ("routes", R1, "links", "rail"),
            ("routes", R1, "carriers", "rail 1520"),
        ),
        "routes join origin and destination",
    ),
    # Flow and demand.
    "negative flow": (spoilt(("route_flows", {**R1, "period": "2026"}, "flow", -1.0)), "flow is not negative"),
    "negative unserved": (
        spoilt(("demand_served", {"demand": "boxes east", "period": "2026"}, "unserved", -1.0)),
        "unserved is not negative",
    ),
    "flow that nobody asked for": (
        spoilt(("route_flows", {**R2, "period": "2026"}, "flow", 2.0)),
        "demand is met or unserved",
    ),
    "unserved twice counted": (
        spoilt(("demand_served", {"demand": "grain west", "period": "2027"}, "unserved", 1.0)),
        "demand is met or unserved",
    ),
    "a flow left out": (drop("route_flows", route="R3", period="2028"), "demand is met or unserved"),
    "a smaller demand": (
        spoilt(("demand_served", {"demand": "boxes east", "period": "2027"}, "amount", 9.0)),
        "demand_served table: amount",
    ),
    # Capacity.
    "too much on the ship": (
        spoilt(
            ("route_flows", {**R1, "period": "2027"}, "flow", 10.0),
            ("route_flows", {**R2, "period": "2027"}, "flow", 0.0),
        ),
        "capacity is not exceeded",
    ),
    "a berth fewer": (drop("investments", project="berth"), "capacity is not exceeded"),
    "a limit left out": (drop("capacities", asset="Sea", measure="kt"), "capacities table: base"),
    # Modules.
    "half a module": (spoilt(("investments", OPEN_BERTH, "modules", 0.5)), "modules are whole"),
    "a module of 0.99999": (spoilt(("investments", OPEN_BERTH, "modules", 0.99999)), "modules are whole"),
    "a module too many": (spoilt(("investments", OPEN_BERTH, "modules", 3.0)), "modules may be built"),
    "closing a module": (spoilt(("investments", OPEN_BERTH, "modules", -1.0)), "modules may be built"),
    "open before it can be built": (
        spoilt(("investments", OPEN_BERTH, "period", "2026")),
        "construction lies within the horizon",
    ),
    "committed a year late": (
        spoilt(("investments", OPEN_TRACK, "period", "2028")),
        "committed projects open as committed",
    ),
    "committed not built": (drop("investments", project="track"), "committed projects open as committed"),
    "required project missing": (drop("investments", project="track"), "project rules are kept"),
    # Money.
    "a berth a year early": (spoilt(("investments", OPEN_BERTH, "period", "2027")), "envelopes are not exceeded"),
    "spending in another year": (spoilt(("spending", OPEN_BERTH, "year", 2028)), "spending table"),
    "spending left out": (drop("spending", project="track"), "spending table"),
    "an envelope row left out": (drop("envelopes", last_year=2028), "envelopes table: amount"),
    "costs moved to another country": (
        spoilt(("costs", {"term": "capital", "year": 2027}, "country", "KZ")),
        "costs table: amount by country",
    ),
    "a cost of nothing": (
        add("costs", "toll", "Toll", 2026, "KZ", 1.0, 1.0),
        "costs table: amount by term and year",
    ),
    # Tables that are not whole.
    "no number for a flow": (spoilt(("route_flows", R1, "flow", float("nan"))), "tables are whole"),
    "endless capital": (spoilt(("investments", OPEN_BERTH, "capex", float("inf"))), "tables are whole"),
    "a row twice": (add("spending", "berth", 2027, "capital", 6.0), "tables are whole"),
    "an unknown project": (spoilt(("investments", OPEN_BERTH, "project", "harbour")), "tables are whole"),
    "an unknown period": (spoilt(("route_flows", R1, "period", "2031")), "tables are whole"),
    "a route that is not in the routes table": (drop("routes", route="R3"), "tables are whole"),
    "a flow under another demand": (spoilt(("route_flows", R1, "demand", "grain west")), "tables are whole"),
    "a table missing": (lambda tables: tables.__delitem__("emissions"), "tables are whole"),
    "a column missing": (
        lambda tables: tables.update(costs=tables["costs"].drop(columns="discounted")),
        "tables are whole",
    ),
}


@pytest.mark.parametrize("what", list(SPOILED))
def test_spoilt_tables_are_caught(what: str) -> None:
    """
    Proves: the plan with one thing spoilt fails at the check made for it.
    If the verifier took that figure on trust: a wrong plan would be reported as solved.
    """
    case, tables, objective = hand_plan()
    spoil, check = SPOILED[what]
    spoil(tables)
    assert check in failed(verify(case, tables, objective, {}))


DERIVED = {
    ("investments", "opening_year"): "investments table: opening_year",
    ("investments", "modules_in_service"): "investments table: modules_in_service",
    ("investments", "capex"): "investments table: capex", ("investments", "sunk"): "investments table: sunk",
    ("spending", "amount"): "spending table", ("envelopes", "amount"): "envelopes table: amount",
    ("envelopes", "spent"): "envelopes table: spent", ("capacities", "base"): "capacities table: base",
    ("capacities", "installed"): "capacities table: installed", ("capacities", "used"): "capacities table: used",
    ("capacities", "usable"): "capacities table: usable",
    ("capacities", "utilisation"): "capacities table: utilisation",
    ("route_flows", "flow_kteu"): "route_flows table: flow_kteu",
    ("route_flows", "flow_kt"): "route_flows table: flow_kt", ("route_flows", "share"): "route_flows table: share",
    ("route_flows", "unit_cost"): "route_flows table: unit_cost", ("routes", "length_km"): "routes table: length_km",
    ("routes", "days"): "routes table: days", ("routes", "cost_per_teu"): "routes table: cost_per_teu",
    ("link_flows", "boxes_kteu"): "link_flows table: kTEU", ("link_flows", "flow_kt"): "link_flows table: kt",
    ("node_flows", "boxes_kteu"): "node_flows table: kTEU", ("node_flows", "flow_kt"): "node_flows table: kt",
    ("demand_served", "amount"): "demand_served table: amount",
    ("demand_served", "served"): "demand_served table: served",
    ("demand_served", "unserved"): "demand is met or unserved",
    ("demand_served", "amount_kteu"): "demand_served table: amount_kteu",
    ("demand_served", "amount_kt"): "demand_served table: amount_kt",
    ("demand_served", "unserved_kt"): "demand_served table: unserved_kt", ("emissions", "co2_kt"): "emissions table",
}  # fmt: skip


@pytest.mark.parametrize("sign", [1.0, -1.0], ids=["more", "less"])
@pytest.mark.parametrize(("table", "column"), list(DERIVED))
def test_every_stated_figure_is_compared(table: str, column: str, sign: float) -> None:
    """
    Proves: one figure of any table off by a hundredth (of itself, at least 0.01), up or down in its last row, is found.
    If a column were not recomputed: the workbook could say anything there; if within one bound only: half of that.
    """
    case, tables, objective = hand_plan()
    values = tables[table][column].to_numpy(float).copy()
    values[-1] += sign * max(0.01, abs(values[-1]) / 100.0)
    tables[table] = tables[table].assign(**{column: values})
    assert DERIVED[table, column] in failed(verify(case, tables, objective, {}))


@pytest.mark.parametrize("term", ["capital", "upkeep", "salvage", "transport", "surcharge", "handling", "time", "co2"])
@pytest.mark.parametrize("column", ["amount", "discounted"])
def test_every_cost_term_is_recomputed(term: str, column: str) -> None:
    """
    Proves: one amount of one term in one year, 1 % too dear, is found.
    If a term were summed up without being recomputed: the costs table could carry a wrong one into the objective.
    """
    case, tables, objective = hand_plan()
    costs = tables["costs"]
    row = costs.index[costs["term"] == term][-1]
    costs.loc[row, column] *= 1.01
    assert f"costs table: {column} by term and year" in failed(verify(case, tables, objective, {}))


@pytest.mark.parametrize("objective", [None, 126.06, float("nan"), float("inf"), 0.0])
def test_a_wrong_objective_is_caught(objective: float | None) -> None:
    """
    Proves: an objective that is missing, no number or off by 0.0002 in 126 is refused; the right one is 126.059806.
    If only the tables were compared with each other: the solver's own figure could be anything.
    """
    case, tables, _ = hand_plan()
    assert failed(verify(case, tables, objective, {})) == {"objective is the sum of discounted costs"}


def test_differences_within_the_tolerance_pass() -> None:
    """
    Proves: a flow off by a ten-millionth of its size, as solvers leave them, passes everywhere.
    If figures were compared exactly: no plan of a real solver would pass.
    """
    case, tables, objective = hand_plan()
    tables["route_flows"] = tables["route_flows"].assign(flow=tables["route_flows"]["flow"] * (1.0 + 1e-7))
    assert failed(verify(case, tables, objective * (1.0 + 1e-7), {})) == set()


SWITCHED = {
    "capacity": ("a berth fewer", "capacity is not exceeded"),
    "envelopes": ("a berth a year early", "envelopes are not exceeded"),
    "project_rules": ("required project missing", "project rules are kept"),
    "committed": ("committed a year late", "committed projects open as committed"),
    "demand": ("unserved twice counted", "demand is met or unserved"),
}  # fmt: skip


@pytest.mark.parametrize("family", list(SWITCHED))
def test_a_family_that_is_off_is_not_checked(family: str) -> None:
    """
    Proves: with its family off the check of a spoilt plan passes, is still listed, and says why it was not made.
    If it were made all the same: plans without that constraint would be refused; if dropped: nobody would know.
    """
    what, check = SWITCHED[family]
    case, tables, objective = hand_plan()
    SPOILED[what][0](tables)
    assert check in failed(verify(case, tables, objective, {family: True}))
    checks = verify(case, tables, objective, {family: False}).set_index("check")
    assert bool(checks.loc[check, "ok"])
    assert f"'{family}' is switched off" in checks.loc[check, "detail"]
    assert family in {*FAMILIES, *feature_parts("recount")}  # those with a room of their own are found by the contract


def test_a_plan_without_anything() -> None:
    """
    Proves: empty tables are taken as they are: no flow and nothing unserved, so demand is not met; no crash.
    If empty tables broke the verifier: a run without flow would end in a traceback.
    """
    case, tables, _ = hand_plan()
    checks = verify(case, {name: table.iloc[:0] for name, table in tables.items()}, 0.0, {})
    assert "demand is met or unserved" in failed(checks)


def test_messages_name_the_place() -> None:
    """
    Proves: the detail of a failed check names asset, period and both figures.
    If it gave only a number: nobody could find the fault.
    """
    case, tables, objective = hand_plan()
    SPOILED["too much on the ship"][0](tables)
    checks = verify(case, tables, objective, {}).set_index("check")
    detail = checks.loc["capacity is not exceeded", "detail"]
    assert detail == "1 of 15 wrong; worst: link ship, both, 2027, year: 15 kTEU used, 12 usable of 12 installed"
    assert checks.loc["capacity is not exceeded", "worst"] == pytest.approx(3.0)
    assert checks.loc["capacity is not exceeded", "tolerance"] == pytest.approx(12e-6)
