"""Files that are broken, disguised or hostile, made in memory for the tests."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from tests.case.small import make_book, small_rows

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS_PART = f"xl/worksheets/sheet{list(small_rows()).index('Links') + 1}.xml"
STRINGS_PART = "xl/sharedStrings.xml"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + level)} "{("&" + chr(97 + level) + ";") * 10}">' for level in range(9))
    + "]>"
)
FILE_ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
ODD_WORDS = [
    *("", "0", "-1", "9", "99999", "1e400", "nan", "A0", "A1", "XFD1", "A1:B", "s", "str", "e", "b", "d", "n", "true"),
    *("inlineStr", "2026-01-01", "&#9;", "../x", "/xl/workbook.xml", "rId99", "1048576", "[1]Sheet!A1", "hidden"),
]
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@dataclass(frozen=True)
class Hostile:
    """A file's content, and the remark that must come of it (None: the case must be read as if nothing were)."""

    name: str
    code: str | None
    make: Callable[[], bytes]
    cell: str = ""
    suffix: str = ".xlsx"


@cache
def sound_file() -> bytes:
    """The small case as a file."""
    stream = io.BytesIO()
    make_book(small_rows()).save(stream)
    return stream.getvalue()


def rebuilt(edits: Mapping[str, Callable[[str], str] | bytes], content: bytes | None = None) -> bytes:
    """The small case with parts changed (function of the text) or added (bytes)."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or sound_file())) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            edit = edits.get(name)
            part = old.read(name)
            new.writestr(name, edit(part.decode()).encode() if callable(edit) else edit if edit is not None else part)
        for name in set(edits) - set(old.namelist()):
            edit = edits[name]
            assert isinstance(edit, bytes)
            new.writestr(name, edit)
    return stream.getvalue()


def links(edit: Callable[[str], str]) -> Callable[[], bytes]:
    """The small case with the XML of the sheet Links changed."""
    return lambda: rebuilt({LINKS_PART: edit})


def after_rows(xml: str) -> Callable[[], bytes]:
    """More XML behind the last row of Links, and noise so that it does not shrink suspiciously well."""
    noise_comment = f"<!--{random.Random(3).randbytes(40_000).hex()}-->" if len(xml) > 1_000_000 else ""
    return links(lambda text: text.replace("</sheetData>", f"{xml}</sheetData>{noise_comment}"))


def strings(body: str, doctype: str = "") -> Callable[[], bytes]:
    """The small case with a part of shared strings."""
    noise_comment = f"<!--{random.Random(3).randbytes(40_000).hex()}-->"
    return lambda: rebuilt({STRINGS_PART: f'{doctype}<sst xmlns="{MAIN}">{body}{noise_comment}</sst>'.encode()})


def zipped(parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def with_doctype(part: str, doctype: str, body: Callable[[str], str]) -> Callable[[], bytes]:
    """The small case with a document type in front of a part."""

    def edit(text: str) -> str:
        start = text.index("<", text.index("?>") + 2) if text.startswith("<?xml") else 0
        return text[:start] + doctype + body(text[start:])

    return lambda: rebuilt({part: edit})


def overlapping() -> bytes:
    """Many entries that share one compressed body (the quine trick of small, huge archives)."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", b"x" * 100_000)
        first = archive.infolist()[0]
        for number in range(50):
            copy = zipfile.ZipInfo(f"b{number}")
            for name in ("CRC", "compress_size", "file_size", "header_offset", "compress_type"):
                setattr(copy, name, getattr(first, name))
            archive.filelist.append(copy)
    return stream.getvalue()


def encrypted_flag() -> bytes:
    """A zip whose entries say that they are encrypted."""
    content = bytearray(sound_file())
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)


def duplicate_parts() -> bytes:
    """Two parts of the same name but for capitals: which one is read depends on the reader."""
    return rebuilt({LINKS_PART.replace("sheet", "SHEET"): b"<worksheet/>"})


def macro_book() -> bytes:
    """A workbook with a macro part."""
    return rebuilt({"xl/vbaProject.bin": b"\xd0\xcf macro"})


def external_formula() -> bytes:
    """A length taken from another workbook."""
    edit = links(lambda text: text.replace("<v>470</v>", "<f>[1]Sheet1!$A$1</f><v>470</v>"))
    return rebuilt({"xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>'.encode()}, edit())


def flipped(seed: int, flips: int = 20) -> bytes:
    """The small case with some bits flipped."""
    generator = random.Random(seed)
    content = bytearray(sound_file())
    for _ in range(flips):
        content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
    return bytes(content)


def altered(seed: int) -> bytes:
    """The small case with texts and attributes of its parts replaced: sound XML that says something else."""
    generator = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(sound_file())) as archive:
        name = generator.choice(archive.namelist())
        text = archive.read(name).decode()
    for _ in range(generator.randint(1, 4)):
        found = generator.choice(list(re.finditer(r'="([^"]*)"|>([^<]+)<', text)))
        start, end = found.span(1 if found.group(1) is not None else 2)
        text = text[:start] + generator.choice([*ODD_WORDS, text[start:end] * 2]) + text[end:]
    return rebuilt({name: lambda _: text})


def cut(share: float) -> bytes:
    """The beginning of the small case."""
    content = sound_file()
    return content[: int(len(content) * share)]


def noise(seed: int, size: int, head: bytes = b"") -> bytes:
    """Random bytes behind a head."""
    return head + random.Random(seed).randbytes(size)
