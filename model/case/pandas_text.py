"""How pandas keeps text while the planner works: as Python strings, whatever else is installed.

Left to itself pandas takes Arrow's arrays where pyarrow happens to be installed, and those differ in what `map`,
`where` and `fillna` give on text, most of all on empty tables: the same case would plan on one computer and fail on
the next.
The option is pandas' own and global, so it is set only while a function that makes tables runs, and put back after it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import pandas as pd

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def kept_as_python_text(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Run a function with pandas told to keep text as Python strings."""

    @wraps(function)
    def told(*arguments: Arguments.args, **more: Arguments.kwargs) -> Result:
        with pd.option_context("mode.string_storage", "python"):
            return function(*arguments, **more)

    return told
