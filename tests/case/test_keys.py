"""Keys joined into one text and read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.case.case import Case
from model.case.keys import joined, keys_listed, listed_keys, parted
from model.case.schema.columns import Column, Kind
from model.case.sheets.cells import parse_cell
from model.plan.mentions import mentions, read_mentions

LETTERS = st.text(alphabet="ab1 >:;+|\",/'-=&", min_size=1, max_size=8).map(lambda text: " ".join(text.split()))
KEYS = st.lists(LETTERS.filter(bool), min_size=1, max_size=5)


@given(KEYS)
@pytest.mark.parametrize("between", [" > ", " | ", "; "])
def test_joined_keys_are_read_back(between: str, keys: list[str]) -> None:
    """Proves: whatever letters keys hold, the separator and quotes among them, the same keys come back in order.
    If it were ignored: a link 'AKT > ALA' would be two links to the verifier, which then refuses a right plan."""
    assert parted(joined(keys, between), between) == keys


@given(st.lists(st.tuples(LETTERS.filter(bool), KEYS), max_size=4))
def test_mentions_are_read_back(places: list[tuple[str, list[str]]]) -> None:
    """Proves: the projects that a route uses, place by place, come back whatever their keys and those of the places
    hold (': ', '; ' and ' + ' among them). If it were ignored: a project 'stage 1 + 2' would be two to the verifier."""
    wanted = [(place, tuple(projects)) for place, projects in places]
    assert read_mentions(mentions(wanted)) == wanted


def test_plain_keys_stand_as_they_are() -> None:
    """Proves: keys without a separator are not quoted, so that the tables of the shipped case keep their looks; a text
    that nobody joined is read without an error. If it were ignored: every route would be full of quotes."""
    assert joined(["KZ_AKT", "AZ_ALA"], " > ") == "KZ_AKT > AZ_ALA"
    assert joined(["AKT > sea", "ALA"], " > ") == '"AKT > sea" > ALA'
    assert parted("", " > ") == []
    assert parted('12" main > B', " > ") == ['12" main', "B"]
    assert parted('"never closed > B', " > ") == ['"never closed', "B"]
    assert read_mentions("no mention") == [("no mention", ())]


def test_lists_in_cells_take_keys_with_semicolons() -> None:
    """Proves: in a cell of several keys one that holds a ';' stands in double quotes, is read so from a cell and from
    a table, and is written so. If it were ignored: such a key could never be named by a policy or a tag."""
    assert keys_listed('L1; "a; b" ;; C') == ["L1", "a; b", "C"]
    assert keys_listed('12" pipe; 14" pipe') == ['12" pipe', '14" pipe']
    assert listed_keys(["L1", "a; b"]) == 'L1; "a; b"'
    parsed = parse_cell(Column("links", "Links", Kind.IDENTIFIERS, "Links."), 'L1; "a; b"')
    assert parsed.value == ("L1", "a; b")
    case = Case.from_tables(
        "tags", {"Nodes": [{"node": "A", "name": "A", "country": "KZ", "kind": "hub", "area": '"x; y"; z'}]}
    )
    assert case.table("Nodes")["area"].tolist() == [("x; y", "z")]
