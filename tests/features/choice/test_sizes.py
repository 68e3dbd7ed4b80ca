"""Market sizes: constants refitted to the same counts with more or fewer boxes, and what they say of another year."""

from __future__ import annotations

import math

import numpy as np
import pytest

from model.features.choice.markets import markets
from model.features.choice.sizes import refitted, size_table
from tests.features.choice.cases import option, parallel, solved

COSTS = {"Middle": 3.0, "North": 2.5, "Ocean": 2.0}
OPTIONS = [option("Middle", spread=1.0), option("North"), option("Ocean")]


def test_twice_the_boxes_by_hand() -> None:
    """
    Proves: 10 kTEU, a fifth of them by the corridor counted; with 20 kTEU it must be a tenth, so the constant rises by
    ln((0.2 / 0.8) / (0.1 / 0.9)) = ln 2.25 spreads. Half of 4 kTEU is too small for a count of 3; a market without a
    corridor free of counts cannot be refitted. If it were ignored: a larger market would be told to carry more on the
    counted corridor, which the count denies.
    """
    moves = refitted(np.array([10.0]), np.array([[0.2, 0.8]]), 2.0, [True, False])
    assert moves == pytest.approx([math.log(2.25), 0.0], abs=1e-8)
    assert refitted(np.array([4.0]), np.array([[0.75, 0.25]]), 0.5, [True, False]) is None
    assert refitted(np.array([4.0]), np.array([[0.75, 0.25]]), 1.0, [True, True]) is None


def test_it_is_what_planning_anew_says() -> None:
    """
    Proves: the refit from the shares of plans is the refit of the model: a plan with twice the demand and the constant
    that the table names sends by Middle what was counted, and in a year with the ocean 0.4 dearer what the table says
    of it, within 2 % (steps of 0.02). With a hundredth of the boxes, fewer than were counted, every corridor has a row
    with blanks. If it were ignored: the table would speak of another model of preference.
    """
    base = solved(parallel({"A-B": COSTS}, OPTIONS, step=0.02))
    dear = solved(parallel({"A-B": {**COSTS, "Ocean": 2.4}}, OPTIONS, step=0.02))
    table = size_table(base, {"dear": dear}, markets(base.case), {("M", "Middle")}, [0.01, 1.0, 2.0])
    table = table.set_index(["times", "corridor"])
    assert table.loc[0.01].index.tolist() == list(COSTS)
    assert table.loc[0.01, ["constant_change", "dear"]].isna().to_numpy().all()
    before = base.tables["choice"].set_index("family")["served"]
    after = dear.tables["choice"].set_index("family")["served"]
    assert table.loc[(1.0, "Middle"), "dear"] == pytest.approx(after["Middle"], rel=1e-3)
    change = table.loc[(2.0, "Middle"), "constant_change"] / 1000
    assert change > 0.5
    more = [option("Middle", change, spread=1.0), option("North"), option("Ocean")]
    twice = solved(parallel({"A-B": COSTS}, more, step=0.02, amount=20.0)).tables["choice"].set_index("family")
    assert twice["served"]["Middle"] == pytest.approx(before["Middle"], rel=0.02)
    again = parallel({"A-B": {**COSTS, "Ocean": 2.4}}, more, step=0.02, amount=20.0)
    then = solved(again).tables["choice"].set_index("family")["served"]
    for family in COSTS:
        assert then[family] == pytest.approx(table.loc[(2.0, family), "dear"], rel=0.02)
