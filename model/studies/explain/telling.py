"""Findings about infeasibility in sentences and table rows: always quantities, always cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from model.case.case import Case
from model.features import feature_parts
from model.formulation.forms.policy_rules import Policy
from model.formulation.investment import ASSET_SHEETS, MEASURES
from model.formulation.notes import Note
from model.studies.explain.reach import Left, Missed
from model.studies.explain.repairs import Repair
from model.studies.explain.shortfalls import SERVICE, Bottleneck, Shortfall

CELL_COLUMNS = ("place", "statement", "short", "unit", "negotiable")
REPAIR_COLUMNS = ("way out", "place", "change", "unit", "new value", "cost [million USD]")
ASKS = {"<=": "allows at most", ">=": "asks for at least", "=": "asks for exactly"}

MOST_LOST = 3
"""Demands that cannot travel told one by one in a sentence; the others are counted."""
CellRow = tuple[str, str, float | None, str, bool]


def cells_table(rows: Iterable[CellRow]) -> pd.DataFrame:
    """The cells concerned."""
    return pd.DataFrame(list(rows), columns=list(CELL_COLUMNS))


def repairs_table(case: Case, repairs: Sequence[Repair]) -> pd.DataFrame:
    """The ways out, one row a change; a family that cannot help by itself has one row that says so."""
    rows: list[tuple[str, str, float | None, str, str, float | None]] = []
    for repair in repairs:
        if not repair.possible:
            rows.append((repair.words, "does not help by itself", None, "", "", None))
        for change in repair.changes:
            rows.append(
                (repair.words, change.place(case), change.amount, change.unit, new_value(change.new), repair.cost)
            )
    table = pd.DataFrame(rows, columns=list(REPAIR_COLUMNS))
    return table if any(repair.cost is not None for repair in repairs) else table.drop(columns=REPAIR_COLUMNS[-1])


def new_value(value: float | int | str) -> str:
    """A new value as it would be typed: years without separators, whole amounts without decimals."""
    return value if isinstance(value, str) else f"{value:.9g}"


def listed(names: Sequence[str], most: int = 6) -> str:
    """'a, b and c', shortened to 'a, b and 7 more' when there are many."""
    unique = list(dict.fromkeys(names))
    shown = unique if len(unique) <= most else [*unique[: most - 1], f"{len(unique) - most + 1} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def number(value: float) -> str:
    """A quantity for a sentence."""
    return f"{value:,.6g}"


def asset_place(case: Case, kind: str, asset: str, measure: str) -> str:
    """Cell of the capacity of an asset, or of the ships that sail on a link."""
    if kind == SERVICE:
        sailing = case.table("Services")
        row = int(sailing.index[sailing["link"] == asset][0])
        return case.cell("Services", row, "vessel")
    table = case.table(ASSET_SHEETS[kind])
    row = int(table.index[table[kind] == asset][0])
    return case.cell(ASSET_SHEETS[kind], row, MEASURES[measure][0])


def bottleneck_words(case: Case, item: Bottleneck) -> str:
    """A bottleneck with its cell; for ships, their types."""
    name = item.asset
    if item.kind == SERVICE:
        sailing = case.table("Services")
        vessels = dict.fromkeys(sailing.loc[sailing["link"] == item.asset, "vessel"])
        name = f"the ships ({listed([str(vessel) for vessel in vessels])}) on {item.asset}"
    return f"{name} ({asset_place(case, item.kind, item.asset, item.measure)})"


def shortfall_sentence(case: Case, found: Shortfall) -> str:
    """A shortfall at full build in one sentence about cells and quantities."""
    when = f"In {found.period}" + (f", {found.season}," if found.season else "")
    parts = []
    if found.bottlenecks:
        plain = all(abs(need.weight - 1) < 1e-4 for need in found.needs)
        weighted = "" if plain else ", each weighted by how much of the bottlenecks it needs,"
        places = listed([bottleneck_words(case, item) for item in found.bottlenecks])
        parts.append(
            f"{when} the demands {listed([need.demand for need in found.needs])}{weighted} add up to "
            f"{number(found.needed)} {found.unit} through {places}, and these can take {number(found.capacity)} "
            f"{found.unit} with every project built: short by {number(found.needed - found.capacity)} {found.unit}."
        )
    if found.unreachable or found.slow:
        words = lost_words(case, found)
        parts.append(f"{words[0].upper()}{words[1:]}.")
    if not parts:
        parts.append(f"{when} {number(found.behind)} kTEU(-equivalents) stay behind even with every project built.")
    return " ".join(parts)


def lost_words(case: Case, found: Shortfall) -> str:
    """Demands that cannot travel at all, in a clause."""
    parts = []
    if found.unreachable:
        parts.append(f"no route, open or planned, joins the ends of {listed(demand_places(case, found.unreachable))}")
    for demand, fastest, limit in found.slow:
        place = demand_places(case, [demand])[0]
        parts.append(f"the fastest route of {place} takes {number(fastest)} days, {number(limit)} are accepted")
    return listed(parts, MOST_LOST)


def demand_places(case: Case, names: Iterable[str]) -> list[str]:
    """Demand rows with their cells."""
    return [f"{name} ({demand_cell(case, name)})" for name in names]


def demand_cell(case: Case, name: str) -> str:
    """Cell of a demand row."""
    table = case.table("Demand")
    rows = table.index[table["demand"] == name]
    return case.cell("Demand", int(rows[0]), "demand") if len(rows) else name


def shortfall_cells(case: Case, found: Shortfall) -> list[CellRow]:
    """Rows of the cells table for a shortfall at full build."""
    rows: list[CellRow] = []
    for item in found.bottlenecks:
        place = asset_place(case, item.kind, item.asset, item.measure)
        words = f"{bottleneck_words(case, item).split(' (')[0]} takes {number(item.capacity)} {item.measure} "
        rows.append((place, f"{words}({item.direction}) fully built in {found.period}", None, item.measure, True))
    for need in found.needs:
        words = f"{need.demand} asks for {number(need.amount)} {need.unit} in {found.period}"
        rows.append((demand_cell(case, need.demand), words, None, need.unit, True))
    for name in found.unreachable:
        rows.append((demand_cell(case, name), f"no route joins the ends of {name}", None, "", True))
    for name, fastest, limit in found.slow:
        words = f"{name} accepts {number(limit)} days; the fastest route takes {number(fastest)}"
        rows.append((demand_cell(case, name), words, fastest - limit, "days", True))
    return rows


def policy_place(case: Case, policy: Policy) -> str:
    """Cell of a policy's value."""
    return case.cell("Policies", policy.row, "value")


