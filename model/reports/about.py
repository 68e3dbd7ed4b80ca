"""What a reader must know about the run behind the figures, as (label, value) lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.reports.facts import Facts
from model.reports.text import plain
from model.studies.console.summary import gap_words, status_word

RECORD_KEYS = ("run", "tool", "tool_version", "started_utc", "finished_utc", "system", "options", "versions", "seconds")
LIMITS = (
    "The plan is a result of the inputs and assumptions of the case; it supports a decision and does not replace the "
    "study of single projects. Figures that rest on assumptions are marked in the inputs."
)
BORDERS = "Names and boundaries on maps and in tables do not imply any opinion on the legal status of any territory."


def run_lines(facts: Facts, run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Outcome, run record and input files."""
    files = [(name, f"SHA-256 {digest}") for name, digest in facts.case.files.items()]
    return [*outcome_lines(facts), *record_lines(run), *files]


def outcome_lines(facts: Facts) -> list[tuple[str, str]]:
    """How the solve ended, as (label, value)."""
    outcome = facts.plan.outcome
    return [
        ("Status", status_word(outcome)),
        ("Objective", "–" if outcome.objective is None else f"{outcome.objective:,.6f} million USD (present value)"),
        ("Lower bound", "–" if outcome.bound is None else f"{outcome.bound:,.6f} million USD"),
        ("Gap", "–" if outcome.gap is None else gap_words(outcome)),
        ("Solving time", f"{outcome.seconds:.1f} s"),
        ("Method", outcome.method),
    ]


def record_lines(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the run record says about how the plan was made."""
    return flat({key: run[key] for key in RECORD_KEYS if key in run})


def flat(content: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Nested run information as (label, value) lines."""
    lines: list[tuple[str, str]] = []
    for key, value in content.items():
        label = f"{prefix} {key}".strip().replace("_", " ")
        if isinstance(value, Mapping):
            lines += flat(value, label)
        else:
            lines.append((label, plain(value)))
    return lines
