"""What the choice of shippers costs: a case planned with it and without, in turn, in seconds of the processor.

python -m benchmarks.choice CASE_OR_FILE [--repeat N] [--gap G] [--time-limit S] [--threads N]

CASE is a folder or workbook of a case with a Choice sheet. FILE is an instance of the ladder: it gets a synthetic
choice of three corridors (`with_choice`). Seconds are those of planning (building, solving, tables and checks), the
median of the repetitions; both are planned in each, so that what else the machine does falls on both.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from benchmarks.instance import add_solve_arguments, solve_options
from benchmarks.instances import InstanceError, Record
from benchmarks.loading import load_instance
from benchmarks.printing import number, share, table
from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.messages import CaseError
from model.case.reader import read_case
from model.case.schema import SHEETS
from model.plan.planner import make_plan
from model.solvers.core.options import SolveOptions

MARKET = "across"
CORRIDORS = ("first", "second", "third")
SPREAD = 0.5  # of the mean cost of a link


@dataclass(frozen=True)
class Run:
    """One plan: seconds of the processor, cost and proven gap."""

    seconds: float
    cost: float | None
    gap: float | None


def with_choice(case: Case) -> Case:
    """The case with a choice of three corridors by the demands that cross a cut through the middle of its network.

    The cut divides the nodes by their distance in links from one that lies at the edge; its links are dealt out to the
    corridors in turn. So every route across passes a marker, and all markers closed leave none.
    Raises InstanceError where the cut has fewer links than corridors or no demand crosses it.
    """
    near, links, demand = _nearer_half(case), case.table("Links"), case.table("Demand")
    across = links[links["from_node"].isin(near) != links["to_node"].isin(near)]
    markers = [tuple(across["link"].astype(str)[first :: len(CORRIDORS)]) for first in range(len(CORRIDORS))]
    choosing = demand["origin"].isin(near) != demand["destination"].isin(near)
    if not all(markers) or not choosing.any():
        raise InstanceError(f"{case.name}: no cut through its middle divides it into {len(CORRIDORS)} corridors.")
    spread, pairs = SPREAD * float(links["container_cost"].mean()), zip(CORRIDORS, markers, strict=True)
    families: list[Record] = [{"family": name, "markers": of_family} for name, of_family in pairs]
    options: list[Record] = [
        {"market": MARKET, "family": name, "constant": 0.0, "spread": spread} for name in CORRIDORS
    ]
    return case.with_tables(
        Demand=demand.assign(market=demand["market"].where(~choosing, MARKET)),
        Families=canonical_table(SHEETS["Families"], families),
        Choice=canonical_table(SHEETS["Choice"], options),
    )


def _nearer_half(case: Case) -> set[str]:
    """The half of the nodes that lies nearest to a node at the edge of the network, by number of links."""
    nodes = case.table("Nodes")["node"].astype(str).tolist()
    place, links = {node: at for at, node in enumerate(nodes)}, case.table("Links")
    ends = [np.array([place[str(node)] for node in links[end]]) for end in ("from_node", "to_node")]
    graph = csr_array((np.ones(len(links)), (ends[0], ends[1])), shape=(len(nodes), len(nodes)))
    far = shortest_path(graph, directed=False, unweighted=True)
    edge = int(np.argmax(np.where(np.isfinite(far), far, -1.0).max(axis=1)))
    order = np.argsort(far[edge], kind="stable")
    return {nodes[at] for at in order[: len(nodes) // 2].tolist()}


def switched_off(case: Case) -> Case:
    """The case with choice off in its Constraints sheet."""
    row = canonical_table(SHEETS["Constraints"], [{"constraint": "choice", "active": False}])
    others = case.table("Constraints")
    others = others[others["constraint"] != "choice"]
    return case.with_tables(Constraints=row if others.empty else pd.concat([others, row], ignore_index=True))


def compare(case: Case, options: SolveOptions, repeat: int) -> tuple[list[Run], list[Run]]:
    """Runs with choice and without, in turn."""
    found: tuple[list[Run], list[Run]] = [], []
    for _ in range(repeat):
        for runs, planned in zip(found, (case, switched_off(case)), strict=True):
            begun = time.process_time()
            outcome = make_plan(planned, options).outcome
            runs.append(Run(time.process_time() - begun, outcome.objective, outcome.gap))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.choice", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("case", metavar="CASE_OR_FILE")
    parser.add_argument("--repeat", type=int, default=1, help="plans of each; seconds are medians (default 1)")
    add_solve_arguments(parser)
    given = parser.parse_args(arguments)
    options = solve_options(parser, given)
    try:
        path = Path(given.case)
        is_instance = path.suffix == ".json" or path.with_suffix(".json").is_file()
        case = with_choice(load_instance(path).case) if is_instance else read_case(path)
    except (InstanceError, CaseError) as error:
        print(error, file=sys.stderr)
        return 1
    with_it, without = compare(case, options, max(1, given.repeat))
    seconds = [statistics.median(run.seconds for run in runs) for runs in (with_it, without)]
    rows = [
        (name, number(cpu, 4), number(runs[-1].cost, 9), share(runs[-1].gap))
        for name, cpu, runs in (("with choice", seconds[0], with_it), ("without", seconds[1], without))
    ]
    print(table(("plan", "CPU s", "cost", "gap"), rows))
    print(f"with choice it takes {seconds[0] / seconds[1]:.2f} times the CPU seconds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
