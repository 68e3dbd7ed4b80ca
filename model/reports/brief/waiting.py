"""Projects of the plan that a limit of money holds back: they open later than allowed, or with fewer modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from model.formulation.investment import capital_of_later_module
from model.formulation.rule_closures import ties_of
from model.reports.analysis.trials import DUST, most_money, some_money
from model.reports.analysis.value import Values
from model.reports.facts import Facts
from model.reports.features import feature_lack
from model.reports.frames import rows


@dataclass(frozen=True)
class Waiting:
    """A project that could open in `year`, earlier than it `opens`, or with a module more then, but for money.

    `lack` says which envelope lacks what in which year. `cost` is what this costs more and `saved` what it saves at
    most, by prices of the plan [million USD of present value]; None where prices do not value the project.
    """

    project: str
    year: int
    opens: int
    lack: str
    cost: float
    saved: float | None

    @property
    def change(self) -> str:
        """'in 2027 instead of 2028', 'with one more module in 2028'."""
        if self.year == self.opens:
            return f"with one more module in {self.year}"
        return f"in {self.year} instead of {self.opens}"

    @property
    def worth(self) -> str:
        """What is known of its worth: what it costs, and what it saves at most."""
        saves = "what that saves was not worked out"
        if self.saved is not None:
            saves = f"saves {most_money(self.saved, exact=False)}"
        return f"that costs {some_money(self.cost)} more and {saves}"


def waiting(facts: Facts) -> list[Waiting]:
    """What money alone keeps from opening a period earlier, or with a module more; those of most capital first.

    Left out is what saves less than it costs even by prices of the plan, which say how much it saves at most: that does
    not wait for money. So is what would open before another project that a rule ties it to.
    """
    values = facts.once(Values)
    first = facts.openings[facts.openings["status"] == "candidate"].drop_duplicates("project")
    changes = (change(facts, values, row) for row in rows(first) for change in (_earlier, _larger))
    found = [one for one in changes if one is not None]
    return sorted(found, key=lambda one: -float(facts.project_rows[one.project].capex))


def _earlier(facts: Facts, values: Values, row: Any) -> Waiting | None:
    """In the period before its opening, where its dates and the rules allow that."""
    project, opens, modules = str(row.project), int(row.opening_year), float(row.modules)
    year = max((one for one in values.openings(project) if one < opens), default=None)
    if year is None or not _allowed(facts, project, year):
        return None
    now, then = values.payments(project, opens), values.payments(project, year)
    payments = {one: modules * (then.get(one, 0.0) - now.get(one, 0.0)) for one in {*now, *then}}
    cost, saved = (modules * (figure(project, year) - figure(project, opens)) for figure in (values.cost, values.value))
    return _held(facts, Waiting(project, year, opens, _lack(facts, project, payments), cost, saved))


def _larger(facts: Facts, values: Values, row: Any) -> Waiting | None:
    """With one module more in the year in which it opens, where it may have more."""
    project, opens, sheet = str(row.project), int(row.opening_year), facts.project_rows[str(row.project)]
    built = float(facts.openings.loc[facts.openings["project"] == project, "modules"].astype(float).sum())
    if built + 1 > float(sheet.maximum_modules):
        return None
    first = float(sheet.capex)
    part = capital_of_later_module(sheet) / first if first > 0 else 0.0
    payments = {year: part * amount for year, amount in values.payments(project, opens).items()}
    running = values.running(project, opens)
    cost = running + part * (values.cost(project, opens) - running)
    return _held(
        facts, Waiting(project, opens, opens, _lack(facts, project, payments), cost, values.value(project, opens))
    )


def _lack(facts: Facts, project: str, payments: Mapping[int, float]) -> str:
    """Which envelope lacks what for these payments on top of the plan; '' where all have room."""
    found = feature_lack(facts, project, payments)
    return "" if found is None else found.words


def _held(facts: Facts, one: Waiting) -> Waiting | None:
    """The change, where money is lacking and it may save what it costs; without a saving where prices give none."""
    values = facts.once(Values)
    if not one.lack:
        return None
    if values.unknown or not values.priced(one.project):
        return replace(one, saved=None)
    return one if one.saved is not None and one.saved > one.cost + DUST else None


def _allowed(facts: Facts, project: str, year: int) -> bool:
    """Whether the rules let a project open in a year while all others stay as they are."""
    opened = facts.openings.groupby("project")["opening_year"].min().astype(int)
    for tie in ties_of(facts.case):
        if tie.kind == "together" and project in (tie.project, tie.other_project):
            return False
        if (
            tie.kind == "requires"
            and tie.project == project
            and opened.get(tie.other_project, 0) + tie.lag_years > year
        ):
            return False
    return True
