"""Plans capacity investment in the Trans-Caspian corridor.

From a notebook or a script:

    from model import read_case, solve, compare, study

    case = read_case("inputs/middle_corridor_lean")
    plan = solve(case, time_limit=120)
    plan.table("investments")
    wider = solve(case.edit("Links", {"link": "L090"}, capacity_kteu=280), time_limit=120)
    compare(plan, wider)

`docs/notebook.md` goes through it. The names below are looked up when they are first used: importing the package costs
nothing, and changes no option of pandas or anything else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.case.editing import EditableCase as Case
    from model.case.messages import CaseError
    from model.notebook import Comparison, compare, read_case, solve, study
    from model.plan.plan import Plan

__all__ = ["Case", "CaseError", "Comparison", "Plan", "compare", "read_case", "solve", "study"]

_PLACES = {
    "Case": ("model.case.editing", "EditableCase"),
    "CaseError": ("model.case.messages", "CaseError"),
    "Plan": ("model.plan.plan", "Plan"),
    **{name: ("model.notebook", name) for name in ("Comparison", "compare", "read_case", "solve", "study")},
}


def __getattr__(name: str) -> object:
    """A name of the notebook door, looked up when it is first used. Raises AttributeError for any other."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    place, inside = _PLACES[name]
    found: object = getattr(import_module(place), inside)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Names for completion."""
    return sorted({*globals(), *__all__})
