"""What a project of the plan saves, in words: of which kind of cost, and what of it others pay."""

from __future__ import annotations

from typing import Any

from model.reports.analysis.gain import saved_parts
from model.reports.analysis.project_years import saved_by_kind
from model.reports.brief.others_pay import paid_words
from model.reports.facts import Facts
from model.studies.console.summary import UNSEEN


def saved_words(facts: Facts, row: Any) -> str:
    """' What it saves is not money alone; …' and ' Transfers in what it saves: …', of a row of `why.decisions`."""
    return f"{kinds_words(facts, row)}{paid_words(facts, row)}"


def kinds_words(facts: Facts, row: Any) -> str:
    """The first of them; '' where all is costs paid, and where the kinds were worked out of no project."""
    split = facts.once(saved_by_kind)
    if split and row.decision == "Build" and str(row.project) not in split:
        return " What it saves was not split by kind of cost: time was up."
    parts = {kind: value for kind, value in split.get(str(row.project), {}).items() if abs(value) >= UNSEEN}
    if set(parts) <= {"money"}:
        return ""
    return f" What it saves is not money alone; in million USD: {'; '.join(saved_parts(parts))}."
