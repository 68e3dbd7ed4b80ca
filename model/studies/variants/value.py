"""What each project is worth: taken out of the plan, or put in; packages; and the order of works for the money.

Two kinds of figures. With the rest of the plan held: the exact difference of two plans. With the rest free to answer:
known within a range, since the best plan itself is known within its gap. The range costs no further plan: a changed
plan with the rest held is one of those that are free, and the proof of the plan bounds all that decide otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from model.case.canonical import records
from model.case.case import Case
from model.plan.plan import Plan
from model.solvers.problem import Problem, Solution
from model.studies.candidates import IN, OUT, candidate_tables
from model.studies.variants.answers import Answer, Look, Opening, committed_projects, require_plan
from model.studies.variants.force import opening_words
from model.studies.variants.held import forced, held, with_rows
from model.studies.variants.planning import Planner, Variant
from model.studies.variants.ranges import Difference, dearer

SECONDS = 120.0
"""Of computing, at most, for the questions about one plan."""
COLUMNS = [
    "scenario", "project", "question", "opening year", "NPV, rest held", "NPV at least", "NPV at most", "verdict",
    "capital", "NPV per million of capital", "along with it", "breaks",
]  # fmt: skip
PACKAGES = ["package", "question", "NPV, rest held", "NPV, rest free", "NPV at least", "NPV at most", "verdict"]
ORDER = [
    "place", "project", "NPV, rest held", "capital", "NPV per million of capital", "opens in the plan", "opens in turn",
]  # fmt: skip
RULE = ["plan", "cost", "lower bound", "dearer", "at least", "at most", "verdict", "opens"]
ENVELOPE = "a year for what is chosen (study value)"


def read_value(plan: Plan) -> dict[str, Any]:
    """Answers about each project, what the proof leaves open, and what is paid for it: plain JSON values.

    'asked': one row for each project; 'open': what plans that decide otherwise may save at most, by project; 'paid':
    capital by project and year after (before: below 0) its first opening, million USD undiscounted; 'capital': the same
    as present value.
    """
    case, columns = plan.case, ["project", "question", "opening_year", "modules", "cost", "at_least", "change"]
    table = plan.tables["candidates"] if "candidates" in plan.tables else pd.DataFrame(columns=[*columns, "best"])
    best = table[table["best"].astype(bool) & ~table["project"].isin(committed_projects(case))]
    asked = [
        {
            **{name: getattr(row, name) for name in columns},
            "along": row.along,
            "breaks": row.breaks,
            "exact": bool(row.exact),
        }
        for row in records(best)
    ]
    plain = [{key: value.item() if hasattr(value, "item") else value for key, value in row.items()} for row in asked]
    first = plan.tables["investments"].groupby("project")["opening_year"].min().to_dict()
    paid: dict[str, dict[str, float]] = {}
    capital: dict[str, float] = {}
    for row in records(plan.tables["spending"]):
        if row.kind == "capital" and row.project in first:
            offset = str(int(row.year - first[row.project]))
            of_project = paid.setdefault(str(row.project), {})
            of_project[offset] = of_project.get(offset, 0.0) + float(row.amount)
            now = float(row.amount) * case.discount(int(row.year))
            capital[str(row.project)] = capital.get(str(row.project), 0.0) + now
    settled = {name: float(each.saving) for name, each in plan.outcome.settled.items()}
    return {"asked": [_no_nan(row) for row in plain], "open": settled, "paid": paid, "capital": capital}


def _no_nan(row: Mapping[str, Any]) -> dict[str, Any]:
    """NaN is no JSON value that everybody reads."""
    return {key: None if value != value else value for key, value in row.items()}


def questions(problem: Problem, solution: Solution) -> Mapping[str, pd.DataFrame]:
    """What each decision would cost otherwise; asked also where the plan is made in brief, as it was proven before."""
    asked = replace(problem, options=replace(problem.options, brief=False))
    return candidate_tables(asked, solution, SECONDS, brief=True)


VALUE = Look("value", read_value, questions, worth=True)


def values(cases: Sequence[Case], planner: Planner) -> tuple[pd.DataFrame, dict[str, Answer]]:
    """The plan of each scenario, and one row (COLUMNS) for each project of it that is free to be decided.

    Money in million USD of present value. Raises ValueError where a scenario has no plan.
    """
    answers = planner([Variant(f"value:{one.scenario}", f"{one.scenario}: its plan", one, VALUE) for one in cases])
    rows = []
    for one in cases:
        answer = answers[f"value:{one.scenario}"]
        require_plan(answer, f"the scenario {one.scenario}")
        rows += [_row(one.scenario, answer, asked) for asked in answer.more["asked"]]
    return pd.DataFrame(rows, columns=COLUMNS), {one.scenario: answers[f"value:{one.scenario}"] for one in cases}


def _row(scenario: str, answer: Answer, asked: Mapping[str, Any]) -> tuple[Any, ...]:
    """One project. Taken out, it is worth what the plan then costs more; put in, what it costs less."""
    project, out = str(asked["project"]), asked["question"] == OUT
    change = asked["change"] if asked["exact"] else None
    gap = np.inf if answer.bound is None or answer.cost is None else answer.cost - answer.bound
    most = np.inf if change is None or asked["breaks"] else change + gap
    saving = answer.more["open"].get(project)
    least = -gap if saving is None else -min(saving, gap)
    cost = Difference(np.nan if change is None else change, least, max(most, least))
    worth, low, high = (cost.found, cost.least, cost.most) if out else (-cost.found, -cost.most, -cost.least)
    capital = answer.more["capital"].get(project, np.nan) if out else asked["cost"]
    ratio = worth / capital if capital and capital > 0 else np.nan
    known = "NPV is known with the rest held"
    verdict = _verdict(low, high) if np.isfinite(low) or np.isfinite(high) else known
    head = (scenario, project, asked["question"], asked["opening_year"])
    return (*head, worth, low, high, verdict, capital, ratio, asked["along"], asked["breaks"])


def _verdict(low: float, high: float) -> str:
    """What the range with the rest free proves."""
    if low >= -1e-3 and high > 1e-3:
        return "worth it, proven"
    if high <= 1e-3 and low < -1e-3:
        return "not worth it, proven"
    return "not proven"


def packages(case: Case, free: Answer, wanted: Sequence[Sequence[str]], planner: Planner) -> pd.DataFrame:
    """What projects are worth together, the plan's taken out at once, the others put in at once: PACKAGES.

    Each is the difference of two verified plans, with the rest held (only where all are in the plan) and free. Raises
    ValueError for unknown projects and for packages of which some are in the plan and some are not.
    """
    variants, heads = [], []
    for names in wanted:
        words, inside = " + ".join(names), [name in free.projects for name in names]
        if any(inside) and not all(inside):
            raise ValueError(f"{words}: some are in the plan and some are not; ask for them apart.")
        question = OUT if all(inside) else IN
        changed = case
        for name in names:
            changed, _ = forced(changed, name, "out" if question == OUT else None)
        variants.append(Variant(f"free:{words}", f"{words} {question}, the rest free", changed))
        heads.append((words, question))
        if question == OUT:
            rest = tuple(one for one in free.openings if one.project not in names)
            kept = held(case, _opening(free, rest))[0]
            variants.append(
                Variant(f"held:{words}", f"{words} {question}, the rest held", kept, known_bound=free.bound)
            )
    if wanted:
        variants.append(Variant("held", "the plan held", held(case, free)[0], known_bound=free.bound))
    return pd.DataFrame(_package_rows(heads, planner(variants), free), columns=PACKAGES)


def _package_rows(
    heads: Sequence[tuple[str, str]], answers: Mapping[str, Answer], free: Answer
) -> list[tuple[Any, ...]]:
    rows = []
    for words, question in heads:
        changed, kept = answers[f"free:{words}"], answers.get(f"held:{words}")
        alone = np.nan
        if kept is not None and kept.cost is not None and answers["held"].cost is not None:
            alone = kept.cost - answers["held"].cost
        if not changed.has_plan:
            rows.append((words, question, alone, *[np.nan] * 3, f"no plan: {changed.message}"))
            continue
        cost = dearer(changed, free)
        figures = (cost.found, cost.least, cost.most) if question == OUT else (-cost.found, -cost.most, -cost.least)
        rows.append((words, question, alone, *figures, _verdict(figures[1], figures[2])))
    return rows


def _opening(answer: Answer, openings: tuple[Opening, ...]) -> Answer:
    return Answer(answer.status, answer.message, answer.cost, answer.bound, openings=openings)


def order_of_works(
    case: Case, free: Answer, table: pd.DataFrame, yearly: float, planner: Planner
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The plan's works by value for money with so many million USD a year, and what that rule costs.

    The works are taken in order of NPV per million of capital; each opens as early as the plan opens it, or in the
    first later year in which the money of all years that it builds in is left. First table: ORDER. Second: RULE, the
    works in this order against the best plan with the same money. Raises ValueError where that has no plan.
    """
    ranked = table[(table["question"] == OUT) & (table["scenario"] == case.scenario)]
    ranked = ranked.sort_values(["NPV per million of capital", "project"], ascending=[False, True])
    left, openings, rows = dict[int, float](), list[Opening](), []
    for place, row in enumerate(ranked.to_dict("records"), start=1):
        name = str(row["project"])
        mine = [one for one in free.openings if one.project == name]
        delay = _delay(case, mine, free.more["paid"].get(name, {}), left, yearly)
        planned = min(one.year for one in mine)
        if delay is not None:
            openings += [Opening(name, one.year + delay, one.modules) for one in mine]
        turn = np.nan if delay is None else planned + delay
        rows.append((place, name, *(row[column] for column in ORDER[2:5]), planned, turn))
    limited = with_yearly(case, yearly)
    rule = held(limited, _opening(free, tuple(openings)))[0]
    answers = planner(
        [
            Variant("rule", "works in the order of value for money", rule, known_bound=free.bound),
            Variant("best", "the best plan", limited, known_bound=free.bound),
        ]
    )
    require_plan(answers["best"], f"the case with {yearly:,.1f} million USD a year")
    return pd.DataFrame(rows, columns=ORDER), pd.DataFrame(_rule_rows(answers), columns=RULE)


