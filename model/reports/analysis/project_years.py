"""Each project by itself, year by year: what it costs and what it saves, and the rate of return that follows."""

from __future__ import annotations

import pandas as pd

from model.plan.kinds import KINDS
from model.reports.analysis.appraisal import rate_of_return
from model.reports.analysis.trials import OPEN
from model.reports.analysis.why import decisions
from model.reports.facts import Facts
from model.studies.candidates import OUT

COLUMNS = [
    "project", "name", "decision", "opening_year", "kind", "along", "year", "outlay", "benefit", *KINDS, "net",
]  # fmt: skip


def project_years(facts: Facts) -> pd.DataFrame:
    """Outlays and benefits of each project (with its package) by calendar year, million USD, undiscounted.

    Of a project of the plan what it costs and saves in it, of another what it would when forced in; the opening that
    the sheet Project_figures tells of. The kinds of cost add up to the benefit; NaN of what the plan did not choose.
    Empty where nobody asked, and without the projects that no figure settles.
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
        **{name: sign * known[name].astype(float) for name in ("outlay", "benefit", *KINDS)},
    )  # fmt: skip
    frame["along"] = frame["along"].fillna("")
    return frame.assign(net=frame["benefit"] - frame["outlay"])[COLUMNS].reset_index(drop=True)


def saved_by_kind(facts: Facts) -> dict[str, dict[str, float]]:
    """Project of the plan → kind of cost → what it saves elsewhere of it, million USD of present value."""
    frame = facts.once(project_years).dropna(subset=list(KINDS))
    discount = frame["year"].map(facts.case.discount)
    sums = frame[list(KINDS)].mul(discount, axis=0).groupby(frame["project"]).sum()
    return {str(project): {kind: float(sums.loc[project, kind]) for kind in KINDS} for project in sums.index}


def rates_of_return(facts: Facts) -> dict[str, float]:
    """Project → rate of return a year; those that have exactly one."""
    frame = facts.once(project_years)
    found = {str(project): rate_of_return(lines["net"].tolist()) for project, lines in frame.groupby("project")}
    return {project: rate for project, rate in found.items() if rate is not None}
