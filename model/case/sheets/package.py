"""The outside of a workbook file: is it a sound, harmless .xlsx package at all? Nothing is inflated unchecked."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Final

from model.case.messages import Findings

MEGABYTE: Final = 1_000_000
MAX_FILE_BYTES: Final = 50 * MEGABYTE
MAX_INFLATED_BYTES: Final = 200 * MEGABYTE
MAX_PARTS: Final = 2_000
MAX_RATIO: Final = 200
RATIO_MATTERS_FROM: Final = MEGABYTE

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "Open it in Excel and save it as “Excel workbook (.xlsx)”."


def read_workbook(path: Path) -> bytes | None:
    """The bytes of a workbook; None when it cannot be read or is larger than any that is."""
    try:
        content, size = read_bounded(path)
    except OSError:
        return None
    return content if size <= MAX_FILE_BYTES else None


def read_bounded(path: Path) -> tuple[bytes, int]:
    """The bytes of a file, none of one above the limit, and its size: nothing is read before it is looked at.

    Raises OSError.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > MAX_FILE_BYTES:
            return b"", size
        content = file.read(MAX_FILE_BYTES + 1)  # it may be growing, or be no ordinary file
        return content, max(size, len(content))


def too_large(size: int) -> str:
    """Why a file of that size is not read."""
    return f"The file has {size / MEGABYTE:,.0f} MB; at most {MAX_FILE_BYTES // MEGABYTE} MB are read."


def open_package(content: bytes, file: str, findings: Findings) -> zipfile.ZipFile | None:
    """The zip archive of a workbook after all checks that need no parser; None (with a remark) when it is refused."""
    refusal = _refuse_content(content)
    archive: zipfile.ZipFile | None = None
    if refusal is None:
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
            refusal = _refuse_archive(archive, len(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, OverflowError) as error:
            refusal = ("file-damaged", f"The file is damaged ({error}). Restore a copy, or open and save it in Excel.")
    if refusal is not None:
        findings.add(refusal[0], refusal[1], file=file)
        return None
    assert archive is not None
    _remark_contents(set(archive.namelist()), file, findings)
    return archive


def _refuse_content(content: bytes) -> tuple[str, str] | None:
    if not content:
        return "file-damaged", "The file is empty."
    if len(content) > MAX_FILE_BYTES:
        return "file-too-large", too_large(len(content))
    if content.startswith(_OLE2):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return "file-encrypted", "The workbook is protected by a password to open. Save it without that password."
        return "file-format", f"This is an old .xls workbook. {_SAVE_AS}"
    if not content.startswith(b"PK"):
        return "file-format", f"This is not an .xlsx workbook, whatever its name says. {_SAVE_AS}"
    return None


def _refuse_archive(archive: zipfile.ZipFile, size: int) -> tuple[str, str] | None:
    members = archive.infolist()
    names = [member.filename for member in members]
    if "mimetype" in names and "content.xml" in names:
        return "file-format", f"This is an OpenDocument spreadsheet (.ods). {_SAVE_AS}"
    if any(name.lower().endswith("workbook.bin") for name in names):
        return "file-format", f"This is a binary workbook (.xlsb). {_SAVE_AS}"
    if len(members) > MAX_PARTS:
        return "file-hostile", f"The file has {len(members)} parts; a workbook has fewer than {MAX_PARTS}."
    if len({name.lower() for name in names}) < len(names):
        return "file-hostile", "Two parts of the file have the same name. Open and save it in Excel."
    for member in members:
        name = member.filename
        if ".." in name.replace("\\", "/").split("/") or name.startswith(("/", "\\")) or ":" in name:
            return "file-hostile", "A part of the file points outside it."
        if member.flag_bits & 0x1:
            return "file-encrypted", "A part of the file is encrypted. Save the workbook without a password."
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            return "file-hostile", "The file is packed in a way that workbooks are not. Open and save it in Excel."
        if member.file_size > RATIO_MATTERS_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            megabytes = member.file_size / MEGABYTE
            return (
                "file-hostile",
                f"The part “{name}” swells to {megabytes:.0f} MB when unpacked: not an ordinary workbook.",
            )
    inflated = sum(member.file_size for member in members)
    if inflated > MAX_INFLATED_BYTES:
        limit = MAX_INFLATED_BYTES // MEGABYTE
        return "file-too-large", f"Unpacked, the file has {inflated / MEGABYTE:.0f} MB; at most {limit} MB are read."
    if sum(member.compress_size for member in members) > size:
        return "file-hostile", "Parts of the file overlap: not an ordinary workbook."
    return None


def _remark_contents(names: set[str], file: str, findings: Findings) -> None:
    """What a workbook may carry but is never used: macros, links to other files, connections, embedded objects."""
    found = {
        "file-macros": (
            "vbaProject.bin",
            "The workbook holds macros. They are not run and not needed; save it as .xlsx.",
        ),
        "file-links": ("externalLinks/", "The workbook has links to other files. Their last saved values are read."),
        "file-connections": ("connections.xml", "The workbook has data connections. They are not refreshed."),
        "file-embedded": ("embeddings/", "The workbook holds embedded objects. They are left alone."),
    }
    for code, (mark, text) in found.items():
        if any(mark in name for name in names):
            findings.add(code, text, file=file)
