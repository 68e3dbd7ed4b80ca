"""Which limits the cargo of a route counts against."""

from __future__ import annotations

import pytest

from model.plan.planner import make_plan
from model.reports.analysis.cargo import route_uses, used_places
from model.reports.facts import Facts
from tests.minis import demand, link, make_case, node


def test_a_route_uses_the_limits_that_its_cargo_counts_against() -> None:
    """Proves: what the plan says is used of each limit is what goes on the routes that use it: 3 kTEU pass the port H
    by rail, where only handling counts, 2 go on by ship, 4 end there and 1 comes the other way; so 6 of H, 9 of A-H
    there and 1 back. If it were ignored: a port that boxes only pass, or a line that is full the other way, would be
    said to hold them back."""
    port = node("H", capacity_kteu=20.0, capacity_counts="handling")
    lines = [link(f"{a}{b}", f"{a}-{b}", capacity_kteu=20.0, capacity_direction="each") for a, b in ("AH", "HB")]
    sea = link("HC", "H-C", carrier="container ship", capacity_kteu=20.0, capacity_direction="both")
    flows = [demand(f"to {end}", f"A-{end}", amount) for end, amount in (("B", 3.0), ("C", 2.0), ("H", 4.0))]
    case = make_case("uses", ["A", "B", "C", port], [*lines, sea], [*flows, demand("back", "B-A", 1.0)], years=(2026,))
    facts = Facts(make_plan(case))
    uses, used = facts.once(route_uses), facts.routes_used.set_index("route")["flow_kteu"]
    table = facts.capacities.set_index(["asset_kind", "asset", "direction"])["used"]
    assert table["node", "H", "both"] == pytest.approx(6.0)
    assert table["link", "AH", "forward"] == pytest.approx(9.0)
    for limit, amount in table.items():
        assert sum(used[route] for route in used.index if limit in uses[route]) == pytest.approx(amount), limit
    passing = facts.routes.index[facts.routes["demand"] == "to B"][0]
    assert "H" not in facts.once(used_places)[passing]
