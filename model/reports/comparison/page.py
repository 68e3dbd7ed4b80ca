"""comparison.html."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from model.reports.comparison import tables
from model.reports.comparison.book import NOTE
from model.reports.comparison.run_files import RunFiles, notes_of
from model.reports.comparison.switcher import switcher
from model.reports.frames import rows
from model.reports.markup import Markup, element
from model.reports.page.document import document
from model.reports.page.parts import Head, badge, details, section, table
from model.reports.text import number, shorten
from model.studies.console.words import share

MOST = 60
FEW = 4  # runs up to which every pair stands in the open


def comparison_page(runs: Sequence[RunFiles], folders: Sequence[Path] = ()) -> str:
    """The whole document; with the folders of the runs also what each says by itself, behind a switch."""
    labels = " · ".join(run.label for run in runs) if len(runs) <= FEW else f"{len(runs)} runs"
    banner = element(
        "header",
        element("p", "Comparison of runs", class_="kicker"),
        element("h1", labels),
        element("p", runs[0].record.get("case_title") or ""),
        *(element("p", shorten(note, 500)) for note in notes_of(runs)),
    )
    own = switcher([run.label for run in runs], folders)
    sections = [_short(runs), *own, _figures(runs), _investments(runs), _inputs(runs), _flows(runs)]
    names = (
        ("short", "Ranking"),
        ("each", "Each run"),
        ("map", "Map"),
        ("figures", "Figures"),
        ("build", "Build"),
        ("inputs", "Inputs"),
        ("flows", "Flows"),
    )
    return document("Comparison of runs", banner, names, sections, script=bool(own))


def _short(runs: Sequence[RunFiles]) -> Markup:
    heads = [
        Head("Run"), Head("Status"), Head("Cost", "million USD, present value", figures=True),
        Head("Lower bound", "million USD, present value", figures=True), Head("Gap", figures=True),
    ]  # fmt: skip
    records = [
        [
            run.label,
            run.status,
            number(run.objective, 1),
            number(run.bound, 1),
            "–" if run.record.get("gap") is None else share(float(run.record["gap"])),
        ]
        for run in runs
    ]
    pairs: list[tuple[str, list[object]]] = []
    for row in rows(tables.ranking(runs)):
        tone = "calm" if row.verdict.endswith(", proven") else "warn"
        verdict = element("td", badge(row.verdict, tone))
        figures = [number(row.difference, 1), number(row.open, 1)]
        projects = row.projects if isinstance(row.projects, str) else "–"
        line = [f"{row.first} / {row.second}", *figures, verdict, row.inputs, projects]
        pairs.append((str(row.first), line))
    pair_heads = [
        Head("Pair"), Head("Second less first", "million USD", figures=True),
        Head("Left open by the gap", "million USD", figures=True), Head("Verdict"), Head("Inputs that differ"),
        Head("Projects"),
    ]  # fmt: skip
    few, base = len(runs) <= FEW, runs[0].label
    return section(
        "short",
        "Which is cheaper?",
        table(heads, records, "Runs"),
        table(pair_heads, [line for first, line in pairs if few or first == base], "Pairs"),
        "" if few else details(f"All {len(pairs)} pairs", table(pair_heads, [line for _, line in pairs], "Pairs")),
        note=NOTE,
    )


def _figures(runs: Sequence[RunFiles]) -> Markup:
    records = [
        [*name, *(number(value, int(name[1] != "projects")) for value in values)]
        for name, values in tables.figures_of(runs)
    ]
    return section("figures", "Key figures", table(_heads(runs, "Measure", "Unit"), records, "Key figures by run"))


def _heads(runs: Sequence[RunFiles], *first: str, figures: bool = True) -> list[Head]:
    return [*(Head(words) for words in first), *(Head(breakable(run.label), "", figures=figures) for run in runs)]


def breakable(label: str) -> str:
    """A name that may break after its underscores."""
    return label.replace("_", "_\u200b")


def _investments(runs: Sequence[RunFiles]) -> Markup:
    records = [
        [row.name, row.built, *(getattr(row, f"s{n}") or "–" for n in range(len(runs)))]
        for row in rows(tables.investments(runs))
    ]
    heads = [Head("Project"), Head("Built in", figures=True), *_heads(runs, figures=False)]
    return section(
        "build",
        "What is built where?",
        table(heads, records, "Opening years: what is built in all runs is robust", empty="No run builds anything."),
    )


def _inputs(runs: Sequence[RunFiles]) -> Markup:
    frame = tables.changed_inputs(runs)
    records = [
        [
            f"{row.sheet} › {row.key}",
            row.column,
            row.unit,
            *(getattr(row, f"s{n}") or "blank or default" for n in range(len(runs))),
        ]
        for row in rows(frame.head(MOST))
    ]
    heads = _heads(runs, "Record", "Column", "Unit", figures=False)
    note = f"{len(frame):,} input cells differ" + (
        f"; the first {MOST} are shown, all are in comparison.xlsx." if len(frame) > MOST else "."
    )
    return section(
        "inputs",
        "What changed in the inputs?",
        table(
            _heads(runs[1:], "Sheet", "Column"),
            _counts(runs),
            f"Cells that differ from {runs[0].label}, by column",
            empty="None.",
        )
        if len(frame) > MOST
        else "",
        table(heads, records, "Input cells", empty="All inputs are the same."),
        note=f"{note} {tables.which_did_it(len(frame))}".strip(),
    )


def _counts(runs: Sequence[RunFiles]) -> list[list[object]]:
    """How many cells of each column differ from the first run, by run."""
    frame = tables.changed_inputs(runs)
    found: dict[tuple[str, str], list[int]] = {}
    for row in rows(frame):
        label = "years" if str(row.column).isdigit() else str(row.column)
        counts = found.setdefault((str(row.sheet), label), [0] * (len(runs) - 1))
        for number_ in range(1, len(runs)):
            counts[number_ - 1] += int(getattr(row, f"s{number_}") != row.s0)
    return [[sheet, column, *(count or "–" for count in counts)] for (sheet, column), counts in found.items()]


def _flows(runs: Sequence[RunFiles]) -> Markup:
    records = [
        [row.name, row.period, *(number(getattr(row, f"s{n}"), 2) for n in range(len(runs))), number(row.spread, 2)]
        for row in rows(tables.flows(runs).head(MOST))
    ]
    heads = [*_heads(runs, "Link", "Period"), Head("Largest difference", "Mt/year", figures=True)]
    return section(
        "flows",
        "Which flows differ?",
        table(heads, records, "Flows, Mt a year, both directions", empty="All flows are the same."),
    )
