"""How many bytes the reader unpacks from a workbook: its work, whatever the computer."""

from __future__ import annotations

import zipfile

import pytest

MOST_BYTES = 20_000_000
"""Of one file, all passes together; the worst of the hostile files reaches 4.8 million."""


class Unpacked:
    """Counts the bytes that come out of archives from now on; `bytes` may be set back to 0."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Listen to all archives."""
        self.bytes = 0
        real = zipfile.ZipExtFile.read

        def counted(member: zipfile.ZipExtFile, count: int | None = -1) -> bytes:
            found = real(member, count)
            self.bytes += len(found)
            return found

        monkeypatch.setattr(zipfile.ZipExtFile, "read", counted)
