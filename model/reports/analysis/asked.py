"""“Why not Anaklia?”: what every project would cost and save, in its earliest year and its best, and what decides.

One record a project, from the table 'candidates'. The sentence is made of the same numbers that stand beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from model.reports.analysis.trials import Trial, package_words, trials_of
from model.reports.analysis.value import Values
from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.reports.frames import rows
from model.studies.console.words import money

MONEY, GAP, BUDGET, RULE, YEARS, OPEN = "money", "the proven gap", "a budget", "a rule", "its years", "not worked out"
BY_CODE: Final = {
    "rule": RULE, "dates": YEARS, "budget": BUDGET, "limit": RULE, "within gap": GAP, "not worth": MONEY,
    "not needed": MONEY,
}  # fmt: skip
DECIDED: Final = ("Build", "Not built", "Committed")
TINY: Final = 1e-6


@dataclass(frozen=True)
class Result:
    """A project decided otherwise in a year, with whatever the rules demand (`along`), million USD of present value.

    `own` are the costs of the project alone, `cost` those of all that changes, `saved` what the rest of the costs falls
    by and `change` what all costs rise by; NaN where nothing is known. `kind` says exact, at least, or open.
    """

    year: int
    along: str
    own: float
    cost: float
    saved: float
    change: float
    kind: str
    breaks: str


@dataclass(frozen=True)
class Asked:
    """A project: its decision, results in its earliest year and its best, what decides, and all of it in a sentence.

    `capital` is that of a module [million USD], `first` the year that its own dates allow first (None: never). `best`
    is the year with the least rise of all costs, `easiest` that in which the saving comes nearest to the costs. Results
    are None where no opening was looked at.
    """

    project: str
    name: str
    decision: str
    capital: float
    first: int | None
    earliest: Result | None
    best: Result | None
    easiest: Result | None
    decider: str
    words: str


def asked(facts: Facts) -> list[Asked]:
    """Every project that is free, committed or left out, those of most capital first."""
    values = facts.once(Values)
    trials = facts.once(trials_of)
    found = []
    for row in rows(facts.once(decisions)):
        if row.decision not in DECIDED:
            continue
        project = str(row.project)
        best = trials.best.get(project)
        looked = trials.of(project)
        earliest = _result(values, project, looked[0]) if looked else None
        chosen = _result(values, project, best) if best else None
        near = trials.easiest(project)
        easiest = _result(values, project, near) if near else None
        openings = values.openings(project)
        first = openings[0] if openings else None
        decider = _decider(row, best, trials.held_back(project))
        capital = float(facts.project_rows[project].capex)
        package = package_words(trials.package(project)) if row.decision == "Not built" else ""
        words = _words(row.decision, capital, first, (earliest, chosen, easiest), package, decider)
        name = facts.project_name(project)
        found.append(Asked(project, name, str(row.decision), capital, first, earliest, chosen, easiest, decider, words))
    return sorted(found, key=lambda one: -one.capital)


def _result(values: Values, project: str, trial: Trial) -> Result:
    known = trial.settled
    cost = abs(trial.cost)
    sign = 1.0 if trial.cost >= 0 else -1.0
    return Result(
        trial.opening, trial.along, values.cost(project, trial.opening), cost,
        sign * trial.saved if known else math.nan, trial.change if known else math.nan, trial.figure, trial.breaks,
    )  # fmt: skip


def _decider(row: Any, best: Trial | None, held_back: Trial | None) -> str:
    """What the decision rests on: a limit decides only where the project would pay without it, or that is unknown."""
    if row.decision == "Committed":
        return "decided before the plan"
    if best is None:
        return BY_CODE.get(str(row.code), OPEN)
    if held_back is not None:
        return BUDGET if "envelope" in held_back.breaks else RULE
    if not best.settled:
        return (BUDGET if "envelope" in best.breaks else RULE) if best.breaks else OPEN
    return GAP if best.exact and best.change < -TINY else MONEY


def _words(
    decision: str,
    capital: float,
    first: int | None,
    results: tuple[Result | None, Result | None, Result | None],
    package: str,
    decider: str,
) -> str:
    earliest, best, easiest = results
    if best is None or earliest is None:
        when = "Cannot open within the horizon." if first is None else f"Could open from {first} on."
        return f"{money(capital)} a module. {when} Decided by: {decider}."
    if decision != "Not built":
        return (
            f"{money(capital)} a module. Without it{_along(best)}: {_figures(best, built=True)} Decided by: {decider}."
        )
    parts = [f"{money(capital)} a module."]
    if first is not None and first < earliest.year:
        parts.append(f"Its own dates allow {first}, what goes along with it only {earliest.year}.")
    if earliest.year != best.year:
        parts.append(f"In {earliest.year}, its earliest year{_along(earliest)}: {_figures(earliest)}")
    year = "its best year" if not math.isnan(best.change) else "the year that promises most"
    parts.append(f"In {best.year}, {year}{_along(best)}: {_figures(best)}")
    if easiest is not None and easiest.year not in (earliest.year, best.year):
        parts.append(f"In {easiest.year}, where it is nearest to paying{_along(easiest)}: {_figures(easiest)}")
    parts += [package] if package else []
    return f"{' '.join(parts)} Decided by: {decider}."


def _along(one: Result) -> str:
    return f" ({one.along})" if one.along else ""


def _figures(one: Result, *, built: bool = False) -> str:
    """What it costs, what it saves, what is left; as in '95.8 million USD of costs more, at most 29.4 saved …'."""
    broken = f" It would break a limit: {one.breaks}." if one.breaks else ""
    exact = not one.kind.startswith("at least")
    if math.isnan(one.change):
        rest = "what is lost elsewhere" if built else "what it saves"
        return f"{money(one.cost)} of costs {'saved' if built else 'more'}; {rest} was not worked out.{broken}"
    least = "" if exact else "at least "
    most = "" if exact else "at least " if built else "at most "
    start = f"{money(one.cost)} of costs {'saved' if built else 'more'}, {most}{money(one.saved)} "
    end = f"{'lost' if built else 'saved'} elsewhere: {least}{money(abs(one.change))} "
    return f"{start}{end}{'more' if one.change >= 0 else 'less'} in all.{broken}"
