"""Links on the Caspian that the headline 'containers across the Caspian' would leave out."""

from __future__ import annotations

from typing import Final

from model.case.checks.tables import Tables

CASPIAN: Final = "Caspian"
"""Word in Nodes.area of the ports; links by sea or ferry between two of them count as crossing the Caspian."""
WATER: Final = frozenset({"sea", "ferry"})
SHORES: Final = ((36.0, 48.0), (46.0, 55.0))
"""Degrees north and east between which the Caspian Sea lies."""


def check_crossings(tables: Tables) -> None:
    """Links by water with an end on the Caspian shore that does not have the area of Caspian ports."""
    areas = {node: words for _, node, words in tables.rows("Nodes", "node", "area")}
    ports = {node for node, words in areas.items() if CASPIAN in words}
    readable = tables.sound("Nodes", "node", "area") and tables.sound(
        "Carriers", "carrier", "mode", "accepts_container"
    )
    if not ports or not readable or tables.unchanged("Nodes", "Links", "Carriers"):
        return
    places = tables.rows("Nodes", "node", "latitude", "longitude")
    south_north, west_east = SHORES
    ashore = {
        node
        for _, node, latitude, longitude in places
        if south_north[0] <= latitude <= south_north[1] and west_east[0] <= longitude <= west_east[1]
    }
    flags = tables.rows("Carriers", "carrier", "mode", "accepts_container")
    boats = {carrier for _, carrier, mode, boxes in flags if mode in WATER and boxes}
    for row, link, carrier, *ends in tables.rows("Links", "link", "carrier", "from_node", "to_node"):
        outside = [place for place, end in enumerate(ends) if end not in ports]
        on_the_sea = any(end in ports for end in ends) or all(end in ashore for end in ends)
        if carrier not in boats or not outside or not on_the_sea or any(end not in areas for end in ends):
            continue
        end = ends[outside[0]]
        text = f"{end} is not in the area “{CASPIAN}”, so what {link} carries is not counted as crossing the Caspian."
        text = f"{text} If it crosses, put “{CASPIAN}” into Areas of {end} in the sheet Nodes."
        column = ("from_node", "to_node")[outside[0]]
        tables.remark("crossing-uncounted", "Links", row, column, text, end)
