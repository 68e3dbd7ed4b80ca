"""Names that try to act as code go through every output as plain text."""

from __future__ import annotations

import csv
import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from model.reports.compare import compare
from model.reports.text import plain
from tests.reports.fixture.case import HOSTILE
from tests.reports.test_compare import run_folder


def test_workbook_holds_the_names_as_text(hostile_folder: Path) -> None:
    """Proves: no hostile name became a formula, a link or a cut-off cell; each stands in the book letter by letter.
    If it were ignored: opening the plan could run what somebody typed into a name."""
    book = openpyxl.load_workbook(hostile_folder / "plan.xlsx")
    found = set()
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type != "f":
                    found.add(cell.value)
                if cell.data_type == "f":
                    assert not re.search(r"cmd|HYPERLINK|1\+1|SUM\(1\)", str(cell.value))
                target = cell.hyperlink.target if cell.hyperlink else None
                assert target is None
    for name in HOSTILE[1:]:
        assert any(plain(name) in text or plain(name).replace("\x01", "_x0001_") in text for text in found), name


def test_armed_cells_are_quoted(hostile_folder: Path) -> None:
    """Proves: text that begins like a formula carries the quote mark, so that editing it does not run it.
    If it were ignored: F2 and Enter on a name would arm it."""
    book = openpyxl.load_workbook(hostile_folder / "plan.xlsx")
    armed = [
        cell
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.data_type == "s" and cell.value[:1] in "=+@-" and cell.value
    ]
    assert armed
    assert all(cell.quotePrefix for cell in armed)


class Tags(HTMLParser):
    """Collects tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def page_tags(path: Path) -> Tags:
    """Tags of a page."""
    parser = Tags()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser


def test_page_shows_the_names_as_text(hostile_folder: Path) -> None:
    """Proves: the page has exactly two scripts (data and our own), no image, no event attribute, no address of another
    server; the hostile names stand in it as words.
    If it were ignored: a name could run in the reader's browser."""
    page = page_tags(hostile_folder / "report.html")
    assert sum(tag == "script" for tag, _ in page.tags) == 2
    assert not any(tag in ("img", "iframe", "object", "link", "base", "form") for tag, _ in page.tags)
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        for name in ("href", "src", "xlink:href"):
            assert str(attributes.get(name) or "#").startswith("#")
    words = " ".join(page.words)
    assert "<script>alert('map')</script>" in words
    assert "ميناء أكتاو" in words


def test_page_data_cannot_close_its_element(hostile_folder: Path) -> None:
    """Proves: the JSON for the script holds no '<' at all and reads back as JSON.
    If it were ignored: a name with </script> would end the data and begin code."""
    text = (hostile_folder / "report.html").read_text(encoding="utf-8")
    data = re.search(r'<script type="application/json" id="map-data">(.*?)</script>', text, re.S)
    assert data is not None
    assert "<" not in data[1]
    assert json.loads(data[1])["periods"] == ["2026", "2027", "2028", "2029", "2030"]


def test_map_is_well_formed_and_inert(hostile_folder: Path) -> None:
    """Proves: map.svg is XML without scripts, events or outside references.
    If it were ignored: the picture would break, or act, in the slide that takes it."""
    root = ElementTree.parse(hostile_folder / "map.svg").getroot()
    for node in root.iter():
        assert not node.tag.endswith(("}script", "}image", "}foreignObject"))
        assert not any(name.startswith("on") or name.endswith("href") for name in node.attrib)


def test_csv_cells_are_quoted_and_come_back(hostile_folder: Path) -> None:
    """Proves: no CSV cell begins like a formula, and the names come back unchanged when the apostrophe is taken off.
    If it were ignored: a spreadsheet would run what a text file holds."""
    from model.reports.exports import original

    names = set()
    for path in (hostile_folder / "csv").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line in csv.reader(file):
                for cell in line:
                    assert not re.match(r"[=+@\t\r]|-[^\d.]", cell), (path.name, cell)
                    names.add(original(cell))
    for name in HOSTILE[:7]:
        assert any(plain(name) in cell for cell in names), name


def test_comparison_takes_them_too(hostile_folder: Path, tmp_path: Path) -> None:
    """Proves: comparing runs with hostile names gives a page without foreign tags (its two scripts are our own and the
    data of the map that shows all runs) and a book without formulas of theirs.
    If it were ignored: the second reader of a name would be less careful than the first."""
    run_folder(hostile_folder, "=1+1")
    compare([hostile_folder, hostile_folder], tmp_path)
    page = page_tags(tmp_path / "comparison.html")
    assert not any(tag in ("img", "iframe", "object", "link", "base", "form") for tag, _ in page.tags)
    assert [attributes.get("type") for tag, attributes in page.tags if tag == "script"] == ["application/json", None]
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    book = openpyxl.load_workbook(tmp_path / "comparison.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not any("cmd" in str(cell.value) for cell in cells)


@pytest.mark.parametrize("name", HOSTILE)
def test_plain_is_plain(name: str) -> None:
    """Proves: cleaned text encodes as UTF-8 and has no control letters.
    If it were ignored: one broken letter would stop the writing of all outputs."""
    assert plain(name).encode("utf-8")
    assert all(letter >= " " for letter in plain(name))


def test_reasons_with_hostile_names_stay_text(hostile_folder: Path) -> None:
    """Proves: sentences that hold names (why, what else changes, which limit is in the way) keep them as text in the
    workbook, on the page and in the CSV of other decisions.
    If it were ignored: the newest table would be the first hole."""
    book = openpyxl.load_workbook(hostile_folder / "plan.xlsx")
    for name in ("Projects", "Project_figures", "Other_decisions"):
        kinds = {cell.data_type for row in book[name].iter_rows(min_row=5, min_col=2, max_col=3) for cell in row}
        assert kinds <= {"s", "n"}, name
    path = hostile_folder / "csv" / "candidates.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert lines
    assert all(not line["breaks"].startswith(("=", "+", "@")) for line in lines)
    description = json.loads((hostile_folder / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    assert plain(HOSTILE[0]) in description["title"]
    places = json.loads((hostile_folder / "geojson" / "nodes.geojson").read_text(encoding="utf-8"))["features"]
    assert plain(HOSTILE[1]) in {feature["properties"]["name"] for feature in places}
