"""Who earns what cargo pays: countries on land and in ports, ship lines on the water between two countries."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd
import pytest

from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.plan.verify.verifier import verify
from model.reports.analysis.appraisal import appraisal
from model.reports.brief.answer import answer_block
from model.reports.brief.money import balances, countries_block
from model.reports.facts import Facts
from model.solvers.core.options import SolveOptions
from model.studies.candidates import candidate_tables
from tests.minis import CARRIERS, PENALTY, demand, effect, link, make_case, node, project, row_of


def voyage(mode: str) -> Plan:
    """A-P by rail at 1, P-Q by ship at 3 from KZ to AZ, Q-R along the coast of AZ at 2, R-B by rail to GE at 1.

    Handling at Q costs 0.5. P opens 10 kTEU at sea for 5; without it all 10 of the demand stay behind.
    """
    case = make_case(
        "voyage",
        ["A", "P", node("Q", country="AZ", passing_cost=0.5), node("R", country="AZ"), node("B", country="GE")],
        [
            link("AP", "A-P"),
            link("PQ", "P-Q", carrier="container ship", container_cost=3.0, capacity_kteu=0.0),
            link("QR", "Q-R", carrier="container ship", container_cost=2.0),
            link("RB", "R-B"),
        ],
        [demand("D", "A-B", 10.0)],
        Carriers=[row_of(one, {"mode": mode} if one["mode"] == "sea" else {}) for one in CARRIERS],
        Projects=[project("W", 5.0)],
        ProjectEffects=[effect("W", "PQ", 10.0)],
    )  # fmt: skip
    plan = make_plan(case, SolveOptions(gap=1e-9, threads=1), questions=partial(candidate_tables, seconds=60.0))
    assert plan.verified
    return plan


@pytest.mark.parametrize("mode", ["sea", "ferry", "rail"])
def test_ships_between_countries_earn_for_their_lines(mode: str) -> None:
    """
    Proves: of 10 kTEU a year A-P pays 10 to KZ; Q-R 20 and handling at Q 5 to AZ; R-B 5 each to AZ and GE. The 30 of
    P-Q go to ship lines by sea and by ferry, 15 each to KZ and AZ by rail. The payees add up to all that is paid.
    If half of a voyage fell to either end: Georgia would seem to live on the freight between Shanghai and Poti.
    """
    plan = voyage(mode)
    costs = plan.tables["costs"]
    years = len(plan.case.periods)
    paid = costs[costs["term"].isin(["transport", "handling"])].groupby("country")["amount"].sum() / years
    ends = 15.0 if mode == "rail" else 0.0
    expected = {"KZ": 10.0 + ends, "AZ": 30.0 + ends, "GE": 5.0} | ({} if ends else {"ship lines": 30.0})
    assert paid.to_dict() == {name: pytest.approx(amount) for name, amount in expected.items()}
    assert math.fsum(costs["discounted"]) == pytest.approx(plan.outcome.objective)
    found = Facts(plan).once(balances)
    assert {one.country: one.charges for one in found if one.charges} == {
        name: pytest.approx(amount * years) for name, amount in expected.items()
    }
    worth = Facts(plan).once(appraisal)
    assert worth is not None
    assert sum(one.charges for one in found) == pytest.approx(-worth.benefits_by_kind["money"])
    assert worth.benefits_by_kind["penalty"] == pytest.approx(10 * PENALTY * years)


def test_the_verifier_refuses_a_voyage_booked_to_its_ends() -> None:
    """Proves: a costs table that gives the voyage to KZ and AZ fails by country, and by nothing else.
    If the recount took the country from the table: the rule could be lost and all checks would pass."""
    plan = voyage("sea")
    costs = plan.tables["costs"]
    lines = costs["country"] == "ship lines"
    half = costs[lines].assign(amount=costs["amount"] / 2, discounted=costs["discounted"] / 2)
    wrong = pd.concat([costs[~lines], half.assign(country="KZ"), half.assign(country="AZ")])
    wrong = wrong.groupby(["term", "label", "year", "country"], as_index=False)[["amount", "discounted"]].sum()
    checks = verify(plan.case, {**plan.tables, "costs": wrong}, plan.outcome.objective, {})
    assert checks.loc[~checks["ok"].astype(bool), "check"].tolist() == ["costs table: amount by country"]


def test_the_brief_names_ship_lines_as_no_country() -> None:
    """Proves: ship lines have a row of their own with what they receive, are not among the countries of the answer,
    and a country that pays for no works is said to receive more than without the plan.
    If they stood among countries: the answer would call a line of ships one that gains by the works."""
    facts = Facts(voyage("sea"))
    said = {record.label: record.words for record in countries_block(facts).records}
    assert said["Ship lines"] == (
        "Of no country, freight of ships between countries. Receives more than without the plan."
    )
    assert said["Kazakhstan"] == "Receives more than it pays."
    assert said["Georgia"] == "Receives more than without the plan."
    answer = {record.label: record.words for record in answer_block(facts).records}["Who pays and gains"]
    assert answer.endswith(" million USD). Ship lines receive 90.0 million USD more for sea legs.")
    assert "falls most" not in answer
    assert answer.count("hip lines") == 1
