"""Commitments compared: what futures have in common, and how far they are from each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from model.studies.uncertainty.stages import Commitment, commitment_words
from model.studies.variants.answers import Opening


def of_project(commitment: Commitment, project: str) -> Commitment:
    """The openings of a project alone."""
    return tuple(one for one in commitment if one.project == project)


def in_order(openings: Iterable[Opening]) -> Commitment:
    """The commitment of these openings."""
    return tuple(sorted(openings, key=lambda one: (one.project, one.year)))


def consensus(weights: Mapping[Commitment, float]) -> Commitment:
    """Each project as most futures have it: not at all, or as the weightiest of those that begin it."""
    total = sum(weights.values())
    found: list[Opening] = []
    for project in sorted({opening.project for one in weights for opening in one}):
        ways: dict[Commitment, float] = defaultdict(float)
        for commitment, weight in weights.items():
            ways[of_project(commitment, project)] += weight
        never = ways.pop((), 0.0)
        if never < total / 2:
            found += weightiest(ways)
    return in_order(found)


def as_all_have_it(commitments: Sequence[Commitment]) -> Commitment:
    """The first commitment without what any of the others leaves, and later where one of them waits."""
    found: list[Opening] = []
    for project in dict.fromkeys(one.project for one in commitments[0]):
        ways = [of_project(each, project) for each in commitments]
        if all(ways):
            latest = max(ways, key=lambda way: way[0].year)
            found += latest
    return in_order(found)


def weightiest(weights: Mapping[Commitment, float]) -> Commitment:
    """The commitment of most weight; of equal ones the first by its words."""
    return min(weights, key=lambda one: (-weights[one], commitment_words(one)))


def distance(one: Commitment, weights: Mapping[Commitment, float]) -> float:
    """How far a commitment is from those of all futures: openings that one has and the other has not, by weight."""
    return sum(weight * len(set(one) ^ set(other)) for other, weight in weights.items())


def modules_in(commitment: Commitment, project: str, slot: int) -> int:
    """Modules of a project in a slot."""
    return sum(one.modules for one in of_project(commitment, project) if one.year == slot)
