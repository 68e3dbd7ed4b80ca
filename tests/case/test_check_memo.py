"""Checks that are not repeated: the remarks are those of checking everything anew, and only what differs is checked."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.case.case import Case
from model.case.checks.memo import Check, CheckMemo
from model.case.checks.tables import Tables
from model.case.codes import Severity
from model.case.messages import Findings
from model.case.reader import load_case
from model.case.scenarios.apply import overlay_scenario, scenario_names
from model.case.scenarios.history import history_messages
from tests.case.small import small_rows, write_case

TIMED: dict[str, tuple[str, ...]] = {
    "Links": ("Container capacity", "Tonnage capacity", "Cost per TEU", "Surcharge", "Length"),
    "Nodes": ("Container capacity", "Tonnage capacity", "Transfer cost"), "Demand": ("years",),
}  # fmt: skip
WORDS: dict[str, tuple[tuple[str, tuple[object, ...]], ...]] = {
    "Links": (("Both ways", ("yes", "no")), ("From node", ("a", "B", "nowhere"))),
    "Nodes": (("Country", ("KZ", "Kazakhstan")), ("Transfer allowed", ("yes", "no"))),
    "Demand": (("Market", ("A-C", "unknown")), ("Destination", ("b", "C", "Q"))),
    "Projects": (("Status", ("candidate", "excluded", "committed")), ("Capital cost", (0, 40, 4e5))),
    "Budgets": (("Scope", ("Bank", "Nobody")), ("Amount", (0, 50))),
    "Carriers": (("Accepts container", ("yes", "no")),),
}  # fmt: skip
SETTINGS = ("discount_rate", "co2_price", "value_of_time_segments")
FACTORS = (0, 0.2, 1.5, 40, 1e4, -1)


class Forgetful(CheckMemo):
    """Runs every check on all tables."""

    def run_all(self, checks: Iterable[Check], tables: Tables) -> None:
        """Run them, whatever was found before."""
        for check in checks:
            check(tables)


def random_changes(seed: int, scenario: str) -> Iterator[dict[str, Any]]:
    """One to four changes of any kind, sensible or not, for good or for some years."""
    generator = random.Random(seed)
    for _ in range(generator.randint(1, 4)):
        change: dict[str, Any] = {"scenario": scenario, "operation": "set"}
        kind = generator.random()
        if kind < 0.1:
            change |= {"sheet": "Settings", "match_column": "Setting", "match_value": generator.choice(SETTINGS)}
            change |= {"column": "Value", "value": generator.choice((0.05, 3, 60))}
        elif kind < 0.4:
            sheet = generator.choice(list(WORDS))
            column, values = generator.choice(WORDS[sheet])
            change |= {"sheet": sheet, "column": column, "value": generator.choice(values)}
        else:
            sheet = generator.choice(list(TIMED))
            change |= {"sheet": sheet, "column": generator.choice(TIMED[sheet]), "value": generator.choice(FACTORS)}
            change["operation"] = generator.choice(("multiply", "multiply", "set"))
            years = sorted(generator.sample(range(2026, 2031), 2))
            change |= dict(zip(("from_year", "last_year"), years, strict=True)) if generator.random() < 0.7 else {}
        yield change


def case_of(folder: Path, changes: dict[str, list[dict[str, Any]]], reference: list[dict[str, Any]]) -> Case:
    """The small case with scenarios of these changes, on a reference with changes of its own."""
    rows = small_rows()
    rows["Scenarios"] = [{"scenario": "reference"}, *({"scenario": name} for name in changes)]
    rows["Futures"] = []  # they name scenarios of the small case
    rows["ScenarioChanges"] = [*reference, *(change for some in changes.values() for change in some)]
    reading = load_case(write_case(folder, rows))
    assert reading.case is not None, [str(message) for message in reading.messages]
    return reading.case


REFERENCE: list[dict[str, Any]] = [
    {
        "scenario": "reference", "sheet": "Links", "match_column": "Link", "match_value": "L2", "operation": "multiply",
        "column": "Cost per TEU", "value": 1.2, "from_year": 2029,
    },
    {
        "scenario": "reference", "sheet": "Links", "match_column": "Link", "match_value": "L1", "operation": "multiply",
        "column": "Container capacity", "value": 0.4, "from_year": 2027, "last_year": 2027,
    },
]  # fmt: skip


@pytest.mark.parametrize("block", range(3))
def test_random_overlays_are_told_the_same_as_when_checked_anew(block: int, tmp_path: Path) -> None:
    """Proves: of 30 random scenarios a block, with errors, warnings and none, all remarks, in order, and the tables are
    those that come of running every check on all tables of every year. If it were ignored: a remark could be lost, or
    taken over from a scenario that it does not belong to."""
    names = [f"random {30 * block + number}" for number in range(30)]
    case = case_of(tmp_path, {name: list(random_changes(hash_of(name), name)) for name in names}, REFERENCE)
    memo, seen = CheckMemo(), Counter[Severity]()
    for name in scenario_names(case):
        quick, anew = overlay_scenario(case, name, memo), overlay_scenario(case, name, Forgetful())
        assert quick.messages == anew.messages, name
        assert (quick.case is None) == (anew.case is None)
        one, two = quick.case or quick.contradictory, anew.case or anew.contradictory
        if one is not None and two is not None:
            assert all(one.tables[sheet].equals(two.tables[sheet]) for sheet in one.tables), name
        seen.update({message.severity for message in quick.messages})
    assert seen[Severity.ERROR] >= 5
    assert seen[Severity.WARNING] >= 5
    assert history_messages(case, memo) == history_messages(case, Forgetful())


def hash_of(name: str) -> int:
    """A seed that is the same in every run."""
    return sum(place * ord(letter) for place, letter in enumerate(name, 1))


def test_flows_are_checked_anew_only_where_demand_or_capacity_differ(tmp_path: Path) -> None:
    """Proves by counting: a scenario of prices in three years asks for flows in its base tables (nothing differs) and
    five years, which have two networks, that of 2026 and the narrow one of 2027: three runs. One that then halves a
    capacity from 2029 on has one new network: one run. Both again: none. If it were ignored: checking a case would take
    as long as its scenarios times its years."""
    link = {"sheet": "Links", "match_column": "Link", "match_value": "L2", "operation": "multiply", "value": 0.5}
    changes = {
        "dear": [{**link, "column": "Cost per TEU", "from_year": year} for year in (2026, 2028, 2030)],
        "narrow": [{**link, "column": "Container capacity", "from_year": 2029}],
    }  # fmt: skip
    case = case_of(tmp_path, {name: [{"scenario": name, **one} for one in some] for name, some in changes.items()},
                   REFERENCE)  # fmt: skip
    memo = CheckMemo()
    for timed, runs in (("dear", 3), ("narrow", 1)):
        before = memo.runs["check_flows"]
        overlay_scenario(case, timed, memo)
        assert memo.runs["check_flows"] - before == runs, timed
    again = Counter(memo.runs)
    for name in ("dear", "narrow"):
        overlay_scenario(case, name, memo)
    assert memo.runs == again


def tables_of(case: Case, **sheets: Any) -> Tables:
    """Tables of a case, some replaced, with nothing found yet."""
    return Tables({**case.tables, **sheets}, dict(case.settings), Findings())


def test_what_a_check_reads_may_depend_on_what_it_read(tmp_path: Path) -> None:
    """Proves: a check that reads lengths only where the first link is a ship's is run again when the answer to its
    first question is another, and not when a column differs that it did not look at. If it were ignored: a fixed list
    of columns would have to hold for all cases, or remarks would be those of another table."""
    case = load_case(write_case(tmp_path)).case
    assert case is not None

    def check(tables: Tables) -> None:
        (row, carrier), *_ = tables.rows("Links", "carrier")
        total = sum(length for _, length in tables.rows("Links", "length_km")) if carrier == "ship" else 0.0
        tables.remark("unusual-value", "Links", row, "length_km", f"{total:.0f} km")

    links = case.tables["Links"]
    by_rail = links.assign(carrier="rail")
    trials = [
        (links, "1930 km", 1),
        (links.assign(container_cost=9.0), "1930 km", 1),
        (by_rail, "0 km", 2),
        (by_rail.assign(length_km=1.0), "0 km", 2),
        (links.assign(length_km=1.0), "3 km", 3),
        (links.copy(), "1930 km", 3),
    ]
    memo = CheckMemo()
    for frame, text, runs in trials:
        tables = tables_of(case, Links=frame)
        memo.run_all([check], tables)
        assert [message.text for message in tables.findings.messages] == [text]
        assert memo.runs["check"] == runs


def test_settings_errors_and_spellings_count_as_read(tmp_path: Path) -> None:
    """Proves: another setting, an earlier error of another row, and a word spelt anew are told and done again without
    running the check, and make it run where they differ. If it were ignored: a later check would speak of rows that an
    error has taken out, or a scenario would lose the spelling of its keys."""
    case = load_case(write_case(tmp_path)).case
    assert case is not None

    def spell(tables: Tables) -> None:
        for row, carrier in tables.rows("Links", "carrier"):
            if carrier == "SHIP":
                tables.remark("reference-unknown", "Links", row, "carrier", "in capitals")
                tables.respell("Links", "carrier", {row: "ship"})

    def speak(tables: Tables) -> None:
        rate = tables.setting("discount_rate")
        for row, carrier in tables.rows("Links", "carrier"):
            if carrier == "ship" and ("Links", row) not in tables.unsound_rows:
                tables.remark("unusual-value", "Links", row, "carrier", f"at {rate}")

    links = case.tables["Links"]
    shouted = links.assign(carrier=[word.upper() for word in links["carrier"]])
    memo, found = CheckMemo(), []
    for frame, rate in ((links, 0.06), (shouted, 0.06), (links, 0.05), (shouted.assign(length_km=3.0), 0.06)):
        tables = tables_of(replace(case, settings={**case.settings, "discount_rate": rate}), Links=frame)
        memo.run_all([spell, speak], tables)
        found.append([message.text for message in tables.findings.messages])
        assert "SHIP" not in set(tables.tables["Links"]["carrier"])
    assert found == [["at 0.06"], ["in capitals"], ["at 0.05"], ["in capitals"]]
    assert tables.unsound_rows == {("Links", int(links.index[0]))}
    assert tables.tables["Links"]["length_km"].tolist() == [3.0, 3.0, 3.0]
    assert dict(memo.runs) == {"spell": 2, "speak": 3}
