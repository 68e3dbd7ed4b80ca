"""Scenarios side by side: each is a Dask task that leaves the files of its run, and this process makes the run folders.

A task needs nothing but what it is sent: the case, the bytes of its workbooks and of the user's constraint files. So it
runs on any machine that has this project installed, and a task whose worker is lost is simply begun again elsewhere.
"""

from __future__ import annotations

import math
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from model.case.case import Case
from model.case.pandas_text import kept_as_python_text
from model.case.sheets.package import read_workbook
from model.solvers.core.checkpointing import Checkpointing
from model.solvers.core.options import processors
from model.solvers.core.progress import Event
from model.solvers.core.start import Start
from model.solvers.parallel.cluster import Lookout, abandoned_task, open_cluster, submit, workers_of
from model.studies.console.reporters import Reporter
from model.studies.console.story import ScenarioEvent, plan_in_hand
from model.studies.console.words import count
from model.studies.runs.folders import RunError, RunFolder
from model.studies.runs.resuming import identity_of
from model.studies.runs.solving import Bench, fill_folder, never
from model.studies.runs.surroundings import refusal_words
from model.studies.runs.tasks import first_ended, one_at_a_time, result_of, sent_files
from model.studies.scenarios.leaving import Finished, leave_or_keep, read_files, write_files

LEAST_SIZE = 20_000
"""Demand rows × links × periods of all cases together below which starting processes costs more than it gives."""
FEW = 3
"""Scenarios up to which all are begun at once."""
APART = 5.0
"""Seconds between two events of the same stage of one scenario."""

_stopped: set[str] = set()
"""In a worker: topics of the runs whose searches shall end. Other planners may work on the same cluster."""


@dataclass(frozen=True)
class Job:
    """What a task is sent: files by name, as they are read here."""

    case: Case
    bench: Bench
    name: str
    topic: str
    workbooks: Mapping[str, bytes]
    constraint_files: Mapping[str, bytes]
    identity: Mapping[str, Any]


class RelayReporter(Reporter):
    """Sends progress on as it comes, keeps all else for the end; hands a stop to the solver as Ctrl-C would be."""

    def __init__(
        self,
        send: Callable[[dict[str, Any]], object],
        stop_asked: Callable[[], bool] = never,
        abandoned: Callable[[], bool] = never,
    ) -> None:
        """Send events through `send`; `abandoned` tells that nobody waits for the plan any more."""
        self._send, self._stop_asked, self._abandoned = send, stop_asked, abandoned
        self._last: tuple[str, float] = ("", 0.0)
        self._stopped = self._writing = False
        self.said: list[tuple[str, Any]] = []

    def __call__(self, event: Event) -> None:
        """Send an event. Raises KeyboardInterrupt once when a stop was asked for and no plan is to be written yet.

        And each time when the run is abandoned, so that all of it ends.
        """
        stage, told = self._last
        if event.stage != stage or time.monotonic() - told >= APART:
            self._last = (event.stage, time.monotonic())
            self._send(asdict(event))
        if self._abandoned():
            raise KeyboardInterrupt
        self._writing = plan_in_hand(event.stage, self._writing)
        if self._stop_asked() and not self._stopped and not self._writing:
            self._stopped = True
            raise KeyboardInterrupt

    def note(self, words: str) -> None:
        """Keep a note."""
        self.said.append(("note", words))

    def table(self, title: str, table: pd.DataFrame) -> None:
        """Keep a table."""
        self.said.append(("table", (title, table)))

    def error(self, words: str) -> None:
        """Keep an error."""
        self.said.append(("error", words))


def pays(cases: Sequence[Case], workers: int | None) -> bool:
    """Whether several processes are worth their start: always when asked for, else from some size on."""
    if len(cases) < 2:
        return False
    if workers is not None:
        return workers > 1
    size = sum(len(case.table("Demand")) * len(case.table("Links")) * len(case.periods) for case in cases)
    return processors() > 1 and size >= LEAST_SIZE


