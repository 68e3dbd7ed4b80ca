"""Compares finished runs: comparison.xlsx and comparison.html."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.reports.comparison.book import write_comparison_book
from model.reports.comparison.page import comparison_page
from model.reports.comparison.run_files import CompareError, read_runs

__all__ = ["CompareError", "compare"]


def compare(runs: Sequence[Path], target: Path) -> None:
    """Write comparison.xlsx and comparison.html into the folder `target` (made when it is not there).

    Tells what changed in the inputs (cell by cell), in investments, flows and costs. Costs of runs of the same world
    are ranked where the difference exceeds the proven gaps; of other worlds it says what differs, and which projects
    are decided differently by more than the gaps. Raises CompareError when a folder is not a complete
    run, and OSError when a file cannot be written.
    """
    found = read_runs(runs)
    target.mkdir(parents=True, exist_ok=True)
    write_comparison_book(found, target / "comparison.xlsx")
    (target / "comparison.html").write_text(comparison_page(found), encoding="utf-8")
