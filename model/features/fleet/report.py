"""What the fleet shows: the sheets Fleets and Sailings, and a table on the page."""

from __future__ import annotations

import numpy as np

from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.markup import Markup
from model.reports.page.parts import Head, table
from model.reports.workbook.sheet import Column, ReportSheet

SHOWN = ("fleets", "sailings")
ASSIGNED = "Ships that the plan assigns to services. They may make fewer trips than they could: Sailings has both."
MADE = "Where trips cost nothing: those that the fullest leg needs, as laden as depth allows."
POSSIBLE = "By these ships and idle ones of their type, weather counted."
STATES = "all assigned: every ship of the type serves on a line; some idle; no ships."


def sheets(facts: Facts) -> list[ReportSheet]:
    """Those of the two that have something to say."""
    return [sheet for sheet in (_fleets_sheet(facts), _sailings_sheet(facts)) if len(sheet.frame)]


def _names(facts: Facts, column: str) -> dict[str, str]:
    """Key → name of vessels or services, the key where there is no name."""
    sheet = {"vessel": "Vessels", "service": "Services"}[column]
    given = facts.case.table(sheet)
    if "name" not in given:
        return {}
    return {str(key): str(name or key) for key, name in zip(given[column], given["name"], strict=True)}


def _fleets_sheet(facts: Facts) -> ReportSheet:
    """Ships of each type: at the start, added, assigned, idle."""
    frame = facts.table("fleets").copy()
    names = _names(facts, "vessel")
    frame["name"] = [names.get(str(key), str(key)) for key in frame["vessel"]]
    for column in ("existing", "added", "assigned"):
        frame[column] = frame[column].astype(float)
    frame["fleet"] = frame["existing"] + frame["added"]
    frame["idle"] = frame["fleet"] - frame["assigned"]
    sailing = np.where(frame["idle"] < 0.5, "all assigned", "some idle")
    frame["state"] = np.where(frame["fleet"] < 0.5, "no ships", sailing)
    columns = (
        Column("vessel", "Vessel type"),
        Column("name", "Name", width=30),
        Column("period", "Period", "period"),
        Column("existing", "At the start", "integer", "ships"),
        Column("added", "Added", "integer", "ships", meaning="By purchases and by projects, in service by then."),
        Column("fleet", "Fleet", "integer", "ships", formula="{existing}+{added}"),
        Column("assigned", "Assigned to services", "integer", "ships", meaning=ASSIGNED),
        Column("idle", "Idle", "integer", "ships", formula="{fleet}-{assigned}"),
        Column("state", "State", "word", meaning=STATES),
    )
    return ReportSheet(
        "Fleets", "Ships: how many there are, how many are assigned", "Whole ships by type and period.", columns,
        frame.reset_index(drop=True), group="Corridor", rank=1, key_columns=2,
    )  # fmt: skip


def _sailings_sheet(facts: Facts) -> ReportSheet:
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
        Column("trips", "Round trips made", "number", meaning=MADE),
        Column("most_trips", "Round trips possible", "number", meaning=POSSIBLE),
        Column("use", "Used", "share", "%", formula="IF({most_trips}>0,{trips}/{most_trips},0)"),
        Column("payload_share", "Payload that depth allows", "share", "% of full draught"),
        Column("fuel_t", "Fuel", "number", "t"),
    )
    return ReportSheet(
        "Sailings", "What the ships do", "Trips of the season. An assigned ship may hardly sail.", columns,
        frame.reset_index(drop=True), group="Corridor", rank=2, heat=("use",),
    )  # fmt: skip


def panels(facts: Facts) -> list[Markup]:
    """Ships assigned to services, by type and period."""
    frame = _fleets_sheet(facts).frame
    if frame.empty:
        return []
    ships = {(row.name, row.period): row for row in rows(frame)}
    names = [name for name in dict.fromkeys(frame["name"]) if any(ships[name, p].fleet > 0.5 for p in facts.periods)]
    heads = [Head("Ships"), *(Head(period, figures=True) for period in facts.periods)]
    lines = [
        [name, *(f"{ships[name, p].assigned:.0f} of {ships[name, p].fleet:.0f}" for p in facts.periods)]
        for name in names
    ]
    caption = "Ships assigned to services, of those there are; how many of their trips they make: sheet Sailings"
    return [table(heads, lines, caption)]
