"""The split of markets against the logit: with nothing binding, in pairs, in nests, and what must not change it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from model.features.choice.logit import exact, shares_of, stepped
from model.features.choice.markets import Market, markets
from model.features.choice.steps import place
from tests.features.choice.cases import CORRIDORS, Costs, option, parallel, shares, solved, switched_off, table_of
from tests.minis import Record

WIDTH = 0.125
"""Steps so narrow that each entry is right within 7 %: half a step in log odds is exp(0.0625) = 6.4 %."""
PLAIN = (option("Middle", 0.5, spread=1.0), option("North"), option("Ocean", -0.25))
NESTED = (
    option("Middle", 0.5, spread=1.0, nest="land", nest_spread=0.4),
    option("North", nest="land"),
    option("Ocean"),
)


def many(count: int, most: float = 3.5) -> dict[str, Costs]:
    """Pairs of places with costs from 2 to `most`: at 6 (nested: 3.5) shares lie between 0.1 and 95 %."""
    dice = np.random.default_rng(7)
    costs = dice.uniform(2.0, most, size=(count, 3))
    return {f"A{n}-B{n}": dict(zip(CORRIDORS, map(float, row), strict=True)) for n, row in enumerate(costs)}


def errors(pairs: dict[str, Costs], options: tuple[Record, ...], step: float) -> tuple[float, float]:
    """(largest error of a market share, root mean square error of the entries' shares), relative to the logit."""
    case = parallel(pairs, options, step=step)
    plan, market = solved(case), markets(case)["M"]
    truth = {ends: exact(market, 2026, costs).shares for ends, costs in pairs.items()}
    assert all(0.001 < share < 0.95 for split in truth.values() for share in split.values())
    whole = {family: np.mean([split[family] for split in truth.values()]) for family in CORRIDORS}
    of_market = max(abs(found / whole[family] - 1.0) for family, found in shares(plan).items())
    single = [shares(plan, ends)[family] / truth[ends][family] - 1.0 for ends in pairs for family in CORRIDORS]
    return of_market, float(np.sqrt(np.mean(np.square(single))))


@pytest.mark.parametrize(("options", "most"), [(PLAIN, 6.0), (NESTED, 3.5)], ids=["logit", "nested"])
def test_shares_follow_the_logit_the_closer_the_narrower_the_steps(options: tuple[Record, ...], most: float) -> None:
    """Proves: with nothing binding a market of 24 entries, their shares between 0.1 and 95 %, splits as the (nested)
    logit of its costs says: at steps of 0.5 and 0.25 each entry within 15 and 8 % (root mean square; half a step is
    at most 28 and 13 %), and halving the step halves the error; at 0.125 the market's shares are right within 1 %.
    If a constant, a spread or a step were misplaced: shares would be off by more, and finer steps would not mend it."""
    pairs = many(24, most)
    wide, half, fine = (errors(pairs, options, step) for step in (0.5, 0.25, WIDTH))
    assert wide[1] < 0.15
    assert half[1] < 0.08
    assert fine[1] < 0.04
    assert half[1] < 0.7 * wide[1]
    assert fine[1] < 0.7 * half[1]
    assert fine[0] < 0.01
    assert wide[0] < 0.05


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.9])
def test_a_thousandth_of_a_market_is_as_right_as_nine_tenths(share: float) -> None:
    """
    Proves: shares of 0.1 % to 90 % follow the logit alike. What a demand sends by a corridor in a year, in two seasons
    and two segments, is right within 11 % at steps of 0.5 and 6 % at 0.25 (root mean square over demands
    whose corners stand elsewhere), one season of one segment within 17 and 9 % (half a step over the root of three
    is 14 and 7 %), and all demands together within 5 and 2.5 %.
    If the even corners began at 0.1 %: shares about there would be wrong by 45 %. If seasons and segments had their
    corners at the same places: a demand's year would be as far off as each of its parts.
    """
    market = markets(parallel({"A-B": dict.fromkeys(CORRIDORS, 1.0)}, (option("Middle", spread=1.0), *PLAIN[1:])))["M"]
    dice = np.random.default_rng(5)
    constants = np.array([market.option(family).constant(2026) for family in CORRIDORS])
    parts = [(segment, season) for segment in (1, 2) for season in (0, 1)]
    for width in (0.5, 0.25):
        found, true = np.zeros((2, 12, len(parts)))
        for demand in range(12):
            own = share * np.exp(dice.uniform(-0.25, 0.05))
            usual = -np.log([own, 0.4 * (1.0 - own), 0.6 * (1.0 - own)]) - constants
            for at, (segment, season) in enumerate(parts):
                cost = usual + (segment - 1.5) * np.array([0.3, 0.0, -0.2]) + dice.uniform(-0.05, 0.05, 3)
                costs = dict(zip(CORRIDORS, cost, strict=True))
                stands = place((str(demand),), segment, season, 2, 2026)
                found[demand, at] = stepped(market, 2026, costs, width, stands).shares["Middle"]
                true[demand, at] = exact(market, 2026, costs).shares["Middle"]
        year = found.sum(axis=1) / true.sum(axis=1) - 1.0
        assert float(np.sqrt(np.mean(np.square(found / true - 1.0)))) < 0.34 * width
        assert float(np.sqrt(np.mean(np.square(year)))) < (0.22 if width == 0.5 else 0.24) * width
        assert abs(found.sum() / true.sum() - 1.0) < 0.1 * width


