"""The commands of studies that try what is there: outages, value, target, alternatives, sensitivity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from model.case.case import Case
from model.case.scenarios.apply import scenario_names
from model.studies.commands.arguments import ALL
from model.studies.commands.variants import Reading, Tables, Wish, run_study
from model.studies.console.reporters import Reporter
from model.studies.console.words import money
from model.studies.scenarios.in_turn import scenario_cases
from model.studies.variants.alternatives import COUNT as ALTERNATIVES
from model.studies.variants.alternatives import WITHIN, alternatives
from model.studies.variants.assets import COUNT, when_of
from model.studies.variants.outages import outages
from model.studies.variants.planning import Planner
from model.studies.variants.sensitivity import SPAN, sensitivity
from model.studies.variants.target import reach, target_of
from model.studies.variants.value import order_of_works, packages, values

Asked = Mapping[str, Any]
"""Options of the study by name; None for what nobody gave."""


def study_outages(wish: Wish, reporter: Reporter, asked: Asked) -> int:
    """Lose each key asset for a season or a year, the plan held; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        when = when_of(case, asked["year"], asked["season"])
        count = COUNT if asked["count"] is None else asked["count"]
        found = outages(case, planner, when, asked["asset"] or (), count, asked["harden"] or 0)
        reporter.table(
            f"Each asset lost in {when} [million USD, kt]", found.rows.drop(columns=["closed", "of it for what waits"])
        )
        tables = {"Outages": found.rows}
        if len(found.ready):
            reporter.table("What foreseeing a loss saves [million USD]", found.ready)
            reporter.table("Ways to be ready [million USD, kt]", found.plans.drop(columns=["opens"]))
            tables |= {"Foreseen": found.ready, "Ready": found.plans}
        return tables, ""

    return run_study("outages", "each asset lost for a while", wish, reporter, work)


def study_value(wish: Wish, reporter: Reporter, asked: Asked) -> int:
    """What each project is worth, packages, and the order of works; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        named = list(asked["scenarios"] or ())
        every = [name.casefold() for name in named] == [ALL]
        cases = scenario_cases(read.base, scenario_names(read.base) if every else named) if named else [case]
        table, answers = values(cases, planner)
        reporter.table("What each project is worth [million USD]", table.drop(columns=["along with it"]))
        tables = {"Value": table}
        base = cases[0]
        if asked["package"]:
            tables["Packages"] = packages(base, answers[base.scenario], asked["package"], planner)
            reporter.table("Packages [million USD]", tables["Packages"])
        if asked["yearly"] is not None:
            works = order_of_works(base, answers[base.scenario], table, asked["yearly"], planner)
            tables |= dict(zip(("Order of works", "Rule"), works, strict=True))
            reporter.table(f"Works by value for money, {asked['yearly']:,.1f} million USD a year", works[0])
            reporter.table("That order against the best plan with the same money [million USD]", works[1])
        return tables, ""

    read = Reading(wish, reporter)
    return run_study("value", "what each project is worth", wish, reporter, work, read)


def study_target(wish: Wish, reporter: Reporter, asked: Asked) -> int:
    """The cheapest way to a target, and from when on it can be had; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        year = case.last_year if asked["by"] is None else asked["by"]
        target = target_of(case, asked["amount"], asked["unit"] or "Mt", asked["across"], year)
        steps, years = reach(case, target, planner)
        heading = f"So many {target.measure} a year from {year} on [million USD, USD per TEU or t]"
        reporter.table(heading, steps.drop(columns=["cost", "lower bound", "opens"]))
        reporter.table(f"{target.amount:,.0f} {target.measure} a year from when on [million USD]", years)
        return {"Target": steps, "From when": years}, ""

    return run_study("target", "the cheapest way to a target", wish, reporter, work)


def study_alternatives(wish: Wish, reporter: Reporter, asked: Asked) -> int:
    """Plans that cost little more and decide otherwise; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        count, within = asked["number"] or ALTERNATIVES, WITHIN if asked["within"] is None else asked["within"]
        worlds = scenario_cases(read.base, asked["world"] or [])
        found = alternatives(case, planner, within, count, worlds, prove=bool(asked["prove"]))
        reporter.table("Plans [million USD, kt]", found.plans.drop(columns=["opens"]))
        reporter.table("What they say of each project", found.projects)
        tables = {"Alternatives": found.plans, "Projects": found.projects}
        if len(found.worlds):
            reporter.table("The same plans in other scenarios [million USD, kt]", found.worlds)
            tables["Worlds"] = found.worlds
        return tables, f"An alternative may cost {money(found.slack)} more than the plan."

    read = Reading(wish, reporter)
    return run_study("alternatives", "plans that are nearly as good", wish, reporter, work, read)


def study_sensitivity(wish: Wish, reporter: Reporter, asked: Asked) -> int:
    """What the plan's value hangs on, one group of figures at a time; returns 0. Raises CaseError and RunError."""

    def work(case: Case, planner: Planner) -> tuple[Tables, str]:
        span = SPAN if asked["span"] is None else asked["span"]
        table, strip = sensitivity(case, planner, span, asked["group"] or ())
        reporter.table("Value of the plan, one group of figures lower and higher [million USD]", table)
        reporter.table("Value at other discount rates [million USD]", strip)
        return {"Tornado": table, "Discount rates": strip}, ""

    return run_study("sensitivity", "what the plan's value hangs on", wish, reporter, work)


TRIALS: Mapping[str, Callable[[Wish, Reporter, Asked], int]] = {
    "alternatives": study_alternatives,
    "outages": study_outages,
    "sensitivity": study_sensitivity,
    "target": study_target,
    "value": study_value,
}
