"""How pandas keeps text: the same whether pyarrow is installed or not, and only while the planner works."""

from __future__ import annotations

import pandas as pd
import pytest

from model.case.pandas_text import kept_as_python_text
from model.plan.planner import make_plan
from tests.minis import two_node_case

PYTHON_TEXT = pd.StringDtype("python", na_value=float("nan"))


def test_text_is_kept_the_same_with_or_without_pyarrow() -> None:
    """Proves: while the planner works text columns are Python strings, and a look-up of figures on a filtered table
    without rows adds up to 0; the tables of a plan keep their text so.

    If it were ignored: with pyarrow installed pandas keeps Arrow's arrays, where `map` on an empty text column gives
    text again and filling it with 0.0 is a TypeError: a plan without spending in some window crashed.
    """

    @kept_as_python_text
    def spent() -> float:
        projects = pd.DataFrame({"project": ["Quay", "Yard"], "amount": [1.0, 2.0]})
        assert projects["project"].dtype == PYTHON_TEXT
        none = projects[projects["amount"] > 2.0]
        return float((none["amount"] * none["project"].map({"Quay": 0.5}).astype(float).fillna(0.0)).sum())

    assert spent() == 0.0
    assert make_plan(two_node_case()).tables["investments"]["project"].dtype == PYTHON_TEXT


def test_the_option_of_pandas_is_put_back_also_after_an_error() -> None:
    """Proves: pandas' global option stands after a call, and after one that fails, as it stood before, whatever that
    was. If it were ignored: importing or calling the planner would change the tables of the notebook around it."""

    @kept_as_python_text
    def fails() -> None:
        raise ZeroDivisionError

    for wanted in ("auto", "python"):
        with pd.option_context("mode.string_storage", wanted):
            with pytest.raises(ZeroDivisionError):
                fails()
            assert pd.get_option("mode.string_storage") == wanted
