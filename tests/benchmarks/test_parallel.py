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
    "words", [["scenarios", "x", "--workers", "two"], ["scenarios", "x", "--count", "0"], ["all", "x"]]
)
def test_wrong_usage_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: what cannot be understood ends with 2 and says how it is used. If it were ignored: a benchmark of minutes
    would answer another question."""
    with pytest.raises(SystemExit) as caught:
        parallel.main(words)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err
