"""Finding features, constraint families and cost terms: those of the package, and those in files of a user.

A constraint family is a module with
    NAME: str                        switch name in the Constraints sheet
    applies(case) -> bool            whether the case has anything for it to do
    declare_loads(formulation)       optional: declare the loads it will limit
    add(formulation)                 add its variables and rows to the investment and operations blocks
    told_in_full(formulation, values) optional: (variable, value) where tables tell what nobody asked of the solver

A cost term is a module with NAME, LABEL, applies(case) and add(formulation), which registers the term, and
declare_loads(formulation) where it charges loads of its own. A term that charges flow on arcs holds
rate(case, graph, figures, cargo, year) instead (model.formulation.costs_of_flow), or as well where `add` does more.
Where its entries depend on what flow costs in all others, finish(formulation) adds them when these are registered.
KIND says what its sum is: money (the default), time, taste or penalty. OUTLAY = True says that it is the price of
building, not what building changes; UNBILLED = "for CO2" that no bill asks for it on the way.

A feature is a folder of `model/features` with NAME, LABEL and applies(case). Each file of it is optional and belongs
to a room: `rows.py` is a constraint family, `cost.py` (and `cost_….py` where there are several) a cost term,
`recount.py` is run by the verifier, `tables.py` holds its plan tables, `summary.py` says the plan in sentences,
`report.py` what the reports show of it, `relax.py` how studies do without it. `feature_parts` finds them; nobody names
a feature. NAME, LABEL and applies are those of the feature where a file does not hold its own. Rows and cost terms are
built and shown in order of their names; ORDER of a feature, 0 where it has none, comes before that.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from model import features
from model.case.case import Case
from model.features import PluginError, feature_file, feature_packages, feature_parts, require_names

REQUIRED = ("NAME", "applies", "add")
SAYS_ITSELF = ("tables", "report", "relax")
OF_USER = "user_constraints_"
CALLED = ("applies", "declare_loads", "add")


def _in_order(modules: Iterable[ModuleType]) -> list[ModuleType]:
    """Modules of the package in the order in which they are built and shown."""
    return sorted(modules, key=lambda module: (getattr(owner(module), "ORDER", 0), str(module.NAME)))


def owner(module: ModuleType) -> ModuleType:
    """The feature that a file belongs to; the module itself where it belongs to none."""
    package = module.__name__.rpartition(".")[0]
    return sys.modules[package] if package.startswith(f"{features.__name__}.") else module


def constraint_families(extra_files: Sequence[Path] = ()) -> dict[str, ModuleType]:
    """Families of the package and of the user's files, by switch name.

    Raises PluginError when a file cannot be read, breaks the contract or repeats a name.
    """
    families: dict[str, ModuleType] = {}
    own = _in_order(feature_parts("rows").values())
    taken = {str(package.NAME) for package in feature_packages()}
    for module in [*own, *(_load(path) for path in extra_files)]:
        require_names(module, REQUIRED, "a constraint family")
        if module.NAME in families or (of_user(module) and module.NAME in taken):
            raise PluginError(f"{module.__file__}: the constraint name '{module.NAME}' is taken")
        families[module.NAME] = module
    return families


def switchable(extra_files: Sequence[Path] = ()) -> dict[str, ModuleType]:
    """What the Constraints sheet may switch off, by name: families, and features that only cost something.

    Raises PluginError as `constraint_families` does.
    """
    return _costing() | constraint_families(extra_files)


def _costing() -> dict[str, ModuleType]:
    """Features with cost terms, by name."""
    return {str(owner(term).NAME): owner(term) for term in cost_terms()}


def active_terms(case: Case, switched: Mapping[str, bool]) -> list[ModuleType]:
    """Cost terms of the package that a case has; `switched` says which features are on (those not named are)."""
    return [term for term in cost_terms() if term.applies(case) and switched.get(str(owner(term).NAME), True)]


def is_plain(module: ModuleType) -> bool:
    """Whether a family leaves it to others to tell its rows: a user's file, or a feature with nothing for reports.

    Its rows are shown as they stand, and `explain` loosens them like any limit.
    """
    folder = owner(module).__name__
    return of_user(module) or not any(importlib.util.find_spec(f"{folder}.{part}") for part in SAYS_ITSELF)


def of_user(module: ModuleType) -> bool:
    """Whether a module is a user's file."""
    return module.__name__.startswith(OF_USER)


