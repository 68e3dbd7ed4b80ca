"""A case with a demand sheet of any length over a network of its own, made from the small case."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd

from model.case.workbooks.writer import write_workbook
from tests.case.small import Row, Rows, small_rows

PLACES = 120
NEIGHBOURS = (1, 7)


def large_rows(count: int, places: int = PLACES) -> dict[str, Rows]:
    """`count` demand rows between random places of a ring with chords, every link and every tenth place limited."""
    generator = random.Random(5)
    rows = small_rows()
    node, demand, link = rows["Nodes"][0], rows["Demand"][0], rows["Links"][1]
    names = [f"N{number}" for number in range(places)]
    for number, name in enumerate(names):
        limit: Row = {"capacity_kteu": 800} if number % 10 == 0 else {}
        rows["Nodes"].append({**node, "node": name, "latitude": 43.0, "longitude": 51.0 + number / 1000, **limit})
    ends = [(names[i], names[(i + step) % places]) for step in NEIGHBOURS for i in range(places)]
    common = {**link, "length_km": 100, "days_regular": 1, "days_block": 1, "container_cost": 60, "tonne_cost": 4}
    common |= {"capacity_kteu": 600, "route_group": "Ring"}
    rows["Links"] += [
        {**common, "link": f"R{number}", "from_node": one, "to_node": two} for number, (one, two) in enumerate(ends)
    ]
    rows["Demand"] = []
    rows["Families"], rows["Choice"] = [], []  # the ring has no corridors
    for number in range(count):
        origin, destination = generator.sample(names, 2)
        amounts: Row = {2026: round(generator.uniform(0.01, 0.09), 5), 2030: round(generator.uniform(0.01, 0.09), 5)}
        keys: Row = {"demand": f"D{number}", "origin": origin, "destination": destination}
        rows["Demand"].append({**demand, **keys, **amounts})
    return rows


def write_rows(path: Path, rows: dict[str, Rows]) -> Path:
    """Write the rows as a workbook (quicker than with openpyxl); returns the path."""
    write_workbook(path, {name: pd.DataFrame(records) for name, records in rows.items()}, list(rows))
    return path
