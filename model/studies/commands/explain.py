"""The command that explains why there is no plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.case.case import Case
from model.case.codes import Severity
from model.case.messages import CaseError, Message
from model.case.reader import load_case
from model.formulation.plugins import switchable
from model.solvers.core.progress import Event
from model.studies.commands.failures import told_lines
from model.studies.console.reporters import Reporter
from model.studies.explain.explaining import WORKBOOK, ExplanationWriter, tell, with_contradictions
from model.studies.explain.explanation import OPEN, explain
from model.studies.runs.folders import RunFolder, shown_path
from model.studies.scenarios.in_turn import scenario_cases


def explain_case(
    path: Path,
    scenario: str | None,
    constraints: tuple[Path, ...],
    outputs: Path,
    reporter: Reporter,
    write: ExplanationWriter,
    *,
    time_limit: float = 90.0,
    price: bool = False,
) -> int:
    """Tell what stands in the way of a plan that serves all demand, with the cells and the ways out.

    Leaves why-no-plan.xlsx in a folder of `outputs` when something does. Returns 1 when no plan exists at all, 3 when
    none was found in the time given but one may exist, else 0.
    Raises CaseError, PluginError and RunError.
    """
    try:
        reading = load_case(path, families=switchable(constraints))
        if reading.case is None:
            raise CaseError(reading.messages, reading.contradictory)
        case = scenario_cases(reading.case, [scenario])[0] if scenario else reading.case
        messages = reading.messages
    except CaseError as error:
        return explain_contradiction(
            error, constraints, outputs, reporter, write, time_limit=time_limit, price=price, scenario=scenario
        )
    for line in told_lines([message for message in messages if message.severity is not Severity.NOTE]):
        reporter.note(line)
    return _explain(case, constraints, outputs, reporter, write, time_limit=time_limit, price=price)


def explain_contradiction(
    error: CaseError,
    constraints: tuple[Path, ...],
    outputs: Path,
    reporter: Reporter,
    write: ExplanationWriter,
    *,
    time_limit: float = 90.0,
    price: bool = False,
    scenario: str | None = None,
) -> int:
    """Tell what contradicts itself in a case that was refused for nothing else; returns 1.

    Raises the error itself when it is of another kind.
    """
    if error.case is None:
        raise error
    case = error.case
    if scenario and case.scenario != scenario:  # the base contradicts itself: so does, most likely, the scenario
        reporter.note("The case contradicts itself before the scenario is laid over it.")
    for line in told_lines([message for message in error.messages if message.severity is not Severity.NOTE]):
        reporter.note(line)
    return _explain(
        case, constraints, outputs, reporter, write, time_limit=time_limit, price=price, contradictions=error.errors
    )


def _explain(
    case: Case,
    constraints: tuple[Path, ...],
    outputs: Path,
    reporter: Reporter,
    write: ExplanationWriter,
    *,
    time_limit: float,
    price: bool,
    contradictions: Sequence[Message] = (),
) -> int:
    """Work out, tell and write; returns the exit code."""
    reporter(Event("explain", "looking for what stands in the way", 0.0, None, None, None))
    found = explain(case, constraints, time_limit, price=price)
    if contradictions:
        found = with_contradictions(found, contradictions, case)
    tell(found, reporter)
    if found.kind != "none":
        with RunFolder(outputs, case.name, f"{case.scenario}-explanation") as folder:
            write(found, case, folder.path / WORKBOOK)
            final = folder.finish()
        reporter.note(f"Explanation: {shown_path(final / WORKBOOK)}")
    return 3 if found.kind == OPEN else 1 if found.infeasible else 0
