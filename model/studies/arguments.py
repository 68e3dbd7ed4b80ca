"""Readers of command-line words: each turns a text into a value or says what is wrong with it.

Nothing heavy is imported here, so that help answers at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


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


def share(text: str) -> float:
    """'0.002' or '0.2%' → 0.002."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a share from 0 to below 1, such as 0.002 or 0.2%")
    return value


def above_zero(text: str) -> float:
    """Seconds above zero."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds above 0")
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
