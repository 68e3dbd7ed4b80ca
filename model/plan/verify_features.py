"""Features that the verifier does not know by itself: their own `recount` is run, or it is said that none was.

A module of a constraint family or cost term, of the package or of a user's file, may hold

    recount(tables, case)            all plan tables by name and the case → Check and Costs, as many as there are

as a function of its own, or in a file `recount.py` of its folder. Nothing else of it is used here.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from model.case.case import Case
from model.plan.verify_checks import Check, Costs, Frame, none_found, not_checked

Recounter = Callable[[Mapping[str, Frame], Case], Iterable[Check | Costs]]

FAMILIES: Final = (
    "capacity",
    "envelopes",
    "project_rules",
    "timing",
    "committed",
    "demand",
    "fleet",
    "policies",
    "availability",
    "gates",
    "empties",
    "congestion",
)
"""Constraint families that the verifier knows; their checks are left out when the Constraints sheet has them off."""

TERMS: Final = {
    "box_hire": "Hire of containers",
    "capital": "Capital",
    "co2": "CO2",
    "congestion_delay": "Delay by congestion",
    "handling": "Handling",
    "perceived": "Perceived cost (not paid)",
    "policy_breach": "Missed policies",
    "sailing": "Ship trips and fuel",
    "renewal": "Renewals",
    "salvage": "Salvage",
    "ship_co2": "CO2 of ships",
    "surcharge": "Surcharges",
    "time": "Time of goods",
    "transport": "Transport tariffs",
    "unserved": "Unserved demand",
    "upkeep": "Fixed upkeep",
}
"""Cost terms that the verifier adds up itself, with their labels."""


@dataclass(frozen=True)
class Recounted:
    """What the features' own recounts found; `foreign`: whether there is a feature that the verifier does not know."""

    checks: Sequence[Check] = ()
    costs: Sequence[Costs] = ()
    foreign: bool = False

    def unknown(self, terms: Iterable[Any]) -> list[str]:
        """Those of some cost terms that nobody can recount, once each; none where every feature is known."""
        known = {*TERMS, *(cost.term for cost in self.costs)}
        return [str(term) for term in dict.fromkeys(terms) if term not in known] if self.foreign else []


def recounts_of(modules: Iterable[ModuleType]) -> dict[str, Recounter | None]:
    """The recount of each feature that has one or needs one, by the name of the feature; None = it has none."""
    found: dict[str, Recounter | None] = {}
    for module in dict.fromkeys(map(_whole, modules)):
        name, recounter = str(module.NAME), _recounter(module)
        if recounter is not None or name not in {*FAMILIES, *TERMS}:
            found[name] = recounter
    return found


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


def run_recounts(case: Case, tables: Mapping[str, Frame], recounts: Mapping[str, Recounter | None]) -> Recounted:
    """Run every recount on tables that are whole. One that fails, or says something else, is a failed check."""
    checks: list[Check] = []
    costs: list[Costs] = []
    for feature, recounter in recounts.items():
        name = f"recount of '{feature}'"
        if recounter is None:
            checks.append(not_checked(name, "its file has no function 'recount'"))
            continue
        try:
            found = list(recounter({key: table.copy() for key, table in tables.items()}, case))
            problems = [f"it gives {item!r}, neither Check nor Costs" for item in found if not _is_known(item)]
            found = [_in_numbers(item) if isinstance(item, Costs) else item for item in found]
            problems += _repeated(found, costs)
        except (Exception, SystemExit) as error:  # the user's own code: whatever it raises is told, not passed on
            found, problems = [], [f"{type(error).__name__}: {error}"]
        checks.append(none_found(name, "findings", problems, len(found)))
        checks += [item for item in found if isinstance(item, Check)]
        costs += [item for item in found if isinstance(item, Costs)]
    return Recounted(checks, costs, bool(recounts))


def _is_known(item: Any) -> bool:
    return isinstance(item, (Check, Costs))


def _in_numbers(cost: Costs) -> Costs:
    """The same with plain keys and figures. Raises TypeError or ValueError for anything else."""
    amounts = {(int(year), str(country)): float(amount) for (year, country), amount in cost.amounts.items()}
    per_unit = {
        (str(route), int(segment), str(period)): float(amount)
        for (route, segment, period), amount in cost.per_unit.items()
    }
    return Costs(str(cost.term), amounts, per_unit)


def _repeated(found: Sequence[Any], before: Sequence[Costs]) -> list[str]:
    """Cost terms that are recounted twice, or that the verifier adds up itself: they would be counted double."""
    taken = set(TERMS) | {cost.term for cost in before}
    problems = []
    for cost in found:
        if isinstance(cost, Costs):
            if cost.term in taken:
                problems.append(f"the cost term '{cost.term}' is recounted already")
            taken.add(cost.term)
    return problems
