"""What the computer refuses a run, in words: space, files, memory, threads, a folder that is gone.

None of it is a mistake of the program or of the inputs, and most of it passes.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Final

FREE_SPACE: Final = "Make room there, or name another folder with --output, and try again."
WORDS: Final = {
    errno.ENOSPC: ("The disk is full: no space, or no room for further files, is left", FREE_SPACE),
    errno.EDQUOT: ("Your share of the disk (quota) is used up", FREE_SPACE),
    errno.EFBIG: ("A file grew larger than this system or shell allows (ulimit -f)", "Raise the limit and try again."),
    errno.EROFS: ("The disk can only be read", "Name another folder with --output."),
    errno.EACCES: ("Writing or reading is not allowed", "Look at the permissions, or name another folder."),
    errno.EPERM: ("Writing or reading is not allowed", "Look at the permissions, or name another folder."),
    errno.ENOENT: (
        "A file or folder is gone that was there before",
        "Leave the outputs alone while a run works, and try again.",
    ),
    errno.ENOTDIR: ("A folder is no folder any more", "Leave the outputs alone while a run works, and try again."),
    errno.ENAMETOOLONG: ("A path is longer than this system allows", "Name a shorter folder with --output."),
    errno.EMFILE: ("Too many files are open in this process (ulimit -n)", "Raise the limit and try again."),
    errno.ENFILE: ("Too many files are open on this computer", "Try again later."),
    errno.EIO: ("The disk or device reports an error", "Name another folder with --output."),
    errno.ESTALE: ("The network disk was cut off", "Try again, or name another folder with --output."),
    errno.ENOMEM: ("There is not enough memory", "End other programs, or plan fewer scenarios at a time (--workers)."),
    errno.EAGAIN: ("The system allows this process nothing more (ulimit -u)", "Raise the limit and try again."),
}
BEHIND: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.EIO})
"""Errors that count also where they stand behind another one: nothing that the program does brings them about."""


def refusal_words(error: BaseException) -> str | None:
    """What the computer refused, and what can be done; None when it is not that."""
    if isinstance(error, OSError):
        return _system_words(error)
    for behind in _chain(error):
        if isinstance(behind, MemoryError):
            head, hint = WORDS[errno.ENOMEM]
            return f"{head}. {hint}"
        if isinstance(behind, RuntimeError) and "start new thread" in str(behind):
            head, hint = WORDS[errno.EAGAIN]
            return f"{head}. {hint}"
        if isinstance(behind, OSError) and behind.errno in BEHIND:
            return _system_words(behind)
    if isinstance(error, UnicodeEncodeError):
        text = str(error.object)[:80].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        return f"A name or text cannot be written down, as it is not UTF-8: '{text}'. Rename it."
    if isinstance(error, ImportError):
        return f"A library cannot be loaded: {error}. Set the planner up again: pip install -e ."
    return None


def _system_words(error: OSError) -> str:
    place = "" if error.filename is None else f" (at '{error.filename}')"
    if error.errno is None:
        return f"The system refused something: {error}."
    head, hint = WORDS.get(error.errno, (f"The system refused something: {error.strerror}", "Try again."))
    return f"{head}{place}. {hint}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, what is wrapped in it and what stands behind it."""
    seen: set[int] = set()
    left: list[BaseException | None] = [error]
    while left:
        one = left.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [item for item in one.args if isinstance(item, BaseException)]
        left += [one.__cause__, one.__context__]
