"""The benchmark of several processes: what it compares and what it prints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import parallel
from benchmarks.generate import Size, generate
from benchmarks.loading import load_instance


def small(folder: Path) -> Path:
    """A generated instance of three periods."""
    path = folder / "small.json"
    path.write_text(json.dumps(generate("small", Size(12, 10, 3, 4), 3)), encoding="utf-8")
    return path


def test_blocks_give_the_same_cuts_and_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the same plans are evaluated here and in a worker process, with the same cuts, and the table holds a line
    for each with the speed-up against the first number of workers.

    If it were ignored: a speed-up could be that of other work.
    """
    assert parallel.main(["blocks", str(small(tmp_path)), "--workers", "2", "--repeat", "1", "--plans", "4"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("root LP in ")
    assert [line.split()[0] for line in lines[3:]] == ["this", "2"]
    assert lines[4].split()[2] == "1.00"


def test_variants_differ_in_demand_and_name(tmp_path: Path) -> None:
    """Proves: variants have from 90 % to 110 % of the demand, each under a name of its own.

    If it were ignored: sixteen scenarios could be one, or share a run folder.
    """
    case = load_instance(str(small(tmp_path))).case
    first, last = parallel.variant(case, 0, 16), parallel.variant(case, 15, 16)
    year = case.first_year
    total = case.tables["Demand"][year].sum()
    assert first.tables["Demand"][year].sum() == pytest.approx(0.9 * total)
    assert last.tables["Demand"][year].sum() == pytest.approx(1.1 * total)
    assert first.scenario != last.scenario


@pytest.mark.parametrize(
    "words", [["blocks", "x", "--workers", "two"], ["scenarios", "x", "--count", "0"], ["all", "x"]]
)
def test_wrong_usage_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: what cannot be understood ends with 2 and says how it is used. If it were ignored: a benchmark of minutes
    would answer another question."""
    with pytest.raises(SystemExit) as caught:
        parallel.main(words)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err
