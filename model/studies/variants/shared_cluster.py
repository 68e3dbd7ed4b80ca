"""One Dask cluster for all plans of a study that asks for them in several turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any

from model.solvers.core.options import SolveOptions, most_useful, processors
from model.solvers.parallel.cluster import open_cluster


class SharedCluster:
    """Opens a cluster when it is first asked for one, and closes it when the study ends."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._stack = ExitStack()
        self._client: Any = None

    @contextmanager
    def __call__(self, options: SolveOptions, tasks: int) -> Iterator[Any]:
        """A client, as `open_cluster` gives one, whatever the number of tasks. Raises ClusterError."""
        if self._client is None:
            number = max(tasks, most_useful(options.workers or processors()))
            self._client = self._stack.enter_context(open_cluster(options, number))
        yield self._client

    def __enter__(self) -> SharedCluster:
        """Begin the study."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what was opened."""
        self._stack.close()
