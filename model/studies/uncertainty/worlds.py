"""Plans of every future under limits on what is decided now, each made once and lent wherever it serves.

A plan found under some limits that keeps further ones is a plan under these too, and its lower bound, found under
fewer limits, holds there. So a branch of the search plans only the futures that it sends another way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from model.case.case import Case
from model.solvers.core.outcome import Status
from model.studies.uncertainty.draws import Futures
from model.studies.uncertainty.risk import Figures
from model.studies.uncertainty.seen import SEEN, WORTH
from model.studies.uncertainty.stages import Commitment, Stage, Statement, commitment_words, keeps
from model.studies.variants.answers import Answer
from model.studies.variants.held import Row, decided_in, free_projects, with_rows
from model.studies.variants.planning import Planner, Variant

OF_OPEN = 0.1
"""Of what the own plan of a future leaves open: a plan under limits that costs no more above it needs no proof."""
Key = frozenset[tuple[tuple[str | int, object], ...]]


@dataclass(frozen=True)
class Limited:
    """A plan of a future under rows of the sheet Decisions."""

    limits: Key
    answer: Answer


@dataclass(frozen=True)
class Asked:
    """A plan wanted: of which future, under which rows, and that in words."""

    future: int
    rows: tuple[Row, ...]
    words: str


@dataclass
class Worlds:
    """All futures with what is known of them; `planned` counts the plans made."""

    futures: Futures
    stage: Stage
    planner: Planner
    planned: int = 0
    _known: list[list[Limited]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Nothing is known yet."""
        self._known = [[] for _ in self.futures.every]

    @property
    def own(self) -> Figures:
        """Cost of the best plan known of each future, million USD."""
        return np.array([min(_cost(one.answer) for one in known) for known in self._known])

    def free(self) -> list[Answer]:
        """Every future planned by itself, nothing limited."""
        return self.answers([Asked(index, (), "its own plan") for index in range(len(self.futures.every))])

    def limited(self, statements: Sequence[Statement]) -> list[Answer]:
        """Every future planned under limits on what is decided now."""
        words = "; ".join(one.words for one in statements)
        return self.answers(
            [
                Asked(index, tuple(self.stage.rows(future.case, statements)), words)
                for index, future in enumerate(self.futures.every)
            ]
        )

    def held(self, commitment: Commitment, indices: Sequence[int]) -> list[Answer]:
        """Some futures with these commitments and no others."""
        words = f"with {commitment_words(commitment)} decided"
        cases = {index: self.futures.every[index].case for index in indices}
        return self.answers(
            [Asked(index, tuple(self.stage.held(case, commitment)), words) for index, case in cases.items()]
        )

    def unbuilt(self) -> Figures:
        """Cost of each future with nothing chosen, million USD; infinite where no plan goes without."""
        costs = np.full(len(self.futures.every), np.inf)
        asked = []
        for index in range(len(self.futures.every)):
            told = [one.answer for one in self._known[index] if one.answer.more.get(WORTH) is not None]
            if told:
                costs[index] = min(_cost(answer) + float(answer.more[WORTH]) for answer in told)
                continue
            asked.append(self.unbuilt_asked(index))
        for one, answer in zip(asked, self.answers(asked), strict=True):
            costs[one.future] = _cost(answer)
        return costs

    def unbuilt_asked(self, index: int) -> Asked:
        """A future in which nothing is chosen but what its sheet Decisions has open."""
        case = self.futures.every[index].case
        years: Row = {"from_year": float(case.first_year), "last_year": float(case.last_year)}
        decided = decided_in(case)
        unasked = [project for project in free_projects(case) if project not in decided]
        rows = ({"project": project, "decision": "out", **years} for project in unasked)
        return Asked(index, tuple(rows), "with nothing built")

    def answers(self, asked: Sequence[Asked]) -> list[Answer]:
        """A plan for each wish: one that is known where it serves, a new one elsewhere."""
        found = {place: self._lent(one) for place, one in enumerate(asked)}
        missing = [(place, one) for place, one in enumerate(asked) if found[place] is None]
        variants = [self._variant(f"{place}", one) for place, one in missing]
        made = self.planner(variants) if variants else {}
        self.planned += len(variants)
        for place, one in missing:
            self._known[one.future].append(Limited(_key(one.rows), made[f"{place}"]))
        return [self._best(one) for one in asked]

    def _variant(self, name: str, asked: Asked) -> Variant:
        """A plan that begins with what the future's own plan found out, which is nearer than any other's."""
        words = f"{self.futures.every[asked.future].name}, {asked.words}"
        known, wanted = self._known[asked.future], _key(asked.rows)
        own = next((one.answer for one in known if not one.limits), None)
        least = max((bound_of(one.answer) for one in known if one.limits <= wanted), default=-np.inf)
        told = float(least) if np.isfinite(least) else None
        variant = Variant(name, words, self._case(asked), SEEN, lends=not asked.rows, known_bound=told)
        if own is None:
            return variant
        left_open = _cost(own) - bound_of(own)
        enough = _cost(own) + OF_OPEN * max(0.0, left_open) if np.isfinite(left_open) else -np.inf
        return replace(variant, start=own.start, enough=enough)

    def _case(self, asked: Asked) -> Case:
        case = self.futures.every[asked.future].case
        return with_rows(case, "Decisions", asked.rows) if asked.rows else case

    def _lent(self, asked: Asked) -> Answer | None:
        """A plan known under some of these limits, or all of them, that keeps all of them."""
        wanted = _key(asked.rows)
        for one in self._known[asked.future]:
            if one.limits == wanted or (one.limits <= wanted and _serves(one.answer, asked.rows)):
                return one.answer
        return None

    def _best(self, asked: Asked) -> Answer:
        """The cheapest plan that keeps the limits, with the best bound that holds under them."""
        wanted, known = _key(asked.rows), self._known[asked.future]
        own = self._lent(asked)
        assert own is not None  # it was planned just now, if nothing else served
        kept = [one.answer for one in known if one.answer.has_plan and keeps(one.answer, asked.rows)]
        best = min(kept, key=_cost, default=own)
        bounds = [bound_of(one.answer) for one in known if one.limits <= wanted]
        bound = min(max(bounds, default=-np.inf), _cost(best))
        return replace(best, bound=bound if np.isfinite(bound) else best.bound)


def _serves(answer: Answer, rows: Sequence[Row]) -> bool:
    """Whether an answer is one under further limits: a plan that keeps them, or that there is none at all."""
    return keeps(answer, rows) if answer.has_plan else answer.status is Status.INFEASIBLE


def _cost(answer: Answer) -> float:
    return float("inf") if answer.cost is None else answer.cost


def bound_of(answer: Answer) -> float:
    """What a plan costs at least: infinite where there is none, minus infinite where nothing is known."""
    if answer.status is Status.INFEASIBLE:
        return float("inf")
    return -float("inf") if answer.bound is None else answer.bound


def costs_of(answers: Sequence[Answer]) -> Figures:
    """Costs by future, infinite where there is no plan."""
    return np.array([_cost(answer) for answer in answers])


def bounds_of(answers: Sequence[Answer]) -> Figures:
    """What plans cost at least, by future."""
    return np.array([bound_of(answer) for answer in answers])


def _key(rows: Sequence[Row]) -> Key:
    return frozenset(tuple(sorted(row.items(), key=str)) for row in rows)
