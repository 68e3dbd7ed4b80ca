"""Reading the notes on the cells of a worksheet."""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from model.case.sheets.scan import MAIN

MAX_LETTERS: Final = 2_000_000
_NOTE, _TEXT = f"{MAIN} comment", f"{MAIN} t"


class NoteScan:
    """Handlers of an expat parser that goes once over the notes of a worksheet: `notes` is cell address → text."""

    def __init__(self) -> None:
        """Begin before the first note."""
        self.notes: dict[str, str] = {}
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._cell, self._inside, self._letters = "", False, 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _NOTE:
            self._cell = attributes.get("ref", "")
            self.notes[self._cell] = ""
        self._inside = name == _TEXT

    def _end(self, _: str) -> None:
        self._inside = False

    def _text(self, letters: str) -> None:
        self._letters += len(letters)
        if self._inside and self._cell and self._letters <= MAX_LETTERS:
            self.notes[self._cell] += letters
