"""What the first plan of a study found out, with which the searches for all its other plans begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from model.solvers.core.start import Start
from model.studies.scenarios.side_by_side import FEW

Planned = TypeVar("Planned")


@dataclass
class Beginning:
    """The start that the first plan of a study gives to all later ones, over all turns of the study.

    Always the first plan's and not the last one's: so answers do not hang on which of them were planned before an
    interruption. `name` tells the first plan (the digest it is kept under); None until it is there.
    """

    start: Start | None = None
    name: str | None = None

    def turns(self, wanted: Sequence[Planned]) -> list[Sequence[Planned]]:
        """What is planned side by side: all at once, or the first alone where many others can begin with it."""
        waits = self.name is None and len(wanted) > FEW
        return [wanted[:1], wanted[1:]] if waits else [wanted] if wanted else []

    def asked(self, words: str) -> str:
        """The name of what is asked of a plan; one that begins with another start is another answer."""
        return f"{words}\nbegun with {self.name}" if self.start is not None else words
