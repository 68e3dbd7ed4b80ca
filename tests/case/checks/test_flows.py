"""Demand against the network: ways, and cuts at full build, with the arithmetic by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.case.case import Case, Period
from model.case.checks.flows.demand import period_spans, two_sides, yearly_amounts
from model.case.checks.plausible.flows import check_flows
from model.case.checks.tables import Tables
from model.case.messages import Findings, Message
from model.case.reader import load_case, read_case
from model.network.cargo import path_over_periods
from model.studies.explain.shortfalls import shortfalls
from tests.case.small import small_rows, write_case
from tests.minis import demand, effect, link, make_case, node, project
from tests.oracles.random_cases import random_case

FLOW_CODES = ("demand-without-way", "demand-way-unbuilt", "demand-over-capacity")


def remarks(case: Case) -> list[Message]:
    """What the check says of a case."""
    tables = Tables(dict(case.tables), case.settings, Findings())
    check_flows(tables)
    return tables.findings.messages


def of_rows(tmp_path: Path, rows: dict[str, list[dict[str | int, Any]]]) -> list[Message]:
    """Remarks of these kinds about the small case with other rows."""
    return [message for message in load_case(write_case(tmp_path, rows)).messages if message.code in FLOW_CODES]


def test_a_closed_network_is_told_at_the_demand(tmp_path: Path) -> None:
    """Proves: with both ways shut to boxes the box flow is remarked at its destination (C4), the grain, which needs no
    box capacity, is not. If it were ignored: a forgotten 0 would surface as unserved demand after the solve."""
    rows = small_rows()
    rows["Links"][1]["capacity_kteu"] = rows["Links"][2]["capacity_kteu"] = 0
    (message,) = of_rows(tmp_path, rows)
    assert (message.code, message.sheet, message.cell) == ("demand-without-way", "Demand", "C4")
    assert "containers from A to C" in message.text


def test_a_way_that_a_project_opens_is_a_note(tmp_path: Path) -> None:
    """Proves: L1 stands at 0 and P2 adds 25 to it: the way is there only with the project. If it were ignored: 'no way
    today' and 'never a way' would look the same."""
    rows = small_rows()
    rows["Links"][0]["capacity_kteu"] = rows["Links"][2]["capacity_kteu"] = 0
    found = {message.code: message for message in of_rows(tmp_path, rows)}
    assert (found["demand-way-unbuilt"].cell, found["demand-way-unbuilt"].severity) == ("C4", "note")
    assert set(found) == {"demand-way-unbuilt", "demand-over-capacity"}


def test_no_transfer_means_no_way(tmp_path: Path) -> None:
    """Proves: at B cargo may no longer change from ship to rail, and the direct link takes no boxes. If it were
    ignored: a case would look joined on the map that is not."""
    rows = small_rows()
    rows["Nodes"][1]["transfer_allowed"] = "no"
    rows["Links"][2]["capacity_kteu"] = 0
    assert [message.code for message in of_rows(tmp_path, rows)] == ["demand-without-way"]


def test_the_cut_is_told_with_both_sides_and_cells(tmp_path: Path) -> None:
    """Proves: half of the mean of 325 (2029) and 400 (2030) is 181.25 kTEU; L1 carries 50 + 25 of a project in 90 % of
    the year (0.75 + 0.25 × 0.6) = 67.5 and L3 100: short by 13.75. By L2 (80) and L3 it is 1.25. If it were ignored:
    the planner would wait for a solve to hear that nothing can help."""
    rows = small_rows()
    rows["Links"][2]["capacity_kteu"] = 100
    rows["Demand"][0][2030] = 400
    one, two = of_rows(tmp_path, rows)
    assert (one.code, one.sheet, one.cell) == ("demand-over-capacity", "Links", "O4")
    assert "In 2029-30 at least 181.2 kTEU of demand (A–C) must pass L1 (Links O4), L3 (Links O6)" in one.text
    assert "they carry 167.5 a year. Short by 13.75 kTEU." in one.text
    assert "Short by 1.25 kTEU." in two.text


def test_background_traffic_takes_room(tmp_path: Path) -> None:
    """Proves: 10 kTEU of other traffic on L3 leave 90 of 100, so 23.75 are missing. If it were ignored: room that
    others use would be promised."""
    rows = small_rows()
    rows["Links"][2] |= {"capacity_kteu": 100, "background_kteu": 10}
    rows["Demand"][0][2030] = 400
    assert "Short by 23.75 kTEU" in of_rows(tmp_path, rows)[0].text


