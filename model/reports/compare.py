"""Compares finished runs: comparison.xlsx and comparison.html."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.case.pandas_text import kept_as_python_text
from model.reports.comparison.book import write_comparison_book
from model.reports.comparison.page import comparison_page
from model.reports.comparison.run_files import CompareError, read_runs

__all__ = ["CompareError", "compare", "free_folder", "require_free"]


MOST_NUMBERED = 1000


def free_folder(wanted: Path) -> Path:
    """The folder wanted, or the first of 'wanted-2', 'wanted-3' … that holds nothing.

    Raises CompareError after MOST_NUMBERED.
    """
    numbered = [wanted, *(wanted.with_name(f"{wanted.name}-{number}") for number in range(2, MOST_NUMBERED))]
    free = next((folder for folder in numbered if _is_free(folder)), None)
    if free is None:
        raise CompareError(f"'{wanted}' and all its numbered names are in use: name another folder with --output.")
    return free


def require_free(wanted: Path) -> Path:
    """The folder itself. Raises CompareError when something stands there already."""
    if not _is_free(wanted):
        raise CompareError(f"'{wanted}' holds something already, which would be overwritten: name another folder.")
    return wanted


def _is_free(folder: Path) -> bool:
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


@kept_as_python_text
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
    (target / "comparison.html").write_text(comparison_page(found, runs), encoding="utf-8")
