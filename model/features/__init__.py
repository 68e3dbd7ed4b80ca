"""Features, one folder each: its rows, its cost, its recount, its plan tables (contract: model.formulation.plugins).

Rooms find them by `feature_parts` and never by name; no other file imports from a folder here.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from types import ModuleType


def feature_packages() -> list[ModuleType]:
    """The folders, in order of name."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]


def feature_parts(part: str) -> dict[str, ModuleType]:
    """The file `part` (rows, recount, tables, summary, report, relax) of features that have it, by feature."""
    found = {}
    for package in feature_packages():
        if importlib.util.find_spec(f"{package.__name__}.{part}") is not None:
            found[str(package.NAME)] = importlib.import_module(f"{package.__name__}.{part}")
    return found
