"""What binds, year by year: usable capacity, ships, competitors apart, and what relieves it."""

from __future__ import annotations

import pytest

from model.plan.planner import make_plan
from model.plan.use import SHIPS
from model.reports.analysis.bottlenecks import COMPETITOR, CORRIDOR, NO_PROJECT, bottlenecks, by_period, competitors
from model.reports.facts import Facts
from model.solvers.core.options import SolveOptions
from tests.minis import demand, effect, link, make_case, node, project
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
    assert all(words != NO_PROJECT for words in trips["relief"])


@pytest.mark.parametrize("ahead", [False, True])
def test_what_adds_nothing_may_lead_around(ahead: bool) -> None:
    """Proves, by hand: 30 kTEU go from A to D, 10 of them by the full crossing at B; P opens the line over C, shut
    without it, for 15 more, and adds nothing at B. B says so: no project adds to it, and P takes 15 kTEU another way.
    Where P opens the line ahead of both crossings, all cargo at B takes it too, and nothing is said of another way.
    If it were ignored: the border that the new line was built for would read 'no project in the case'."""
    opened = {"capacity_kteu": 0.0}
    links = [
        link("SA", "S-A", **(opened if ahead else {})),
        link("AB", "A-B", capacity_kteu=10.0),
        link("AC", "A-C", container_cost=0.5, **({"capacity_kteu": 15.0} if ahead else opened)),
        link("BD", "B-D", container_cost=0.0),
        link("CD", "C-D", container_cost=0.0),
    ]
    case = make_case(
        "around",
        [node("S"), "A", "B", "C", "D"],
        links,
        [demand("boxes", "S-D", 30.0)],
        years=(2026, 2027),
        Projects=[project("P", 1.0, construction_years=1, status="committed", committed_opening=2027)],
        ProjectEffects=[effect("P", "SA" if ahead else "AC", 100.0 if ahead else 15.0)],
    )
    frame = by_period(Facts(make_plan(case, SolveOptions(gap=1e-9, threads=1)))).set_index(["period", "asset"])
    said = frame.loc[("2027", "AB"), "relief"]
    assert said.startswith(NO_PROJECT)
    assert said.endswith("in 2027 the same cargo goes another way: P P (15.0 kTEU)") != ahead
