"""A study from beginning to end: read, plan what is not kept, leave the folder with its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.case.case import Case
from model.solvers.core.options import SolveOptions
from model.studies.commands import counted, trials, uncertainty, variants
from model.studies.commands.main import read_told
from model.studies.commands.study_task import Asked, Study, StudyResult, Tables, Task
from model.studies.console.reporters import Reporter
from model.studies.runs.beginnings import read_beginning
from model.studies.runs.folders import RunError, shown_path
from model.studies.runs.solving import never
from model.studies.runs.study_folder import leave_study
from model.studies.scenarios.in_turn import scenario_cases
from model.studies.variants.beginning import Beginning
from model.studies.variants.kept_answers import KeptAnswers
from model.studies.variants.planning import Answer, Variant, plan_variants
from model.studies.variants.shared_cluster import SharedCluster

STUDIES: Mapping[str, Study] = {
    **counted.STUDIES, **variants.STUDIES, **trials.STUDIES, **uncertainty.STUDIES,
}  # fmt: skip
PageWriter = Callable[[StudyResult, Path], None]


def no_page(result: StudyResult, path: Path) -> None:
    """Write no page."""


@dataclass(frozen=True)
class Wish:
    """What is asked: where the case stands, under which scenario, how it is solved, where the folder goes.

    `run` is the folder of a finished run to begin with.
    """

    path: Path
    scenario: str | None
    options: SolveOptions
    outputs: Path
    stop_asked: Callable[[], bool] = never
    write_page: PageWriter = no_page
    run: Path | None = None


def run_study(name: str, wish: Wish, reporter: Reporter, asked: Asked) -> int:
    """Run a study by its name and leave its folder; returns 0. Raises CaseError and RunError.

    Answers are kept while it works: an interruption says how to go on.
    """
    beginning = Beginning.of_run(None if wish.run is None else read_beginning(wish.run))
    base = read_told(wish.path, reporter, wish.options.constraint_files)
    case = scenario_cases(base, [wish.scenario])[0] if wish.scenario else base
    kept, options = KeptAnswers(wish.outputs), STUDIES[name].timed(wish.options)
    if wish.run is not None:
        reporter.note(beginning.words(case, options))
    try:
        tables, words = worked(name, base, case, options, reporter, asked, kept, wish.stop_asked, beginning)
    except ValueError as error:
        raise RunError(str(error)) from None
    except KeyboardInterrupt as stop:
        if kept.any:
            stop.add_note("What was planned is kept: the same command goes on from there.")
        raise
    title = STUDIES[name].titled(asked)
    given = {option: value for option, value in asked.items() if value not in (None, [])}
    given |= {} if wish.run is None else {"from": wish.run.name}
    result = StudyResult(
        name,
        title,
        case.case_title,
        case.scenario,
        tables,
        words,
        given,
        case.case_note,
    )

    def page(place: Path) -> None:
        try:
            wish.write_page(result, place)
        except Exception as error:  # hours of planning are not lost for a page
            reporter.note(f"The page of the study could not be written: {error}")

    final = leave_study(name, case, wish.path, options, wish.outputs, tables, title, page)
    kept.drop()
    if words:
        reporter.note(words)
    reporter.note(f"Study folder: {shown_path(final)}")
    return 0


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
) -> tuple[Tables, str]:
    """The tables of a study by sheet, and what they come to. Raises ValueError where the case lacks what it needs."""

    def planner(wanted: Sequence[Variant]) -> dict[str, Answer]:
        return plan_variants(wanted, options, kept, reporter.note, stop_asked, cluster, begun)

    cluster, begun = SharedCluster(), Beginning() if beginning is None else beginning
    with cluster:
        return STUDIES[name].work(Task(base, case, planner, reporter, options, asked, stop_asked))
