"""Nothing but what a run means to say reaches the standard output."""

from __future__ import annotations

import subprocess
import sys


def test_no_banner_on_standard_output() -> None:
    """
    Proves: in a fresh process the first solver prints nothing, and what is printed before and after comes
    through whole.
    If HiGHS's banner came through: the JSON lines of a run would have two lines that no program can read.
    """
    words = (
        "from model.solvers.core.highs import new_solver; from model.solvers.core.options import FilledOptions;"
        "print('before');"
        "solver = new_solver(FilledOptions('auto', 0.0, 1.0, 1, 1)); solver.run(); print('after')"
    )
    run = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, timeout=120)
    assert run.stdout.split() == ["before", "after"]
    assert run.stderr == ""