def test_two_corridors_by_hand() -> None:
    """Proves: a market of two corridors, North 1 dearer with a constant of -0.5 and a spread of 1, sends by it
    1 / (1 + e^0.5) = 37.8 %, within half a step (0.0125 in log odds, 0.8 %); one row tells both.
    If the two were counted apart: the second would have steps of its own, and the market twice the rows."""
    options = (option("Middle", spread=1.0), option("North", -0.5))
    case = parallel({"A-B": {"Middle": 2.0, "North": 3.0}}, options, step=0.05)
    plan = solved(case)
    assert shares(plan)["North"] == pytest.approx(1.0 / (1.0 + np.exp(0.5)), rel=0.025)
    definitions = 2
    added = plan.outcome.statistics["rows"] - solved(switched_off(case)).outcome.statistics["rows"]
    assert added == definitions + 1


def test_a_further_corridor_outside_a_nest_keeps_the_ratio_of_the_others() -> None:
    """Proves: when Ocean joins Middle and North, which form a nest, their ratio stays (independence of what is
    irrelevant), and inside the nest it is exp((3 - 2.5) / 0.4). If the nest's spread were used outside: the ratio
    would move."""
    costs = {"Middle": 3.0, "North": 2.5, "Ocean": 2.7}
    nested = [option("Middle", spread=1.0, nest="land", nest_spread=0.4), option("North", nest="land")]
    three = shares(solved(parallel({"A-B": costs}, [*nested, option("Ocean")], step=0.05)))
    away = {**costs, "Ocean": 9.0}
    far = shares(solved(parallel({"A-B": away}, [*nested, option("Ocean")], step=0.05)))
    assert three["Ocean"] > 0.3 > 0.01 > far["Ocean"]
    assert three["North"] / three["Middle"] == pytest.approx(np.exp(0.5 / 0.4), rel=0.06)
    assert three["North"] / three["Middle"] == pytest.approx(far["North"] / far["Middle"], rel=0.06)


def test_splitting_a_row_and_turning_the_sheets_round_change_nothing() -> None:
    """Proves: two half rows in the place of one, and the rows of Demand, Families and Choice in reverse, give the
    same cost and the same split to rounding: an entry's steps hang on its places, commodity and segment, not on its
    row. If they hung on positions: two departments that sort their sheets differently would get two plans."""
    pairs = many(5)
    case = parallel(pairs, NESTED)
    plan = solved(case)
    rows = case.table("Demand")
    parts = pd.concat([rows.assign(demand=rows["demand"] + part, market_size=0.5) for part in (" a", " b")])
    parts.index = pd.RangeIndex(2, 2 + len(parts))
    split = solved(case.with_tables(Demand=parts))
    turned = solved(case.with_tables(**{name: case.table(name)[::-1] for name in ("Demand", "Families", "Choice")}))
    assert split.outcome.objective == pytest.approx(plan.outcome.objective, rel=1e-9)
    assert turned.outcome.objective == pytest.approx(plan.outcome.objective, rel=1e-9)
    for family, share in shares(plan).items():
        assert shares(split)[family] == pytest.approx(share, abs=1e-6)
        assert shares(turned)[family] == pytest.approx(share, abs=1e-6)


def test_a_constant_that_begins_later_holds_from_its_year() -> None:
    """Proves: of two rows of a corridor the one with From year 2027 holds from then on, the other before. If it did
    not: a service that begins could only be told as a price."""
    rows = [option("Middle", 9.0, spread=1.0), option("Middle", 0.0, from_year=2027), option("North"), option("Ocean")]
    case = parallel({"A-B": dict.fromkeys(CORRIDORS, 2.0)}, rows)
    years = [{"period": str(year), "first_year": year, "years": 1} for year in (2026, 2027)]
    split = solved(case.with_tables(Periods=table_of("Periods", years))).tables["choice"]
    middle = split[split["family"] == "Middle"].set_index("period")["share"]
    assert middle["2026"] < 0.001
    assert middle["2027"] == pytest.approx(1.0 / 3.0, rel=0.2)


