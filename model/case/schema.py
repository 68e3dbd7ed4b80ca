"""All input sheets, in one list. The schema of a case is this list and nothing else."""

from __future__ import annotations

from model.case import schema_choice, schema_control, schema_demand, schema_network, schema_operations, schema_projects
from model.case.columns import Setting, Sheet

SCHEMA_VERSION = 1

SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for module in (schema_network, schema_demand, schema_choice, schema_projects, schema_operations, schema_control)
    for sheet in module.SHEETS
}

SETTINGS: dict[str, Setting] = {setting.name: setting for setting in schema_control.SETTING_DECLARATIONS}


def sheet(name: str) -> Sheet:
    """Declaration of a sheet. Raises KeyError for an unknown name."""
    return SHEETS[name]
