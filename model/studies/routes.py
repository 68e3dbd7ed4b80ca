"""The best routes between two places, leg by leg: the planner's way to trust the network."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import pandas as pd

from model.case.case import Case
from model.formulation.plugins import cost_labels, unbilled
from model.network.cargo import CargoClass
from model.network.graph import LINK
from model.network.legs import Itinerary
from model.network.ranked import SearchGivenUp
from model.studies.best_routes import best_routes

CLOSED = "Closed"
"""First word of the title of a route that cannot be taken in the year."""


class RouteError(ValueError):
    """A place, commodity or year that the case does not have; the text says so in words for the planner."""


@dataclass(frozen=True)
class RouteWish:
    """Between which places (keys or names), for which commodity, service and year, how many routes.

    None: the first container commodity, that commodity's service, the first year of the case.
    """

    origin: str
    destination: str
    commodity: str | None = None
    service: str | None = None
    count: int = 3
    year: int | None = None


def route_tables(case: Case, wish: RouteWish) -> list[tuple[str, pd.DataFrame]]:
    """Title and leg table of each route, best first; none when there is no way.

    Where a route that is closed would be cheaper than all that are open, it comes last and says so. Money in USD per
    TEU, or per tonne for commodities given in kt. Raises RouteError for an unknown place, commodity or year.
    """
    nodes = case.table("Nodes")
    keys = [find_key(place, nodes["node"], nodes["name"], "node") for place in (wish.origin, wish.destination)]
    if keys[0] == keys[1]:
        raise RouteError(f"Origin and destination are the same node, {keys[0]}.")
    if wish.year is not None and not case.first_year <= wish.year <= case.last_year:
        raise RouteError(f"The case covers {case.first_year} to {case.last_year}, not {wish.year}.")
    goods = case.table("Commodities")
    if wish.commodity is None:
        commodity = default_commodity(goods)
    else:
        commodity = find_key(wish.commodity, goods["commodity"], goods["name"], "commodity")
    try:
        found = best_routes(case, keys[0], keys[1], commodity, wish.service, wish.count, wish.year)
    except SearchGivenUp:
        raise RouteError("There are too many ways to be sure of the best: ask for fewer with --count.") from None
    year = case.first_year if wish.year is None else wish.year
    only = all(itinerary.closed for itinerary, _ in found)
    heads = [
        f"{CLOSED} in {year}, {'the only way' if only else 'it would be cheaper'}"
        if itinerary.closed
        else f"Route {number}"
        for number, (itinerary, _) in enumerate(found, start=1)
    ]
    return [
        (f"{head} for {commodity}, {told(itinerary, cargo)}", leg_table(case, itinerary, cargo))
        for head, (itinerary, cargo) in zip(heads, found, strict=True)
    ]


def find_key(wanted: str, keys: pd.Series[str], names: pd.Series[str], noun: str) -> str:
    """Key of the thing that is called so: by key, by name, by a part of one name only; letter case does not count.

    Raises RouteError with the nearest names when there is none or when several fit.
    """
    labels = {str(key): str(name or key) for key, name in zip(keys, names, strict=True)}
    folded = wanted.strip().casefold()
    exact = [key for key in labels if key.casefold() == folded] or [
        key for key, name in labels.items() if name.casefold() == folded
    ]
    fitting = exact or [key for key, name in labels.items() if folded and folded in name.casefold()]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        several = ", ".join(f"{key} ({labels[key]})" for key in fitting)
        raise RouteError(f"'{wanted}' fits several {noun}s: {several}. Give the key.")
    words = {word.casefold(): key for key, name in labels.items() for word in (key, name)}
    near = [words[word] for word in difflib.get_close_matches(folded, words, n=3, cutoff=0.5)]
    meant = ", ".join(f"{key} ({labels[key]})" for key in dict.fromkeys(near))
    raise RouteError(f"The case has no {noun} '{wanted}'." + (f" Near: {meant}." if meant else ""))


def money_unit(cargo: CargoClass) -> str:
    """'USD/TEU', or 'USD/t' for commodities given in kt."""
    return "USD/TEU" if cargo.unit == "kTEU" else "USD/t"


def dollars(amount: float) -> float:
    """Million USD per kTEU or kt → USD per TEU or tonne."""
    return 1000 * amount


def default_commodity(goods: pd.DataFrame) -> str:
    """The first commodity in containers, or the first of all."""
    boxed = goods.loc[goods["form"] == "container", "commodity"]
    return str((boxed if len(boxed) else goods["commodity"]).iloc[0])


def told(itinerary: Itinerary, cargo: CargoClass) -> str:
    """'regular: 9,310 km, 17.2 days, 3,450 USD/TEU paid, 690 USD/TEU for time', and what else a plan counts."""
    unit, aside, charges = money_unit(cargo), unbilled(), itinerary.charges
    figures = [(sum(amount for term, amount in charges.items() if term not in aside), "paid")]
    figures += [(amount, aside[term]) for term, amount in charges.items() if amount and term in aside]
    money = ", ".join(f"{dollars(amount):,.0f} {unit} {words}" for amount, words in figures)
    return f"{cargo.service}: {itinerary.length_km:,.0f} km, {itinerary.days:.1f} days, {money}"


def leg_table(case: Case, itinerary: Itinerary, cargo: CargoClass) -> pd.DataFrame:
    """One row a leg: where, what, carrier, km, days and what is paid by cost term, with the total last."""
    nodes = case.table("Nodes").set_index("node")["name"].to_dict()
    unit, aside = money_unit(cargo), unbilled()
    labels = cost_labels()
    paid = {term: f"{labels[term].lower()} [{unit}]" for term in itinerary.charges if term not in aside}
    records = []
    stops = iter(zip(itinerary.nodes, itinerary.nodes[1:], strict=False))
    for leg in itinerary.legs:
        link = leg.kind == LINK
        places = next(stops) if link else (leg.place,)
        idle = not link and not any((leg.days, *(leg.charges[term] for term in paid)))
        if idle and leg.kind == "passing" and not leg.closed:
            continue
        records.append(
            {
                "where": " – ".join(str(nodes.get(place, place)) for place in places),
                "what": (f"link {leg.place}" if link else leg.kind) + (", closed" if leg.closed else ""),
                "carrier": leg.carrier if link else "",
                "km": leg.length_km,
                "days": leg.days,
                **{head: dollars(leg.charges[term]) for term, head in paid.items()},
            }
        )
    table = pd.DataFrame(records)
    total = {"where": "total", "what": "", "carrier": "", **table.drop(columns=["where", "what", "carrier"]).sum()}
    return pd.concat([table, pd.DataFrame([total])], ignore_index=True)
