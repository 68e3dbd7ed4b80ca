"""What a project of the plan saves by kind of cost, in words."""

from __future__ import annotations

from typing import Any

from model.reports.analysis.gain import saved_parts
from model.reports.analysis.project_years import saved_by_kind
from model.reports.facts import Facts
from model.reports.text import listed
from model.studies.console.summary import UNSEEN


def kinds_words(facts: Facts, row: Any) -> str:
    """' What it saves, in million USD: 80.1 of costs paid …', of a row of `why.decisions`; '' where all is costs paid.

    Also '' where the kinds were not worked out.
    """
    found = facts.once(saved_by_kind).get(str(row.project), {})
    parts = {kind: value for kind, value in found.items() if abs(value) >= UNSEEN}
    if set(parts) <= {"money"}:
        return ""
    return f" Not all that it saves is money; in million USD: {listed(saved_parts(parts), len(parts))}."
