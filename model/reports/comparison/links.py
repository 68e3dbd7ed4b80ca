"""Runs that were made together: in each report a line that leads to the others, in each workbook a sheet of them.

Links are relative: they hold as long as the run folders stand beside each other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

from model.case.whole_file import put_whole
from model.reports.comparison.run_files import read_record
from model.reports.comparison.scenario_sheets import scenario_sheets, written
from model.reports.comparison.switcher import REPORT
from model.reports.markup import Markup, element, joined
from model.reports.text import shorten

OLD: Final = re.compile(r'<nav id="runs".*?</nav>', re.S)
PLACE: Final = "</header>"


def link_runs(folders: Sequence[Path], comparison: Path) -> list[Path]:
    """Let runs made together know of each other: a switch in each report, a sheet Scenarios in each workbook.

    Returns the files that could not be written, as one that is open in Excel. Raises CompareError when a run cannot be
    read.
    """
    return [*link_reports(folders, comparison), *scenario_sheets(folders)]


def link_reports(folders: Sequence[Path], comparison: Path) -> list[Path]:
    """Put a switch to the other runs, and to their comparison, into the report of each; whole or not at all.

    A run without a report is left out. Returns the reports that could not be written.
    """
    reports = [folder / REPORT for folder in folders if (folder / REPORT).is_file()]
    names = [shorten(str(read_record(report.parent).get("scenario") or report.parent.name), 60) for report in reports]
    lines = {own: str(_line(own, reports, names, comparison)) for own in reports} if len(reports) > 1 else {}
    return [own for own, line in lines.items() if not written(partial(_put, own, line))]


def _put(own: Path, line: str) -> None:
    """Put the line below the heading of a report, in the place of an older one."""
    text = OLD.sub("", own.read_text(encoding="utf-8"))
    with put_whole(own) as aside:
        aside.write_text(text.replace(PLACE, f"{PLACE}{line}", 1), encoding="utf-8")


def _line(own: Path, reports: Sequence[Path], names: Sequence[str], comparison: Path) -> Markup:
    parts = [
        element("strong", name, aria_current="page")
        if report == own
        else element("a", name, href=_address(own, report))
        for report, name in zip(reports, names, strict=True)
    ]
    parts.append(element("a", "all side by side", href=_address(own, comparison / "comparison.html")))
    return element("nav", element("span", "Scenario"), joined(parts), id="runs", aria_label="Scenarios")


def _address(own: Path, other: Path) -> str:
    return quote(Path(os.path.relpath(other, own.parent)).as_posix())
