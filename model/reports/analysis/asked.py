"""“Why not Anaklia?”: what every project would cost and save, in its earliest year and its best, and what decides.

One record a project, from the table 'candidates'. The sentence is made of the same numbers that stand beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from model.reports.analysis.needs import unused
from model.reports.analysis.trials import (
    BOUND,
    DUST,
    Trial,
    least_money,
    most_money,
    nearest_verb,
    package_words,
    rise_words,
    some_money,
    trials_of,
)
from model.reports.analysis.value import Values
from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.reports.frames import rows
from model.studies.console.words import money

NOT_WORKED_OUT: Final = "what is lost elsewhere was not worked out"
MONEY, GAP, BUDGET, RULE, YEARS, OPEN = "money", "the proven gap", "a budget", "a rule", "its years", "not worked out"
BY_CODE: Final = {
    "rule": RULE, "dates": YEARS, "budget": BUDGET, "limit": RULE, "within gap": GAP, "not worth": MONEY,
    "not needed": MONEY,
}  # fmt: skip
"""Reason code (`why.decisions`) → what decides: two sheets tell one reason."""
DECIDED: Final = ("Build", "Not built", "Committed")


@dataclass(frozen=True)
class Result:
    """A project decided otherwise in a year, with whatever the rules demand (`along`), million USD of present value.

    `cost` are the costs of all that changes, `own` those of the project among them, `saved` what the rest of the costs
    falls by and `change` what all costs rise by; NaN where nothing is known. `kind` says exact, at least, or open.
    """

    year: int
    along: str
    own: float
    cost: float
    saved: float
    change: float
    kind: str
    breaks: str

    @property
    def is_bound(self) -> bool:
        """Whether the figures are bounds from prices: costs rise at least so much."""
        return self.kind == BOUND

    @property
    def says_something(self) -> bool:
        """Whether the rise of all costs is known; a bound of nothing says nothing of what stands in the plan."""
        return not math.isnan(self.change) and not (self.is_bound and self.change < DUST)


@dataclass(frozen=True)
class Asked:
    """A project: its decision, results in its earliest year and its best, what decides, and all of it in a sentence.

    `capital` is that of a module [million USD], `first` the year that its own dates allow first (None: never), of what
    is committed the year in which it opens. `best`
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
        earliest = _result(looked[0]) if looked else None
        chosen = _result(best) if best else None
        near = trials.easiest(project)
        easiest = _result(near) if near else None
        openings = values.openings(project)
        committed = row.decision == "Committed" and row.opening == row.opening
        first = int(row.opening) if committed else openings[0] if openings else None
        decider = _decider(row, best)
        capital = float(facts.project_rows[project].capex)
        package = package_words(trials.package(project)) if row.decision == "Not built" else ""
        limited = any(one.breaks for one in looked)
        words = _words(row.decision, capital, first, (earliest, chosen, easiest), package, decider, limited=limited)
        if project in facts.once(unused):
            words = words.replace(NOT_WORKED_OUT, "no cargo uses it, so nothing is lost elsewhere")
        name = facts.project_name(project)
        found.append(Asked(project, name, str(row.decision), capital, first, earliest, chosen, easiest, decider, words))
    return sorted(found, key=lambda one: -one.capital)


def _result(trial: Trial) -> Result:
    known = trial.settled
    cost = abs(trial.cost)
    sign = 1.0 if trial.cost >= 0 else -1.0
    return Result(
        trial.opening, trial.package, sign * trial.own, cost,
        sign * trial.saved if known else math.nan, trial.change if known else math.nan, trial.figure, trial.breaks,
    )  # fmt: skip


def _decider(row: Any, best: Trial | None) -> str:
    """What the decision rests on: of what is left out, and of what stays within the gap, as its reason says."""
    if row.decision == "Committed":
        return "decided before the plan"
    if row.decision == "Not built" or row.code == "within gap":
        return BY_CODE.get(str(row.code), OPEN)
    return MONEY if best is not None and best.settled else OPEN


def _words(
    decision: str,
    capital: float,
    first: int | None,
    results: tuple[Result | None, Result | None, Result | None],
    package: str,
    decider: str,
    *,
    limited: bool,
) -> str:
    earliest, best, easiest = results
    if best is None or earliest is None:
        when = "Cannot open within the horizon." if first is None else f"Could open from {first} on."
        when = f"Opens in {first}." if decision == "Committed" else when
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
        verb = nearest_verb(not easiest.is_bound)
        measure = "per dollar, of the years that no limit forbids" if limited else "per dollar"
        where = f"In {easiest.year}, where it {verb} nearest to paying ({measure}){_along(easiest)}"
        parts.append(f"{where}: {_figures(easiest)}")
    parts += [package] if package else []
    return f"{' '.join(parts)} Decided by: {decider}."


def _along(one: Result) -> str:
    return f" ({one.along})" if one.along else ""


def _figures(one: Result, *, built: bool = False) -> str:
    """What it costs, what it saves, what is left; as in '95.8 million USD of costs more, at most 29.4 saved …'."""
    broken = f" It would break a limit: {one.breaks}." if one.breaks else ""
    costs = f"{some_money(one.cost)} of costs" if one.cost >= DUST else "no costs"
    start = f"{costs} {'saved' if built else 'more'}"
    if not one.says_something:
        rest = NOT_WORKED_OUT if built else "what it saves was not worked out"
        return f"{start}; {rest}.{broken}"
    gained = -one.saved if built else one.saved  # of a project of the plan `saved` is what is lost without it
    said, verb = (least_money, "lost") if gained < 0 else (most_money, "saved")
    elsewhere = f"{said(abs(gained), not one.is_bound)} {verb}"
    if abs(gained) < DUST:
        elsewhere = f"nothing {'lost' if built else 'saved'}"
    return f"{start}, {elsewhere} elsewhere: {rise_words(one.change, not one.is_bound)} in all.{broken}"
