"""Legs and places that cost nothing because a price was left out, where others of their kind have one."""

from __future__ import annotations

from typing import Any, Final

from model.case.checks.tables import Tables

NODE_PRICES: Final = ("passing_cost", "transfer_cost", "terminal_cost")
PRICED_KINDS: Final = frozenset({"port", "terminal", "border"})
"""Kinds of place where something is always paid."""
FEWEST: Final = 3
"""Places of a kind from which on it can be said what is usual."""
MOST_PRICED: Final = 0.5
"""Part of the siblings that must have a price before the want of one is remarked."""


def check_prices(tables: Tables) -> None:
    """Cells of prices that were left empty; a 0 that was typed is a price."""
    if not tables.unchanged("Links") and tables.sound("Links", "container_cost", "tonne_cost", "carrier"):
        _check_links(tables)
        _check_emissions(tables)
    if not tables.unchanged("Nodes") and tables.sound("Nodes", "kind", *NODE_PRICES):
        _check_nodes(tables)


def _check_links(tables: Tables) -> None:
    legs = list(tables.rows("Links", "link", "carrier", "container_cost", "tonne_cost"))
    priced = {carrier for _, _, carrier, per_teu, per_t in legs if per_teu > 0 or per_t > 0}
    for row, link, carrier, per_teu, per_t in legs:
        if per_teu == per_teu or per_t == per_t or carrier not in priced:
            continue
        free = _without_tariff(tables, "transport", {("link", link), ("carrier", carrier)}, carrier)
        if free:
            text = f"The leg has no price, so it is free for {free}; other legs by {carrier} have one."
            text = f"{text} Type the price, or 0 where the leg is free."
            tables.remark("price-missing", "Links", row, "container_cost", text)


def _check_emissions(tables: Tables) -> None:
    """Legs without a CO2 factor among those of their carrier that have one: cargo would look clean on them."""
    legs = list(tables.rows("Links", "link", "carrier", "co2_g_per_tkm"))
    emitting = {carrier for _, _, carrier, grams in legs if grams > 0}
    for row, link, carrier, _ in legs:
        if carrier in emitting and tables.left_empty("Links", row, "co2_g_per_tkm"):
            text = f"{link} has no CO2 factor, so it emits nothing; other legs by {carrier} have one. Type it, or 0."
            tables.remark("emission-missing", "Links", row, "co2_g_per_tkm", text)


def _check_nodes(tables: Tables) -> None:
    places = list(tables.rows("Nodes", "node", "kind", *NODE_PRICES))
    with_price = {kind: [max(prices) > 0 for _, _, other, *prices in places if other == kind] for kind in PRICED_KINDS}
    for row, node, kind, *_ in places:
        siblings = with_price.get(kind, [])
        few = len(siblings) < FEWEST or sum(siblings) <= MOST_PRICED * (len(siblings) - 1)
        if few or not tables.left_empty("Nodes", row, *NODE_PRICES):
            continue
        if any(_without_tariff(tables, item, {("node", node)}) for item in ("passing", "transfer", "terminal")):
            text = f"{node} has no price for passing, transfer or loading, so using it is free; most places of the kind"
            text = f"{text} “{kind}” have one. Type the prices, or 0 where nothing is paid."
            tables.remark("price-missing", "Nodes", row, "transfer_cost", text)


def _without_tariff(tables: Tables, item: str, assets: set[tuple[Any, Any]], carrier: str | None = None) -> str:
    """Commodities that can use a place and have no row of Costs for it, in words; empty when there are none."""
    columns = ("commodity", "asset_kind", "asset", "item")
    tariffs = {
        commodity
        for _, commodity, kind, asset, of in tables.rows("Costs", *columns)
        if of == item and (kind, asset) in assets
    }
    forms = {"container": "accepts_container", "dry bulk": "accepts_dry_bulk", "liquid bulk": "accepts_liquid_bulk"}
    takes = {
        form: any(flag for _, name, flag in tables.rows("Carriers", "carrier", column) if carrier in (None, name))
        for form, column in forms.items()
    }
    free = [
        commodity
        for _, commodity, form in tables.rows("Commodities", "commodity", "form")
        if commodity is not None and commodity not in tariffs and takes.get(form, False)
    ]
    return f"{', '.join(free[:3])}{' and others' if len(free) > 3 else ''}"
