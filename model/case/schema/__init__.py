"""All input sheets and settings, read from the tables of this folder, which are the whole schema of a case.

One line declares one sheet (`sheets.csv`), one setting (`settings.csv`), one column that closes every data sheet
(`provenance.csv`) or one column of a sheet: in the file named like the workbook in which the sheet usually stands.
A list in a cell is separated by ';'. Bounds, usual range, default and example are in the unit of the sheet.
"""

from __future__ import annotations

from pathlib import Path

from model.case.schema.tables import read_schema

SCHEMA_VERSION = 1

SHEETS, SETTINGS = read_schema(Path(__file__).parent)
