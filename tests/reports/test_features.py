"""What features may add to the reports: the contract, with a feature made up for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from model.reports import write_reports
from model.reports.facts import Facts
from model.reports.features import Line, Section
from model.reports.page.parts import section
from model.reports.workbook.sheet import Column, ReportSheet
from model.studies.console.summary import plan_sentences
from tests.reports.fixture.rich import rich_plan
from tests.reports.reading import Reader

SHEET = ReportSheet(
    "Made_up",
    "A sheet of a feature",
    "One figure.",
    (Column("figure", "Figure", "number", total=True),),
    pd.DataFrame({"figure": [3.0, 4.0]}),
    group="Service",
)


def _appraisal(sheets: Mapping[str, ReportSheet]) -> list[Line]:
    return [Line("Made up in all", sheets["Made_up"].sum("figure"), "", "A live sum.")]


def _sections(_: Facts) -> list[Section]:
    return [Section("made-up", "Made up", section("made-up", "What is made up?"))]


def test_a_feature_speaks_in_all_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a feature that the reports know nothing of gets its sheet behind those of its group, its line of the
    Appraisal live, its section with a word in the navigation, and its sentence. If reports named features: each new
    one would be spread over the room."""
    report = SimpleNamespace(sheets=lambda facts: [SHEET], sections=_sections, appraisal=_appraisal)
    summary = SimpleNamespace(sentences=lambda plan: [f"Made up for {plan.case.name}."])
    monkeypatch.setattr("model.reports.features.feature_parts", lambda part: {"made up": report})
    monkeypatch.setattr("model.studies.console.summary.feature_parts", lambda part: {"made up": summary})
    write_reports(rich_plan(), tmp_path)
    book = Reader(tmp_path / "plan.xlsx")
    names = book.values.sheetnames
    assert names.index("Emissions") < names.index("Made_up") < names.index("Costs")
    (line,) = [row for row in book.records("Appraisal") if row["Indicator"] == "Made up in all"]
    assert line["Figure"] == 7.0
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<section id="made-up"' in html
    assert '<a href="#made-up">Made up</a>' in html
    assert html.index('id="corridors"') < html.index('id="made-up"') < html.index('id="costs"')
    assert "Made up for rich." in plan_sentences(rich_plan())
    assert "Made up for rich." in html
