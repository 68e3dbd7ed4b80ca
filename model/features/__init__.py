"""Features, one folder each: its rows, its cost, its recount, its plan tables (contract: model.formulation.plugins).

Rooms find them by `feature_parts` and never by name; no other file imports from a folder here.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

REQUIRED = ("NAME", "LABEL", "applies")


class PluginError(ValueError):
    """A feature or constraint file does not keep the contract, or a switch names none; the message says which."""


def require_names(module: ModuleType, names: Sequence[str], what: str) -> None:
    """Raise PluginError for a module, told as `what`, that lacks one of these names."""
    if missing := [name for name in names if not hasattr(module, name)]:
        raise PluginError(f"{module.__file__}: {what} needs {', '.join(missing)}")


def feature_packages() -> list[ModuleType]:
    """The folders, in order of name. Raises PluginError for one whose `__init__.py` is not there, or lacks a name."""
    return list(_packages(*__path__))


@cache
def _packages(*places: str) -> tuple[ModuleType, ...]:
    bare = [
        folder
        for place in places
        for folder in sorted(Path(place).iterdir())
        if folder.name.isidentifier() and any(folder.glob("*.py")) and not (folder / "__init__.py").is_file()
    ]
    if bare:
        raise PluginError(f"{bare[0]}: a feature needs a file __init__.py with {', '.join(REQUIRED)}")
    names = sorted(one.name for one in pkgutil.iter_modules(places))
    packages = [importlib.import_module(f"{__name__}.{name}") for name in names]
    for package in packages:
        require_names(package, REQUIRED, "a feature")
    return tuple(packages)


def feature_parts(part: str) -> dict[str, ModuleType]:
    """The file `part` (rows, recount, tables, summary, report, relax) of features that have it, by feature."""
    return {
        str(package.NAME): feature_file(package, part)
        for package in feature_packages()
        if importlib.util.find_spec(f"{package.__name__}.{part}") is not None
    }


def feature_file(package: ModuleType, file: str) -> ModuleType:
    """A file of a feature; what it does not say of name, label and when it applies is as the feature says."""
    module = importlib.import_module(f"{package.__name__}.{file}")
    for name in REQUIRED:
        if not hasattr(module, name):
            setattr(module, name, getattr(package, name))
    return module
