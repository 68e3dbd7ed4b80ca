"""How time and memory grow with demands, periods, links and projects.

python -m benchmarks.growth [--factors 1,2,4] [--only demands,periods] [--gap G] [--time-limit S] [--method M]

Generated instances around one base size; each line varies one number and keeps the others. The exponent says how time
grows with that number: 1 in proportion, 2 with its square (a straight line through the logarithms; only of finished
solves). Every solve is a process of its own. With the links the nodes grow (1.6 links a node).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.generate import Size, generate
from benchmarks.printing import number, share, table
from benchmarks.processes import solve_apart

BASE = Size(nodes=60, demands=100, periods=4, projects=20)
PARTS = {"demands": "demands", "periods": "periods", "links": "nodes", "projects": "projects"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--factors", default="1,2,4", help="multiples of the base size (default 1,2,4)")
    parser.add_argument("--only", default=",".join(PARTS), help="what to vary (default all)")
    parser.add_argument("--gap", type=float, default=0.005)
    parser.add_argument("--time-limit", type=float, default=120.0, metavar="SECONDS")
    parser.add_argument("--method", choices=("auto", "direct", "decomposed"), default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    parts = [part for part in given.only.split(",") if part]
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    try:
        factors = sorted({float(text) for text in given.factors.split(",")})
    except ValueError:
        parser.error("--factors takes numbers separated by commas")
    if not factors or factors[0] <= 0:
        parser.error("factors must be above 0")
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as folder:
        for part in parts:
            rows += _vary(part, factors, Path(folder), given)
    headers = ("varied", "number", "status", "gap", "seconds", "peak MB", "exponent")
    print(table(headers, rows))
    return 0


def _vary(part: str, factors: Sequence[float], folder: Path, given: argparse.Namespace) -> list[tuple[str, ...]]:
    """Rows of one varied number; the last carries the exponent."""
    attribute = PARTS[part]
    rows: list[tuple[str, ...]] = []
    points: list[tuple[float, float]] = []
    for factor in factors:
        amount = max(1, round(factor * getattr(BASE, attribute)))
        data = generate(f"{part}-{amount}", replace(BASE, **{attribute: amount}), given.seed)
        path = folder / f"{part}-{amount}.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        record = solve_apart(
            "benchmarks.instance",
            str(path),
            ["--method", given.method],
            gap=given.gap,
            time_limit=given.time_limit,
            threads=given.threads,
        )
        shown = len(data["links"]) if part == "links" else len(data["projects"]) if part == "projects" else amount
        if record["status"] == "optimal":
            points.append((float(shown), float(record["seconds"])))
        rows.append((part, str(shown), *_figures(record), ""))
        print(f"{part} {shown}: {record['status']}", file=sys.stderr, flush=True)
    exponent = growth_exponent(points)
    rows[-1] = (*rows[-1][:-1], "-" if exponent is None else f"{exponent:.2f}")
    return rows


def _figures(record: dict[str, Any]) -> tuple[str, str, str, str]:
    return str(record["status"]), share(record["gap"]), number(record["seconds"], 4), number(record["peak_mb"], 4)


def growth_exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """Slope of log seconds over log number; None for fewer than two different numbers."""
    if len({amount for amount, _ in points}) < 2:
        return None
    amounts, seconds = zip(*points, strict=True)
    slope, _ = np.polyfit([math.log(a) for a in amounts], [math.log(max(s, 1e-3)) for s in seconds], 1)
    return float(slope)


if __name__ == "__main__":
    sys.exit(main())
