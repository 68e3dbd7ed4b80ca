"""Ways of a market's cargo, the bands that show them, and the bars of what the net value rests on."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest

from model.features.choice.report import CHOSEN
from model.features.choice.report import brief as choice_blocks
from model.features.choice.report import sections as choice_sections
from model.features.choice.report import sheets as choice_sheets
from model.reports.analysis.appraisal import appraisal
from model.reports.analysis.drawn.swings import SWING, swings_of
from model.reports.analysis.drawn.ways import Way, by_route_group, ways
from model.reports.analysis.shares import BY_GROUP
from model.reports.facts import Facts
from model.reports.map.markets import markets_of
from model.reports.page import corridor
from model.reports.page.brief import decide
from model.reports.page.routes import routes
from model.reports.page.sankey import OTHER, bands, sankey
from model.reports.workbook.traffic.shares import shares_sheet
from tests.features.choice.cases import solved
from tests.features.choice.test_capacity import shared
from tests.reports.fixture.plan import busy_plan, mini_plan

TWO = [
    Way(("China", "Dostyk", "Middle", "Alat", "Georgia"), 6.0),
    Way(("China", "Manzhouli", "North", "", "Georgia"), 3.0),
    Way(("China", "Dostyk", "Middle", "Alat", "Turkiye"), 1.0),
]


def test_bands_carry_what_the_ways_carry() -> None:
    """Proves, by hand: of two ways of 6 and 1 through Dostyk and one of 3 through Manzhouli the bands out of
    China carry 7 and 3, the one over Alat 7, and a way without a last border goes from its group to its end.
    If it were ignored: a band would be as wide as another market's cargo."""
    found = {(band.start[1], band.end[1]): band.flow for band in bands(TWO)}
    assert found == {
        ("China", "Dostyk"): 7.0, ("China", "Manzhouli"): 3.0, ("Dostyk", "Middle"): 7.0, ("Manzhouli", "North"): 3.0,
        ("Middle", "Alat"): 7.0, ("North", "Georgia"): 3.0, ("Alat", "Georgia"): 6.0, ("Alat", "Turkiye"): 1.0,
    }  # fmt: skip
    assert by_route_group(TWO) == {"Middle": 7.0, "North": 3.0}


def test_the_smallest_places_stand_together() -> None:
    """Proves: of nine places of arrival the seven largest have names, the two smallest (1 and 2) are one of 3.
    If it were ignored: thirty terminals would lie on top of each other."""
    many = [Way(("A", "", "North", "", f"T{size}"), float(size)) for size in range(1, 10)]
    ends = {band.end[1]: band.flow for band in bands(many) if band.end[0] == 4}
    assert ends == {**{f"T{size}": float(size) for size in range(3, 10)}, OTHER: 3.0}


def test_the_drawing_says_its_figures() -> None:
    """Proves: each band and place has its figure as accessible name, user text stays text, and no address comes in.
    If it were ignored: who reads by ear or keyboard would get coloured stripes."""
    drawn = str(sankey("China-EU", "kTEU/year", [*TWO, Way(("<b>", "", "Middle", "", "{{x}}"), 1.0)], {}))
    assert 'aria-label="North, Manzhouli to North: 3.0 kTEU/year, 27 %"' in drawn
    assert 'aria-label="First border: Dostyk, 7.0 kTEU/year"' in drawn
    assert "<b>" not in drawn
    assert "http" not in drawn
    assert " style=" not in drawn


