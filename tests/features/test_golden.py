"""What each feature adds to the mathematical programme, as LP text that is read by people, and its mini by hand.

`python -m tests.features.test_golden [FEATURE…]` writes the texts of tests/features/golden anew, of all features or of
those named; look at the differences before you keep them.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import pyomo.environ as pyo
import pytest

from model.case.case import Case
from model.features import feature_packages
from model.formulation.build import build
from model.formulation.formulation import Formulation
from model.formulation.plugins import constraint_families, cost_terms, owner
from model.network.graph import build_graph
from model.network.routes import RoutePool
from model.plan.export import column_names, row_names
from model.solvers.core.compiled import Compiled, compile_model
from tests.features.golden_minis import MINIS
from tests.formulation.solving import near, solve, without

FOLDER = Path(__file__).parent / "golden"
FEATURES = [str(package.NAME) for package in feature_packages()]
SIGNS = {(False, True): "<=", (True, False): ">=", (True, True): "="}


def files_of(feature: str) -> list[ModuleType]:
    """Rows and cost terms of a feature."""
    return [one for one in (*constraint_families().values(), *cost_terms()) if str(owner(one).NAME) == feature]


def parts(formulation: Formulation) -> set[int]:
    """All rows and columns by now."""
    found = formulation.model.component_data_objects((pyo.Constraint, pyo.Var), descend_into=True)
    return {id(one) for one in found}


def built(case: Case, feature: str) -> tuple[Formulation, set[int]]:
    """The model of a case, and the rows and columns that the feature has added."""
    new: set[int] = set()

    def watched(add: Any) -> Any:
        def watch(formulation: Formulation) -> None:
            before = parts(formulation)
            add(formulation)
            new.update(parts(formulation) - before)

        return watch

    with ExitStack() as stack:
        for module in (one for one in files_of(feature) if hasattr(one, "add")):
            stack.enter_context(patch.object(module, "add", watched(module.add)))
        return build(case, build_graph(case), RoutePool()), new


def charged(case: Case, feature: str) -> Iterator[tuple[str, float]]:
    """(column, its cost) that the cost terms of the feature charge, whoever has made the column."""
    found = []
    terms = [module for module in files_of(feature) if module in cost_terms()]
    for left_out in ([], terms):
        with ExitStack() as stack:
            for module in left_out:
                for hook in ("add", "finish"):
                    if hasattr(module, hook):
                        stack.enter_context(patch.object(module, hook, lambda formulation: None))
            formulation = build(case, build_graph(case), RoutePool())
        compiled = compile_model(formulation)
        found.append(dict(zip(column_names(formulation, compiled), compiled.cost.tolist(), strict=True)))
    costs, others = found
    yield from ((column, cost - others[column]) for column, cost in sorted(costs.items()) if cost != others[column])


def number(value: float) -> str:
    """A figure as a modeller writes it."""
    return f"{value:.6g}"


def linear(coefficients: Iterator[tuple[float, str]]) -> str:
    """'2 x - y'."""
    words = ""
    for value, name in coefficients:
        sign = "-" if value < 0 else "+"
        size = "" if abs(value) == 1.0 else f"{number(abs(value))} "
        words += f" {sign} {size}{name}" if words else f"{'- ' if value < 0 else ''}{size}{name}"
    return words or "0"


def rows_text(compiled: Compiled, names: list[str], columns: list[str], new: set[int]) -> Iterator[str]:
    """Rows that are new, in order of name."""
    matrix, found = compiled.matrix, {}
    for row, constraint in enumerate(compiled.constraints):
        if id(constraint) not in new:
            continue
        span = slice(matrix.indptr[row], matrix.indptr[row + 1])
        pairs = zip(matrix.indices[span].tolist(), matrix.data[span].tolist(), strict=True)
        entries = sorted((columns[at], value) for at, value in pairs)
        low, high = compiled.row_lower[row], compiled.row_upper[row]
        sign = SIGNS[bool(np.isfinite(low)), bool(np.isfinite(high))]
        limit = high if np.isfinite(high) else low
        body = f"{linear((value, name) for name, value in entries)} {sign} {number(limit)}"
        lines = textwrap.wrap(body, 110, break_long_words=False, break_on_hyphens=False)
        found[names[row]] = "\n".join([f" {names[row]}:", *(f"   {line}" for line in lines)])
    yield from (found[name] for name in sorted(found))


def text_of(feature: str) -> str:
    """Cost, rows, bounds and whole numbers that a feature adds to its mini, in the words of an LP file."""
    case = MINIS[feature].case()
    formulation, new = built(case, feature)
    compiled = compile_model(formulation)
    columns, names = column_names(formulation, compiled), row_names(formulation, compiled)
    mine = [at for at, variable in enumerate(compiled.variables) if id(variable) in new]
    lines = [f"\\ {feature}: what it adds to the programme of its mini", f"\\ {MINIS[feature].words}", "minimize"]
    lines += sorted(f"   {number(cost)} {column}" for column, cost in charged(case, feature))
    for module in files_of(feature):
        for period, rates in formulation.flow_rates.get(str(module.NAME), {}).items():
            asked = sorted({number(float(rate)) for rate in np.asarray(rates).ravel() if rate})
            lines.append(f"   \\ {module.NAME} in {period}: an arc costs {', '.join(asked)} a unit where it is charged")
    lines += ["subject to", *rows_text(compiled, names, columns, new), "bounds"]
    for at in sorted(mine, key=lambda at: columns[at]):
        high = compiled.upper[at]
        lines.append(f" {number(compiled.lower[at])} <= {columns[at]}" + (f" <= {number(high)}" if high < 1e20 else ""))
    whole = set(compiled.integer.tolist())
    lines += ["general", *(f" {columns[at]}" for at in sorted(mine, key=lambda at: columns[at]) if at in whole), "end"]
    return "\n".join(lines) + "\n"


def test_every_feature_has_a_mini() -> None:
    """Proves: no feature is without a mini and a text, and no text is left of one that is gone.
    If it were ignored: a new feature would come with rows that nobody has read."""
    assert sorted(MINIS) == sorted(FEATURES)
    assert sorted(path.stem for path in FOLDER.glob("*.lp")) == sorted(FEATURES)


@pytest.mark.parametrize("feature", FEATURES)
def test_what_a_feature_adds_is_as_written(feature: str) -> None:
    """Proves: the costs, rows, bounds and whole numbers that a feature adds to its mini are those of its text, under
    names that a modeller knows. If it were ignored: a sign or a coefficient could change unseen where no optimum
    depends on it."""
    assert text_of(feature) == (FOLDER / f"{feature}.lp").read_text(encoding="utf-8")


@pytest.mark.parametrize("feature", FEATURES)
def test_the_mini_by_hand(feature: str) -> None:
    """Proves: the optimum of the mini is the sum by hand that stands beside it, verified, and with the feature switched
    off the other one. If it were ignored: a feature could be there and do nothing."""
    mini = MINIS[feature]
    assert solve(mini.case()).outcome.objective == pytest.approx(mini.cost, abs=mini.within)
    if mini.without is not None:
        assert solve(without(mini.case(), feature)).outcome.objective == near(mini.without)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or FEATURES:
        (FOLDER / f"{name}.lp").write_text(text_of(name), encoding="utf-8")
