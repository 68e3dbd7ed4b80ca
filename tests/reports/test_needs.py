"""What a project of the plan is needed for."""

from __future__ import annotations

import pytest

from model.case.case import Case
from model.plan.planner import make_plan
from model.reports.analysis.why import decisions
from model.reports.brief.doubts import doubts_block
from model.reports.facts import Facts
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


@pytest.mark.parametrize(("winter", "used", "left"), [(0.8, 8.0, 2.0), (0.5, 6.5, 1.5)])
def test_other_traffic_is_as_large_without_the_project(winter: float, used: float, left: float) -> None:
    """Proves: what a plan sends is set against what is usable in the plan without the project. Summer has 20 - 7 with
    it and 10 - 7 without, winter 16 - 7 and 8 - 7: without it 0.5 x 3 + 0.5 x 1 = 2 of 8, so 8 would need 400 %.
    Where the line works half of the winter, other traffic has all 5 of it, 1.5 is left, and 6.5 would need 433 %.
    If it were ignored: other traffic would shrink with the project, and a port that is full without it would be said to
    need 112 %, where more than twice what is left goes through it."""
    plan, without = (make_plan(shared_line(winter, status)) for status in ("candidate", "excluded"))
    assert plan.tables["capacities"]["used"].tolist() == pytest.approx([used])
    assert without.tables["capacities"]["usable"].tolist() == pytest.approx([left])
    told = decisions(Facts(plan)).set_index("project")["why"]["P"]
    assert f"in 2026 would need {100 * used / left:.0f} % of the usable capacity." in told


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
