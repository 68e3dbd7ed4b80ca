"""The commands template, new and upgrade: what they write, what they refuse, what they say."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from model.case.reader import check_case
from model.studies.commands.templates import make_template, new_case, upgrade_workbooks
from tests.case.small import write_case
from tests.studies.stand_ins import RememberingReporter


def test_each_writes_once_and_refuses_the_second_time(tmp_path: Path) -> None:
    """Proves: template and new write their files, add '.xlsx', and refuse with a sentence to write over anything. If it
    were ignored: a slip of the command line could cost a filled-in workbook."""
    reporter = RememberingReporter()
    assert make_template(tmp_path / "empty", reporter) == 0
    assert (tmp_path / "empty.xlsx").is_file()
    assert make_template(tmp_path / "empty.xlsx", reporter) == 1
    assert new_case(tmp_path / "mine", reporter) == 0
    assert new_case(tmp_path / "mine", reporter) == 1
    errors = [words for kind, words in reporter.told if kind == "error"]
    assert len(errors) == 2
    assert all("is there already" in words for words in errors)


def test_a_sheet_that_the_starter_lacks_is_added_beside_it(tmp_path: Path) -> None:
    """Proves: a template of one sheet put into the folder of the starter case makes a case without a remark, and an
    unknown sheet is refused with the name that was meant. If it were ignored: whoever wants a policy would have to
    take it out of a template whose other sheets all stand in the case already."""
    reporter = RememberingReporter()
    assert new_case(tmp_path / "mine", reporter) == 0
    assert make_template(tmp_path / "mine" / "more", reporter, ["policies", "ProjectRules", "Policies"]) == 0
    assert check_case(tmp_path / "mine") == []
    assert openpyxl.load_workbook(tmp_path / "mine" / "more.xlsx").sheetnames == ["ReadMe", "Policies", "ProjectRules"]
    assert make_template(tmp_path / "other", reporter, ["Polices"]) == 1
    assert "Did you mean “Policies”?" in str(reporter.told[-1])
    assert not (tmp_path / "other.xlsx").exists()


def test_upgrade_says_what_it_did(tmp_path: Path) -> None:
    """Proves: the first upgrade tells what was done and where the originals are, the second that nothing was needed. If
    it were ignored: nobody would know which file is the old one."""
    path, reporter = write_case(tmp_path), RememberingReporter()
    assert upgrade_workbooks(path, reporter) == 0
    assert upgrade_workbooks(path, reporter) == 0
    notes = " ".join(str(words) for kind, words in reporter.told if kind == "note")
    assert "Originals: " in notes
    assert "nothing was altered" in notes
