"""Rows and columns of a case's tables as plain Python."""

from __future__ import annotations

import pytest

from model.case.canonical import records
from model.case.case import Case
from model.case.reader import load_case
from model.studies.commands.options import SHIPPED


@pytest.fixture(scope="module")
def shipped() -> Case:
    """The shipped case."""
    case = load_case(SHIPPED).case
    assert case is not None
    return case


@pytest.mark.parametrize("index", [True, False])
def test_rows_are_those_of_itertuples(shipped: Case, *, index: bool) -> None:
    """
    Proves: rows have the fields, values and types that pandas gives one by one, for every sheet of the shipped case:
    year columns of Demand are called by position, blanks are nan or None as in the table.
    If it were ignored: a numpy number or a renamed field would come up far away, where a row is written or compared.
    """
    for table in shipped.tables.values():
        rows, expected = records(table, index=index), list(table.itertuples(index=index))
        assert len(rows) == len(expected)
        for row, other in zip(rows, expected, strict=True):
            assert row._fields == other._fields
            assert [(type(value), str(value)) for value in row] == [(type(value), str(value)) for value in other]


def test_a_column_is_looked_up_by_the_key_of_its_sheet(shipped: Case) -> None:
    """
    Proves: the country of each node is found by its key, and a sheet whose key has two parts is refused.
    If it were ignored: the last of several rows would silently stand for all of them.
    """
    nodes = shipped.table("Nodes")
    assert shipped.lookup("Nodes", "country") == nodes.set_index("node")["country"].to_dict()
    with pytest.raises(ValueError, match="unpack"):
        shipped.lookup("Budgets", "amount")
