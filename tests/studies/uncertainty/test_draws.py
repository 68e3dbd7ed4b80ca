"""Futures: drawn from ranges, correlated, seeded; events; named scenarios with weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from model.case.case import Case
from model.case.codes import Severity
from model.case.messages import CaseError
from model.case.reader import check_case
from model.case.scenarios.apply import apply_scenario
from model.case.scenarios.futures import factors
from model.studies.uncertainty.draws import drawn_futures, mean, named_futures, quantile, sample
from tests.case.small import small_rows, write_case
from tests.minis import Record, demand, effect, link, make_case, project

SHUT: Record = {
    "sheet": "Links", "match_column": "Link", "match_value": "other", "column": "Container capacity",
    "operation": "set", "value": "0",
}  # fmt: skip


def case_of(*rows: Record, scenarios: Sequence[Record] = (), changes: Sequence[Record] = ()) -> Case:
    """A-B with demand of 10 and a scenario that shuts a second link, and more of these; rows are those of Futures."""
    return make_case(
        "drawn",
        "AB",
        [link("AB", "A-B", capacity_kteu=10.0), link("other", "A-B", capacity_kteu=5.0)],
        [demand("D", "A-B", {2026: 10.0, 2027: 10.0, 2028: 20.0})],
        Projects=[project("P", 100.0)],
        ProjectEffects=[effect("P", "AB", 10.0)],
        Scenarios=[{"scenario": "reference"}, {"scenario": "shut"}, *scenarios],
        ScenarioChanges=[{**SHUT, "scenario": "shut"}, *changes],
        Futures=list(rows),
    )


def figure(factor: str, low: float, high: float, **more: object) -> Record:
    """A figure: all years of Demand times a factor, unless told."""
    plain: Record = {"factor": factor, "kind": "figure", "sheet": "Demand", "column": "years", "operation": "multiply"}
    return {**plain, "distribution": "uniform", "low": low, "high": high, **more}


EVENT: Record = {"factor": "north", "kind": "event", "scenario": "shut", "probability": 0.25}


def test_futures_fill_the_ranges() -> None:
    """Proves: sixteen futures of a factor from 0.5 to 1.5 lie one in each sixteenth, their demand is the base's times
    the factor, and the event happens in a quarter of them, in which the link is shut. The first eight are the same
    when eight are asked for, other seeds draw others. If it were ignored: few futures would miss whole parts of what
    may come, or two runs compare different worlds."""
    base = case_of(figure("demand", 0.5, 1.5), EVENT)
    found = drawn_futures(base, 16, 7)
    levels = [future.figures["demand"] for future in found.every]
    assert sorted(int((level - 0.5) * 16) for level in levels) == list(range(16))
    for future in found.every:
        assert future.case.table("Demand")[2028].tolist() == pytest.approx([20.0 * future.figures["demand"]])
        shut = future.case.table("Links")["capacity_kteu"].tolist()[1] == 0.0
        assert shut == (future.figures["event north"] == 1.0)
    assert sum(future.figures["event north"] for future in found.every) == 4
    again = drawn_futures(base, 8, 7)
    assert [future.figures for future in again.every] == [future.figures for future in found.every[:8]]
    assert [future.figures for future in drawn_futures(base, 8, 8).every] != [future.figures for future in again.every]
    assert found.weights.tolist() == pytest.approx([1 / 16] * 16)
    assert found.expected.table("Demand")[2028].tolist() == [20.0]
    assert found.expected.table("Links")["capacity_kteu"].tolist() == [10.0, 5.0]


def test_rows_of_one_factor_move_together_from_their_years_on() -> None:
    """Proves: two rows of one factor, one from 2028 on, share their draw: at the same level of their ranges in every
    future; before 2028 the second changes nothing. If it were ignored: high demand would meet low prices by chance."""
    rows = (
        figure("growth", 0.9, 1.1, match_column="Demand", match_value="D"),
        figure("growth", 2.0, 4.0, sheet="Links", match_column="Link", match_value="AB")
        | {"column": "Cost per TEU", "from_year": 2028},
    )
    for future in drawn_futures(case_of(*rows), 4, 1).every:
        level = (future.figures["growth"] - 0.9) / 0.2
        first, last = (future.case.table("Links", year)["container_cost"].tolist()[0] for year in (2026, 2028))
        assert (first, last) == pytest.approx((1.0, 2.0 + 2.0 * level))


def test_correlated_factors() -> None:
    """Proves: 256 draws with a correlation of 0.8 have it, to 0.05, in their normal scores, with -1 they mirror each
    other, and each keeps its own uniform spread. If it were ignored: joint extremes would be too rare."""
    for correlation in (0.8, -1.0):
        rows = figure("a", 0, 1), figure("b", 0, 1, correlates_with="a", correlation=correlation)
        points = sample(factors(case_of(*rows)), 256, 3)
        scores = stats.norm.ppf(points)
        assert np.corrcoef(scores.T)[0, 1] == pytest.approx(correlation, abs=0.05)
        assert np.histogram(points[:, 1], bins=8, range=(0, 1))[0].tolist() == pytest.approx([32] * 8, abs=8)


def test_distributions_by_hand() -> None:
    """Proves: ends, middles and tenths: a triangle from 0 to 4 with its top at 1 is at 1 in a quarter of the cases and
    has the mean 5/3; of normal and lognormal one tenth lies below Low and one above High, the median of the lognormal
    from 1 to 4 is 2. If it were ignored: Low and High would mean something else than the sheet says."""
    (one,) = factors(case_of(figure("a", 0, 4, distribution="triangular", likely=1)))[0].figures
    assert quantile(one, 0.25) == pytest.approx(1.0)
    assert mean(one) == pytest.approx(5 / 3)
    for name, middle in (("normal", 2.5), ("lognormal", 2.0)):
        (one,) = factors(case_of(figure("a", 1, 4, distribution=name)))[0].figures
        assert [quantile(one, level) for level in (0.1, 0.5, 0.9)] == pytest.approx([1.0, middle, 4.0])
    spread = math.log(2) / stats.norm.ppf(0.9)
    assert mean(one) == pytest.approx(2 * math.exp(spread**2 / 2))


def test_named_scenarios_have_their_weights() -> None:
    """Proves: weights are scaled to 1, a blank one weighs like the mean of the others; without rows all scenarios of
    the case are futures, alike. If it were ignored: a planner's belief would not count."""
    named: list[Record] = [
        {"factor": "as now", "kind": "scenario", "scenario": "reference", "probability": 0.6},
        {"factor": "shut", "kind": "scenario", "scenario": "shut", "probability": 0.2},
    ]
    found = named_futures(case_of(*named))
    assert {one.name: one.weight for one in found.every} == pytest.approx({"reference": 0.75, "shut": 0.25})
    alike = named_futures(case_of(named[0], {**named[1], "probability": None}))
    assert alike.weights.tolist() == pytest.approx([0.5, 0.5])
    assert named_futures(case_of()).weights.tolist() == [0.5, 0.5]
    with pytest.raises(ValueError, match="no figures and no events"):
        drawn_futures(case_of(*named), 4, 1)


