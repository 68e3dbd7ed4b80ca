"""The page of a study: its main figure by hand, its tables, and that nothing comes in with what a sheet says."""

from __future__ import annotations

import html
import math
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.reports.study.figures import FIGURES, figure
from model.reports.study.page import LONGEST, study_page
from model.solvers.core.options import SolveOptions
from model.studies.commands.study_options import OF_VARIANTS
from model.studies.commands.study_run import Wish, run_study
from model.studies.commands.study_task import StudyResult
from model.studies.console.reporters import Reporter
from tests.studies.stand_ins import write_plain_case

HOSTILE = "<script>alert(1)</script> & \"quoted\" datum['x']"
TABLES: dict[str, dict[str, list[dict[str, Any]]]] = {
    "alternatives": {
        "Alternatives": [
            {"plan": "the plan", "opens": "P1 2027, buy big ferry 2029 (2 modules)"},
            {"plan": "alternative 1", "opens": "P2 2030 (3 modules)"},
        ],
        "Projects": [
            {"project": "buy big ferry", "verdict": "optional"},
            {"project": "P1", "verdict": "must-have"},
            {"project": "P2", "verdict": "optional"},
            {"project": "P3", "verdict": "never"},
        ],
    },
    "experiments": {"Experiments": [{"scenario": HOSTILE, "policy": "own", "regret": 3.0}]},
    "force": {"Cost": [{"decision": "P1 out", "costs": 5.0, "at least": 2.0, "at most": 6.0}]},
    "frontier": {
        "Frontier": [
            {"budget": 0.0, "value": 0.0, "value at least": 0.0, "value at most": 0.0, "opens": ""},
            {"budget": 60.0, "value": 50.0, "value at least": 40.0, "value at most": 55.0, "opens": "P1 2027"},
        ]
    },
    "outages": {
        "Outages": [
            {"asset": "port Alat", "costs": 5.0, "at least": 5.0, "at most": 5.0},
            {"asset": "no plan", "costs": math.nan, "at least": math.nan, "at most": math.nan},
        ]
    },
    "screening": {"Screening": [{"factor": "capital", "mu*": 24.0, "sigma": 3.0}]},
    "sensitivity": {
        "Tornado": [
            {
                "group": HOSTILE, "lower": 0.8, "value lower": 332.0, "higher": 1.2, "value higher": 308.0,
                "value as it is": 320.0,
            }
        ]
    },
    "stress": {"Stress": [{"scenario": "a", "regret": 1.0, "regret at least": 0.0, "regret at most": math.inf}]},
    "target": {
        "Target": [
            {"reached": 5.0, "costs": 0.0, "at least": 0.0, "at most": 0.0},
            {"reached": math.nan, "costs": math.nan, "at least": math.nan, "at most": math.nan},
        ]
    },
    "uncertainty": {"Regret": [{"future": "low", "weight": 1.0, "plan 1": 0.0, "plan 2": 7.0}]},
    "value": {
        "Value": [
            {"scenario": "r", "project": "P1", "NPV, rest held": -2.0, "NPV at least": -9.0, "NPV at most": 1.0},
            {"scenario": "r", "project": "P2", "NPV, rest held": 4.0, "NPV at least": 0.0, "NPV at most": math.inf},
        ]
    },
}  # fmt: skip
SAID = {
    "alternatives": [
        "the plan builds P1", "alternative 1 leaves P1", "the plan leaves P2", "alternative 1 builds P2",
        "the plan builds buy big ferry", "alternative 1 leaves buy big ferry",
    ],
    "force": ["P1 out: 5.0 million USD, present value; proven: from 2.0 to 6.0"],
    "frontier": ["0 million USD: 0.0 saved; nothing opens", "60 million USD: 50.0 saved; P1 2027"],
    "outages": ["port Alat: 5.0 million USD, present value; proven: from 5.0 to 5.0"],
    "screening": ["capital: 24.0 million USD, present value; spread by the others: from 21.0 to 27.0"],
    "stress": ["a: 1.0 million USD, present value"],
    "target": ["5 a year: costs 0.0 million USD more"],
    "uncertainty": [
        "plan 1 in low: 0.0 million USD, present value", "plan 2 in low: 7.0 million USD, present value",
    ],
    "value": [
        "P2: 4.0 million USD, present value", "P1: -2.0 million USD, present value; proven: from -9.0 to 1.0",
    ],
}  # fmt: skip
"""What the marks of a figure say of themselves."""


