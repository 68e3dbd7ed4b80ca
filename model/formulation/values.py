"""Values of the variables of a model, kept beside it: an expression is worked out from them, Pyomo never holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from operator import mul
from typing import Any

import numpy as np
from pyomo.common.numeric_types import native_numeric_types
from pyomo.core.expr import LinearExpression
from pyomo.core.expr.visitor import StreamBasedExpressionVisitor

from model.network.graph import FloatArray


class Values:
    """What each variable is, and what an expression in them comes to: `values(expression)`.

    A variable that the solver never saw is 0, or what it is fixed at.
    """

    def __init__(self, variables: Iterable[Any], values: FloatArray | Sequence[float]) -> None:
        """Values of variables in their order, shape (variables,)."""
        self._variables = tuple(variables)  # an id means its variable as long as that lives
        self._value_of = dict(zip(map(id, self._variables), map(float, values), strict=True))
        self._sum = _Sum()  # Pyomo takes long to make one: copies share it

    def __call__(self, expression: Any) -> float:
        """Value of a number, a variable or an expression."""
        if expression.__class__ in native_numeric_types:
            return float(expression)
        if expression.is_expression_type():
            self._sum.values = self
            return float(self._sum.walk_expression(expression))
        return self.of(expression)

    def of(self, leaf: Any) -> float:
        """Value of a variable or a parameter."""
        value = self._value_of.get(id(leaf))
        return float(leaf.value or 0.0) if value is None else value

    def in_order(self) -> FloatArray:
        """Values of the variables that it was made of, in their order, shape (variables,)."""
        return np.fromiter(self._value_of.values(), dtype=np.float64, count=len(self._variables))

    def copy(self) -> Values:
        """The same values, to be changed. Copies are not to be asked in two threads at once."""
        other = copy(self)
        other._value_of = self._value_of.copy()
        return other

    def change(self, changes: Iterable[tuple[Any, float]]) -> None:
        """Give variables other values, one after the other: what comes later may build on what went before."""
        for variable, value in changes:
            self._value_of[id(variable)] = float(value)


class _Sum(StreamBasedExpressionVisitor):
    """Works out an expression from its leaves up, without touching them."""

    values: Values
    """Those asked."""

    def beforeChild(self, _: Any, child: Any, __: int) -> tuple[bool, Any]:
        """Leaves are looked up; everything else is entered."""
        if child.__class__ in native_numeric_types:
            return False, child
        if child.__class__ is LinearExpression:  # of thousands of terms: entered, it would make a node of each
            terms = map(mul, map(self.values, child.linear_coefs), map(self.values.of, child.linear_vars))
            return False, self.values(child.constant) + sum(terms)
        if child.is_expression_type():
            return True, None
        return False, self.values.of(child)

    def exitNode(self, node: Any, found: list[Any]) -> Any:
        """What the node makes of what stands in it."""
        return node._apply_operation(found)
