"""What the plan's value hangs on: by hand on a mini whose value is linear in most figures."""

from __future__ import annotations

import pytest

from model.studies.variants.sensitivity import COLUMNS, STRIP, groups, sensitivity
from tests.minis import two_node_case
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
