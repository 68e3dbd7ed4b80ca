"""What is charged on the way is the same for a plan and for the routes command, and a cost can be switched off."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.case import Case
from model.case.reader import read_case
from model.formulation.build import build
from model.formulation.costs_of_flow import charges_of_flow
from model.formulation.plugins import switchable, switches
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.best_routes import best_routes
from model.studies.switch import switched_off
from tests.minis import demand, link, make_case

LEAN = Path(__file__).parents[2] / "inputs" / "middle_corridor_lean"


def test_the_routes_command_knows_every_charge_of_a_plan() -> None:
    """Proves: for each cargo class of the lean case, in the first and the last period, what the cost terms charge on
    each arc by `rate` is what the model charges. If it were ignored: a term that charges flow and has no `rate` would
    move the cargo of a plan, and the best routes would not know why."""
    case = read_case(LEAN)
    formulation = build(case, build_graph(case), RoutePool())
    for period in (formulation.periods[0], formulation.periods[-1]):
        figures, rates = formulation.figures(period), formulation.unit_rates(period.name)
        for kind, wanted in zip(formulation.cargo.classes, rates, strict=True):
            charges = charges_of_flow(case, formulation.graph, figures, kind, period.first_year)
            assert sum(charges.values()) == pytest.approx(wanted, rel=1e-12, abs=1e-15)


def planned(case: Case) -> Plan:
    """The best plan, verified."""
    plan = make_plan(case, SolveOptions(gap=0.0))
    assert plan.verified, plan.checks.loc[~plan.checks["ok"], "detail"].tolist()
    return plan


def test_a_feature_that_only_costs_something_can_be_switched_off() -> None:
    """
    Proves: 1 kTEU has a way for 1.0 that shippers shun by 2.0, and one for 2.5. It takes the second (2.5); with
    `perceived_costs` off in the sheet Constraints it takes the first, at 1.0, the routes command ranks alike, and
    Checks says what was not checked. If it were ignored: rules could be switched off for one run, and costs could not.
    """
    links = [link("AB", "A-B", container_cost=1.0, perceived_cost=2.0), link("BA", "A-B", container_cost=2.5)]
    case = make_case("shunned", "AB", links, [demand("D", "A-B", 1.0)])
    off = switched_off(case, "perceived_costs")
    shunned, taken = planned(case), planned(off)
    assert shunned.outcome.objective is not None
    assert taken.outcome.objective is not None
    assert shunned.outcome.objective / taken.outcome.objective == pytest.approx(2.5 / 1.0)
    assert [best_routes(one, "A", "B", count=1)[0][0].links for one in (case, off)] == [("BA",), ("AB",)]
    details = taken.checks.loc[taken.checks["detail"].str.startswith("not checked"), "detail"]
    assert any("'perceived_costs' is switched off" in detail for detail in details)


def test_a_users_constraint_in_the_sheet_does_not_stop_the_routes_command() -> None:
    """Proves: where the sheet Constraints names a rule of a user's file, which the command is not given, routes are
    ranked all the same. If it were ignored: a case planned with --constraints could not be asked for its routes."""
    case = switched_off(make_case("any", "AB", [link("AB", "A-B")], [demand("D", "A-B", 1.0)]), "starts_per_year")
    assert best_routes(case, "A", "B", count=1)[0][0].links == ("AB",)


@pytest.mark.parametrize("name", sorted(switchable()))
def test_every_switch_is_known_by_its_feature(name: str) -> None:
    """Proves: each name that the sheet Constraints may hold is on without a row, and off with one. If it were ignored:
    a row of the sheet would be taken and do nothing."""
    case = make_case("any", "AB", [link("AB", "A-B")], [demand("D", "A-B", 1.0)])
    assert switches(case, switchable())[name]
    assert not switches(switched_off(case, name), switchable())[name]