def frames(study: str) -> dict[str, pd.DataFrame]:
    """The tables of a study, with the columns that its figure reads."""
    return {name: pd.DataFrame(rows) for name, rows in TABLES[study].items()}


@pytest.mark.parametrize("study", FIGURES)
def test_the_main_figure_by_hand(study: str) -> None:
    """Proves: each mark of a study's main figure names itself with its figure, and with what is proven of it where that
    is known; rows without a figure are no mark, a bound that nothing limits is no line. The figure brings no script, no
    style and no address with it. If it were ignored: a picture would say other than the table below it."""
    drawn = str(figure(study, frames(study)))
    said = re.findall(r'aria-label="([^"]*)" role="graphics-symbol"', drawn)
    if study in SAID:
        assert sorted(one.replace("−", "-") for one in said if ":" in one or "P" in one or "ferry" in one) == sorted(
            SAID[study]
        )
    assert said
    for word in ("<script", " style=", "http"):
        assert word not in drawn


def test_every_study_of_variants_has_a_figure() -> None:
    """Proves: none of the studies that the command offers ends without its picture, but for foresight, which is two
    plans side by side. If it were ignored: a new study would end in a folder of tables."""
    assert {*OF_VARIANTS} - {*FIGURES} == {"foresight"}


def test_the_page() -> None:
    """Proves: title, what was asked, the words of the end, the figure and every table are there, figures set to the
    right; a long table is cut with a word on where the rest is; a decision stands on its colour; hostile text is text.
    If it were ignored: the page could leave out the one table that a lender signs."""
    long = pd.DataFrame({"future": [f"future {number}" for number in range(LONGEST + 5)], "plan 1": 1.5})
    decisions = pd.DataFrame({"project": ["P1", "P2"], "decision": ["decide now", "leave"], "why": [HOSTILE, ""]})
    tables = {"Decisions": decisions, "Regret": long}
    words = "Decide now: P1 2027.\nAnother decision could save 3.0 million USD at most."
    asked = {"before": 2029, "group": ["capital", "demand"]}
    page = study_page(
        StudyResult(
            "uncertainty", "what to decide before 2029", "A case", "all", tables, words, asked, "For <practice>"
        )
    )
    assert "For &lt;practice&gt;" in page
    assert "<h1>What to decide before 2029</h1>" in page
    assert "Asked: before 2029, group capital and demand." in page
    assert "Another decision could save 3.0 million USD at most." in page
    assert '<section id="decisions">' in page
    assert '<span class="badge good">decide now</span>' in page
    assert f"{LONGEST + 5} rows, 2 columns; all of them are in uncertainty.xlsx." in page
    assert page.count('<th scope="row">future ') == LONGEST
    assert "<script>alert" not in page
    assert "default-src 'none'" in html.unescape(page)
    assert page.count('class="drawing"') == 1


def test_a_page_that_fails_loses_no_study(tmp_path: Path) -> None:
    """Proves: tables, workbook and record are left, and it is said, where the page cannot be written. If it were
    ignored: hours of planning would be lost for a drawing, and again each time the command is repeated."""

    def broken(_: StudyResult, place: Path) -> None:
        raise RuntimeError("no drawing")

    class Listening(Reporter):
        def note(self, words: str) -> None:
            said.append(words)

    said: list[str] = []
    wish = Wish(write_plain_case(tmp_path), None, SolveOptions(), tmp_path / "outputs", write_page=broken)
    asked = {"points": 2, "scenarios": None}
    assert run_study("frontier", wish, Listening(), asked) == 0
    (final,) = wish.outputs.glob("*frontier*")
    assert {"frontier.csv", "frontier.xlsx", "run.json"} <= {one.name for one in final.iterdir()}
    assert [words for words in said if "no drawing" in words]
