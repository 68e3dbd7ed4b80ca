"""Random cases planned directly and decomposed, each plan verified, and both beside the textbook programme.

`python -m tests.oracles.many_random_cases 500` takes the first 500 seeds and prints what was found.
"""

from __future__ import annotations

import sys
from collections import Counter

from model.solvers.core.outcome import Status
from tests.oracles.arc_flow import arc_flow
from tests.oracles.random_cases import random_case
from tests.oracles.solving import CLOSE, planned


def found(seed: int) -> str:
    """'agree' or 'no plan', as all three say; else what is wrong with the case of a seed."""
    case = random_case(seed)
    direct, decomposed = planned(case, "direct"), planned(case, "decomposed")
    try:
        truth = arc_flow(case).objective
    except ValueError:
        statuses = {direct.outcome.status, decomposed.outcome.status}
        return "no plan" if statuses == {Status.INFEASIBLE} else f"{seed}: the textbook has no plan, we {statuses}"
    for plan in (direct, decomposed):
        outcome, slack = plan.outcome, CLOSE * max(1.0, abs(truth))
        if not plan.verified or outcome.objective is None or outcome.bound is None:
            return f"{seed}: {outcome.method} ended with {outcome.status}, verified: {plan.verified}"
        if abs(outcome.objective - truth) > slack or outcome.bound > truth + slack:
            return f"{seed}: {outcome.method} {outcome.bound}-{outcome.objective}, the textbook {truth}"
    return "agree"


if __name__ == "__main__":
    for words, count in Counter(found(seed) for seed in range(int(sys.argv[1]))).items():
        print(f"{count:4} {words}")
