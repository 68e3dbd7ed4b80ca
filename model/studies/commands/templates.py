"""The commands that make and renew workbooks: an empty template, a starter case, older workbooks brought forward."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.case.reader import check_case
from model.case.schema import SCHEMA_VERSION, SHEETS
from model.case.text import did_you_mean
from model.case.workbooks.starter import write_starter
from model.case.workbooks.template import write_template
from model.case.workbooks.upgrade import upgrade_case
from model.studies.commands.arguments import program
from model.studies.console.reporters import Reporter
from model.studies.console.words import count
from model.studies.runs.folders import shown_path


def make_template(path: Path, reporter: Reporter, sheets: Sequence[str] = ()) -> int:
    """Write an empty workbook to fill in, of all sheets or those named; returns 1 when it cannot be written.

    '.xlsx' is added where it is missing.
    """
    target = path if path.suffix.lower() == ".xlsx" else path.with_name(f"{path.name}.xlsx")
    by_word = {name.casefold(): name for name in SHEETS}
    unknown = next((word for word in sheets if word.casefold() not in by_word), None)
    if unknown is not None:
        reporter.error(f"There is no sheet “{unknown}”.{did_you_mean(unknown, SHEETS)}")
        return 1
    try:
        write_template(target, [by_word[word.casefold()] for word in dict.fromkeys(sheets)])
    except OSError as error:
        reporter.error(_words(error, target))
        return 1
    case = shown_path(target.parent if sheets else target)
    reporter.note(f"Template: {shown_path(target)}. Fill it in, then: {program()} check {case}")
    return 0


def new_case(path: Path, reporter: Reporter) -> int:
    """Write the starter case; returns 1 when it cannot be written."""
    try:
        workbook = write_starter(path)
    except OSError as error:
        reporter.error(_words(error, path))
        return 1
    reporter.note(f"Starter case: {shown_path(workbook)}. Solve it: {program()} solve {shown_path(path)}")
    return 0


def upgrade_workbooks(path: Path, reporter: Reporter) -> int:
    """Bring a case to the present schema version; returns 1 when it cannot be written or has errors afterwards.

    Raises CaseError when a workbook cannot be read.
    """
    try:
        done = upgrade_case(path)
    except OSError as error:
        reporter.error(_words(error, path))
        return 1
    if done.originals is None:
        reporter.note(f"{path.name} has schema version {done.version} already; nothing was altered.")
        return 0
    reporter.note("\n".join(done.done))
    reporter.note(f"Brought from version {done.version} to {SCHEMA_VERSION}. Originals: {shown_path(done.originals)}")
    wrong = [message for message in check_case(path) if message.severity == "error"]
    for message in wrong:
        reporter.note(str(message))
    if wrong:
        reporter.error(f"{path.name}: {count(len(wrong), 'error')} in the upgraded workbooks.")
    return 1 if wrong else 0


def _words(error: OSError, path: Path) -> str:
    if isinstance(error, FileExistsError) and error.strerror is None:
        return str(error)
    if isinstance(error, PermissionError):
        return f"Cannot write '{path}'. If it is open in Excel, close it there and try again; else check the folder."
    return f"Cannot write '{path}': {error.strerror or error}."
