"""What a project of the plan is needed for."""

from __future__ import annotations

from functools import partial

import pytest

from model.case.case import Case
from model.plan.planner import make_plan
from model.reports.analysis.asked import asked
from model.reports.analysis.why import decisions
from model.reports.brief.doubts import doubts_block
from model.reports.facts import Facts
from model.studies.candidates import candidate_tables
from tests.formulation.test_fleets import crossing
from tests.formulation.test_ship_purchases import BUYABLE
from tests.minis import demand, effect, link, make_case, project


def shared_line(winter: float, status: str) -> Case:
    """8 kTEU a year over a line of 10 that has 7 of other traffic; P adds 10. It works less in winter."""
    return make_case(
        "shared", ["A", "B"], [link("AB", "A-B", capacity_kteu=10.0, capacity_direction="both", background_kteu=7.0)],
        [demand("boxes", "A-B", 8.0)], years=(2026,),
        Seasons=[{"season": name, "share_of_year": 0.5} for name in ("summer", "winter")],
        Availability=[{"asset_kind": "link", "asset": "AB", "season": "winter", "availability": winter}],
        Projects=[project("P", 10.0, status=status)], ProjectEffects=[effect("P", "AB", 10.0)],
    )  # fmt: skip


@pytest.mark.parametrize(("winter", "used", "left", "others"), [(0.8, 8.0, 2.0, 7.0), (0.5, 6.5, 1.5, 6.0)])
def test_other_traffic_is_as_large_without_the_project(winter: float, used: float, left: float, others: float) -> None:
    """Proves: what a plan sends is set against what is usable in the plan without the project. Summer has 20 - 7 with
    it and 10 - 7 without, winter 16 - 7 and 8 - 7: without it 0.5 x 3 + 0.5 x 1 = 2 of 8. With other traffic, 7 a year,
    15 of 9: 167 %. Where the line works half of the winter, other traffic has all 5 of it, 6 a year: 12.5 of 7.5.
    If it were ignored: other traffic would shrink with the project; or 8 of the 2 left would be told as 400 % of the
    capacity, where the line would have to be two thirds larger."""
    plan, without = (make_plan(shared_line(winter, status)) for status in ("candidate", "excluded"))
    assert plan.tables["capacities"]["used"].tolist() == pytest.approx([used])
    assert without.tables["capacities"]["usable"].tolist() == pytest.approx([left])
    told = decisions(Facts(plan)).set_index("project")["why"]["P"]
    assert (
        f"in 2026 and other traffic would need {100 * (used + others) / (left + others):.0f} % of the capacity." in told
    )


def lonely() -> Case:
    """8 kTEU go from A to B. USED widens that line in 2027; nobody goes to C, D or E, where all else is done."""
    committed = {"status": "committed", "committed_opening": 2027}
    ships = {"vessel": "feeder", "country": "KZ", "existing": 1, "payload_kteu": 1.0, "payload_kt": 9.0}
    service = {"service": "line", "link": "AE", "vessel": "feeder", "round_trip_days": 35.0, "operating_days": 350.0}
    return make_case(
        "lonely", ["A", "B", "C", "D", "E"],
        [
            link("AB", "A-B", capacity_kteu=6.0), link("AC", "A-C", capacity_kteu=1.0), link("AD", "A-D"),
            link("AE", "A-E", carrier="container ship"),
        ],
        [demand("boxes", "A-B", 8.0)], years=(2026, 2027), Vessels=[ships], Services=[service],
        Projects=[project(key, 10.0, **committed) for key in ("USED", "WIDER", "FASTER", "SHIP")],
        ProjectEffects=[
            effect("USED", "AB", 4.0), effect("WIDER", "AC", 9.0),
            {"project": "FASTER", "asset_kind": "link", "asset": "AD", "cost_change": -0.5},
            {"project": "SHIP", "asset_kind": "fleet", "asset": "feeder", "added_vessels": 1},
        ],
    )  # fmt: skip


