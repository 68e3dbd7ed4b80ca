"""What a plan would cost with other modules in service: exact, with the rest of its investments held.

Once the modules are fixed the model falls apart into parts that share nothing (in most cases one a period), each an LP
over routes of its own. A change of some modules is solved in the parts that it touches, from the basis of the plan, all
routes priced; a part whose flow stays possible and whose duals promise nothing costs what it cost before, without any
solve. The duals of the plan also give a lower bound of each change for the price of a product.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from model.formulation.investment import choosable_projects
from model.formulation.rule_closures import Modules
from model.formulation.values import Values
from model.network.graph import FloatArray, IntArray
from model.solvers.core.progress import Progress
from model.solvers.lp.deciding import WHOLE
from model.solvers.lp.part_lp import HELD, NEAR, PartLP
from model.solvers.lp.part_threads import SideBySide
from model.solvers.plans.decisions import Decisions
from model.solvers.plans.module_values import ModuleValues
from model.solvers.problem import Problem, Solution

PATIENCE = 10.0  # seconds of the clock for each of computing, at most
START_SECONDS = 60.0  # of the clock, for solving the plan itself once more
AT_A_TIME = 2  # parts; a number of its own, so that the outcome does not depend on the number of threads


class WhatIf:
    """Questions about one solved plan."""

    def __init__(
        self,
        problem: Problem,
        solution: Solution,
        seconds: float | None = None,
        *,
        thorough: bool = True,
        decisions: Decisions | None = None,
        at: FloatArray | None = None,
    ) -> None:
        """Solve the parts at the plan; questions may take so many seconds of computing once that is done.

        Seconds of the processor and not of the clock, so that a busy machine answers as many as an idle one. Without
        a number they may take what the search itself may take. Raises Interrupted when that is over.
        `at` are other values of the fixed columns to begin with than those of the solution, which may then have
        fractions. Not `thorough`, the answers see the routes known only: several times faster, never too low a cost.
        """
        self.problem, self._until = problem, np.inf
        self.stopped: Callable[[], bool] = lambda: False
        if seconds is not None:
            self.problem = dataclasses.replace(problem, progress=Progress(START_SECONDS + PATIENCE * seconds))
        self.solution = solution
        compiled = problem.compiled
        self.decisions = Decisions.of(problem) if decisions is None else decisions
        self.fixed, self._rules = self.decisions.columns, self.decisions.rules
        self._modules = ModuleValues(problem.formulation)
        self._decided = [compiled.variables[column] for column in self.fixed]
        self.base = np.round(solution.values[self.fixed]) if at is None else at.copy()
        self._now = Values(self._decided, self.base)
        if at is not None:  # what follows from the modules may lie elsewhere in them, within the rules
            self.base = self.values(self.modules())
            self._now = Values(self._decided, self.base)
        self._solve_parts(thorough=thorough)
        self._cost = compiled.cost[self.fixed]
        self._slope = self._cost + (sum(part.slope for part in self.parts) if self.is_possible else 0.0)
        outside = np.ones(compiled.column_count, dtype=np.bool_)
        outside[np.concatenate([self.fixed, *(part.columns for part in self.parts)])] = False
        self._rest = compiled.constant + float(compiled.cost[outside] @ solution.values[outside])
        if seconds is not None:  # what it took to solve the plan once more leaves no question unasked
            self.allow(seconds)

    def _solve_parts(self, *, thorough: bool) -> None:
        """Solve what is left of the model for each part, at the base."""
        self.parts = [
            PartLP(self.problem, *part, self.fixed, thorough=thorough)
            for part in self.decisions.parts(self.problem.compiled)
        ]
        if thorough:
            self.use_known()
        else:
            for number, part in enumerate(self.parts):
                part.bound_by(self.problem.known.floors.get(number))
        self._together = SideBySide(self.problem.options.threads, self.problem.progress)
        for part in self.parts:
            part.begin_with(self.solution)
        for part, solved in zip(self.parts, self._together.optimise(self.parts, self.base), strict=True):
            part.move_to(self.base, solved)

    def allow(self, seconds: float) -> None:
        """Questions may take so many seconds of computing from now on."""
        self._until = time.process_time() + seconds

    @property
    def time_left(self) -> float:
        """Seconds left for questions; none once a stop is asked for (`stopped`)."""
        return min(self._left(), self.problem.progress.time_left)

    def _left(self) -> float:
        return 0.0 if self.stopped() else self._until - time.process_time()

    @property
    def is_possible(self) -> bool:
        """Whether some flow is possible in the plan asked about."""
        return all(np.isfinite(part.base) for part in self.parts)

    @property
    def cost(self) -> float:
        """Cost of the plan asked about, million USD, ships in fractions; inf when no flow is possible."""
        return self._rest + float(self._cost @ self.base) + sum(part.base for part in self.parts)

    @property
    def least(self) -> float:
        """What the plan costs at least, whatever ships are whole: routes not priced out may hide a little. Thorough."""
        return self.cost - NEAR * sum(abs(part.base) for part in self.parts)

    @property
    def decision_costs(self) -> FloatArray:
        """What one more of each fixed column costs by itself, million USD of present value."""
        return self._cost

    def use_known(self) -> None:
        """Share costs and bounds of the parts with all that was and will be asked of this problem."""
        known = self.problem.known
        for number, part in enumerate(self.parts):
            part.share(known.values.setdefault(number, {}), known.floors.get(number))

    def be_thorough(self) -> None:
        """Price all routes from now on."""
        for part in self.parts:
            part.be_thorough()

    def move_to(self, values: FloatArray) -> None:
        """Measure changes against the plan with these values from now on. Raises Interrupted."""
        moved = [part for part in self.parts if not part.stands_at(values)]
        new = iter(self._together.optimise([part for part in moved if part.learned(values) is None], values))
        for part in moved:
            part.move_to(values, part.learned(values) or next(new))
        for part in self.parts:
            part.stay_at(values)
        self._slope = self._cost + sum(part.slope for part in self.parts)
        self.base = values
        self._now = Values(self._decided, values)

    def modules(self) -> Modules:
        """Modules built and renewed in the plan."""
        return self._modules.of(self._now)

    def values(self, modules: Mapping[tuple[str, str | int], int]) -> FloatArray:
        """Values of the fixed columns with these modules built and renewed and all others as in the plan.

        Renewals that are not named stay as they are, as far as there is still something to renew.
        """
        return self._modules.changed(self._now, modules)

    def least_built(self) -> FloatArray:
        """Values of the fixed columns with only what is committed built."""
        projects = choosable_projects(self.problem.formulation.case)
        free = projects.index[projects["status"] != "committed"]
        periods = self.problem.formulation.periods
        return self.values({(str(name), period.name): 0 for name in free for period in periods})

    def broken(self, values: FloatArray) -> list[str]:
        """Rules and budgets that these values break although the plan keeps them, in words.

        Of several that one row of a sheet makes (an envelope whose money is carried over) the first is told, with their
        number.
        """
        compiled = self.problem.compiled
        words: dict[object, dict[str, None]] = {}
        for row in self._wrong(values):
            note = self.problem.formulation.notes.get(id(compiled.constraints[row]))
            source = row if note is None else (note.family, note.sheet, note.row)
            words.setdefault(source, {})[compiled.constraints[row].name if note is None else note.statement] = None
        told = [f"{first} (and {len(more)} more such limits)" if more else first for first, *more in words.values()]
        return list(dict.fromkeys(told)) + self.impossible(values)

    def _wrong(self, values: FloatArray) -> IntArray:
        """Rows of rules and budgets that these values break."""
        compiled = self.problem.compiled
        activity = np.asarray(self.decisions.matrix @ values)
        slack = HELD * np.maximum(1.0, np.abs(activity))
        above = activity > compiled.row_upper[self._rules] + slack
        return np.asarray(self._rules[above | (activity < compiled.row_lower[self._rules] - slack)])

    def impossible(self, values: FloatArray) -> list[str]:
        """Bounds that these values break, in words: what cannot be built by then, more modules than there are."""
        compiled = self.problem.compiled
        upper, lower = compiled.upper[self.fixed], compiled.lower[self.fixed]
        words = []
        for column in self.fixed[(values > upper + HELD) | (values < lower - HELD)]:
            note = self.problem.formulation.notes.get(id(compiled.variables[column]))
            words.append(compiled.variables[column].name if note is None else note.statement)
        return list(dict.fromkeys(words))

    def investment(self, values: FloatArray) -> float:
        """What the modules themselves cost more than in the plan, million USD of present value."""
        return float(self._cost @ (values - self.base))

    def at_least(self, values: FloatArray, *, by_part: bool = False) -> float:
        """Lower bound of the cost on top of the plan's, million USD, from the duals of the plan alone.

        And from what is known of the parts; with `by_part` always the sum of the bounds of all parts, which takes
        longer where the duals settle it. A bound when thorough; otherwise over the routes known.
        """
        told = float(self._slope @ (values - self.base))
        if not by_part and (told >= 0 or all(part.floor is None for part in self.parts)):
            return told
        return max(told, self.investment(values) + float(self.bounds(values).sum()))

    def bounds(self, values: FloatArray) -> FloatArray:
        """Lower bound of the change in cost of each part, million USD, in order of `parts`."""
        ruled = not len(self._wrong(values))
        return np.array([part.at_least(values, ruled=ruled) for part in self.parts])

    def exactly(self, values: FloatArray) -> float:
        """Cost on top of the plan's, million USD; inf where no flow is possible.

        Exact where the parts have no whole columns of their own; ships are shared out in fractions, in both plans.
        Raises Interrupted when the seconds given have gone, and nothing of the part at work then is kept.
        """
        with self.problem.progress.within(lambda: PATIENCE * self._left()):  # seconds of the clock
            return self.investment(values) + sum(self._changes(self.parts, values))

    def _changes(self, parts: Sequence[PartLP], values: FloatArray) -> list[float]:
        """Changes in the cost of some parts."""
        ruled = not len(self._wrong(values))
        new = [part for part in parts if not part.knows(values, ruled=ruled)]
        for part, solved in zip(new, self._together.optimise(new, values), strict=True):
            part.learn(values, solved)
        return [part.change(values) for part in parts]

    def saving(self, values: FloatArray, worth: float) -> float:
        """What the change saves, million USD; 0 as soon as it is seen to be less than `worth`.

        Parts that change most by the duals come first, some at a time. Raises Interrupted.
        """
        told = self.bounds(values)
        total = self.investment(values) + float(told.sum())
        order = np.argsort(-np.abs(told), kind="stable").tolist()
        for first in range(0, len(order), AT_A_TIME):
            if total >= -worth:
                return 0.0
            some = order[first : first + AT_A_TIME]
            total += sum(self._changes([self.parts[number] for number in some], values)) - float(told[some].sum())
        return max(0.0, -total)

    def plan(self, values: FloatArray, *, whole: bool = False, hasty: bool = False) -> Solution | None:
        """The changed plan in full; None where no flow is possible. Raises Interrupted.

        Ships in fractions, or `whole`: then it is None, too, where no whole ships were found. `hasty` does with the
        routes known and never raises Interrupted: for when time is up.
        """
        return self._full(values, None, whole=whole, hasty=hasty)

    def beside(self, base: Solution, values: FloatArray) -> Solution | None:
        """The changed plan in full, ships in fractions: as `base`, the plan asked about in full, where nothing changes.

        The change was answered `exactly` before. None where no flow is possible. Raises Interrupted like `exactly`.
        """
        with self.problem.progress.within(lambda: PATIENCE * self._left()):
            return self._full(values, base)

    def _full(
        self, values: FloatArray, base: Solution | None, *, whole: bool = False, hasty: bool = False
    ) -> Solution | None:
        """A plan in full; the parts whose cost changes solved, or all of them without a `base`."""
        compiled = self.problem.compiled
        parts = self.parts if base is None else [part for part in self.parts if part.change(values)]
        result = (self.solution if base is None else base).values.copy()
        result[self.fixed] = values
        flows: dict[tuple[int, int], float] = {}
        prices = [np.zeros(len(block.load_row)) for block in compiled.blocks]
        if base is not None:
            solved = {block for part in parts for block in part.blocks}
            flows = {key: flow for key, flow in base.flows.items() if key[0] not in solved}
            prices = list(base.load_prices)
        kept = sum(part.base for part in self.parts if part not in parts)
        total = self._rest + float(self._cost @ values) + kept
        plans = self._together.plans(parts, values, whole=whole, hasty=hasty)
        if plans is None:
            return None
        for part, told in zip(parts, plans, strict=True):
            total += told.value
            result[part.columns] = told.columns
            flows.update(told.flows)
            for number, of_block in told.prices.items():
                prices[number] = of_block
        ends = result[compiled.integer]
        if whole and np.any(np.abs(ends - np.round(ends)) > WHOLE):
            return None  # some whole column stands in no part, and nothing has decided it
        if whole:
            result[compiled.integer] = np.round(ends)
        return Solution(total, compiled.variables, result, flows, tuple(prices))
