"""Checks of the sheet Futures: each row says enough, ranges are ranges, correlations can hold together."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.case.checks.tables import Tables

NEEDED = {
    "figure": ("sheet", "column", "low", "high"),
    "event": ("scenario", "probability"),
    "scenario": ("scenario",),
}
COLUMNS = ("factor", "kind", "scenario", "probability", "sheet", "column", "distribution", "low", "likely", "high")
TOLERANCE = 1e-9


def check_futures(tables: Tables) -> None:
    """Rows by themselves, then the correlations of all of them."""
    if tables["Futures"].empty:
        return
    named: set[str] = set()
    for row, *cells in tables.rows("Futures", *COLUMNS):
        if ("Futures", row) in tables.unsound_rows:
            continue
        cell = dict(zip(COLUMNS, cells, strict=True))
        missing = [name for name in NEEDED.get(cell["kind"], ()) if cell[name] is None or cell[name] != cell[name]]
        for name in missing:
            text = f"A row of kind '{cell['kind']}' needs {name.replace('_', ' ')}."
            tables.remark("future-incomplete", "Futures", row, name, text)
        if not missing and cell["kind"] == "figure":
            _check_range(tables, row, cell)
        if not missing and cell["kind"] == "scenario":
            if cell["scenario"] in named:
                text = f"{cell['scenario']} is a future already: give it one row, with its whole weight."
                tables.remark("future-twice", "Futures", row, "scenario", text, cell["scenario"])
            named.add(cell["scenario"])
    _check_correlations(tables)


def _check_range(tables: Tables, row: Any, cell: dict[str, Any]) -> None:
    low, likely, high, kind = cell["low"], cell["likely"], cell["high"], cell["distribution"]
    if not low < high:
        text = f"High ({high:g}) is to be above Low ({low:g})."
        tables.remark("future-range", "Futures", row, "high", text, high)
    elif kind == "lognormal" and low <= 0:
        tables.remark("future-range", "Futures", row, "low", "A lognormal value is above 0: Low too.", low)
    elif likely == likely and kind == "triangular" and not low <= likely <= high:
        text = f"Likely ({likely:g}) is to lie within {low:g} to {high:g}."
        tables.remark("future-range", "Futures", row, "likely", text, likely)


def _check_correlations(tables: Tables) -> None:
    """Each names another factor that is drawn and how closely; all together are possible."""
    rows = list(tables.rows("Futures", "factor", "kind", "correlates_with", "correlation"))
    drawn = list(dict.fromkeys(factor for _, factor, kind, _, _ in rows if kind != "scenario" and factor is not None))
    matrix, last = np.eye(len(drawn)), None
    for row, factor, kind, partner, correlation in rows:
        if ("Futures", row) in tables.unsound_rows or (partner is None and correlation != correlation):
            continue
        if partner is None or correlation != correlation:
            blame = "correlates_with" if partner is None else "correlation"
            text = "A correlation needs both: with which factor, and how closely."
            tables.remark("future-correlation", "Futures", row, blame, text)
        elif kind == "scenario" or partner == factor or partner not in drawn:
            text = f"{partner} is no other factor that is drawn: name one of kind figure or event."
            tables.remark("future-correlation", "Futures", row, "correlates_with", text, partner)
        else:
            one, two = drawn.index(factor), drawn.index(partner)
            matrix[one, two] = matrix[two, one] = correlation
            last = row
    if last is not None and np.linalg.eigvalsh(matrix).min() < -TOLERANCE:
        text = "These correlations cannot all hold: what moves closely with the same factor moves together as well."
        tables.remark("future-correlation", "Futures", last, "correlation", text)
