"""Plausibility of demand against the network: flows without a way, and more demand than full build can carry.

No solver: reach is a search, and a shortage is a smallest cut (maximum flow). Cargo is let through wherever it is in
doubt, so that every shortage told is one that no plan can mend. `explain` finds what these checks cannot: seasons,
kinds of cargo that need the same room, limits of time and money.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from model.case.checks.flows.demand import Flows, demand_flows, period_spans
from model.case.checks.flows.full_build import INFINITE, SHEETS_OF, Capacities, capacities
from model.case.checks.flows.graph import Flags, FlowGraph, flow_graph
from model.case.checks.flows.shortages import Search, Shortage
from model.case.checks.tables import Tables
from model.case.codes import SEVERITIES, Severity
from model.case.messages import shown
from model.case.text import listed

NEEDED: Final = frozenset(
    {"Nodes", "Links", "Carriers", "Commodities", "Demand", "Periods", "Projects", "ProjectEffects"}
    | {"Availability", "Seasons", "Vessels", "Services"}
)
MOST_CUTS: Final = 5
MOST_PLACES: Final = 10
"""Places whose own demand is tried against the whole network, the largest first; none for a scenario."""


def check_flows(tables: Tables) -> None:
    """Demand that cannot travel, and demand above the capacity of every way with everything built."""
    if tables.unchanged(*sorted(NEEDED)) or not _readable(tables):
        return
    bounds = capacities(tables)
    flows = [one for one in demand_flows(tables) if one.kt.max(initial=0.0) > 0]
    forms = sorted({one.form for one in flows})
    graphs = {form: flow_graph(tables, [form]) for form in forms}
    travelling: list[Flows] = []
    for form in forms:
        own = [one for one in flows if one.form == form]
        travelling += _with_a_way(tables, graphs[form], bounds, own)
    if not _switched_off(tables):
        for shortage in _worst(_shortages(tables, bounds, travelling, graphs)):
            _tell(tables, bounds, shortage)


def _readable(tables: Tables) -> bool:
    """Whether nothing that the flows depend on has an error."""
    wrong = {m.sheet for m in tables.findings.messages if SEVERITIES[m.code] is Severity.ERROR}
    unread = any(not tables.sound(sheet) for sheet in NEEDED)
    return not (wrong & NEEDED) and not unread and not tables["Periods"].empty


def _switched_off(tables: Tables) -> bool:
    return any(
        name == "capacity" and not active for _, name, active in tables.rows("Constraints", "constraint", "active")
    )


def _open(graph: FlowGraph, form: str, bounds: Capacities, *, built: bool) -> Flags:
    """Arcs that are not closed for a form."""
    figures = bounds.full if built else bounds.now
    usable: Flags = graph.limits("kt", figures) > 0
    return usable & (graph.limits("kTEU", figures) > 0) if form == "container" else usable


def _with_a_way(tables: Tables, graph: FlowGraph, bounds: Capacities, flows: list[Flows]) -> list[Flows]:
    """The flows that have a way with everything built; the others are remarked, as are those that have none yet."""
    if not flows:
        return []
    built = _open(graph, flows[0].form, bounds, built=True)
    today = _open(graph, flows[0].form, bounds, built=False)
    origins = [flow.origin for flow in flows]
    reach_built = graph.reached(built, origins)
    reach_today = reach_built if (built == today).all() else graph.reached(today, origins)
    kept = []
    for flow in flows:
        then, now = reach_built[flow.origin], reach_today[flow.origin]
        if flow.destination in now:
            kept.append(flow)
            continue
        more = f" (and {len(flow.rows) - 1} further rows)" if len(flow.rows) > 1 else ""
        way = f"for {'containers' if flow.form == 'container' else flow.form} from {flow.origin} to {flow.destination}"
        if flow.destination in then:
            kept.append(flow)
            text = f"There is no open way {way} as the network stands, only with projects that reopen it{more}."
            tables.remark("demand-way-unbuilt", "Demand", flow.rows[0], "destination", text, flow.destination)
        else:
            text = f"There is no way {way}, even with every project built: the flow can only stay behind{more}."
            text = f"{text} Check the links, their carriers and capacities, and where cargo may be transferred."
            tables.remark("demand-without-way", "Demand", flow.rows[0], "destination", text, flow.destination)
    return kept


def _shortages(
    tables: Tables, bounds: Capacities, flows: list[Flows], graphs: Mapping[str, FlowGraph]
) -> Iterator[Shortage]:
    """Shortages in each measure, for each form by itself and for all cargo together."""
    forms = sorted({flow.form for flow in flows})
    periods = [name for name, _, _ in period_spans(tables)]
    places = 0 if tables.changed_from_base else MOST_PLACES
    for form in forms:
        own = [flow for flow in flows if flow.form == form]
        for measure in ("kTEU", "kt") if form == "container" else ("kt",):
            yield from Search(graphs[form], measure, bounds.full, own, periods).shortages(places)
    if len(forms) > 1:
        yield from Search(flow_graph(tables, forms), "kt", bounds.full, flows, periods).shortages(places)


def _worst(found: Iterator[Shortage]) -> list[Shortage]:
    """The shortage that is relatively worst for each set of assets; the worst few."""
    best: dict[frozenset[tuple[str, str]], Shortage] = {}
    for one in found:
        key = frozenset(one.assets)
        if key not in best or one.part_missing > best[key].part_missing:
            best[key] = one
    return sorted(best.values(), key=lambda one: -one.part_missing)[:MOST_CUTS]


def _tell(tables: Tables, bounds: Capacities, shortage: Shortage) -> None:
    """Remark on a shortage at the cell of the first asset of its cut; the others are named with their cells."""
    suffix = shortage.measure.lower()
    places: list[tuple[str, int, str]] = []
    names = []
    for kind, asset in shortage.assets:
        ships = ("ships", asset, shortage.measure)
        own = (kind, asset, shortage.measure)
        by_ships = kind == "link" and bounds.full.get(ships, INFINITE) < bounds.full.get(own, INFINITE)
        sheet = "Services" if by_ships else SHEETS_OF[kind]
        row, column = bounds.row[ships if by_ships else own], "link" if by_ships else f"capacity_{suffix}"
        places.append((sheet, row, column))
        names.append(f"{'the ships of ' if by_ships else ''}{asset} ({_cell(tables, sheet, row, column)})")
    pairs = dict.fromkeys(f"{flow.origin}–{flow.destination}" for flow in _largest_first(shortage))
    carry = "they carry" if len(names) > 1 else "it carries"
    needed, carried = _round(shortage.needed), _round(shortage.carried)
    text = (
        f"In {shortage.period} at least {needed} {shortage.measure} of demand ({listed(pairs, 4)}) must pass"
        f" {listed(names, 6)}; with every project built {carry} {carried} a year."
        f" Short by {_round(shortage.needed - shortage.carried)} {shortage.measure}"
    )
    more = shortage.periods_short - 1
    text += f", and in {more} further period{'s' * (more > 1)}." if more else "."
    sheet, row, column = places[0]
    tables.remark("demand-over-capacity", sheet, row, column, f"{text} Are the units right?")


def _largest_first(shortage: Shortage) -> list[Flows]:
    return sorted(shortage.flows, key=lambda flow: -float(flow.amounts(shortage.measure).max()))


def _round(value: float) -> str:
    return shown(float(f"{value:.4g}"))


def _cell(tables: Tables, sheet: str, row: int, column: str) -> str:
    origin = tables.findings.origins.get(sheet)
    letter = origin.letters.get(column, "") if origin is not None else ""
    return f"{sheet} {letter}{row}" if letter else f"{sheet} row {row}"
