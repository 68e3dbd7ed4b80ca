"""The answer in six sentences, before any table: what a minister reads who reads nothing else."""

from __future__ import annotations

from typing import Final

import pandas as pd

from model.case.checks.words import NO_COUNTRY
from model.formulation.entries import SHIP_LINES
from model.reports.analysis.appraisal import appraisal
from model.reports.analysis.gain import parts_words
from model.reports.brief.blocks import Block, Record
from model.reports.brief.decisions import Choice, choice
from model.reports.brief.doubts import gap_words, settled_words
from model.reports.brief.money import Balance, balances
from model.reports.facts import Facts
from model.reports.frames import rows
from model.reports.names import country
from model.reports.text import listed
from model.studies.console.summary import UNSEEN
from model.studies.console.words import count, money

NAMED: Final = 5
COUNTRIES_NAMED: Final = 3


def answer_block(facts: Facts) -> Block:
    """Sentences with a label each: commit, prepare, leave; worth; who pays and receives; how sure."""
    found = facts.once(choice)
    records = [
        Record("Commit to now", _group(facts, found, found.urgent, "Nothing: no money is due in the first years.")),
        Record("Prepare", _group(facts, found, found.later, "Nothing opens later.")),
        Record("Do not build", _left(found)),
        *_worth(facts),
        *_who(facts),
        Record("How sure", f"{gap_words(facts)}{settled_words(facts)}"),
    ]
    return Block("answer", "The answer", "Question", "In a sentence", (), tuple(records), sheet="Summary")


def _group(facts: Facts, found: Choice, frame: pd.DataFrame, nothing: str) -> str:
    if frame.empty:
        return nothing
    capital = {project: found.capital(facts, project) for project in frame["project"].astype(str)}
    named = sorted(capital, key=lambda project: -capital[project])
    names = listed([f"{facts.project_name(one)} ({one}, {found.opens[one]})" for one in named], NAMED)
    return f"{count(len(named), 'project')} for {money(sum(capital.values()))}: {names}."


def _left(found: Choice) -> str:
    if found.left.empty:
        return "Every project that is free to open is in the plan."
    names = listed([f"{row.name} ({row.project}, {money(row.capital)})" for row in rows(found.left)], NAMED)
    return f"{count(len(found.left), 'project')}, the dearest first: {names}. Why: sheet Why_not."


def _worth(facts: Facts) -> list[Record]:
    found = facts.once(appraisal)
    if found is None or found.ratio is None:
        return []
    words = (
        f"{money(found.net)} net (present value) against building only what is committed: {money(found.benefits)} of "
        f"benefits for {money(found.outlays)} of outlays, {found.ratio:.1f} for each dollar.{parts_words(found)}"
    )
    return [Record("What it is worth", words)]


def _who(facts: Facts) -> list[Record]:
    """The countries that pay most for works, and those where cargo brings most more and most less."""
    if facts.minimum is None:
        return []
    everybody = facts.once(balances)
    lines = sum(one.charges for one in everybody if one.country == SHIP_LINES)
    subsidies = sum(one.subsidies for one in everybody if one.country == SHIP_LINES)
    found = [one for one in everybody if one.country != SHIP_LINES]
    pay = [one for one in sorted(found, key=lambda one: -one.works) if one.works > UNSEEN and one.country != NO_COUNTRY]
    whole = sum(one.works for one in found if one.country == NO_COUNTRY)
    more = [one for one in sorted(found, key=lambda one: -one.charges) if one.charges > UNSEEN]
    less = [one for one in sorted(found, key=lambda one: one.charges) if one.charges < -UNSEEN]

    def told(some: list[Balance], name: str) -> str:
        sums = [money(abs(getattr(one, name))) for one in some]
        most = [  # a tie is not decided by their order
            (one, amount)
            for place, (one, amount) in enumerate(zip(some, sums, strict=True))
            if place < COUNTRIES_NAMED or amount == sums[COUNTRIES_NAMED - 1]
        ]
        return listed([f"{country(one.country)} ({amount})" for one, amount in most])

    works = f"Works cost most in {told(pay, 'works')}" if pay else "Works cost no country anything"
    changes = [f"rises most in {told(more, 'charges')}"] if more else []
    changes += [f"falls most in {told(less, 'charges')}"] if less else []
    charges = ", and ".join(changes) if changes else "hardly changes in any country"
    words = f"{works}{_of_no_country(whole)}. What cargo pays for transport and handling {charges}."
    if abs(lines) > UNSEEN:
        words += f" Ship lines receive {money(abs(lines))} {'more' if lines > 0 else 'less'} for sea legs"
        words += f"; others bear {money(subsidies)} of the price cuts there." if subsidies > UNSEEN else "."
    return [Record("Who pays and gains", words)]


def _of_no_country(works: float) -> str:
    """What works cost that belong to the corridor as a whole."""
    return f"; {money(works)} are for the whole corridor, in no one country" if works > UNSEEN else ""
