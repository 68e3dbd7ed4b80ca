"""How slow this computer is now, so that limits in seconds hold on busy and old machines too."""

from __future__ import annotations

import time

USUAL_SECONDS = 0.06
"""Processor time of the loop below on an idle computer of 2024."""


def slowness() -> float:
    """Factor (at least 1) by which processor seconds are longer here and now than on an idle computer of 2024."""
    start = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return max(1.0, (time.process_time() - start) / USUAL_SECONDS)
