"""Plausibility of the network: speed, cost per km, coordinates against length, places without links."""

from __future__ import annotations

import math
from statistics import median
from typing import Any, Final

from model.case.checks.declared import in_sheet_unit
from model.case.checks.tables import Tables
from model.case.messages import shown
from model.case.schema import SHEETS
from model.case.text import listed

EARTH_RADIUS_KM: Final = 6371.0
FASTEST_KM_PER_HOUR: Final = {"rail": 100.0, "road": 90.0, "ferry": 60.0, "sea": 60.0, "pipeline": 20.0}
SLOWEST_KM_PER_HOUR: Final = 1.5
SLOW_FROM_KM: Final = 300.0
FAST_FROM_KM: Final = 30.0
COST_FROM_KM: Final = 100.0
COST_TIMES: Final = 10.0
FEWEST_LINKS: Final = 5
DETOUR: Final = {"rail": 3.0, "road": 3.0, "ferry": 3.0, "sea": 6.0, "pipeline": 3.0}
DETOUR_SLACK_KM: Final = 150.0
STRAIGHT_LINE_SHARE: Final = 0.9
STRAIGHT_LINE_SLACK_KM: Final = 15.0


def _modes(tables: Tables) -> dict[Any, str]:
    return {carrier: mode for _, carrier, mode in tables.rows("Carriers", "carrier", "mode") if mode is not None}


def check_speed(tables: Tables) -> None:
    """Links faster or slower than their mode can be."""
    modes = _modes(tables)
    columns = ("carrier", "length_km", "days_regular", "days_block")
    for row, carrier, length, regular, block in tables.rows("Links", *columns):
        mode = modes.get(carrier)
        for name, days in (("days_regular", regular), ("days_block", block)):
            if mode is None or not length >= FAST_FROM_KM or not days >= 0:
                continue
            speed = length / (24 * days) if days > 0 else math.inf
            if speed > FASTEST_KM_PER_HOUR[mode]:
                what = "no time at all" if days == 0 else f"{shown(days)} days ({speed:.0f} km/h)"
                text = f"{shown(length)} km by {mode} in {what}: faster than {FASTEST_KM_PER_HOUR[mode]:.0f} km/h."
                tables.remark("link-speed", "Links", row, name, f"{text} Is the time in days?", days)
            elif length >= SLOW_FROM_KM and speed < SLOWEST_KM_PER_HOUR:
                text = f"{shown(length)} km by {mode} in {shown(days)} days: {speed:.1f} km/h. Is the time in days?"
                tables.remark("link-speed", "Links", row, name, text, days)


def check_cost_per_km(tables: Tables) -> None:
    """Prices per km far from those of other links of the mode."""
    modes = _modes(tables)
    for name in ("container_cost", "tonne_cost"):
        rates: dict[str, list[tuple[Any, float, float]]] = {}
        for row, carrier, length, cost in tables.rows("Links", "carrier", "length_km", name):
            if carrier in modes and length >= COST_FROM_KM and cost > 0:
                rates.setdefault(modes[carrier], []).append((row, cost / length, length))
        for mode, links in rates.items():
            if len(links) < FEWEST_LINKS:
                continue
            middle = median(rate for _, rate, _ in links)
            for row, rate, length in links:
                if not middle / COST_TIMES <= rate <= middle * COST_TIMES:
                    unit = "USD/TEU-km" if name == "container_cost" else "USD/t-km"
                    text = (
                        f"{shown(round(1000 * rate, 4))} {unit} over {shown(length)} km; the middle of {mode} links is"
                    )
                    text = f"{text} {shown(round(1000 * middle, 4))}. Is it the price of the whole leg?"
                    tables.remark("link-cost", "Links", row, name, text, round(1000 * rate * length, 6))


