"""The cheapest way to a target: by hand, and never cheaper for asking more or earlier."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest

from model.solvers.core.outcome import Status
from model.studies.variants.answers import Answer
from model.studies.variants.planning import Variant
from model.studies.variants.target import COLUMNS, Target, reach, target_of, with_target
from tests.studies.variants.of_minis import plain, two_ways


def test_a_target_by_hand() -> None:
    """Proves, by hand: the plan (P, 35) sends nothing by A-C. Each of the first 6 kTEU there in 2027 costs 4 more than
    by B; 8 need Q for 40: 2 (+8), 4 (+16), 6 (+24) and 8 (32 + 40 = +72). The last of 8, with Q built, costs 4 (4000
    USD/TEU), on the way from 6 to 8 a unit costs 24 with its part of Q. Held from 2026 on it costs 136 - 35 = 101.
    If it were ignored: a promise of a summit would be priced by its average."""
    case = two_ways()
    steps, years = reach(case, target_of(case, 8.0, "kTEU", ["Northern"], 2027), plain)
    assert list(steps.columns) == COLUMNS
    assert steps["target"].tolist() == pytest.approx([0, 2, 4, 6, 8])
    assert steps["costs"].tolist() == pytest.approx([0, 8, 16, 24, 72], abs=1e-6)
    assert steps["at least"].tolist()[1:] == pytest.approx([8, 16, 24, 72], abs=1e-6)
    assert steps["a unit on the way"].tolist()[1:] == pytest.approx([4000, 4000, 4000, 24000])
    assert steps["the last unit, works held"].tolist()[1:] == pytest.approx([4000] * 4)
    assert steps["enters"].tolist() == ["", "", "", "", "Q"]
    assert steps["costs"].is_monotonic_increasing
    assert years["from"].tolist() == [2026, 2027]
    assert years["costs"].tolist() == pytest.approx([101.0, 72.0])


def test_what_is_impossible_is_closed_in_on() -> None:
    """Proves: there are 8 kTEU in all: 16 by A-C are impossible, which is proven, in every year; halving between 8, the
    most found, and 12 says that 8.5 is impossible, too. What the plan carries anyway costs nothing.
    If it were ignored: a ministry would learn only that there is no plan, and not how far one can go."""
    case = two_ways()
    steps, years = reach(case, target_of(case, 16.0, "kTEU", ["AC"], 2027), plain)
    verdicts = dict(zip(steps["target"].tolist(), steps["verdict"].tolist(), strict=True))
    assert max(amount for amount, verdict in verdicts.items() if "impossible" not in verdict) == pytest.approx(8.0)
    assert min(amount for amount, verdict in verdicts.items() if verdict == "impossible, proven") <= 8.5
    assert set(years["possible"]) == {"no, proven"}
    easy, _ = reach(case, target_of(case, 5.0, "kTEU", ["Middle"], 2027), plain)
    assert easy["costs"].tolist() == [0.0]


def test_a_year_without_an_answer_says_nothing_of_those_before() -> None:
    """Proves: 8 kTEU by A-C can be had from every year on. Where no plan was found for 2027 in the time given, 2026 and
    2028 are asked, too, and have one; 2027 is told as not known.
    If it were ignored: a search cut short would be told as the earliest year that a promise can be kept in."""

    def hurried(variants: Sequence[Variant]) -> dict[str, Answer]:
        late = Answer(Status.NO_PLAN, "No plan was found in the time given.")
        return {one.name: late if one.name == "from 2027" else plain([one])[one.name] for one in variants}

    case = two_ways(years=(2026, 2027, 2028, 2029))
    _, years = reach(case, target_of(case, 8.0, "kTEU", ["Northern"], 2029), hurried)
    said = dict(zip(years["from"].tolist(), years["possible"].tolist(), strict=True))
    assert (said[2026], said[2028], said[2029]) == ("yes", "yes", "yes")
    assert said[2027] == "not known: No plan was found in the time given."


def test_targets_are_read_and_wrong_ones_explained() -> None:
    """Proves: 10 million tonnes are 10,000 kt; a corridor stands for its marker links, which no route passes twice; a
    slip is answered with the nearest name.
    If it were ignored: a corridor's flow would be counted once for each section."""
    case = two_ways(Families=[{"family": "By sea", "markers": ("AB",)}])
    assert target_of(case, 10.0, "Mt", ["By sea"], 2027) == Target(10000.0, "kt", ("AB",), 2027)
    with pytest.raises(ValueError, match="Nothern"):
        target_of(case, 1.0, "Mt", ["Nothern"], 2027)
    with pytest.raises(ValueError, match="2040 is not within"):
        target_of(case, 1.0, "Mt", ["AC"], 2040)
    floor = with_target(case, dataclasses.replace(target_of(case, 1.0, "kTEU", ["AC"], 2027)), 1.0)
    assert floor.table("Policies")["value"].tolist() == [1.0]
