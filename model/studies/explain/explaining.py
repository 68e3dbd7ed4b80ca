"""An explanation told and left as a workbook: for the command, and for a run or a case that has no plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from model.case.case import Case
from model.case.codes import CONTRADICTIONS
from model.case.messages import Message
from model.plan.plan import Plan
from model.solvers.core.outcome import Status
from model.solvers.core.progress import Event
from model.studies.console.reporters import Reporter
from model.studies.explain.explanation import OPEN, Explanation, explain
from model.studies.explain.telling import CellRow, cells_table, repairs_table

WORKBOOK: Final = "why-no-plan.xlsx"
Explainer = Callable[[Case, tuple[Path, ...]], Explanation]
ExplanationWriter = Callable[[Explanation, Case, Path], None]
"""Writes the workbook of an explanation; the reports room stands below this one, so run.py hands its writer over."""


def explain_when_infeasible(
    plan: Plan,
    folder: Path,
    reporter: Reporter,
    write: ExplanationWriter | None,
    constraints: tuple[Path, ...] = (),
    explainer: Explainer = explain,
) -> Explanation | None:
    """Explain a plan whose outcome is infeasible: told, and written into `folder` as why-no-plan.xlsx.

    Returns None for any other outcome, and when the explanation itself fails or a stop ends it: it is an extra and must
    not cost the run.
    """
    if plan.outcome.status is not Status.INFEASIBLE:
        return None
    try:
        reporter(Event("explain", "looking for what stands in the way", plan.outcome.seconds, None, None, None))
        found = explainer(plan.case, constraints)
        if found.kind == OPEN:  # settled by the search: what its time left open is not
            found = replace(found, kind="policy", sentences=found.sentences[:-1])
        elif not found.infeasible:
            found = _within_rounding(plan, found)
        tell(found, reporter)
        if write is not None:
            write(found, plan.case, folder / WORKBOOK)
    except KeyboardInterrupt:
        reporter.note("What stands in the way is left out: a stop was asked for.")
        return None
    except Exception as error:
        reporter.note(f"What stands in the way could not be worked out ({type(error).__name__}: {error}).")
        return None
    return found


def _within_rounding(plan: Plan, found: Explanation) -> Explanation:
    """The search proved that nothing keeps the policies, the explanation comes near enough to all: rounding decides."""
    words = (
        f"{plan.outcome.message} Plans come within rounding of keeping all of them: loosen the policies named by a "
        "thousandth in the sheet Policies."
    )
    return Explanation("policy", (words, *found.sentences), found.cells, found.repairs, found.menu)


def with_contradictions(found: Explanation, messages: Sequence[Message], case: Case) -> Explanation:
    """The explanation of a case whose rows contradict each other.

    What the model finds says which rows go together and what would help. Where it finds a plan all the same (a row
    that no plan needs to keep), the remarks of the check are the explanation.
    """
    if found.infeasible:
        return found
    wrong = [message for message in messages if message.code in CONTRADICTIONS]
    rows: list[CellRow] = [(message.place, message.text, None, "", True) for message in wrong]
    sentences = tuple(f"{message.text} ({message.place})" for message in wrong)
    return Explanation("conflict", sentences, cells_table(rows), repairs_table(case, []))


def tell(found: Explanation, reporter: Reporter) -> None:
    """The sentences, and the ways out as a table."""
    reporter.note("\n".join(["", *found.sentences]))
    if not found.repairs.empty:
        reporter.table("Ways out (each by itself; rows of one name belong together)", found.repairs)
