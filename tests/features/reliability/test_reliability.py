"""Days of margin as a cost of flow: worked out by hand, recounted, reduced by a project, and nothing where blank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from model.case.case import Case
from model.features.reliability.recount import recount
from model.plan.kinds import present_values
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.plan.verify.verifier import verify
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.studies.best_routes import best_routes
from model.studies.routes import told
from tests.features.choice.test_switch import compiled
from tests.minis import COMMODITIES, demand, link, make_case, node, project

RATIO, A_DAY = 0.5, 0.1
YEARS = (2026, 2027)


def corridor(ratio: float = RATIO, *, buffers: Mapping[str, float] | None = None, **sheets: Any) -> Case:
    """10 kTEU a year A-B by C (cost 1 + 1, 4 and 6 days, buffers: first leg 3, place C 2) or round (cost 3.1, 8 days).

    A day is 0.1 a kTEU. By C: 2 + 10 × 0.1 + (3 + 2) × 0.1 × ratio; round: 3.1 + 0.8 = 3.9 without any buffer.
    """
    days = {"first": 3.0, "C": 2.0} if buffers is None else buffers
    goods = [dict(row) for row in COMMODITIES]
    goods[0] |= {"value_of_time": A_DAY, "value_of_reliability": ratio}
    return make_case(
        "reliability",
        ["A", "B", node("C", country="AZ", buffer_days=days.get("C", 0.0))],
        [
            link("first", "A-C", days_regular=4.0, buffer_days=days.get("first", 0.0)),
            link("second", "C-B", days_regular=6.0),
            link("round", "A-B", container_cost=3.1, days_regular=8.0),
        ],
        [demand("D", "A-B", 10.0)],
        years=YEARS,
        Commodities=goods,
        **sheets,
    )


def solve(case: Case) -> Plan:
    """Proven optimum, verified, the recount of reliability in it."""
    plan = make_plan(case, SolveOptions(gap=1e-9, threads=1))
    assert plan.outcome.status is Status.OPTIMAL, plan.outcome.message
    assert plan.verified
    return plan


def by_term(plan: Plan) -> dict[str, float]:
    """Present value of each cost term."""
    return {str(term): float(value) for term, value in plan.tables["costs"].groupby("term")["discounted"].sum().items()}


def links_used(plan: Plan) -> set[str]:
    """Links that carry something."""
    return set(plan.tables["link_flows"]["link"])


def test_margin_costs_its_days_times_ratio_times_value_of_time() -> None:
    """Proves: by C a kTEU has (3 + 2) days of margin at 0.5 × 0.1 = 0.25; 10 kTEU over two years cost 5.0 of
    reliability beside 20.0 of time, and the objective is 2 × 10 × (2 + 1 + 0.25) = 65. It counts as time, half of a
    link to either end and a place to its country. If margins were left out: the plan would say 60."""
    plan = solve(corridor())
    costs = by_term(plan)
    assert costs["reliability"] == pytest.approx(5.0)
    assert costs["time"] == pytest.approx(20.0)
    assert plan.outcome.objective == pytest.approx(65.0)
    assert present_values(plan.tables["costs"])["time"] == pytest.approx(25.0)
    table = plan.tables["costs"]
    shares = table[table["term"] == "reliability"].groupby("country")["amount"].sum().to_dict()
    assert shares == {"KZ": pytest.approx(1.5), "AZ": pytest.approx(3.5)}  # first: 3.0 in halves; C: 2.0
    assert plan.tables["route_flows"]["unit_cost"].tolist() == pytest.approx([3.25, 3.25])


@pytest.mark.parametrize(("ratio", "way"), [(1.7, "first"), (1.9, "round")])
def test_shippers_leave_what_is_not_sure(ratio: float, way: str) -> None:
    """Proves: by C costs 3 + 0.5 × ratio, round 3.9: C up to a ratio of 1.8. The list of best routes says the same, and
    what the margin costs in its words. If the two counted otherwise: a route called best would carry nothing."""
    case = corridor(ratio)
    assert way in links_used(solve(case))
    (best, cargo), *_ = best_routes(case, "A", "B")
    assert way in best.links
    assert ("days of margin" in told(best, cargo)) == (way == "first")


@pytest.mark.parametrize("case", [corridor(0.0), corridor(buffers={})], ids=["no value", "no buffer"])
def test_blank_is_the_same_model(case: Case) -> None:
    """Proves: with no value of reliability, or no buffer, the compiled LP is figure for figure that of the case without
    either, and no term and no check speak of it. If it were ignored: every case would grow a term of noughts, and its
    classes would split."""
    plain, other = (compiled(one) for one in (corridor(0.0, buffers={}), case))
    for name in ("cost", "lower", "upper", "integer", "row_lower", "row_upper", "column_block", "row_block"):
        assert np.array_equal(getattr(plain, name), getattr(other, name)), name
    assert (plain.matrix != other.matrix).nnz == 0
    plan = solve(case)
    assert plan.outcome.objective == pytest.approx(60.0)
    assert "reliability" not in by_term(plan)
    assert not list(recount(plan.tables, case))


def with_project(change: float, capex: float) -> Case:
    """P makes place C surer from 2027 on; it takes a year to build."""
    effects = [{"project": "P", "asset_kind": "node", "asset": "C", "buffer_change": change}]
    return corridor(
        Projects=[project("P", capex, construction_years=1)], ProjectEffects=effects, buffers={"first": 3.0, "C": 8.0}
    )


def test_a_project_makes_days_surer() -> None:
    """Proves: C has 8 days of margin, by C costs 3 + 0.05 × 11 = 3.55, round 3.9. P takes three quarters of 8 away:
    6 × 0.05 × 10 kTEU = 3.0 in 2027, so it is built at 2.9 and not at 3.1; the cost is 35.5 + 2.9 + 32.5. If the gate
    were missing: 2026 would be surer as well, before anything is built."""
    plan = solve(with_project(-0.75, 2.9))
    assert plan.tables["investments"]["project"].tolist() == ["P"]
    assert plan.outcome.objective == pytest.approx(35.5 + 2.9 + 32.5)
    assert sorted(plan.tables["routes"]["buffer_days"]) == pytest.approx([5.0, 11.0])
    used = plan.tables["routes"].set_index("route")["projects_used"]
    flows = plan.tables["route_flows"]
    assert {str(row["period"]): used[row["route"]] for row in flows.to_dict("records")} == {"2026": "", "2027": "C: P"}
    dearer = solve(with_project(-0.75, 3.1))
    assert dearer.tables["investments"].empty
    assert dearer.outcome.objective == pytest.approx(71.0)


def test_the_recount_finds_other_figures() -> None:
    """Proves: the recount, from the tables alone, gives 5.0 in all and 0.25 a unit, and a costs table or a cost of a
    route that says otherwise is refused. If the recount read what the plan states: no error of the term would be
    found."""
    plan = solve(corridor())
    (found,) = recount(plan.tables, plan.case)
    assert sum(found.amounts.values()) == pytest.approx(5.0)
    assert found.per_unit == pytest.approx(np.full(len(plan.tables["route_flows"]), 0.25))
    recounts = {"reliability": recount}
    assert verify(plan.case, plan.tables, plan.outcome.objective, {}, recounts)["ok"].all()
    costs, flows = (plan.tables[name].copy() for name in ("costs", "route_flows"))
    costs.loc[costs["term"] == "reliability", ["amount", "discounted"]] *= 1.01
    flows["unit_cost"] += 0.01
    for name, wrong in (("costs", costs), ("route_flows", flows)):
        checks = verify(plan.case, {**plan.tables, name: wrong}, plan.outcome.objective, {}, recounts)
        failed = checks.loc[~checks["ok"].astype(bool), "check"]
        assert any(str(check).startswith(f"{name} table") for check in failed), name
