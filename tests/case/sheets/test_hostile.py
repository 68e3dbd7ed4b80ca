"""Broken, disguised and hostile files: one clear sentence each, fast, in little memory, without a traceback."""

from __future__ import annotations

import multiprocessing
import tracemalloc
from functools import partial
from pathlib import Path

import pytest

from model.case.codes import Severity
from model.case.reader import check_case, load_case
from model.case.sheets.package import MAX_FILE_BYTES, read_bounded, read_workbook
from tests.case.hostile import Hostile, altered, cut, flipped, noise
from tests.case.hostile_files import FILES
from tests.case.small import write_case
from tests.case.unpacking import MOST_BYTES, Unpacked

MOST_MEGABYTES = 1000


@pytest.mark.parametrize("hostile", FILES, ids=[hostile.name for hostile in FILES])
def test_a_hostile_file_is_told_in_one_sentence(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: the file gives its own remark, naming the file (and cell), and little of it is unpacked. If it were
    ignored: a file could hang, kill or exhaust the process, or end in a traceback."""
    path = tmp_path / f"case{hostile.suffix}"
    path.write_bytes(hostile.make())
    unpacked = Unpacked(monkeypatch)
    messages = load_case(path).messages
    assert unpacked.bytes <= MOST_BYTES
    lines = [f"{message.code} {message}" for message in messages]
    if hostile.code is None:
        assert lines == []
        return
    hits = [message for message in messages if message.code == hostile.code and message.file == path.name]
    assert hits, lines
    assert hits[0].cell == hostile.cell, lines
    assert len([m for m in messages if m.severity is Severity.ERROR]) <= 1, lines


def _read_all(folder: str, results: multiprocessing.Queue[int]) -> None:
    import resource

    for path in sorted(Path(folder).iterdir()):
        check_case(path)
    results.put(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


@pytest.mark.slow
def test_hostile_files_take_little_memory(tmp_path: Path) -> None:
    """Proves: reading every hostile file in one process stays below 1 GB. If it were ignored: one workbook could take
    the planner's computer down."""
    pytest.importorskip("resource")
    for number, hostile in enumerate(FILES):
        (tmp_path / f"{number}{hostile.suffix}").write_bytes(hostile.make())
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    process = context.Process(target=_read_all, args=(str(tmp_path), results))
    process.start()
    megabytes = results.get(timeout=300)
    process.join()
    assert megabytes < MOST_MEGABYTES


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bits_never_end_in_a_traceback(seed: int, tmp_path: Path) -> None:
    """Proves: a file damaged on its way is refused in words, or read if the damage does not matter. If it were
    ignored: planners would see tracebacks of the libraries."""
    path = tmp_path / "case.xlsx"
    path.write_bytes(flipped(seed))
    reading = load_case(path)
    assert reading.case is not None or any(m.severity is Severity.ERROR for m in reading.messages)


@pytest.mark.slow
def test_fuzzing_gives_only_clean_refusals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: 100 random, truncated, bit-flipped and altered files end in words, little of each unpacked. If it were
    ignored: damages that nobody thought of would end in tracebacks, or fill the computer."""
    path = tmp_path / "case.xlsx"
    unpacked = Unpacked(monkeypatch)
    for seed in range(100):
        makers = (
            partial(noise, seed, 3000, b"PK\x03\x04"),
            partial(cut, (seed % 97) / 97),
            partial(flipped, seed, 1 + seed % 40),
            partial(altered, seed),
            partial(altered, seed + 1000),
        )
        path.write_bytes(makers[seed % 5]())
        unpacked.bytes = 0
        load_case(path)
        assert unpacked.bytes <= MOST_BYTES


def test_a_locked_file_says_close_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a file that may not be read (open elsewhere on Windows) says what to do. If it were ignored: the planner
    would see 'Errno 13'."""
    path = write_case(tmp_path)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("model.case.sheets.raw.read_bounded", refuse)  # files are no longer read by Path.read_bytes
    messages = load_case(path).messages
    assert [message.code for message in messages] == ["file-unreadable"]
    assert "Close it in Excel" in messages[0].text
    assert "copy it" in messages[0].text


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """Proves: a file of 40 GB is refused by its size, with less than 5 MB of memory; so is one that turns out larger
    than it said only while it is read (a growing file, a device).

    If it were ignored: the planner would read 40 GB to say that 50 MB are the most (field test r15).
    """
    path = tmp_path / "case.xlsx"
    with open(path, "wb") as file:
        try:
            file.truncate(40_000_000_000)
        except OSError:
            pytest.skip("this file system takes no file with holes of that size")
    tracemalloc.start()
    (message,) = load_case(path).messages
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (message.code, message.text) == ("file-too-large", "The file has 40,000 MB; at most 50 MB are read.")
    assert peak < 5_000_000
    assert read_bounded(Path("/dev/zero"))[1] == MAX_FILE_BYTES + 1 if Path("/dev/zero").exists() else True
    assert read_workbook(path) is None


def test_paths_that_hold_no_case(tmp_path: Path) -> None:
    """Proves: a missing path, an empty folder and a folder of other formats are told apart. If it were ignored: the
    planner would not know which of the three it is."""
    assert [m.code for m in load_case(tmp_path / "nothing").messages] == ["path-missing"]
    assert [m.code for m in load_case(Path("bad\0name")).messages] == ["path-missing"]
    assert [m.code for m in load_case(tmp_path).messages] == ["no-workbook"]
    (tmp_path / "old.xls").write_bytes(b"x")
    assert [m.code for m in load_case(tmp_path).messages] == ["no-workbook", "file-other"]


def test_excel_lock_files_are_left_alone(tmp_path: Path) -> None:
    """Proves: the '~$' file that Excel lays beside an open workbook is not read. If it were ignored: checking a case
    while it is open in Excel would fail."""
    write_case(tmp_path)
    (tmp_path / "~$small.xlsx").write_bytes(b"lock")
    assert load_case(tmp_path).messages == []
