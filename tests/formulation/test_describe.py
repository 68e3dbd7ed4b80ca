"""The page of the model's maths is made from the docstrings."""

from __future__ import annotations

from pathlib import Path

from model.formulation.describe import describe

PAGE = Path(__file__).parents[2] / "docs" / "model.md"


def test_page_is_current() -> None:
    """Proves: docs/model.md is what the docstrings say today. If it were ignored the maths people read would drift."""
    assert PAGE.read_text(encoding="utf-8") == describe()


def test_every_family_tells_its_maths() -> None:
    """Proves: each family states why, maths, data and switch. If it were ignored a modeler would have to guess."""
    page = describe()
    families = page.split("## Constraint families")[1].split("## Cost terms")[0].split("### ")[1:]
    for text in families:
        for word in ("Why:", "Maths:", "Indices:", "Data:", "Switch name:"):
            assert word in text, text.splitlines()[0]
