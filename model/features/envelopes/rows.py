"""envelopes — capital spending stays within the budgets.

Why: money is given by whole programme, country, funder or theme, for given years.
Maths: Σ spending[project, year] * weight[project] over the years of a window <= amount; with carry-over the sum runs
    from the envelope's first year and the amounts add up. Undiscounted, in the year the money is paid; the Expression
    is the one that the capital cost term discounts.
Indices: envelopes and their windows in Budgets; weight = 1 for projects in scope; for a country's envelope its
    equal share of projects of several countries, for a funder's the funded share.
Data: Budgets.scope_kind, .scope, .first_year, .last_year [calendar year], .amount [million USD], .amount_per,
    .carry_over;
    Funding.share; Projects.country, .tags, .project_class.
Switch name: envelopes
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyomo.environ as pyo

from model.case.canonical import records
from model.case.case import Case
from model.case.joint import share_of
from model.features.envelopes import NAME
from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects
from model.formulation.notes import Note


@dataclass(frozen=True)
class Window:
    """A limit on what an envelope's projects may be paid from `first_year` to `last_year` together.

    `row` is the Excel row of its Budgets row, `negotiable` whether a repair may raise it.
    """

    envelope: str
    first_year: int
    last_year: int
    amount: float
    weights: tuple[tuple[str, float], ...]
    row: int
    negotiable: bool


def windows(case: Case) -> list[Window]:
    """All limits of the Budgets sheet; with carry-over each window reaches back to the envelope's first year."""
    result: list[Window] = []
    for envelope, rows in case.table("Budgets").groupby("envelope", sort=False):
        spans: list[tuple[int, int, float, int, bool]] = []
        for row in records(rows.sort_values("first_year")):
            first, last = int(row.first_year), int(row.last_year)
            origin = (int(row.Index), bool(row.negotiable))
            if row.amount_per == "year":
                spans += [(year, year, float(row.amount), *origin) for year in range(first, last + 1)]
            else:
                spans.append((first, last, float(row.amount), *origin))
        weights = tuple(scope_weights(case, rows.iloc[0]).items())
        carried = bool(rows["carry_over"].any())
        total, start = 0.0, spans[0][0]
        for first, last, amount, excel_row, negotiable in spans:
            total = total + amount if carried else amount
            begin = start if carried else first
            result.append(Window(str(envelope), begin, last, total, weights, excel_row, negotiable))
    return result


def scope_weights(case: Case, budget: pd.Series) -> dict[str, float]:
    """Part of each project's capital that counts against a Budgets row."""
    projects = choosable_projects(case)
    kind, scope = budget["scope_kind"], budget["scope"]
    if kind == "funder":
        funding = case.table("Funding")
        paid = funding[(funding["funder"] == scope) & funding["project"].isin(projects.index)]
        return {str(project): float(share) for project, share in zip(paid["project"], paid["share"], strict=False)}
    if kind == "tag":
        chosen = [scope in tags for tags in projects["tags"]]
    elif kind == "all":
        chosen = [True] * len(projects)
    elif kind == "class":
        chosen = list(projects["project_class"] == scope)
    else:
        shares = {str(project): share_of(cell, scope) for project, cell in projects["country"].items()}
        return {project: share for project, share in shares.items() if share > 0}
    return {str(project): 1.0 for project, yes in zip(projects.index, chosen, strict=False) if yes}


def add(formulation: Formulation) -> None:
    """Add investment.envelope, one row a window that some spending can touch."""
    block = formulation.investment
    limits = windows(formulation.case)

    def rule(_: pyo.Block, i: int) -> object:
        window = limits[i]
        years = [year for year in block.YEARS if window.first_year <= year <= window.last_year]
        parts = [
            weight * block.spending[project, year]
            for project, weight in window.weights
            for year in years
            if not block.spending[project, year].is_constant()
        ]
        return pyo.quicksum(parts) <= window.amount if parts else pyo.Constraint.Skip

    block.envelope = pyo.Constraint(range(len(limits)), rule=rule)
    for i, row in block.envelope.items():
        formulation.note(row, _note(limits[i]))


def _note(window: Window) -> Note:
    years = f"in {window.first_year}"
    if window.last_year > window.first_year:
        years = f"from {window.first_year} to {window.last_year}"
    statement = f"the envelope {window.envelope} gives at most {window.amount:,.6g} million USD {years}"
    return Note(NAME, statement, "Budgets", window.row, "amount", "million USD", window.negotiable, measured=True)
