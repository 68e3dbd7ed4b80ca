"""A plan in figures and sentences, on plans small enough to add up by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.outcome import Status
from model.studies.console.caspian import caspian_kteu, lorry_kteu
from model.studies.console.summary import (
    asset_name,
    full_assets,
    measures,
    plan_sentences,
    project_table,
    status_word,
    status_words,
    unserved_share,
)
from tests.minis import CARRIERS, demand, effect, link, make_case, node, project, two_node_case
from tests.studies.stand_ins import make_outcome, make_plan_of

TANKER = {
    "carrier": "tanker", "mode": "sea", "accepts_container": False, "accepts_dry_bulk": False,
    "accepts_liquid_bulk": True,
}  # fmt: skip
FERRY = {"mode": "ferry", "accepts_container": True, "accepts_dry_bulk": False, "accepts_liquid_bulk": False}
FERRIES = ({"carrier": "rail ferry", "gauge_mm": 1520, **FERRY}, {"carrier": "ro-ro", **FERRY})


@pytest.fixture(scope="module")
def two_nodes() -> Plan:
    """Plan of A-B with room for 10 of 15 kTEU a year in 2026-2029; P adds 10 for 60 after two years of building.

    By hand: unserved 5 × 20 and carried 10 × 1 in 2026 and 2027, carried 15 × 1 in 2028 and 2029, P for 60:
    2 × 110 + 2 × 15 + 60 = 310 million USD.
    """
    return make_plan(two_node_case())


def test_measures_add_up_by_hand(two_nodes: Plan) -> None:
    """Proves: cost 310, capital 60, one project, and 5 of 15 kTEU unserved in two of four years = 1/6 of the
    tonnes. If it were ignored: the scenario table would rank scenarios by wrong figures."""
    figures = measures(two_nodes)
    assert figures["npv_cost_million_usd"] == pytest.approx(310.0)
    assert figures["capex_million_usd"] == pytest.approx(60.0)
    assert figures["projects"] == 1
    assert figures["unserved_share_of_tonnes"] == pytest.approx(1 / 6)
    assert not [name for name in figures if name.startswith("caspian")]


def test_sentences_name_projects_years_and_cost(two_nodes: Plan) -> None:
    """Proves: the plan in words names what is built, when, for how much, what is unserved and what is full. If it
    were ignored: a planner would have to dig for the answer."""
    said = " ".join(plan_sentences(two_nodes))
    for words in (
        "Best plan, proven: no plan costs less.",
        "2026–2029: 310.0 million USD in prices of 2025",
        "Builds 1 project for 60.0 million USD: P P (2028).",
        "Unserved in 2 periods, at most 33 % of the tonnes (in 2026).",
        "Full in 2026: A – B (rail 1520).",
    ):
        assert words in said


def test_project_table_lists_openings_in_order(two_nodes: Plan) -> None:
    """Proves: the table holds project, year, modules and capital of what opens. If it were ignored: the printed
    schedule would differ from the plan."""
    record = project_table(two_nodes).to_dict("records")
    assert record == [
        {
            "project": "P",
            "name": "P",
            "opening_year": 2028,
            "modules": 1,
            "capex_million_usd": 60.0,
            "status": "candidate",
        }
    ]


def test_refused_plan_shows_no_projects(two_nodes: Plan) -> None:
    """Proves: a plan that the verifier refused is not shown as something to build. If it were ignored: a wrong
    schedule on the screen, right below the words that it must not be used."""
    refused = replace(two_nodes, outcome=replace(two_nodes.outcome, status=Status.FAILED))
    assert project_table(refused).empty
    assert measures(refused) == {}


def test_committed_projects_are_not_the_plans_choice() -> None:
    """Proves: what opens whatever the plan is told apart and not counted as its capital. If it were ignored: the
    plan would seem to choose projects that it was given."""
    case = make_case(
        "committed",
        "AB",
        [link("AB", "A-B")],
        [demand("D", "A-B", 1.0)],
        Projects=[project("C", 5.0, status="committed", committed_opening=2026), project("N", 5.0)],
    )
    investments = pd.DataFrame(
        [["C", "2026", 2026, 1, 1, 5.0], ["N", "2027", 2027, 1, 1, 5.0], ["N", "2028", 2028, 2, 3, 10.0]],
        columns=["project", "period", "opening_year", "modules", "modules_in_service", "capex"],
    )
    served = pd.DataFrame({"period": ["2026"], "amount_kt": [0.0], "unserved_kt": [0.0]})
    capacities = pd.DataFrame({"period": [], "utilisation": []})
    plan = make_plan_of(case, investments=investments, demand_served=served, capacities=capacities)
    assert measures(plan)["capex_million_usd"] == 15.0
    said = plan_sentences(plan)
    assert "Builds 1 project for 15.0 million USD: N N (2027; 2 modules 2028)." in said
    assert "Already committed: C (2026)." in said


def test_caspian_counts_boxes_once_and_no_bulk() -> None:
    """Proves: a route with two Caspian legs counts once, bulk in tanks and routes around do not count; bulk in boxes
    does, as in link_flows: 7 + 2 + 5 + 1.5 on the rail ferry = 15.5 kTEU. The 6 kTEU of
    lorries, on a ferry without track, are told apart. If it were ignored: the corridor's headline figure would be
    doubled by a call on the way, contradict the Links sheet, or be half lorries (352 for 168 kTEU in a run).
    """
    sea = {"area": "Caspian; ports"}
    ship = {"carrier": "container ship"}
    case = make_case(
        "caspian",
        [node("AKT", **sea), node("TUR", **sea), node("ALA", **sea), "POT"],
        [
            link("one", "AKT-TUR", **ship),
            link("two", "TUR-ALA", **ship),
            link("rail", "AKT-ALA"),
            link("ferry", "AKT-ALA", carrier="tanker"),
            link("black", "ALA-POT", **ship),
            link("wagons", "AKT-ALA", carrier="rail ferry"),
            link("lorries", "TUR-ALA", carrier="ro-ro"),
        ],
        [
            demand("boxes", "AKT-ALA", 9.0),
            demand("grain", "AKT-ALA", 50.0, commodity="grain", unit="kt"),
            demand("oil", "AKT-ALA", 60.0, commodity="oil", unit="kt"),
        ],
        years=(2026,),
        Carriers=[*CARRIERS, TANKER, *FERRIES],
    )
    routes = pd.DataFrame(
        {
            "route": ["R1", "R2", "R3", "R4", "R5", "R6", "R7"],
            "demand": ["boxes", "boxes", "boxes", "grain", "oil", "boxes", "boxes"],
            "links": ["one > two", "two > black", "rail > black", "one > two", "ferry", "wagons", "lorries"],
        }
    )
    amounts = [7.0, 2.0, 4.0, 5.0, 3.0, 1.5, 6.0]
    flows = pd.DataFrame({"route": routes["route"], "period": "2026", "flow_kteu": amounts})
    plan = make_plan_of(case, routes=routes, route_flows=flows)
    assert caspian_kteu(plan) == {"2026": 15.5}
    assert lorry_kteu(plan) == {"2026": 6.0}


def test_unserved_share_weighs_periods_by_their_years() -> None:
    """Proves: 1 of 10 kt in a period of 1 year and none of 10 kt in one of 4 years is 1 of 50. If it were ignored:
    long periods would count too little."""
    case = make_case(
        "years",
        "AB",
        [link("AB", "A-B")],
        [demand("D", "A-B", 1.0)],
        years=[{"period": "short", "first_year": 2026, "years": 1}, {"period": "long", "first_year": 2027, "years": 4}],
    )
    served = pd.DataFrame({"period": ["short", "long"], "amount_kt": [10.0, 10.0], "unserved_kt": [1.0, 0.0]})
    assert unserved_share(make_plan_of(case, demand_served=served)) == pytest.approx(1 / 50)


def test_full_assets_come_in_order_of_worth() -> None:
    """Proves: what is full is listed by shadow price × capacity, and nothing that has room. If it were ignored: a
    sentence naming seven assets would leave out the one that matters."""
    capacities = pd.DataFrame(
        {
            "asset_kind": ["link", "node", "node"],
            "asset": ["AB", "A", "B"],
            "period": ["2026"] * 3,
            "utilisation": [1.0, 1.0, 0.5],
            "shadow_price": [1.0, 3.0, 9.0],
            "together_price": [float("nan")] * 3,  # limits in series have one: they count by what they save together
            "installed": [10.0, 10.0, 10.0],
        }
    )
    plan = make_plan_of(two_node_case(), capacities=capacities)
    assert full_assets(plan, "2026") == ["A", "A – B (rail 1520)"]
    assert asset_name(plan.case, "link", "unknown") == "unknown"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.OPTIMAL, "Best plan, proven: no plan costs less by more than 0.10 %."),
        (Status.FEASIBLE, "Good plan, not proven best: a plan up to 0.10 % cheaper may exist."),
        (Status.INFEASIBLE, "No plan: the limits contradict each other. Said the stand-in."),
        (Status.UNBOUNDED, "No plan: the cost can fall without end, so some input is wrong. Said the stand-in."),
        (Status.NO_PLAN, "No plan was found in the time given. Said the stand-in."),
        (Status.FAILED, "The plan did not pass the independent verifier and must not be used. Said the stand-in."),
    ],
)
def test_status_is_told_in_words(status: Status, words: str) -> None:
    """Proves: each end of a solve has its own honest sentence. If it were ignored: 'optimal' for a plan that is only
    within a wide gap."""
    assert status_words(make_outcome(status)) == words


@pytest.mark.parametrize("status", list(Status))
def test_the_short_status_is_the_beginning_of_the_long_one(status: Status) -> None:
    """Proves: where there is room for a few words only, they are those with which the sentence begins, up to its colon
    or full stop. If it were ignored: one sheet would say 'optimal' where another says 'within 12.6 million USD'."""
    word, words = status_word(make_outcome(status)), status_words(make_outcome(status))
    assert words.startswith((f"{word}: ", f"{word}. "))
    assert ":" not in word


@pytest.mark.parametrize(("worth", "is_best"), [(1.9, False), (2.1, True), (None, True)])
def test_a_gap_that_hides_decisions_is_not_called_best(worth: float | None, is_best: bool) -> None:
    """Proves: a gap of 0.1 of 100 million USD that was asked for and met is the best plan where the plan saves 2.1
    (4.8 % of it) and not where it saves 1.9 (5.3 %). If it were ignored: a lender would read "best plan, proven"
    beside a gap of which half the programme could be made."""
    outcome = replace(make_outcome(), worth=worth)
    assert outcome.is_proven_best is is_best
    assert status_words(outcome).startswith("Best plan, proven" if is_best else "Good plan, with the gap")


def test_renewals_and_lapses_are_said() -> None:
    """Proves: of two modules whose life ends after two years, one is renewed for 50 in 2028 and the other is not, and
    both stand in the sentences, the renewal with its cost. If it were ignored: money would be spent that no sentence
    names."""
    amounts = {2026: 20.0, 2027: 20.0, 2028: 10.0}
    case = make_case(
        "lives", "AB", [link("AB", "A-B", capacity_kteu=0.0)], [demand("D", "A-B", amounts)],
        Projects=[project("P", 40.0, life_years=2, renewal_cost=50.0, maximum_modules=2)],
        ProjectEffects=[effect("P", "AB", 10.0)],
    )  # fmt: skip
    said = plan_sentences(make_plan(case))
    assert "Renews when their life ends: P (2028), for 50.0 million USD." in said
    assert "Lets end with their life: P (2028)." in said
