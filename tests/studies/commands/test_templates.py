"""The commands template, new and upgrade: what they write, what they refuse, what they say."""

from __future__ import annotations

from pathlib import Path

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


def test_upgrade_says_what_it_did(tmp_path: Path) -> None:
    """Proves: the first upgrade tells what was done and where the originals are, the second that nothing was needed. If
    it were ignored: nobody would know which file is the old one."""
    path, reporter = write_case(tmp_path), RememberingReporter()
    assert upgrade_workbooks(path, reporter) == 0
    assert upgrade_workbooks(path, reporter) == 0
    notes = " ".join(str(words) for kind, words in reporter.told if kind == "note")
    assert "Originals: " in notes
    assert "nothing was altered" in notes
