"""Values of variables beside the model."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import LinearExpression

from model.formulation.values import Values


def test_expressions_are_worked_out_from_the_array_and_pyomo_stays_empty() -> None:
    """
    Proves: 2x + 3y - 1 with x = 2, y = 5 is 18, also as a named expression, in a row, in a sum and in a product;
    numbers, parameters and variables are what they are. No variable holds a value afterwards.
    If it were ignored: tables would be made of what was last written into the model, by whomever.
    """
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(), pyo.Var([1, 2])
    model.p = pyo.Param(initialize=4.0, mutable=True)
    model.named = pyo.Expression(expr=2 * model.x + 3 * model.y[1] - 1)
    model.row = pyo.Constraint(expr=model.named + model.p * model.x <= 7)
    values = Values((model.x, model.y[1], model.y[2]), np.array([2.0, 5.0, 0.5]))
    assert values(model.named) == values(2 * model.x + 3 * model.y[1] - 1) == 18.0
    assert values(model.row.body) == 26.0
    assert values(model.row.upper) == 7.0
    assert values(pyo.quicksum(model.y[i] for i in (1, 2))) == 5.5
    assert values((model.x + 1) * model.y[1] / model.y[2]) == 30.0
    assert values(-model.x) == -2.0
    linear = LinearExpression(constant=1.0, linear_coefs=[3.0, model.p], linear_vars=[model.x, model.y[2]])
    assert values(linear) == values(linear + 0 * model.x) == values(linear * model.y[2] + 0.5 * linear) == 9.0
    assert (values(3), values(model.p), values(model.x)) == (3.0, 4.0, 2.0)
    assert [variable.value for variable in (model.x, model.y[1], model.y[2])] == [None] * 3


def test_what_the_solver_never_saw_is_zero_or_fixed() -> None:
    """Proves: a variable that is not among the columns is 0, a fixed one what it is fixed at (the compiler leaves
    both out). If it were ignored: a case with an idle asset could not be written down."""
    model = pyo.ConcreteModel()
    model.idle, model.held = pyo.Var(), pyo.Var()
    model.held.fix(3.0)
    assert Values((), ())(10 * model.idle + model.held) == 3.0


def test_changes_build_on_each_other() -> None:
    """Proves: of two changes made in one go the second sees the first: x becomes 4, then y = 2x = 8. If it were
    ignored: extra capacity would be told by the installed capacity before it was told in full."""
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(), pyo.Var()
    values = Values((model.x, model.y), (1.0, 1.0))
    values.change(
        (variable, amount()) for variable, amount in ((model.x, lambda: 4.0), (model.y, lambda: 2 * values(model.x)))
    )
    assert values(model.y) == 8.0


def test_values_in_order_are_those_of_the_first_variables_changed() -> None:
    """
    Proves: values come in the order of the variables they were made of, changes among them, without a variable that
    was named later.
    If they came in the order of the changes: one project would be given the modules of another.
    """
    model = pyo.ConcreteModel()
    model.x = pyo.Var([1, 2, 3])
    values = Values(model.x.values(), [1.0, 2.0, 3.0]).copy()
    model.y = pyo.Var()
    values.change([(model.y, 9.0), (model.x[2], 5.0), (model.x[1], 4.0)])
    assert values.in_order().tolist() == [4.0, 5.0, 3.0]


def test_copies_are_worked_out_each_from_its_own_values() -> None:
    """
    Proves: an expression of two copies, asked for in turn, comes to what each of them holds.
    If a copy answered from the other's values: a changed plan would be told to break the rules of the plan before it.
    """
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(), pyo.Var()
    first = Values((model.x, model.y), (1.0, 2.0))
    second = first.copy()
    second.change([(model.x, 10.0)])
    total = model.x**2 + 3 * model.y
    assert [values(total) for values in (first, second, first, second)] == [7.0, 106.0, 7.0, 106.0]
