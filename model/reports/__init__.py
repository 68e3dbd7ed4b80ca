"""Outputs that people decide from: workbook, HTML report, map, tidy files, comparison of runs."""

from model.reports.options import ReportOptions
from model.reports.write import write_reports

__all__ = ["ReportOptions", "write_reports"]
