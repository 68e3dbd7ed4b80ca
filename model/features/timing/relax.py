"""How timing gives way: openings outside the window of a project."""

from __future__ import annotations

from typing import Any

from model.formulation.formulation import Formulation
from model.formulation.investment import choosable_projects, project_cell
from model.formulation.values import Values
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.relaxing.slack import Relaxation, Slack


def relax_timing(formulation: Formulation) -> Slack:
    """Openings outside the window of a project; nearer years cost a little less."""
    block, case = formulation.investment, formulation.case
    slack = Slack()
    if not hasattr(block, "opening_window"):
        return slack
    projects: Any = choosable_projects(case)
    switches: dict[tuple[str, int], Any] = {}
    for (name, period), limit in list(block.opening_window.items()):
        year = formulation.period(period).first_year
        row = projects.loc[name]
        away = min(abs(year - bound) for bound in (row["earliest_opening"], row["latest_opening"]) if bound == bound)
        switch = slack.add(block.switch.add(), 1.0 + 0.01 * float(away))
        switches[str(name), year] = switch
        block.relaxed.add(limit.body <= float(row["maximum_modules"]) * switch)
        limit.deactivate()

    def changes(values: Values) -> list[Change]:
        found = []
        for name in projects.index:
            years = [year for (project, year), switch in switches.items() if project == name and values(switch) > 0.5]
            for column, pick in (("earliest_opening", min), ("latest_opening", max)):
                bound = projects.at[name, column]
                outside = [year for year in years if (year < bound if pick is min else year > bound)]
                if outside:
                    words = f"the {column.replace('_', ' ')} of {name}, {int(bound)}"
                    new = pick(outside)
                    where = project_cell(case, str(name))
                    if where[0] == "Vessels":
                        column = "earliest_delivery"
                    found.append(Change(*where, column, words, new - float(bound), "years", new))
        return found

    slack.changes = changes
    return slack


RELAXATIONS = (Relaxation("timing", "Other opening years", relax_timing, building=2, carrying=3),)
