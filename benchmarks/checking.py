"""What checking a case with all its scenarios costs, against reading it alone.

python -m benchmarks.checking [CASE] [--repeat N]

Processor seconds, the least of N runs, and their ratio; how many checks of tables were asked for and how many ran, the
dearest first. The ratio and the counts compare across computers, the seconds do not.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.printing import table
from model.case.checks.memo import CheckMemo
from model.case.reader import check_case, load_case

SHIPPED = Path(__file__).parents[1] / "inputs" / "middle_corridor"
SHOWN = 8
"""Checks listed, those that ran most often."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checking", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("case", metavar="CASE", nargs="?", type=Path, default=SHIPPED)
    parser.add_argument("--repeat", type=int, default=3, metavar="N")
    given = parser.parse_args(arguments)
    memo = CheckMemo()
    check_case(given.case, memo=memo)
    reading = _least(given.repeat, lambda: load_case(given.case))
    checking = _least(given.repeat, lambda: check_case(given.case))
    seconds = [("reading, with the changes of the reference", reading), ("with every scenario and year", checking)]
    print(table(("", "processor seconds"), [(what, f"{one:.2f}") for what, one in seconds]))
    print(f"ratio {checking / reading:.2f}\n")
    asked, ran = sum(memo.asked.values()), sum(memo.runs.values())
    dearest = [(name, memo.asked[name], runs) for name, runs in memo.runs.most_common(SHOWN)]
    print(table(("check", "asked for", "ran"), [("all", asked, ran), *dearest]))
    return 0


def _least(times: int, work: Callable[[], object]) -> float:
    found = []
    for _ in range(times):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


if __name__ == "__main__":
    sys.exit(main())
