"""Inputs_used (every cell after the scenario), Funding, and tables that later studies add to a plan."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.case.case import Case
from model.plan.tables import MINIMUM, TABLES
from model.reports.extra import EXTRA
from model.reports.facts import Facts
from model.reports.features import shown_tables
from model.reports.workbook.sheet import Column, ReportSheet

KINDS = {"text": "text", "number": "fine", "integer": "integer", "flag": "word"}
SHOWN = frozenset(
    (
        "investments", "spending", "capacities", "route_flows", "routes", "link_flows", "node_flows",
        "demand_served", "costs", "emissions", "constraint_rows", "candidate_years",
        *MINIMUM.values(),
    )
)  # fmt: skip
TITLES = {
    "candidates": ("Other_decisions", "What each other decision would cost", "Decisions"),
    "settled": ("Settled", "Which decisions every cheaper plan shares", "Decisions"),
    "lives": ("Lives", "How long what is built serves, and what is renewed", "Decisions"),
}
"""Plan table → its sheet, what stands in the contents, and the group there."""


def inputs_sheet(facts: Facts, base: Case | None) -> ReportSheet:
    """Long table of the inputs in the units of their sheets."""
    frame = facts.inputs(base).copy()
    columns = (
        Column("sheet", "Sheet"),
        Column("key", "Record", width=24),
        Column("column", "Column", "period", width=26),
        Column("value", "Value", "mixed", width=60),
        Column("unit", "Unit"),
        Column("confidence", "Confidence", meaning="Of the figure where a note on its cell says it, else of its row."),
        Column("changed", "Changed by the scenario", "word"),
        Column("cell", "Cell", width=32),
        Column("note", "Note on the cell", "text", width=60),
    )
    numbers = frame["value"].map(lambda value: isinstance(value, float))
    frame["kind"] = numbers.map({True: "general", False: "text"})
    return ReportSheet(
        "Inputs_used",
        "Inputs that the plan was made from",
        "After the scenario. One row for each cell, in the unit of its sheet; blanks and defaults are left out."
        + ("" if base is None else " Cells that the scenario changed are marked."),
        columns,
        frame,
        group="Trust",
        key_columns=2,
    )


def funding_sheet(facts: Facts) -> ReportSheet | None:
    """Capital of what is built by funder; None when the case has no Funding rows."""
    funding = facts.case.table("Funding")
    if funding.empty:
        return None
    capital = facts.openings.groupby("project")[["capex", "within"]].sum().astype(float)
    frame = funding[funding["project"].isin(capital.index)][["funder", "project", "share"]].copy()
    frame["name"] = frame["project"].map(facts.project_name)
    frame["capital"] = frame["project"].map(capital["capex"])
    frame["within"] = frame["project"].map(capital["within"])
    frame["pays"] = frame["share"] * frame["capital"]
    frame["pays_within"] = frame["share"] * frame["within"]
    columns = (
        Column("funder", "Funder"),
        Column("project", "Project"),
        Column("name", "Name", width=36),
        Column("share", "Share", "share", "%"),
        Column("capital", "Capital of what opens", "number", "million USD"),
        Column("within", "Paid within the horizon", "number", "million USD"),
        Column("pays", "Pays in all", "number", "million USD", total=True, formula="{share}*{capital}"),
        Column(
            "pays_within",
            "Pays within the horizon",
            "number",
            "million USD",
            total=True,
            formula="{share}*{within}",
            meaning="What an envelope of the funder counts, see Budget.",
        ),
    )
    return ReportSheet(
        "Funding", "Who pays",
        "Undiscounted capital of what opens, and what of it falls into the horizon. Only where a funder is named.",
        columns,
        frame.sort_values(["funder", "project"]).reset_index(drop=True),
        empty="No project with a named funder opens.", group="Decisions",
    )  # fmt: skip


def extra_sheets(facts: Facts) -> list[ReportSheet]:
    """One plain sheet for each non-empty plan table that no sheet of its own shows."""
    made, featured = [], shown_tables()
    for name, frame in facts.plan.tables.items():
        if name in SHOWN or name in featured or frame.empty:
            continue
        declared = TABLES.get(name) or EXTRA.get(name)
        columns = (
            tuple(
                Column(
                    f.name,
                    words(f.name),
                    "year" if f.unit == "year" else _kind(f.name, KINDS.get(f.kind, "text")),
                    f.unit,
                    meaning=f.meaning,
                )
                for f in declared.fields
            )
            if declared
            else tuple(Column(str(key), words(str(key)), _kind(str(key), _of(frame[key]))) for key in frame.columns)
        )
        meaning = declared.meaning if declared else "A table of this plan."
        plain = (words(name).replace(" ", "_")[:31], f"Table of this plan: {words(name)}", "Corridor")
        title, described, group = TITLES.get(name, plain)
        made.append(ReportSheet(title, described, meaning, columns, frame.reset_index(drop=True), group=group))
    return made


def _kind(name: str, kind: str) -> str:
    """Kind of a column: periods that are years stand as numbers wherever they stand."""
    return "period" if name == "period" else kind


def _of(values: Any) -> str:
    return "fine" if pd.api.types.is_numeric_dtype(values) else "text"


def words(name: str) -> str:
    """'demand_served' → 'Demand served'."""
    return name.replace("_", " ").strip().capitalize()
