"""The tidy table of futures, policies and outcomes, and the planner who does not see all years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from model.case.case import Case
from model.studies.uncertainty.draws import Future, Futures, drawn_futures
from model.studies.uncertainty.experiments import HELD, NOTHING, OWN, experiments
from model.studies.uncertainty.foresight import foresight, until
from model.studies.uncertainty.uncertainty import futures_table, plan_in_two_stages
from model.studies.variants.stress import stress
from tests.minis import Record, demand, effect, link, make_case, periods, project
from tests.studies.uncertainty.test_draws import case_of
from tests.studies.uncertainty.worlds import YEARS, futures, plain, world


def test_experiments_by_hand() -> None:
    """Proves, with the costs worked out in `worlds`: nothing built costs 40 and 10 + 3 x 210 = 640, own plans 40 and
    250, the plan of the expected future (nothing) held 40 and 640, held before 2027 only 40 and 440. One row is one
    future under one policy, with what is uncertain, what opens and what comes of it, and the columns say which is
    which. If it were ignored: another tool would have to guess, or analyse a table that holds averages."""
    table, columns = experiments(futures(), plain)
    costs = table.pivot_table(index="policy", columns="scenario", values="cost")
    assert costs.loc[NOTHING].tolist() == pytest.approx([40, 640])
    assert costs.loc[OWN].tolist() == pytest.approx([40, 250])
    assert costs.loc[HELD].tolist() == pytest.approx([40, 640])
    assert table.groupby("policy")["regret"].max().to_dict() == pytest.approx({NOTHING: 390, OWN: 0, HELD: 390})
    assert table["experiment"].tolist() == list(range(6))
    assert table["demand later"].tolist() == [10.0, 20.0] * 3
    high = table[(table["policy"] == OWN) & (table["scenario"] == "w1")].iloc[0]
    assert high["opens P"] == 2027
    assert table["opens P"].isna().sum() == 5
    assert columns["column"].tolist() == table.columns.tolist()
    assert columns.set_index("column").loc[["demand later", "opens P", "cost"], "role"].tolist() == [
        "uncertainty", "decision", "outcome",
    ]  # fmt: skip
    early, _ = experiments(futures(), plain, 2027)
    decided = early[early["policy"] == "decided now: nothing"]
    assert decided["cost"].tolist() == pytest.approx([40, 440])


def test_nothing_built_keeps_what_is_decided() -> None:
    """Proves: with Q decided (sheet Decisions) "nothing is built" has Q and no P: Q opens in 2027 at the earliest, in
    the high future then (640 + 70 - 3 x 95 = 425), in the low one in any year (40 + 70 = 110). If it were ignored: the
    policy would contradict the sheet, and its costs and the worth of the plan would be blank."""
    decided: list[Record] = [{"project": "Q", "decision": "in"}]
    every = [
        Future(name, 0.5, {}, world(later, name, Decisions=decided), {}) for name, later in (("w0", 10.0), ("w1", 20.0))
    ]
    table, _ = experiments(Futures(every, every[0].case, "by hand"), plain)
    assert table.loc[table["policy"] == NOTHING, "cost"].tolist() == pytest.approx([110.0, 425.0])
    assert table["opens P"].notna().sum() == 1


def test_factors_may_be_called_as_columns() -> None:
    """Proves: whatever a factor is called, as a column of these tables or as another factor's event, it keeps its
    values beside the others, and no column stands twice. If it were ignored: the factor would be lost, or the outcome
    would be, and another tool would fit the one to the other."""
    plain_columns = experiments(futures(), plain)[1]
    two = plan_in_two_stages(futures(), 2027, plain, enough=0.0, plans=4)
    fixed = [*plain_columns.loc[plain_columns["role"] != "uncertainty", "column"], *futures_table(two).columns]
    assert {"cost", "opens P", "own cost", "begins later"} <= set(fixed)
    given = futures()
    every = [replace(one, figures={name: number + 0.5 for name in fixed}) for number, one in enumerate(given.every)]
    named = replace(given, every=every)
    table, columns = experiments(named, plain)
    seen = futures_table(replace(two, futures=named))
    assert columns["column"].tolist() == table.columns.tolist()
    for found, rows in ((table, 3), (seen, 1)):
        assert not found.columns.duplicated().any()
        uncertain = [name for name in found.columns if found[name].astype(str).tolist() == ["0.5", "1.5"] * rows]
        assert len(uncertain) == len(set(fixed))
    assert table.loc[table["policy"] == OWN, "cost"].tolist() == pytest.approx([40, 250])
    rows: list[Record] = [
        {"factor": "event north", "kind": "figure", "sheet": "Demand", "column": "years", "operation": "multiply"}
        | {"distribution": "uniform", "low": 0.5, "high": 0.9},
        {"factor": "north", "kind": "event", "scenario": "shut", "probability": 0.5},
    ]
    assert all(len(one.figures) == 2 for one in drawn_futures(case_of(*rows), 4, 1).every)


@pytest.mark.parametrize("years", [YEARS, YEARS[:1]])
def test_experiments_need_nothing_to_decide(years: Sequence[int]) -> None:
    """Proves: without `--before` a case without projects, or of one year, has its table, all policies alike; a year
    before which is decided is refused in words where there is only one. If it were ignored: it would be told that
    nothing can begin before a year that nobody named, or that the year must be within 2027-2026."""
    case = make_case(
        "bare", "AB", [link("AB", "A-B", capacity_kteu=10.0)], [demand("D", "A-B", 10.0)], years=years
    )  # fmt: skip
    given = Futures([Future("w0", 1.0, {}, case, {})], case, "by hand")
    assert experiments(given, plain)[0]["cost"].tolist() == pytest.approx([10.0 * len(years)] * 3)
    said = "has one year, 2026" if len(years) == 1 else "nothing to decide now"
    with pytest.raises(ValueError, match=said):
        experiments(given, plain, 2027)
    if len(years) == 1:
        with pytest.raises(ValueError, match=said):
            stress(case, [case], plain, 2027)


def late_demand() -> Case:
    """A-B with room for 10, carried at 1 and left at 20: 10 come in 2026 and 2027, 20 from 2028 to 2030. P adds 10 for
    250 after a year: two years of it save 380, one 190."""
    return make_case(
        "late",
        "AB",
        [link("AB", "A-B", capacity_kteu=10.0)],
        [demand("D", "A-B", {2026: 10.0, 2027: 10.0, 2028: 20.0})],
        years=(2026, 2027, 2028, 2029, 2030),
        Projects=[project("P", 250.0, construction_years=1)],
        ProjectEffects=[effect("P", "AB", 10.0)],
    )


def test_foresight_by_hand() -> None:
    """Proves: who sees two years never begins P, as one year of it pays 190 of its 250: 20 + 3 x 210 = 650, against
    20 + 60 + 250 = 330 with all years seen: 320 more, proven. Who sees three years begins it in 2027 and loses nothing.
    If it were ignored: the worth of looking ahead could be told of any two plans."""
    case = late_demand()
    short = foresight(case, plain, 2, 1)
    assert short.rolling.cost == pytest.approx(650)
    assert short.full.cost == pytest.approx(330)
    assert (short.costs.found, short.costs.least) == pytest.approx((320, 320))
    assert short.looks["sees until"].tolist() == [2027, 2028, 2029, 2030]
    longer = foresight(case, plain, 3, 1)
    assert longer.rolling.openings == longer.full.openings
    assert longer.costs.verdict == "nothing"
    assert longer.looks["begins until the next look"].tolist() == ["nothing", "P for 2028", "nothing"]
    with pytest.raises(ValueError, match="no more than the 2 seen"):
        foresight(case, plain, 2, 3)


def test_years_that_are_not_seen() -> None:
    """Proves: a period is cut where the sight ends, works committed to open later are not seen, and who sees all years
    has the case itself. If it were ignored: a planner would know what lies ahead of what he sees."""
    late = project("late", 10.0, status="committed", committed_opening=2030, construction_years=1)
    case = make_case(
        "cut",
        "AB",
        [link("AB", "A-B", capacity_kteu=10.0)],
        [demand("D", "A-B", 5.0)],
        years=periods(2026, 2028, last_year=2031),
        Projects=[late],
        ProjectEffects=[effect("late", "AB", 5.0)],
    )
    seen = until(case, 2028)
    assert (seen.first_year, seen.last_year) == (2026, 2028)
    assert seen.table("Projects")["status"].tolist() == ["excluded"]
    assert until(case, 2031) is case
