"""What a caller may choose about the written outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.case.case import Case


@dataclass(frozen=True)
class ReportOptions:
    """Choices and companions of a report; everything is optional.

    `run` is the content of run.json (hashes, versions, options, seeds, times), shown on the cover and in the
    notes.
    `base_case` is the case before the scenario: with it changed inputs are marked. `boundaries` is a GeoJSON file
    of outlines that replaces the shipped one on maps. `accessible` drops freezes, fills and charts from the
    workbook. `parquet` adds Parquet files beside the CSV. `created` fixes the time stamps of the files (tests).
    """

    run: Mapping[str, Any] = field(default_factory=dict)
    base_case: Case | None = None
    boundaries: Path | None = None
    accessible: bool = False
    parquet: bool = False
    created: datetime | None = None
