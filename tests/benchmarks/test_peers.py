"""The textbook models: they agree with hand arithmetic, with each other and with the normal path."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from benchmarks import arcflow, peers
from benchmarks.generate import SIZES, Size, generate
from benchmarks.instances import Instance, InstanceError
from benchmarks.ladder import from_data
from benchmarks.loading import load_instance
from benchmarks.solving import solve_instance
from model.solvers.core.options import SolveOptions
from tests.benchmarks import samples

TINY = Size(nodes=14, demands=12, periods=3, projects=6)


def installed(peer: str) -> bool:
    """Whether the package of a peer is there."""
    return importlib.util.find_spec(peers.PEERS[peer].package) is not None


def hand_made(folder: Path) -> list[tuple[Instance, float]]:
    """The hand-made instances with their values (arithmetic in test_solving)."""
    sndlib = samples.write(folder, "two.txt", samples.SNDLIB)
    return [
        (load_instance(samples.write(folder, "three.dow", samples.CANAD)), 30.0),
        (load_instance(samples.write(folder, "cap.txt", samples.ORLIB)), 38.0),
        (load_instance(sndlib, "U-U-M-Y"), 32.0),
        (load_instance(sndlib, "D-B-E-Y"), 22.0),
        (load_instance(samples.write_ladder(folder)), 70 + 100 + 15 * 7 / 1.1),
    ]


@pytest.mark.parametrize("peer", peers.PEERS)
def test_peers_by_hand(tmp_path: Path, peer: str) -> None:
    """Proves: each textbook model reaches the hand-made values of all formats, infeasibility included.

    If it were ignored: a peer that solves another problem could be beaten, or beat us, for the wrong reason.
    """
    if not installed(peer):
        pytest.skip(f"{peers.PEERS[peer].package} (an optional extra) is not installed")
    for instance, value in hand_made(tmp_path):
        answer = peers.solve_with(peer, instance, 1e-9, 30.0)
        assert answer.status == "optimal", instance.name
        assert answer.cost == pytest.approx(value), instance.name
    impossible = load_instance(tmp_path / "two.txt", "U-U-E")
    assert peers.solve_with(peer, impossible, None, 30.0).status == "infeasible"


def test_normal_path_agrees_with_the_textbook_on_generated_instances() -> None:
    """Proves: routes, loads and columns give the cost of arcs, balances and big rows on random corridors.

    If it were ignored: a route that pricing never finds would only show as a slightly dearer plan.
    """
    for seed in (1, 2, 3):
        instance = from_data(generate("tiny", TINY, seed), "tiny.json")
        ours, _ = solve_instance(instance, SolveOptions(gap=1e-7, time_limit=60.0))
        textbook = peers.solve_with("matrix", instance, 1e-7, 60.0)
        assert ours.cost == pytest.approx(textbook.cost, rel=1e-6), seed


def test_textbook_size_of_the_ladder() -> None:
    """Proves: the arc-flow view of ladder S has the 18.7 k rows and 61 k columns that its README names.

    If it were ignored: ratios would be measured against a larger model than a textbook's.
    """
    from benchmarks import peer_matrix

    lp = peer_matrix.build(arcflow.from_instance(load_instance(samples.shared("ladder/S.json"))))
    assert round(lp.num_row_, -2) == 18_700
    assert round(lp.num_col_, -3) == 61_000


def test_arcflow_refuses_other_cases() -> None:
    """Proves: a case with features beyond the textbook model is refused.

    If it were ignored: a peer would silently solve an easier problem.
    """
    instance = from_data(generate("tiny", TINY, 1), "tiny.json")
    nodes = instance.case.tables["Nodes"].copy()
    nodes["passing_cost"] = 1.0
    object.__setattr__(instance, "case", instance.case.with_tables(Nodes=nodes))
    with pytest.raises(InstanceError, match="benchmark instances only"):
        arcflow.from_instance(instance)


def test_generated_instances_are_repeatable_and_connected() -> None:
    """Proves: a seed gives the same instance each time, of the size asked for, with every demand able to travel.

    If it were ignored: figures of two days could not be compared.
    """
    one, again, other = (generate("S", SIZES["S"], seed) for seed in (1, 1, 2))
    assert json.dumps(one) == json.dumps(again)
    assert json.dumps(one) != json.dumps(other)
    assert (one["nodes"], len(one["demands"]), one["periods"], len(one["projects"])) == (60, 100, 4, 20)
    assert len(one["links"]) == round(1.6 * 60)
    reached = {0}
    while True:
        more = {end for link in one["links"] for end in (link["a"], link["b"]) if {link["a"], link["b"]} & reached}
        if more <= reached:
            break
        reached |= more
    assert reached == set(range(60))
