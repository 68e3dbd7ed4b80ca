"""What a running Dask cluster is asked before it plans, and what it holds while it does."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from model.solvers.parallel import cluster as clusters
from model.solvers.parallel import cluster_checks
from model.solvers.parallel.cluster_checks import ClusterError, scheduler_address
from tests.studies.scenarios.outside_cluster import OutsideCluster, eventually


@pytest.mark.parametrize(
    "wrong", ["hello", "tcp://127.0.0.1", "http://127.0.0.1:8786", "tcp://a:b", "tcp://a:99999", ""]
)
def test_mistyped_addresses(wrong: str) -> None:
    """Proves: whatever is no tcp or tls address with a port is told without asking the network.

    If it were ignored: a slip of the finger would be a wait, or a cluster of Dask's own choice.
    """
    with pytest.raises(ClusterError, match=r"is no address of a Dask scheduler; one looks like tcp://10\.0\.0\.5:8786"):
        scheduler_address(wrong)


@pytest.mark.slow
@pytest.mark.parametrize(
    "first_word",
    [b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20, bytes(4096), b"\xff" * 4096],
)
def test_what_listens_is_something_else(first_word: bytes) -> None:
    """Proves: a port where something other than Dask speaks is told in words.

    If it were ignored: Dask would take "SSH-2.0-" for the length of a message, ask for 2.8 EiB, and the planner would
    say that memory is short.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def answer() -> None:
            for _ in range(2):  # whether anything listens; what it says
                with server.accept()[0] as caller:
                    caller.sendall(first_word)

        listening = threading.Thread(target=answer)
        listening.start()
        with pytest.raises(ClusterError, match="what listens there is something else"):
            scheduler_address(f"tcp://127.0.0.1:{port}")
        listening.join()


def test_workers_that_cannot_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a scheduler without workers, workers without the planner and workers with another version of it are
    told, each with what is to be done.

    If it were ignored: the run would wait for ever, end in a traceback, or mix the plans of two programs.
    """
    monkeypatch.setattr(cluster_checks, "WORKER_SECONDS", 1)
    other = tmp_path / "other"
    (other / "model").mkdir(parents=True)
    (other / "model" / "__init__.py").write_text('"""Another version."""\n')
    with OutsideCluster(tmp_path / "cluster", workers=0) as lone:
        with pytest.raises(
            ClusterError, match=f"has no workers that take work.*dask worker {lone.address} --nthreads 1 --nworkers"
        ):
            clusters.check_cluster(lone.address)
        for path in (lone.bare, other):
            _, log = lone.begin_worker(path)
            eventually(lambda log=log: b"Registered to" in log.read_bytes(), "a worker")
        with pytest.raises(ClusterError) as caught:
            clusters.check_cluster(lone.address)
    words = str(caught.value)
    assert "cannot plan as this computer does" in words
    assert "the planner cannot be loaded" in words
    assert "the planner in another version" in words
    assert "Install the same planner and libraries there" in words


def test_differing_libraries_are_named() -> None:
    """Proves: another Python, another HiGHS and a missing library are named by worker, with both versions.

    If it were ignored: two versions of a solver would answer in one search, and no process could take another's place.
    """
    here = {name: "1.0" for name in (*cluster_checks.SAME, *cluster_checks.PRESENT)} | {"python": "3.11.7.final.0"}

    class Told:
        def __init__(self, **differences: str | None) -> None:
            self.there = {**here, **differences}

        def get_versions(self, packages: list[str]) -> dict[str, Any]:
            assert set(packages) == set(here) - {"python"}
            return {
                "client": {"packages": here}, "scheduler": {"packages": here},
                "workers": {"tcp://w:1": {"packages": self.there}},
            }  # fmt: skip

        def run(self, function: Any, on_error: str) -> dict[str, Any]:
            return {"tcp://w:1": function()}

    def lines(**differences: str | None) -> list[str]:
        return [line.strip() for line in cluster_checks._differences(Told(**differences))]

    assert lines() == []
    assert lines(openpyxl="2.0", python="3.11.9.final.0") == []
    assert lines(python="3.12.1.final.0") == ["worker tcp://w:1: Python 3.12, here 3.11"]
    assert lines(highspy="0.9") == ["worker tcp://w:1: highspy 0.9, here 1.0"]
    assert lines(openpyxl=None) == ["worker tcp://w:1: no openpyxl"]
