"""How much of what a project of the plan saves is money that somebody else pays or earns less, and who that is."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from model.formulation.entries import SHIP_LINES
from model.formulation.rule_closures import goes_without
from model.reports.analysis.trials import BOUND
from model.reports.facts import Facts
from model.reports.features import feature_paid_by
from model.reports.names import country
from model.reports.text import listed
from model.studies.console.summary import UNSEEN
from model.studies.console.words import share

SHOWN: Final = 4


def paid_by(facts: Facts, row: Any) -> dict[str, float]:
    """Who pays → million USD of present value, for a row of `why.decisions` and the projects that leave with it."""
    package = {str(row.project), *goes_without(str(row.along or ""))}
    found: dict[str, float] = {}
    for project in sorted(package):
        for who, amount in facts.once(feature_paid_by).get(project, {}).items():
            found[who] = found.get(who, 0.0) + amount
    return found


def paid_words(facts: Facts, row: Any) -> str:
    """' Transfers in what it saves: …': how much, who pays, and what remains after its own costs; '' where nobody does.

    The remainder is a subtraction: cargo that would go elsewhere without the cut is not followed.
    """
    found = paid_by(facts, row)
    whole = math.fsum(found.values())
    if row.decision != "Build" or abs(whole) < UNSEEN:
        return ""
    order = sorted((who for who in found if abs(found[who]) >= UNSEEN), key=lambda who: -abs(found[who]))
    payers = listed(
        [f"{who if who == SHIP_LINES else country(who)} {share(found[who] / whole)}" for who in order], SHOWN
    )
    words = f" Transfers in what it saves: {whole:,.1f} million USD, which others pay or do not earn ({payers})."
    if pd.isna(row.value) or pd.isna(row.cost):
        return words
    left, bound = float(row.value) - whole - float(row.cost), row.kind == BOUND
    words += f" Without them, and after its own costs of {float(row.cost):,.1f},"
    if left < 0:
        return f"{words} it loses {-left:,.1f}{' at most' if bound else ''}."
    return f"{words} it gains {'at least ' if bound else ''}{left:,.1f}."
