"""Recounts of features: each is run, or it is said that there was none.

A module of a constraint family or cost term, of the package or of a user's file, may hold

    recount(tables, case)            all plan tables by name and the case → findings, as many as there are
    CHECK                            name of its chief check, which stands for it where the feature is switched off

as a function of its own, or in a file `recount.py` of its folder. Nothing else of it is used here. A finding is a
Check, Costs, Rows or Limiting of model.plan.verify.checks.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, Final

import numpy as np

from model.case.case import Case
from model.features import feature_parts
from model.plan.verify.checks import (
    Check,
    Costs,
    Finding,
    Frame,
    Limiting,
    Rows,
    none_found,
    not_checked,
    switched_off,
)
from model.plan.verify.whole import PlanTables, Whole

Recounter = Callable[[Mapping[str, Frame], Case], Iterable[Finding]]

FAMILIES: Final = ("demand",)
"""Constraint families that the verifier knows without their folder; what is off is not checked."""


@dataclass(frozen=True)
class Recounted:
    """What the features' own recounts found; `foreign`: whether there is a feature that is not of the package."""

    checks: Sequence[Check] = ()
    costs: Sequence[Costs] = ()
    rows: Sequence[Rows] = ()
    limiting: frozenset[tuple[str, str, str]] = frozenset()
    foreign: bool = False

    @property
    def labels(self) -> dict[str, str]:
        """Words of the cost terms that say them."""
        return {cost.term: cost.label for cost in self.costs if cost.label}

    def unknown(self, terms: Iterable[Any]) -> list[str]:
        """Those of some cost terms that nobody can recount, once each; none where every feature is known."""
        known = {cost.term for cost in self.costs}
        return [str(term) for term in dict.fromkeys(terms) if term not in known] if self.foreign else []


def recounts_of(modules: Iterable[ModuleType]) -> dict[str, Recounter | None]:
    """The recount of each feature that is not of the package, by its name; None = it has none and needs one."""
    known = {*FAMILIES, *feature_parts("recount")}
    whole = dict.fromkeys(map(_whole, modules))
    return {str(module.NAME): _recounter(module) for module in whole if str(module.NAME) not in known}


def _whole(module: ModuleType) -> ModuleType:
    """The feature whose folder holds a file, where that is one; else the module itself."""
    folder = sys.modules.get(module.__package__ or "")
    return folder if hasattr(folder, "NAME") and folder is not None else module


def _recounter(module: ModuleType) -> Recounter | None:
    own = getattr(module, "recount", None)
    if not callable(own) and hasattr(module, "__path__"):
        place = f"{module.__name__}.recount"
        own = importlib.import_module(place).recount if importlib.util.find_spec(place) else None
    return own if callable(own) else None


def run_recounts(whole: Whole, recounts: Mapping[str, Recounter | None]) -> Recounted:
    """Run the recounts of the package's features and `recounts`, on tables that are whole.

    One that fails, or says something else, is a failed check. The tables of a feature that is off hold nothing.
    """
    found: list[Finding] = []
    parts = feature_parts("recount")
    foreign = {name: recounter for name, recounter in recounts.items() if name not in parts}
    for name, part in parts.items():
        if whole.on(name):
            problems, given = _run(part.recount, PlanTables(whole), whole.case, found)
            found += given if not problems else [*given, none_found(_title(name), "findings", problems, len(given))]
        else:
            found.append(switched_off(getattr(part, "CHECK", _title(name)), name))
            tables = feature_parts("tables")[name].TABLES if name in feature_parts("tables") else ()
            found += [Rows(table.name, table.key) for table in tables]
    for name, recounter in foreign.items():
        if recounter is None:
            found.append(not_checked(_title(name), "its file has no function 'recount'"))
            continue
        copies = {key: table.copy() for key, table in whole.tables.items()}
        problems, given = _run(recounter, copies, whole.case, found)
        found += [none_found(_title(name), "findings", problems, len(given)), *given]
    return _sorted(found, foreign=bool(foreign))


def _title(name: str) -> str:
    return f"recount of '{name}'"


def _run(
    recounter: Recounter, tables: Mapping[str, Frame], case: Case, before: Sequence[Finding]
) -> tuple[list[str], list[Finding]]:
    """What is wrong with a recount, in words, and what it found."""
    try:
        given: list[Any] = list(recounter(tables, case))
        problems = [f"it gives {item!r}, which is no finding" for item in given if not isinstance(item, Finding)]
        flows = len(tables["route_flows"])
        given = [_in_numbers(item, flows) if isinstance(item, Costs) else item for item in given]
        problems += _repeated(given, before)
    except (Exception, SystemExit) as error:  # the user's own code: whatever it raises is told, not passed on
        return [f"{type(error).__name__}: {error}"], []
    return problems, [item for item in given if isinstance(item, Finding)]


def _sorted(found: Sequence[Finding], *, foreign: bool) -> Recounted:
    """Findings by their kind."""
    return Recounted(
        [item for item in found if isinstance(item, Check)],
        [item for item in found if isinstance(item, Costs)],
        [item for item in found if isinstance(item, Rows)],
        frozenset(asset for item in found if isinstance(item, Limiting) for asset in item.assets),
        foreign,
    )


def _in_numbers(cost: Costs, flows: int) -> Costs:
    """The same with plain keys and figures, one per unit for each flow. Raises TypeError or ValueError otherwise."""
    amounts = {(int(year), str(country)): float(amount) for (year, country), amount in cost.amounts.items()}
    if cost.per_unit is None:
        return replace(cost, term=str(cost.term), amounts=amounts)
    per_unit = np.asarray(cost.per_unit, dtype=float)
    if per_unit.shape != (flows,):
        raise ValueError(f"per_unit of '{cost.term}' has the shape {per_unit.shape}; route_flows has {flows} rows")
    return replace(cost, term=str(cost.term), amounts=amounts, per_unit=per_unit)


def _repeated(found: Sequence[Any], before: Sequence[Finding]) -> list[str]:
    """Cost terms that are recounted twice: they would be counted double."""
    taken = {item.term for item in before if isinstance(item, Costs)}
    problems = []
    for cost in found:
        if isinstance(cost, Costs):
            if cost.term in taken:
                problems.append(f"the cost term '{cost.term}' is recounted already")
            taken.add(cost.term)
    return problems