def _rule_rows(answers: Mapping[str, Answer]) -> list[tuple[Any, ...]]:
    rows = []
    for name, words in (("best", "the best plan with this money"), ("rule", "works in order of value for money")):
        answer = answers[name]
        if not answer.has_plan:
            rows.append((words, np.nan, np.nan, np.nan, np.nan, np.nan, f"no plan: {answer.message}", ""))
            continue
        cost = dearer(answer, answers["best"])
        bound = np.nan if answer.bound is None else answer.bound
        rows.append((words, answer.cost, bound, *vars(cost).values(), cost.verdict, opening_words(answer)))
    return rows


def with_yearly(case: Case, yearly: float) -> Case:
    """The case with an envelope of so many million USD in each year for all that can be chosen.

    What committed works are paid does not count: the envelope is of a tag that only candidates bear.
    """
    tag, projects = "chosen (study value)", case.table("Projects")
    tags = [(*(row.tags or ()), tag) if row.status == "candidate" else row.tags for row in records(projects)]
    vessels = case.table("Vessels")
    ships = [(*(row.tags or ()), tag) for row in records(vessels)]
    marked = case.with_tables(
        Projects=projects.assign(tags=pd.Series(tags, index=projects.index, dtype=object)),
        Vessels=vessels.assign(tags=pd.Series(ships, index=vessels.index, dtype=object)),
    )
    row: dict[str | int, Any] = {"envelope": ENVELOPE, "scope_kind": "tag", "scope": tag, "amount": yearly}
    row |= {"first_year": float(case.first_year), "last_year": float(case.last_year), "amount_per": "year"}
    return with_rows(marked, "Budgets", [row])


def _delay(
    case: Case, openings: Sequence[Opening], paid: Mapping[str, float], left: dict[int, float], yearly: float
) -> int | None:
    """Years by which a project opens later so that the money suffices, which is then taken; None for never."""
    first, starts = min(one.year for one in openings), {period.first_year for period in case.periods if period.opens}
    for delay in range(case.last_year - first + 1):
        if not all(one.year + delay in starts for one in openings):
            continue
        due = {first + delay + int(offset): amount for offset, amount in paid.items() if amount > 0}
        if all(amount <= left.get(year, yearly) + 1e-6 for year, amount in due.items() if year <= case.last_year):
            for year, amount in due.items():
                left[year] = left.get(year, yearly) - amount
            return delay
    return None
