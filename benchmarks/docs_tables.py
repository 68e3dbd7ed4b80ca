"""Tables of the docs that a benchmark prints, made anew by one command.

python -m benchmarks.docs_tables [FOLDER] [--page docs/benchmarks.md] [--only WORD]

A page marks such a table with the command that makes it; FOLDER stands for the folder of the instances, and commands
that need it are run only where it is given:

    <!-- made by: python -m benchmarks.first_plans FOLDER --groups -->
    | … |
    <!-- made -->

What the command prints takes the place of what stands in between. With --only, commands with that word in them are
run; without --page both pages that have such tables are renewed. Exit code 0 when all of them ended with 0, otherwise
1; what a command that failed should have made stays.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

MARKED = re.compile(r"<!-- made by: python -m (?P<command>benchmarks\..*?) -->\n.*?<!-- made -->", re.DOTALL)
PAGES = (Path("docs/benchmarks.md"), Path("docs/engine.md"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.docs_tables", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("folder", type=Path, nargs="?", help="folder of the instances")
    parser.add_argument("--page", type=Path, help="page to renew")
    parser.add_argument("--only", default="", metavar="WORD", help="only commands with that word in them")
    given = parser.parse_args(arguments)
    failed = []

    def renewed(found: re.Match[str]) -> str:
        command = found["command"]
        if given.only not in command or ("FOLDER" in command and given.folder is None):
            return found[0]
        words = [str(given.folder) if word == "FOLDER" else word for word in shlex.split(command)]
        done = run_apart(words)
        if done.returncode:
            failed.append(command)
            print(f"{command} ended with {done.returncode}: {done.stderr.strip()}", file=sys.stderr)
            return found[0]
        return f"<!-- made by: python -m {command} -->\n\n{done.stdout.strip()}\n\n<!-- made -->"

    for page in PAGES if given.page is None else [given.page]:
        page.write_text(MARKED.sub(renewed, page.read_text(encoding="utf-8")), encoding="utf-8")
    return 1 if failed else 0


def run_apart(words: list[str]) -> subprocess.CompletedProcess[str]:
    """A module with its arguments in a process of its own, so that processor seconds and memory are its own."""
    return subprocess.run([sys.executable, "-m", *words], capture_output=True, encoding="utf-8", check=False)


if __name__ == "__main__":
    sys.exit(main())
