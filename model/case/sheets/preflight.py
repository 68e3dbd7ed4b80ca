"""A first pass over the XML of a workbook, before any library parses it.

It refuses what could exhaust the process and notes what the reading library does not show: formulas that were never
calculated, merged cells, hidden rows and columns, filters, table ranges.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from model.case.messages import Findings
from model.case.schema import SHEETS
from model.case.sheets.note_scan import NoteScan
from model.case.sheets.number_formats import KeyFormat, key_format
from model.case.sheets.package import open_package
from model.case.sheets.scan import MAIN, HostileSheet, SheetFacts, SheetScan
from model.case.text import fold_name

CHUNK: Final = 1 << 18
MAX_DEPTH: Final = 100
MAX_PART_ELEMENTS: Final = 50_000
MAX_STRING_ELEMENTS: Final = 500_000
_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_FOLDED = {fold_name(name) for name in SHEETS}

Attributes = dict[str, str]
StartHandler = Callable[[str, Attributes], None]


class Hostile(Exception):
    """A part that is not parsed further; the text says why."""


@dataclass(frozen=True)
class Inspection:
    """What the first pass saw: facts of each worksheet by the name on its tab."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)


def inspect_workbook(content: bytes, file: str, findings: Findings) -> Inspection | None:
    """Facts about a workbook that is safe to parse; None (with a remark) when it is refused."""
    archive = open_package(content, file, findings)
    if archive is None:
        return None
    try:
        with archive:
            return _inspect(archive, file, findings)
    except HostileSheet as refusal:
        findings.add(refusal.code, str(refusal), file=file, sheet=refusal.sheet, cell=refusal.cell)
    except Hostile as refusal:
        findings.add("file-hostile", str(refusal), file=file)
    except expat.ExpatError:
        findings.add("file-damaged", "The file is damaged (a part is not sound XML). Restore a copy.", file=file)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, LookupError, NotImplementedError) as error:
        findings.add("file-damaged", f"The file is damaged ({type(error).__name__}). Restore a copy.", file=file)
    return None


def _inspect(archive: zipfile.ZipFile, file: str, findings: Findings) -> Inspection:
    names = set(archive.namelist())
    workbook = _workbook_part(archive, names)
    if workbook is None:
        raise Hostile("The file holds no workbook. Open and save it in Excel.")
    sheets, calculation = _sheets(archive, workbook)
    scanned = {part for part, _, _ in sheets}
    for name in sorted(names - scanned):
        if name.endswith((".xml", ".rels")):
            # Parts that are never parsed by the reading library still may not carry entities.
            _parse(archive, name, _no_handler, _limit(name))
    key_formats = _key_formats(archive, workbook, names)
    facts: dict[str, SheetFacts] = {}
    for part, title, state in sheets:
        if part not in names:
            raise KeyError(part)
        if fold_name(title) not in _FOLDED:
            _parse(archive, part, _no_handler, None)
            continue
        facts[title] = _scan_sheet(archive, part, title, names, key_formats)
        facts[title].hidden = state != "visible"
    for fact in facts.values():
        _settle_formulas(fact, calculation)
    cells = sum(fact.cells for fact in facts.values())
    if cells > SheetScan.MAX_CELLS:
        raise HostileSheet(
            "file-too-large", f"The input sheets hold {cells} cells; at most {SheetScan.MAX_CELLS} are read.", ""
        )
    return Inspection(facts)


def _limit(name: str) -> int | None:
    """Most elements of a part: none for those that the reading library never opens in read-only mode."""
    if name.endswith("sharedStrings.xml"):
        return MAX_STRING_ELEMENTS
    unread = (
        "xl/drawings/",
        "xl/charts/",
        "xl/pivot",
        "xl/comments",
        "xl/threadedComments/",
        "xl/tables/",
        "customXml/",
    )
    return None if name.startswith(unread) else MAX_PART_ELEMENTS


def _no_handler(name: str, attributes: Attributes) -> None:
    """Nothing to note."""


def _parse(archive: zipfile.ZipFile, part: str, handler: StartHandler, limit: int | None) -> None:
    """Stream one part through expat: no DTD, no entities, bounded depth and number of elements."""
    parser = expat.ParserCreate(namespace_separator=" ")
    count = depth = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal count, depth
        count += 1
        depth += 1
        if depth > MAX_DEPTH:
            raise Hostile(f"The part “{part}” is nested too deeply.")
        if limit is not None and count > limit:
            raise Hostile(f"The part “{part}” has more than {limit} entries: not an ordinary workbook.")
        handler(name, attributes)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    feed(archive, part, parser)


