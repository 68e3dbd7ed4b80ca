"""Remarks about a case, each for the person who can mend it: file › sheet › cell, what was seen, what is expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field

from model.case.case import Case, Origin
from model.case.codes import CONTRADICTIONS, SEVERITIES, Severity

SEVERITY_ORDER = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True)
class Message:
    """One remark. `cell` is an Excel address ('F17', a column letter, or empty for the whole sheet or file).

    `row` and `column` (code name or year) say the same in the words of the case tables, where known; `title` is
    the name on the sheet's tab where it differs from the declared name `sheet`.
    """

    code: str
    text: str
    file: str = ""
    sheet: str = ""
    cell: str = ""
    row: int | None = None
    column: str | int | None = None
    seen: str = ""
    title: str = ""

    @property
    def severity(self) -> Severity:
        """Error, warning or note."""
        return SEVERITIES[self.code]

    @property
    def place(self) -> str:
        """'file › sheet › cell', as far as known."""
        return " › ".join(part for part in (self.file, self.title or self.sheet, self.cell) if part)

    def __str__(self) -> str:
        """The remark on one line."""
        return (
            f"{self.severity.upper()} {self.place}: {self.text}"
            if self.place
            else f"{self.severity.upper()} {self.text}"
        )


class CaseError(Exception):
    """The case cannot be used. `messages` holds every remark found (errors, warnings and notes), in order.

    `case` is the case all the same when nothing is wrong but that its rows contradict each other (it can be read, and
    no plan keeps all of it), so that what stands in the way can be worked out; else None.
    """

    def __init__(self, messages: Iterable[Message], case: Case | None = None) -> None:
        """Keep the remarks; the exception's text lists the errors."""
        self.messages = ordered(messages)
        self.case = case
        super().__init__("\n".join(str(message) for message in self.errors))

    @property
    def errors(self) -> list[Message]:
        """The remarks that stop the run."""
        return [message for message in self.messages if message.severity is Severity.ERROR]


@dataclass
class Findings:
    """Collects remarks while a case is read.

    `origins` turns (sheet, row, column) into a cell address; `titles` holds tab names that differ from the
    declared sheet name.
    """

    origins: MutableMapping[str, Origin] = field(default_factory=dict)
    titles: MutableMapping[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)

    def add(
        self,
        code: str,
        text: str,
        *,
        sheet: str = "",
        row: int | None = None,
        column: str | int | None = None,
        seen: object = "",
        file: str = "",
        cell: str = "",
    ) -> None:
        """Add a remark of a declared `code` (KeyError otherwise) about a cell, column, sheet, file or the case."""
        SEVERITIES[code]
        origin = self.origins.get(sheet)
        if origin is not None:
            file = file or origin.file
            letter = origin.letters.get(column, "") if column is not None else ""
            cell = cell or (f"{letter}{row}" if letter and row is not None else letter)
        if not cell and row is not None:
            cell = f"row {row}"
        title = self.titles.get(sheet, "")
        self.messages.append(Message(code, text, file, sheet, cell, row, column, shown(seen), title))

    @property
    def failed(self) -> bool:
        """Whether any remark is an error."""
        return any(message.severity is Severity.ERROR for message in self.messages)


def only_contradictions(messages: Iterable[Message]) -> bool:
    """Whether all that is wrong is that rows contradict each other."""
    return {message.code for message in messages if message.severity is Severity.ERROR} <= CONTRADICTIONS


def ordered(messages: Iterable[Message]) -> list[Message]:
    """Remarks without repetitions: errors first, then by file, sheet and row."""
    unique = dict.fromkeys(messages)
    return sorted(
        unique,
        key=lambda m: (
            SEVERITY_ORDER[m.severity],
            m.file,
            m.sheet,
            m.row if m.row is not None else 0,
            str(m.column),
            m.cell,
        ),
    )


def shown(value: object, limit: int = 60) -> str:
    """A cell value as a person would recognise it, on one line and not too long."""
    if value is None:
        return ""
    text = f"{value:.12g}" if isinstance(value, float) else str(value)
    text = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def counts(messages: Iterable[Message]) -> Mapping[Severity, int]:
    """Number of remarks of each severity."""
    result = dict.fromkeys(Severity, 0)
    for message in messages:
        result[message.severity] += 1
    return result
