"""Reading numbers out of plain text files with messages that name file, line and what was expected."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.instances import InstanceError


@dataclass(frozen=True)
class Line:
    """A line that is not blank: its number in the file and its words."""

    path: Path
    number: int
    words: tuple[str, ...]

    def fail(self, expected: str) -> InstanceError:
        """The error that says what the line should have held."""
        found = " ".join(self.words)
        shown = found if len(found) <= 80 else found[:77] + "..."
        return InstanceError(f"{self.path.name}, line {self.number}: expected {expected}, found '{shown}'.")

    def numbers(self, count: int, expected: str) -> list[float]:
        """The first `count` words as finite numbers."""
        if len(self.words) < count:
            raise self.fail(expected)
        return [self.number_of(word, expected) for word in self.words[:count]]

    def number_of(self, word: str, expected: str) -> float:
        """A word as a finite number."""
        try:
            value = float(word)
        except ValueError:
            raise self.fail(expected) from None
        if not math.isfinite(value):
            raise self.fail(expected)
        return value

    def whole(self, value: float, expected: str, *, most: int | None = None) -> int:
        """A value as a whole number from 1 to `most`."""
        if value != int(value) or value < 1 or (most is not None and value > most):
            raise self.fail(expected)
        return int(value)


def read_text(path: Path) -> str:
    """Text of a file. Raises InstanceError when it is missing or not text."""
    try:
        return path.read_text(encoding="utf-8", errors="strict")
    except UnicodeDecodeError:
        try:
            return path.read_text(encoding="latin-1")
        except OSError as error:
            raise InstanceError(f"{path}: cannot be read ({error.strerror}).") from error
    except FileNotFoundError:
        raise InstanceError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise InstanceError(f"{path}: cannot be read ({error.strerror}).") from error


def lines_of(path: Path) -> Iterator[Line]:
    """Lines of the file that are not blank."""
    for number, text in enumerate(read_text(path).splitlines(), start=1):
        words = tuple(text.split())
        if words:
            yield Line(path, number, words)


def words_of(path: Path) -> Iterator[tuple[str, Line]]:
    """Every word of the file with its line, for formats that wrap records over lines."""
    for line in lines_of(path):
        for word in line.words:
            yield word, line
