"""A Dask cluster: processes on this machine, or a running one by its address."""

from __future__ import annotations

import logging
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from model.solvers.options import FilledOptions, SolveOptions

CONNECT_SECONDS = 15


class ClusterError(RuntimeError):
    """The cluster cannot be reached; the text says so in words."""


def processors() -> int:
    """Processors that this process may use; containers and affinity count."""
    from dask.system import cpu_count

    return int(cpu_count())


@contextmanager
def open_cluster(options: SolveOptions | FilledOptions, tasks: int) -> Iterator[Any]:
    """A Dask client for so many tasks: of the cluster asked for, or of processes of its own with one thread each.

    Own processes take part in no Ctrl-C: whoever holds the client decides what it means. Raises ClusterError when the
    address does not answer.
    """
    import dask
    from distributed import Client, LocalCluster

    if options.cluster is not None:
        try:
            client = Client(options.cluster, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise ClusterError(f"No Dask scheduler answers at '{options.cluster}'.") from error
        with client:
            yield client
        return
    with ExitStack() as stack:
        logger = logging.getLogger("distributed")
        stack.callback(logger.setLevel, logger.level)
        logger.setLevel(logging.CRITICAL)  # a worker that was lost is told by us, in words
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="planner-", ignore_cleanup_errors=True))
        stack.enter_context(
            dask.config.set({"distributed.worker.memory.terminate": False, "distributed.worker.profile.enabled": False})
        )
        cluster = stack.enter_context(
            LocalCluster(
                n_workers=min(options.workers or processors(), tasks),
                threads_per_worker=1,
                processes=True,
                memory_limit=None,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # any free port: another run may have the usual one
                local_directory=folder,
                silence_logs=logging.CRITICAL,
            )
        )
        client = stack.enter_context(Client(cluster))
        client.register_plugin(_deaf_to_interrupts())
        yield client


def _deaf_to_interrupts() -> Any:
    """A plugin that keeps Ctrl-C, which a terminal sends to all processes, from ending workers."""
    from distributed import WorkerPlugin

    class Deaf(WorkerPlugin):
        """Also for workers that take the place of lost ones."""

        def setup(self, worker: Any) -> None:
            """Called in the main thread of the worker's process."""
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    return Deaf()