def feed(archive: zipfile.ZipFile, part: str, parser: Any) -> None:
    """Feed a part to a parser that refuses DTDs and entities."""

    def refuse(*_: object) -> None:
        raise Hostile(f"The part “{part}” defines XML entities, which workbooks never do.")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _relations(archive: zipfile.ZipFile, part: str, names: set[str]) -> dict[str, tuple[str, str]]:
    """Relations of a part: id → (kind, target part)."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: Attributes) -> None:
        if element == f"{_RELATION} Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rsplit("/", 1)[-1], path)

    if rels in names:
        _parse(archive, rels, start, MAX_PART_ELEMENTS)
    return found


def _workbook_part(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    for kind, target in _relations(archive, "", names).values():
        if kind == "officeDocument" and target in names:
            return target
    return None


def _settle_formulas(facts: SheetFacts, calculation: Attributes) -> None:
    """Which formulas can be believed, by how the workbook says it was calculated.

    Programs that write workbooks (pandas, for one) save 0 for every formula and ask Excel to calculate when it opens:
    a 0 is then no value, and other values are as good as the program. By hand, values are as old as the last F9.
    """
    asked = {name for name, value in calculation.items() if value in ("1", "true")}
    if "fullCalcOnLoad" in asked or calculation.get("calcCompleted") in ("0", "false"):
        facts.uncalculated |= facts.zeros
        facts.doubtful = facts.formulas
    elif calculation.get("calcMode") == "manual":
        facts.doubtful = facts.formulas | facts.zeros


def _sheets(archive: zipfile.ZipFile, workbook: str) -> tuple[list[tuple[str, str, str]], Attributes]:
    """(part, name on the tab, state) of every worksheet, and how formulas are calculated (attributes of calcPr)."""
    calculation: Attributes = {}
    relations = _relations(archive, workbook, set(archive.namelist()))
    found: list[tuple[str, str, str]] = []

    def start(element: str, attributes: Attributes) -> None:
        if element == f"{_STRICT} workbook":
            raise Hostile("This is a “Strict Open XML” workbook. Save it as the ordinary “Excel workbook (.xlsx)”.")
        if element == f"{MAIN} calcPr":
            calculation.update(attributes)
        if element == f"{MAIN} sheet":
            kind, target = relations.get(attributes.get(f"{_OFFICE} id", ""), ("", ""))
            if kind == "worksheet":
                found.append((target, attributes.get("name", ""), attributes.get("state", "visible")))

    _parse(archive, workbook, start, MAX_PART_ELEMENTS)
    return found, calculation


def _key_formats(archive: zipfile.ZipFile, workbook: str, names: set[str]) -> dict[str, KeyFormat]:
    """Cell styles, by number as text, whose format shows a number with more zeros or words than it has."""
    formats: dict[str, KeyFormat] = {}
    styles: dict[str, KeyFormat] = {}
    count, inside = 0, False

    def start(element: str, attributes: Attributes) -> None:
        nonlocal count, inside
        if element == f"{MAIN} numFmt":
            found = key_format(attributes.get("formatCode", ""))
            if found is not None:
                formats[attributes.get("numFmtId", "")] = found
        elif element in (f"{MAIN} cellXfs", f"{MAIN} cellStyles", f"{MAIN} dxfs"):
            inside = element == f"{MAIN} cellXfs"
        elif inside and element == f"{MAIN} xf":
            found = formats.get(attributes.get("numFmtId", ""))
            if found is not None:
                styles[str(count)] = found
            count += 1

    for kind, target in _relations(archive, workbook, names).values():
        if kind == "styles" and target in names:
            _parse(archive, target, start, MAX_PART_ELEMENTS)
    return styles


def _scan_sheet(
    archive: zipfile.ZipFile, part: str, title: str, names: set[str], key_formats: Mapping[str, KeyFormat]
) -> SheetFacts:
    scan = SheetScan(title, key_formats)
    feed(archive, part, scan.parser)
    for kind, target in _relations(archive, part, names).values():
        if kind == "table" and target in names:
            _parse(archive, target, scan.table_element, MAX_PART_ELEMENTS)
        elif kind == "comments" and target in names:
            notes = NoteScan()
            feed(archive, target, notes.parser)
            scan.facts.notes.update(notes.notes)
    if not any("externalLinks/" in name for name in names):
        scan.facts.external.clear()  # then [1] in a formula is a column of a table, not another workbook
    return scan.facts
