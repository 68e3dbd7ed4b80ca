"""What a caller may ask of the solver."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from typing import Literal

from model.case.case import Case
from model.solvers.core.checkpointing import Checkpointing
from model.solvers.core.start import Proven, Start

Method = Literal["auto", "direct", "decomposed"]
MOST_A_PROCESSOR = 4
"""Threads or processes: more of them only take memory and each other's time."""


def processors() -> int:
    """Processors that this process may use; containers and affinity count."""
    from dask.system import cpu_count

    return int(cpu_count())


def most_useful(asked: int) -> int:
    """So many threads or processes at most, whatever was asked for."""
    if asked <= MOST_A_PROCESSOR:  # one processor is always there; looking takes longer than a small plan
        return asked
    return min(asked, MOST_A_PROCESSOR * processors())


ONE_OF_MANY = 0.05
"""Gap of one of many plans, as a share of what a plan saves: the last few percent take as long as all before them."""


@dataclass(frozen=True)
class SolveOptions:
    """Options of one solve; None means: as the case's Settings say.

    `gap` is relative; asked for here, it overrides the case's gap_of_worth. `time_limit` in seconds for the whole
    solve. `workers` is the number of processes (None: as many
    as the machine has processors, where that pays), `cluster` the address of a running Dask scheduler to use instead.
    Of threads and processes at most four a processor are used. `checkpointing` says where checkpoints are kept and
    which one is continued; `start` is what another run found out and this one begins with, and `proven` what that run
    proved where it planned the very same problem: then its plan is evaluated anew and nothing more is searched.
    `gap_of_worth` is the gap as a share of what the plan saves; where only `gap` is given that alone counts. `brief`
    asks for the plan and its gap alone: not what is settled, no single changes at the end, no prices of limits, and no
    second search where one begun with a start gives up; None leaves that to who plans many cases at once.
    `known_bound` is a cost that no plan is below, million USD, as a case with fewer limits proves: it is taken as true,
    and ends the search where it is enough. `enough` is a cost at which the search may end whatever is proven: of the
    plan without the limits, where more would say little.

    Raises ValueError for values out of range.
    """

    method: Method = "auto"
    gap: float | None = None
    time_limit: float | None = None
    seed: int | None = None
    threads: int = 2
    constraint_files: tuple[Path, ...] = ()
    workers: int | None = None
    cluster: str | None = None
    checkpointing: Checkpointing | None = None
    start: Start | None = field(default=None, repr=False)
    gap_of_worth: float | None = None
    brief: bool | None = None
    proven: Proven | None = field(default=None, repr=False)
    known_bound: float | None = None
    enough: float = -inf

    def __post_init__(self) -> None:
        """Refuse what no solver could follow."""
        if self.method not in ("auto", "direct", "decomposed"):
            raise ValueError(f"method must be auto, direct or decomposed, not '{self.method}'")
        if self.gap is not None and not 0 <= self.gap < 1:
            raise ValueError(f"gap must be from 0 to below 1, not {self.gap}")
        if self.gap_of_worth is not None and not 0 <= self.gap_of_worth < 1:
            raise ValueError(f"gap_of_worth must be from 0 to below 1, not {self.gap_of_worth}")
        if self.time_limit is not None and not 0 < self.time_limit < float("inf"):
            raise ValueError(f"time limit must be above 0 seconds, not {self.time_limit}")
        if self.seed is not None and self.seed < 0:
            raise ValueError(f"seed must be 0 or more, not {self.seed}")
        if self.threads < 1:
            raise ValueError(f"threads must be 1 or more, not {self.threads}")
        if self.workers is not None and self.workers < 1:
            raise ValueError(f"workers must be 1 or more, not {self.workers}")

    def of_many(self, case: Case) -> SolveOptions:
        """The options for one of many plans: within ONE_OF_MANY of what is at stake, where nothing else was asked for.

        A case that is content with more gets that.
        """
        of_worth = self.filled(case).gap_of_worth
        if self.gap_of_worth is not None or not 0.0 < of_worth < ONE_OF_MANY:
            return self
        return replace(self, gap_of_worth=ONE_OF_MANY)

    def filled(self, case: Case) -> FilledOptions:
        """Options with the case's settings in the place of None."""
        settings = case.settings
        of_worth = float(settings["gap_of_worth"]) if self.gap is None else 0.0
        return FilledOptions(
            self.method,
            float(settings["gap"]) if self.gap is None else self.gap,
            float(settings["time_limit"]) if self.time_limit is None else self.time_limit,
            int(settings["seed"]) if self.seed is None else self.seed,
            most_useful(self.threads),
            None if self.workers is None else most_useful(self.workers),
            self.cluster,
            of_worth if self.gap_of_worth is None else self.gap_of_worth,
            bool(self.brief),
            self.time_limit is not None,
            self.known_bound,
            self.enough,
        )


@dataclass(frozen=True)
class FilledOptions:
    """Options with every value decided.

    `gap_of_worth` is the gap asked for as a share of what the plan saves against building only what is committed; 0
    where `gap` alone counts, as it does whenever only that was asked for by the caller and not by the case.
    `limit_given` says that the time limit is the caller's and not the case's.
    """

    method: Method
    gap: float
    time_limit: float
    seed: int
    threads: int
    workers: int | None = None
    cluster: str | None = None
    gap_of_worth: float = 0.0
    brief: bool = False
    limit_given: bool = False
    known_bound: float | None = None
    enough: float = -inf
