"""`--cluster`: a scheduler and workers that run outside the planner, lose processes, and have other users."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from model.solvers.core.options import SolveOptions
from model.solvers.core.progress import Event
from model.solvers.parallel import cluster as clusters
from model.solvers.parallel import cluster_checks
from model.solvers.parallel.cluster_checks import ClusterError, scheduler_address
from model.studies.runs import tasks
from model.studies.scenarios import side_by_side
from model.studies.scenarios.in_turn import run_scenarios
from tests.studies.scenarios.outside_cluster import OutsideCluster, eventually, run_planner
from tests.studies.scenarios.test_side_by_side import NAMES, Impatient, bench_of, killed_once, searching, told
from tests.studies.stand_ins import RememberingReporter, write_plain_case

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutsideCluster]:
    """One cluster for the whole file, as users have one for many runs."""
    with OutsideCluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def cluster(shared: OutsideCluster) -> Iterator[OutsideCluster]:
    """The cluster with all its workers again; whatever a test does with it, nothing stays there."""
    shared.fill()
    yield shared
    shared.fill()
    eventually(lambda: shared.held() == 0, "the cluster is empty again")


def finished(outputs: Path) -> dict[str, Any]:
    """Cost, bound and projects of the runs, by scenario; no folder is unfinished."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in outputs.glob("*/run.json")]
    assert list(outputs.glob(".unfinished*")) == []
    same = ("status", "objective_million_usd", "bound_million_usd", "projects", "measures", "plan_words")
    return {record["scenario"]: {name: record[name] for name in same} for record in records}


def test_scenarios_of_the_command_line(cluster: OutsideCluster, tmp_path: Path) -> None:
    """Proves: `--scenario all --cluster` gives the costs, bounds and projects of one process, on a cluster whose
    scheduler has no planner installed.

    If it were ignored: what the README offers would have been tried by nobody.
    """
    write_plain_case(tmp_path)
    run_scenarios(*bench_of(tmp_path, "here", options=SolveOptions(workers=1)))
    words = ["solve", str(tmp_path), "--scenario", "all", "--output", str(tmp_path / "there")]
    code, output, errors = run_planner(*words, "--cluster", cluster.address)
    assert (code, errors) == (0, "")
    assert "3 scenarios on 2 worker processes." in output
    assert finished(tmp_path / "there") == finished(tmp_path / "here")
    assert set(finished(tmp_path / "there")) == set(NAMES)


def test_one_plan_of_the_command_line(cluster: OutsideCluster, tmp_path: Path) -> None:
    """Proves: one small plan with `--cluster` is the same as without, and the run says that it did not need one.

    If it were ignored: a user would wonder why the cluster stays idle, or believe that it did not.
    """
    write_plain_case(tmp_path)
    words = ["solve", str(tmp_path), "--output", str(tmp_path / "there"), "--cluster", cluster.address]
    code, output, errors = run_planner(*words)
    assert (code, errors) == (0, "")
    assert "The cluster has 2 workers." in output
    assert "It is not needed: one plan is made in this process." in output
    _, bench = bench_of(tmp_path, "here")
    run_scenarios([bench.base], bench)
    assert finished(tmp_path / "there") == finished(tmp_path / "here")


def test_scenarios_survive_a_worker(cluster: OutsideCluster, tmp_path: Path) -> None:
    """Proves: a worker outside that is killed with `kill -9` in the middle of a scenario costs nothing but time: the
    records are those of one process, and the other worker plans what the lost one had.

    If it were ignored: a night's run would be lost with one computer.
    """
    write_plain_case(tmp_path)
    cases, bench = bench_of(tmp_path, "here", options=SolveOptions(workers=1))
    alone = run_scenarios(cases, bench)
    marker, options = tmp_path / "killed", SolveOptions(cluster=cluster.address)
    cases, bench = bench_of(tmp_path, "there", options=options, planner=killed_once(marker))
    there = run_scenarios(cases, bench)
    assert marker.exists()
    assert len([process for process in cluster.workers if process.poll() is None]) == 1
    assert told(there) == told([{**record, "options": there[0]["options"]} for record in alone])


