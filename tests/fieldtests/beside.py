"""The field tests beside the checkout: situations met by users, each a folder with its input and the answer by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.case.case import Case
from model.case.reader import read_case


def folder(name: str) -> Path:
    """The folder of a field test; the test is skipped where the field tests are not there."""
    for above in Path(__file__).resolve().parents:
        if (found := above / "shared" / "fieldtests" / name).is_dir():
            return found
    pytest.skip("the field tests are not beside this checkout")


def field_case(name: str, scenario: str | None = None) -> Case:
    """The case of a field test, named by its path; raises CaseError when it is refused."""
    return read_case(folder(name.partition("/")[0]) / name.partition("/")[2], scenario)