def growing(*rows: Record) -> Case:
    """Demand of 10, from 2028 on 20; 'more' by half, and based on that 'most', twice as much, and 'rail', in which the
    second link is shut."""
    change: Record = {"sheet": "Demand", "column": "years", "operation": "multiply"}
    based: list[Record] = [{"scenario": name, "based_on": "more"} for name in ("most", "rail")]
    changes = [{**change, "scenario": "more", "value": "1.5"}, {**change, "scenario": "most", "value": "2"}]
    return case_of(*rows, scenarios=[{"scenario": "more"}, *based], changes=[*changes, {**SHUT, "scenario": "rail"}])


def demands(cases: Iterable[Case]) -> list[float]:
    """Demand of each case in 2028."""
    return [amount for one in cases for amount in one.table("Demand", 2028)[2028].tolist()]


def test_named_scenarios_of_a_case_under_one_of_them() -> None:
    """Proves: under 'more' (20 x 1.5 = 30) the futures stay 20 (reference, shut), 30, 60 and 30, and the expected one
    is 'more'; a case that was read under a scenario is refused as their base. If it were ignored: 'more' would be 45
    and the future called reference 30, and the works decided would be for worlds that nobody described."""
    base = growing()
    more = apply_scenario(base, "more")
    found = named_futures(base, more)
    assert dict(zip((one.name for one in found.every), demands(one.case for one in found.every), strict=True)) == {
        "reference": 20.0, "shut": 20.0, "more": 30.0, "most": 60.0, "rail": 30.0,
    }  # fmt: skip
    assert found.expected is more
    assert found.words.endswith("the expected future is the scenario more")
    with pytest.raises(ValueError, match="read it without 'more'"):
        named_futures(more)


