"""The one internal of Pyomo that the planner uses: its compiler to standard form."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse import csr_array

HOME = Path(__file__).parents[3]


def test_pyomo_is_capped_below_the_next_minor_version() -> None:
    """Proves: the declared cap is the next minor version of the Pyomo that these tests run with, or further down.
    If it were ignored: an update of Pyomo could change the compiler, and with it every plan, on a user's computer."""
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = [item for item in project["dependencies"] if item.startswith("pyomo")]
    cap = re.search(r"<(\d+)\.(\d+)$", wanted)
    assert cap is not None
    major, minor = map(int, metadata.version("pyomo").split(".")[:2])
    assert (int(cap[1]), int(cap[2])) <= (major, minor + 1)


def test_the_compiler_gives_rows_columns_and_senses_as_they_are_read() -> None:
    """Proves: with `mixed_form`, minimise 3 a + 2 b + 7 under a + 2 b <= 4, a + b >= 1, a - b = 0.5 and 2 <= a + b <= 5
    comes as A, right sides, senses (1 for <=, -1 for >=, 0 for =), two rows for a range, the constant 7 and the very
    variables of the model, whole numbers and bounds with them. A row without variables is no row.
    If it were ignored: a sense read the wrong way round would turn limits into demands."""
    model = pyo.ConcreteModel()
    model.a = pyo.Var(bounds=(0, 9), domain=pyo.Integers)
    model.b = pyo.Var(bounds=(-1, None))
    model.most = pyo.Constraint(expr=model.a + 2 * model.b <= 4)
    model.least = pyo.Constraint(expr=model.a + model.b >= 1)
    model.equal = pyo.Constraint(expr=model.a - model.b == 0.5)
    model.between = pyo.Constraint(expr=(2, model.a + model.b, 5))
    model.cost = pyo.Objective(expr=3 * model.a + 2 * model.b + 7)
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    place = {id(variable): i for i, variable in enumerate(form.columns)}
    a, b = place[id(model.a)], place[id(model.b)]
    assert form.columns[a].bounds == (0, 9)
    assert not form.columns[a].is_continuous()
    assert form.columns[b].bounds == (-1, None)
    cost = np.asarray(csr_array(form.c).todense(), dtype=float).ravel()
    assert (cost[a], cost[b], float(np.asarray(form.c_offset).ravel()[0])) == (3.0, 2.0, 7.0)
    matrix = csr_array(form.A).toarray()
    rows = {
        (row.constraint.local_name, row.bound_type): (matrix[i, a], matrix[i, b], form.rhs[i])
        for i, row in enumerate(form.rows)
    }
    assert rows == {
        ("most", 1): (1.0, 2.0, 4.0),
        ("least", -1): (1.0, 1.0, 1.0),
        ("equal", 0): (1.0, -1.0, 0.5),
        ("between", 1): (1.0, 1.0, 5.0),
        ("between", -1): (1.0, 1.0, 2.0),
    }
