"""Fuzzing of the reader: random bytes, truncated, bit-flipped and altered workbooks; only clean refusals are right.

python -m benchmarks.fuzz_reader [--seconds 600] [--seed 1] [--keep DIR]

Each file is damaged from the starter case or a shipped workbook and checked in this process. Told at the end: files
tried by kind of damage, refused and read, tracebacks, files above the time limit, longest time, peak memory. Files that
failed are kept, so that each can be tried again. Exit code 1 when any failed.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

from benchmarks.printing import table
from model.case.codes import Severity
from model.case.reader import check_case
from model.case.workbooks.starter import write_starter

SLOWEST: Final = 5.0
"""Processor seconds that one file may take."""
HANG: Final = 30
"""Processor seconds after which a file is given up as a hang."""
SHIPPED: Final = Path(__file__).resolve().parents[1] / "inputs" / "middle_corridor"
ODD_WORDS: Final = (
    *("", "0", "-1", "9", "99999", "1e400", "nan", "-0", "A0", "A1", "XFD1", "A1:B", "A1:XFD1048576", "s", "str", "e"),
    *("b", "d", "n", "true", "inlineStr", "2026-01-01", "&#9;", "../x", "/xl/workbook.xml", "rId99", "1048576"),
    *("[1]Sheet!A1", "hidden", "\u0430", "\u200b", "9" * 400, "x" * 40_000, "&amp;", "1,234", "#REF!", "=1+1"),
)
Damage = Callable[[random.Random, bytes], bytes]


class Hang(BaseException):
    """A file took longer than HANG; no handler of the reader may catch it."""


def noise(generator: random.Random, _: bytes) -> bytes:
    """Random bytes, half of them behind the head of a zip."""
    return generator.choice((b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) + generator.randbytes(generator.randrange(9000))


def truncated(generator: random.Random, content: bytes) -> bytes:
    """The beginning of a workbook."""
    return content[: generator.randrange(len(content))]


def flipped(generator: random.Random, content: bytes) -> bytes:
    """A few flipped bits anywhere in the file."""
    changed = bytearray(content)
    for _ in range(generator.randint(1, 40)):
        changed[generator.randrange(len(changed))] ^= 1 << generator.randrange(8)
    return bytes(changed)


def spliced(generator: random.Random, content: bytes) -> bytes:
    """A stretch of the file cut out, doubled or overwritten by noise."""
    start = generator.randrange(len(content))
    end = min(len(content), start + generator.randrange(1, 3000))
    middle = generator.choice((b"", content[start:end] * 2, generator.randbytes(end - start)))
    return content[:start] + middle + content[end:]


def flipped_inside(generator: random.Random, content: bytes) -> bytes:
    """Flipped bits in one unpacked part: the zip is sound, the XML is not."""

    def flip(part: bytes) -> bytes:
        return flipped(generator, part) if part else part

    return _with_part(generator, content, flip)


def altered(generator: random.Random, content: bytes) -> bytes:
    """Texts and attributes of one part replaced: sound XML that says something else."""

    def alter(part: bytes) -> bytes:
        text = part.decode("utf-8", "replace")
        spots = [found.span(1 if found.group(1) is not None else 2) for found in _SPOTS.finditer(text)]
        chosen = sorted(generator.sample(spots, min(len(spots), generator.randint(1, 6))), reverse=True)
        for start, end in chosen:
            text = text[:start] + generator.choice((*ODD_WORDS, text[start:end] * 2)) + text[end:]
        return text.encode("utf-8", "replace")

    return _with_part(generator, content, alter)


def rearranged(generator: random.Random, content: bytes) -> bytes:
    """Elements of one part taken out, doubled or moved, whether or not they nest."""

    def rearrange(part: bytes) -> bytes:
        text = part.decode("utf-8", "replace")
        tags = [found.span() for found in _TAGS.finditer(text)]
        for _ in range(min(len(tags), generator.randint(1, 4))):
            start, end = generator.choice(tags)
            piece = text[start:end]
            text = text[:start] + generator.choice(("", piece * 2, piece.upper(), piece.replace("/", ""))) + text[end:]
        return text.encode("utf-8", "replace")

    return _with_part(generator, content, rearrange)


def exchanged(generator: random.Random, content: bytes) -> bytes:
    """Parts dropped or given each other's content."""
    parts = _parts(content)
    names = generator.sample(list(parts), min(len(parts), generator.randint(1, 4)))
    if generator.random() < 0.5:
        return _packed({name: part for name, part in parts.items() if name not in names})
    return _packed(parts | dict(zip(names, (parts[name] for name in reversed(names)), strict=True)))


