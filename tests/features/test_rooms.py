"""Features live in rooms of their own: what is theirs stands in their folder, and nowhere else in the model."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from model.features import feature_parts
from model.formulation.plugins import constraint_families, cost_terms, owner
from model.plan.kinds import KINDS
from model.plan.tables import TABLES

MODEL = Path(__file__).parents[2] / "model"
FEATURES = MODEL / "features"
KNOWN: dict[str, dict[str, set[str]]] = {
    # constants of shippers' choice are what calibration fits and validation tests: it is their subject
    "choice": {
        "studies/history/calibration.py": {"choice_entries"}, "studies/history/validation.py": {"choice_entries"},
    },
    # the appraisal's own word for what others pay (any feature may tell some: hook `transfers` of report.py), and on
    # sheet Routes the changes of carrier
    "transfers": {
        "reports/analysis/appraisal.py": {"transfers"}, "reports/analysis/gain.py": {"transfers"},
        "reports/brief/money.py": {"transfers"}, "reports/features.py": {"transfers"},
         "reports/workbook/money/appraisal.py": {"transfers"},
        "reports/workbook/money/appraisal_years.py": {"transfers"}, "reports/workbook/traffic/routes.py": {"transfers"},
    },
    # the table that says what is installed, used and worth is the first answer of a capacity planner: prices are
    # written into it, the verifier checks them there, and reports read it (as `facts.capacities`, with ships in it)
    "capacity": {
        "plan/verify/tables/stated.py": {"capacities"},
        "reports/analysis/bottlenecks.py": {"capacities"}, "reports/analysis/events.py": {"capacities"},
        "reports/analysis/needs.py": {"capacities"},
        "reports/analysis/quality.py": {"capacities"}, "reports/analysis/value.py": {"capacities"},
        "reports/facts.py": {"capacities"}, "reports/workbook/evidence/inputs.py": {"capacities"},
        "reports/workbook/traffic/capacity.py": {"capacities"},
    },
    # explain asks which policies no plan keeps, and a target is a policy: they are the subject, not an example of a
    # limit; cells that say 'missed' have a colour
    "policies": {
        "reports/workbook/formats.py": {"missed"}, "studies/explain/causes.py": {"policies"},
        "studies/explain/enough.py": {"missed", "policies"}, "studies/explain/explanation.py": {"missed", "policies"},
        "studies/explain/reach.py": {"missed", "policies"}, "studies/explain/relaxing/families.py": {"policies"},
        "studies/variants/target.py": {"policy_levels"},
    },
    # why a ship is bought is told like the reason of any project, from the fleet's table
    "fleet": {
        "reports/analysis/ships.py": {"assigned", "fleets"},
        "reports/analysis/trials.py": {"fleets"}, "reports/analysis/why.py": {"fleets"},
    },
    # another thing: how settled the year of an opening is
    "timing": {
        "plan/planner.py": {"timing"}, "reports/analysis/why.py": {"timing"}, "solvers/core/outcome.py": {"timing"},
    },
    # another thing: projects without which an arc cannot be used, and rows that a decision opens
    "gates": {
        "network/attributes.py": {"gates"}, "network/graph.py": {"gates"}, "network/legs.py": {"gates"},
        "studies/best_routes.py": {"gates"},
        "plan/verify/rates.py": {"gates"}, "plan/verify/verifier.py": {"gates"}, "plan/verify/whole.py": {"gates"},
    },
}  # fmt: skip
"""What files of other rooms say of a feature, or by its word of another thing, and why: it may only become less."""


def rooms() -> list[str]:
    """Names of the folders."""
    return sorted(path.parent.name for path in FEATURES.glob("*/__init__.py"))


@cache
def trees() -> dict[str, ast.Module]:
    """All files of the model outside features, and outside the declarations of sheets, by path."""
    files = [
        path for path in MODEL.rglob("*.py") if FEATURES not in path.parents and MODEL / "case" not in path.parents
    ]
    return {str(path.relative_to(MODEL)): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def components(folder: str) -> set[str]:
    """Pyomo components that its rows.py gives to a block: `block.excess = pyo.Var(…)`."""
    path = FEATURES / folder / "rows.py"
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.exists() else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and "pyo." in ast.unparse(node.value.func):
            found |= {target.attr for target in node.targets if isinstance(target, ast.Attribute)}
    return found


WORDS_OF_SHEETS = {
    "availability", "capacity", "capital", "co2", "committed", "envelope", "excludes", "fleet", "handling", "perceived",
    "policy", "renewal", "requires", "salvage", "surcharge", "together", "transport", "unserved", "upkeep",
}  # fmt: skip
"""Words of the sheets that features, cost terms or their components are called by: a status of projects, a kind of tie
between two of them, a price or a column is not a trace of the feature."""

COMPARED_BY_TERM = {
    # what waits, and what that costs, is what the study of outages is about
    "studies/variants/outages.py": {"unserved"},
    # the workbook reconciles what is spent by project with what is paid by term
    "reports/workbook/evidence/checks.py": {"capital", "renewal"},
    "reports/workbook/money/capital.py": {"capital", "renewal", "salvage"},  # salvage is what is left of both
}
"""Files of other rooms that pick cost terms by name: they may only become fewer."""


def own_names(folder: str) -> set[str]:
    """Words that are of one feature: its name, cost terms, plan tables and Pyomo components."""
    package = f"model.features.{folder}"
    terms = {str(term.NAME) for term in cost_terms() if owner(term).__name__ == package}
    assert TABLES  # read first: files of plan tables import other files of the room plan, which need it
    tables = {table.name for name, part in feature_parts("tables").items() if name == folder for table in part.TABLES}
    return ({folder} | terms | tables | components(folder)) - set(KINDS) - WORDS_OF_SHEETS


def mentions(tree: ast.Module) -> Iterator[str]:
    """Words that code says: texts, attributes that are no methods called, and what is imported of features."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Attribute) and id(node) not in called:
            yield node.attr
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("model.features."):
            yield str(node.module).split(".")[2]


