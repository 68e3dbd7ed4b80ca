"""Sheets of what only some cases have: Fleets, Sailings, Empties, Policies, Congestion."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.reports.analysis.policies import policy_states
from model.reports.facts import Facts
from model.reports.workbook.sheet import Column, ReportSheet


def operations_sheets(facts: Facts) -> list[ReportSheet]:
    """Those of the five that have something to say."""
    makers = (fleets_sheet, sailings_sheet, empties_sheet, policies_sheet, congestion_sheet)
    return [sheet for sheet in (maker(facts) for maker in makers) if len(sheet.frame)]


def _names(facts: Facts, column: str) -> dict[str, str]:
    """Key → name of vessels or services, the key where there is no name."""
    sheet = {"vessel": "Vessels", "service": "Services"}[column]
    table = facts.case.table(sheet)
    if "name" not in table:
        return {}
    return {str(key): str(name or key) for key, name in zip(table[column], table["name"], strict=True)}


def fleets_sheet(facts: Facts) -> ReportSheet:
    """Ships of each type: at the start, added, assigned, idle."""
    frame = facts.table("fleets").copy()
    names = _names(facts, "vessel")
    frame["name"] = [names.get(str(key), str(key)) for key in frame["vessel"]]
    for column in ("existing", "added", "assigned"):
        frame[column] = frame[column].astype(float)
    frame["fleet"] = frame["existing"] + frame["added"]
    frame["idle"] = frame["fleet"] - frame["assigned"]
    sailing = np.where(frame["idle"] < 0.5, "all at sea", "some idle")
    frame["state"] = np.where(frame["fleet"] < 0.5, "no ships", sailing)
    columns = (
        Column("vessel", "Vessel type"),
        Column("name", "Name", width=30),
        Column("period", "Period", "period"),
        Column("existing", "At the start", "integer", "ships"),
        Column("added", "Added", "integer", "ships", meaning="By purchases and by projects, in service by then."),
        Column("fleet", "Fleet", "integer", "ships", formula="{existing}+{added}"),
        Column("assigned", "Assigned to services", "integer", "ships"),
        Column("idle", "Idle", "integer", "ships", formula="{fleet}-{assigned}"),
        Column("state", "State", "word"),
    )
    return ReportSheet(
        "Fleets", "Ships: how many there are, how many sail", "Whole ships by type and period.", columns,
        frame[[column.name for column in columns]].reset_index(drop=True), group="Corridor", key_columns=2,
    )  # fmt: skip


def sailings_sheet(facts: Facts) -> ReportSheet:
    """Services that have ships or make trips, by period and season."""
    frame = facts.table("sailings").copy()
    for column in ("ships", "trips", "most_trips", "payload_share", "fuel_t"):
        frame[column] = frame[column].astype(float)
    frame = frame[(frame["ships"] > 0.5) | (frame["trips"] > 1e-6)].copy()
    frame["between"] = frame["link"].map(facts.names.link)
    pairs = zip(frame["trips"], frame["most_trips"], strict=True)
    frame["use"] = [trips / most if most > 1e-9 else 0.0 for trips, most in pairs]
    columns = (
        Column("service", "Service", width=34),
        Column("between", "Link", width=38),
        Column("vessel", "Vessel type", width=24),
        Column("period", "Period", "period"),
        Column("season", "Season"),
        Column("ships", "Ships", "integer"),
        Column("trips", "Round trips made", "number"),
        Column("most_trips", "Round trips possible", "number", meaning="By the ships assigned, weather counted."),
        Column("use", "Used", "share", "%", formula="IF({most_trips}>0,{trips}/{most_trips},0)"),
        Column("payload_share", "Payload that depth allows", "share", "% of full draught"),
        Column("fuel_t", "Fuel", "number", "t"),
    )
    return ReportSheet(
        "Sailings", "What the ships do", "Services with ships or trips; trips of the season.", columns,
        frame[[column.name for column in columns]].reset_index(drop=True), group="Corridor", heat=("use",),
        key_columns=1,
    )  # fmt: skip


def empties_sheet(facts: Facts) -> ReportSheet:
    """Containers in and out of each market, seasons added up."""
    amounts = ["full_in", "full_out", "empty_in", "empty_out", "hired", "handed_in"]
    table = facts.table("boxes").astype(dict.fromkeys(amounts, float))
    frame = table.groupby(["node", "period"], sort=False, as_index=False)[amounts].sum()
    frame["name"] = frame["node"].map(facts.names.node)
    frame["open"] = frame[["full_in", "empty_in", "hired"]].sum(axis=1)
    frame["open"] -= frame[["full_out", "empty_out", "handed_in"]].sum(axis=1)
    frame["open"] = frame["open"].round(6) + 0.0  # and no -0.0
    columns = (
        Column("node", "Market"),
        Column("name", "Name", width=36),
        Column("period", "Period", "period"),
        Column("full_in", "Full in", "number", "kTEU/year"),
        Column("full_out", "Full out", "number", "kTEU/year"),
        Column("empty_in", "Empty in", "number", "kTEU/year"),
        Column("empty_out", "Empty out", "number", "kTEU/year"),
        Column("hired", "Hired there", "number", "kTEU/year"),
        Column("handed_in", "Handed in there", "number", "kTEU/year"),
        Column(
            "open", "Left over", "number", "kTEU/year", meaning="In and hired less out and handed in: 0 in balance.",
            formula="ROUND({full_in}+{empty_in}+{hired}-{full_out}-{empty_out}-{handed_in},6)",
        ),
    )  # fmt: skip
    return ReportSheet(
        "Empties", "Containers at the markets", "Seasons added up. Empties that nobody moves are handed in and hired.",
        columns, frame[[column.name for column in columns]], group="Corridor", key_columns=2,
    )  # fmt: skip


def policies_sheet(facts: Facts) -> ReportSheet:
    """Each policy by period: counted, limit, room, whether it binds."""
    frame = facts.once(policy_states)
    columns = (
        Column("policy", "Policy", width=34),
        Column("kind", "Kind"),
        Column("period", "Period", "period"),
        Column("counted", "Counted", "fine", "in the unit"),
        Column("sense", "Must be"),
        Column("limit", "Limit", "fine", "in the unit", meaning="Blank where a budget of several years counts."),
        Column("unit", "Unit", width=14),
        Column("room", "Room left", "fine", "in the unit", meaning="Distance from the limit; 0 when it binds."),
        Column("state", "State", "word"),
    )
    return ReportSheet(
        "Policies", "Policies: kept, binding or missed", "Binding: at the limit, so that the policy costs something.",
        columns, frame[[column.name for column in columns]], group="Corridor",
    )  # fmt: skip


def congestion_sheet(facts: Facts) -> ReportSheet:
    """Where and when more is carried than runs freely."""
    frame = facts.table("congestion").astype({"excess": float, "threshold": float})
    frame = frame[frame["excess"] > 1e-6].copy()
    keys = list(zip(frame["asset_kind"], frame["asset"], strict=True))
    frame["name"] = [facts.names.asset(kind, asset) for kind, asset in keys]
    columns = (
        Column("name", "Place", width=38),
        Column("period", "Period", "period"),
        Column("season", "Season"),
        Column("direction", "Direction"),
        Column("threshold", "Delays set in at", "share", "% of usable"),
        Column("excess", "Carried above that", "fine", "in the measure"),
        Column("measure", "Measure"),
    )
    return ReportSheet(
        "Congestion", "Where congestion delays cargo", "Amounts of the season above each threshold.", columns,
        pd.DataFrame(frame[[column.name for column in columns]]).reset_index(drop=True), group="Corridor",
    )  # fmt: skip
