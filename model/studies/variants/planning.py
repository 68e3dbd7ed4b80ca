"""Many variants of a case, each planned to one small answer: one after the other, or on Dask workers where that pays.

An answer holds what a study compares and no more, so that it can be kept as a few lines of JSON (`kept_answers`).
Answers do not depend on where or in which order they were found; only a time limit can make them differ.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

from model.case.case import Case
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions
from model.solvers.core.outcome import Status
from model.solvers.core.progress import Listener
from model.solvers.core.start import Start
from model.solvers.parallel.cluster import Lookout, abandoned_task, open_cluster, submit
from model.studies.console.reporters import Tell
from model.studies.console.words import money
from model.studies.runs.record import RuleDigests, require_same_rules, rule_digests
from model.studies.runs.solving import never
from model.studies.runs.tasks import first_ended, one_at_a_time, result_of, sent_files
from model.studies.scenarios.leaving import write_files
from model.studies.scenarios.side_by_side import RelayReporter, pays
from model.studies.variants.answers import Answer, Look, answer_from, answer_of, record_of
from model.studies.variants.beginning import Beginning
from model.studies.variants.kept_answers import KeptAnswers, digest

Clusters = Callable[[SolveOptions, int], AbstractContextManager[Any]]
"""Opens a Dask cluster for so many tasks, or gives the one that a study has."""


@dataclass(frozen=True)
class Variant:
    """One case to be planned: a name that no other variant of the study has, what it is in words, the case.

    `look` is what else is wanted of the plan; `gap` overrides the gap asked for. `like` is a case with the same plans
    at the same costs, where rows were added that only count something: what was proven of it holds here. With `lends`
    its answer keeps the start that its search ended with; `start` is such a one, to begin with in place of the study's.
    `known_bound` is a cost that no plan of it is below: that of a case which differs only in having fewer limits;
    `enough` a cost at which its search may end whatever is proven.
    """

    name: str
    words: str
    case: Case
    look: Look | None = None
    gap: float | None = None
    like: Case | None = None
    lends: bool = False
    start: Start | None = field(default=None, repr=False)
    known_bound: float | None = None
    enough: float = -inf

    def options(self, given: SolveOptions) -> SolveOptions:
        """The options of the study with the variant's own gap; in brief where the solved problem is asked nothing."""
        brief = self.look is None or self.look.questions is None
        brief = brief if given.brief is None else given.brief
        options = replace(given, brief=brief, known_bound=self.known_bound, enough=self.enough)
        return options if self.gap is None else replace(options, gap=self.gap, gap_of_worth=None)

    @property
    def asked(self) -> str:
        """Name of what else is wanted."""
        return "" if self.look is None else self.look.name


AskedOf = Callable[[Variant], SolveOptions]
"""With which options a variant is planned."""
Planner = Callable[[list[Variant]], dict[str, Answer]]
"""Plans many variants of a study and gives their answers by name."""


