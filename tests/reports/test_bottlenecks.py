"""What binds, year by year: usable capacity, ships, competitors apart, and what relieves it."""

from __future__ import annotations

import pytest

from model.plan.use import SHIPS
from model.reports.analysis.bottlenecks import COMPETITOR, CORRIDOR, bottlenecks, by_period, competitors
from model.reports.facts import Facts
from tests.reports.fixture.plan import busy_plan
from tests.reports.fixture.rich import rich_plan


@pytest.fixture(scope="module")
def facts() -> Facts:
    """A plan with ships, seasons and a corridor that no project touches."""
    return Facts(rich_plan())


def test_each_period_is_ranked_by_what_ten_per_cent_more_would_save(facts: Facts) -> None:
    """Proves: within a period the first rank saves most; what 10 % more saves in a year is a tenth of what is usable
    times its price (kTEU at USD/TEU and round trips at thousand USD are thousandths of a million); nothing is used
    beyond what is usable; and the years, discounted, add up to the worth on the sheet that ranks over all years.
    If it were ignored: the worst bottleneck of 2035 would have to be guessed from means over fifteen years."""
    frame = by_period(facts)
    assert len(frame)
    discounts = {
        period.name: sum(facts.case.discount(year) for year in period.calendar_years) for period in facts.case.periods
    }
    for period, part in frame.groupby("period"):
        assert part["rank"].tolist() == list(range(1, len(part) + 1)), period
        assert part["saves"].is_monotonic_decreasing
    unit = frame["measure"].map(lambda measure: 1.0 if measure == "Mt" else 1e-3)
    assert (frame["saves"] - 0.1 * frame["usable"] * frame["price"] * unit).abs().max() < 1e-9
    assert (frame["used"] <= frame["usable"] * (1 + 1e-6)).all()
    present = (frame["saves"] * frame["period"].map(discounts)).groupby([frame["asset"], frame["measure"]]).sum()
    whole = bottlenecks(facts).set_index(["asset", "measure"])["worth"]
    for key, worth in whole.items():
        if worth > 1e-9:
            assert present[key] == pytest.approx(worth, rel=1e-9)


def test_competitors_stand_apart_and_ships_are_relief(facts: Facts) -> None:
    """Proves: a link whose route group no project free to open touches is a competitor's, as is a place with such links
    only; all else is the corridor's. Round trips of ships name the ships that could be bought or brought.
    If it were ignored: a full line in Siberia would head the list of what to mend on the Caspian."""
    frame = bottlenecks(facts)
    assert set(frame["whose"]) == {CORRIDOR, COMPETITOR}
    foreign = competitors(facts)
    for kind, asset in foreign:
        if kind == "link":
            assert facts.links.loc[asset, "route_group"]
    ships = by_period(Facts(busy_plan()))
    trips = ships[ships["measure"] == SHIPS]
    assert all(words != "no project in the case" for words in trips["relief"])
