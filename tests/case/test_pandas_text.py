"""How pandas keeps text: the same whether pyarrow is installed or not."""

from __future__ import annotations

import pandas as pd

import model.case  # noqa: F401 (what is tested is what importing it does)


def test_text_is_kept_the_same_with_or_without_pyarrow() -> None:
    """Proves: text columns are Python strings, and a look-up of figures on a filtered table without rows adds up to 0.

    If it were ignored: with pyarrow installed pandas keeps Arrow's arrays, where `map` on an empty text column gives
    text again and filling it with 0.0 is a TypeError: a plan without spending in some window crashed.
    """
    projects = pd.DataFrame({"project": ["Quay", "Yard"], "amount": [1.0, 2.0]})
    assert projects["project"].dtype == pd.StringDtype("python", na_value=float("nan"))
    none = projects[projects["amount"] > 2.0]
    assert float((none["amount"] * none["project"].map({"Quay": 0.5}).astype(float).fillna(0.0)).sum()) == 0.0
