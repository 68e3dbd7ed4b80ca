"""The decision brief: the Cover and the first section of the page say the same, and its rows add up."""

from __future__ import annotations

import dataclasses
import math
import re
import subprocess
from pathlib import Path

import pytest
import xlsxwriter

from model.features.choice.report import brief as choice_blocks
from model.plan.plan import Plan
from model.reports.analysis.appraisal import Appraisal, appraisal
from model.reports.analysis.quality import data_quality, quality_shown
from model.reports.analysis.why import decisions
from model.reports.brief.blocks import Block, Head, Record, figures
from model.reports.brief.brief import brief
from model.reports.brief.decisions import decisions_block, turning
from model.reports.brief.doubts import gap_words
from model.reports.brief.money import Balance, lost_by_others
from model.reports.facts import Facts
from model.reports.page.brief import decide
from model.reports.workbook.sheet import NUMBER_FORMATS
from model.solvers.core.outcome import Settlement
from model.studies.console.words import share
from tests.features.choice.cases import solved
from tests.features.choice.test_capacity import shared
from tests.reports.fixture.plan import busy_plan, mini_plan, no_plan
from tests.reports.fixture.rich import rich_plan
from tests.reports.office import SOFFICE
from tests.reports.reading import Reader


@pytest.fixture(scope="module")
def blocks() -> dict[str, Block]:
    """The blocks of the busy scenario, by key."""
    return {block.key: block for block in brief(Facts(busy_plan()))}


def amounts(block: Block, place: int) -> list[float]:
    """One column of figures."""
    return [record.figures[place].value for record in block.records if record.figures]


def test_every_project_is_decided_once(blocks: dict[str, Block]) -> None:
    """Proves: each project that is free or committed stands in one group: P2 of the busy mini is built and its money is
    due in 2027, the second year, so it is to be committed now; P1, P3, P5 are left; P4 is committed already.
    If it were ignored: a project could stand under 'now' and under 'leave', or under neither."""
    found = {
        key: record.label
        for record in blocks["decide"].records
        for key in ("P1", "P2", "P3", "P4", "P5")
        if record.words.startswith(f"{key} ")
    }
    assert found == {"P1": "Leave", "P2": "Commit now", "P3": "Leave", "P4": "Committed already", "P5": "Leave"}
    assert not any(record.words.startswith(("P6 ", "P7 ")) for record in blocks["decide"].records)


def test_a_row_is_of_one_thing(blocks: dict[str, Block]) -> None:
    """Proves: DREDGE leaves the plan with QUAY, so the row of QUAY has the capital of both, 20 + 5, beside costs and
    the worth of both, and says 'together with DREDGE'; DREDGE has a row of its own, and the note says that the
    columns do not add up. P5 of the busy mini would bring P3 along: 200 + 600. If it were ignored: 250 million of
    capital of one port would stand beside the costs of two, and the column of costs would add up to too much."""
    found = decisions_block(Facts(rich_plan()))
    by_key = {record.words.split()[0]: record for record in found.records if record.figures}
    quay, dredge = by_key["QUAY"], by_key["DREDGE"]
    assert "together with DREDGE" in quay.words
    assert [one.figures[2].value for one in (quay, dredge)] == [25.0, 5.0]
    assert quay.figures[3].value > dredge.figures[3].value
    assert "do not add up" in found.note
    needy = next(record for record in blocks["decide"].records if record.words.startswith("P5 "))
    assert "with P3" in needy.words
    assert needy.figures[2].value == 800.0


def test_where_a_decision_turns() -> None:
    """Proves, by hand: what costs 20 and saves 30 pays until its costs rise by half; what costs 20 and saves 5 would
    have to cost a quarter, so 75 % less; what saves nothing, 100 % less; what nobody worked out, unknown.
    If it were ignored: a planner would read the wrong sign and build what does not pay."""
    assert turning(20.0, 30.0) == pytest.approx(0.5)
    assert turning(20.0, 5.0) == pytest.approx(-0.75)
    assert turning(20.0, 0.0) == -1.0
    assert math.isnan(turning(20.0, None))
    assert math.isnan(turning(0.0, 5.0))


def test_whole_things_are_told_without_decimals(blocks: dict[str, Block]) -> None:
    """Proves: bottlenecks are counted in whole assets; money and tonnes have a decimal.
    If it were ignored: '18.0 assets' would stand on the Cover."""
    said = {record.label: record.words for record in blocks["rests"].records}
    assert re.match(r"\d+ assets, those of which ", said["Bottlenecks"])
    assert re.match(r"[\d,]+\.\d Mt, ", said["Demand"])


