"""Tiny hand-made instance files of each format, written by the tests, and the shared public ones where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "benchmarks"

CANAD = """ MULTIGEN.DAT:
  3 3 1
  1 2 1 10 5 1 1
  2 3 1 10 5 1 2
  1 3 3 10 2 1 3
  1 3 10
"""

SNDLIB = """?SNDlib native format; type: network; version: 1.0
# network two
META (
  origin  = made by hand (for the tests)
)
NODES (
  A ( 0.0 0.0 )
  B ( 1.0 0.0 )
)
# <link_id> ( <source> <target> ) ...
LINKS (
  AB ( A B ) 1.00 7.00 0.50 2.00 ( 4.00 10.00 )
)
DEMANDS (
  there ( A B ) 1 3.00 UNLIMITED
  back ( B A ) 1 3.00 UNLIMITED
)
"""

ORLIB = """ 2 2
 10 5.
 10 1.
 6
 12.0 60.0
 6
 18.0
 24.0
"""

LADDER: dict[str, Any] = {
    "name": "two",
    "nodes": 2,
    "periods": 2,
    "discount_rate_per_period": 0.1,
    "classes": [{"value_of_time_per_unit_day": 2.0}],
    "links": [{"a": 0, "b": 1, "cost_per_unit": 1.0, "days": 3.0, "capacity_both_directions": 10.0}],
    "demands": [{"origin": 1, "destination": 0, "cls": 0, "units_first_period": 10.0, "unserved_cost_per_unit": 50.0}],
    "demand_growth": [1.0, 1.5],
    "projects": [{"link": 0, "capacity_added": 5.0, "capex": 100.0}],
    "budget_per_period": [100.0, 0.0],
}


def write(folder: Path, name: str, text: str) -> Path:
    """A file with that text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def write_ladder(folder: Path, **changes: Any) -> Path:
    """The ladder sample with some keys changed."""
    return write(folder, "two.json", json.dumps({**LADDER, **changes}))


def shared(name: str) -> Path:
    """A shared public file; skips the test where the shared folder is not there."""
    if not SHARED.is_dir():
        pytest.skip("the public instances (../shared/benchmarks) are not on this machine")
    return SHARED / name
