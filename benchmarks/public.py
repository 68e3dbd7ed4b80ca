"""All public instances of a folder, checked against the known values that lie beside them.

python -m benchmarks.public FOLDER [--only PATTERN] [--gap G] [--time-limit S] [--method M]

Known values are read from known_values.csv in the folder or the one above; instances without one are solved unchecked,
and values that are not proven count as upper limits only. A value that differs from the known one by no more than the
rounding of its last printed digit 'agrees as rounded' (Canad values are printed as whole numbers; r04.7 is 68 291 2/3).
Exit code 0 when every checked instance agrees, otherwise 1.
"""

from __future__ import annotations

import argparse
import csv
import fnmatch
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answers import Answer
from benchmarks.instance import add_solve_arguments, solve_options
from benchmarks.instances import InstanceError
from benchmarks.loading import load_instance, recognise
from benchmarks.printing import geometric_mean, number, share, table
from benchmarks.solving import solve_instance

KNOWN_VALUES = "known_values.csv"
INFEASIBLE = "INFEASIBLE"
TOLERANCE, SNDLIB_TOLERANCE = 1e-6, 1e-4


@dataclass(frozen=True)
class Known:
    """A known value of an instance; None when it is infeasible. `proven` values are the optimum.

    `rounding` is half a unit of the last digit in which the value is printed.
    """

    family: str
    value: float | None
    proven: bool
    rounding: float = 0.0


def known_values(folder: Path) -> dict[str, Known]:
    """Known values by instance name; empty when there is no file of them. Raises InstanceError for a broken one."""
    for path in (folder / KNOWN_VALUES, folder.parent / KNOWN_VALUES):
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                return _parse(path, csv.DictReader(file))
    return {}


def _parse(path: Path, rows: csv.DictReader[str]) -> dict[str, Known]:
    known = {}
    for row in rows:
        try:
            text = row["best_known_value"].strip()
            value = None if text.upper() == INFEASIBLE else float(text)
            proven = row["proven_optimal"].strip().lower() == "y"
            known[row["instance"]] = Known(row["set"], value, proven, 0.5 * 10.0 ** -len(text.partition(".")[2]))
        except (KeyError, ValueError, AttributeError):
            raise InstanceError(f"{path.name}, line {rows.line_num}: not a known value.") from None
    return known


def instances_of(folder: Path, known: dict[str, Known], pattern: str) -> list[tuple[str, Path]]:
    """Names and files of the instances below the folder; SNDlib networks once for each known model of them."""
    found: list[tuple[str, Path]] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in (".dow", ".txt"):
            continue
        try:
            kind = recognise(path)
        except InstanceError:
            continue
        if kind == "sndlib" and "--" not in path.stem:
            models = [name for name in known if name.startswith(f"{path.stem}--")]
            found += [(name, path.with_name(f"{name}.txt")) for name in models or [path.stem]]
        elif kind != "ladder":
            found.append((path.stem, path))
    return [(name, path) for name, path in found if fnmatch.fnmatch(name, pattern)]


def verdict(answer: Answer, known: Known | None, gap: float) -> str:
    """'agrees', 'agrees as rounded', 'differs', 'open' (not decided within the limits) or 'unchecked'."""
    if known is None:
        return "unchecked"
    if known.value is None:
        return "agrees" if answer.status == "infeasible" else _undecided(answer)
    if answer.cost is None:
        return _undecided(answer)
    strict = max(gap, SNDLIB_TOLERANCE if known.family == "sndlib" else TOLERANCE) * abs(known.value)
    for tolerance, words in ((strict, "agrees"), (max(strict, known.rounding), "agrees as rounded")):
        low_enough = answer.bound is None or answer.bound <= known.value + tolerance
        high_enough = answer.cost >= known.value - tolerance or not known.proven
        if low_enough and high_enough and answer.cost <= known.value + tolerance:
            return words
    above = low_enough and high_enough  # a wrong bound or a cost below the optimum is an error, a dear plan is not
    return "open" if above and answer.status == "feasible" else "differs"


def _undecided(answer: Answer) -> str:
    return "open" if answer.status in ("no plan", "feasible") else "differs"


def asked_for(folder: Path, only: str, *, feasible: bool = False) -> tuple[dict[str, Known], list[tuple[str, Path]]]:
    """Known values, and the instances of a folder whose names match, those known to be infeasible left out on request.

    Raises InstanceError for a broken file of known values, and when there are none.
    """
    known = known_values(folder)
    found = instances_of(folder, known, only)
    if feasible:
        found = [(name, path) for name, path in found if name not in known or known[name].value is not None]
    if not found:
        raise InstanceError(f"{folder}: no instances named {only} in there.")
    return known, found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="*", metavar="PATTERN", help="names to run, e.g. 'r01.*'")
    add_solve_arguments(parser)
    given = parser.parse_args(arguments)
    options = solve_options(parser, given)
    try:
        known, names = asked_for(given.folder, given.only)
    except InstanceError as error:
        print(error, file=sys.stderr)
        return 1
    rows, verdicts, times = [], [], []
    for name, path in names:
        try:
            answer, _ = solve_instance(load_instance(path), options)
        except Exception as error:  # one instance that fails must not hide the others
            rows.append((name, "failed", f"{type(error).__name__}: {error}", *["-"] * 5))
            verdicts.append("failed")
            continue
        found = known.get(name)
        verdicts.append(verdict(answer, found, options.gap or 0.0))
        times.append(answer.seconds)
        print(f"{name}: {answer.status}, {verdicts[-1]}, {answer.seconds:.1f} s", file=sys.stderr, flush=True)
        value = "-" if found is None else "infeasible" if found.value is None else number(found.value, 12)
        figures = (number(answer.cost, 12), share(answer.gap), f"{answer.seconds:.2f}", answer.method)
        rows.append((name, verdicts[-1], answer.status, value, *figures))
    print(table(("instance", "verdict", "status", "known", "cost", "gap", "seconds", "method"), rows, left=3))
    counts = ", ".join(
        f"{verdicts.count(word)} {word}"
        for word in ("agrees", "agrees as rounded", "differs", "open", "unchecked", "failed")
    )
    mean = geometric_mean([max(seconds, 1e-3) for seconds in times])
    print(f"{counts}; {sum(times):.0f} s in all, geometric mean {number(mean, 3)} s")
    return 0 if set(verdicts) <= {"agrees", "agrees as rounded", "unchecked"} else 1


if __name__ == "__main__":
    sys.exit(main())
