"""The work of studies that try what is there: outages, value, target, alternatives, sensitivity, screening."""

from __future__ import annotations

from model.studies.commands.main import scenarios_meant
from model.studies.commands.study_task import Tables, Task
from model.studies.console.words import money
from model.studies.scenarios.in_turn import scenario_cases
from model.studies.variants.alternatives import COUNT as ALTERNATIVES
from model.studies.variants.alternatives import WITHIN, alternatives
from model.studies.variants.assets import COUNT, when_of
from model.studies.variants.outages import outages
from model.studies.variants.screening import TRAJECTORIES, screening
from model.studies.variants.sensitivity import SPAN, sensitivity
from model.studies.variants.target import reach, target_of
from model.studies.variants.value import order_of_works, packages, values


def work_outages(task: Task) -> tuple[Tables, str]:
    """Lose each key asset for a season or a year, the plan held."""
    case, planner, asked = task.case, task.planner, task.asked
    when = when_of(case, asked["year"], asked["season"])
    _tell_splits(task, when.year, when.year + 1)
    count = COUNT if asked["count"] is None else asked["count"]
    found = outages(case, planner, when, asked["asset"] or (), count, asked["harden"] or 0)
    task.reporter.table(
        f"Each asset lost in {when} [million USD, kt]", found.rows.drop(columns=["closed", "of it for what waits"])
    )
    tables = {"Outages": found.rows}
    if len(found.ready):
        task.reporter.table("What foreseeing a loss saves [million USD]", found.ready)
        task.reporter.table("Ways to be ready [million USD, kt]", found.plans.drop(columns=["opens"]))
        tables |= {"Foreseen": found.ready, "Ready": found.plans}
    return tables, ""


def _tell_splits(task: Task, *years: int) -> None:
    """Say that the plans of the study have other periods than the plan of a run."""
    if task.case.split_at(*years) is not task.case:
        words = "All plans of this study have periods split there, so that only what is asked about differs"
        task.reporter.note(f"{' and '.join(map(str, years))}: inside a period of the case. {words}.")


def work_value(task: Task) -> tuple[Tables, str]:
    """What each project is worth, packages, and the order of works."""
    case, planner, asked = task.case, task.planner, task.asked
    named = scenarios_meant(task.base, asked["scenarios"] or ())
    cases = scenario_cases(task.base, named) if named else [case]
    table, answers = values(cases, planner)
    task.reporter.table("What each project is worth [million USD]", table.drop(columns=["along with it"]))
    tables = {"Value": table}
    base = cases[0]
    if asked["package"]:
        tables["Packages"] = packages(base, answers[base.scenario], asked["package"], planner)
        task.reporter.table("Packages [million USD]", tables["Packages"])
    if asked["yearly"] is not None:
        works = order_of_works(base, answers[base.scenario], table, asked["yearly"], planner)
        tables |= dict(zip(("Order of works", "Rule"), works, strict=True))
        task.reporter.table(f"Works by value for money, {asked['yearly']:,.1f} million USD a year", works[0])
        task.reporter.table("That order against the best plan with the same money [million USD]", works[1])
    return tables, ""


def work_target(task: Task) -> tuple[Tables, str]:
    """The cheapest way to a target, and from when on it can be had."""
    case, planner, asked = task.case, task.planner, task.asked
    year = case.last_year if asked["by"] is None else asked["by"]
    target = target_of(case, asked["amount"], asked["unit"] or "Mt", asked["across"], year)
    _tell_splits(task, year)
    steps, years = reach(case, target, planner)
    heading = f"So many {target.measure} a year from {year} on [million USD, USD per TEU or t]"
    task.reporter.table(heading, steps.drop(columns=["cost", "lower bound", "opens"]))
    task.reporter.table(f"{target.amount:,.0f} {target.measure} a year from when on [million USD]", years)
    return {"Target": steps, "From when": years}, ""


def work_alternatives(task: Task) -> tuple[Tables, str]:
    """Plans that cost little more and decide otherwise."""
    case, planner, asked = task.case, task.planner, task.asked
    count, within = asked["number"] or ALTERNATIVES, WITHIN if asked["within"] is None else asked["within"]
    worlds = scenario_cases(task.base, asked["world"] or [])
    found = alternatives(case, planner, within, count, worlds, prove=bool(asked["prove"]))
    task.reporter.table("Plans [million USD, kt]", found.plans.drop(columns=["opens"]))
    task.reporter.table("What they say of each project", found.projects)
    tables = {"Alternatives": found.plans, "Projects": found.projects}
    if len(found.worlds):
        task.reporter.table("The same plans in other scenarios [million USD, kt]", found.worlds)
        tables["Worlds"] = found.worlds
    words = f"An alternative may cost {money(found.slack)} more than the plan."
    if found.left_out:
        why = "too dear with whole ships, refused by the verifier, or not made in time"
        words += f" {found.left_out} of those found are left out: {why}."
    return tables, words


def work_sensitivity(task: Task) -> tuple[Tables, str]:
    """What the plan's value hangs on, one group of figures at a time."""
    case, planner, asked = task.case, task.planner, task.asked
    span = SPAN if asked["span"] is None else asked["span"]
    table, strip = sensitivity(case, planner, span, asked["group"] or ())
    task.reporter.table("Value of the plan, one group of figures lower and higher [million USD]", table)
    task.reporter.table("Value at other discount rates [million USD]", strip)
    return {"Tornado": table, "Discount rates": strip}, ""


def work_screening(task: Task) -> tuple[Tables, str]:
    """Which figures the plan's value hangs on, also together: Morris."""
    asked = task.asked
    span = SPAN if asked["span"] is None else asked["span"]
    count, seed = asked["trajectories"] or TRAJECTORIES, task.options.filled(task.case).seed
    table, worlds = screening(task.case, task.planner, count, span, asked["group"] or (), seed)
    task.reporter.table("What each factor does to the value of the plan [million USD]", table)
    matter = int((table["reads"] != "does not matter").sum())
    words = f"{matter} of {len(table)} factors matter; {len(worlds)} worlds, each planned twice, seed {seed}."
    return {"Screening": table, "Worlds": worlds}, words
