"""The command that explains why there is no plan, and the same for a run that ended infeasible."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from model.case.case import Case
from model.case.codes import Severity
from model.case.messages import CaseError
from model.case.reader import load_case
from model.plan.plan import Plan
from model.solvers.outcome import Status
from model.solvers.progress import Event
from model.studies.console import Teller
from model.studies.explain import Explanation, explain
from model.studies.runs import RunFolder, shown_path
from model.studies.scenarios import scenario_cases

WORKBOOK: Final = "why-no-plan.xlsx"
Explainer = Callable[[Case, tuple[Path, ...]], Explanation]
ExplanationWriter = Callable[[Explanation, Case, Path], None]
"""Writes the workbook of an explanation; the reports room stands below this one, so run.py hands its writer over."""


def explain_case(
    path: Path,
    scenario: str | None,
    constraints: tuple[Path, ...],
    outputs: Path,
    teller: Teller,
    write: ExplanationWriter,
    *,
    time_limit: float = 90.0,
    price: bool = False,
) -> int:
    """Tell what stands in the way of a plan that serves all demand, with the cells and the ways out.

    Leaves why-no-plan.xlsx in a folder of `outputs` when something does. Returns 1 when no plan exists at all, else 0.
    Raises CaseError, PluginError and RunError.
    """
    reading = load_case(path)
    if reading.case is None:
        raise CaseError(reading.messages)
    for message in reading.messages:
        if message.severity is not Severity.NOTE:
            teller.note(str(message))
    base = reading.case
    case = scenario_cases(base, [scenario])[0] if scenario else base
    teller(Event("explain", "looking for what stands in the way", 0.0, None, None, None))
    found = explain(case, constraints, time_limit, price=price)
    tell(found, teller)
    if found.kind != "none":
        with RunFolder(outputs, base.name, f"{case.scenario}-explanation") as folder:
            write(found, case, folder.path / WORKBOOK)
            final = folder.finish()
        teller.note(f"Explanation: {shown_path(final / WORKBOOK)}")
    return 1 if found.infeasible else 0


def explain_when_infeasible(
    plan: Plan,
    folder: Path,
    teller: Teller,
    write: ExplanationWriter,
    constraints: tuple[Path, ...] = (),
    explainer: Explainer = explain,
) -> Explanation | None:
    """Explain a plan whose outcome is infeasible: told, and written into `folder` as why-no-plan.xlsx.

    Returns None for any other outcome, and when the explanation itself fails: it is an extra and must not cost the run.
    """
    if plan.outcome.status is not Status.INFEASIBLE:
        return None
    teller(Event("explain", "looking for what stands in the way", plan.outcome.seconds, None, None, None))
    try:
        found = explainer(plan.case, constraints)
        if not found.infeasible:
            found = _dear_policies(plan, found)
        tell(found, teller)
        write(found, plan.case, folder / WORKBOOK)
    except Exception as error:
        teller.note(f"What stands in the way could not be worked out ({type(error).__name__}: {error}).")
        return None
    return found


def _dear_policies(plan: Plan, found: Explanation) -> Explanation:
    """All policies can be kept, but the planner preferred to miss some: keeping them costs more than missing them."""
    words = (
        f"{plan.outcome.message} Plans that keep every policy do exist, but they cost more than missing a policy is "
        "charged: raise the penalties of unserved demand in Settings if the policies must be kept at any cost."
    )
    return Explanation("policy", (words, *found.sentences), found.cells, found.repairs, found.menu)


def tell(found: Explanation, teller: Teller) -> None:
    """The sentences, and the ways out as a table."""
    teller.note("\n".join(["", *found.sentences]))
    if not found.repairs.empty:
        teller.table("Ways out (each by itself)", found.repairs)
