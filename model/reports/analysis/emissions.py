"""What the plan emits against the minimum, the plan that builds only what is committed."""

from __future__ import annotations

from model.reports.facts import Facts
from model.reports.frames import sums_by


def emitted(facts: Facts) -> dict[str, float]:
    """Period → CO2 of all carriers, kt a year."""
    return {
        str(period): float(amount) for period, amount in sums_by(facts.table("emissions"), ["period"], "co2_kt").items()
    }


def emitted_of_minimum(facts: Facts) -> dict[str, float]:
    """The same of the minimum; empty where nobody asked for it."""
    return {} if facts.minimum is None else emitted(facts.minimum)


def emitted_words(facts: Facts) -> str:
    """'Over 2026-2040 it emits 212.31 Mt of CO2, 1.20 Mt less than with only what is committed.'; '' where unknown."""
    least = emitted_of_minimum(facts)
    if not least:
        return ""
    length = {period.name: len(period.calendar_years) for period in facts.case.periods}
    plan, minimum = (
        sum(amount * length[period] for period, amount in one.items()) / 1000 for one in (emitted(facts), least)
    )
    more = round(plan - minimum, 2)
    than = f"{abs(more):,.2f} Mt {'more' if more > 0 else 'less'} than" if more else "as much as"
    words = f"Over {facts.case.first_year}–{facts.case.last_year} the plan emits {plan:,.2f} Mt of CO2"
    return f"{words}, {than} with only what is committed."