DAMAGES: Final[tuple[Damage, ...]] = (
    *(noise, truncated, flipped, spliced, flipped_inside, altered, altered, rearranged, exchanged),
)
_SPOTS: Final = re.compile(r'="([^"]*)"|>([^<]+)<')
_TAGS: Final = re.compile(r"<[^>]*>")


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def _with_part(generator: random.Random, content: bytes, edit: Callable[[bytes], bytes]) -> bytes:
    parts = _parts(content)
    name = generator.choice(list(parts))
    return _packed(parts | {name: edit(parts[name])})


@dataclass
class Tally:
    """What came of the files. `failed` are (number of the file, what happened)."""

    tried: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    failed: list[tuple[int, str]] = field(default_factory=list)


@contextmanager
def given_up_after(seconds: int) -> Iterator[None]:
    """Raise Hang when the block uses more processor time (where the system can tell; else it is only measured)."""
    if not hasattr(signal, "SIGVTALRM"):
        yield
        return

    def stop(_: int, __: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def fuzz(seconds: float, seed: int, keep: Path, sources: Sequence[bytes]) -> Tally:
    """Damage and check files until the time is over; those that fail are written to `keep`.

    File number n of a seed is the same in every run.
    """
    tally = Tally()
    until = time.monotonic() + seconds
    number = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.xlsx"
        while time.monotonic() < until:
            number += 1
            generator = random.Random(f"{seed}-{number}")
            damage = DAMAGES[number % len(DAMAGES)]
            content = damage(generator, generator.choice(sources))
            path.write_bytes(content)
            problem = _try(path, damage.__name__, tally)
            if problem:
                tally.failed.append((number, problem))
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"fuzz-{seed}-{number}.xlsx").write_bytes(content)
    return tally


def _try(path: Path, name: str, tally: Tally) -> str:
    """Check one file; returns what was wrong with how that went, or ''."""
    begun = time.process_time()
    try:
        with given_up_after(HANG):
            messages = check_case(path)
    except Hang:
        return f"{name}: not done after {HANG} s"
    except Exception as error:
        return f"{name}: {type(error).__name__}: {error}\n{traceback.format_exc(limit=-3)}"
    spent = time.process_time() - begun
    tally.tried[name] += 1
    tally.longest = max(tally.longest, spent)
    if any(message.severity is Severity.ERROR for message in messages):
        tally.refused[name] += 1
    if spent > SLOWEST:
        return f"{name}: {spent:.1f} s"
    # repr: a remark must stay on one line and name a place, whatever the file says
    odd = [str(message) for message in messages if "\n" in str(message) or not message.place]
    return f"{name}: a remark without place or on two lines: {odd[0]!r}" if odd else ""


def sound_files() -> list[bytes]:
    """The starter case and the smaller shipped workbooks."""
    with tempfile.TemporaryDirectory() as folder:
        starter = write_starter(Path(folder) / "starter.xlsx").read_bytes()
    shipped = [path.read_bytes() for path in sorted(SHIPPED.glob("*.xlsx"))]
    return [starter, starter, starter, *shipped]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fuzz_reader", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("outputs") / "fuzz", metavar="DIR", help="where failures go")
    given = parser.parse_args(arguments)
    tally = fuzz(given.seconds, given.seed, given.keep, sound_files())
    rows = [(name, str(count), str(tally.refused[name])) for name, count in sorted(tally.tried.items())]
    total = (sum(tally.tried.values()), sum(tally.refused.values()))
    print(table(("damage", "files", "refused"), [*rows, ("all", str(total[0]), str(total[1]))]))
    print(f"tracebacks, hangs, slow files: {len(tally.failed)}; longest {tally.longest:.2f} s{_memory()}")
    for number, problem in tally.failed[:20]:
        print(f"  file {number}: {problem}")
    return 1 if tally.failed else 0


def _memory() -> str:
    try:
        import resource
    except ImportError:  # not on Windows
        return ""
    return f"; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"


if __name__ == "__main__":
    sys.exit(main())