def policy_sentence(case: Case, missed: Missed, because: str, *, proven: bool = True) -> str:
    """A policy that no plan keeps, in one sentence; unless `proven`, one that no plan found in the time given keeps."""
    policy = missed.policy
    unit = count_unit(policy)
    best = "at least" if policy.sense == "<=" else "at most"
    share = "" if policy.kind in ("co2", "link flow") else f", {number(100 * policy.value)} % of what it counts,"
    reached = f"{best} {number(missed.reached)} can be reached {because}"
    if not proven:
        reached = f"the nearest plan found in the time given reaches {number(missed.reached)} ({because})"
    return (
        f"The policy {policy.name} {ASKS[policy.sense]} {number(missed.limit)} {unit}{share} in {missed.period} "
        f"({policy_place(case, policy)}), but {reached}: "
        f"short by {number(missed.short)} {unit}."
    )


def notes_by_cell(notes: Sequence[Note]) -> list[Note]:
    """Notes of one cell that differ only in the year told once; measured ones are all told, as their amounts differ."""
    told: dict[tuple[object, ...], Note] = {}
    for note in notes:
        told[(note.sheet, note.row, note.column, note.statement if note.measured else "")] = note
    return list(told.values())


def clauses_of_features(case: Case, notes: Sequence[Note]) -> list[str]:
    """What else features say of their rows in a conflict: `clauses(case, notes)` of their relax.py."""
    parts = [part for part in feature_parts("relax").values() if hasattr(part, "clauses")]
    return [clause for part in parts for clause in part.clauses(case, notes)]


def count_unit(policy: Policy) -> str:
    """Unit in which a policy counts."""
    return "kt CO2" if policy.kind == "co2" else policy.measure


def left_sentence(case: Case, period: str, left: Sequence[Left], because: str) -> str:
    """What stays behind in a period although full build would carry it."""
    behind: dict[str, float] = {}
    for item in left:
        behind[item.unit] = behind.get(item.unit, 0.0) + item.behind
    amounts = listed([f"{number(amount)} {unit}" for unit, amount in behind.items()])
    names = listed(demand_places(case, [item.demand for item in left]))
    return (
        f"In {period} {amounts} of {names} must stay behind {because}; with every project built all could be carried."
    )
