"""What is not settled, in money and against what the plan is worth; what would reverse it; what is switched off."""

from __future__ import annotations

from typing import Final

from model.case.schema import SETTINGS
from model.reports.analysis.appraisal import Appraisal, Stream, appraisal
from model.reports.analysis.asked import BUDGET, OPEN, asked
from model.reports.analysis.needs import unused, used_late
from model.reports.analysis.trials import taken_together, trials_of
from model.reports.brief.blocks import Block, Record
from model.reports.brief.decisions import NOW_YEARS, Turn, nearest, unsettled
from model.reports.brief.waiting import Waiting, waiting
from model.reports.facts import Facts
from model.reports.text import listed
from model.studies.console.summary import UNSEEN
from model.studies.console.words import count, money, share

NEAREST: Final = 6


def doubts_block(facts: Facts) -> Block:
    """Sentences, each with its label."""
    records = [Record("Proven gap", gap_words(facts)), *_open(facts), *_switching(facts), *_money(facts)]
    records += [*_unused(facts), *_off(facts)]
    return Block("doubts", "How far to trust it", "Question", "Answer", (), tuple(records), sheet="Data_quality")


def gap_words(facts: Facts) -> str:
    """What a better plan could save, in money, against the worth of the plan, against all costs."""
    outcome = facts.plan.outcome
    room = outcome.gap_in_money
    if room is None:
        return "No bound is known: a better plan may save any amount."
    if room < UNSEEN:
        return f"This plan is the cheapest, proven to {money(0.1)}."
    found = facts.once(appraisal)
    worth = outcome.worth if outcome.worth is not None else None if found is None else found.net
    words = f"No plan is cheaper by more than {money(room)}"
    if worth is not None and worth > 1e-6:
        words += f", {share(room / worth)} of what this one is worth"
    gap = f" and {share(outcome.gap)} of all costs" if outcome.gap is not None else ""
    return f"{words}{gap}."


def settled_words(facts: Facts) -> str:
    """' Of 62 projects 54 are not settled: …', where that was looked at."""
    settled = facts.plan.outcome.settled
    if not settled:
        return ""
    left = len(unsettled(facts))
    if not left:
        return f" Any cheaper plan decides on {count(len(settled), 'project')} as this one does, proven."
    verb = "is" if left == 1 else "are"
    return (
        f" Of {count(len(settled), 'project')} {left} {verb} not settled: a cheaper plan, if there is one, may decide "
        "otherwise."
    )


def _open(facts: Facts) -> list[Record]:
    """Decisions that a cheaper plan may take otherwise."""
    if facts.plan.outcome.gap_in_money is None:
        return []
    names, looked_at = unsettled(facts), facts.plan.outcome.settled
    if not names:
        return [Record("Not settled", "No decision is left open.")]
    words = "A cheaper plan, if there is one, may decide otherwise on"
    if not looked_at:
        return [Record("Not settled", f"{words} {listed(names, 12)}: sheet Projects says how much.")]
    settled = [project for project in looked_at if project not in set(names)]
    words += f" {len(names)} of {count(len(looked_at), 'project')}: sheet Settled says what that could save at most."
    waiting = [project for project in names if _can_wait(facts, project)]
    if waiting:
        year = facts.case.first_year + NOW_YEARS
        it = "it" if len(waiting) == 1 else "them"
        words += f" {listed(waiting, 12)} can wait: no cheaper plan has money due for {it} before {year}, proven."
    if settled:
        words += f" Settled: {listed(settled, 12)}."
    return [Record("Not settled", words)]


def _can_wait(facts: Facts, project: str) -> bool:
    """Whether no plan that is cheaper has money of a project due in the years that are committed now."""
    earliest = facts.plan.outcome.settled[project].earliest
    return earliest is not None and facts.payments(project, earliest)[0][0] >= facts.case.first_year + NOW_YEARS


def _switching(facts: Facts) -> list[Record]:
    """What would reverse the plan as a whole, and which single decisions are closest to changing."""
    records = []
    found = facts.once(appraisal)
    if found is not None and found.outlays > 1e-6 and found.benefits > 1e-6:
        records.append(Record("What would reverse it", _reversed_words(found)))
    near = [turn_words(turn) for turn in nearest(facts)[:NEAREST]]
    if near:
        words = (
            "In brackets the change of their own costs that it would take with the rest of the plan held, of what is "
            f"left out in its easiest year: {listed(near)}."
        )
        records.append(Record("Decisions closest to changing", words))
    return records


