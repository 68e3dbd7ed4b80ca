"""How capacity gives way: more of it, the same in all periods."""

from __future__ import annotations

from typing import Any, Final

from pyomo.repn import generate_standard_repn

from model.formulation.formulation import Formulation
from model.formulation.investment import ASSET_SHEETS, MEASURES, limited_assets, most_installed
from model.formulation.values import Values
from model.studies.explain.relaxing.changes import Change
from model.studies.explain.relaxing.slack import NOTHING, Relaxation, Slack

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
        installed.setub((most_installed(case, key, str(period)) or 0.0) + most[key[2]])
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
                    most_installed(case, (kind, asset, measure), name) or 0.0
                    for name in limited_assets(case)[kind, asset, measure]
                )
                words = f"the capacity of {asset}, {built:,.6g} {measure} a year fully built"
                found.append(Change(sheet, row, column, words, values(variable), f"{measure} a year", new))
        return found

    slack.changes = changes
    return slack


RELAXATIONS = (Relaxation("capacity", "More capacity", relax_capacity, carrying=8, physical=True),)
