"""Checks of the sheet Decisions: each row is about something that is free to open, in years in which it can."""

from __future__ import annotations

from typing import Any

from model.case.checks.project_logic import CANDIDATE, EXCLUDED, optimism_delays
from model.case.checks.tables import Tables, horizon
from model.case.text import did_you_mean

BUY = "buy "


def check_decisions(tables: Tables) -> None:
    """Projects, years and modules of each row."""
    if tables["Decisions"].empty or not tables.sound("Projects", "project", "status"):
        return
    known = _free(tables)
    first, last = horizon(tables)
    columns = ("project", "decision", "modules", "from_year", "last_year")
    for row, name, decision, modules, begin, end in tables.rows("Decisions", *columns):
        if name is None or decision is None or ("Decisions", row) in tables.unsound_rows:
            continue
        if name not in known:
            _remark_project(tables, row, name, known)
            continue
        begin = first if begin != begin else begin
        blame = "from_year" if end != end else "last_year"
        end = last if end != end else end
        if end < begin or end < first or begin > last:
            text = f"No year of the plan ({first:.0f}–{last:.0f}) lies between {begin:.0f} and {end:.0f}."
            tables.remark("decision-years", "Decisions", row, blame, text, int(end))
            continue
        status, most, building, earliest = known[name]
        ready = max(first + building, earliest)
        if status != CANDIDATE and (decision == "in") == (status == EXCLUDED):
            text = f"{name} has the status '{status}', which says otherwise. Change its status, or drop the row."
            tables.remark("decision-settled", "Decisions", row, "project", text, name)
        elif status != CANDIDATE:
            continue  # the status says the same
        elif decision == "in" and end < ready:
            text = f"{name} can open in {ready:.0f} at the earliest, and so not by {end:.0f}."
            tables.remark("decision-years", "Decisions", row, blame, text, int(end))
        elif modules > most:
            text = f"{name} has {most:.0f} modules at most (Maximum modules)."
            tables.remark("decision-modules", "Decisions", row, "modules", text, int(modules))
        elif decision == "out" and modules == modules:
            text = "What does not open has no modules: leave the cell empty, or write 'in'."
            tables.remark("decision-modules", "Decisions", row, "modules", text, int(modules))


def _free(tables: Tables) -> dict[str, tuple[str, float, float, float]]:
    """Project or purchase → its status, most modules, years to build, earliest year (0 when blank)."""
    delays = optimism_delays(tables)
    columns = ("project", "status", "maximum_modules", "construction_years", "earliest_opening", "project_class")
    found = {}
    for _, name, status, most, building, earliest, kind in tables.rows("Projects", *columns):
        years = building + (delays.get(kind, 0.0) if status == CANDIDATE else 0.0)
        found[str(name)] = (str(status), most, years, earliest if earliest == earliest else 0.0)
    ships = ("vessel", "maximum_purchases", "delivery_years", "earliest_delivery", "purchase_cost")
    for _, name, most, building, earliest, cost in tables.rows("Vessels", *ships):
        if most > 0 and cost == cost:
            found[f"{BUY}{name}"] = (CANDIDATE, most, building, earliest if earliest == earliest else 0.0)
    return found


def _remark_project(tables: Tables, row: Any, name: str, known: dict[str, Any]) -> None:
    text = f"There is no project and no purchase of ships “{name}”.{did_you_mean(name, known)}"
    tables.remark("reference-unknown", "Decisions", row, "project", text, name)