def test_ctrl_c_reaches_workers_outside(cluster: OutsideCluster, tmp_path: Path) -> None:
    """Proves: Ctrl-C ends the searches on a cluster of others with the plans they have, and the cluster then works for
    the next run, as it does for other planners all the time.

    If it were ignored: hours of search would be lost, or one user's Ctrl-C would end the runs of all.
    """
    write_plain_case(tmp_path)
    options = SolveOptions(cluster=cluster.address)
    cases, bench = bench_of(tmp_path, "stopped", options=options, planner=searching, reporter=Impatient())
    records = run_scenarios(cases, bench)
    assert [record["status"] for record in records] == ["feasible", "feasible"]
    cases, bench = bench_of(tmp_path, "next", options=options)
    assert [record["status"] for record in run_scenarios(cases, bench)] == ["optimal"] * 3


@pytest.mark.parametrize("whole", ["workers", "scheduler"])
def test_scenarios_tell_that_the_cluster_is_lost(whole: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: scenarios whose workers or whose scheduler are killed end in a sentence, with no folder half there.

    If it were ignored: the command would wait for ever, or end in a traceback.
    """
    monkeypatch.setattr(clusters, "GONE_SECONDS", 2)
    monkeypatch.setattr(tasks, "LOOK_SECONDS", 0.5)
    write_plain_case(tmp_path)
    with OutsideCluster(tmp_path / "cluster", workers=1) as doomed:

        class Murderer(RememberingReporter):
            def __call__(self, event: Event) -> None:
                for process in doomed.workers if whole == "workers" else [doomed.scheduler]:
                    process.kill()

        options = SolveOptions(cluster=doomed.address)
        cases, bench = bench_of(tmp_path, "there", options=options, planner=searching, reporter=Murderer())
        with pytest.raises(ClusterError, match="has had no worker" if whole == "workers" else "scheduler was lost"):
            run_scenarios(cases, bench)
    assert list((tmp_path / "there").iterdir()) == []


def test_an_abandoned_run_ends_on_the_workers(cluster: OutsideCluster, tmp_path: Path) -> None:
    """Proves: when a planner goes away without a word, its scenarios end on the workers, which are free again.

    If it were ignored: the workers of others would search on for hours, for nobody.
    """
    from distributed import Client

    def idle(dask_worker: Any) -> bool:
        return dask_worker.state.executing_count == 0 and not dask_worker.state.tasks

    write_plain_case(tmp_path)
    cases, bench = bench_of(tmp_path, "there", planner=searching)
    job = side_by_side._job(cases[0], bench, "run", "scenarios-abandoned")
    with Client(cluster.address, set_as_default=False) as client:
        heard: list[Any] = []
        client.subscribe_topic(job.topic, heard.append)
        future = clusters.submit(client, side_by_side.plan_scenario, job)
        eventually(lambda: bool(heard), "a search")
    begun = time.monotonic()
    del future
    with Client(cluster.address, set_as_default=False) as client:
        eventually(lambda: all(client.run(idle).values()), "workers are idle")
    assert time.monotonic() - begun < 30  # the search alone would take 60


def test_addresses_that_cannot_be(tmp_path: Path) -> None:
    """Proves: an address where nothing listens, and one that is mistyped, are a sentence at once and exit code 1, for
    one plan as for all scenarios; no run folder is left.

    If it were ignored: one would wait for a plan, and then read a traceback.
    """
    write_plain_case(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets this port
        closed = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        for words, address in ((["--scenario", "all"], "tcp//127.0.0.1:8786"), ([], closed)):
            given = ["solve", str(tmp_path), *words, "--output", str(tmp_path / "o"), "--cluster", address]
            code, _, errors = run_planner(*given)
            assert code == 1
            assert errors.startswith(
                "'tcp//127.0.0.1:8786' is no address of a Dask scheduler" if words else
                f"No Dask scheduler answers at '{closed}': nothing listens there."
            )  # fmt: skip
            assert "Traceback" not in errors
            assert list((tmp_path / "o").glob("*")) == []


def test_what_answers_is_no_scheduler(cluster: OutsideCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a service that takes calls and stays silent, an unknown name, and the address of a worker are told.

    If it were ignored: Dask would wait without end for the first, and work on one worker as if it were all.
    """
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        worker = next(iter(client.scheduler_info(n_workers=-1)["workers"]))
    with pytest.raises(ClusterError, match="but a worker: give the address that the scheduler says"):
        scheduler_address(worker)
    with pytest.raises(ClusterError, match=r"no computer is known by the name 'nowhere\.invalid'"):
        scheduler_address("tcp://nowhere.invalid:8786")
    monkeypatch.setattr(cluster_checks, "CONNECT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ClusterError, match=r"within 1 seconds\."):
        scheduler_address(f"127.0.0.1:{silent.getsockname()[1]}")
