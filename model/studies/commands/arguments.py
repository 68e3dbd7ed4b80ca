"""Readers of command-line words: each turns a text into a value or says what is wrong with it.

Nothing heavy is imported here, so that help answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[3]
INSTALLED = "corridor"
"""Name of the program that the installation puts beside this package."""
ALL = "all"


class Once(argparse.Action):
    """Keeps the value of an option, and refuses a second one: the first would be dropped without a word."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, value: Any, option: str | None = None
    ) -> None:
        """Keep the value. An option given before is wrong usage."""
        before = namespace.__dict__.setdefault("given", set())
        if option is not None and self.dest in before:
            parser.error(f"{option} is given twice")
        if option is not None:
            before.add(self.dest)
        setattr(namespace, self.dest, value)


class Scenarios(argparse.Action):
    """Collects the scenarios named; 'all' stands by itself."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, value: Any, option: str | None = None
    ) -> None:
        """Add one. A scenario named twice, or another beside 'all', is wrong usage."""
        names = [*getattr(namespace, self.dest), str(value)]
        folded = [name.casefold() for name in names]
        if len(set(folded)) < len(names):
            parser.error(f"the scenario '{value}' is named twice")
        if ALL in folded and len(names) > 1:
            parser.error("--scenario all plans every scenario: name no other one beside it")
        setattr(namespace, self.dest, names)


class Parser(argparse.ArgumentParser):
    """A parser whose options are given once unless they say otherwise, and are never abbreviated."""

    def __init__(self, *words: Any, **more: Any) -> None:
        """As the parser of the standard library."""
        super().__init__(*words, **{"allow_abbrev": False, **more})
        for name in (None, "store"):
            self.register("action", name, Once)


def program() -> str:
    """What the user types before a command."""
    return INSTALLED if Path(sys.argv[0]).stem == INSTALLED else "python run.py"


def case_path(text: str) -> Path:
    """A workbook or a folder of workbooks; the bare name of a folder in inputs will do."""
    path = Path(text)
    named = HOME / "inputs" / text
    return named if not path.exists() and named.exists() else path


def existing_file(text: str) -> Path:
    """A file that is there."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file '{text}'")
    return path


def model_file(text: str) -> Path:
    """A file to be written, in one of the formats of models, in a folder that is there."""
    path = Path(text)
    if path.suffix.lower() not in (".mps", ".lp"):
        raise argparse.ArgumentTypeError(f"'{text}' should end in .mps or .lp")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder '{path.parent}'")
    return path


def share(text: str) -> float:
    """'0.002' or '0.2%' → 0.002."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a share from 0 to below 1, such as 0.002 or 0.2%")
    return value


def part(text: str) -> float:
    """A share of something: above 0."""
    value = share(text)
    if value == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a share above 0")
    return value


def above_zero(text: str) -> float:
    """A number above zero: of seconds, mostly."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return value


def above_or_zero(text: str) -> float:
    """Seconds, 0 or more."""
    return 0.0 if text.strip() == "0" else above_zero(text)


def whole(least: int) -> Callable[[str], int]:
    """Reader of whole numbers that are not below `least`."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {least} on")
        return int(text)

    return read


def decision(text: str) -> int | str | None:
    """A year, 'out', or None for 'in': in some year."""
    if text.casefold() in ("in", "out"):
        return "out" if text.casefold() == "out" else None
    if not text.isascii() or not text.isdigit() or int(text) < 1900:
        raise argparse.ArgumentTypeError(f"'{text}' is neither a year, 'in' nor 'out'")
    return int(text)


def keys(text: str) -> list[str]:
    """Keys separated by commas, for argparse."""
    found = [key.strip() for key in text.split(",") if key.strip()]
    if not found:
        raise argparse.ArgumentTypeError(f"'{text}' names nothing")
    return found
