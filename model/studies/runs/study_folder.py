"""The folder that a study leaves: its tables as CSV and workbook, a record, and the inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from model.case.case import Case
from model.solvers.core.options import SolveOptions
from model.studies.console.reporters import Tell
from model.studies.runs.folders import RunFolder
from model.studies.runs.record import (
    RuleDigests,
    copy_inputs,
    input_record,
    option_record,
    plain_json,
    rule_digests,
    rule_record,
    tool_record,
    write_record,
)
from model.studies.runs.sheets import write_csv, write_sheets


def leave_study(
    study: str,
    case: Case,
    path: Path,
    options: SolveOptions,
    outputs: Path,
    tables: Mapping[str, pd.DataFrame],
    title: str,
    write_page: Callable[[Path], None] | None = None,
    asked: Mapping[str, Any] = MappingProxyType({}),
    rules: RuleDigests | None = None,
    tell: Tell = lambda _: None,
) -> Path:
    """Leave the tables of a study as CSV, workbook and page, with a record and the inputs. Raises RunError.

    `write_page` is given the path of the page; `asked` are the study's own options, `rules` digests of constraint files
    from its start. Workbooks that were altered meanwhile are told, and not copied.
    """
    with RunFolder(outputs, case.name, study) as folder:
        for name, table in tables.items():
            write_csv(table, folder.path / f"{name.lower().replace(' ', '_')}.csv")
        write_sheets(tables, f"{case.name}, {title}", folder.path / f"{study}.xlsx", case.case_note)
        used = rule_record(rule_digests(options) if rules is None else rules)
        record: dict[str, Any] = {"run": folder.name, "study": study, "asked": asked, "scenario": case.scenario}
        record |= {"inputs": input_record(case), "constraint_files": used}
        write_record(plain_json({**record, "options": option_record(options, case), **tool_record()}), folder.path)
        for file in copy_inputs(case, path, folder.path):
            tell(f"{file} was altered while the study was at work: its folder holds no copy of it.")
        if write_page is not None:
            write_page(folder.path / f"{study}.html")
        return folder.finish()
