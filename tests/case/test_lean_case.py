"""The case inputs/middle_corridor_lean: the same corridor without ships, seasons and policies, planned in seconds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from model.case.reader import check_case, read_case
from model.case.schema import SHEETS

INPUTS = Path(__file__).parents[2] / "inputs"


def test_lean_case_has_no_errors() -> None:
    """Proves: the checker finds no error in the case or in any of its scenarios. If it were ignored: whoever starts
    with the small case would end in a list of mistakes.
    """
    messages = check_case(INPUTS / "middle_corridor_lean")
    assert [str(message) for message in messages if message.severity.name == "ERROR"] == []


def test_lean_case_is_the_same_network() -> None:
    """Proves: length, times and prices of all links and dwell of all places are those of the shipped case, whose chains
    are tested, but for the transfer at Shanghai. If it were ignored: the two cases would be two different corridors.
    """
    lean, whole = (read_case(INPUTS / name).tables for name in ("middle_corridor_lean", "middle_corridor"))
    for sheet, key, columns in (
        ("Links", "link", ["length_km", "days_regular", "days_block", "container_cost", "tonne_cost", "co2_g_per_tkm"]),
        ("Nodes", "node", ["passing_days_regular", "passing_days_block", "passing_cost", "transfer_cost"]),
    ):
        one, two = (tables[sheet].set_index(key)[columns] for tables in (lean, whole))
        np.testing.assert_array_equal(one.to_numpy(), two.loc[one.index].to_numpy())
    slow = [tables["Nodes"].set_index("node").transfer_days_regular for tables in (lean, whole)]
    assert list(slow[0].index[slow[0] != slow[1][slow[0].index]]) == ["CN_SHA"]


def test_lean_case_has_the_notes_of_the_same_figures() -> None:
    """Proves: where a figure of the shipped case says in a note what was seen or computed, and the lean case has the
    same figure in the same row and column, it has the same note; on the whole there are such.
    If it were ignored: 'X % seen' of a plan of the lean case would be of figures whose evidence was left behind."""
    lean, whole = (read_case(INPUTS / name) for name in ("middle_corridor_lean", "middle_corridor"))
    noted = 0
    for name, sheet in SHEETS.items():
        if not sheet.key or name not in whole.tables or name not in lean.tables:
            continue
        keys = [list(zip(*(case.table(name)[part] for part in sheet.key), strict=True)) for case in (lean, whole)]
        row_of = dict(zip(keys[0], lean.table(name).index, strict=True))
        for key, row in zip(keys[1], whole.table(name).index, strict=True):
            for column in sheet.names if key in row_of else ():
                note = whole.note(name, int(row), column)
                figures = whole.table(name).at[row, column], lean.table(name).at[row_of[key], column]
                if note and figures[0] == figures[1]:
                    assert lean.note(name, int(row_of[key]), column) == note, (name, key, column)
                    noted += 1
    assert noted > 0
