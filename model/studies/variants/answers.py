"""What a study needs of one plan, and how that is kept as plain JSON values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from model.case.canonical import records
from model.case.case import Case
from model.plan.plan import Plan
from model.plan.planner import Questions
from model.solvers.core.outcome import Status
from model.solvers.core.start import Start


@dataclass(frozen=True)
class Look:
    """What a study wants to know of a plan beyond its answer.

    `read` gives plain JSON values of the verified plan, `questions` is asked of the solved problem before that. Both
    are functions of a module, so that another process finds them. `name` tells answers that are kept apart. With
    `worth` it is asked what each such plan is worth, and its gap is a share of that.
    """

    name: str
    read: Callable[[Plan], Mapping[str, Any]]
    questions: Questions | None = None
    worth: bool = False


@dataclass(frozen=True)
class Opening:
    """Modules of a project, or ships of a type, that are chosen to open in a year; committed works are no choice."""

    project: str
    year: int
    modules: int


@dataclass(frozen=True)
class Answer:
    """What a study needs of one plan. Money in million USD.

    `cost` and `bound` are present value, None where there is none. `spent` is what is paid within the horizon for what
    was chosen, `spent_committed` for committed works, both undiscounted; `unserved` kt over all years. `use` is the
    largest yearly flow by 'link:key' or 'node:key', kt. `worth` is what the plan saves, where that was asked, `more`
    what the variant's look read, plain JSON values. `seconds` belong to the run and not to the answer; `start` is what
    other searches can begin with.
    """

    status: Status
    message: str
    cost: float | None = None
    bound: float | None = None
    spent: float = 0.0
    spent_committed: float = 0.0
    unserved: float = 0.0
    openings: tuple[Opening, ...] = ()
    use: Mapping[str, float] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    worth: float | None = None
    seconds: float = field(default=0.0, compare=False)
    start: Start | None = field(default=None, compare=False, repr=False)

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan that the verifier accepts."""
        return self.cost is not None

    @property
    def projects(self) -> set[str]:
        """What is chosen to open."""
        return {one.project for one in self.openings}


def require_plan(answer: Answer, what: str) -> float:
    """The cost of a plan without which there is no study. Raises ValueError when there is none."""
    if answer.cost is None:
        raise ValueError(f"There is no plan of {what}: {answer.message}")
    return answer.cost


def committed_projects(case: Case) -> set[str]:
    """Projects that open whatever is chosen."""
    return {str(project) for project, status in case.lookup("Projects", "status").items() if status == "committed"}


def answer_of(plan: Plan, look: Look | None = None) -> Answer:
    """The answer that a plan gives."""
    outcome, case = plan.outcome, plan.case
    if not plan.verified:
        return Answer(outcome.status, outcome.message, seconds=outcome.seconds)
    committed = committed_projects(case)
    paid = plan.tables["spending"]
    paid = paid[(paid["year"] >= case.first_year) & (paid["year"] <= case.last_year)]
    mine = ~paid["project"].isin(committed)
    years = {period.name: period.years for period in case.periods}
    lost = sum(years[row.period] * float(row.unserved_kt) for row in records(plan.tables["demand_served"]))
    openings = tuple(
        Opening(str(row.project), int(row.opening_year), int(row.modules))
        for row in records(plan.tables["investments"])
        if row.project not in committed
    )
    return Answer(
        outcome.status, outcome.message, outcome.objective, outcome.bound, float(paid.loc[mine, "amount"].sum()),
        float(paid.loc[~mine, "amount"].sum()), lost, tuple(sorted(openings, key=lambda one: (one.year, one.project))),
        _use(plan), {} if look is None else look.read(plan), outcome.worth, outcome.seconds, outcome.start,
    )  # fmt: skip


def _use(plan: Plan) -> dict[str, float]:
    """Largest yearly flow of each link and node, kt."""
    use: dict[str, float] = {}
    for kind in ("link", "node"):
        table = plan.tables[f"{kind}_flows"]
        yearly = table.groupby([kind, "period"])["flow_kt"].sum().groupby(level=0).max()
        use |= {f"{kind}:{key}": float(amount) for key, amount in yearly.items()}
    return use


def record_of(answer: Answer) -> dict[str, Any]:
    """An answer as plain JSON values."""
    openings = [[one.project, one.year, one.modules] for one in answer.openings]
    start = None if answer.start is None else answer.start.told()
    plain = {"status": str(answer.status), "openings": openings, "use": dict(answer.use), "start": start}
    return {**vars(answer), **plain}


def answer_from(record: Mapping[str, Any]) -> Answer:
    """The answer that `record_of` wrote down. Raises TypeError, ValueError or KeyError for anything else."""
    openings = tuple(Opening(str(project), int(year), int(modules)) for project, year, modules in record["openings"])
    start = None if record["start"] is None else Start.of(record["start"])
    return Answer(**{**record, "status": Status(record["status"]), "openings": openings, "start": start})
