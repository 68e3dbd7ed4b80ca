"""The two-stage plan: what to decide now, the same in all futures, so that a measure over all of them is smallest.

Bound: a plan made for one future alone costs at most what it costs there with decisions shared by all; every measure
never falls when a cost rises, so that the measure of the futures' own bounds is one of the two-stage plan. Branching
raises it: whatever is decided now, a project begins now or it does not, and in each slot so many modules of it or
another number. Each branch plans the futures that it sends another way; in the end all futures decide alike, and the
two-stage plan is proven (Carøe and Schultz, Dual decomposition in stochastic integer programming, 1999, without
multipliers). Plans: what the futures would decide by themselves, or most of them, held in all futures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from model.formulation.investment import choosable_projects
from model.studies.uncertainty.commitments import (
    as_all_have_it,
    consensus,
    distance,
    in_order,
    modules_in,
    of_project,
    weightiest,
)
from model.studies.uncertainty.risk import Figures, Measure
from model.studies.uncertainty.stages import Commitment, Statement, commitment_words
from model.studies.uncertainty.worlds import Worlds, bounds_of, costs_of
from model.studies.variants.answers import Answer
from model.studies.variants.ranges import NOTHING

Key = TypeVar("Key", str, tuple[str, int])
BATCH = 4
"""Futures in which a commitment is tried at once; after each batch it is given up if it can no longer be the best."""


@dataclass(frozen=True)
class Tried:
    """A commitment with its plan in every future: `origin` says whose idea it was."""

    commitment: Commitment
    origin: str
    answers: Sequence[Answer]

    @property
    def costs(self) -> Figures:
        """Costs by future, million USD."""
        return costs_of(self.answers)

    @property
    def bounds(self) -> Figures:
        """What it costs at least, by future."""
        return bounds_of(self.answers)


@dataclass
class Branch:
    """Limits on what is decided now, each future's plan under them, and whether no branching can part the plans."""

    statements: tuple[Statement, ...]
    answers: Sequence[Answer]
    whole: bool = False

    @property
    def bounds(self) -> Figures:
        """What the futures cost at least under the limits."""
        return bounds_of(self.answers)