@cache
def said() -> dict[str, set[str]]:
    """Words of each file."""
    return {path: set(mentions(tree)) for path, tree in trees().items()}


@pytest.mark.parametrize("folder", rooms())
def test_nothing_outside_its_folder_names_a_feature(folder: str) -> None:
    """Proves: no file of another room says the name of the feature, of its cost terms, plan tables or Pyomo components,
    or imports it. If it were ignored: one who changes the feature had to know all the places that know it."""
    names = own_names(folder)
    known = KNOWN.get(folder, {})
    found = {path: (names & words) - known.get(path, set()) for path, words in said().items()}
    assert {path: words for path, words in found.items() if words} == {}


def picked(tree: ast.Module) -> set[str]:
    """Cost terms that code picks by name: `costs["term"] == "capital"`, `term="capital"`, or several in one list."""
    terms, found = {str(module.NAME) for module in cost_terms()}, set[str]()

    def texts(node: ast.AST) -> set[str]:
        return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}

    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension) and "term" in ast.unparse(node.target):
            found |= texts(node.iter) & terms
        elif isinstance(node, ast.Compare) and "term" in ast.unparse(node):
            found |= texts(node) & terms
        elif isinstance(node, ast.keyword) and node.arg == "term":
            found |= texts(node.value) & terms
    return found


def test_cost_terms_are_not_picked_by_name() -> None:
    """Proves: no other file asks for a cost term by its name, but where that term is the subject. If it were ignored:
    a new or renamed term would be left out of the outlays, the appraisal or the verifier without a word."""
    told = {path: words for path, tree in trees().items() if (words := picked(tree))}
    assert told == COMPARED_BY_TERM


def test_every_family_has_a_room_and_every_exception_is_needed() -> None:
    """Proves: all constraint families lie in rooms, and each listed exception is needed. If it were ignored: a new
    family would be scattered like the old ones, and nobody would take a done one off the list."""
    assert {owner(module).__name__ for module in constraint_families().values()} == {
        f"model.features.{name}" for name in feature_parts("rows")
    }
    for folder, files in KNOWN.items():
        assert {path: own_names(folder) & said()[path] for path in files} == files