def test_works_that_carry_nothing_say_so() -> None:
    """Proves: a work says that it carries nothing where no cargo uses the capacity, the price or the ships that it adds
    in any year from its opening on, and the doubts name it with its capital; one that is used does not. If it were
    ignored: a lender would read 'Committed.' of a line of 2,760 million USD that no box and no tonne goes over."""
    facts = Facts(make_plan(lonely()))
    told = decisions(facts).set_index("project")["why"]
    for key, place in (("WIDER", "A – C"), ("FASTER", "A – D"), ("SHIP", "feeder")):
        assert told[key] == f"Committed. Carries nothing in this plan: from 2027 on, no cargo uses {place}."
    assert "nothing" not in told["USED"]
    doubts = {record.label: record.words for record in doubts_block(facts).records}["Opens, but carries nothing"]
    assert [key in doubts for key in ("(WIDER)", "(FASTER)", "(SHIP)", "(USED)")] == [True, True, True, False]
    assert "10.0 million USD" in doubts


def idle_at_first() -> Case:
    """8 kTEU go from A to B, which takes 10 without WIDER; to C nobody goes before 2028, by a line that LATER opens."""
    committed = {"status": "committed", "committed_opening": 2026}
    return make_case(
        "idle at first", ["A", "B", "C"],
        [link("AB", "A-B", capacity_kteu=10.0, capacity_kt=90.0), link("AC", "A-C", capacity_kteu=0.0)],
        [demand("boxes", "A-B", 8.0), demand("later", "A-C", {2026: 0.0, 2027: 0.0, 2028: 2.0})],
        years=(2026, 2027, 2028), Projects=[project(key, 10.0, **committed) for key in ("WIDER", "LATER")],
        ProjectEffects=[
            effect("WIDER", "AB", 10.0), effect("LATER", "AC", 9.0),
        ],
    )  # fmt: skip


def test_works_whose_room_nobody_needs_say_how_little_is_used() -> None:
    """Proves: a committed work says by how much what it widens would be used without it, 8 of 10 kTEU; one that opens
    before cargo comes says from when on it is used, in Projects and among the doubts; highest use is of what the work
    adds, 8 of 20 kTEU and not 80 of 90 kt. If it were ignored: a port of 180 million USD that nobody needs would be
    told as 'Committed.', and a line that carries nothing for four years as one that is needed."""
    facts = Facts(make_plan(idle_at_first()))
    frame = decisions(facts).set_index("project")
    told = frame["why"]
    assert told["WIDER"] == "Committed. Without it, at most 80 % of a year's capacity of A – B would be used (2026)."
    assert told["LATER"].endswith("Carries nothing of this plan before 2028.")
    assert frame["peak_use"]["WIDER"] == pytest.approx(0.4)
    doubts = {record.label: record.words for record in doubts_block(facts).records}["Opens, but carries nothing"]
    assert "(LATER), for 10.0 million USD: open from 2026 on, used from 2028 on." in doubts
    assert "(WIDER)" not in doubts
    one = {record.project: record for record in asked(facts)}
    assert [one[key].first for key in ("WIDER", "LATER")] == [2026, 2026]


def test_what_is_not_needed_is_told_by_what_it_is() -> None:
    """Proves: 3 kTEU take 12 of the 20 round trips of two ships, so both sail and a third would save nothing: said of
    ships, which add trips to the model; a siding that no cargo uses is not used. If it were ignored: the ship would be
    said to add nothing in the model, and the siding never to use 'more than 0 %'."""
    ways = [link("AB", "A-B", carrier="container ship"), link("AC", "A-C", capacity_kteu=5.0)]
    base = crossing([demand("D", "A-B", 3.0)], {**BUYABLE, "existing": 2}, years=(2026, 2027), nodes="ABC")
    more = make_case(
        "more", "ABC", ways, [demand("D", "A-B", 3.0)], years=(2026, 2027), Projects=[project("SIDING", 10.0)],
        ProjectEffects=[effect("SIDING", "AC", 5.0)],
    )  # fmt: skip
    case = base.with_tables(**{name: more.table(name) for name in ("Links", "Projects", "ProjectEffects")})
    plan = make_plan(case, questions=partial(candidate_tables, seconds=60.0))
    told = decisions(Facts(plan)).set_index("project")["why"]
    assert told["buy feeder"].startswith("Not needed: more ships of the type would save nothing.")
    assert told["SIDING"].startswith("Not needed: the plan does not use A – C.")
