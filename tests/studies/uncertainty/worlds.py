"""Small worlds of two futures, worked out by hand, for the tests of planning under uncertainty.

A-B has room for 10 kTEU a year; carrying one costs 1, leaving it 20. Demand is 10, in the future 'high' 20 from 2027
on. P adds 10 for 180 and Q adds 5 for 70, each after a year, so that what begins in 2026 opens in 2027.

    cost                     low   high
    nothing now               40    440 = 10 + 210 + 2 x 20 + 180: P opens in 2028
    P now                    220    250 = 10 + 3 x 20 + 180
    Q now                    110    415 = 10 + 115 + 2 x 20 + 70 + 180: P opens in 2028
    both now                 290    320
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from model.case.case import Case
from model.solvers.core.options import SolveOptions
from model.studies.uncertainty.draws import Future, Futures
from model.studies.variants.answers import Answer
from model.studies.variants.kept_answers import digest
from model.studies.variants.planning import Variant, plan_variants
from tests.minis import demand, effect, link, make_case, project

EXACT = SolveOptions(gap=1e-9, threads=1, workers=1)
YEARS = (2026, 2027, 2028, 2029)
NOTHING, P, Q, BOTH = "nothing", "P for 2027", "Q for 2027", "P for 2027, Q for 2027"
COSTS = {NOTHING: (40.0, 440.0), P: (220.0, 250.0), Q: (110.0, 415.0), BOTH: (290.0, 320.0)}


def world(later: float, name: str = "reference", **sheets: Any) -> Case:
    """The case with so much demand from 2027 on."""
    case = make_case(
        "worlds",
        "AB",
        [link("AB", "A-B", capacity_kteu=10.0)],
        [demand("D", "A-B", {2026: 10.0, 2027: later})],
        years=YEARS,
        Projects=[project("P", 180.0, construction_years=1), project("Q", 70.0, construction_years=1)],
        ProjectEffects=[effect("P", "AB", 10.0), effect("Q", "AB", 5.0)],
        **sheets,
    )
    return replace(case, scenario=name)


def futures(later: Sequence[float] = (10.0, 20.0), weights: Sequence[float] = (0.5, 0.5)) -> Futures:
    """Futures by demand from 2027 on; the expected one is the first."""
    every = [
        Future(f"w{number}", weight, {"demand later": amount}, world(amount, f"w{number}"), {})
        for number, (amount, weight) in enumerate(zip(later, weights, strict=True))
    ]
    return Futures(every, world(later[0]), "by hand")


def plain(variants: Sequence[Variant]) -> dict[str, Answer]:
    """Plan one after the other; a case planned before is not planned again."""
    missing = [one for one in variants if _key(one) not in _planned]
    for name, answer in plan_variants(missing, EXACT).items():
        _planned[_key(next(one for one in missing if one.name == name))] = answer
    return {one.name: _planned[_key(one)] for one in variants}


_planned: dict[tuple[str, str], Answer] = {}


def _key(variant: Variant) -> tuple[str, str]:
    return digest(variant.case, EXACT), variant.asked
