"""The switch between runs on the page that compares them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from model.reports.comparison.links import link_reports
from model.reports.comparison.scenario_sheets import scenario_sheets
from model.reports.comparison.switcher import DATA, switcher
from tests.reports.fixture.plan import busy_plan


def test_each_run_stands_behind_the_switch(busy_folder: Path, mini_folder: Path) -> None:
    """Proves: of two runs the page has both briefs, one map whose data hold the flows of both under their names, and no
    name of an element twice. The widest line is that of the largest flow of either.
    If it were ignored: after `--scenario all` one would open ten reports to see what differs."""
    each, drawn = switcher(["High", "Reference"], [busy_folder, mini_folder])
    text = str(each) + str(drawn)
    assert text.count('class="brief-of"') == 2
    assert re.findall(r"<option[^>]*>([^<]*)</option>", str(each)) == ["High", "Reference"]
    names = re.findall(r'\bid="([^"]+)"', text)
    assert len(names) == len(set(names))
    assert "print-all" not in names
    found = DATA.search(str(drawn))
    assert found is not None
    data = json.loads(found[1])
    assert [plan["name"] for plan in data["plans"]] == ["High", "Reference"]
    own = [DATA.search((folder / "report.html").read_text(encoding="utf-8")) for folder in (busy_folder, mini_folder)]
    singles = [json.loads(one[1]) for one in own if one is not None]
    assert [plan["links"] for plan in data["plans"]] == [one["plans"][0]["links"] for one in singles]
    assert data["largest"]["mt"] == max(one["largest"]["mt"] for one in singles)
    assert 'data-plan="1" display="none"' in str(drawn)


def test_runs_without_a_brief_have_no_switch(busy_folder: Path, empty_folder: Path, tmp_path: Path) -> None:
    """Proves: a run without a plan, or a folder without a report, leaves the comparison as it was.
    If it were ignored: comparing a run that failed would fail as well."""
    assert switcher(["a", "b"], [busy_folder, empty_folder]) == []
    assert switcher(["a", "b"], [busy_folder, tmp_path]) == []
    assert switcher(["a"], [busy_folder]) == []


def test_reports_of_runs_made_together_lead_to_each_other(busy_folder: Path, mini_folder: Path, tmp_path: Path) -> None:
    """Proves: each report says which scenario it is and links to the other's and to the comparison, by paths that lead
    there from where it stands; done twice there is one line, and all else of the report is as it was. A run alone gets
    none.
    If it were ignored: after `--scenario all` a reader of one report would not know of the others."""
    runs, target = [tmp_path / "outputs" / name for name in ("one run", "two")], tmp_path / "outputs" / "both"
    for folder, kept in zip(runs, (busy_folder, mini_folder), strict=True):
        folder.mkdir(parents=True)
        shutil.copy(kept / "report.html", folder)
        (folder / "run.json").write_text(json.dumps({"scenario": f"<{folder.name}>"}), encoding="utf-8")
    for _ in range(2):
        link_reports(runs, target)
    for own, other, kept in ((runs[0], runs[1], busy_folder), (runs[1], runs[0], mini_folder)):
        text = (own / "report.html").read_text(encoding="utf-8")
        (line,) = re.findall(r'<nav id="runs".*?</nav>', text)
        assert text.replace(line, "") == (kept / "report.html").read_text(encoding="utf-8")
        assert f'<strong aria-current="page">&lt;{own.name}&gt;</strong>' in line
        found = [(own / unquote(address)).resolve() for address in re.findall(r'href="([^"]+)"', line)]
        assert found == [(other / "report.html").resolve(), (target / "comparison.html").resolve()]
    before = (runs[0] / "report.html").read_bytes()
    link_reports(runs[:1], target)
    assert (runs[0] / "report.html").read_bytes() == before


def test_workbooks_of_runs_made_together_have_a_sheet_of_all(busy_folder: Path, tmp_path: Path) -> None:
    """Proves: each workbook gets one sheet Scenarios, also when it is linked twice, with the cost of each run as its
    record has it and the opening year of P2 in each; all other sheets hold what they held. A run alone gets none.
    If it were ignored: who has the workbook of one run would have to be given another file to see the others."""
    runs = [tmp_path / name for name in ("one", "two")]
    for folder, kept in zip(runs, (busy_folder, busy_folder), strict=True):
        shutil.copytree(kept, folder)
        record = {"scenario": f"<{folder.name}>", "status": "optimal", "objective_million_usd": 1.0}
        (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    before = (runs[0] / "plan.xlsx").read_bytes()
    scenario_sheets(runs[:1])
    assert (runs[0] / "plan.xlsx").read_bytes() == before
    for _ in range(2):
        scenario_sheets(runs)
    old, new = (load_workbook(folder / "plan.xlsx", read_only=True) for folder in (busy_folder, runs[0]))
    assert new.sheetnames == [*old.sheetnames, "Scenarios"]
    for name in ("Cover", "Costs", "Notes"):
        assert list(new[name].values) == list(old[name].values)
    lines = [list(line) or [None] for line in new["Scenarios"].values]
    assert lines[3] == ["Measure", "Unit", "<one>", "<two>"]
    costs = [line for line in lines if line[0] == "All costs, present value"]
    whole = float(busy_plan().tables["costs"]["discounted"].sum())
    assert costs[0][2] == costs[0][3] == pytest.approx(whole)
    opened = dict(busy_plan().tables["investments"].set_index("project")["opening_year"])
    assert [str(line[2]) for line in lines if line[1:2] == ["P2"]] == [str(int(opened["P2"]))]
