"""Checks that looked at the same figures before: what cannot differ is not checked again.

A case is checked for every scenario and every year in which something sets in, and most of these tables differ in a
column or two. What a check finds depends on what it reads alone, so while a check runs, its reads are written down; on
other tables the same questions are asked, and where all answers are the same, so is what the check found. Which
columns a check reads is seen, not declared: nobody can forget one.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from model.case.checks.tables import Read, Respelling, Tables, Watch
from model.case.codes import Severity
from model.case.messages import Message
from model.case.years import column_names

Check = Callable[[Tables], None]


@dataclass(frozen=True)
class Found:
    """What a check did: remarks, rows that it called wrong, cells that it spelt anew."""

    messages: tuple[Message, ...]
    unsound_rows: frozenset[tuple[str, int]]
    respelled: tuple[Respelling, ...]

    def tell(self, tables: Tables) -> None:
        """Do it to other tables."""
        tables.findings.messages += self.messages
        tables.unsound_rows |= self.unsound_rows
        for respelling in self.respelled:
            tables.respell(*respelling)


@dataclass
class _Question:
    """Something that a check reads, and by the answer what it reads next, or what it found."""

    read: Read
    answers: dict[Hashable, _Question | Found] = field(default_factory=dict)


class CheckMemo:
    """What checks found, by what they read.

    By the name of its function, `asked` counts how often each check was to be run, `runs` how often it did run.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.asked: Counter[str] = Counter()
        self.runs: Counter[str] = Counter()
        self._known: dict[tuple[Check, int], _Question] = {}
        self._contents: dict[Hashable, int] = {}
        self._columns: dict[int, tuple[weakref.ref[pd.DataFrame], dict[Any, int]]] = {}
        self._mappings: list[Mapping[Any, Any]] = []

    def run_all(self, checks: Iterable[Check], tables: Tables) -> None:
        """Run checks in turn, those apart whose reads have the answers of an earlier run."""
        surroundings = self._surroundings(tables)
        told = around = -1
        for check in checks:
            if told != len(tables.findings.messages):
                told = len(tables.findings.messages)
                around = self._token((surroundings, self._errors(tables)))
            self._run(check, tables, around)

    def _surroundings(self, tables: Tables) -> Hashable:
        """What tables are checked with, settings apart: where sheets stand, what the reading of workbooks left."""
        findings = tables.findings
        mappings = (tables.blanks, findings.origins, findings.titles)
        return (tables.families, *map(self._number, mappings))

    def _number(self, mapping: Mapping[Any, Any]) -> int:
        """A number that equal mappings share."""
        for number, known in enumerate(self._mappings):
            if known == mapping:
                return number
        self._mappings.append(dict(mapping))
        return len(self._mappings) - 1

    @staticmethod
    def _errors(tables: Tables) -> Hashable:
        """What is wrong so far: later checks leave it out."""
        sheets = frozenset(m.sheet for m in tables.findings.messages if m.severity is Severity.ERROR)
        return sheets, frozenset(tables.unsound), frozenset(tables.unsound_rows)

    def _token(self, content: Hashable) -> int:
        """A number that equal things share."""
        return self._contents.setdefault(content, len(self._contents))

    def _run(self, check: Check, tables: Tables, around: int) -> None:
        self.asked[check.__name__] += 1
        first = self._known.setdefault((check, around), _Question(()))
        last, known = first, first.answers.get(None)
        asked: dict[Read, None] = {}
        answer: Hashable = None
        while isinstance(known, _Question):
            last, answer = known, self._answer(known.read, tables, tables.tables)
            asked[known.read] = None
            known = last.answers.get(answer)
        if isinstance(known, Found):
            known.tell(tables)
            return
        start = dict(tables.tables)
        reads, found = self._watched(check, tables)
        step: _Question | Found = found
        for read in reversed([read for read in reads if read not in asked]):
            step = _Question(read, {self._answer(read, tables, start): step})
        last.answers[answer] = step

    def _watched(self, check: Check, tables: Tables) -> tuple[list[Read], Found]:
        """Run a check; what it read in turn, and what it found."""
        self.runs[check.__name__] += 1
        before, rows = len(tables.findings.messages), frozenset(tables.unsound_rows)
        watch = tables.watch = Watch()
        try:
            check(tables)
        finally:
            tables.watch = None
        messages = tuple(tables.findings.messages[before:])
        return list(watch.reads), Found(messages, frozenset(tables.unsound_rows - rows), tuple(watch.respelled))

    def _answer(self, read: Read, tables: Tables, frames: Mapping[str, pd.DataFrame]) -> Hashable:
        """What tables answer to a read, `frames` being their sheets."""
        kind, *words = read
        if kind == "setting":
            return tables.settings.get(*words)
        if kind == "unchanged":
            return tables.checked.issuperset(words)
        if kind == "changed at all":
            return bool(tables.checked)
        sheet, *column = words
        return self._content(frames[sheet], column[0] if column else (kind,))

    def _content(self, frame: pd.DataFrame, name: str | int | tuple[str]) -> int:
        """A number that columns with the same cells share; -1 for an absent column.

        ('rows',) instead of a name stands for the row numbers, ('frame',) for these and all columns.
        """
        kept, numbers = self._columns.get(id(frame), (None, {}))
        if kept is None or kept() is not frame:
            numbers = {}
            self._columns[id(frame)] = weakref.ref(frame), numbers
        if name not in numbers:
            numbers[name] = self._new_content(frame, name)
        return numbers[name]

    def _new_content(self, frame: pd.DataFrame, name: str | int | tuple[str]) -> int:
        content: Hashable
        if name == ("frame",):
            content = tuple((one, self._content(frame, one)) for one in (("rows",), *column_names(frame)))
        elif not isinstance(name, tuple) and name not in frame.columns:
            return -1
        else:
            values = (frame.index if isinstance(name, tuple) else frame[name]).to_numpy()
            content = (values.dtype.str, tuple(values.tolist()) if values.dtype == object else values.tobytes())
        return self._token(content)
