"""The list of hostile files, and what must be said of each."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

from tests.case.hostile import (
    FILE_ENTITY,
    LAUGHS,
    LINKS_PART,
    MAIN,
    OLE2,
    Hostile,
    after_rows,
    cut,
    duplicate_parts,
    encrypted_flag,
    external_formula,
    links,
    macro_book,
    noise,
    overlapping,
    rebuilt,
    sound_file,
    strings,
    with_doctype,
    zipped,
)

FAR = '<c r="{}"><v>1</v></c>'


def _styles(text: str) -> str:
    return text.replace("<cellXfs", "<extra>" + '<xf numFmtId="0"/>' * 60_000 + "</extra><cellXfs", 1)


def _names(text: str) -> str:
    names = "".join(f'<definedName name="n{number}">Links!$A$1</definedName>' for number in range(60_000))
    return text.replace("</sheets>", f"</sheets><definedNames>{names}</definedNames>")


def _titles(words: str) -> Callable[[], bytes]:
    """The first sheet with print titles in these words."""
    name = f'<definedName name="_xlnm.Print_Titles" localSheetId="0">{words}</definedName>'

    def edit(text: str) -> str:
        without = re.sub("<definedNames ?/>|<definedNames>.*</definedNames>", "", text)
        return without.replace("</sheets>", f"</sheets><definedNames>{name}</definedNames>")

    return lambda: rebuilt({"xl/workbook.xml": edit})


def _large_but_not_dense() -> bytes:
    """Parts that unpack to more than is read without swelling suspiciously."""
    block = (random.Random(1).randbytes(1_000).hex().encode() + b" " * 60_000) * 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(22):
            archive.writestr(f"customXml/item{number}.xml", block * 10)
    return stream.getvalue()


FILES: list[Hostile] = [
    Hostile("empty", "file-damaged", lambda: b""),
    Hostile("random bytes", "file-format", lambda: noise(1, 5_000)),
    Hostile("random zip", "file-damaged", lambda: noise(2, 5_000, b"PK\x03\x04")),
    Hostile("text", "file-format", lambda: b"link;from;to\nL1;A;B\n"),
    Hostile("web page", "file-format", lambda: b"<html><table><tr><td>1</td></tr></table></html>"),
    Hostile("old xls", "file-format", lambda: OLE2),
    Hostile("password", "file-encrypted", lambda: OLE2 + "EncryptedPackage".encode("utf-16-le")),
    Hostile("encrypted parts", "file-encrypted", encrypted_flag),
    Hostile("ods", "file-format", lambda: zipped({"mimetype": b"application/vnd.oasis", "content.xml": b"<x/>"})),
    Hostile("xlsb", "file-format", lambda: zipped({"xl/workbook.bin": b"x"})),
    Hostile("no workbook", "file-hostile", lambda: zipped({"hello.txt": b"x"})),
    Hostile("too large", "file-too-large", lambda: b"PK" + bytes(51_000_000)),
    Hostile("zip bomb", "file-hostile", lambda: rebuilt({"xl/media/x.xml": bytes(200_000_000)})),
    Hostile("inflates too much", "file-too-large", _large_but_not_dense),
    Hostile("overlapping parts", "file-hostile", overlapping),
    Hostile("many parts", "file-hostile", lambda: zipped({f"part{number}": b"" for number in range(3_000)})),
    Hostile("path upwards", "file-hostile", lambda: rebuilt({"../evil.xml": b"<x/>"})),
    Hostile("absolute path", "file-hostile", lambda: rebuilt({"/etc/evil.xml": b"<x/>"})),
    Hostile("same part twice", "file-hostile", duplicate_parts),
    Hostile("odd compression", "file-hostile", lambda: zipped({"a": b"x"}, zipfile.ZIP_LZMA)),
    Hostile("laughs in strings", "file-hostile", strings("<si><t>&j;</t></si>", LAUGHS)),
    Hostile("laughs in sheet", "file-hostile", with_doctype(LINKS_PART, LAUGHS, lambda t: t)),
    Hostile("entity in content types", "file-hostile", with_doctype("[Content_Types].xml", LAUGHS, lambda t: t)),
    Hostile("file entity", "file-hostile", strings("<si><t>&a;</t></si>", FILE_ENTITY)),
    Hostile("unknown encoding", "file-damaged", strings("", '<?xml version="1.0" encoding="A1"?>')),
    Hostile("deep nesting", "file-hostile", strings("<a>" * 5_000 + "</a>" * 5_000)),
    Hostile(
        "deep sheet",
        "sheet-too-large",
        after_rows('<row r="9"><c r="A9">' + "<v>" * 300_000 + "</v>" * 300_000 + "</c></row>"),
    ),
    Hostile("many strings", "file-hostile", strings("<si><t>x</t></si>" * 300_000)),
    Hostile("many styles", "file-hostile", lambda: rebuilt({"xl/styles.xml": _styles})),
    Hostile("many names", "file-hostile", lambda: rebuilt({"xl/workbook.xml": _names})),
    Hostile("print titles by the name of a range", None, _titles("heads")),
    Hostile("print titles of 400,000 letters", None, _titles("x" * 400_000)),
    Hostile(
        "strict format",
        "file-hostile",
        lambda: rebuilt(
            {"xl/workbook.xml": lambda t: t.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")}
        ),
    ),
    Hostile("far cell", "sheet-too-large", after_rows('<row r="9">' + FAR.format("XFD9") + "</row>"), "XFD9"),
    Hostile(
        "farthest cell",
        "sheet-too-large",
        after_rows('<row r="1048576">' + FAR.format("XFD1048576") + "</row>"),
        "A1048576",
    ),
    Hostile("far row", "sheet-too-large", after_rows('<row r="999999999"/>'), "A999999999"),
    Hostile("absurd row", "file-damaged", after_rows('<row r="99999999999999"/>')),
    Hostile("row without a number", "file-damaged", after_rows('<row r="nine"/>')),
    Hostile("absurd column", "file-damaged", after_rows('<row r="9">' + FAR.format("ZZZZZZ9") + "</row>")),
    Hostile(
        "many empty rows",
        "sheet-too-large",
        after_rows("".join(f'<row r="{row}" s="1"/>' for row in range(9, 250_000))),
        "A200001",
    ),
    Hostile(
        "many cells",
        "sheet-too-large",
        after_rows("".join(f'<row r="{row}">{"<c/>" * 450}</row>' for row in range(9, 2_500))),
        "A2231",
    ),
    Hostile("rows out of order", "file-damaged", after_rows('<row r="2"/>')),
    Hostile(
        "cells out of order", "file-damaged", after_rows('<row r="9">' + FAR.format("B9") + FAR.format("A9") + "</row>")
    ),
    Hostile("cell in a wrong row", "file-damaged", after_rows('<row r="9">' + FAR.format("B8") + "</row>")),
    Hostile("string out of range", "file-damaged", after_rows('<row r="9"><c r="A9" t="s"><v>999999</v></c></row>')),
    Hostile("broken XML", "file-damaged", links(lambda text: text.replace("</sheetData>", ""))),
    Hostile(
        "missing sheet part",
        "file-damaged",
        lambda: rebuilt({"xl/_rels/workbook.xml.rels": lambda t: t.replace("sheet2.xml", "sheet99.xml")}),
    ),
    Hostile("cut at a half", "file-damaged", lambda: cut(0.5)),
    Hostile("cut at the end", "file-damaged", lambda: cut(0.999)),
    Hostile("macros", "file-macros", macro_book, suffix=".xlsm"),
    Hostile("external link", "file-links", lambda: rebuilt({"xl/externalLinks/externalLink1.xml": b"<x/>"})),
    Hostile("external formula", "formula-external", external_formula, "G4"),
    Hostile("connections", "file-connections", lambda: rebuilt({"xl/connections.xml": b"<x/>"})),
    Hostile("embedded object", "file-embedded", lambda: rebuilt({"xl/embeddings/oleObject1.bin": b"x"})),
    Hostile(
        "dimension too large",
        None,
        links(lambda t: t.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')),
    ),
    Hostile("dimension too small", None, links(lambda t: t.replace("<sheetData>", '<dimension ref="A1"/><sheetData>'))),
    Hostile("sound", None, sound_file),
]
