"""A study from beginning to end: read, plan what is not kept, leave the folder with its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from model.case.case import Case
from model.solvers.core.options import SolveOptions
from model.studies.commands.main import read_told, scenarios_meant
from model.studies.commands.study_options import OF_VARIANTS, STUDIES
from model.studies.commands.study_task import Asked, StudyResult, Tables, Task, Work
from model.studies.console.reporters import Reporter
from model.studies.runs.beginnings import read_beginning
from model.studies.runs.folders import RunError, shown_path
from model.studies.runs.record import RuleDigests, rule_digests
from model.studies.runs.solving import never
from model.studies.runs.storable import require_storable
from model.studies.runs.study_folder import leave_study
from model.studies.scenarios.in_turn import scenario_cases
from model.studies.variants.answers import Answer
from model.studies.variants.beginning import Beginning
from model.studies.variants.kept_answers import KeptAnswers
from model.studies.variants.planning import Variant, plan_variants
from model.studies.variants.shared_cluster import SharedCluster

PageWriter = Callable[[StudyResult, Path], None]


def no_page(result: StudyResult, path: Path) -> None:
    """Write no page."""


def work_of(name: str) -> Work:
    """What does the work of a study."""
    work: Work = getattr(import_module(f"{__package__}.{STUDIES[name].module}"), f"work_{name}")
    return work


@dataclass(frozen=True)
class Wish:
    """What is asked: where the case stands, under which scenario, how it is solved, where the folder goes.

    The scenario 'all', for studies that look at several, is the first one of the case.
    `run` is the folder of a finished run to begin with; under `shield` a stop waits for what is being written.
    """

    path: Path
    scenario: str | None
    options: SolveOptions
    outputs: Path
    stop_asked: Callable[[], bool] = never
    write_page: PageWriter = no_page
    run: Path | None = None
    shield: Callable[[], AbstractContextManager[None]] = nullcontext


def run_study(name: str, wish: Wish, reporter: Reporter, asked: Asked) -> int:
    """Run a study by its name and leave its folder; returns 0. Raises CaseError and RunError.

    Answers are kept while it works: an interruption says how to go on.
    """
    beginning = Beginning.of_run(None if wish.run is None else read_beginning(wish.run))
    base = read_told(wish.path, reporter, wish.options.constraint_files)
    case = scenario_cases(base, scenarios_meant(base, [wish.scenario])[:1])[0] if wish.scenario else base
    require_storable([base, case], wish.path, wish.outputs, wish.options.constraint_files)
    kept, options = KeptAnswers(wish.outputs), STUDIES[name].timed(wish.options)
    if wish.run is not None:
        reporter.note(beginning.words(case, options))
    if name not in OF_VARIANTS and (options.cluster is not None or (options.workers or 1) > 1):
        reporter.note("This study makes its plans one after the other: other processes have nothing to do.")
    rules = rule_digests(options)
    try:
        try:
            tables, words = worked(name, base, case, options, reporter, asked, kept, wish.stop_asked, beginning, rules)
        except ValueError as error:
            raise RunError(str(error)) from None
        with wish.shield():
            final = _left(name, case, tables, words, wish, reporter, asked, rules)
            if words:
                reporter.note(words)
            reporter.note(f"Study folder: {shown_path(final)}")
            kept.drop()
    except KeyboardInterrupt as stop:
        if kept.any:
            stop.add_note("What was planned is kept: the same command goes on from there.")
        raise
    return 0


def _left(
    name: str,
    case: Case,
    tables: Tables,
    words: str,
    wish: Wish,
    reporter: Reporter,
    asked: Asked,
    rules: RuleDigests,
) -> Path:
    """Leave the folder of a study; returns its path."""
    study = STUDIES[name]
    given = {option: value for option, value in asked.items() if value not in (None, [])}
    given |= {} if wish.run is None else {"from": wish.run.name}
    result = StudyResult(
        name, study.title.format(**asked), case.case_title, case.scenario, tables, words, given, case.case_note
    )

    def page(place: Path) -> None:
        try:
            wish.write_page(result, place)
        except Exception as error:  # hours of planning are not lost for a page
            reporter.note(f"The page of the study could not be written: {error}")

    where = (case, wish.path, study.timed(wish.options), wish.outputs)
    return leave_study(name, *where, tables, result.title, page, given, rules, reporter.note)


def worked(
    name: str,
    base: Case,
    case: Case,
    options: SolveOptions,
    reporter: Reporter,
    asked: Asked,
    kept: KeptAnswers | None = None,
    stop_asked: Callable[[], bool] = never,
    beginning: Beginning | None = None,
    rules: RuleDigests | None = None,
) -> tuple[Tables, str]:
    """The tables of a study by sheet, and what they come to. Raises ValueError where the case lacks what it needs.

    And RunError where constraint files are no longer as in `rules`, their digests from the start (default: of now).
    """
    rules = rule_digests(options) if rules is None else rules

    def planner(wanted: Sequence[Variant]) -> dict[str, Answer]:
        return plan_variants(wanted, options, kept, reporter.note, stop_asked, cluster, begun, rules)

    cluster, begun = SharedCluster(), Beginning() if beginning is None else beginning
    with cluster:
        return work_of(name)(Task(base, case, planner, reporter, options, asked, stop_asked))