def _reversed_words(found: Appraisal) -> str:
    """Switching values of all that the plan weighs, and of money and time alone where that is something else."""
    rise, fall = _turning(found.whole)
    words = f"The plan as a whole pays until its outlays rise by {rise} or its benefits fall by {fall}"
    words += ", each of its own amount"
    if not found.is_narrower:
        return f"{words}."
    words += ", with all that it weighs counted. Money and time alone, without transfers,"
    if found.narrow.net <= 0:
        return f"{words} do not pay for it."
    rise, fall = _turning(found.narrow)
    return f"{words} pay for it until outlays rise by {rise} or those benefits fall by {fall}."


def _turning(stream: Stream) -> tuple[str, str]:
    """By which shares outlays may rise, and benefits fall, of what has both."""
    return share(stream.outlays_may_rise or 0.0), share(stream.benefits_may_fall or 0.0)


def _money(facts: Facts) -> list[Record]:
    """Projects that only a limit of money keeps out or makes wait; nothing where nobody asked about other decisions."""
    if not facts.once(trials_of).known:
        return []
    left = [one for one in facts.once(asked) if one.decision == "Not built"]
    held = [one for one in left if one.decider == BUDGET]
    unknown = [one for one in left if one.decider == OPEN]
    late = facts.once(waiting)
    names = listed([f"{one.name} ({one.project})" for one in held], NEAREST)
    words = f"Room for what a budget keeps out: {names}." if held else "No budget keeps a project out."
    if late:
        words += f" Money alone holds {count(len(late), 'project')} of the plan back. {_late_words(facts, late)}"
    elif not held:
        words = "Nothing: no budget keeps a project out or holds one of the plan back."
    if unknown:
        words += f" Of {count(len(unknown), 'project')} this was not worked out: sheet Why_not."
    return [Record("What more money would buy", words)]


def _late_words(facts: Facts, late: list[Waiting]) -> str:
    """What could open earlier or larger, which envelope lacks what for it, and what is known of its worth."""
    said = [
        f"{facts.project_name(one.project)} ({one.project}) could open {one.change}: {one.lack}; {one.worth}."
        for one in late[:NEAREST]
    ]
    said += [f"And {len(late) - NEAREST} more."] if len(late) > NEAREST else []
    said.append("Each by itself, by prices of the plan; for what it is worth, run with higher limits in Budgets.")
    return " ".join(said)


def _unused(facts: Facts) -> list[Record]:
    """Works that open and carry nothing, or only later, those of most capital first; no record where all carry."""
    capital = facts.openings.groupby("project")["capex"].sum().astype(float)
    found = sorted(facts.once(unused), key=lambda project: -capital[project])
    names = listed([f"{facts.project_name(one)} ({one}), for {money(capital[one])}" for one in found])
    words = f"{names}: no cargo uses what {'it adds' if len(found) == 1 else 'they add'}. Sheet Projects says where."
    words = f"{words} " if found else ""
    late = facts.once(used_late)
    later = [one for one in sorted(late, key=lambda one: -capital[one]) if capital[one] > 0]
    told = [f"{facts.project_name(one)} ({one}), for {money(capital[one])}: {late[one].years}" for one in later]
    words += f"Carries nothing at first: {'; '.join(told)}." if told else ""
    return [Record("Opens, but carries nothing", words.strip())] if words else []


def turn_words(turn: Turn) -> str:
    """'P29 (+35 %)', 'P45 with P44 (-28 % in 2035)', 'P43 (-61 % or more in 2040)'."""
    package = taken_together(turn.along) if turn.year is None else turn.along  # of what is left out the year is known
    along, bound = f" {package}" if package else "", " or more" if turn.is_bound else ""
    year = f" in {turn.year}" if turn.year is not None else ""
    return f"{turn.project}{along} ({_signed(turn.change)}{bound}{year})"


def _signed(needed: float) -> str:
    return f"{'+' if needed > 0 else '-'}{share(abs(needed))}"


def _off(facts: Facts) -> list[Record]:
    """Constraints that the case switches off, and prices and allowances that stand at nothing."""
    names = list(facts.case.switched_off)
    settings = facts.case.settings
    prices = facts.case.table("Periods")["co2_price"].astype(float).fillna(float(settings["co2_price"]))
    if not (prices > 0).any():
        names.append(SETTINGS["co2_price"].column.label)
    if not settings["optimism_adjustment"]:
        names.append(SETTINGS["optimism_adjustment"].column.label)
    words = listed(names, len(names)) if names else "Nothing: every constraint and every price of the case counts."
    return [Record("Switched off", words if not names else f"{words}.")]
