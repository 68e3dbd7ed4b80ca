"""The files of a run as a stranger reads them: workbook, tidy files, record and page, as plain rows."""

from __future__ import annotations

import csv
import html.parser
import json
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.reports.exports import original
from tests.reports.reading import Reader

Figures = dict[tuple[str, ...], float]
Rows = list[dict[str, Any]]


@dataclass
class Run:
    """Sheets, CSV tables and tables of the page by name, each a list of rows; the record; sentences by source."""

    sheets: dict[str, Rows]
    files: dict[str, Rows]
    page: dict[str, Rows]
    record: dict[str, Any]
    words: dict[str, str] = field(default_factory=dict)


def read_run(folder: Path) -> Run:
    """Read all files of a run folder."""
    book = Reader(folder / "plan.xlsx")
    sheets = {name: book.records(name) for name in book.values.sheetnames if name != "Cover"}
    files = {path.stem: list(_csv_rows(path)) for path in sorted((folder / "csv").glob("*.csv"))}
    text = (folder / "report.html").read_text(encoding="utf-8")
    tables = _Tables()
    tables.feed(text)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    cover = [str(cell) for row in book.values["Cover"].iter_rows(values_only=True) for cell in row if cell is not None]
    words = {
        "cover": "\n".join(cover),
        "page": re.sub(r"<[^>]*>", " ", text),
        "record": "\n".join(record["plan_words"]),
    }
    return Run(sheets, files, tables.found, record, words)


def _csv_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {str(name): original(cell) for name, cell in row.items()}


