"""The Plan: what was decided, as tables, with the outcome of the solve and the verifier's checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from model.case.case import Case
from model.case.declared import require_name
from model.plan.tables import TABLES
from model.solvers.core.outcome import Outcome
from model.solvers.core.start import Start


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        """Case, status, cost and gap on one line; the tables are too long to show."""
        outcome = self.outcome
        said = f"<Plan of {self.case.name}, scenario {self.case.scenario}: {outcome.status}"
        if not self.has_plan or outcome.objective is None:
            return f"{said}; {outcome.message}>" if outcome.message else f"{said}>"
        gap = "gap unknown" if outcome.gap is None else f"gap {100 * outcome.gap:.2g} %"
        built = self.tables["investments"]["project"].nunique()
        return f"{said}, {outcome.objective:,.1f} million USD, {gap}, {built} projects open>"

    def table(self, name: str) -> pd.DataFrame:
        """A table of the plan, in canonical units, to keep and alter: `docs/outputs.md` says what each holds.

        Raises KeyError, which suggests the right name, for a table that the plan does not have.
        """
        require_name(name, self.tables, "table")
        return self.tables[name].copy()

    @property
    def start(self) -> Start | None:
        """What the plan of a case much like it can begin with (`SolveOptions.start`); None where nothing was kept."""
        return self.outcome.start

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
