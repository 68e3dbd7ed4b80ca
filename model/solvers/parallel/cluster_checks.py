"""Whether a running Dask cluster can do the planner's work: an address, a scheduler, workers, the same planner there.

What is asked of scheduler and workers here needs nothing of this project on them, so that what is missing can be told.
"""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

CONNECT_SECONDS = 10
WORKER_SECONDS = 10
"""Time for the first worker to appear; later ones join as they come."""
SAME = ("highspy", "numpy", "pandas", "pyomo", "scipy")
"""Libraries that decide about plans, or carry tables from process to process: in the same version everywhere."""
PRESENT = ("defusedxml", "openpyxl", "rich", "XlsxWriter")
"""Libraries that write run folders: in any version."""
MOST_TOLD = 5


class ClusterError(RuntimeError):
    """The cluster cannot be reached or cannot plan; the text says so in words."""


def scheduler_address(text: str) -> str:
    """The address with its protocol, after a scheduler has answered there. Raises ClusterError."""
    scheme, _, place = text.strip().rstrip("/").rpartition("://")
    host, _, port = place.rpartition(":")
    scheme, host = scheme or "tcp", host.strip("[]")
    well_formed = port.isdecimal() and 0 < int(port) < 65536 and host and "/" not in host
    if scheme not in ("tcp", "tls") or not well_formed:
        raise ClusterError(f"'{text}' is no address of a Dask scheduler; one looks like tcp://10.0.0.5:8786.")
    address, head = f"{scheme}://{place}", f"No Dask scheduler answers at '{text}'"
    try:
        socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
        with ThreadPoolExecutor(1) as pool:  # a thread of its own: the caller's may have an event loop
            kind = pool.submit(asyncio.run, _kind(address)).result()
    except socket.gaierror as error:
        raise ClusterError(f"{head}: no computer is known by the name '{host}'.") from error
    except ConnectionRefusedError as error:
        raise ClusterError(f"{head}: nothing listens there. Is it running, and is that its port?") from error
    except TimeoutError as error:
        raise ClusterError(f"{head} within {CONNECT_SECONDS} seconds.") from error
    except TypeError as error:  # how Dask says that it has no certificates
        raise ClusterError(
            f"{head}: tls needs certificates, named in Dask's settings (distributed.comm.tls)."
        ) from error
    except Exception as error:  # Dask takes any first word for a length: MemoryError, struct.error, and what not
        raise ClusterError(f"{head}: what listens there is something else.") from error
    if kind != "Scheduler":
        raise ClusterError(f"{head}, but a {kind.lower()}: give the address that the scheduler says when it starts.")
    return address


async def _kind(address: str) -> str:
    """What answers at an address; Dask's own connecting waits without end for what takes calls and stays silent."""
    from distributed.core import rpc
    from distributed.security import Security

    async def ask() -> str:
        async with rpc(address, connection_args=Security().get_connection_args("client")) as there:
            answer = await there.identity()
        return str(answer["type"])

    return await asyncio.wait_for(ask(), CONNECT_SECONDS)


def require_workers(client: Any, address: str) -> None:
    """Wait for workers and hold them against this computer. Raises ClusterError with what is to be done."""
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        words = (
            f"The Dask scheduler at '{address}' has no workers that take work. Start some, where the planner is set up:"
        )
        raise ClusterError(f"{words} dask worker {address} --nthreads 1 --nworkers NUMBER") from error
    wrong = _differences(client)
    if wrong:
        more = [f"… and {len(wrong) - MOST_TOLD} more"] if len(wrong) > MOST_TOLD else []
        head = f"The Dask cluster at '{address}' cannot plan as this computer does:"
        last = "Install the same planner and libraries there, and start it again (docs/engine.md, Several processes)."
        raise ClusterError("\n".join([head, *wrong[:MOST_TOLD], *more, last]))


def _differences(client: Any) -> list[str]:
    """What stands in the way, one line each."""
    versions = client.get_versions(packages=[*SAME, *PRESENT])
    here, there = versions["client"]["packages"], versions["scheduler"]["packages"]
    pythons = {"scheduler": there["python"]}
    pythons |= {f"worker {name}": told["packages"]["python"] for name, told in versions["workers"].items()}
    wanted = _python(here["python"])
    wrong = [
        f"  {who}: Python {_python(python)}, here {wanted}"
        for who, python in pythons.items()
        if _python(python) != wanted
    ]
    if wrong:
        return wrong  # no function can be sent there
    for name, told in versions["workers"].items():
        packages = told["packages"]
        lacking = [package for package in (*SAME, *PRESENT) if packages[package] is None]
        others = [package for package in SAME if package not in lacking and packages[package] != here[package]]
        wrong += [f"  worker {name}: no {package}" for package in lacking]
        wrong += [f"  worker {name}: {package} {packages[package]}, here {here[package]}" for package in others]
    digest = planner_digest()
    wanted = digest()
    for name, found in client.run(digest, on_error="return").items():
        if isinstance(found, BaseException):
            wrong.append(f"  worker {name}: the planner cannot be loaded ({found})")
        elif found != wanted:
            wrong.append(f"  worker {name}: the planner in another version")
    return wrong


def _python(version: str) -> str:
    """'3.11' of '3.11.7.final.0'."""
    return ".".join(version.split(".")[:2])


def planner_digest() -> Any:
    """A function that digests the planner's source wherever it runs; as a local one it is sent whole, not by name."""

    def digest() -> str:
        import hashlib
        import importlib
        from pathlib import Path

        rooms = Path(str(importlib.import_module("model").__file__)).parent
        total = hashlib.sha256()
        for path in sorted(rooms.rglob("*.py"), key=lambda path: path.relative_to(rooms).as_posix()):
            total.update(path.relative_to(rooms).as_posix().encode())
            total.update(path.read_bytes().replace(b"\r\n", b"\n"))
        return total.hexdigest()

    return digest
