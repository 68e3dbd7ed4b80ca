"""The list of all checks. A new check is a function of `Tables`, entered here once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from model.case.checks.choice import check_choice, check_corridors
from model.case.checks.decisions import check_decisions
from model.case.checks.declared import check_key, check_ranges, check_references, check_settings
from model.case.checks.futures import check_futures
from model.case.checks.memo import Check, CheckMemo
from model.case.checks.operations import (
    check_effect_kinds,
    check_observed,
    check_optimism,
    check_outages,
    check_policies,
    check_profiles,
    check_seasons,
    check_vessels,
)
from model.case.checks.plausible.crossings import check_crossings
from model.case.checks.plausible.flows import check_flows
from model.case.checks.plausible.network import (
    check_background,
    check_carriers,
    check_coordinates,
    check_cost_per_km,
    check_isolated,
    check_speed,
)
from model.case.checks.plausible.policies import check_policy_limits
from model.case.checks.plausible.prices import check_prices
from model.case.checks.plausible.projects import check_commitments, check_project_effects, check_project_windows
from model.case.checks.plausible.values import check_jumps, check_siblings, check_usual
from model.case.checks.projects import check_budgets, check_funding, check_payers, check_projects, check_rules
from model.case.checks.structure import (
    check_constraints,
    check_costs,
    check_demand,
    check_discounting,
    check_effects,
    check_ends,
    check_periods,
    check_scenarios,
)
from model.case.checks.tables import Tables
from model.case.checks.words import check_countries, check_reserved, check_twins, check_unused
from model.case.checks.years import check_opening_years, check_sunk_capital
from model.case.schema import SHEETS
from model.case.schema.columns import Sheet


@dataclass(frozen=True, eq=False)
class OfSheet:
    """A check of one sheet, which runs where that has records that were not checked before."""

    check: Callable[[Tables, Sheet], None]
    sheet: Sheet

    def __call__(self, tables: Tables) -> None:
        """Check the sheet."""
        if tables.is_to_check(self.sheet):
            self.check(tables, self.sheet)

    @property
    def __name__(self) -> str:
        """Name of the check."""
        return self.check.__name__


def _of_each_sheet(*checks: Callable[[Tables, Sheet], None]) -> Iterator[OfSheet]:
    return (OfSheet(check, sheet) for sheet in SHEETS.values() for check in checks)


CHECKS: Final[tuple[Check, ...]] = (
    *_of_each_sheet(check_ranges, check_key),
    *_of_each_sheet(check_references),
    check_settings,
    check_periods,
    check_discounting,
    check_ends,
    check_demand,
    check_costs,
    check_effects,
    check_projects,
    check_rules,
    check_decisions,
    check_funding,
    check_payers,
    check_budgets,
    check_scenarios,
    check_futures,
    check_constraints,
    check_seasons,
    check_vessels,
    check_effect_kinds,
    check_profiles,
    check_outages,
    check_policies,
    check_policy_limits,
    check_opening_years,
    check_sunk_capital,
    check_observed,
    check_choice,
    check_corridors,
    check_optimism,
    check_reserved,
    check_twins,
    check_countries,
    check_unused,
    *_of_each_sheet(check_usual),
    *_of_each_sheet(check_siblings),
    check_jumps,
    check_speed,
    check_cost_per_km,
    check_coordinates,
    check_isolated,
    check_background,
    check_carriers,
    check_prices,
    check_crossings,
    check_project_windows,
    check_project_effects,
    check_commitments,
    check_flows,
)


def run_checks(tables: Tables, memo: CheckMemo | None = None) -> None:
    """Run every check; the remarks go to the findings of the tables.

    `memo` knows what checks found in the tables of other scenarios and years, and learns from these.
    """
    if memo is not None:
        memo.run_all(CHECKS, tables)
        return
    for check in CHECKS:
        check(tables)
