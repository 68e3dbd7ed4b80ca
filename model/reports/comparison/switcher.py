"""The runs one by one on the page that compares them: a switch for the brief of each, and one map for all.

Both are taken from the reports that stand in the run folders, so that no plan has to be made or read again. Names of
elements get a number in front, since each report uses the same ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from model.reports.markup import Markup, element, script_json, with_own_ids
from model.reports.page.parts import section
from model.reports.text import shorten

REPORT: Final = "report.html"
DATA: Final = re.compile(r'<script type="application/json" id="map-data">(.*?)</script>', re.S)
SELECT: Final = re.compile(r'(<select id="scenario">).*?(</select>)', re.S)
FOREIGN: Final = re.compile(r"<(script|img|iframe|object|link|base|form|meta)\b", re.I)
"""What no report of ours has in its brief: a folder that somebody altered is compared by its figures alone."""
MARKS: Final = '<g class="marks-of" data-plan="0">'


def switcher(labels: Sequence[str], folders: Sequence[Path]) -> list[Markup]:
    """A section with the brief of each run behind a switch, and the map of all; empty where a run left no brief."""
    reports = [_report(folder) for folder in folders]
    briefs = [_section(report, "decide") for report in reports]
    if len(briefs) < 2 or not all(briefs) or any(FOREIGN.search(brief) for brief in briefs):
        return []
    choices = [element("option", shorten(label, 80), value=place) for place, label in enumerate(labels)]
    switch = element("label", "Show ", element("select", *choices, id="brief-of"))
    panels = [
        element(
            "div",
            element("h3", label, class_="run-name"),
            Markup(with_own_ids(_inner(brief), f"r{place}")),
            class_="brief-of",
        )
        for place, (label, brief) in enumerate(zip(labels, briefs, strict=True))
    ]
    controls = element("div", switch, class_="controls live", hidden=True)
    note = "What each run answers by itself. Sheets named here stand in plan.xlsx in its folder, beside the report."
    content = section("each", "What each run says", controls, *panels, note=note)
    drawn = _map(labels, reports)
    return [content, *([drawn] if drawn is not None else [])]


def _report(folder: Path) -> str:
    try:
        return (folder / REPORT).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _section(report: str, key: str) -> str:
    """A section of a report with its tags; sections never hold sections. '' where there is none."""
    found = re.search(rf'<section id="{key}">.*?</section>', report, re.S)
    return found[0] if found else ""


def _inner(brief: str) -> str:
    """The brief without its frame, heading and button."""
    text = brief.removeprefix('<section id="decide">').removesuffix("</section>")
    text = re.sub(r"^<h2>.*?</h2>", "", text, flags=re.S)
    return re.sub(r"<button[^>]*>.*?</button>", "", text, flags=re.S)


def _map(labels: Sequence[str], reports: Sequence[str]) -> Markup | None:
    """The map of the first run with the flows of all; None where their networks or periods differ."""
    found = [DATA.search(report) for report in reports]
    if not all(found):
        return None
    data: list[dict[str, Any]] = [json.loads(one[1]) for one in found if one is not None]
    first = data[0]
    if any(one["periods"] != first["periods"] or one["links"] != first["links"] for one in data[1:]):
        return None
    plans = [one["plans"][0] | {"name": shorten(label, 80)} for one, label in zip(data, labels, strict=True)]
    largest = {measure: max(one["largest"][measure] for one in data) for measure in first["largest"]}
    content = script_json(first | {"plans": plans, "largest": largest})
    text = _section(reports[0], "map")
    if FOREIGN.search(DATA.sub("", text)):
        return None
    options = "".join(element("option", shorten(label, 80), value=place) for place, label in enumerate(labels))
    text = SELECT.sub(lambda match: f"{match[1]}{options}{match[2]}", text)
    text = DATA.sub(lambda _: f'<script type="application/json" id="map-data">{content}</script>', text)
    marks = [_marks(_section(report, "map")) for report in reports]
    others = "".join(
        group.replace('data-plan="0"', f'data-plan="{place}" display="none"', 1)
        for place, group in enumerate(marks)
        if place and group
    )
    return Markup(text.replace(marks[0], marks[0] + others, 1) if marks[0] else text)


def _marks(text: str) -> str:
    """The group of project marks of a run's own plan on the main map."""
    start = text.find(MARKS)
    if start < 0:
        return ""
    depth = 0
    for match in re.finditer(r"<g\b|</g>", text[start:]):
        depth += 1 if match[0] != "</g>" else -1
        if depth == 0:
            return text[start : start + match.end()]
    return ""
