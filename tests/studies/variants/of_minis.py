"""How tests of studies plan their variants, and a small corridor with two ways, a port and two projects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from model.case.case import Case
from model.solvers.core.options import SolveOptions
from model.studies.variants.answers import Answer
from model.studies.variants.planning import Variant, plan_variants
from tests.minis import demand, effect, link, make_case, node, project

EXACT = SolveOptions(gap=1e-9, threads=1, workers=1)


def plain(variants: Sequence[Variant]) -> dict[str, Answer]:
    """Plan one after the other, keep nothing."""
    return plan_variants(variants, EXACT)


def two_ways(years: tuple[int, ...] = (2026, 2027), **more: Any) -> Case:
    """A-B-C by the port B for 2 a unit, A-C for 6, 8 kTEU a year in these years, 10 t each.

    A-B takes 5 kTEU, and 5 more with P for 3; A-C takes 6 kTEU, and 2 more with Q for 40.
    """
    return make_case(
        "two ways",
        ["A", node("B", kind="port"), "C"],
        [
            link("AB", "A-B", capacity_kteu=5.0, route_group="Middle"),
            link("BC", "B-C", route_group="Middle"),
            link("AC", "A-C", container_cost=6.0, capacity_kteu=6.0, route_group="Northern"),
        ],
        [demand("D", "A-C", 8.0)],
        years=years,
        Projects=[project("P", 3.0), project("Q", 40.0)],
        ProjectEffects=[effect("P", "AB", 5.0), effect("Q", "AC", 2.0)],
        **more,
    )
