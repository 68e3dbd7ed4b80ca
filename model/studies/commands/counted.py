"""The work of the studies that hold the case against what was counted, and of `switches`: no variants, a few plans."""

from __future__ import annotations

from model.studies.commands.study_task import Tables, Task
from model.studies.history.calibration import calibrate
from model.studies.history.sizes import market_sizes
from model.studies.history.validation import validate
from model.studies.switches import switch_table, year_case


def work_calibration(task: Task) -> tuple[Tables, str]:
    """Compare the base year with what was counted, and propose constants of choice; the workbooks stay as they are."""
    found = calibrate(task.case, task.options, task.reporter.note, task.one_plan)
    task.reporter.table(f"Counted and modelled in {found.year}, with the constants proposed", found.places)
    for name in ("Markets", "Constants"):
        if name in found.proposals:
            task.reporter.table(f"{name} [USD/TEU, kTEU]", found.proposals[name])
    return {**found.proposals, "Places": found.places, "Not used": found.unused}, ""


def work_sizes(task: Task) -> tuple[Tables, str]:
    """Refit every market with half, twice and four times its boxes."""
    rows = market_sizes(task.case, task.options, task.reporter.note, task.one_plan).rows
    task.reporter.table("Markets with more or fewer boxes, refitted to the same counts [USD/TEU, kTEU]", rows)
    return {"Sizes": rows}, ""


def work_switches(task: Task) -> tuple[Tables, str]:
    """Plan one year of the case without each of its items in turn."""
    table = switch_table(year_case(task.case), task.options, task.reporter.note, planner=task.one_plan)
    task.reporter.table("Each item switched off alone [million USD, present value]", table)
    return {"Switches": table}, ""


def work_validation(task: Task) -> tuple[Tables, str]:
    """Run the years of History with the constants as they are."""
    found = validate(task.case, task.options, task.reporter.note, task.one_plan)
    task.reporter.table("Counted and modelled in years that nothing was fitted to", found.rows.drop(columns=["note"]))
    words = (
        f"{found.hits} of {found.tests} test rows within 25 %, captive flows left out; "
        f"{found.hits_with_reading} of {found.tests_with_reading} if rows for reading were tests."
    )
    return {"Tests": found.rows, "Years": found.years}, words