@dataclass
class Search:
    """Searches and proves; `most` is how many plans it may make, `goal` the gap at which it ends, million USD."""

    worlds: Worlds
    measure: Measure
    most: int
    tell: Callable[[str], None]
    goal: float = 0.0
    tried: dict[Commitment, Tried] = field(default_factory=dict)
    given_up: set[Commitment] = field(default_factory=set)
    root: Branch = field(default_factory=lambda: Branch((), ()))
    branches: list[Branch] = field(default_factory=list)

    @property
    def weights(self) -> Figures:
        """Weights of the futures."""
        return self.worlds.futures.weights

    def value(self, costs: Figures, measure: Measure | None = None) -> float:
        """The measure (this search's unless another is asked for) of costs by future."""
        return (measure or self.measure).of(costs, self.weights, self.worlds.own)

    def best(self, measure: Measure | None = None) -> Tried | None:
        """The best of what was tried in all futures; None where nothing goes in all of them."""
        every = [one for one in self.tried.values() if np.isfinite(one.costs).all()]
        order = [(self.value(one.costs, measure), commitment_words(one.commitment)) for one in every]
        return every[order.index(min(order))] if every else None

    def least(self, measure: Measure | None = None) -> float:
        """What every plan's measure is at least, million USD."""
        found = self.best(measure)
        most = np.inf if found is None else self.value(found.costs, measure)
        least = min(self.value(branch.bounds, measure) for branch in self.branches)
        return float(min(most, least))

    @property
    def gap(self) -> float:
        """How much a better plan could save at most, by the measure, million USD."""
        found = self.best()
        return np.inf if found is None else self.value(found.costs) - self.least()

    @property
    def ended(self) -> bool:
        """Whether the gap is as small as it is to be."""
        found = self.best()
        if found is None:
            return False
        return self.gap <= max(self.goal, NOTHING * max(1.0, abs(self.value(found.costs))))

    def run(self, ideas: Sequence[tuple[Commitment, str]]) -> None:
        """Try what futures would decide, then branch until the gap, or the number of plans, is reached.

        `ideas` are tried in all futures whatever they cost. Where some cannot hold one, what these would decide too is
        tried. Until something goes in all futures the number of plans does not count.
        """
        self.root = Branch((), self.worlds.free())
        self.branches = [self.root]
        for commitment, origin in ideas:
            self.attempt(commitment, origin, thorough=True)
            if self.best() is None:
                self.attempt(self._held_by_all(commitment), f"{origin}, without what some cannot hold", thorough=True)
        for commitment, origin in self._ideas(self.root, every=True):
            if not self.ended and (self.best() is None or self.worlds.planned < self.most):
                self.attempt(commitment, origin)
        if self.best() is None:
            self.attempt((), "nothing is begun")
        while not self.ended and self.worlds.planned < self.most:
            if not self._branch():
                break

    def opposites(self) -> dict[str, Tried]:
        """The best plan with one project decided otherwise, by project, all else decided now as it is.

        What is begun now is left until later; what some future would begin now is begun. A better plan that is found on
        the way becomes the best. Half as many plans again may be made, and one in each future whatever was made before;
        projects for which these do not reach are left out.
        """
        number = len(self.weights)
        most = max(self.most + self.most // 2, self.worlds.planned + number)
        while True:
            found = self.best()
            if found is None:
                return {}
            changed = {name: self._opposite(found.commitment, name) for name in self._arguable(found.commitment)}
            for name, other in changed.items():
                if self.worlds.planned + number <= most:
                    self.attempt(other, f"the best plan with {name} decided otherwise", thorough=True)
            if self.best() is found:
                return {name: self.tried[other] for name, other in changed.items() if other in self.tried}

    def _held_by_all(self, commitment: Commitment) -> Commitment:
        """A commitment as those futures have it that cannot hold it: without what they leave, later where they wait."""
        own = self._commitments(self.root)
        lost = np.flatnonzero(~np.isfinite(self.tried[commitment].costs)).tolist()
        return as_all_have_it([commitment, *(own[index] or () for index in lost)])

    def _arguable(self, commitment: Commitment) -> list[str]:
        """Projects that the best plan or some future begins now, those on which the futures agree least first."""
        begun: dict[str, float] = {opening.project: 0.0 for opening in commitment}
        for one, weight in zip(self._commitments(self.root), self.weights, strict=True):
            for project in dict.fromkeys(opening.project for opening in one or ()):
                begun[project] = begun.get(project, 0.0) + float(weight)
        now = {opening.project for opening in commitment}
        return sorted(
            begun, key=lambda name: (begun[name] if name in now else float(self.weights.sum()) - begun[name], name)
        )

    def _opposite(self, commitment: Commitment, project: str) -> Commitment:
        """The commitments without a project, or with it as most of those futures have it that begin it."""
        rest = tuple(one for one in commitment if one.project != project)
        if len(rest) < len(commitment):
            return rest
        weights: dict[Commitment, float] = defaultdict(float)
        for one, weight in zip(self._commitments(self.root), self.weights, strict=True):
            if one is not None:
                weights[of_project(one, project)] += float(weight)
        weights.pop((), None)
        return in_order([*rest, *weightiest(weights)])

    def attempt(self, commitment: Commitment, origin: str, *, thorough: bool = False) -> None:
        """Try a commitment in all futures; unless `thorough` it is given up once it cannot be the best."""
        if commitment in self.tried or (commitment in self.given_up and not thorough):
            return
        number = len(self.weights)
        answers: dict[int, Answer] = {}
        least = self.root.bounds.copy()
        found = self.best()
        to_beat = np.inf if found is None else self.value(found.costs)
        order = np.argsort(-self.weights, kind="stable").tolist()
        size = number if thorough else BATCH
        for begin in range(0, number, size):
            batch = order[begin : begin + size]
            for index, answer in zip(batch, self.worlds.held(commitment, batch), strict=True):
                answers[index] = answer
                least[index] = np.inf if answer.cost is None else answer.cost
            if not thorough and self.value(least) >= to_beat:
                self.given_up.add(commitment)
                return
        self.tried[commitment] = Tried(commitment, origin, [answers[index] for index in range(number)])
        self.tell(self.words(f"{commitment_words(commitment)}: {self.value(self.tried[commitment].costs):,.1f}"))

    def words(self, what: str) -> str:
        """A line of progress: what was done, the best measure so far, the gap, the number of plans."""
        found = self.best()
        best = "none that goes in all futures" if found is None else f"{self.value(found.costs):,.1f}"
        return f"{what}; best {best}, gap {self.gap:,.1f} million USD, {self.worlds.planned} plans"

    def _branch(self) -> bool:
        """Branch where the bound is lowest; False when no branch is left that could be parted and matters."""
        found = self.best()
        most = np.inf if found is None else self.value(found.costs)
        open_ = [one for one in self.branches if not one.whole and self.value(one.bounds) < most]
        if not open_:
            return False
        lowest = min(open_, key=lambda one: self.value(one.bounds))
        parts = self._parts(lowest)
        if not parts:
            lowest.whole = True
            for commitment, origin in self._ideas(lowest):
                self.attempt(commitment, origin)
            return True
        self.branches.remove(lowest)
        for statement in parts:
            limits = (*lowest.statements, statement)
            branch = Branch(limits, self.worlds.limited(limits))
            self.branches.append(branch)
            if self.value(branch.bounds) < most:
                for commitment, origin in self._ideas(branch):
                    self.attempt(commitment, origin)
        self.tell(self.words(f"{parts[0].project}, now or not"))
        return True

    def _commitments(self, branch: Branch) -> list[Commitment | None]:
        """What each future's plan decides now; None where it has no plan."""
        return [
            self.worlds.stage.commitment(future.case, answer) if answer.has_plan else None
            for future, answer in zip(self.worlds.futures.every, branch.answers, strict=True)
        ]

    def _ideas(self, branch: Branch, *, every: bool = False) -> list[tuple[Commitment, str]]:
        """What most futures decide now, project by project; then what they decide, the most central ones first."""
        made = self._commitments(branch)
        weights: dict[Commitment, float] = defaultdict(float)
        for commitment, weight in zip(made, self.weights, strict=True):
            if commitment is not None:
                weights[commitment] += float(weight)
        if not weights:
            return []
        common = consensus(weights)
        ranked = sorted(weights, key=lambda one: (distance(one, weights), commitment_words(one)))
        names = {one: self.worlds.futures.every[made.index(one)].name for one in ranked}
        ideas = [(common, "what most futures decide"), *((one, f"what {names[one]} decides") for one in ranked)]
        return ideas if every else ideas[:2]

    def _parts(self, branch: Branch) -> list[Statement]:
        """The statements by which a branch is parted: on what the futures disagree most; none where they agree."""
        pairs = [
            (one, float(weight))
            for one, weight in zip(self._commitments(branch), self.weights, strict=True)
            if one is not None
        ]
        made, weights = [one for one, _ in pairs], [weight for _, weight in pairs]
        every = sorted({(opening.project, opening.year) for one in made for opening in one})
        said = {one.project for one in branch.statements if one.slot is None}
        begun = {name: [int(any(o.project == name for o in one)) for one in made] for name, _ in every}
        for project in _split(begun, weights):
            if project not in said:
                return [Statement(project, None, 0), Statement(project, None, 1)]
        for project, slot in _split({key: [modules_in(one, *key) for one in made] for key in every}, weights):
            return [Statement(project, slot, modules) for modules in range(self._most_modules(project) + 1)]
        return []

    def _most_modules(self, project: str) -> int:
        tables = [choosable_projects(future.case) for future in self.worlds.futures.every]
        return max(int(table["maximum_modules"].to_dict().get(project, 0)) for table in tables)


def _split(values: Mapping[Key, Sequence[int]], weights: Sequence[float]) -> list[Key]:
    """Those on which values differ, the most evenly split first."""
    shares: dict[Key, float] = {}
    for key, found in values.items():
        by_value: dict[int, float] = defaultdict(float)
        for value, weight in zip(found, weights, strict=True):
            by_value[value] += weight
        if len(by_value) > 1:
            shares[key] = max(by_value.values())
    return sorted(shares, key=lambda key: (shares[key], key))
