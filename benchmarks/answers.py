"""The figures that every solve of an instance is told in, whoever solved it."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from typing import Any

DONE, EXPLAINED, NO_PLAN_FOUND = 0, 1, 3
EXIT_CODES = {"optimal": DONE, "feasible": DONE, "no plan": NO_PLAN_FOUND}  # all others: explained


@dataclass(frozen=True)
class Answer:
    """How an instance ended; money in units of the instance, `gap` relative, `peak_mb` of the whole process."""

    instance: str
    status: str
    cost: float | None
    bound: float | None
    gap: float | None
    seconds: float
    peak_mb: float | None
    method: str
    message: str = ""

    def record(self) -> dict[str, Any]:
        """The figures as one flat record, without the words."""
        record = asdict(self)
        del record["message"]
        return record

    @property
    def exit_code(self) -> int:
        """Exit code of a command that prints this answer."""
        return EXIT_CODES.get(self.status, EXPLAINED)


def peak_megabytes() -> float | None:
    """Most memory that this process and its finished children had; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1.0 if sys.platform == "darwin" else 1024.0  # macOS counts in bytes, Linux in kB
    used = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return round(max(used) * unit / 2**20, 1)
