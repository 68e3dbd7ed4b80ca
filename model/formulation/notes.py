"""Where a row of the investment block comes from, in words and cells, so that a conflict can be told to people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Note:
    """What one row or bound demands.

    `statement` is a clause that can stand in a sentence ('the envelope KZ gives at most 100 million USD in 2026');
    `sheet`, `row` (Excel row) and `column` (code name) tell the cell. `negotiable` says whether a repair may touch it,
    `family` which constraint family it belongs to and `unit` what its shortage is measured in; a `measured` row can be
    short by an amount of that unit, others hold or do not.
    """

    family: str
    statement: str
    sheet: str
    row: int
    column: str
    unit: str
    negotiable: bool = True
    measured: bool = False
