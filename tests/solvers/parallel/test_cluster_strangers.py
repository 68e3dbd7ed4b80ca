"""A local cluster is nobody else's: who has not its certificate gets in nowhere."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from distributed.security import Security

from model.solvers.core import options
from model.solvers.core.options import MOST_A_PROCESSOR, SolveOptions
from model.solvers.parallel import cluster
from model.solvers.parallel.cluster import open_cluster
from model.solvers.parallel.cluster_checks import ClusterError

STRANGER = """
import logging, os, sys
from distributed import Client
from distributed.security import Security

logging.disable()
for port in sys.argv[1:]:
    for scheme, security in (("tcp", None), ("tls", Security.temporary())):
        try:
            client = Client(f"{scheme}://127.0.0.1:{port}", timeout=3, security=security)
            print(scheme, port, "lets in:", client.run_on_scheduler(os.getpid), flush=True)
        except (OSError, TimeoutError):
            print("refused", flush=True)
os._exit(0)
"""
PAGES = ("/", "/status", "/info/main/workers.html", "/json/counts.json", "/metrics", "/health")


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A client of a cluster of our own with one worker."""
    with open_cluster(SolveOptions(workers=1), 1) as opened:
        yield opened


def doors(client: Any) -> list[int]:
    """Ports of the scheduler, the workers and their nannies."""
    workers = client.scheduler_info()["workers"]
    addresses = [client.scheduler.address, *workers, *(told["nanny"] for told in workers.values())]
    return [int(address.rpartition(":")[2]) for address in addresses]


def test_a_stranger_with_dask_is_refused_everywhere(client: Any) -> None:
    """Proves: scheduler, worker and nanny let in neither who speaks plain tcp nor who brings a certificate of his own.

    If it were ignored: every user of the computer could run code as the planner's user while scenarios are planned
    (field test r03).
    """
    assert client.submit(os.getpid).result() != os.getpid()
    assert len(doors(client)) == 3
    done = subprocess.run([sys.executable, "-c", STRANGER, *map(str, doors(client))], capture_output=True, text=True)
    assert done.stdout.split() == ["refused"] * 6, done.stderr


def test_a_stranger_who_believes_every_certificate_is_refused_too(client: Any) -> None:
    """Proves: who takes any certificate for good and has none is cut off before he can say a word: the server asks.

    If it were ignored: only honest strangers would be kept out.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for port in doors(client):
        with pytest.raises((ssl.SSLError, ConnectionError)):
            first_word(context, port)


def first_word(context: ssl.SSLContext, port: int) -> bytes:
    """What a server says to who says something. Raises ConnectionError when it hangs up."""
    with socket.create_connection(("127.0.0.1", port), 10) as raw, context.wrap_socket(raw) as held:
        held.sendall(bytes(64))
        word = held.recv(1)
    if not word:
        raise ConnectionResetError
    return word


def test_no_page_is_served(client: Any) -> None:
    """Proves: the ports of the web pages, which cannot be left out, serve none: no tasks, logs, or figures.

    If it were ignored: every user of the computer could read what is planned.
    """
    told = client.scheduler_info()
    ports = [told["services"]["dashboard"], *(one["services"]["dashboard"] for one in told["workers"].values())]
    assert len(ports) == 2
    for port in ports:
        for page in PAGES:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            asked.request("GET", page)
            with asked.getresponse() as answer:
                answer.read()
            asked.close()
            assert answer.status == 404, (port, page)


def test_without_the_library_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where cryptography is not installed the planner says what is missing and what does without, and opens
    no cluster without certificates.

    If it were ignored: an older installation would open the old door again, or fail with a mistake of the program.
    """

    def missing() -> None:
        raise ImportError("Using `Security.temporary` requires `cryptography`")

    monkeypatch.setattr(Security, "temporary", missing)
    words = "'cryptography'.*pip install -e .*--workers 1"
    with pytest.raises(ClusterError, match=words), open_cluster(SolveOptions(workers=2), 2):
        pass


def test_no_number_of_threads_or_processes_is_followed_blindly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: on 2 processors, 100,000 threads or processes are 8, and 3 stay 3.

    If it were ignored: a slip of the key would start 100,000 threads and stop the computer.
    """
    monkeypatch.setattr(options, "processors", lambda: 2)
    assert MOST_A_PROCESSOR == 4
    assert [options.most_useful(asked) for asked in (1, 3, 8, 9, 100_000)] == [1, 3, 8, 8, 8]
    assert cluster.most_useful is options.most_useful
