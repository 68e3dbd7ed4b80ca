"""The Plan: what was decided, as tables, with the outcome of the solve and the verifier's checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from model.case.case import Case
from model.plan.tables import TABLES
from model.solvers.outcome import Outcome


@dataclass(frozen=True)
class Plan:
    """Result of planning one case.

    `tables` hold the declared plan tables (all empty when there is no plan), `checks` the verifier's findings and
    `constraints` which constraint families were on.
    """

    case: Case
    outcome: Outcome
    tables: Mapping[str, pd.DataFrame]
    checks: pd.DataFrame
    constraints: Mapping[str, bool] = field(default_factory=dict)

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan that the verifier accepts."""
        return self.outcome.has_plan

    @property
    def verified(self) -> bool:
        """Whether every check of the verifier passed."""
        return self.has_plan and bool(self.checks["ok"].all())


def empty_tables() -> dict[str, pd.DataFrame]:
    """The declared plan tables without rows."""
    return {name: pd.DataFrame(columns=table.columns) for name, table in TABLES.items()}