def starts_from_first(cases: Sequence[Case]) -> bool:
    """Whether all but the first case begin with what its search found out; for few it is not worth the waiting."""
    return len(cases) > FEW


def begun_with(bench: Bench, start: Start | None, case: Case) -> Bench:
    """For all but the first of many cases: begun with what it found out, and the plan and its gap alone are asked for.

    That gap may be wider. Unless all was asked for.
    """
    brief = bench.options.brief is None or bench.options.brief
    options = bench.options.of_many(case) if brief else bench.options
    return replace(bench, options=replace(options, start=start, brief=brief))


def run_side_by_side(cases: Sequence[Case], bench: Bench) -> list[Mapping[str, Any]]:
    """Plan each case in a task of its own; returns the records of the runs in the order of the cases.

    A stop asked for ends the running searches with the best plans they have and begins no further ones; a second one
    ends all at once. Raises ClusterError, also when all workers are lost (finished runs stay), and RunError when a
    folder cannot be written or a task does not survive.
    """
    started, topic = datetime.now(UTC), f"scenarios-{uuid.uuid4().hex}"
    with ExitStack() as stack:
        folders = [stack.enter_context(RunFolder(bench.outputs, case.name, case.scenario, started)) for case in cases]
        client = stack.enter_context(open_cluster(bench.options, len(cases)))
        client.subscribe_topic(topic, lambda told: bench.reporter(ScenarioEvent(**told[1]["event"])))
        stack.callback(_leave_topic, client, topic)
        bench.reporter.note(_workers_words(len(cases), workers_of(client)))
        jobs = [_job(case, bench, folder.name, topic) for case, folder in zip(cases, folders, strict=True)]
        records: dict[int, Mapping[str, Any]] = {}
        lost: list[str] = []
        first = 1 if starts_from_first(cases) else len(jobs)
        futures = {submit(client, plan_scenario, job): number for number, job in enumerate(jobs[:first])}
        for future in _as_they_end(client, futures, topic, bench):
            number = futures[future]
            finished: Finished | None = result_of(Lookout(client), future, f"Scenario {cases[number].scenario}")
            if len(futures) < len(jobs):  # after a stop they end at once
                start = None if finished is None else finished.start
                for other in range(first, len(jobs)):
                    job = replace(jobs[other], bench=begun_with(jobs[other].bench, start, cases[other]))
                    futures[submit(client, plan_scenario, job)] = other
            if finished is not None:
                words = f"\nScenario {cases[number].scenario} ({len(records) + 1} of {len(cases)})"
                bench.reporter.note(words)
                record = leave_or_keep(finished, folders[number], bench, lost)
                records |= {} if record is None else {number: record}
    if lost:
        raise RunError("\n".join([*lost, f"{len(records)} of {len(cases)} scenarios have whole run folders."]))
    if not records:
        raise KeyboardInterrupt
    if len(records) < len(cases):
        bench.reporter.note(f"Stopped after {len(records)} of {len(cases)} scenarios.")
    return [records[number] for number in sorted(records)]


@kept_as_python_text
def plan_scenario(job: Job) -> Finished | None:
    """The task: plan a case in a folder of its own; None when a stop came before there was a plan."""
    from distributed import get_worker

    worker, abandoned, scenario = get_worker(), abandoned_task(), job.case.scenario

    def stop_asked() -> bool:
        return job.topic in _stopped

    def send(event: dict[str, Any]) -> None:
        worker.log_event(job.topic, {"event": {**event, "scenario": scenario}})

    with one_at_a_time:
        if stop_asked() or abandoned():
            return None
        return _plan(job, Path(worker.local_directory), RelayReporter(send, stop_asked, abandoned))