def check_coordinates(tables: Tables) -> None:
    """Links shorter than the straight line between their ends, or several times longer."""
    places = {
        node: (latitude, longitude)
        for _, node, latitude, longitude in tables.rows("Nodes", "node", "latitude", "longitude")
        if latitude == latitude and longitude == longitude
    }
    modes = _modes(tables)
    for row, start, end, carrier, length in tables.rows("Links", "from_node", "to_node", "carrier", "length_km"):
        if start not in places or end not in places or length != length or carrier not in modes:
            continue
        straight = great_circle_km(places[start], places[end])
        if length < STRAIGHT_LINE_SHARE * straight - STRAIGHT_LINE_SLACK_KM:
            text = f"{shown(length)} km is shorter than the straight line from {start} to {end} ({straight:.0f} km)."
            text = f"{text} Check the length and the coordinates of both places."
            tables.remark("link-length", "Links", row, "length_km", text, length)
        elif length > DETOUR[modes[carrier]] * straight + DETOUR_SLACK_KM:
            text = (
                f"{shown(length)} km is {length / max(straight, 1):.1f} times the straight line from {start} to {end}"
            )
            text = f"{text} ({straight:.0f} km). Check the length and the coordinates of both places."
            tables.remark("link-length", "Links", row, "length_km", text, length)


def great_circle_km(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Distance in km between two (latitude, longitude) in degrees, on a sphere (haversine formula)."""
    latitude_one, latitude_two = math.radians(one[0]), math.radians(two[0])
    half_latitude = (latitude_two - latitude_one) / 2
    half_longitude = math.radians(two[1] - one[1]) / 2
    root = (
        math.sin(half_latitude) ** 2 + math.cos(latitude_one) * math.cos(latitude_two) * math.sin(half_longitude) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, root)))


def check_isolated(tables: Tables) -> None:
    """Places that no link touches."""
    if not tables.sound("Links", "from_node", "to_node"):
        return
    touched = tables.keys("Links", "from_node") | tables.keys("Links", "to_node")
    for row, node, kind in tables.rows("Nodes", "node", "kind"):
        # Sea gates are named for policies and reports; ocean links may pass them by.
        if node is not None and node not in touched and kind != "sea gate":
            tables.remark("node-isolated", "Nodes", row, "node", f"No link begins or ends at {node}.", node)


def check_background(tables: Tables) -> None:
    """Background traffic above the capacity that it uses: nothing is left, and what does not fit is not counted."""
    for sheet in ("Links", "Nodes"):
        column = SHEETS[sheet].column
        for suffix in ("kteu", "kt"):
            names = f"background_{suffix}", f"capacity_{suffix}"
            for row, others, capacity in tables.rows(sheet, *names):
                if others > capacity * (1 + 1e-9) and others > 0:
                    unit = column(names[0]).unit
                    taken, room = (
                        in_sheet_unit(column(name), value)
                        for name, value in zip(names, (others, capacity), strict=True)
                    )
                    text = f"Background traffic of {shown(taken)} {unit} is more than the capacity ({shown(room)}), so"
                    text = f"{text} that nothing is left for the case; what does not fit is not counted."
                    tables.remark("background-over-capacity", sheet, row, names[0], text, taken)


def check_carriers(tables: Tables) -> None:
    """Carriers that take nothing; commodities that nothing takes."""
    flags = {"container": "accepts_container", "dry bulk": "accepts_dry_bulk", "liquid bulk": "accepts_liquid_bulk"}
    taken: set[str] = set()
    for row, carrier, *accepts in tables.rows("Carriers", "carrier", *flags.values()):
        taken |= {form for form, accepted in zip(flags, accepts, strict=True) if accepted}
        if carrier is not None and not any(accepts) and ("Carriers", row) not in tables.unsound_rows:
            text = f"{carrier} takes neither containers nor bulk, so its links stay empty."
            tables.remark("carrier-empty", "Carriers", row, "accepts_container", text)
    if not tables.sound("Carriers", *flags.values()):
        return
    for row, commodity, form in tables.rows("Commodities", "commodity", "form"):
        if form is not None and form not in taken:
            text = f"No carrier takes {form}, so {commodity} cannot travel. The carriers take: {listed(sorted(taken))}."
            tables.remark("commodity-uncarried", "Commodities", row, "form", text, form)
