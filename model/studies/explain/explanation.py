"""Why there is no plan, or why demand stays behind: the smallest conflict in sentences about cells, and ways out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from model.case.case import Case
from model.formulation.build import build
from model.formulation.forms.policy_rules import Policy
from model.formulation.formulation import Formulation
from model.formulation.notes import Note
from model.formulation.plugins import plain_families
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.studies.explain.causes import because, ways_out
from model.studies.explain.conflicts import InvestmentModel, shortage, smallest_conflict
from model.studies.explain.enough import enough, with_policies_kept
from model.studies.explain.reach import Reach, largest_changes, reach
from model.studies.explain.relaxing.families import building_families, carrying_families, physical_families
from model.studies.explain.repairs import Repair, conflict_repairs, priced
from model.studies.explain.shortfalls import shortfalls
from model.studies.explain.telling import (
    CellRow,
    cells_table,
    clauses_of_features,
    demand_cell,
    left_sentence,
    listed,
    lost_words,
    notes_by_cell,
    number,
    policy_place,
    policy_sentence,
    repairs_table,
    shortfall_cells,
    shortfall_sentence,
)
from model.studies.switch import switched_off

MOST_SENTENCES = 5
MOST_LINK_BLOCKS = 600
OPEN = "open"
UNSETTLED = "Time was up before it was settled whether a plan keeps it: one may. Ask again with a longer --time-limit."
CUT_SHORT = "Time was up before it was settled that no plan leaves less behind. Ask again with a longer --time-limit."


@dataclass(frozen=True)
class Explanation:
    """What stands in the way of a plan.

    `kind` is 'conflict' (what must be built contradicts itself), 'constraint file' (a constraint of the user's own
    contradicts the case), 'policy' (no plan keeps all policies), 'open' (no plan that keeps all policies was found in
    the time given, and none is known not to exist), 'shortfall' (demand that full build cannot carry), 'limits' (demand
    that stays behind because of budgets, dates, rules or policies) or 'none'. `sentences` tell it;
    `cells` has a row for each cell concerned (place, statement, short, unit, negotiable); `repairs` one for each
    change that would help (way out, place, change, unit, new value); `menu` holds the same repairs as objects.
    """

    kind: str
    sentences: tuple[str, ...]
    cells: pd.DataFrame
    repairs: pd.DataFrame
    menu: tuple[Repair, ...] = ()

    @property
    def infeasible(self) -> bool:
        """Whether no plan exists at all; otherwise some demand stays behind at a penalty."""
        return self.kind in ("conflict", "constraint file", "policy")


def explain(
    case: Case, constraint_files: tuple[Path, ...] = (), time_limit: float = 90.0, *, price: bool = False
) -> Explanation:
    """Look for contradictions in what must be built, for policies no plan keeps, then for demand no plan carries.

    With `price` each repair comes with the cost of the best plan that a short search finds after it. Raises
    PluginError for a broken constraint file.
    """
    until = time.monotonic() + time_limit
    found = _contradiction(case, constraint_files, until) or _operation(case, constraint_files, until)
    if price:
        menu = priced(case, list(found.menu))
        found = Explanation(found.kind, found.sentences, found.cells, repairs_table(case, menu), tuple(menu))
    return found


def _contradiction(case: Case, files: tuple[Path, ...], until: float) -> Explanation | None:
    """What must be built contradicts itself."""

    def make() -> Formulation:
        return build(case, build_graph(case), RoutePool(), files)

    model = InvestmentModel.of(make())
    if model.possible(set(model.notes)):
        return None
    conflict = smallest_conflict(model, until)
    rows: list[CellRow] = []
    clauses = []
    for note in notes_by_cell(conflict):
        place = case.cell(note.sheet, note.row, note.column)
        short = shortage(model, conflict, note)
        rows.append((place, note.statement, short, note.unit, note.negotiable))
        by = "" if short is None else f", short by {number(short)} {note.unit}"
        clauses.append(f"{note.statement} ({place}{by})")
    clauses += clauses_of_features(case, conflict)
    blamed = _files_needed(case, conflict, files)
    clauses += [f"the constraint file {path.name}" for path in blamed]
    clauses += [f"the constraint {name}" for name in _features_needed(case, conflict, files)]
    own = plain_families(files)
    menu = conflict_repairs(make, (*building_families(), *own) if conflict else own)
    kind = "constraint file" if blamed else "conflict"
    words = [f"These cannot all hold: {'; '.join(dict.fromkeys(clauses))}."]
    ways = [with_policies_kept(case, repair, files, until) for repair in menu]
    known = {change for repair in menu for change in repair.changes}
    after = dict.fromkeys(change.words for way in ways for change in way.changes if change not in known)
    if after:
        names = listed(list(after))
        words.append(f"Nor would any plan keep {names} then: each way out says by how much that has to give, too.")
    return _explanation(case, kind, words, rows, ways)


def _files_needed(case: Case, conflict: Sequence[Note], files: tuple[Path, ...]) -> tuple[Path, ...]:
    """The constraint files when the notes of a conflict could hold without them."""
    if not files:
        return ()
    plain = InvestmentModel.of(build(case, build_graph(case), RoutePool()))
    return files if plain.possible(set(conflict)) else ()


def _features_needed(case: Case, conflict: Sequence[Note], files: tuple[Path, ...]) -> Iterator[str]:
    """Features that say nothing of their own rows, without each of which the notes of a conflict could hold."""
    for name in plain_families(()):
        without = build(switched_off(case, name), build_graph(case), RoutePool(), files)
        if InvestmentModel.of(without).possible(set(conflict)):
            yield name


def _operation(case: Case, files: tuple[Path, ...], until: float) -> Explanation:
    """Policies first, then demand at full build, then demand within the limits."""
    seconds = max(2.0, (until - time.monotonic()) / 3)
    if len(case.table("Policies")) and not files:
        begun = time.monotonic()
        physical = reach(case, "policies", 1.2 * seconds, built=True)
        if physical is not None and physical.missed and physical.certain:
            # Ways out matter less than the reason: they get little more time than that took.
            soon = time.monotonic() + 0.3 * (time.monotonic() - begun) + REASON_SECONDS
            return _of_policies(case, physical, files, min(until, soon), built_until=until)
    if len(case.table("Policies")) or files:
        kept = reach(case, "policies", seconds, constraint_files=files)
        if kept is not None and kept.impossible:
            return _of_files(case, files, until)
        if kept is not None and kept.missed:
            told = _of_policies(case, kept, files, until)
            return told if kept.certain else replace(told, kind=OPEN, sentences=(*told.sentences, UNSETTLED))
    found = shortfalls(case, seconds)
    if found:
        sentences = dict.fromkeys(shortfall_sentence(case, item) for item in found)
        menu = (
            ways_out(case, "demand", physical_families(), until, constraint_files=files) if found[0].bottlenecks else []
        )
        return _explanation(case, "shortfall", sentences, shortfall_cells(case, found[0]), menu)
    seconds = max(2.0, 0.6 * (until - time.monotonic()))
    carried = reach(case, "demand", seconds, constraint_files=files)
    if carried is not None and carried.left:
        told = _of_limits(case, carried, files, until)
        return told if carried.proven else replace(told, sentences=(*told.sentences, CUT_SHORT))
    words = "Nothing stands in the way of a plan that serves all demand."
    if carried is None or carried.missed:
        words = "Nothing was found that stands in the way of a plan, in the time given."
    return _explanation(case, "none", (words,), [], [])


def _of_files(case: Case, files: tuple[Path, ...], until: float) -> Explanation:
    names = listed([path.name for path in files])
    words = f"No plan of this case keeps what {names} asks for; without that there are plans."
    menu = ways_out(case, "policies", plain_families(files), until, constraint_files=files)
    return _explanation(case, "constraint file", (words,), _rows_of(case, menu), menu)


REASON_SECONDS = 10.0
"""For the ways out, of which the first says why, besides a part of what it took to see that nothing keeps a policy."""
CHECK_SECONDS = 20.0
"""Most for checking the ways out against the limits on building: a large case keeps what was found without them."""


def _of_policies(
    case: Case, kept: Reach, files: tuple[Path, ...], until: float, *, built_until: float | None = None
) -> Explanation:
    """Policies that are missed; with `built_until` even with every project in service: limits on building are not why.

    Then the ways out are looked for until `until`, and checked against these limits until `built_until`.
    """
    built = built_until is not None
    missed = kept.missed
    targets = tuple(dict.fromkeys(item.policy.name for item in missed))
    worst = [
        max((item for item in missed if item.policy.name == name), key=lambda item: item.short) for name in targets
    ]
    families: tuple[str, ...] = (
        *(("policies", *physical_families()) if built else carrying_families()),
        *plain_families(files),
    )
    if built and _floor_on_many_links(case, missed[0].policy):
        families = ("policies",)
    menu = ways_out(case, "policies", families, until, targets=targets, constraint_files=files, built=built)
    reason = because(case, menu, missed[0], "with every project built" if built else "by any plan")
    if missed[0].policy.kind == "served share" and not any(repair.causes for repair in menu):
        reason = _out_of_reach(case, until) or reason
    told = _rows_of(case, menu)
    if all(item.policy.negotiable for item in worst):
        menu = [Repair("own_policy", tuple(largest_changes(missed))), *menu]
    if built_until is not None:
        most = min(built_until, time.monotonic() + CHECK_SECONDS)
        menu = [enough(case, repair, targets, files, most) for repair in menu]
    rows: list[CellRow] = [
        (
            policy_place(case, item.policy),
            f"{item.policy.name} wants {number(item.limit)} in {item.period}, {number(item.reached)} is reached",
            item.short,
            "as counted",
            item.policy.negotiable,
        )
        for item in worst
    ]
    rows += told
    sentences = [policy_sentence(case, item, reason, proven=kept.proven) for item in worst]
    return _explanation(case, "policy", sentences, rows, menu)


def _floor_on_many_links(case: Case, policy: Policy) -> bool:
    """Whether asking for more capacity would take minutes.

    A floor makes links worth using, and routes with rewards on the way need an exact search, slow in large networks.
    """
    blocks = len(case.periods) * max(1, len(case.table("Seasons")))
    return policy.kind == "link flow" and policy.sense != "<=" and len(case.table("Links")) * blocks > MOST_LINK_BLOCKS


def _out_of_reach(case: Case, until: float) -> str:
    """'because no route …' when some demand cannot travel at all."""
    lost = [
        lost_words(case, item)
        for item in shortfalls(case, max(2.0, until - time.monotonic()))
        if item.unreachable or item.slow
    ]
    return f"because {lost[0]}" if lost else ""


def _of_limits(case: Case, carried: Reach, files: tuple[Path, ...], until: float) -> Explanation:
    menu = ways_out(case, "demand", (*carrying_families(), *plain_families(files)), until, constraint_files=files)
    reason = because(case, [repair for repair in menu if repair.family not in physical_families()], None)
    periods = dict.fromkeys(item.period for item in carried.left)
    sentences = [
        left_sentence(case, period, [item for item in carried.left if item.period == period], reason)
        for period in periods
    ]
    rows: list[CellRow] = [
        (demand_cell(case, item.demand), f"{item.demand} asks for {number(item.amount)} {item.unit} in {item.period}",
         item.behind, item.unit, True)
        for item in carried.left
    ]  # fmt: skip
    return _explanation(case, "limits", sentences, rows + _rows_of(case, menu), menu)


def _rows_of(case: Case, menu: Sequence[Repair]) -> list[CellRow]:
    """Cells whose change would help."""
    return [
        (
            change.cell(case),
            change.words,
            change.amount,
            change.unit,
            change.negotiable(case),
        )
        for repair in menu
        for change in repair.causes
    ]


def _explanation(
    case: Case, kind: str, sentences: Sequence[str] | dict[str, None], rows: Sequence[CellRow], menu: Sequence[Repair]
) -> Explanation:
    told = list(sentences)
    if len(told) > MOST_SENTENCES:
        told = [*told[:MOST_SENTENCES], f"The same holds in {len(told) - MOST_SENTENCES} further cases."]
    return Explanation(kind, tuple(told), cells_table(rows), repairs_table(case, list(menu)), tuple(menu))