def plain_families(files: Sequence[Path]) -> list[str]:
    """Switch names of the families that are plain, those in a user's files among them."""
    return [name for name, module in constraint_families(files).items() if is_plain(module)]


def cost_terms() -> list[ModuleType]:
    """Cost terms of the package: the files `cost.py` and `cost_….py` of features."""
    return list(_cost_terms())


@cache
def _cost_terms() -> tuple[ModuleType, ...]:
    """The same, looked for once: reports ask some hundred times."""
    found = [
        feature_file(package, item.name)
        for package in feature_packages()
        for item in pkgutil.iter_modules(package.__path__)
        if item.name == "cost" or item.name.startswith("cost_")
    ]
    for module in found:
        if not hasattr(module, "rate"):
            require_names(module, ("add",), "a cost term without a rate")
    return tuple(_in_order(found))


def cost_kinds() -> dict[str, str]:
    """What each cost term is, by name: money, time, taste or penalty."""
    return {str(module.NAME): str(getattr(module, "KIND", "money")) for module in cost_terms()}


def cost_labels() -> dict[str, str]:
    """Labels of the cost terms, by name."""
    return {str(module.NAME): str(module.LABEL) for module in cost_terms()}


def unbilled() -> dict[str, str]:
    """Cost terms that a plan counts on the way and no bill asks for, with the words for an amount: `UNBILLED`."""
    return {str(module.NAME): str(module.UNBILLED) for module in cost_terms() if hasattr(module, "UNBILLED")}


def outlay_terms() -> set[str]:
    """Names of the cost terms that are the price of building; all others are what building changes."""
    return {str(module.NAME) for module in cost_terms() if getattr(module, "OUTLAY", False)}


def _load(path: Path) -> ModuleType:
    """Import a user's constraint file."""
    name = f"{OF_USER}{path.stem}"
    specification = importlib.util.spec_from_file_location(name, path)
    if specification is None or specification.loader is None or not path.is_file():
        raise PluginError(f"{path}: no such Python file")
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    try:
        specification.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise PluginError(_words(path, error)) from error
    for function in CALLED:
        if callable(getattr(module, function, None)):
            setattr(module, function, _guarded(getattr(module, function), path))
    return module


def _guarded(function: Callable[..., Any], path: Path) -> Callable[..., Any]:
    """A function of a user's file whose failure, and whose wish to end the program, is told as that of the file."""

    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except (PluginError, MemoryError):
            raise
        except (Exception, SystemExit) as error:
            raise PluginError(_words(path, error)) from error

    return call


def _words(path: Path, error: BaseException) -> str:
    """The error with the last line of the file that it came through."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    where = f"{path}, line {lines[-1]}" if lines else str(path)
    if isinstance(error, SystemExit):
        return f"{where}: the file ends the program (sys.exit); a constraint file must not."
    return f"{where}: {type(error).__name__}: {error}"


def switches(case: Case, names: Iterable[str]) -> dict[str, bool]:
    """Whether each of `switchable` is on: as the Constraints sheet says, on when it is not listed.

    Raises PluginError for a name in the sheet that is none of them.
    """
    known = dict.fromkeys(names, True)
    table = case.table("Constraints")
    for row, name, active in zip(table.index, table["constraint"], table["active"], strict=False):
        if name not in known:
            where = case.cell("Constraints", int(row), "constraint")
            raise PluginError(
                f"{where}: '{name}' is no constraint family and no cost; there are {', '.join(sorted(known))}"
            )
        known[name] = bool(active)
    return known
