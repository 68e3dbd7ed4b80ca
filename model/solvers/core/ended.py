"""Why a search ended before it was complete, and what would help."""

from __future__ import annotations

from model.solvers.core.options import FilledOptions
from model.solvers.core.progress import Progress


def why_ended(options: FilledOptions, progress: Progress, failure: str = "") -> str:
    """'at the time limit of 75 s (input sheet Settings)', 'at the time limit of 60 s' that was asked for, or a stop.

    Or what the solver could not do.
    """
    if failure:
        return f"as the solver failed ({failure})"
    if progress.stop_asked:
        return "as a stop was asked for"
    seconds = f"{options.time_limit:,.0f}" if options.time_limit >= 1 else f"{options.time_limit:g}"
    return f"at the time limit of {seconds} s" + ("" if options.limit_given else " (input sheet Settings)")


def ended_words(options: FilledOptions, progress: Progress, failure: str = "") -> str:
    """The same as a sentence, with the remedy."""
    more = "without one" if progress.stop_asked else f"with a longer one, such as --time-limit {longer(options)},"
    more = "with another --seed" if failure else more
    return f"The search ended {why_ended(options, progress, failure)}; {more} it may find and prove more."


def longer(options: FilledOptions) -> int:
    """Twice the limit, in whole seconds."""
    return max(1, round(2 * options.time_limit))
