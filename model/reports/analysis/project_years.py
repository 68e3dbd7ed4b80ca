"""Each project by itself, year by year: what it costs and what it saves, and the rate of return that follows."""

from __future__ import annotations

import pandas as pd

from model.reports.analysis.appraisal import rate_of_return
from model.reports.analysis.trials import OPEN
from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.studies.candidates import OUT

COLUMNS = ["project", "name", "decision", "opening_year", "kind", "along", "year", "outlay", "benefit", "net"]


def project_years(facts: Facts) -> pd.DataFrame:
    """Outlays and benefits of each project (with its package) by calendar year, million USD, undiscounted.

    Of a project of the plan what it costs and saves in it, of another what it would when forced in; the opening that
    the sheet Project_figures tells of. Empty where nobody asked, and without the projects that no figure settles.
    """
    table = facts.optional("candidate_years")
    if table is None:
        return pd.DataFrame(columns=COLUMNS)
    figures = facts.once(decisions).set_index("project")
    known = table[table["project"].map(figures["kind"]).fillna(OPEN) != OPEN]
    sign = known["question"].map({OUT: -1.0}).fillna(1.0)
    frame = known.assign(
        name=[facts.project_name(one) for one in known["project"]],
        **{name: known["project"].map(figures[name]) for name in ("decision", "kind", "along")},
        outlay=sign * known["outlay"].astype(float), benefit=sign * known["benefit"].astype(float),
    )  # fmt: skip
    frame["along"] = frame["along"].fillna("")
    return frame.assign(net=frame["benefit"] - frame["outlay"])[COLUMNS].reset_index(drop=True)


def rates_of_return(facts: Facts) -> dict[str, float]:
    """Project → rate of return a year; those that have exactly one."""
    frame = facts.once(project_years)
    found = {str(project): rate_of_return(lines["net"].tolist()) for project, lines in frame.groupby("project")}
    return {project: rate for project, rate in found.items() if rate is not None}
