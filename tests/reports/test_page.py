"""report.html in a browser without a network, and without a browser."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from model.reports.compare import compare
from model.reports.facts import Facts
from tests.reports.browser import CHROMIUM, DRIVER, Browser, browser
from tests.reports.fixture.plan import busy_plan, mini_plan
from tests.reports.test_compare import run_folder

needs_browser = pytest.mark.skipif(not (DRIVER and CHROMIUM), reason="Chromium and chromedriver are not installed")
LINK = "L3"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for all tests of the page."""
    with browser(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture
def opened(window: Browser, mini_folder: Path) -> Browser:
    """The page, freshly loaded in a wide window."""
    window.size(1400, 1000)
    window.open(mini_folder / "report.html")
    return window


def flow(facts: Facts, period: str) -> tuple[float, float]:
    """Mt and kTEU of the link, both directions."""
    row = facts.link_totals.loc[(LINK, period)]
    return float(row["mt"]), float(row["kteu"])


@needs_browser
@pytest.mark.slow
def test_no_request_and_no_complaint(opened: Browser, mini_folder: Path) -> None:
    """Proves: with every host name blocked the page asks for nothing but itself and the console stays silent.
    If it were ignored: the report would need a network, or break its own security policy."""
    assert opened.complaints() == []
    assert set(opened.requests()) <= {(mini_folder / "report.html").as_uri()}


@needs_browser
@pytest.mark.slow
def test_year_scenario_and_link_tell_the_right_figures(
    opened: Browser, mini_folder: Path, busy_folder: Path, tmp_path: Path
) -> None:
    """Proves: on the page that compares two runs, clicking the ferry link shows its flow of the last period; moving to
    another year and another scenario shows theirs, as the plan tables have them.
    If it were ignored: the map could show one plan's lines with another plan's figures."""
    reference, busy = Facts(mini_plan()), Facts(busy_plan())
    runs = [shutil.copytree(folder, tmp_path / folder.name) for folder in (mini_folder, busy_folder)]
    compare([run_folder(run, run.name) for run in runs], tmp_path)
    opened.open(tmp_path / "comparison.html")
    opened.run("document.querySelector('#map').scrollIntoView()")
    opened.run(f"document.querySelector('#map-core .link[data-link={LINK}]').dispatchEvent(new MouseEvent('click'))")
    assert "Aktau" in opened.text("#details-name")
    for facts, plan, period in ((reference, 0, 4), (reference, 0, 1), (busy, 1, 1), (busy, 1, 4)):
        opened.run(
            "const s=document.getElementById('scenario'); s.value=arguments[0]; s.dispatchEvent(new Event('change'));"
            "const p=document.getElementById('period'); p.value=arguments[1]; p.dispatchEvent(new Event('input'));",
            plan,
            period,
        )
        name = facts.periods[period]
        assert opened.text("#period-name") == name
        mt, kteu = flow(facts, name)
        row = opened.run(
            "return [...document.querySelectorAll('#details tbody tr')]"
            ".map(row => [...row.children].map(cell => cell.textContent))"
        )[period]
        assert row[0] == name
        assert float(row[1]) == pytest.approx(mt, abs=0.006)
        assert float(row[2]) == pytest.approx(kteu, abs=0.06)
        words = opened.run(f"return document.querySelector('#map-core .link[data-link={LINK}] title').textContent")
        assert f"{name}: {mt:,.2f} Mt" in words
    assert opened.complaints() == []


@needs_browser
@pytest.mark.slow
def test_keyboard_reaches_year_and_link(opened: Browser) -> None:
    """Proves: the slider answers arrow keys and a link answers Enter.
    If it were ignored: the map would be for mouse users only."""
    opened.press("#period", "\ue012")  # left arrow
    assert opened.text("#period-name") == "2029"
    opened.run(f"document.querySelector('#map-core .link[data-link={LINK}]').focus()")
    opened.press(f"#map-core .link[data-link={LINK}]", "\ue007")  # Enter
    assert "2029" in opened.text("#details-now")


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1400, 390])
def test_page_fits_wide_and_narrow_windows(opened: Browser, width: int) -> None:
    """Proves: the page itself never scrolls sideways (wide tables scroll in their own boxes) and small print stays
    legible. If it were ignored: a reader on a telephone would lose half of every line."""
    opened.size(width, 900)
    assert opened.run("return document.documentElement.scrollWidth") <= width
    assert opened.run("return parseFloat(getComputedStyle(document.body).fontSize)") >= 14