def test_benefits_add_up_to_the_worth_of_the_plan(blocks: dict[str, Block]) -> None:
    """Proves: the terms and the outlays add up to the net of the Appraisal, what is small included; the works of all
    countries add up to the outlays.
    If it were ignored: the first page would hide a part of what the plan costs or saves."""
    facts = Facts(busy_plan())
    assert facts.minimum is not None
    found = Appraisal(facts, facts.minimum)
    labels = [record.label for record in blocks["benefit"].records]
    net = labels.index("Net")  # what follows it says what the net consists of
    assert math.fsum(amounts(blocks["benefit"], 0)[:net]) == pytest.approx(found.net, rel=1e-9)
    assert amounts(blocks["benefit"], 0)[net] == pytest.approx(found.net, rel=1e-9)
    assert math.fsum(amounts(blocks["countries"], 0)) == pytest.approx(found.outlays, rel=1e-9)
    paid = found.benefits_by_kind["money"]
    assert math.fsum(amounts(blocks["countries"], 1)) == pytest.approx(-paid, rel=1e-9)


def test_a_gap_too_small_to_be_shown_is_no_figure() -> None:
    """Proves: a plan proven to a hundredth of a million is said to be the cheapest to a tenth.
    If it were ignored: "cheaper by more than 0.0 million USD"."""
    plan = busy_plan()
    assert plan.outcome.objective is not None
    outcome = dataclasses.replace(plan.outcome, bound=plan.outcome.objective - 0.01)
    assert gap_words(Facts(dataclasses.replace(plan, outcome=outcome))) == (
        "This plan is the cheapest, proven to 0.1 million USD."
    )


def test_doubts_are_told_in_money_first(blocks: dict[str, Block]) -> None:
    """Proves: the gap is told in million USD, then against the worth, then against all costs; what is switched off is
    named: the mini has neither a CO2 price nor an uplift for optimism.
    If it were ignored: 0.03 % of all costs would hide that a tenth of the plan's worth is open."""
    said = {record.label: record.words for record in blocks["doubts"].records}
    room = busy_plan().outcome.objective - busy_plan().outcome.bound  # type: ignore[operator]
    assert said["Proven gap"].startswith(f"No plan is cheaper by more than {room:,.1f} million USD, ")
    assert "of what this one is worth and" in said["Proven gap"]
    assert said["Switched off"] == "CO2 price and Optimism adjustment."


def test_what_can_wait_is_told_by_when_its_money_is_due() -> None:
    """Proves: P1 and P3 are open, and no cheaper plan opens them before 2030. The money of P1, built in two years, is
    due in 2028 at the earliest, after the two years that are committed now; that of P3, three years, in 2027. So P1 can
    wait, by name, and the answer counts what is open, not what is settled; the sheet Projects says the years. What the
    proof leaves open of P5 is told; beside an exact figure, which holds the rest of the plan, it says that the rest
    changes too. P2 is settled but for its year.
    If it were ignored: a ministry would take every open project for one to be decided now."""
    plan = busy_plan()
    settled = [
        Settlement("P1", 5.0, None, 2030), Settlement("P3", 4.0, None, 2030), Settlement("P5", 3.0),
        Settlement("P2", 0.0, 2.0, 2027, 2029),
    ]  # fmt: skip
    facts = Facts(plan_with(plan, {one.project: one for one in settled}))
    records = {record.label: record.words for block in brief(facts) for record in block.records}
    assert (
        "Of 4 projects 3 are not settled: a cheaper plan, if there is one, may decide otherwise." in records["How sure"]
    )
    said = records["Not settled"]
    assert "may decide otherwise on 3 of 4 projects" in said
    assert "P1 can wait: no cheaper plan has money due for it before 2028, proven." in said
    told = decisions(facts).set_index("project")["settled"]
    changed = "otherwise, with the rest of the plan changed too, up to"  # with the rest held it costs more, exactly
    assert told["P1"] == f"open, not before 2030: {changed} 5.0 million USD less"
    assert told["P5"] == f"open: {changed} 3.0 million USD less"
    bounds = plan.tables["candidates"].assign(exact=False)
    facts = Facts(dataclasses.replace(facts.plan, tables={**plan.tables, "candidates": bounds}))
    told = decisions(facts).set_index("project")["settled"]
    assert told["P1"] == "open, not before 2030: otherwise up to 5.0 million USD less"
    assert told["P5"] == "open: otherwise up to 3.0 million USD less"
    assert told["P2"] == "settled, not before 2027, not after 2029; other years up to 2.0 million USD less"


