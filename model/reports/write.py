"""Writes every output of a plan into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from model.reports.facts import Facts
from model.reports.options import ReportOptions
from model.reports.workbook.plan_book import write_plan_book

if TYPE_CHECKING:
    from model.plan.plan import Plan

DEFAULTS = ReportOptions()


def write_reports(plan: Plan, folder: Path, others: Sequence[Plan] = (), options: ReportOptions = DEFAULTS) -> None:
    """Write plan.xlsx into an existing folder.

    `others` are plans of other scenarios of the same case, shown beside this one. Raises OSError when a file
    cannot be written.
    """
    write_plan_book(Facts(plan), folder / "plan.xlsx", [Facts(other) for other in others], options)