@needs_browser
@pytest.mark.slow
def test_long_tables_sort_and_search(opened: Browser) -> None:
    """Proves: a click on a header sorts a long table by its figures, the largest first, a second one turns it round, a
    third gives the order of the page back; the search keeps the rows that hold the words and says how many. Tables that
    fit on a screen have no search box.
    If it were ignored: sixty projects could only be read from top to bottom."""
    opened.run(
        "window.table = [...document.querySelectorAll('main .scroll > table')].find(one =>"
        " one.querySelector('th.figure .sort') && one.tBodies[0].rows.length >= 15);"
        "window.column = [...table.tHead.rows[0].cells].findIndex(cell => cell.classList.contains('figure'));"
        "window.cells = () => [...table.tBodies[0].rows].map(row => row.cells[column].textContent);"
        "window.first = cells().join('|');"
    )

    def amounts() -> list[float]:
        texts = opened.run("return cells()")
        return [float(text.replace(",", "").rstrip(" %")) for text in texts if text.strip() not in ("–", "")]

    click = "table.tHead.rows[0].cells[column].querySelector('.sort').click()"
    opened.run(click)
    assert len(amounts()) >= 2
    assert amounts() == sorted(amounts(), reverse=True)
    assert opened.run("return table.tHead.rows[0].cells[column].getAttribute('aria-sort')") == "descending"
    opened.run(click)
    assert amounts() == sorted(amounts())
    opened.run(click)
    assert opened.run("return cells().join('|') === first")
    found = opened.run(
        "const box = table.parentElement.previousElementSibling.querySelector('input');"
        "box.value = table.tBodies[0].rows[0].cells[0].textContent.slice(0, 8);"
        "box.dispatchEvent(new Event('input'));"
        "return [[...table.tBodies[0].rows].filter(row => !row.hidden).length, table.tBodies[0].rows.length,"
        " table.parentElement.previousElementSibling.textContent]"
    )
    assert 1 <= found[0] <= found[1]
    assert f"{found[0]} of {found[1]} rows" in found[2]
    assert opened.complaints() == []


def test_page_reads_without_scripts(mini_folder: Path) -> None:
    """Proves: with scripts taken out the page still holds the plan: sentences, schedule, map lines, reasons, figures.
    If it were ignored: mail filters that strip scripts would leave an empty page."""
    text = (mini_folder / "report.html").read_text(encoding="utf-8")
    plain = re.sub(r"<script.*?</script>", "", text, flags=re.S)
    assert len(text) < 5_000_000
    for words in ("Best plan, proven", "What to build, and when", "Feeder vessels", "Does it fit the budgets?"):
        assert words in plain
    assert plain.count('class="line"') >= 6
    assert "http://" not in plain.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in plain


def test_policy_lists_our_script_and_style_only(mini_folder: Path) -> None:
    """Proves: the content security policy allows nothing but the page's own style and script, by hash.
    If it were ignored: anything that slipped into the page could run."""
    text = (mini_folder / "report.html").read_text(encoding="utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert re.fullmatch(
        r"default-src &#x27;none&#x27;; style-src &#x27;sha256-[\w+/=]+&#x27;; script-src &#x27;sha256-[\w+/=]+&#x27;; "
        r"base-uri &#x27;none&#x27;; form-action &#x27;none&#x27;",
        policy[1],
    )


