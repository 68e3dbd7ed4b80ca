"""Where periods are split: in the years inside them in which something of the case changes, whatever the plan decides.

A period has one flow, one capacity and one price for all its years. Where a scenario's change, a committed opening, the
end of a life, of a dredging's effect, of a policy or of an outage falls inside a period, it is planned in parts, each
a period of its own, so that nothing is averaged, dropped or moved. Candidates open with the first part only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from model.case.text import fold_name
from model.case.timed import TIMED_SHEETS


def split_years(tables: Mapping[str, pd.DataFrame], default_life: int) -> set[int]:
    """First years of parts of periods, the first years of the periods among them.

    Changes of all scenarios count, so that all scenarios of a case have the same periods.
    """
    periods = tables["Periods"]
    starts = {int(year) for year in periods["first_year"]}
    if (periods["years"] == 1).all():
        return starts
    last = int((periods["first_year"] + periods["years"]).max()) - 1
    found = {
        *starts,
        *_of_scenarios(tables["ScenarioChanges"]),
        *_of_windows(tables["Policies"]),
        *_of_windows(tables["Outages"]),
    }
    for project, life, begins in _lives(tables, default_life, starts):
        begun = {year for begin in begins for year in range(begin, last + 1, life)}
        effects = tables["ProjectEffects"]
        fades = effects.loc[(effects["project"] == project) & (effects["added_depth"] > 0), "effect_years"].dropna()
        found |= begun | {begin + int(years) for begin in begun for years in fades}
    return found


def _of_scenarios(changes: pd.DataFrame) -> Iterator[int]:
    timed = {fold_name(name) for name in TIMED_SHEETS}
    for sheet, first, last in zip(changes["sheet"], changes["from_year"], changes["last_year"], strict=True):
        if fold_name(str(sheet)) in timed:
            yield from (int(year) for year in (first, last + 1) if year == year)


def _of_windows(table: pd.DataFrame) -> Iterator[int]:
    for first, last in zip(table["first_year"], table["last_year"], strict=True):
        yield from (int(year) for year in (first, last + 1) if year == year)


def _lives(
    tables: Mapping[str, pd.DataFrame], default: int, starts: set[int]
) -> Iterator[tuple[str | None, int, set[int]]]:
    """(project or None for ships, life, years in which modules can open) of all that can be built."""
    projects = tables["Projects"]
    columns: list[Any] = [projects[name] for name in ("project", "status", "life_years", "committed_opening")]
    for project, status, years, committed in zip(*columns, strict=True):
        life = default if years != years else int(years)
        if status == "candidate":
            yield project, life, starts
        elif status == "committed" and committed == committed:
            yield project, life, {max(int(committed), min(starts))}
    vessels = tables["Vessels"]
    for years in vessels.loc[vessels["maximum_purchases"] > 0, "life_years"]:
        yield None, default if years != years else int(years), starts
