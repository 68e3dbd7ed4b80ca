"""Trees of parts that another search grew, for parts that are the same: leaves and cuts hold there as well.

A cut bounds the cost of a part by the duals of its rows, so it holds wherever these rows are, whatever others join
them. The leaves hold every plan of the box that they began with, and one that held no plan holds none under more rows.
All else must be equal: what is decided, by name; other columns by cost, bounds and their entries in rows; demands, and
what a route costs and loads. So plans under a budget, or with decisions held, begin with what is known of the operation
of all years.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csc_array, csr_array

from model.network.graph import FloatArray
from model.solvers.core.start import Key
from model.solvers.lp.starting import blocks_key, names_of
from model.solvers.problem import Problem
from model.solvers.search.period_tree import Leaf, PeriodTree
from model.solvers.search.subproblem import Subproblem

EDITION = 2
"""To be raised with any change of what a cut or leaf says: those that runs of before have left are not taken then."""
Told = tuple[Any, ...]
"""A tree as plain values: columns, the rest, rows, box, leaves, cuts; arrays as text."""


@dataclass(frozen=True)
class Likeness:
    """What two parts must share: names of the whole columns, a digest of all but the rows, and one of each row."""

    columns: tuple[str, ...]
    rest: str
    rows: Counter[str]

    @staticmethod
    def of(problem: Problem, part: Subproblem, network: bytes) -> Likeness:
        """That of a part; `network` is the digest of what all parts of a problem share."""
        names = tuple(names_of(problem.compiled, part.places.whole))
        return Likeness(names, _rest(problem, part, network), Counter(_rows(problem, part)))

    def is_within(self, other: Likeness) -> bool:
        """Whether the other part is this one, perhaps with more rows."""
        return (self.columns, self.rest) == (other.columns, other.rest) and self.rows <= other.rows


def network_digest(problem: Problem) -> bytes:
    """Digest of graph, demands and loads: which routes there are, and what a unit adds to each load."""
    formulation, pricer = problem.formulation, problem.pricer
    graph, loads = formulation.graph, pricer.classes.loads
    limits = [formulation.day_limit(demand) for demand in range(len(formulation.cargo.names))]
    arrays = (
        graph.tail, graph.head, pricer.sources, pricer.sinks, pricer.classes.of_demand, loads.data, loads.indices,
        loads.indptr, np.asarray(formulation.accepted), formulation.cargo.class_of,
    )  # fmt: skip
    return _digest(repr((EDITION, formulation.cargo.names, limits)), *arrays)


def told_trees(problem: Problem, trees: list[PeriodTree], prices: list[FloatArray]) -> dict[Key, Told]:
    """The trees in plain values, by keys of their blocks, with the cuts that say most of some leaf at the prices."""
    network = network_digest(problem)
    told = {}
    for tree, each in zip(trees, prices, strict=True):
        like = Likeness.of(problem, tree.part, network)
        leaves = [*tree.leaves, *tree.aside]
        lower, upper = (np.array([getattr(leaf, side) for leaf in leaves]) for side in ("wide_lower", "wide_upper"))
        if not leaves or not len(tree.part.constants) or not tree.part.count:
            continue
        best = np.unique(np.concatenate((tree.best_at(each, lower, upper), tree.best_at(0.0 * each, lower, upper))))
        cuts = np.column_stack((tree.part.constants[best], tree.part.slopes[best]))
        box = np.array((tree.part.lower, tree.part.upper))
        arrays = (_text(array) for array in (box, np.hstack((lower, upper)), cuts))
        told[blocks_key(problem, tree.part.blocks)] = (
            like.columns, like.rest, tuple(sorted(like.rows.elements())), *arrays,
        )  # fmt: skip
    return told


def adopt(problem: Problem, trees: list[PeriodTree], lent: Mapping[Key, Told]) -> int:
    """Let trees that have not begun yet take over those of parts like theirs; how many do."""
    network = network_digest(problem) if lent else b""
    found = 0
    for tree in trees:
        told = lent.get(blocks_key(problem, tree.part.blocks))
        if told is not None:
            found += _adopt(tree, Likeness.of(problem, tree.part, network), told)
    return found


def _adopt(tree: PeriodTree, like: Likeness, told: Told) -> bool:
    columns, rest, rows, *texts = told
    if not Likeness(columns, rest, Counter(rows)).is_within(like):
        return False
    part, width = tree.part, len(columns)
    box = _array(texts[0], width)
    if np.any(part.lower < box[0]) or np.any(part.upper > box[1]):
        return False  # the leaves do not hold all plans of this part
    leaves = []
    for sides in _array(texts[1], 2 * width):
        lower, upper = np.maximum(sides[:width], part.lower), np.minimum(sides[width:], part.upper)
        if np.all(lower <= upper):
            leaves.append(Leaf.whole_box(lower, upper))
    if not leaves:
        return False  # no plan, as it seems: that is for this search to prove
    cuts = _array(texts[2], 1 + width)
    tree.leaves, part.constants, part.slopes = leaves, cuts[:, 0].copy(), cuts[:, 1:].copy()
    return True


def _rest(problem: Problem, part: Subproblem, network: bytes) -> str:
    program, size = part.form.program, part.count
    arrays: list[np.ndarray[Any, Any]] = [program.cost, program.lower[size:], program.upper[size:]]
    for number in part.blocks:
        block = problem.compiled.blocks[number]
        arrays += [part.form.load_cost[number], problem.amounts[number], problem.pricer.unit_costs(block)]
        arrays += [np.asarray(problem.formulation.arc_days(block.key[0])), block.serve_row >= 0]
    return _digest(repr(len(part.places.copies)), np.frombuffer(network, dtype=np.uint8), *arrays).hex()


def _rows(problem: Problem, part: Subproblem) -> list[str]:
    """Digest of each row: its entries and sides, what loads add to it, and whose demand it serves."""
    program, form = part.form.program, part.form
    matrix = csr_array(program.matrix)
    matrix.sort_indices()
    said: list[list[Any]] = [[] for _ in range(matrix.shape[0])]
    for at in range(matrix.shape[0]):
        here = slice(matrix.indptr[at], matrix.indptr[at + 1])
        said[at] += [matrix.indices[here].tolist(), matrix.data[here].tolist()]
        said[at] += [float(program.row_lower[at]), float(program.row_upper[at])]
    for place, number in enumerate(part.blocks):
        through = csc_array(form.through[number])
        through.sort_indices()
        for at in np.flatnonzero(np.diff(through.indptr)).tolist():
            here = slice(through.indptr[at], through.indptr[at + 1])
            said[at] += ["loads", place, through.indices[here].tolist(), through.data[here].tolist()]
        serve = problem.compiled.blocks[number].serve_row
        for demand in np.flatnonzero(serve >= 0).tolist():
            said[int(form.row_of[serve[demand]])] += ["serves", place, demand]
    return [hashlib.blake2b(repr(each).encode(), digest_size=12).hexdigest() for each in said]


def _digest(words: str, *arrays: np.ndarray[Any, Any]) -> bytes:
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass"))
    for array in arrays:
        digest.update(repr((array.shape, str(array.dtype))).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.digest()


def _text(array: FloatArray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f8").tobytes()).decode("ascii")


def _array(text: str, width: int) -> FloatArray:
    return np.frombuffer(base64.b64decode(text), dtype="<f8").reshape(-1, width).astype(float)
