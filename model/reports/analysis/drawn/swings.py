"""What the net value of a plan becomes when one line of the appraisal alone is otherwise: the bars of a tornado.

Flows and investments are held, so a bar is arithmetic: of a benefit of present value B, 25 % more adds 0.25 * B. What
the plan would do about it is another question: a study of sensitivity plans anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.reports.analysis.appraisal import STRIP, Appraisal
from model.reports.text import percent
from model.studies.console.summary import UNSEEN

SWING: Final = 0.25
MOST: Final = 10


@dataclass(frozen=True)
class Swing:
    """Net present value, million USD, with a line of it less (`low`) and more (`high`), and how either is called."""

    name: str
    low: float
    high: float
    lower: str
    higher: str

    @property
    def width(self) -> float:
        """How much the line moves the net value."""
        return abs(self.high - self.low)


def swings_of(found: Appraisal) -> list[Swing]:
    """The lines that move the net value most, the widest first: benefits by term, outlays, the discount rate."""
    less, more = f"{percent(SWING)} less", f"{percent(SWING)} more"
    swings = [
        Swing(found.benefit_terms[term], found.net - SWING * saved, found.net + SWING * saved, less, more)
        for term, saved in found.present_benefits.items()
    ]
    outlays = SWING * found.outlays
    swings.append(Swing("Outlays", found.net + outlays, found.net - outlays, less, more))
    low, high = STRIP[0], STRIP[-1]
    swings.append(
        Swing("Discount rate", found.whole.value_at(low), found.whole.value_at(high), percent(low), percent(high))
    )
    swings.sort(key=lambda one: -one.width)
    return [one for one in swings if one.width > UNSEEN][:MOST]