def test_ways_add_up_to_what_is_carried() -> None:
    """Proves: the ways of each market told carry what its routes carry in that period, and only markets that more than
    one route group serves are told.
    If it were ignored: the bands would leave out cargo, or show it twice."""
    facts = Facts(busy_plan())
    period = facts.periods[-1]
    flows = facts.routes_used[(facts.routes_used["period"] == period) & (facts.routes_used["load"] == "cargo")]
    sums = flows.groupby(flows["demand"].map(markets_of(facts)))["flow_kteu"].sum()
    found = ways(facts, period)
    for market, some in found.items():
        assert sum(way.flow for way in some) == pytest.approx(float(sums[market]))
        assert len(by_route_group(some)) > 1
    several = flows.assign(
        market=flows["demand"].map(markets_of(facts)), group=flows["route"].map(facts.routes["route_group"])
    )
    shares = several.groupby(["market", "group"])["flow_kteu"].sum().groupby(level=0)
    assert set(found) == {market for market, part in shares if part.sum() - part.max() > 0.01 * part.sum()}


def test_swings_are_the_arithmetic_of_the_net() -> None:
    """Proves: outlays a quarter higher take a quarter of them off the net value, a benefit a quarter lower a quarter of
    it, and the discount rates give the values of the Appraisal; the widest bar comes first, and the page draws them.
    If it were ignored: the tornado would contradict the sheet beside it."""
    facts = Facts(busy_plan())
    found = facts.once(appraisal)
    assert found is not None
    swings = swings_of(found)
    assert [one.width for one in swings] == sorted((one.width for one in swings), reverse=True)
    by_name = {one.name: one for one in swings}
    assert by_name["Outlays"].high == pytest.approx(found.net - SWING * found.outlays)
    for term, saved in found.present_benefits.items():
        if found.benefit_terms[term] in by_name:
            assert by_name[found.benefit_terms[term]].low == pytest.approx(found.net - SWING * saved)
    assert by_name["Discount rate"].low == pytest.approx(found.whole.value_at(0.03))
    assert sum(found.present_benefits.values()) == pytest.approx(found.benefits)
    told = re.findall(r'aria-label="Outlays, 25 % less: ([^ ]*) million', str(decide(facts)))
    assert told == [f"{by_name['Outlays'].low:,.1f}"]


def test_a_plan_without_a_minimum_has_no_tornado() -> None:
    """Proves: where nobody worked out the minimum the page stands without bars.
    If it were ignored: there would be no report at all."""
    assert "What the net value rests on" not in str(decide(Facts(mini_plan())))


def test_a_group_without_its_markets_has_a_name_of_its_own() -> None:
    """Proves: of a group with one demand in a market of another name and one in none, the second is 'west (rest)'; a
    group without a market, and one whose demands are all in a market of its name, keep their names.
    If it were ignored: 'west' would be the whole group in one table and what its markets leave in the next."""
    plan = mini_plan()
    demands = pd.concat([plan.case.table("Demand").head(1)] * 4, ignore_index=True).assign(
        demand=list("abcd"), group=["west", "west", "east", "north"], market=["EU", None, None, "north"]
    )
    facts = Facts(dataclasses.replace(plan, case=plan.case.with_tables(Demand=demands)))
    assert list(markets_of(facts).values()) == ["EU", "west (rest)", "east", "north"]


def test_shares_chosen_and_shares_by_route_group_have_two_names() -> None:
    """Proves: where shippers choose, the brief, the sheet and the page call theirs chosen and say what they count; the
    page and the sheet of tonnes call theirs shares by route group, and say that the others are not these.
    If both were shares of a corridor: one name would stand for 14 % and for 78 % of a market."""
    facts = Facts(solved(shared(3.0, nested=True, step=0.5)))
    (block,) = choice_blocks(facts)
    assert block.saying.startswith("Share chosen in ")
    assert CHOSEN in block.note
    (sheet, *_) = choice_sheets(facts)
    assert CHOSEN in sheet.note
    assert [column.label for column in sheet.columns if "hare" in column.label] == ["Share chosen [%]"]
    (section,) = choice_sections(facts)
    assert ", chosen in " in str(section.content)
    assert BY_GROUP in shares_sheet(facts).note
    page = str(corridor.corridors(facts)) + str(routes(facts))
    assert page.count(BY_GROUP) == 2
    assert "by corridor" not in page
    assert '<th scope="col">Corridor' not in page
