"""Names and values given in code against what is declared: a slip is an error that suggests the right name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from model.case.schema import SETTINGS
from model.case.schema.columns import Kind, Sheet
from model.case.text import did_you_mean, listed


def require_name(word: str, names: Collection[str], what: str) -> None:
    """Raises KeyError, with the nearest name, for a word that is none of the names."""
    if word not in names:
        hint = did_you_mean(str(word), names) or f" There are: {listed(names, 12)}."
        raise KeyError(f"there is no {what} {word!r}.{hint}")


def require_known(word: str, names: Collection[str], what: str) -> None:
    """The same for a name that a user asks for. Raises ValueError, a whole sentence."""
    try:
        require_name(word, names, what)
    except KeyError as error:
        words = str(error.args[0])
        raise ValueError(f"{words[0].upper()}{words[1:]}") from None


def require_columns(sheet: Sheet, names: Iterable[Any]) -> None:
    """Raises KeyError, with the nearest name, for a column that the sheet does not declare."""
    for name in names:
        if not (isinstance(name, int) and sheet.year_column is not None):
            require_name(name, sheet.names, f"column of {sheet.name} called")


def require_setting(name: str, value: Any) -> None:
    """Raises KeyError for an undeclared setting and ValueError for a value of another kind than the declared one."""
    require_name(name, SETTINGS, "setting")
    column = SETTINGS[name].column
    if value is None:
        return
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if column.numeric and not number:
        raise ValueError(f"setting {name}: {value!r} is no number")
    if column.kind is Kind.FLAG and not isinstance(value, bool | np.bool_):
        raise ValueError(f"setting {name}: {value!r} is neither True nor False")
    if column.allowed and value not in column.allowed:
        raise ValueError(f"setting {name}: {value!r} is none of {', '.join(column.allowed)}")
