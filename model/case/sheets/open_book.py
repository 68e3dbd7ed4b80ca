"""openpyxl's reader, which takes every workbook that Excel takes."""

from __future__ import annotations

from typing import Any, Final

from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook.defined_name import DefinedName, DefinedNameList
from openpyxl.worksheet.print_settings import PrintArea, PrintTitles

LONGEST: Final = 2_000
"""Letters; real print titles and areas name a sheet, some columns and some rows."""


def open_book(source: Any, *, names: bool = False, **options: Any) -> Any:
    """The workbook in a file, with its names of ranges or without; `options` and errors are those of openpyxl."""
    reader = _Reader(source, names=names, **options)
    reader.read()
    return reader.wb


class _Reader(ExcelReader):
    """Without names of ranges, or with those that openpyxl can take.

    It takes print titles apart by a pattern that needs the square of their length, and gives up a sound file for titles
    that are told by the name of a range instead of rows and columns.
    """

    def __init__(self, source: Any, *, names: bool, **options: Any) -> None:
        super().__init__(source, **options)
        self._names = names

    def read_workbook(self) -> None:
        """Read what stands in the workbook part, and forget the names that are not wanted."""
        super().read_workbook()
        parser: Any = self.parser  # the stubs do not know its names
        kept = [one for one in parser.defined_names.definedName if self._names and _taken(one)]
        parser.defined_names = DefinedNameList(definedName=kept)


def _taken(name: DefinedName) -> bool:
    """Whether openpyxl can take a name."""
    kinds: dict[str | None, Any] = {"Print_Titles": PrintTitles, "Print_Area": PrintArea}
    kind = kinds.get(name.is_reserved)
    if kind is None:
        return True
    value = name.value or ""
    if not 0 < len(value) <= LONGEST:
        return False
    try:
        kind.from_string(value)
    except (TypeError, ValueError):
        return False
    return True
