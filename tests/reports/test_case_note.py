"""The note of a case stands where a reader begins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from openpyxl import load_workbook

from tests.reports.conftest import written
from tests.reports.fixture.plan import no_plan

NOTE = "For practice only: <b>no ships</b>."


def test_covers_carry_the_note_of_the_case(tmp_path: Path) -> None:
    """Proves: the setting case_note stands on the cover of the workbook and in the head of the page, as text, and no
    cover without a note has such a line. If it were ignored: figures for practice would be quoted as advice."""
    plain = no_plan()
    noted = replace(plain, case=plain.case.with_settings(case_note=NOTE))
    covers = {}
    for name, plan in (("plain", plain), ("noted", noted)):
        folder = tmp_path / name
        folder.mkdir()
        sheet = load_workbook(written(folder, plan) / "plan.xlsx", read_only=True)["Cover"]
        covers[name] = {row[0]: row[1] for row in sheet.iter_rows(max_col=2, values_only=True) if row[0]}
    assert covers["noted"]["Note"] == NOTE
    assert "Note" not in covers["plain"]
    page = (tmp_path / "noted" / "report.html").read_text(encoding="utf-8")
    assert "For practice only: &lt;b&gt;no ships&lt;/b&gt;." in page
