"""Screening by Morris: a function of known effects, and a mini by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.studies.variants.answers import Answer
from model.studies.variants.held import with_rows
from model.studies.variants.kept_answers import KeptAnswers
from model.studies.variants.planning import Variant, plan_variants
from model.studies.variants.screening import effects, sample, screening
from tests.minis import two_node_case
from tests.studies.variants.of_minis import EXACT, plain

SEED = 7


def test_a_function_of_known_effects() -> None:
    """Proves, by hand: of 3a - 2b + 8(d - 1/2)(e - 1/2) + 0c over 0 to 1, a and b move it by 3 and -2 wherever the
    others stand (mu* 3 and 2, sigma 0, mu of b -2); c does nothing. A step of d moves it by 8(e - 1/2), +-4 or +-4/3 by
    the level of e: its mu* lies between 4/3 and 4 and its sigma is above nothing. The same seed draws the same worlds.
    If it were ignored: what only acts together with something else could pass for nothing, or chance for knowledge."""
    names = list("abcde")
    points = sample(names, 12, SEED)
    assert points.shape == (12 * 6, 5)
    assert set(np.round(points.ravel() * 3).tolist()) == {0.0, 1.0, 2.0, 3.0}
    a, b, _, d, e = points.T
    found = effects(names, points, 3 * a - 2 * b + 8 * (d - 0.5) * (e - 0.5), SEED)
    assert found["mu_star"].loc[["a", "b", "c"]].tolist() == pytest.approx([3.0, 2.0, 0.0])
    assert found.at["b", "mu"] == pytest.approx(-2.0)
    assert found["sigma"].loc[["a", "b", "c"]].tolist() == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert 4 / 3 <= found.at["d", "mu_star"] <= 4
    assert found.at["d", "sigma"] > 1.0
    assert (sample(names, 12, SEED) == points).all()
    assert (sample(names, 12, SEED + 1) != points).any()


def test_the_mini_by_hand(tmp_path: Path) -> None:
    """Proves, by hand: P (60) carries 5 of the 15 kTEU for 1 that else wait for 20, over four years, and is worth
    4 x 5 x 19 - 60 = 320. From 0.8 to 1.2 times, capital moves that by 24 wherever the others stand; the penalty by
    8 a kTEU carried and year, 32 for each of the 2 to 8 kTEU that P carries as demand goes from 12 to 18: it depends on
    the others. Every value is the difference of two verified plans, 4 x carried x (penalty - 1) - capital, and the same
    study again, from answers that are kept, gives the same table and plans nothing.
    If it were ignored: a lender would check the estimate of a cost that matters little."""
    case, kept, said = two_node_case(construction_years=0), KeptAnswers(tmp_path), list[str]()

    def planner(variants: Sequence[Variant]) -> dict[str, Answer]:
        return plan_variants(variants, EXACT, kept, said.append)

    names = ["capital", "penalty", "demand"]
    table, worlds = screening(case, planner, trajectories=2, names=names, seed=SEED)
    rows = table.set_index("factor")
    assert table["factor"].tolist() == ["demand: D", "unserved penalty", "capital"]
    assert rows.at["capital", "mu*"] == pytest.approx(24.0)
    assert rows.at["capital", "mu"] == pytest.approx(-24.0)
    assert rows.at["capital", "reads"] == "acts by itself"
    assert rows.at["capital", "share of the value"] == pytest.approx(24.0 / 320.0)
    assert 32 * 2 <= rows.at["unserved penalty", "mu*"] <= 32 * 8
    assert rows.at["demand: D", "reads"] == "depends on the others, or bends"
    assert len(worlds) == 2 * (3 + 1)
    capital, penalty, demand = (0.8 + 0.4 * worlds[name] for name in ("capital", "unserved penalty", "demand: D"))
    carried = 15 * demand - 10
    by_hand = 4 * carried.clip(0, 10) * (20 * penalty - 1) - 60 * capital
    assert worlds["value of the plan"].tolist() == pytest.approx(by_hand.tolist(), abs=1e-4)
    said.clear()
    again, _ = screening(case, planner, trajectories=2, names=names, seed=SEED)
    assert again.equals(table)
    assert said
    assert all("were planned before" in line for line in said)


def test_a_factor_may_be_called_as_a_column() -> None:
    """Proves: a factor called 'world' has its levels beside the names of the worlds. If it were ignored: the study
    would end after all plans with a column that is there already."""
    row: dict[str | int, Any] = {"factor": "world", "kind": "figure", "sheet": "Demand", "column": "years"}
    row |= {"operation": "multiply", "distribution": "uniform", "low": 0.9, "high": 1.1}
    case = with_rows(two_node_case(construction_years=0), "Futures", [row])
    _, worlds = screening(case, plain, trajectories=2, names=["world"], seed=SEED)
    assert worlds.columns.tolist() == ["world", "factor world", "value of the plan", "cost of the plan"]


def test_a_word_that_no_factor_has_is_answered() -> None:
    """Proves: the factors that there are are named. If it were ignored: an empty table would look like a finding."""
    with pytest.raises(ValueError, match="capital, unserved penalty"):
        screening(two_node_case(), plain, names=["weather"])
