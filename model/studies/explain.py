"""Why there is no plan: the smallest conflict in one sentence about cells, and the ways out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from model.case.case import Case
from model.formulation.build import build
from model.formulation.formulation import Formulation
from model.formulation.notes import Note
from model.formulation.policy_rules import read_policies
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.planner import POLICY_TOLERANCE, extract
from model.solvers.engine import solve
from model.solvers.options import SolveOptions
from model.solvers.progress import Progress
from model.studies.conflicts import InvestmentModel, shortage, smallest_conflict
from model.studies.repairs import Repair, repair_menu
from model.studies.shortfalls import listed, sentence, shortfalls


@dataclass(frozen=True)
class Explanation:
    """What stands in the way of a plan.

    `kind` is 'conflict', 'policy', 'shortfall' or 'none'; `sentences` tell it; `cells` has one row for each cell concerned
    (place, statement, short, unit, negotiable); `repairs` one row for each change that would help (family, place, change, unit).
    """

    kind: str
    sentences: tuple[str, ...]
    cells: pd.DataFrame
    repairs: pd.DataFrame


def explain(case: Case, constraint_files: tuple[Path, ...] = (), time_limit: float = 60.0) -> Explanation:
    """Look for contradictions in what must be built, then for policies no plan can keep, then for demand no plan can carry."""
    formulation = build(case, build_graph(case), RoutePool(), constraint_files)
    model = InvestmentModel.of(formulation)
    conflict = smallest_conflict(model)
    if conflict:
        return _of_conflict(case, model, conflict)
    missed = _missed_policies(formulation, time_limit)
    if missed:
        return _of_policies(case, missed)
    found = shortfalls(case, time_limit)
    if found:
        return _of_shortfalls(case, [sentence(case, item) for item in found], found[0].period)
    return Explanation(
        "none", ("Nothing stands in the way of a plan that serves all demand.",), _cells([]), _repairs([])
    )


CellRow = tuple[str, str, float | None, str, bool]
RepairRow = tuple[str, str, float | None, str]


def _cells(rows: list[CellRow]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["place", "statement", "short", "unit", "negotiable"])


def _repairs(rows: list[RepairRow]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["way out", "place", "change", "unit"])


def _of_conflict(case: Case, model: InvestmentModel, conflict: list[Note]) -> Explanation:
    short = {note: shortage(model, conflict, note) for note in conflict}
    rows: list[CellRow] = []
    clauses = []
    for note in conflict:
        place = case.cell(note.sheet, note.row, note.column)
        rows.append((place, note.statement, short[note], note.unit, note.negotiable))
        by = "" if short[note] is None else f", short by {short[note]:,.6g} {note.unit}"
        clauses.append(f"{note.statement} ({place}{by})")
    words = f"These cannot all hold: {'; '.join(dict.fromkeys(clauses))}."
    return Explanation("conflict", (words,), _cells(rows), _repairs(_menu_rows(case, repair_menu(model))))


def _menu_rows(case: Case, menu: list[Repair]) -> list[RepairRow]:
    rows: list[RepairRow] = []
    for repair in menu:
        if not repair.possible:
            rows.append((repair.words, "does not help by itself", None, ""))
        for note, amount in repair.changes:
            place = f"{note.statement} ({case.cell(note.sheet, note.row, note.column)})"
            rows.append((repair.words, place, amount, note.unit if amount is not None else "waive"))
    return rows


@dataclass(frozen=True)
class MissedPolicy:
    """A policy that even the best plan misses: worst period, what can be reached there, its limit and the shortage."""

    name: str
    row: int
    period: str
    sense: str
    reached: float
    limit: float
    short: float
    negotiable: bool
    with_others: tuple[str, ...]


def _missed_policies(formulation: Formulation, time_limit: float) -> list[MissedPolicy]:
    """Policies missed at a prohibitive price, each with the other policies that stand against it."""
    policies = {policy.name: policy for policy in read_policies(formulation.case)}
    if not policies or not formulation.families.get("policies", False):
        return []
    levels = _levels(formulation.case, time_limit)
    found = []
    for name, rows in levels[levels["missed"] > POLICY_TOLERANCE].groupby("policy", sort=False):
        worst = rows.loc[rows["missed"].idxmax()]
        policy = policies[str(name)]
        reached = float(worst["counted"])
        limit = reached + float(worst["missed"]) * (-1.0 if policy.sense == "<=" else 1.0)
        others = _against(formulation.case, policy.name, time_limit)
        found.append(
            MissedPolicy(
                policy.name, policy.row, str(worst["period"]), policy.sense, reached, limit, float(worst["missed"]),
                policy.negotiable, others,
            )
        )  # fmt: skip
    return found


def _levels(case: Case, time_limit: float) -> pd.DataFrame:
    """policy_levels of the best plan, policies missed where they must be."""
    formulation = build(case, build_graph(case), RoutePool())
    options = SolveOptions(time_limit=time_limit).filled(case)
    _, solution = solve(formulation, options, Progress(time_limit))
    if solution is None:
        return pd.DataFrame({"policy": [], "missed": []})
    return extract(formulation, solution)["policy_levels"]


def _against(case: Case, name: str, time_limit: float) -> tuple[str, ...]:
    """Other policies without which this one could be kept."""
    table = case.table("Policies")
    against = []
    for other in table["policy"]:
        if other != name:
            levels = _levels(case.with_tables(Policies=table[table["policy"] != other]), time_limit)
            mine = levels[levels["policy"] == name]
            if mine["missed"].max() <= POLICY_TOLERANCE:
                against.append(str(other))
    return tuple(against)


def _of_policies(case: Case, missed: list[MissedPolicy]) -> Explanation:
    words = {"<=": "allows at most", ">=": "asks for at least", "=": "asks for exactly"}
    sentences, rows, ways = [], [], []
    for policy in missed:
        place = case.cell("Policies", policy.row, "value")
        best = "at least" if policy.sense == "<=" else "at most"
        why = f" while {listed(policy.with_others)} must hold" if policy.with_others else " by any plan"
        statement = f"the policy {policy.name} {words[policy.sense]} {policy.limit:,.6g} in {policy.period}"
        sentences.append(
            f"{statement[0].upper()}{statement[1:]} ({place}), but {best} {policy.reached:,.6g} can be reached{why}: "
            f"short by {policy.short:,.6g}."
        )
        rows.append((place, statement, policy.short, "as counted", policy.negotiable))
        if policy.negotiable:
            ways.append(("Change the policy", f"{policy.name} ({place})", policy.short, "as counted"))
        ways += [("Waive another policy", other, None, "waive") for other in policy.with_others]
    return Explanation("policy", tuple(sentences), _cells(rows), _repairs(ways))


def _of_shortfalls(case: Case, sentences: list[str], period: str) -> Explanation:
    found = shortfalls(case)[0]
    rows: list[CellRow] = []
    ways: list[RepairRow] = []
    missing = found.needed - found.capacity
    for kind, asset, measure, direction, price, capacity in found.assets:
        sheet = "Nodes" if kind == "node" else "Links"
        table = case.table(sheet)
        row = int(table.index[table["node" if kind == "node" else "link"] == asset][0])
        place = case.cell(sheet, row, f"capacity_{measure.lower()}")
        rows.append((place, f"{asset} takes {capacity:,.6g} {measure} ({direction}) fully built", None, measure, True))
        ways.append(("More capacity on one of these", f"{asset} ({place})", missing / price, measure))
    demand = case.table("Demand")
    for name, weight, amount in found.demands:
        matching = demand.index[demand["demand"] == name]
        place = case.cell("Demand", int(matching[0]), "demand") if len(matching) else name
        rows.append((place, f"{name} asks for {amount:,.6g} in {period}", None, "demand unit", True))
        if missing / weight <= amount:
            ways.append(("Less of one of these demands", f"{name} ({place})", missing / weight, "demand unit"))
    return Explanation("shortfall", tuple(sentences[:5]), _cells(rows), _repairs(ways))
