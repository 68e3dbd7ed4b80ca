"""LibreOffice as the independent calculator: opens a workbook, recalculates every cell, saves it again."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

SOFFICE = shutil.which("soffice")
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""


def recalculated(books: Sequence[Path], folder: Path) -> list[Path]:
    """The workbooks as LibreOffice saves them after a hard recalculation (without the setting it keeps cached values).

    One start for all of them, in a profile of its own; the file names must differ.
    """
    assert SOFFICE is not None
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE, encoding="utf-8")
    target = folder / "recalculated"
    command = [SOFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx"]
    names = [str(book) for book in books]
    subprocess.run([*command, "--outdir", str(target), *names], check=True, capture_output=True, timeout=300)
    return [target / book.name for book in books]
