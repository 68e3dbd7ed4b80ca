"""What a plan buys against doing the minimum: the plan that builds only what is committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.plan.kinds import KINDS, kind_of
from model.reports.analysis.appraisal import BORNE, Appraisal, appraisal
from model.reports.facts import Facts
from model.reports.frames import sums_by
from model.reports.text import listed
from model.studies.console.summary import UNSEEN, plan_sentences
from model.studies.console.words import money


@dataclass(frozen=True)
class Gain:
    """Present values of both, million USD, and tonnes left behind, Mt over all periods."""

    term: str
    plan: float
    minimum: float

    @property
    def saved(self) -> float:
        """What the plan saves of it (negative: spends more)."""
        return self.minimum - self.plan


def gains(facts: Facts, minimum: Facts) -> list[Gain]:
    """Present value by cost term in the plan and in the minimum, the sum last."""
    sums = [one.costs.groupby("term")["discounted"].sum().to_dict() for one in (facts, minimum)]
    labels = {**minimum.terms, **facts.terms}
    found = [Gain(labels[term], *(float(one.get(term, 0.0)) for one in sums)) for term in kind_of(labels)]
    return [*found, Gain("All costs", facts.objective, minimum.objective)]


def sentences_of(facts: Facts) -> list[str]:
    """The plan in words, for `Facts.once`: Cover and page say the same."""
    return plan_sentences(facts.plan)


def unserved_mt(facts: Facts) -> float:
    """Tonnes that are not carried, Mt over all periods."""
    return float(facts.table("demand_served")["unserved_kt"].sum()) / 1000


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


def bought_words(facts: Facts, minimum: Facts) -> str:
    """What the plan buys against doing the minimum, in a sentence."""
    found = facts.once(appraisal) or Appraisal(facts, minimum)
    start = f"Against building only what is committed it saves {money(found.net)}"
    if found.ratio is None:
        return f"{start} and spends nothing more."
    more = unserved_mt(minimum) - unserved_mt(facts)
    carried = f" It carries {more:,.2f} Mt more over all periods." if more > 0.005 else ""
    return (
        f"{start} net (present value): {money(found.benefits)} of other costs for {money(found.outlays)} of capital "
        f"and upkeep, or {found.ratio:.1f} for each dollar spent.{parts_words(found)}{carried}"
    )


def saved_parts(parts: Mapping[str, float]) -> list[str]:
    """'80.1 of costs paid' for each kind that falls, then 'against that 2.0 more of cost of time' for others."""
    saved = [f"{value:,.1f} of {KINDS[kind].lower()}" for kind, value in parts.items() if value > 0]
    added = [f"{-value:,.1f} more of {KINDS[kind].lower()}" for kind, value in parts.items() if value < 0]
    return [*saved, f"against that {listed(added, len(added))}"] if added else saved


def parts_words(found: Appraisal) -> str:
    """What the benefits consist of, and what is left without what nobody pays and what others pay.

    Of costs paid alone nothing is said but what is left of the works after the horizon.
    """
    parts = {kind: value for kind, value in found.benefits_by_kind.items() if abs(value) >= UNSEEN}
    transfers = abs(found.transfers) >= UNSEEN
    if not transfers and set(parts) <= {"money"}:
        return _residual_words(found)
    named = saved_parts(parts)
    if transfers:
        named.append(f"of all that {found.transfers:,.1f} are transfers, which others pay or do not earn")
    words = f" Not all of this is money. What is saved, in million USD: {'; '.join(named)}."
    if not transfers and set(parts) <= set(BORNE):
        return f"{words}{_residual_words(found)}"
    return (
        f"{words} Money and time alone, without transfers and less outlays: {money(found.narrow.net)}, "
        f"{found.narrow.ratio:.1f} for each dollar.{_residual_words(found)}"
    )


def _residual_words(found: Appraisal) -> str:
    """' This counts 219.4 million USD that the works are still worth after 2040 (residual value).', where it counts."""
    if found.residual < UNSEEN:
        return ""
    last = found.facts.case.last_year
    return f" This counts {money(found.residual)} that the works are still worth after {last} (residual value)."
