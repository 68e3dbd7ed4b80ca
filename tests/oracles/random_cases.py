"""Random small cases that use every rule of the model: a seed gives the same case for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from model.case.case import Case
from model.case.timed import TimedChange
from tests.minis import Record, budget, demand, effect, link, make_case, node, project, rule

CARRIERS = ("rail 1520", "rail 1435", "container ship")
COUNTRIES = ("KZ", "AZ", "GE", "KZ/UZ")


class Dice:
    """Draws of one seed."""

    def __init__(self, seed: int) -> None:
        self.generator = np.random.default_rng(seed)

    def number(self, low: float, high: float, step: float = 0.25) -> float:
        """A multiple of `step` between two figures."""
        return float(low + step * self.generator.integers(0, round((high - low) / step) + 1))

    def whole(self, low: int, high: int) -> int:
        """A whole number between two, both included."""
        return int(self.generator.integers(low, high + 1))

    def one_of(self, choices: Sequence[Any]) -> Any:
        """One of several things."""
        return choices[self.whole(0, len(choices) - 1)]

    def chance(self, share: float) -> bool:
        """True so often."""
        return bool(self.generator.random() < share)

    def maybe(self, share: float, low: float, high: float) -> float | None:
        """A number so often, else blank."""
        return self.number(low, high) if self.chance(share) else None


def random_case(seed: int) -> Case:
    """A case of 4-7 nodes, 2-3 carriers, 3-5 demands, 2-4 periods, 2-4 projects, envelopes and rules."""
    dice = Dice(seed)
    carriers = CARRIERS[: dice.whole(2, 3)]
    nodes = [_node(dice, f"N{number}") for number in range(dice.whole(4, 7))]
    links = _links(dice, len(nodes), carriers)
    demands = [_demand(dice, f"D{number}", len(nodes)) for number in range(dice.whole(3, 5))]
    first, count = 2026, dice.whole(2, 4)
    years: list[Record] = []
    for number in range(count):
        length = dice.whole(1, 3)
        years.append({"period": f"T{number}", "first_year": first, "years": length, "co2_price": dice.maybe(0.2, 0, 1)})
        first += length
    projects = [_project(dice, f"P{number}", first) for number in range(dice.whole(2, 4))]
    case = make_case(
        f"random {seed}",
        nodes,
        links,
        demands,
        years=years,
        settings={
            "discount_rate": dice.number(0, 0.1, 0.05),
            "discount_base_year": dice.one_of([None, 2025]),
            "salvage": dice.one_of(["none", "straight line"]),
            "default_life_years": dice.whole(5, 20),
            "co2_price": dice.number(0, 0.5),
        },
        Costs=_tariffs(dice, nodes, links, carriers),
        Projects=projects,
        ProjectEffects=_effects(dice, projects, nodes, links),
        ProjectRules=_rules(dice, projects),
        Funding=[{"project": item["project"], "funder": "Bank", "share": dice.number(0, 1)} for item in projects[:2]],
        Budgets=_budgets(dice, first),
    )
    return replace(case, changes=_changes(dice, case)) if dice.chance(0.3) else case


def _node(dice: Dice, key: str) -> dict[str | int, Any]:
    times: dict[str | int, Any] = {
        f"{item}_{what}": dice.number(0, 0.5)
        for item in ("passing", "transfer", "terminal")
        for what in ("days_regular", "days_block", "cost")
    }
    return node(
        key,
        country=dice.one_of(COUNTRIES),
        capacity_kteu=dice.maybe(0.25, 2, 12),
        capacity_kt=dice.maybe(0.15, 40, 200),
        capacity_counts=dice.one_of(["handling", "throughput"]),
        transfer_allowed=dice.chance(0.8),
        **{str(name): value for name, value in times.items()},
    )


def _links(dice: Dice, nodes: int, carriers: Sequence[str]) -> list[dict[str | int, Any]]:
    """A path through all nodes, and some more links anywhere."""
    ends = [(number, number + 1) for number in range(nodes - 1)]
    ends += [tuple(dice.generator.permutation(nodes)[:2].tolist()) for _ in range(dice.whole(1, 4))]
    return [
        link(
            f"L{number}",
            f"N{start}-N{end}",
            carrier=dice.one_of(carriers),
            both_ways=dice.chance(0.85),
            length_km=dice.number(100, 1000, 100),
            days_regular=dice.number(0, 3),
            days_block=dice.maybe(0.5, 0, 2),
            container_cost=dice.maybe(0.9, 0.5, 3),
            tonne_cost=dice.maybe(0.3, 0, 0.25),
            surcharge=dice.number(0, 0.5),
            perceived_cost=dice.number(0, 0.5),
            capacity_kteu=dice.maybe(0.6, 0, 8),
            capacity_kt=dice.maybe(0.3, 0, 150),
            capacity_direction=dice.one_of(["each", "both"]),
            co2_g_per_tkm=dice.number(0, 30, 10),
        )
        for number, (start, end) in enumerate(ends)
    ]


def _demand(dice: Dice, key: str, nodes: int) -> dict[str | int, Any]:
    start, end = dice.generator.permutation(nodes)[:2].tolist()
    commodity = dice.one_of(["boxes", "boxes", "grain", "oil"])
    size = 1.0 if commodity == "boxes" else 15.0
    amounts = {2026: size * dice.number(1, 8), 2029: size * dice.number(1, 12)}
    return demand(
        key,
        f"N{start}-N{end}",
        amounts,
        commodity=commodity,
        unit="kTEU" if commodity == "boxes" else "kt",
        market_size=dice.one_of([1.0, 0.5]),
        value_of_time=dice.maybe(0.6, 0, 0.5),
        service=dice.one_of(["regular", "block", None]),
        tonnes_per_teu=dice.maybe(0.3, 8, 24),
    )


def _tariffs(dice: Dice, nodes: Sequence[Any], links: Sequence[Any], carriers: Sequence[str]) -> list[Any]:
    """Some prices by commodity; each either by TEU or by tonne."""
    tariffs = {}
    for _ in range(dice.whole(0, 5)):
        kind = dice.one_of(["link", "carrier", "node"])
        asset = dice.one_of(
            {"link": [x["link"] for x in links], "carrier": carriers}.get(kind) or [x["node"] for x in nodes]
        )
        items = ["passing", "transfer", "terminal"] if kind == "node" else ["transport", "surcharge"]
        commodity, item = dice.one_of(["boxes", "grain", "oil"]), dice.one_of(items)
        price = {"tonne_cost": dice.number(0, 0.2, 0.05)} if dice.chance(0.5) else {"container_cost": dice.number(0, 2)}
        key = (commodity, kind, asset, item)
        tariffs[key] = dict(zip(("commodity", "asset_kind", "asset", "item"), key, strict=True)) | price
    return list(tariffs.values())


def _project(dice: Dice, key: str, after: int) -> dict[str | int, Any]:
    status = dice.one_of(["candidate"] * 6 + ["committed", "excluded", "baseline"])
    return project(
        key,
        dice.number(2, 60, 1),
        status=status,
        construction_years=dice.whole(0, 3),
        earliest_opening=dice.one_of([None, None, 2027, 2028]),
        latest_opening=dice.one_of([None, None, after - 1, after - 2]),
        committed_opening=dice.whole(2026, after - 1) if status == "committed" else None,
        maximum_modules=dice.one_of([1, 1, 1, 2]),
        life_years=dice.one_of([None, 2, 4, 12]),
        renewal_cost=dice.maybe(0.5, 1, 30),
        upkeep=dice.number(0, 1),
        country=dice.one_of((*COUNTRIES[:2], "/".join(COUNTRIES[:2]))),
        project_class=dice.one_of(["rail", "port"]),
        tags=dice.one_of(["Caspian", "Caspian; gauge", None]),
    )


def _effects(dice: Dice, projects: Sequence[Any], nodes: Sequence[Any], links: Sequence[Any]) -> list[Any]:
    """Each project widens one or two assets in the measures in which they are limited."""
    limited = [
        (kind, item[kind], item)
        for kind, items in (("link", links), ("node", nodes))
        for item in items
        if item.get("capacity_kteu") is not None or item.get("capacity_kt") is not None
    ]
    effects = {}
    for row in projects if limited else ():
        for _ in range(dice.whole(1, 2)):
            kind, asset, item = dice.one_of(limited)
            kteu = dice.number(1, 8) if item.get("capacity_kteu") is not None else 0.0
            kt = dice.number(20, 150, 5) if item.get("capacity_kt") is not None else 0.0
            effects[row["project"], kind, asset] = effect(row["project"], asset, kteu, kt, kind)
    return list(effects.values())


def _rules(dice: Dice, projects: Sequence[Any]) -> list[Any]:
    """At most two rules among candidates; committed ones could make a case without any plan."""
    free = [item["project"] for item in projects if item["status"] == "candidate"]
    rules = []
    for number in range(dice.whole(0, 2) if len(free) > 1 else 0):
        one, other = dice.generator.permutation(len(free))[:2].tolist()
        kind = dice.one_of(["requires", "requires", "excludes", "together"])
        lag = dice.whole(0, 2) if kind == "requires" else 0
        rules.append(rule(f"R{number}", f"{free[one]} {kind} {free[other]}", lag))
    return rules


def _budgets(dice: Dice, after: int) -> list[Any]:
    """None, one, or two envelopes, of one or two windows."""
    budgets = []
    for number in range(dice.whole(0, 2)):
        kind, scope = dice.one_of(
            [("all", None), ("country", "KZ"), ("funder", "Bank"), ("tag", "Caspian"), ("class", "rail")]
        )
        common = {
            "scope_kind": kind,
            "scope": scope,
            "amount_per": dice.one_of(["year", "window"]),
            "carry_over": dice.chance(0.5),
        }
        cut = dice.whole(2027, after - 1)
        spans = [(2026, after - 1)] if dice.chance(0.5) else [(2026, cut - 1), (cut, after - 1)]
        # Wide enough for what is committed, else there is no plan at all.
        budgets += [budget(f"E{number}", span, dice.number(20, 80, 5), **common) for span in spans]
    return budgets


def _changes(dice: Dice, case: Case) -> tuple[TimedChange, ...]:
    """Something that happens during the horizon, to the first row of a sheet (row 2) or to all; more in test_timed."""
    first, every = (2,), tuple(case.table("Links").index.tolist())
    changes = [
        TimedChange("Links", "capacity_kteu", first, "multiply", 0.5, 2027),
        TimedChange("Links", "surcharge", every, "add", 1.0, 2028),
        TimedChange("Links", "days_block", first, "set", 0.5, 2027),
        TimedChange("Nodes", "transfer_cost", (3,), "add", 2.0, 2028),
        TimedChange("Nodes", "passing_days_regular", (3,), "multiply", 0.0, 2027, 2027),
    ]
    return tuple(dice.one_of(changes) for _ in range(dice.whole(1, 2)))
