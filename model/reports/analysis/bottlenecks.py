"""Where one more unit of capacity would save most, and what would relieve it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.plan.constraint_rows import ROW
from model.plan.mentions import read_mentions
from model.plan.use import SHIPS, best_price, is_full
from model.reports.analysis.cargo import route_places, used_places
from model.reports.analysis.events import touched
from model.reports.analysis.trials import least_money, most_money, some_money, trials_of
from model.reports.analysis.value import Values
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.text import listed

PRICE_UNITS = {"kTEU": "USD/TEU", "Mt": "USD/t", SHIPS: "thousand USD/trip"}
CORRIDOR, COMPETITOR = "corridor", "competitor"
EXTRA = 0.10  # the step by which bottlenecks of different measures are compared
NO_PROJECT = "no project of the case adds to it"
TINY_PRICE = 1e-6
DUST = 0.05  # Mt or kTEU a year that a figure does not show
NOT_FULL = "A limit that is not full has a price where traffic is delayed before it is full."
COLUMNS = [
    "asset_kind", "asset", "name", "whose", "kind", "measure", "direction", "full_in", "closed_in", "peak", "price",
    "loss", "together", "together_price", "price_period", "worth", "relief",
]  # fmt: skip


def bottlenecks(facts: Facts) -> pd.DataFrame:
    """One row for each limited asset and measure of which more would save something in some period.

    Ranked by `worth`: what so much more capacity as is 10 % of what the corridor can use in each period would save at
    most [million USD, present value]; where nothing can be used, nothing is added. In `price_period`, the dearest one,
    one more unit saves `price` in a year and one less costs `loss` [USD/TEU, USD/t or thousand USD a round trip]; where
    one more saves nothing by itself, `together` names what must grow too before it saves `together_price`, and `worth`
    counts that. `whose` sets apart what only competitors use. `full_in` are the periods with 95 % and more in use,
    `closed_in` those in which nothing can be used.
    """
    values = facts.once(Values)
    discounts = {period.name: values.discounts(period) for period in facts.case.periods}
    relief, around = _relief(facts, values), facts.once(Around)
    records = []
    for key, limits in facts.capacities.groupby(["asset_kind", "asset", "measure"], sort=False):
        limits = limits.assign(best=best_price(limits))
        if not float(limits["best"].max()) > 1e-6:
            continue
        records.append(_record(facts, key, limits, discounts, relief, around))
    frame = pd.DataFrame(records, columns=COLUMNS).sort_values("worth", ascending=False, kind="stable")
    return frame.reset_index(drop=True)


def _record(
    facts: Facts,
    key: Any,
    limits: pd.DataFrame,
    discounts: dict[str, float],
    relief: dict[tuple[str, str, str], str],
    around: Around,
) -> dict[str, Any]:
    kind, asset, measure = (str(part) for part in key)
    tightest = limits.sort_values("utilisation", ascending=False, kind="stable").drop_duplicates("period")
    dearest = max(rows(tightest), key=lambda row: float(row.best))
    full = [str(row.period) for row in rows(tightest) if is_full(row.utilisation)]
    closed = tightest.loc[tightest["utilisation"].isna(), "period"].astype(str).tolist()
    of_unit = 1.0 if measure == "Mt" else 1e-3
    worth = sum(
        EXTRA * float(row.usable) * float(row.best) * of_unit * discounts[row.period]
        for row in rows(tightest)
        if row.best > 0
    )
    helped = float(dearest.best) > float(dearest.shadow_price)
    return {
        "asset_kind": kind,
        "asset": asset,
        "name": facts.names.asset(kind, asset),
        "whose": COMPETITOR if (kind, asset) in facts.once(competitors) else CORRIDOR,
        "kind": facts.kind_of(kind, asset),
        "measure": measure,
        "direction": " and ".join(dict.fromkeys(limits["direction"].astype(str))),
        "full_in": spans(full, facts.periods),
        "closed_in": spans(closed, facts.periods),
        "peak": float(limits["utilisation"].max()),
        "price": float(dearest.shadow_price),
        "loss": float(dearest.loss_price),
        "together": together_words(facts, str(dearest.together_with)) if helped else "",
        "together_price": float(dearest.together_price) if helped else np.nan,
        "price_period": str(dearest.period),
        "worth": worth,
        "relief": relief.get((kind, asset, measure)) or around.words(asset, measure, str(dearest.period)),
    }


YEAR_COLUMNS = [
    "period", "rank", "name", "whose", "measure", "direction", "usable", "used", "utilisation", "price", "saves",
    "relief", "asset",
]  # fmt: skip


def by_period(facts: Facts) -> pd.DataFrame:
    """Bottlenecks of each period, the one of which 10 % more would save most first; columns YEAR_COLUMNS.

    `usable` and `used` are a year's [measure; round trips of ships], `price` what one more unit saves in that year
    [USD/TEU, USD/t, thousand USD a round trip], alone or with what must grow too, `saves` what 10 % more of what is
    usable saves in it at most [million USD].
    """
    relief, around = _relief(facts, facts.once(Values)), facts.once(Around)
    foreign = facts.once(competitors)
    frame = facts.capacities.assign(best=best_price(facts.capacities))
    frame = frame.sort_values("utilisation", ascending=False, kind="stable")
    frame = frame.drop_duplicates(["asset_kind", "asset", "measure", "period"])
    frame = frame[frame["best"] > TINY_PRICE]
    records = []
    for row in rows(frame):
        key = (str(row.asset_kind), str(row.asset), str(row.measure))
        of_unit = 1.0 if row.measure == "Mt" else 1e-3
        records.append(
            {
                "period": row.period, "name": facts.names.asset(row.asset_kind, row.asset), "measure": row.measure,
                "whose": COMPETITOR if key[:2] in foreign else CORRIDOR, "direction": row.direction,
                "usable": float(row.usable), "used": float(row.used), "utilisation": float(row.utilisation),
                "price": float(row.best), "saves": EXTRA * float(row.usable) * float(row.best) * of_unit,
                "relief": relief.get(key) or around.words(key[1], key[2], str(row.period)), "asset": row.asset,
            }
        )  # fmt: skip
    found = pd.DataFrame(records, columns=YEAR_COLUMNS)
    first = facts.first_years
    found = found.sort_values(
        ["period", "saves"], key=lambda cells: cells.map(first) if cells.name == "period" else -cells, kind="stable"
    ).reset_index(drop=True)
    found["rank"] = found.groupby("period", sort=False).cumcount() + 1
    return found


def competitors(facts: Facts) -> frozenset[tuple[str, str]]:
    """(asset kind, asset) of what belongs to other corridors only.

    A corridor (Route group of a link) is ours when a project that is free to open touches it; a link without a group
    is common to several. A place is a competitor's when all its links are.
    """
    groups = {
        str(link): group for link, group in facts.links["route_group"].items() if isinstance(group, str) and group
    }
    ours: set[str] = set()
    for project, row in facts.project_rows.items():
        if row.status == "candidate":
            ours |= {groups[place] for place in touched(facts, project) if place in groups}
    foreign = {("link", link) for link, group in groups.items() if ours and group not in ours}
    at: dict[str, list[bool]] = {}
    for row in rows(facts.links):
        for node in (row.from_node, row.to_node):
            at.setdefault(str(node), []).append(("link", str(row.link)) in foreign)
    return frozenset(foreign | {("node", node) for node, marks in at.items() if all(marks)})


def nothing_binds(facts: Facts) -> str:
    """What to say where no bottleneck is known."""
    unknown = facts.once(Values).unknown
    if not unknown:
        return "Nothing binds: more of any limit would save nothing."
    return f"What binds is {unknown}. Utilisation lists what is full."


def some_unknown(facts: Facts) -> str:
    """' Some prices are unknown: …', or '' when all are known."""
    unknown = facts.once(Values).unknown
    return f" Some prices are {unknown}." if unknown else ""


def together_words(facts: Facts, text: str) -> str:
    """Limits that must grow too, by name: 'Aktau sea port (kTEU), trips of Aktau-Alat feeder (winter)'."""
    words = []
    for kind, (key, *more) in read_mentions(text):
        name = facts.names.asset(kind, key) if kind in ("link", "node", ROW) else f"{kind} of {key}"
        words.append(f"{name} ({more[0]})" if more else name)
    return listed(words, 6)


def _relief(facts: Facts, values: Values) -> dict[tuple[str, str, str], str]:
    """(asset kind, asset, measure) → the projects that add to it, what the plan does about them, what they would save.

    Round trips of a link are added to by ships that sail it, bought or brought by a project.
    """
    opened = facts.openings.groupby("project")["opening_year"].min().astype(int).to_dict()
    words: dict[tuple[str, str, str], list[str]] = {}
    for project, effects in values.effects.items():
        status = str(facts.project_rows[project].status)
        if status == "baseline":
            continue
        what = f"opens {opened[project]}" if project in opened else "excluded" if status == "excluded" else "not built"
        said = f"{project} {facts.project_name(project)} ({what}{_saving(facts, project)})"
        for effect in effects:
            if effect["asset_kind"] == "fleet" and float(effect["added_vessels"] or 0.0) > 0:
                for link in touched(facts, project):
                    words.setdefault(("link", link, SHIPS), []).append(said)
            for measure, column in (("kTEU", "added_kteu"), ("Mt", "added_kt")):
                if float(effect[column]) > 0:
                    place = words.setdefault((effect["asset_kind"], effect["asset"], measure), [])
                    place.append(said)
    for project in facts.project_rows:
        if project not in values.effects:  # ships to be bought stand in no sheet of effects
            what = f"{opened[project]}" if project in opened else "not bought"
            for link in touched(facts, project):
                said = f"{facts.project_name(project)} ({what}{_saving(facts, project)})"
                words.setdefault(("link", link, SHIPS), []).append(said)
    return {key: listed(list(dict.fromkeys(found)), 4) for key, found in words.items()}


class Around:
    """Projects of the plan whose own way takes cargo past a place: what adds nothing to it can relieve it all the same.

    A way is a project's own where a place on it has no capacity without projects.
    """

    def __init__(self, facts: Facts) -> None:
        """Find the ways that projects of the plan open, and the places and flows of all routes."""
        self.facts, self.places = facts, facts.once(route_places)
        based = facts.capacities.groupby("asset")["base"].max()
        closed = frozenset(map(str, based.index[based <= DUST]))
        built = dict.fromkeys(str(project) for project in facts.openings["project"])
        self.ways = {project: ways for project in built if (ways := touched(facts, project) & closed)}
        self.flows: dict[str, list[Any]] = {}
        for row in rows(facts.routes_used):
            self.flows.setdefault(str(row.period), []).append(row)
        self.through: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for route, demand in facts.routes["demand"].items():
            for place in facts.once(used_places)[str(route)]:
                self.through.setdefault(place, []).append((str(demand), self.places[str(route)]))

    def words(self, asset: str, measure: str, period: str) -> str:
        """That no project adds to an asset, and which ones take how much of its own cargo another way in a period.

        A way that some of this cargo takes besides the asset, before or behind it, is no other way.
        """
        column = "flow_mt" if measure == "Mt" else "flow_kteu"
        through = self.through.get(asset, [])
        taken: dict[str, float] = {}
        for project, ways in self.ways.items() if measure != SHIPS else ():
            cargo = {demand for demand, _ in through} - {demand for demand, on in through if not on.isdisjoint(ways)}
            taken[project] = sum(
                float(getattr(row, column))
                for row in self.flows.get(period, [])
                if str(row.demand) in cargo and not self.places[str(row.route)].isdisjoint(ways)
            )
        found = [
            f"{project} {self.facts.project_name(project)} ({amount:,.1f} {measure}{_saving(self.facts, project)})"
            for project, amount in sorted(taken.items(), key=lambda pair: -pair[1])
            if amount > DUST
        ]
        around = f"; in {period} the same cargo goes another way: {listed(found, 3)}" if found else ""
        return f"{NO_PROJECT}{around}"


def _saving(facts: Facts, project: str) -> str:
    """', saves at most 29.4 million USD for 95.8 million USD' of a project or its package; '' where nobody knows.

    Of what is left out in its easiest year, which is said: in the last one it would save next to nothing.
    """
    trial = facts.once(trials_of).easiest(project)
    if trial is None or not trial.settled:
        return ""
    gain = -trial.saved if trial.built else trial.saved
    said = least_money if trial.built == (gain > 0) else most_money
    amount = "nothing" if trial.saves_nothing else said(abs(gain), trial.exact)
    along = f" {trial.package}" if trial.along else ""
    when = "" if trial.built else f" from {trial.opening} on"
    verb = "loses" if gain < 0 and not trial.saves_nothing else "saves"
    return f", {verb} {amount} for {some_money(abs(trial.cost))}{when}{along}"


def spans(found: list[str], periods: list[str]) -> str:
    """Periods in words: '2026, 2029–2034'."""
    positions = sorted(periods.index(name) for name in found)
    groups: list[list[int]] = []
    for position in positions:
        if groups and position == groups[-1][-1] + 1:
            groups[-1].append(position)
        else:
            groups.append([position])
    words = (periods[g[0]] if len(g) == 1 else f"{periods[g[0]]}–{periods[g[-1]]}" for g in groups)
    return ", ".join(words)
