"""choice — shippers of a market split between corridors smoothly, as a (nested) logit would have them.

Why: shippers are not one firm. Price and days explain a part of what they choose; habit, trust, frequency and what no
sheet holds explain the rest. Without this feature each value-of-time segment takes its cheapest route as a whole: a
crossing 200 USD dearer loses all boxes of a border, and a project that saves a day attracts nobody until it attracts
everybody. With it each demand of a market spreads over the corridors that the market knows: most take what is
cheapest to them, some the next best, and what a full corridor turns away goes to the others by the same rule.
"""

from __future__ import annotations

from model.case.case import Case
from model.features.choice.markets import market_of

NAME = "choice"
LABEL = "Choice of corridor"
ORDER = 1


def applies(case: Case) -> bool:
    """Whether some demand belongs to a market of the Choice sheet."""
    return bool(market_of(case))
