"""The decision table: for every project decide now, keep open or leave, why, and for what sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.formulation.investment import choosable_projects
from model.studies.console.words import money
from model.studies.uncertainty.risk import Aim, Figures
from model.studies.uncertainty.seen import FLOWS
from model.studies.uncertainty.signpost import Signpost, signpost
from model.studies.uncertainty.stages import capital_of
from model.studies.uncertainty.uncertainty import TwoStage
from model.studies.variants.held import free_projects
from model.studies.variants.ranges import NO_PLAN, NONE_FOUND, Difference

NOW, OPEN, LEAVE = "decide now", "keep open", "leave"
COLUMNS = [
    "project", "name", "decision", "opens", "modules", "capital", "built in share of futures", "earliest opening",
    "latest opening", "begun now by the futures themselves", "deciding otherwise costs", "at least", "at most",
    "verdict", "sign", "why",
]  # fmt: skip
AIMS = {Aim.EXPECTED: "on average", Aim.RISK: "by the mix of mean and CVaR", Aim.REGRET: "of largest regret"}


@dataclass(frozen=True)
class Project:
    """What the plan does with a project: openings by future (None: not built), what is decided now, and who agrees."""

    name: str
    first: tuple[int | None, ...]
    share: float
    now: int
    capital: float
    begun: float
    otherwise: Difference | None
    sign: Signpost | None

    @property
    def decision(self) -> str:
        """Decide now, keep open or leave."""
        return NOW if self.now else OPEN if self.share > 0 else LEAVE


def decision_table(found: TwoStage) -> pd.DataFrame:
    """A row for each project that can be decided: first what to begin now, then what to keep open, then what to leave.

    `opens` is the first year for which it is begun now, capital in million USD undiscounted at today's estimate, what
    deciding otherwise costs in million USD of present value by the measure of the study, all else decided as it is.
    """
    figures = observations(found)
    names = dict.fromkeys(name for future in found.futures.every for name in free_projects(future.case))
    labels = _labels(found)
    every = [_project(found, name, figures) for name in names]
    order = {NOW: 0, OPEN: 1, LEAVE: 2}
    every.sort(key=lambda one: (order[one.decision], -one.share, -one.capital))
    table = pd.DataFrame([_row(found, one, labels.get(one.name, one.name)) for one in every], columns=COLUMNS)
    return table.astype(dict.fromkeys(("opens", "modules", "earliest opening", "latest opening"), "Int64"))


def _project(found: TwoStage, name: str, figures: Mapping[str, Figures]) -> Project:
    plan, weights = found.plan, found.weights
    openings = [[one.year for one in answer.openings if one.project == name] for answer in plan.answers]
    first = tuple(min(years, default=None) for years in openings)
    built = np.array([year is not None for year in first])
    own = [
        any(one.project == name for one in found.stage.commitment(future.case, answer))
        for future, answer in zip(found.futures.every, found.search.root.answers, strict=True)
    ]
    decided = [one for one in plan.commitment if one.project == name]
    other = found.otherwise.get(name)
    sign = None if decided or built.all() or not built.any() else signpost(figures, built, weights)
    return Project(
        name, first, float(weights[built].sum()), sum(one.modules for one in decided),
        sum(capital_of(found.futures.cases, one) for one in decided), float(weights[np.array(own)].sum()),
        None if other is None else found.dearer(other), sign,
    )  # fmt: skip


def _labels(found: TwoStage) -> dict[str, str]:
    labels: dict[str, str] = {}
    for future in found.futures.every:
        names = choosable_projects(future.case)["name"]
        labels |= {str(key): str(name) for key, name in names.items() if str(key) not in labels}
    return labels


def _row(found: TwoStage, one: Project, label: str) -> tuple[object, ...]:
    years = [year for year in one.first if year is not None]
    decided = [opening.year for opening in found.plan.commitment if opening.project == one.name]
    costs = one.otherwise
    figures = (np.nan, np.nan, np.nan, "not worked out") if costs is None else (*vars(costs).values(), costs.verdict)
    return (
        one.name, label, one.decision, float(min(decided)) if decided else np.nan, one.now or np.nan,
        one.capital or np.nan, min(one.share, 1.0), float(min(years)) if years else np.nan,
        float(max(years)) if years else np.nan, min(one.begun, 1.0), *figures, _sign(one), _why(found, one),
    )  # fmt: skip


def _sign(one: Project) -> str:
    """The signpost in words; '' where nothing waits for one."""
    if one.decision != OPEN:
        return ""
    if one.share > 1 - 1e-9:
        return "none needed: every future builds it"
    if one.sign is None:
        return "no short rule tells the futures apart"
    rule = one.sign
    return (
        f"build it if {rule.words} (right in {_percent(rule.right)} of the futures, {_percent(rule.right_anew)} when"
        f" each is told by the others; always or never: {_percent(rule.plain)})"
    )


def _why(found: TwoStage, one: Project) -> str:
    """One or two sentences for a reader who signs."""
    year, aim = found.stage.year, AIMS[found.measure.aim]
    costs = one.otherwise
    if one.decision == NOW:
        agreed = f"{_shared(one.begun)} would begin it before {year} if it were known to come."
        if costs is None:
            return agreed
        if costs.verdict == NO_PLAN:
            return f"{agreed} Without it some future has no plan."
        if costs.verdict == NONE_FOUND:
            return f"{agreed} Without it no plan of some future was found in the time given."
        if costs.verdict == "proven":
            return f"{agreed} Leaving it until later costs {money(costs.found)} {aim}, at least {money(costs.least)}."
        if costs.verdict == "nothing":
            return f"{agreed} Leaving it until later costs nothing: the two are alike."
        return f"{agreed} Leaving it until later costs {money(costs.found)} {aim}; within the gaps it may be nothing."
    if one.decision == OPEN:
        built = f"Built in {_percent(one.share)} of the futures, begun in {year} or later."
        if costs is None:
            return f"{built} Nothing is lost by waiting that the search could find."
        if costs.verdict == NO_PLAN:
            return f"{built} It cannot begin now: some future has no plan with it."
        if costs.verdict == NONE_FOUND:
            return f"{built} With it begun now no plan of some future was found in the time given."
        sure = "at least " + money(costs.least) if costs.verdict == "proven" else "within the gaps it may be nothing"
        return f"{built} Beginning it now costs {money(costs.found)} more {aim}, {sure}."
    begun = f" {_shared(one.begun)} would begin it before {year} if it were known to come." if one.begun > 0 else ""
    return f"Not built in any future once the rest is decided.{begun}"


def _shared(share: float) -> str:
    """'Every future', 'No future', 'A future that stands for 40 %'."""
    if share > 1 - 1e-9:
        return "Every future"
    return "No future" if share <= 0 else f"Futures that weigh {_percent(share)}"


def _percent(share: float) -> str:
    return f"{100 * min(share, 1.0):.0f} %"


def observations(found: TwoStage) -> dict[str, Figures]:
    """What can be seen when the second stage begins, by name: arrays by future, only what differs.

    Factors that show by the year of the stage, and the yearly flows of the assets that projects add to, in the year
    before, with the decisions of the plan.
    """
    year, futures = found.stage.year, found.futures.every
    seen: dict[str, Figures] = {}
    for name in dict.fromkeys(name for future in futures for name in future.figures):
        if all(future.seen_from.get(name, year) <= year for future in futures):
            seen[name] = np.array([future.figures.get(name, 0.0) for future in futures])
    flows = [_flows_before(found, index) for index in range(len(futures))]
    for name in sorted({name for one in flows for name in one}):
        seen[name] = np.array([one.get(name, 0.0) for one in flows])
    return {name: values for name, values in seen.items() if np.ptp(values) > 1e-6 * max(1.0, np.abs(values).max())}


def _flows_before(found: TwoStage, index: int) -> dict[str, float]:
    """Yearly flow of each watched asset in the year before the second stage, by words."""
    year = found.stage.year
    flows: dict[str, float] = {}
    for asset, rows in found.plan.answers[index].more.get(FLOWS, {}).items():
        for _, boxes, tonnes in [row for row in rows if row[0] < year][-1:]:
            flows[f"boxes on {asset} in {year - 1} [kTEU]"] = boxes
            flows[f"cargo on {asset} in {year - 1} [kt]"] = tonnes
    return flows
