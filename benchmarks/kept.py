"""Records that a benchmark keeps for the docs: a small JSON file, each record with its day and its machine.

A record that no run wrote, such as a figure that an older page gave without a file, says so: `"by": "hand"`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ORIGIN = ("day", "machine", "measured by")
"""Headers of what `origin` tells."""


def read(file: Path) -> dict[str, Any]:
    """What is kept, by name; nothing where there is no file."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def write(file: Path, records: Mapping[str, Any]) -> None:
    """Write all records, in the order of their names; the folder is made where it is missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(dict(sorted(records.items())), indent=1, ensure_ascii=False, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")


def stamp() -> dict[str, str]:
    """Day and machine of a run that begins now: processors, and how many programs want one (not told on Windows)."""
    load = f", load {os.getloadavg()[0]:.0f}" if hasattr(os, "getloadavg") else ""
    return {"day": datetime.now(UTC).date().isoformat(), "machine": f"{os.cpu_count()} processors{load}", "by": "run"}


def origin(record: Mapping[str, Any]) -> tuple[str, str, str]:
    """Cells that say when and where a record was measured, and whether by a run of the command or by hand."""
    return str(record["day"]), str(record.get("machine", "-")), str(record.get("by", "run"))