@pytest.mark.parametrize("year", [2027, 2033])
def test_a_constant_holds_in_a_case_that_begins_after_its_year(year: int) -> None:
    """Proves: in a case of one late year the constant of 2027 holds, and the verifier counts by the same one. If it did
    not: outages, single years and a rolling horizon would plan with the constants of the beginning, and the verifier
    would refuse them, as it did."""
    rows = [option("Middle", 9.0, spread=1.0), option("Middle", 0.0, from_year=2027), option("North"), option("Ocean")]
    case = parallel({"A-B": dict.fromkeys(CORRIDORS, 2.0)}, rows)
    late = case.with_tables(Periods=table_of("Periods", [{"period": str(year), "first_year": year, "years": 1}]))
    plan = solved(late)
    assert plan.verified
    assert shares(plan)["Middle"] == pytest.approx(1.0 / 3.0, rel=0.2)


def test_what_no_corridor_carries_is_chosen_as_well() -> None:
    """Proves: with the option 'outside' at 4 and three corridors at 3 all told, the market leaves
    1 / (1 + 3 e^1) = 10.9 % unshipped, and no penalty is paid for it beyond its constant.
    If the penalty of unserved demand stayed: nobody would ever choose it (20 against 3)."""
    options = (*PLAIN, option("outside", 4.0))
    costs = {"Middle": 2.5, "North": 3.0, "Ocean": 3.25}
    case = parallel({"A-B": costs}, options, step=0.05)
    plan, market = solved(case), markets(case)["M"]
    assert shares(plan)["outside"] == pytest.approx(1.0 / (1.0 + 3.0 * np.e), rel=0.03)
    assert plan.outcome.objective == pytest.approx(10.0 * exact(market, 2026, costs).logsum, rel=1e-3)


def test_the_plan_does_what_the_steps_say() -> None:
    """Proves: where no capacity binds, each entry's part of the objective is its amount times the logsum in steps, to
    1e-6; and the logsum in steps is that of the logit within 1e-3 of the market's cost, at steps of 0.125 within 1e-4.
    If the shift that keeps prices above nought were not credited in full: the sums would part."""
    pairs = many(6)
    for step, near in ((0.5, 1e-3), (0.125, 1e-4)):
        case = parallel(pairs, NESTED, step=step)
        market: Market = markets(case)["M"]
        stands = {ends: place((*ends.split("-"), "boxes"), 1, 0, 1, 2026) for ends in pairs}
        in_steps = sum(10.0 * stepped(market, 2026, pairs[ends], step, stands[ends]).logsum for ends in pairs)
        smooth = sum(10.0 * exact(market, 2026, costs).logsum for costs in pairs.values())
        assert solved(case).outcome.objective == pytest.approx(in_steps, rel=1e-6)
        assert in_steps == pytest.approx(smooth, rel=near)


def test_a_closed_market_is_an_error_not_a_guess() -> None:
    """Proves: the logit of a market whose corridors are all closed is a ValueError. If it gave a number: a report would
    tell shares of nothing."""
    case = parallel({"A-B": dict.fromkeys(CORRIDORS, 2.0)}, PLAIN)
    for function in (lambda m: exact(m, 2026, {}), lambda m: stepped(m, 2026, {}, 0.5, 0)):
        with pytest.raises(ValueError, match="no corridor of M is open"):
            function(markets(case)["M"])


def test_a_corridor_that_the_market_does_not_know_is_no_way() -> None:
    """
    Proves: with Ocean in Families, at a price of 0.1 against 2 and 2.2, and not among the rows of the market, nothing
    goes by Ocean; Middle and North split as the logit of two: at spread 1 and 0.2 apart, 0.45 to 0.55.
    If it were ignored: a way without a measured load paid no taste and was credited for it, and took everything.
    """
    pairs = {f"A{n}-B{n}": {"Middle": 2.2, "North": 2.0, "Ocean": 0.1} for n in range(8)}
    split = shares(solved(parallel(pairs, [option("Middle", spread=1.0), option("North")], step=WIDTH)))
    assert set(split) == {"Middle", "North"}
    assert sum(split.values()) == pytest.approx(1.0)
    assert split["Middle"] == pytest.approx(1 / (1 + np.exp(0.2)), rel=0.02)


@pytest.mark.parametrize("options", [PLAIN, NESTED])
def test_many_entries_at_once_split_like_one_by_one(options: tuple[Record, ...]) -> None:
    """
    Proves: the shares of a table of entries are those of each entry by itself, in nests too and with a corridor closed
    (infinite); an entry with nothing open has no shares.
    If it were ignored: reports would tell another pull of prices than the split that the plan is made with.
    """
    market = markets(parallel(many(1), options, step=WIDTH))["M"]
    costs = np.random.default_rng(3).uniform(1.0, 6.0, size=(20, len(market.options)))
    costs[5, 1] = costs[6, :] = np.inf
    names = [one.family for one in market.options]
    found = shares_of(market, 2026, costs)
    for row, told in zip(costs, found, strict=True):
        known = {name: float(cost) for name, cost in zip(names, row, strict=True) if np.isfinite(cost)}
        wanted = exact(market, 2026, known).shares if known else {}
        assert told == pytest.approx([wanted.get(name, 0.0) for name in names], rel=1e-12, abs=1e-15)