def test_no_plan_page_says_why(empty_folder: Path) -> None:
    """Proves: without a plan the page says why, and has no map.
    If it were ignored: the reader would look at an empty map."""
    text = (empty_folder / "report.html").read_text(encoding="utf-8")
    assert "No plan: the limits contradict each other." in text
    assert 'id="map"' not in text


@needs_browser
def test_the_brief_prints_on_two_pages(window: Browser, busy_folder: Path) -> None:
    """Proves: printed on A4 the report is its brief on two pages at most, as a table on paper and not as the cards of a
    narrow screen; with everything asked for it is longer.
    If it were ignored: whoever prints the page before a meeting would carry forty pages, or twelve of cards."""
    window.open(busy_folder / "report.html")
    assert 1 <= window.printed().count(b"/Type /Page\n") <= 2
    window.run("document.body.classList.add('print-all')")
    assert window.printed().count(b"/Type /Page\n") > 2


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1400, 390])
def test_names_on_the_map_keep_their_size(opened: Browser, width: int) -> None:
    """Proves: at both widths, and zoomed in by 2.25, the names on the map are as high as those of a map drawn at its
    own size (11 pixels set, some 10 to 16 from top to bottom); a touch 12 pixels off a line finds that line.
    If it were ignored: names would be too small on a telephone, fill the window once zoomed, and lines of two pixels
    could not be touched."""
    opened.size(width, 900)
    heights = (
        "return [...document.querySelectorAll('#map-core .labels text')].filter(one => one.getAttribute('visibility')"
        " !== 'hidden').map(one => one.getBoundingClientRect().height)"
    )
    for _ in range(2):
        found = opened.run(heights)
        assert found
        assert all(9 < height < 17 for height in found)
        opened.run("const more = document.querySelector('[data-zoom=in]'); more.click(); more.click();")
    opened.run("document.querySelector('[data-zoom=all]').click()")
    told = opened.run(
        "const map = document.getElementById('map-core'), edge = map.getBoundingClientRect();"
        f"const line = map.querySelector('.link[data-link={LINK}] .line');"
        "const point = line.getPointAtLength(line.getTotalLength() / 2), unit = map.viewBox.baseVal.width / edge.width;"
        "map.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: edge.left + point.x / unit,"
        " clientY: edge.top + point.y / unit + 12 }));"
        "return document.getElementById('details-body').textContent"
    )
    assert "Aktau" in told


@needs_browser
@pytest.mark.slow
def test_a_finger_finds_every_control(opened: Browser) -> None:
    """Proves: at 390 pixels every button, choice, slider, link of the navigation and part to unfold is at least 44
    pixels high. If it were ignored: a reader in a meeting would press the wrong thing on a telephone."""
    opened.size(390, 844)
    small = opened.run(
        "return [...document.querySelectorAll('button, select, summary, nav a, input')].filter(one =>"
        " one.getClientRects().length && one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML)"
    )
    assert small == []


@needs_browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [1400, 390])
def test_axe_has_nothing_to_say(opened: Browser, width: int) -> None:
    """Proves: axe-core finds nothing of any weight against the page, with all parts unfolded, wide and narrow.
    If it were ignored: who reads with a screen reader, a magnifier or a keyboard could be shut out by any change."""
    pytest.importorskip("axe_core_python", reason="axe-core-python (extra test) is not installed")
    axe = resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    opened.size(width, 900)
    opened.run(f"{axe}; window.axe = axe;")
    opened.run(
        "document.querySelectorAll('details').forEach(one => { one.open = true; });"
        "window.told = null;"
        "axe.run(document, { resultTypes: ['violations'] }).then(found => { window.passes = found.passes.length;"
        " window.told = found.violations.map(one => [one.id, one.impact, one.nodes[0].html.slice(0, 200)]) })"
        ".catch(error => { window.told = [['failed', String(error)]]; });"
    )
    for _ in range(600):
        told = opened.run("return window.told")
        if told is not None:
            break
        time.sleep(0.1)
    assert told == []
    assert opened.run("return window.passes") > 30
