"""The verifier on the right plan of a case with one figure or limit changed: every figure of the sheets is read."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.schema import SHEETS
from model.plan.verify.verifier import verify
from tests.minis import budget, rule
from tests.plan.hand_plan import hand_plan
from tests.plan.test_verify import failed


def changed(case: Case, sheet: str, column: str, value: Any, key: str | None = None) -> Case:
    """The case with a value in one column, in the row of that key or in all."""
    table = case.table(sheet).copy()
    rows = table.iloc[:, 0] == key if key else pd.Series(True, index=table.index)
    assert rows.any()
    table[column] = table[column].mask(rows, value) if not isinstance(value, bool) else value
    return case.with_tables(**{sheet: table})


def with_rows(case: Case, sheet: str, *records: Any) -> Case:
    """The case with a sheet of these records."""
    return case.with_tables(**{sheet: canonical_table(SHEETS[sheet], records)})


LIMITS: dict[str, tuple[str, str, Any, str | None, str]] = {
    "link, shared": ("Links", "capacity_kteu", 11.9, "ship", "capacity is not exceeded"),
    "link, each way": ("Links", "capacity_kt", 99.0, "rail", "capacity is not exceeded"),
    "node, containers": ("Nodes", "capacity_kteu", 11.9, "Sea", "capacity is not exceeded"),
    "node, tonnes": ("Nodes", "capacity_kt", 169.0, "Sea", "capacity is not exceeded"),
    "shared instead of each": ("Links", "capacity_direction", "both", "rail", "capacities table: used"),
    "one way": ("Links", "both_ways", False, None, "routes go the right way"),
    "no transfer": ("Nodes", "transfer_allowed", False, None, "transfers are allowed"),
    "no containers": ("Carriers", "accepts_container", False, None, "carriers take the cargo"),
    "no dry bulk": ("Carriers", "accepts_dry_bulk", False, None, "carriers take the cargo"),
    "latest opening": ("Projects", "latest_opening", 2027.0, "berth", "projects open in their time"),
    "earliest opening": ("Projects", "earliest_opening", 2029.0, "berth", "projects open in their time"),
    "longer construction": ("Projects", "construction_years", 3.0, "berth", "construction lies within the horizon"),
    "excluded project": ("Projects", "status", "excluded", "berth", "modules may be built"),
    "finished project": ("Projects", "status", "baseline", "berth", "modules may be built"),
    "committed elsewhere": ("Projects", "committed_opening", 2028.0, "track", "committed projects open as committed"),
    "more demand": ("Demand", "market_size", 0.9, None, "demand is met or unserved"),
    "demand between years": ("Demand", "2028", 14.0, "boxes east", "demand is met or unserved"),
    "origin": ("Demand", "origin", "Sea", "boxes east", "routes join origin and destination"),
    "effect": ("ProjectEffects", "added_kteu", 3.0, "berth", "capacity is not exceeded"),
    "budget": ("Budgets", "amount", 5.0, None, "envelopes are not exceeded"),
    "carry-over": ("Budgets", "carry_over", False, None, "envelopes table: amount"),
}  # fmt: skip


@pytest.mark.parametrize("what", list(LIMITS))
def test_limits_of_the_sheets_hold(what: str) -> None:
    """
    Proves: the right plan breaks a limit made narrower in the sheets, at the check made for it (12 kTEU on a ship of
    11.9, 10.5 spent of 2 x 5, …).
    If that column were not read: the plan would still pass.
    """
    case, tables, objective = hand_plan()
    sheet, column, value, key, check = LIMITS[what]
    narrower = changed(case, sheet, int(column) if column.isdigit() else column, value, key)  # type: ignore[arg-type]
    assert check in failed(verify(narrower, tables, objective, {}))


FIGURES: tuple[tuple[str, str, Any, str | None, str], ...] = (
    ("Links", "container_cost", 1.1, "rail", "transport"),
    ("Links", "tonne_cost", 0.04, "rail", "transport"),
    ("Costs", "tonne_cost", 0.05, None, "transport"),
    ("Links", "surcharge", 0.3, "ship", "surcharge"),
    ("Nodes", "transfer_cost", 0.3, "Sea", "handling"),
    ("Nodes", "terminal_cost", 0.3, "West", "handling"),
    ("Links", "days_block", 2.5, "rail", "time"),
    ("Links", "days_regular", 2.5, "ship", "time"),
    ("Nodes", "transfer_days_block", 2.5, "Sea", "time"),
    ("Nodes", "terminal_days_block", 2.5, "West", "time"),
    ("Demand", "value_of_time", 0.06, "boxes east", "time"),
    ("Commodities", "value_of_time", 0.06, "grain", "time"),
    ("Demand", "service", "regular", "boxes east", "time"),
    ("Links", "length_km", 900.0, "rail", "co2"),
    ("Links", "co2_g_per_tkm", 11.0, "ship", "co2"),
    ("Commodities", "tonnes_per_teu", 11.0, "boxes", "co2"),
    ("Periods", "co2_price", 0.06, None, "co2"),
    ("Projects", "capex", 6.5, "berth", "capital"),
    ("Projects", "construction_years", 1.0, "track", "capital"),
    ("Projects", "upkeep", 0.6, "berth", "upkeep"),
    ("Projects", "life_years", 20.0, "berth", "salvage"),
    ("Projects", "life_years", 20.0, "track", "salvage"),
)


@pytest.mark.parametrize(("sheet", "column", "value", "key", "term"), FIGURES)
def test_prices_of_the_sheets_are_read(sheet: str, column: str, value: Any, key: str | None, term: str) -> None:
    """
    Proves: each price, time, length and factor of the sheets enters its own cost term: changed there, the costs table
    and the objective no longer agree, and the first wrong term is that one.
    If a figure were not read: nothing would fail.
    """
    case, tables, objective = hand_plan()
    checks = verify(changed(case, sheet, column, value, key), tables, objective, {}).set_index("check")
    assert not checks.loc["costs table: amount by term and year", "ok"]
    assert not checks.loc["objective is the sum of discounted costs", "ok"]
    assert f"worst: {term}," in checks.loc["costs table: amount by term and year", "detail"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("discount_rate", 0.06), ("discount_base_year", 2025), ("salvage", "none"), ("default_life_years", 25)]
    + [("co2_price", 0.06)],
)
def test_settings_are_read(name: str, value: Any) -> None:
    """
    Proves: each setting that enters the money is read from the case.
    If it were not: the objective would still agree.
    """
    case, tables, objective = hand_plan()
    checks = verify(case.with_settings(**{name: value}), tables, objective, {})
    assert "objective is the sum of discounted costs" in failed(checks)


@pytest.mark.parametrize("own", [True, False])
def test_unserved_is_charged(own: bool) -> None:
    """
    Proves: 1 kTEU left in 2026 instead of sent by road costs its commodity's penalty (15), else the setting's (20).
    If the penalty were not recomputed: the costs table, here without any, would pass.
    """
    case, tables, objective = hand_plan()
    if own:
        case = changed(case, "Commodities", "unserved_penalty", 15.0, "boxes")
    served = tables["demand_served"]
    row = served.index[(served["demand"] == "boxes east") & (served["period"] == "2026")][0]
    served.loc[row, ["served", "unserved", "unserved_kt"]] = [7.0, 1.0, 10.0]
    flows = tables["route_flows"]
    tables["route_flows"] = flows[~((flows["route"] == "R2") & (flows["period"] == "2026"))]
    checks = verify(case, tables, objective, {}).set_index("check")
    assert checks.loc["demand is met or unserved", "ok"]
    detail = checks.loc["costs table: amount by term and year", "detail"]
    assert f"unserved, 2026: 0 stated, {15 if own else 20} recomputed" in detail


RULES = {
    "requires with a lag of two years": (rule("R", "berth requires track", 2), False),
    "requires with a lag of one year": (rule("R", "berth requires track", 1), True),
    "requires the later one": (rule("R", "track requires berth"), False),
    "excludes": (rule("R", "berth excludes track"), False), "together": (rule("R", "berth together track"), False),
}  # fmt: skip


@pytest.mark.parametrize("what", list(RULES))
def test_rules_of_every_kind(what: str) -> None:
    """
    Proves: with the track open from 2027 and the berth from 2028, 'requires' holds up to a lag of one year; 'requires'
    the other way round, 'excludes' and 'together' do not.
    If a kind or the lag were not read: the wrong ones would pass.
    """
    case, tables, objective = hand_plan()
    written, kept = RULES[what]
    checks = failed(verify(with_rows(case, "ProjectRules", written), tables, objective, {}))
    assert ("project rules are kept" not in checks) is kept


SPAN = (2026, 2028)
ENVELOPES = {
    "all, once": (budget("all", SPAN, 10.4, amount_per="window"), False),
    "all, once, enough": (budget("all", SPAN, 10.5, amount_per="window"), True),
    "all, a year": (budget("all", SPAN, 5.9), False), "all, a year, enough": (budget("all", SPAN, 6.0), True),
    "country": (budget("all", SPAN, 5.9, scope_kind="country", scope="AZ"), False),
    "another country": (budget("all", SPAN, 4.6, scope_kind="country", scope="KZ"), True),
    "class": (budget("all", SPAN, 5.9, scope_kind="class", scope="rail"), False),
    "another class": (budget("all", SPAN, 0.0, scope_kind="class", scope="port"), True),
    "tag of none": (budget("all", SPAN, 0.0, scope_kind="tag", scope="Caspian"), True),
    "funder of half the berth": (budget("all", SPAN, 2.9, scope_kind="funder", scope="Bank"), False),
    "funder of half the berth, enough": (budget("all", SPAN, 3.0, scope_kind="funder", scope="Bank"), True),
    "years outside": (budget("all", (2028, 2028), 0.0), True),
}  # fmt: skip


@pytest.mark.parametrize("what", list(ENVELOPES))
def test_envelopes_of_every_kind(what: str) -> None:
    """
    Proves: 4.5 paid for the track (KZ, rail) in 2026 and 6 for the berth (AZ, rail) in 2027 fit an envelope or not, by
    its scope, its years and whether the amount is per year or once.
    If the scope or the reading of the amount were wrong: a plan over budget would pass.
    """
    case, tables, objective = hand_plan()
    written, kept = ENVELOPES[what]
    case = with_rows(case, "Funding", {"project": "berth", "funder": "Bank", "share": 0.5})
    checks = failed(verify(with_rows(case, "Budgets", written), tables, objective, {}))
    assert ("envelopes are not exceeded" not in checks) is kept