def plan_with(plan: Plan, settled: dict[str, Settlement]) -> Plan:
    """The plan with what a proof settled."""
    return dataclasses.replace(plan, outcome=dataclasses.replace(plan.outcome, settled=settled))


def test_changes_are_told_alike_everywhere(blocks: dict[str, Block], busy_folder: Path) -> None:
    """Proves: what would reverse a decision, and by how much outlays could rise, have the number format of the kind
    'change' in the sheets, and is a percentage in the sentence.
    If it were ignored: the Appraisal would say '5646 %' where the Cover says '56 times'."""
    book = Reader(busy_folder / "plan.xlsx").formulas
    named = {str(row[0].value): row[1] for row in book["Appraisal"].iter_rows()}
    head = next(
        cell for row in book["Cover"].iter_rows() for cell in row if cell.value == "Reversed if its costs change by"
    )
    shown = [book["Cover"].cell(head.row + row, head.column) for row in range(1, len(blocks["decide"].records))]
    changes = [cell for cell in shown if cell.value is not None]
    assert changes
    assert {cell.number_format for cell in (*changes, named["Outlays could rise by"])} == {NUMBER_FORMATS["change"]}
    found = appraisal(Facts(busy_plan()))
    assert found is not None
    said = {record.label: record.words for record in blocks["doubts"].records}["What would reverse it"]
    assert f"its outlays rise by {share(found.net / found.outlays)} or" in said


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_a_sheet_shows_a_change_as_the_words_do(tmp_path: Path) -> None:
    """Proves: LibreOffice shows 56.46 as '5,646.0%', 3.958 as '395.8%', and a fall with its sign. If it were ignored:
    a rise by 396 % would read '4.0 times', which is the size of a rise to 400 % as well, and a fall as a rise."""
    shown = {-0.96: "-96.0%", 0.0: "0.0%", 0.07: "7.0%", 3.958: "395.8%", 56.46: "5,646.0%"}
    book = xlsxwriter.Workbook(tmp_path / "changes.xlsx")
    sheet, look = book.add_worksheet(), book.add_format({"num_format": NUMBER_FORMATS["change"]})
    for row, value in enumerate(shown):
        sheet.write(row, 0, value, look)
    book.close()
    as_shown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
    command = [str(SOFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to"]
    command += [as_shown, "--outdir", str(tmp_path), str(tmp_path / "changes.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    lines = (tmp_path / "changes.csv").read_text(encoding="utf-8").splitlines()
    assert [line.strip('"') for line in lines] == list(shown.values())


def test_cover_and_page_say_the_same(blocks: dict[str, Block], busy_folder: Path) -> None:
    """Proves: each label, each sentence and each figure of the brief stands on the Cover, figures that another sheet
    holds as formulas on that sheet with the same value; the page holds the same words.
    If it were ignored: the minister and the auditor would read two different answers."""
    book = Reader(busy_folder / "plan.xlsx")
    values = [[cell.value for cell in row] for row in book.values["Cover"].iter_rows()]
    formulas = [[cell.value for cell in row] for row in book.formulas["Cover"].iter_rows()]
    page = str(decide(Facts(busy_plan())))
    linked = 0
    for block in blocks.values():
        for record in block.records:
            place = next(row for row, line in enumerate(values) if line[:2] == [record.label, record.words])
            for column, figure in enumerate(record.figures, start=2):
                shown = values[place][column]
                assert (shown is None) == math.isnan(figure.value)
                assert shown is None or shown == pytest.approx(figure.value, rel=1e-9, abs=1e-9)
                if figure.sheet and shown is not None:
                    assert str(formulas[place][column]).startswith(f"={figure.sheet}!")
                    linked += 1
            assert record.words.replace("&", "&amp;") in page
    assert linked >= 8


def test_no_plan_has_no_brief(empty_folder: Path) -> None:
    """Proves: a run without a plan has no brief, and its Cover and page are written all the same.
    If it were ignored: the run that most needs words would crash, or advise to build nothing."""
    assert brief(Facts(no_plan())) == []
    assert "Decision" not in [cell.value for cell in Reader(empty_folder / "plan.xlsx").values["Cover"]["A"]]


def test_without_a_minimum_only_what_is_known_is_told() -> None:
    """Proves: a plan that nobody set against doing the minimum has decisions, doubts and what its figures rest on
    (which needs no minimum), no benefits.
    If it were ignored: benefits of zero would be read as a plan that buys nothing."""
    facts = Facts(mini_plan())
    assert facts.minimum is None
    assert [block.key for block in brief(facts)] == ["answer", "decide", "doubts", "rests"]
    labels = [record.label for record in brief(facts)[0].records]
    assert labels == ["Commit to now", "Prepare", "Do not build", "How sure"]


def test_markets_tell_their_shares() -> None:
    """Proves: where shippers choose, the brief names each market with the shares of its corridors at both ends.
    If it were ignored: the question that the corridor exists for would stand on sheet thirty."""
    facts = Facts(solved(shared(3.0, nested=True, step=0.5)))
    (block,) = choice_blocks(facts)
    assert len(block.records) == 1
    assert "%" in block.records[0].words
    assert block.records[0].figures[0].value > 0


def test_a_row_must_fit_its_heads() -> None:
    """Proves: a row with too few figures, or a head of unknown kind, is refused when it is made.
    If it were ignored: figures would stand under the wrong words."""
    with pytest.raises(ValueError, match="2 figures"):
        Block("k", "T", "a", "b", (Head("one"),), (Record("x", "y", figures(1, 2)),))
    with pytest.raises(ValueError, match="no number format"):
        Head("one", kind="money")


def test_what_the_leading_figures_rest_on(blocks: dict[str, Block]) -> None:
    """Proves: the mini's rows are all assumptions, so each leading figure rests on them to 100 %; with half of the
    capital chosen marked as seen it is half; the shares are those of Data_quality.
    If it were ignored: a plan made of guesses would be read like one made of counts."""
    assert [record.label for record in blocks["rests"].records][0] == "Capital of what is chosen"
    assert {record.figures[0].value for record in blocks["rests"].records} == {1.0}
    plan = busy_plan()
    projects = plan.case.table("Projects").copy()
    built = plan.tables["investments"].set_index("project")["capex"]
    chosen = projects["project"].isin(built.index) & (projects["status"] != "committed")
    projects.loc[chosen, "confidence"] = "seen"
    facts = Facts(dataclasses.replace(plan, case=plan.case.with_tables(Projects=projects)))
    block = next(one for one in brief(facts) if one.key == "rests")
    found = {record.label: record.figures[0].value for record in block.records}
    seen = float(built[projects.loc[chosen, "project"]].sum())
    assert found["Capital of what is chosen"] == 0.0
    assert found["Capital of all that opens"] == pytest.approx(1 - seen / float(built.sum()))
    shown = quality_shown(facts)
    assert not shown["item"].str.startswith("Inputs: ").any()
    kept = shown[shown["item"].str.startswith("Figures: ")]
    assert set(kept["item"]) == {"Figures: Projects", kept["item"].iloc[-1]}
    assert float(kept[["seen", "computed", "assumption"]].to_numpy().sum()) == pytest.approx(
        float(
            data_quality(facts)
            .query("item.str.startswith('Figures: ')")[["seen", "computed", "assumption"]]
            .to_numpy()
            .sum()
        )
    )


def test_what_others_lose_is_told() -> None:
    """
    Proves: of 60 saved RU loses 50 and CN 30, where nothing is built, while KZ, where works stand, receives 20 more:
    that is said in one sentence that adds up. Where most is lost by KZ, which builds, nothing is said.
    If it were ignored: a ministry would read the costs saved as a gain of all, though a neighbour earns less.
    """
    found = [Balance("KZ", 9.0, 20.0), Balance("RU", 0.0, -50.0), Balance("CN", 0.0, -30.0)]
    (said,) = lost_by_others(found)
    assert said.words == (
        "The costs paid that the plan saves, 60.0 million USD, are largely turnover that others lose, where it builds "
        "nothing more: Russia 50.0 and China 30.0; the rest together receive 20.0 more."
    )
    assert lost_by_others([Balance("KZ", 9.0, -50.0), Balance("RU", 0.0, -10.0)]) == []
    assert lost_by_others([Balance("KZ", 9.0, 50.0), Balance("RU", 0.0, -10.0)]) == []
