"""Keeps HiGHS's own banner off the standard output, where a scheduler may be reading JSON lines.

Since 1.16 the first solver of a process prints two lines from C, whatever its options say. It is made here with the
standard output led away, so that every later one is silent.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from contextlib import suppress

import highspy

_once = threading.Lock()
_done: list[bool] = []


def keep_banner_away() -> None:
    """Make the first solver of this process in silence; does nothing the second time."""
    with _once:
        if _done:
            return
        _done.append(True)
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
            real = os.dup(1)
        except (OSError, ValueError):  # no standard output: nobody to disturb
            return
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.close(nowhere)
            highspy.Highs()
            with suppress(OSError, TypeError, AttributeError):
                ctypes.CDLL(None).fflush(None)  # what C still holds back goes the same way
        finally:
            os.dup2(real, 1)
            os.close(real)
