"""A Dask cluster for many scenarios: processes on this machine, or a running one by its address."""

from __future__ import annotations

import logging
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

from model.solvers.core.options import FilledOptions, SolveOptions, most_useful, processors
from model.solvers.parallel.cluster_checks import CONNECT_SECONDS, ClusterError, require_workers, scheduler_address

Result = TypeVar("Result")
GONE_SECONDS = 60
"""A cluster without a worker for so long is given up: nannies start a lost worker again within seconds."""
LOOK_SECONDS = 5.0
"""Between two looks whether there are workers at all."""
LOST_WORDS = "Runs that had ended before are whole; what was still at work has to be planned again."


@contextmanager
def open_cluster(options: SolveOptions | FilledOptions, tasks: int) -> Iterator[Any]:
    """A Dask client for so many tasks: of the cluster asked for, or of processes of its own with one thread each.

    Own processes take part in no Ctrl-C: whoever holds the client decides what it means. Raises ClusterError when the
    address does not answer, has no workers, or workers that cannot plan as this computer does.
    """
    with ExitStack() as stack:
        _silence(stack)
        own = options.cluster is None
        yield _own(options, tasks, stack) if own else _running(str(options.cluster), stack)


def check_cluster(address: str) -> int:
    """Number of workers at an address, all fit to plan. Raises ClusterError."""
    with ExitStack() as stack:
        _silence(stack)
        return len(workers_of(_running(address, stack)))


def _silence(stack: ExitStack) -> None:
    """Let Dask log nothing: a worker that was lost is told by us, in words."""
    for name in ("distributed", "distributed.client"):  # the second has a level of its own
        logger = logging.getLogger(name)
        stack.callback(logger.setLevel, logger.level)
        logger.setLevel(logging.CRITICAL)


def _running(text: str, stack: ExitStack) -> Any:
    """A client of a cluster that others started; closed by the stack. Raises ClusterError."""
    from distributed import Client

    address = scheduler_address(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of differing versions: those that matter are told below
            client = stack.enter_context(Client(address, timeout=CONNECT_SECONDS))
    except (OSError, ValueError, ImportError) as error:
        raise ClusterError(f"The Dask scheduler at '{text}' does not let the planner in: {error}.") from error
    require_workers(client, address)
    return client


def _own(options: SolveOptions | FilledOptions, tasks: int, stack: ExitStack) -> Any:
    """A client of processes of our own; closed and ended by the stack.

    Whoever can talk to a scheduler or a worker can have it run anything. So they talk by TLS only, with a certificate
    made for this cluster and held in memory: other users of the computer do not get in. No page of theirs is served.
    Raises ClusterError when certificates cannot be made.
    """
    import dask
    from distributed import Client, LocalCluster
    from distributed.security import Security

    try:
        security = Security.temporary()
    except ImportError as error:
        words = "Several processes need the library 'cryptography', so that nobody else can use them"
        raise ClusterError(f"{words}: pip install -e . adds it; --workers 1 does without.") from error
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="planner-", ignore_cleanup_errors=True))
    stack.enter_context(
        dask.config.set(
            {
                "distributed.worker.memory.terminate": False,
                "distributed.worker.profile.enabled": False,
                "distributed.scheduler.http.routes": [],
                "distributed.worker.http.routes": [],
            }
        )
    )
    cluster = stack.enter_context(
        LocalCluster(
            n_workers=min(most_useful(options.workers or processors()), tasks),
            threads_per_worker=1,
            processes=True,
            memory_limit=None,
            security=security,
            protocol="tls",
            host="127.0.0.1",
            scheduler_kwargs={"dashboard": False},
            dashboard_address="127.0.0.1:0",  # any free port: another run may have the usual one
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        )
    )
    client = stack.enter_context(Client(cluster, security=security))
    client.register_plugin(_deaf_to_signals())
    return client


def workers_of(client: Any) -> dict[str, Any]:
    """What the scheduler knows of the workers that work, by address; empty when the scheduler itself is gone.

    Dask gives no tasks to a worker that is paused, as its memory is nearly full: it counts while it has one.
    """
    from distributed import CancelledError

    if client.status != "running":
        return {}
    try:
        workers: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    except (OSError, CancelledError, KeyError, AttributeError):  # it went while it was asked
        return {}
    return {name: told for name, told in workers.items() if told.get("status") == "running" or _is_busy(told)}


def _is_busy(told: Mapping[str, Any]) -> bool:
    return bool((told.get("metrics") or {}).get("executing"))


class Lookout:
    """Waits for a cluster as long as there is something to wait for."""

    def __init__(self, client: Any) -> None:
        """Watch the cluster of a client."""
        self._client, self._seen = client, time.monotonic()

    def wait(self, ask: Callable[[], Result]) -> Result:
        """What `ask` returns in the end; it is called again after each TimeoutError.

        Raises ClusterError when the scheduler is lost, or there is no worker for long.
        """
        from distributed import CancelledError

        while True:
            try:
                return ask()
            except TimeoutError:
                self._look()
            except CancelledError as error:
                raise ClusterError(f"The Dask scheduler was lost. {LOST_WORDS}") from error

    def _look(self) -> None:
        if workers_of(self._client):
            self._seen = time.monotonic()
        elif self._client.status == "closed":
            raise ClusterError(f"The Dask scheduler was lost. {LOST_WORDS}")
        elif time.monotonic() - self._seen > GONE_SECONDS:
            words = f"The Dask cluster has had no worker that takes work for {GONE_SECONDS} seconds."
            paused = "Dask pauses workers whose memory is nearly full; started with --memory-limit 0 it does not."
            raise ClusterError(f"{words} {LOST_WORDS} {paused}")


def submit(client: Any, function: Callable[..., Any], *arguments: Any) -> Any:
    """A task of a function of this project.

    Dask's scheduler opens what it is sent: it gets bytes, which only a worker opens, so it need not have the planner.
    """
    from distributed.protocol.pickle import dumps

    def call(content: bytes) -> Any:
        import pickle

        called, given = pickle.loads(content)
        return called(*given)

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sending large graph", UserWarning)  # once a process, and on purpose
        return client.submit(call, dumps((function, arguments)), pure=False)


def abandoned_task() -> Callable[[], bool]:
    """In a task: a question to ask while it works, whether nobody waits for its result any more."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def abandoned() -> bool:
        task = worker.state.tasks.get(key)
        return task is None or task.state == "cancelled"

    return abandoned


def _deaf_to_signals() -> Any:
    """A plugin that keeps what is sent to all processes (Ctrl-C, hang-up, a scheduler's SIGTERM) from ending workers.

    The process that was started hears it, decides, and ends them.
    """
    from distributed import WorkerPlugin

    class Deaf(WorkerPlugin):
        """Also for workers that take the place of lost ones."""

        def setup(self, worker: Any) -> None:
            """Called in the main thread of the worker's process."""
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                if hasattr(signal, name):  # Windows has no hang-up
                    signal.signal(getattr(signal, name), signal.SIG_IGN)

    return Deaf()
