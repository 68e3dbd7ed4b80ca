"""Writes every output of a plan into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.case.pandas_text import kept_as_python_text
from model.plan.garbage import no_collection
from model.reports.exports import write_exports
from model.reports.facts import Facts
from model.reports.geojson import write_geojson
from model.reports.map.png import map_png
from model.reports.map.slide import slide
from model.reports.map.svg import MapView
from model.reports.options import ReportOptions
from model.reports.page.page import page
from model.reports.workbook.plan_book import write_plan_book

if TYPE_CHECKING:
    from model.plan.plan import Plan

DEFAULTS = ReportOptions()


@kept_as_python_text
def write_reports(plan: Plan, folder: Path, options: ReportOptions = DEFAULTS) -> None:
    """Write plan.xlsx, report.html, map.svg, map.png, csv/ and geojson/ into an existing folder.

    Without a plan there is no map and no GeoJSON; the other files say why.

    Raises OSError when a file cannot be written and BoundariesError when the reader's own outline cannot be used.
    """
    with no_collection():
        _write(plan, folder, options)


def _write(plan: Plan, folder: Path, options: ReportOptions) -> None:
    facts, picture = Facts(plan), None
    if plan.has_plan:
        view = MapView(facts, options.boundaries)
        drawn = slide(view)
        picture = map_png(drawn)
        (folder / "map.svg").write_text(drawn, encoding="utf-8")
        if picture is not None:
            (folder / "map.png").write_bytes(picture)
        write_geojson(facts, folder)
    (folder / "report.html").write_text(page(facts, options), encoding="utf-8")
    write_plan_book(facts, folder / "plan.xlsx", options, picture)
    write_exports(facts, folder, options)
