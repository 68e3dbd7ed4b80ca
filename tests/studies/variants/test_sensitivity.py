"""What the plan's value hangs on: by hand on a mini whose value is linear in most figures."""

from __future__ import annotations

from math import nan

import pytest

from model.studies.variants.held import with_rows
from model.studies.variants.sensitivity import COLUMNS, STRIP, _crossing, groups, sensitivity
from tests.minis import effect, project, rule, rules_case, two_node_case
from tests.studies.variants.of_minis import plain


@pytest.fixture(scope="module")
def tables() -> tuple[object, object]:
    """All groups of the two nodes, 20 % either way."""
    return sensitivity(two_node_case(construction_years=0), plain)


def test_the_tornado_by_hand(tables: tuple[object, object]) -> None:
    """Proves, by hand: A-B takes 10 of 15 kTEU for 1, the rest waits for 20, over four years; P (60) carries the other
    5 and saves 4 x 5 x 19 - 60 = 320. Capital 20 % up costs 12 of it, and the value is gone at 380 / 60 = 6.33 times.
    The penalty 20 % down takes 4 x 5 x 4 = 80, and at 4 the penalty pays for nothing: (3 + 1) / 20 = 0.2 times.
    Demand 20 % down is 12, of which P carries 2: 4 x 2 x 19 - 60 = 92; up, 18: 8 x 4 x 19 - 60 = 548. Values linear in
    the group are met to the last digit, the swing orders the table.
    If it were ignored: a lender would not know by how much an estimate may be wrong."""
    rows = tables[0].set_index("group")  # type: ignore[attr-defined]
    assert [*rows.columns] == COLUMNS[1:]
    assert rows.loc["capital", ["value lower", "value higher"]].tolist() == pytest.approx([332.0, 308.0])
    assert rows.at["capital", "switching factor"] == pytest.approx(380.0 / 60.0, rel=1e-6)
    assert rows.at["capital", "value there"] == pytest.approx(0.0, abs=1e-4)
    assert rows.loc["unserved penalty", ["value lower", "value higher"]].tolist() == pytest.approx([240.0, 400.0])
    assert rows.at["unserved penalty", "switching factor"] == pytest.approx(0.2, rel=1e-6)
    assert rows.loc["demand: D", ["value lower", "value higher"]].tolist() == pytest.approx([92.0, 548.0])
    assert abs(rows.at["demand: D", "value there"]) <= 3.2
    assert rows["swing"].is_monotonic_decreasing


def test_what_is_decided_is_no_part_of_the_value() -> None:
    """Proves: with P decided (sheet Decisions) both plans have it, so that nothing is to be lost: the value is 0 in
    every row. Where what is decided cannot go alone, as P needs Q, the table says that such a plan was not found.
    If it were ignored: the study would end in a failure whenever the sheet has a project in."""
    case = two_node_case(construction_years=0)
    decided = with_rows(case, "Decisions", [{"project": "P", "decision": "in"}])
    table, _ = sensitivity(decided, plain, names=["capital", "penalty"])
    assert table[["value lower", "value as it is", "value higher"]].to_numpy() == pytest.approx(0.0, abs=1e-6)
    pair = rules_case([project("P", 60.0), project("Q", 1.0)], [effect("P", "AB", 10.0)], rule("R", "P requires Q"))
    table, _ = sensitivity(with_rows(pair, "Decisions", [{"project": "P", "decision": "in"}]), plain, names=["capital"])
    assert table["remark"].tolist() == ["no plan found with only what is committed"]


@pytest.mark.parametrize(
    ("known", "guess"),
    [
        ({}, None),
        ({1.0: 320.0}, None),
        ({0.8: nan, 1.0: 320.0, 1.2: nan}, None),
        ({0.8: 120.0, 1.0: 320.0, 1.2: nan}, 0.68),
        ({1.0: 320.0, 1.2: 120.0}, 1.32),
    ],
)
def test_a_line_needs_two_points(known: dict[float, float], guess: float | None) -> None:
    """Proves: where fewer than two values are known there is no guess; two of them give one below or above: a change of
    200 each 0.2 leaves nothing of 120 after another 0.12. If it were ignored: groups without plans end the study."""
    found = _crossing(known)
    assert found == (None if guess is None else pytest.approx(guess))


def test_the_strip_of_rates(tables: tuple[object, object]) -> None:
    """Proves: the value at the case's own rate of 0 is 320 and falls with the rate, as the capital is paid first; each
    is the difference of the two costs beside it. If it were ignored: the choice of a rate would stay hidden."""
    strip = tables[1]
    assert [*strip.columns] == STRIP  # type: ignore[attr-defined]
    values = strip["value"].tolist()  # type: ignore[attr-defined]
    assert values[0] == pytest.approx(320.0)
    assert values == sorted(values, reverse=True)
    costs = strip["cost of what is committed"] - strip["cost of the plan"]  # type: ignore[attr-defined]
    assert values == pytest.approx(costs.tolist())


def test_groups_are_those_that_the_case_has() -> None:
    """Proves: a case without a logit has no constants, and modes that carry no price are left out; a word that no group
    has is answered with those that there are. If it were ignored: bars of nothing would fill the tornado."""
    names = [group.name for group in groups(two_node_case())]
    assert names == ["capital", "unserved penalty", "demand: D", "prices: rail"]
    with pytest.raises(ValueError, match="capital, unserved penalty"):
        sensitivity(two_node_case(), plain, names=["weather"])