class _Tables(html.parser.HTMLParser):
    """Tables of a page by caption; cells by the words of their header, units left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Rows] = {}
        self._caption, self._cell, self._in, self._unit = "", "", "", False
        self._heads: list[str] = []
        self._line: list[str] = []

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        """A table, row or cell begins."""
        if tag in ("caption", "th", "td"):
            self._in, self._cell = tag, ""
        elif tag == "table":
            self._heads = []
        elif tag == "tr":
            self._line = []
        self._unit = tag == "span" and ("class", "unit") in attributes

    def handle_endtag(self, tag: str) -> None:
        """A cell or row is whole."""
        if tag == "caption":
            self._caption, self._in = self._cell.strip(), ""
            self.found[self._caption] = []
        elif tag in ("th", "td") and self._in:
            self._line.append(" ".join(self._cell.split()))
            self._in = ""
        elif tag == "tr" and self._line:
            if self._heads:
                self.found[self._caption].append(dict(zip(self._heads, self._line, strict=True)))
            else:  # a word that heads two columns is numbered
                self._heads = [
                    word if self._line.index(word) == at else f"{word} ({self._line[: at + 1].count(word)})"
                    for at, word in enumerate(self._line)
                ]
        elif tag == "span":
            self._unit = False

    def handle_data(self, data: str) -> None:
        """Letters of a cell."""
        if self._in and not self._unit:
            self._cell += data


def number(cell: Any) -> float | None:
    """A cell as a number: '1,234.5', '≥ 2.0', '12 %'; None for a blank or a word."""
    if cell is None or isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return float(cell)
    text = str(cell).replace(",", "").strip("≥≤ ")
    share = text.endswith("%")
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        return None
    return value / 100 if share else value


@dataclass(frozen=True)
class Place:
    """One place of a figure: what it says, by key, and a way to plant another value there.

    `rounded` is by how much what is shown may differ from the figure; `part` says that it shows some of the keys only,
    `columns` are the (sheet, column) that it reads.
    """

    name: str
    read: Callable[[Run], Figures]
    spoil: Callable[[Run], None]
    rounded: float = 0.0
    part: bool = False
    columns: frozenset[tuple[str, str]] = frozenset()


def _key(row: Mapping[str, Any], by: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{row[name]:g}" if isinstance(row[name], float) else str(row[name]) for name in by)


def _rows(
    rows: Callable[[Run], Rows], column: str | tuple[str, ...], by: tuple[str, ...], where: Mapping[str, Any],
    scale: float, keep: Callable[[dict[str, Any]], bool], most: bool,
) -> tuple[Callable[[Run], Figures], Callable[[Run], None]]:  # fmt: skip
    """Reader and spoiler of a column of some rows: added up by key, or the largest."""
    columns = (column,) if isinstance(column, str) else column

    def chosen(run: Run) -> Iterator[tuple[dict[str, Any], str, float]]:
        for row in rows(run):
            if all(row[name] == wanted for name, wanted in where.items()) and keep(row):
                for name in columns:
                    value = number(row[name])
                    if value is not None:
                        yield row, name, value

    def read(run: Run) -> Figures:
        found: Figures = {}
        for row, _, value in chosen(run):
            key = _key(row, by)
            before = found.get(key)
            value = scale * value
            found[key] = value if before is None else max(before, value) if most else before + value
        return found

    def spoil(run: Run) -> None:
        row, name, value = max(chosen(run), key=lambda one: abs(one[2]))
        row[name] = value + max(1.0, abs(value))

    return read, spoil


def _every(_: dict[str, Any]) -> bool:
    return True


def sheet(
    name: str, column: str | tuple[str, ...], by: tuple[str, ...] = (), *, rounded: float = 0.0, part: bool = False,
    scale: float = 1.0, keep: Callable[[dict[str, Any]], bool] = _every, most: bool = False, **where: Any,
) -> Place:  # fmt: skip
    """A column of a sheet of plan.xlsx; `where` names other columns, spaces as underscores."""
    wanted = {key.replace("_", " "): value for key, value in where.items()}
    read, spoil = _rows(lambda run: run.sheets[name], column, by, wanted, scale, keep, most)
    head = column if isinstance(column, str) else column[0]
    columns = (head, *by) if isinstance(column, str) else (*column, *by)
    seen = frozenset((name, one) for one in columns)
    return Place(f"plan.xlsx › {name} › {head} {where or ''}".strip(), read, spoil, rounded, part, seen)


def tidy(
    name: str, column: str, by: tuple[str, ...] = (), *, scale: float = 1.0, part: bool = False, most: bool = False,
    keep: Callable[[dict[str, Any]], bool] = _every, **where: Any,
) -> Place:  # fmt: skip
    """A column of a CSV file."""
    read, spoil = _rows(lambda run: run.files[name], column, by, where, scale, keep, most)
    return Place(f"csv/{name}.csv › {column} {where or ''}".strip(), read, spoil, part=part)


def page(
    caption: str, column: str, by: tuple[str, ...] = (), *, digits: int = 1, part: bool = False,
    keep: Callable[[dict[str, Any]], bool] = _every, **where: Any,
) -> Place:  # fmt: skip
    """A column of the table of report.html with that caption, shown with so many digits."""
    wanted = {key.replace("_", " "): value for key, value in where.items()}
    read, spoil = _rows(lambda run: run.page[caption], column, by, wanted, 1.0, keep, False)
    return Place(f"report.html › {caption} › {column}", read, spoil, 0.5 * 10**-digits, part)


def record(*path: Hashable, key: tuple[str, ...] = (), part: bool = False) -> Place:
    """A number of run.json."""

    def holder(run: Run) -> Any:
        found: Any = run.record
        for step in path[:-1]:
            found = found[step]
        return found

    def read(run: Run) -> Figures:
        return {key: float(holder(run)[path[-1]])}

    def spoil(run: Run) -> None:
        holder(run)[path[-1]] = 2 * float(holder(run)[path[-1]]) + 1

    return Place(f"run.json › {' › '.join(map(str, path))}", read, spoil, part=part)


def words(source: str, pattern: str, *, digits: int = 1, key: tuple[str, ...] = (), part: bool = False) -> Place:
    """The number in a sentence of the cover, the page or the record; the pattern has one group."""

    def read(run: Run) -> Figures:
        found = re.search(pattern, run.words[source])
        assert found is not None, (source, pattern)
        value = number(found[1])
        assert value is not None
        return {key: value}

    def spoil(run: Run) -> None:
        found = re.search(pattern, run.words[source])
        assert found is not None
        start, end = found.span(1)
        planted = "98.7 %" if found[1].endswith("%") else "9,876,543"
        run.words[source] = run.words[source][:start] + planted + run.words[source][end:]

    return Place(f"{source} › {pattern}", read, spoil, 0.5 * 10**-digits, part)


def contradictions(places: tuple[Place, ...], run: Run) -> list[str]:
    """What the places of one figure say against the first of them; places with roundings may differ by these."""
    found = []
    first = places[0].read(run)
    assert first, places[0].name
    for place in places[1:]:
        said = place.read(run)
        assert said, place.name
        for key in sorted(set(said) if place.part else set(first) | set(said)):
            one, other = first.get(key, 0.0), said.get(key, 0.0)
            room = places[0].rounded + place.rounded + 1e-6 * max(1.0, abs(one))
            if abs(one - other) > room:
                found.append(f"{places[0].name} says {one:.9g} of {key}, {place.name} says {other:.9g}")
    return found