def _plan(job: Job, room: Path, reporter: RelayReporter) -> Finished | None:
    """Plan in a new folder in `room`, which goes again."""
    with tempfile.TemporaryDirectory(dir=room, ignore_cleanup_errors=True) as place:
        source, rules, folder = (Path(place) / name for name in ("source", "rules", "run"))
        write_files(job.workbooks, source)
        write_files(job.constraint_files, rules)
        folder.mkdir()
        paths = tuple(rules / name for name in job.constraint_files)
        kept = Checkpointing(Path(place) / "kept.npz", job.identity, every=math.inf)  # at the end only
        options = replace(job.bench.options, constraint_files=paths, workers=1, cluster=None, checkpointing=kept)
        bench = replace(job.bench, source=source, outputs=Path(place), options=options, reporter=reporter)
        try:
            plan, record = fill_folder(job.case, bench, folder, job.name, datetime.now(UTC))
        except KeyboardInterrupt:
            return None
        except Exception as error:
            words = refusal_words(error)
            if words is None or not kept.path.exists():
                raise
            return Finished({}, {}, reporter.said, kept.path.read_bytes(), words)
        checkpoint = kept.path.read_bytes() if kept.path.exists() else None
        return Finished(record, read_files(folder), reporter.said, checkpoint, start=plan.start)


def _ask_to_stop(topic: str) -> None:
    """In each worker: the searches of a run shall end with the best plans they have."""
    _stopped.add(topic)


def _forget_stop(topic: str) -> None:
    """In each worker: the run has ended."""
    _stopped.discard(topic)


def _leave_topic(client: Any, topic: str) -> None:
    """Listen no more, and leave nothing of what was told with the scheduler, which others may use for months."""
    from distributed import CancelledError

    def forget(dask_scheduler: Any) -> None:
        broker = getattr(dask_scheduler, "_broker", None)
        if broker is not None:
            broker.truncate(topic)

    with suppress(OSError, CancelledError):  # it may be gone
        if client.status == "running":
            client.unsubscribe_topic(topic)
            client.run_on_scheduler(forget)


def _workers_words(scenarios: int, workers: Mapping[str, Any]) -> str:
    """How many scenarios are planned on how many processes, and what would serve better."""
    words = f"{count(scenarios, 'scenario')} on {len(workers)} worker process{'' if len(workers) == 1 else 'es'}."
    if any(told.get("nthreads", 1) > 1 for told in workers.values()):
        words += " A process plans one scenario at a time, whatever its threads: start workers with --nthreads 1."
    return words


def _job(case: Case, bench: Bench, name: str, topic: str) -> Job:
    """All that a task needs; a workbook that is gone is left out, and the run says that it was altered."""
    paths = {
        file: bench.source / file if bench.source.is_dir() else bench.source.with_name(file) for file in case.files
    }
    found = {file: read_workbook(path) for file, path in paths.items()}
    workbooks = {file: content for file, content in found.items() if content is not None}
    rules = sent_files(bench.options.constraint_files)
    sent = replace(bench, reporter=Reporter(), stop_asked=never, shield=nullcontext)
    return Job(case, sent, name, topic, workbooks, rules, identity_of(name, case, bench.options))


def _as_they_end(client: Any, futures: Mapping[Any, int], topic: str, bench: Bench) -> Any:
    """Futures in order of ending, those that join meanwhile too.

    A first Ctrl-C is handed to the workers wherever it comes, also while the caller works on a future that has ended;
    a second one ends all.
    """
    ended: set[Any] = set()
    stopping, lookout = False, Lookout(client)
    while left := set(futures) - ended:
        heard = False
        try:
            new = first_ended(lookout, left)
            with bench.shield():
                for future in sorted(new, key=lambda item: futures[item]):
                    ended.add(future)
                    yield future
        except KeyboardInterrupt:
            if stopping:
                raise
            heard = True
        if (heard or bench.stop_asked()) and not stopping:  # asked may also have been under the shield
            stopping = True
            _pass_the_stop_on(client, topic, bench)
    if stopping:
        client.run(_forget_stop, topic, on_error="ignore")


def _pass_the_stop_on(client: Any, topic: str, bench: Bench) -> None:
    bench.reporter.note("Stop asked: the running scenarios end with the best plans they have.")
    client.run(_ask_to_stop, topic, on_error="ignore")