def plan_variants(
    variants: Sequence[Variant],
    options: SolveOptions,
    kept: KeptAnswers | None = None,
    tell: Tell = lambda _: None,
    stop_asked: Callable[[], bool] = never,
    clusters: Clusters = open_cluster,
    beginning: Beginning | None = None,
    rules: RuleDigests | None = None,
) -> dict[str, Answer]:
    """Plan each variant; returns the answers by name, in the order of the variants.

    Answers that `kept` has are taken from there, new ones are given to it at once. The searches begin with what the
    first plan of the study found out: `beginning` holds it where a study asks in several turns. Raises
    KeyboardInterrupt when a stop was asked for: an answer whose search was cut short is not kept. Raises ClusterError,
    and RunError for a task that does not survive, and when constraint files are no longer as in `rules`, the digests
    from the start of the study (default: of now).
    """
    found: dict[str, Answer] = {}
    rules = rule_digests(options) if rules is None else rules
    beginning = Beginning() if beginning is None else beginning

    def asked_of(variant: Variant) -> SolveOptions:
        own = variant.look is not None and variant.look.worth
        found = beginning.options(variant.like or variant.case, variant.options(options), own=own)
        return found if variant.start is None else replace(found, start=variant.start)

    for some in beginning.turns(variants):
        require_same_rules(options, rules)
        names = {one.name: _digest(one, options, beginning) for one in some} if kept is not None else {}
        known = {} if kept is None else _kept(names, kept)
        if known:
            tell(f"{len(known)} of {len(some)} were planned before: their answers are kept.")
        missing = [variant for variant in some if variant.name not in known]
        share_out = options.cluster is not None or pays([variant.case for variant in missing], options.workers)
        work = partial(_shared_out, clusters=clusters) if share_out and missing else _in_turn
        found |= known
        for variant, answer in work(missing, options, asked_of, stop_asked):
            lends = variant.lends or beginning.name is None
            found[variant.name] = answer = answer if lends else replace(answer, start=None)
            require_same_rules(options, rules)  # else nobody knows by which rules it was made
            if kept is not None and answer.status is not Status.FAILED:  # a mended planner is to plan it anew
                kept.keep(names[variant.name], record_of(answer))
            result = answer.message if answer.cost is None else money(answer.cost)
            tell(f"{variant.words}: {result} ({len(found)} of {len(variants)}, {answer.seconds:.1f} s)")
        if beginning.name is None:
            first, begun = some[0], found[some[0].name]
            beginning.name = digest(first.case, first.options(options), first.asked)
            beginning.start, beginning.worth, beginning.cost = begun.start, begun.worth, begun.cost
    return {variant.name: found[variant.name] for variant in variants}


def _digest(variant: Variant, options: SolveOptions, beginning: Beginning) -> str:
    """The name under which the answer of a variant is kept."""
    return digest(variant.case, variant.options(options), beginning.asked(variant.asked, variant.start))


def _kept(names: Mapping[str, str], kept: KeptAnswers) -> dict[str, Answer]:
    """The answers that are known already, of variants with these digests."""
    records = {name: kept.find(digest) for name, digest in names.items()}
    return {name: answer_from(record) for name, record in records.items() if record is not None}


def _planned(variant: Variant, options: SolveOptions, listener: Listener | None = None) -> Answer:
    questions = None if variant.look is None else variant.look.questions
    return answer_of(make_plan(variant.case, options, listener=listener, questions=questions), variant.look)


def _in_turn(
    variants: Sequence[Variant], _: SolveOptions, asked_of: AskedOf, stop_asked: Callable[[], bool]
) -> Iterator[tuple[Variant, Answer]]:
    for variant in variants:
        answer = _planned(variant, asked_of(variant))
        if stop_asked():  # the search heard it too and ended early
            raise KeyboardInterrupt
        yield variant, answer


def _shared_out(
    variants: Sequence[Variant],
    options: SolveOptions,
    asked_of: AskedOf,
    stop_asked: Callable[[], bool],
    clusters: Clusters,
) -> Iterator[tuple[Variant, Answer]]:
    """Each variant as a Dask task; a task whose worker is lost is begun again elsewhere."""
    rules = sent_files(options.constraint_files)

    def alone(variant: Variant) -> SolveOptions:
        return replace(asked_of(variant), workers=1, cluster=None, constraint_files=())

    with clusters(options, len(variants)) as client:
        futures = {submit(client, plan_alone, variant, alone(variant), rules): variant for variant in variants}
        left, lookout = set(futures), Lookout(client)
        while left:
            ended = first_ended(lookout, left)
            if stop_asked():
                raise KeyboardInterrupt
            for future in ended:
                left.discard(future)
                yield futures[future], result_of(lookout, future, futures[future].words)


def plan_alone(variant: Variant, options: SolveOptions, rules: Mapping[str, bytes]) -> Answer:
    """The task: plan a variant, with constraint files by name and content.

    Once nobody waits for it, the search ends at its next sign of life, and so does the task.
    """
    heard = RelayReporter(lambda _: None, abandoned=abandoned_task())
    with one_at_a_time, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        write_files(rules, Path(place))
        begun = time.monotonic()
        here = replace(options, constraint_files=tuple(Path(place) / name for name in rules))
        try:
            return replace(_planned(variant, here, heard), seconds=time.monotonic() - begun)
        except KeyboardInterrupt:  # in a worker that others use: it goes on with their work
            return Answer(Status.NO_PLAN, "Nobody waited for it.")
