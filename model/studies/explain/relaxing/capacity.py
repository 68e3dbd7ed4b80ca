"""Slack in what assets can carry."""

from __future__ import annotations

from typing import Any, Final

from pyomo.repn import generate_standard_repn

from model.case.case import Case
from model.formulation.formulation import Formulation
from model.formulation.investment import (
    ASSET_SHEETS,
    MEASURES,
    capacity_effects,
    choosable_projects,
    limited_assets,
    partial_effects,
)
from model.formulation.values import Values
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.relaxing.slack import NOTHING, Slack

KT_PER_KTEU: Final = 14.0


def relax_capacity(formulation: Formulation) -> Slack:
    """More base capacity, the same in all periods."""
    block, case = formulation.investment, formulation.case
    slack = Slack()
    cargo = formulation.cargo
    demand = max(1.0, float((cargo.amounts * cargo.class_vector("teu")[cargo.class_of][:, None]).sum()))
    most = {"kTEU": demand, "kt": demand * max(1.0, *cargo.class_vector("tonnes"), KT_PER_KTEU)}
    extra: dict[tuple[str, str, str], Any] = {}
    for (kind, asset, measure, period), row in list(block.installed_definition.items()):
        key = (str(kind), str(asset), str(measure))
        if key not in extra:
            price = 1.0 / demand / (KT_PER_KTEU if measure == "kt" else 1.0)
            extra[key] = slack.add(block.slack.add(), price, most[key[2]])
        linear = generate_standard_repn(row.body)
        installed = block.installed[kind, asset, measure, period]
        installed.setub(most_installed(case, key, str(period)) + most[key[2]])
        factor = next(c for c, v in zip(linear.linear_coefs, linear.linear_vars, strict=True) if v is installed)
        block.relaxed.add(row.body - factor * extra[key] == row.upper)
        row.deactivate()

    def changes(values: Values) -> list[Change]:
        found = []
        for (kind, asset, measure), variable in extra.items():
            if values(variable) > NOTHING:
                sheet, column = ASSET_SHEETS[kind], MEASURES[measure][0]
                table: Any = case.table(sheet)
                row = int(table.index[table[kind] == asset][0])
                new = float(table.at[row, column]) + values(variable)
                built = max(
                    most_installed(case, (kind, asset, measure), name)
                    for name in limited_assets(case)[kind, asset, measure]
                )
                words = f"the capacity of {asset}, {built:,.6g} {measure} a year fully built"
                found.append(Change(sheet, row, column, words, values(variable), f"{measure} a year", new))
        return found

    slack.changes = changes
    return slack


def most_installed(case: Case, asset: tuple[str, str, str], period: str) -> float:
    """Capacity of an asset with every project built, measure a year."""
    modules = choosable_projects(case)["maximum_modules"]
    added = sum(more * float(modules[name]) for name, more in capacity_effects(case).get(asset, {}).items())
    joint = sum(more * float(modules[key[3]]) for key, more in partial_effects(case).items() if key[:3] == asset)
    return limited_assets(case)[asset][period] + added + joint
