"""A choosing market whose crossing is full until a project widens it, for the reports."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from model.case.case import Case
from model.plan.plan import Plan
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.studies.candidates import candidate_tables
from tests.features.choice.cases import option, switched_off
from tests.minis import demand, effect, link, make_case, project

YEARS = (2026, 2027)
COSTS = {"Middle": 2.4, "North": 2.5, "Ocean": 2.7}
DAYS = {"Middle": 15.0, "North": 20.0, "Ocean": 40.0}
A_DAY = 0.01


def reported_case(a_day: float = A_DAY, *, off: bool = False, **changes: Any) -> Case:
    """10 kTEU a year A-B by three corridors; WIDE doubles the 2 kTEU of the Middle one from 2027 on, SOFT makes it a
    fifth cheaper."""
    links = [link(name, "A-B", container_cost=cost, days_regular=DAYS[name]) for name, cost in COSTS.items()]
    links[0] |= {"capacity_kteu": 2.0, "name": "Crossing"}
    figures: dict[str, Any] = {
        "settings": {"discount_rate": 0.05, "discount_base_year": 2026, "choice_step": 0.1},
        "Projects": [project("WIDE", 0.2, construction_years=1), project("SOFT", 0.1, construction_years=1)],
        "ProjectEffects": [
            effect("WIDE", "Middle", 2.0),
            {"project": "SOFT", "asset_kind": "link", "asset": "Middle", "cost_change": -0.2},
        ],
        "Families": [{"family": name, "markers": (name,)} for name in COSTS],
        "Choice": [option("Middle", 0.3, spread=0.5), option("North"), option("Ocean", -0.2)],
        "Commodities": [
            {"commodity": "box", "form": "container", "unit": "kTEU", "tonnes_per_teu": 10.0, "value_of_time": a_day}
        ],
    }
    flows = [demand("D", "A-B", 10.0, market="M", commodity="box")]
    case = make_case("reported", "AB", links, flows, years=YEARS, **(figures | changes))
    return switched_off(case) if off else case


@cache
def reported_plan(*, off: bool = False) -> Plan:
    """The plan with the answers to what other decisions cost, the minimum among them."""
    return make_plan(
        reported_case(off=off), SolveOptions(gap=1e-8, threads=1), questions=partial(candidate_tables, seconds=60.0)
    )
