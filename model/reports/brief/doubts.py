"""What is not settled, in money and against what the plan is worth; what would turn it; what is switched off."""

from __future__ import annotations

from model.case.schema import SETTINGS
from model.reports.analysis.appraisal import Appraisal
from model.reports.brief.blocks import Block, Record
from model.reports.brief.decisions import unsettled
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.text import listed
from model.studies.console.words import money, share


def doubts_block(facts: Facts) -> Block:
    """Sentences, each with its label."""
    records = [*_gap(facts), *_switching(facts), *_off(facts)]
    return Block("doubts", "How far to trust it", "Question", "Answer", (), tuple(records), sheet="Data_quality")


def _gap(facts: Facts) -> list[Record]:
    outcome = facts.plan.outcome
    if outcome.objective is None or outcome.bound is None:
        return [Record("Proven gap", "No bound is known: a better plan may save any amount.")]
    room = outcome.objective - outcome.bound
    words = f"A better plan saves at most {money(room)}"
    if facts.minimum is not None:
        worth = Appraisal(facts, facts.minimum).net
        words += f", {share(room / worth)} of what the plan is worth" if worth > 1e-6 else ""
    gap = f" and {share(outcome.gap)} of all costs" if outcome.gap is not None else ""
    names = unsettled(facts)
    left = f"Open: {listed(names, 12)}." if names else "Every single decision is worked out, and none is better turned."
    return [Record("Proven gap", f"{words}{gap}."), Record("Not settled", left)]


def _switching(facts: Facts) -> list[Record]:
    if facts.minimum is None:
        return []
    found = Appraisal(facts, facts.minimum)
    if found.outlays <= 1e-6 or found.benefits <= 1e-6:
        return []
    words = (
        f"The plan as a whole pays until its outlays rise by {share(found.net / found.outlays)} or its benefits fall "
        f"by {share(found.net / found.benefits)}."
    )
    return [Record("What would turn it", words)]


def _off(facts: Facts) -> list[Record]:
    """Constraints that the case switches off, and prices and allowances that stand at nothing."""
    constraints = facts.case.table("Constraints")
    names = [str(row.constraint) for row in rows(constraints) if not bool(row.active)]
    settings = facts.case.settings
    prices = facts.case.table("Periods")["co2_price"].astype(float).fillna(float(settings["co2_price"]))
    if not (prices > 0).any():
        names.append(SETTINGS["co2_price"].column.label)
    if not settings["optimism_adjustment"]:
        names.append(SETTINGS["optimism_adjustment"].column.label)
    words = listed(names, len(names)) if names else "Nothing: every constraint and every price of the case counts."
    return [Record("Switched off", words if not names else f"{words}.")]