def test_ships_are_a_limit(tmp_path: Path) -> None:
    """Proves: five ships of 0.1 kTEU make 350 / 5.5 round trips each, 31.8 kTEU a year, less than the link's own limit:
    the line is named. If it were ignored: a payload in TEU instead of kTEU would pass unseen."""
    rows = small_rows()
    rows["Vessels"][0]["payload_kteu"] = 100
    rows["Links"][2]["capacity_kteu"] = 0
    rows["Links"][0]["capacity_kteu"] = 500
    (message,) = of_rows(tmp_path, rows)
    assert (message.sheet, message.code) == ("Services", "demand-over-capacity")
    assert "the ships of L1" in message.text


def shared(**more: Any) -> Case:
    """6 kTEU go from A to C and 6 back, over links with room for 10."""
    links = [link("AB", "A-B", capacity_kteu=10.0, **more), link("BC", "B-C", capacity_kteu=10.0, **more)]
    return make_case("shared", "ABC", links, [demand("D", "A-C", 6.0), demand("E", "C-A", 6.0)])


def test_both_directions_share_a_limit_for_both() -> None:
    """Proves: 6 there and 6 back fit 10 in each direction, but not 10 for both together. If it were ignored: single
    tracks would count twice."""
    assert remarks(shared(capacity_direction="each")) == []
    found = remarks(shared(capacity_direction="both"))
    assert found
    assert "12 kTEU" in found[0].text
    assert "it carries 10 a year. Short by 2 kTEU" in found[0].text


def test_one_way_links_are_not_passed_backwards() -> None:
    """Proves: over a ring of one-way links A reaches B and B reaches A the long way round. If it were ignored: return
    flows would be promised on a one-way track."""
    ring = [link(f"{a}{b}", f"{a}-{b}", both_ways=False, capacity_kteu=5.0) for a, b in ("AB", "BC", "CA")]
    assert remarks(make_case("ring", "ABC", ring, [demand("D", "A-B", 3.0), demand("E", "B-A", 2.0)])) == []
    (message,) = remarks(make_case("ring", "ABC", ring[:2], [demand("E", "B-A", 2.0)]))
    assert message.code == "demand-without-way"


def test_a_place_that_handles_too_little() -> None:
    """Proves: B loads 4 and lets 6 pass; its capacity of 8 counts both or, where only handling counts, the 4. If it
    were ignored: a border without handling would look full."""
    demands = [demand("D", "A-C", 6.0), demand("E", "B-C", 4.0)]
    links = [link("AB", "A-B"), link("BC", "B-C")]
    for counts, short in (("all", True), ("handling", False)):
        places = [node("A"), node("B", capacity_kteu=8.0, capacity_counts=counts), node("C")]
        assert bool(remarks(make_case("yard", places, links, demands))) is short


def test_full_build_counts_all_modules() -> None:
    """Proves: two modules of 5 on a link of 10 carry 20: 20 pass, 21 do not. If it were ignored: projects would be
    asked for that stand in the sheet."""
    for amount, found in ((20.0, 0), (21.0, 1)):
        case = make_case(
            "modules", "AB", [link("AB", "A-B", capacity_kteu=10.0)], [demand("D", "A-B", amount)],
            Projects=[project("P", 1.0, maximum_modules=2)], ProjectEffects=[effect("P", "AB", 5.0)],
        )  # fmt: skip
        assert len(remarks(case)) == found


@pytest.mark.parametrize("seed", range(40))
def test_what_is_told_is_short_in_the_model_too(seed: int) -> None:
    """Proves: on random cases with rules, kinds of cargo and one-way links no shortage is told that the model, with
    everything built, does not have. If it were ignored: planners would be sent after shortages that are none."""
    case = random_case(seed)
    if not case.changes and {message.code for message in remarks(case)} & {FLOW_CODES[0], FLOW_CODES[2]}:
        assert shortfalls(case, 20)


def test_amounts_are_those_of_the_model(tmp_path: Path) -> None:
    """Proves: demand by period is what plans are made for: years drawn straight, blanks and shares included. If it were
    ignored: the check would speak of another demand."""
    rows = small_rows()
    rows["Demand"][1][2028] = 100
    case = read_case(write_case(tmp_path, rows))
    tables = Tables(dict(case.tables), case.settings, Findings())
    periods = tuple(Period(*span) for span in period_spans(tables))  # as the sheet has them, before plans split them
    demand_by_period = path_over_periods(case.table("Demand"), periods)
    assert yearly_amounts(tables) == pytest.approx(demand_by_period * case.table("Demand")[["market_size"]].to_numpy())


def test_places_fall_into_two_sides() -> None:
    """Proves: east and west are told apart by the largest demands, whatever a small flow within the east says. If it
    were ignored: what comes would be set off against what goes."""
    sides = two_sides({("CN", "DE"): 50, ("JP", "DE"): 20, ("DE", "CN"): 30, ("CN", "JP"): 1, ("X", "Y"): 2})
    assert sides["CN"] == sides["JP"] != sides["DE"]
    assert sides["X"] != sides["Y"]
