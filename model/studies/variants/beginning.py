"""What the searches for the plans of a study begin with: what its first plan found out, or a finished run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from model.case.case import Case
from model.solvers.core.options import SolveOptions
from model.solvers.core.start import Start
from model.solvers.lp.root import by_worth
from model.studies.runs.beginnings import NOTHING_THERE, Lent, problem_digest
from model.studies.scenarios.side_by_side import FEW

Wanted = TypeVar("Wanted")


@dataclass
class Beginning:
    """The start that the first plan of a study, or a finished run, gives to all others, over all turns of the study.

    Always the first plan's and not the last one's: so answers do not hang on which of them were planned before an
    interruption. `name` tells the first plan (the digest it is kept under) or the run; None until it is there. What the
    run has proven of its problem (`lent`) holds for every variant that is the same problem. What that plan is `worth`
    is the yardstick of all gaps: a plan under a limit, with a project forced or without money saves little by itself.
    """

    start: Start | None = None
    name: str | None = None
    lent: Lent | None = None
    worth: float | None = None
    cost: float | None = None

    @staticmethod
    def of_run(lent: Lent | None) -> Beginning:
        """That of a finished run; of a study's own first plan where there is none."""
        if lent is None:
            return Beginning()
        return Beginning(lent.start, f"run {lent.name}", lent, lent.proven.worth, lent.proven.cost)

    def turns(self, wanted: Sequence[Wanted]) -> list[Sequence[Wanted]]:
        """What is planned side by side: all at once, or the first alone where many others can begin with it."""
        waits = self.name is None and len(wanted) > FEW
        return [wanted[:1], wanted[1:]] if waits else [wanted] if wanted else []

    def asked(self, words: str, start: Start | None = None) -> str:
        """The name of what is asked of a plan; one that begins with another start is another answer."""
        if start is not None:
            words += f"\nafter {hashlib.sha256(json.dumps(start.told()).encode()).hexdigest()}"
        return words if self.name is None else f"{words}\nbegun with {self.name}"

    def words(self, case: Case, options: SolveOptions) -> str:
        """What the run asked for serves for."""
        if self.lent is None:
            return NOTHING_THERE
        if problem_digest(case, options) == self.lent.problem:
            return "The plan of the run stands for that of the case, with the gap proven there."
        return "The run planned another problem, or by another version: searches begin with it, nothing is taken over."

    def options(self, case: Case, options: SolveOptions, *, own: bool = False) -> SolveOptions:
        """The options for a case, with the start, and with what the run has proven where it planned this problem.

        Then nothing is searched, and nothing else of the plan has to be asked for. The gap is a share of what the
        first plan is worth, or with `own` of what each plan is worth itself; a wider one than the first plan's own.
        """
        if self.name is not None:
            options = options.of_many(case)
        filled = options.filled(case)
        if not own and filled.gap_of_worth and self.worth and self.cost and self.worth > 0:
            gap = by_worth(filled.gap, filled.gap_of_worth, self.worth, self.cost)
            options = replace(options, gap=gap, gap_of_worth=None)
        if self.start is not None:
            options = replace(options, start=self.start)
        if self.lent is None or problem_digest(case, options) != self.lent.problem:
            return options
        return replace(options, proven=self.lent.proven, brief=True)