def test_no_scenario_holds_twice_in_a_drawn_future() -> None:
    """Proves: events of 'most' and 'rail', both based on 'more', raise demand by half once where both happen: 20, 30
    (rail) or 60 (most, or both); and under 'more', which holds already, to 30 or 60, never to 45 or 90.
    If it were ignored: two events would together be worse than either says, and a case under a scenario would meet it
    again as an event."""
    rows: list[Record] = [
        {"factor": name, "kind": "event", "scenario": name, "probability": 0.5} for name in ("most", "rail", "more")
    ]
    for base, calm in ((growing(*rows), 20.0), (apply_scenario(growing(*rows), "more"), 30.0)):
        seen = set()
        for one in drawn_futures(base, 16, 1).every:
            most, rail, more = (one.figures[f"event {name}"] == 1.0 for name in ("most", "rail", "more"))
            assert demands([one.case]) == [60.0 if most else 30.0 if rail or more else calm]
            assert (one.case.table("Links")["capacity_kteu"].tolist()[1] == 0.0) == rail
            seen.add((most, rail, more))
        assert (True, True, False) in seen


def test_what_events_share_holds_from_the_first_of_their_years() -> None:
    """Proves: 'most' from 2028 and 'rail' from 2027 share 'more', which then holds from 2027: 10 x 1.5 = 15 in 2027, 20
    x 1.5 x 2 = 60 in 2028. If it were ignored: which event stands first in the sheet would decide when it holds."""
    rows: list[Record] = [
        {"factor": name, "kind": "event", "scenario": name, "probability": 0.9, "from_year": year}
        for name, year in (("most", 2028), ("rail", 2027))
    ]
    case = drawn_futures(growing(*rows), 2, 1).expected
    values = [
        case.table("Demand", year)[column].tolist() for year, column in ((2026, 2026), (2027, 2027), (2028, 2028))
    ]
    assert values == [[10.0], [15.0], [60.0]]


def test_a_future_that_breaks_the_case_is_told() -> None:
    """Proves: a range that takes demand below nothing is refused with the row of Futures.
    If it were ignored: a study would plan worlds that cannot be."""
    with pytest.raises(CaseError, match="Futures"):
        drawn_futures(case_of(figure("demand", -50, -40, operation="add")), 2, 1)


@pytest.mark.parametrize(
    ("row", "change", "code", "column"),
    [
        (0, {"column": "yaers"}, "change-column", "column"),
        (0, {"low": -90000, "high": -80000, "operation": "add"}, "below-minimum", "low"),
        (0, {"sheet": "Budgets", "column": "Amount", "from_year": 2028}, "change-year", "from_year"),
        (1, {"scenario": "shut and dear", "from_year": 2028}, "change-year", "from_year"),
    ],
)
def test_rows_are_tried_when_a_case_is_checked(
    tmp_path: Path, row: int, change: Record, code: str, column: str
) -> None:
    """Proves: `check` tries every figure at both ends and every event, and tells the cell of Futures that is wrong.
    If it were ignored: a slip would show after an hour of planning."""
    rows = small_rows()
    rows["Futures"][row] |= change
    errors = [one for one in check_case(write_case(tmp_path, rows)) if one.severity is Severity.ERROR]
    assert (code, "Futures", column) in {(one.code, one.sheet, one.column) for one in errors}
    assert {one.cell for one in errors if one.sheet == "Futures"} != {""}
