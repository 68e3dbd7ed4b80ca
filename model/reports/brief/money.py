"""What carries the benefit, and who pays and who receives, against building only what is committed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from model.case.checks.words import NO_COUNTRY
from model.case.joint import countries_of
from model.formulation.entries import SHIP_LINES
from model.formulation.plugins import outlay_terms
from model.network.cargo import read_cargo
from model.plan.kinds import KINDS, kind_of
from model.reports.analysis.appraisal import BORNE, Appraisal, appraisal
from model.reports.brief.blocks import Block, Figure, Head, Record, figures
from model.reports.facts import Facts
from model.reports.features import feature_subsidies
from model.reports.frames import rows, sums_by
from model.reports.names import country
from model.reports.text import first_lower, listed
from model.studies.console.summary import UNSEEN
from model.studies.console.words import count

NET: Final = "Net"
COUNTRIES_SHOWN: Final = 12
LOSERS_SHOWN: Final = 3
WORTH_A_LINE: Final = 0.02
"""Share of all works from which a country stands in a line of its own, however little cargo brings it."""

UNSERVED: Final = "unserved"
PRESENT = "million USD, present value"
OF_NOBODY: Final = {
    SHIP_LINES: "Of no country, freight of ships between countries. ",
    NO_COUNTRY: "Of no one country, works for the corridor as a whole; not the sum of all rows. ",
}
SUBSIDIES: Final = (
    "Price cuts: who is named bears a lower price, as a treasury that pays or a railway that earns less, and it is "
    "made good to who earns where the case enters it (sheet Transfers). "
)
NOT_PAID = "Nobody pays it; it is what the plan weighs, not money saved."
WORDS = {"time": "Days of goods, at the value of time.", "taste": NOT_PAID, "penalty": NOT_PAID}


def benefit_block(found: Appraisal) -> Block:
    """Benefits by term, the largest first, then outlays and the net: the rows above it add up to it."""
    saved = found.present_benefits
    order = sorted((term for term in saved if abs(saved[term]) > UNSEEN), key=lambda term: -saved[term])
    small = sum(value for term, value in saved.items() if term not in order)
    more = {UNSERVED: _by_commodity(found)}
    records = [
        Record(
            found.benefit_terms[term],
            f"{_what(found.kinds[term], saved[term])}{more.get(term, '')}",
            figures(saved[term]),
        )
        for term in order
    ]
    if abs(small) > 1e-9:
        records.append(Record("Other terms", "Each below 0.1 million USD.", figures(small)))
    records += [
        Record("Outlays", "Capital, renewals and upkeep, less what is left of the works.", figures(-found.outlays)),
        Record(
            NET,
            "What the plan is worth against building only what is committed; not all of it is money.",
            figures(found.net),
        ),
        *_parts(found),
    ]
    return Block(
        "benefit", "What carries the benefit", "Term", "What it is", (Head("Saved", PRESENT),), tuple(records),
        note="Below zero: the plan spends more on it. The net is the sum of the rows above it.", sheet="Appraisal",
    )  # fmt: skip


def _what(kind: str, saved: float) -> str:
    """What a term is."""
    return WORDS.get(kind, "Paid less." if saved >= 0 else "Paid more.")


def _by_commodity(found: Appraisal) -> str:
    """' Of it crude oil 700.1, grain 3.0.': what less is left unserved of each commodity, million USD present value."""
    facts, cargo = found.facts, read_cargo(found.facts.case)
    price = {row: (commodity, float(cost)) for row, commodity, cost in zip(
        cargo.rows, cargo.commodities, cargo.penalty, strict=True)}  # fmt: skip
    weight = {one.name: sum(facts.case.discount(year) for year in one.calendar_years) for one in facts.case.periods}
    saved: dict[str, float] = {}
    for sign, side in ((-1.0, facts), (1.0, found.minimum)):
        for row in rows(side.table("demand_served")):
            commodity, cost = price[str(row.demand)]
            part = sign * cost * float(row.unserved) * weight[str(row.period)]
            saved[commodity] = saved.get(commodity, 0.0) + part
    order = sorted((key for key in saved if abs(saved[key]) > UNSEEN), key=lambda key: -abs(saved[key]))
    named = [f"{facts.names.commodities.get(key, key)} {saved[key]:,.1f}" for key in order]
    return f" Of it {listed(named, 4)}." if named else ""


def _parts(found: Appraisal) -> list[Record]:
    """What of the net nobody pays or others pay, and what is left; nothing where all of it is money and time."""
    kinds = {kind: value for kind, value in found.benefits_by_kind.items() if kind not in BORNE}
    parts = [(first_lower(KINDS[kind]), NOT_PAID, value) for kind, value in kinds.items()]
    parts.append(
        ("transfers", "Subsidies and price cuts: shippers save what others pay or do not earn.", found.transfers)
    )
    records = [Record(f"of it {name}", words, figures(value)) for name, words, value in parts if abs(value) > UNSEEN]
    if not records:
        return []
    words = "Costs paid and days of goods saved, less outlays: without taste, penalties and transfers."
    return [*records, Record("Net of money and time alone", words, figures(found.narrow.net))]


@dataclass(frozen=True)
class Balance:
    """A country: what the plan spends more on works there and what cargo brings more there, million USD present value.

    All against the minimum. Of a joint station each country has its equal share. Ship lines are one, for what ships
    charge between two countries. `subsidies` are price cuts that others bear, below zero those that it bears.
    """

    country: str
    works: float
    charges: float
    subsidies: float = 0.0

    @property
    def received(self) -> float:
        """What it receives more, of cargo and of others."""
        return self.charges + self.subsidies


def balances(facts: Facts) -> list[Balance]:
    """All countries, those with the dearest works first; empty without a minimum."""
    if facts.minimum is None:
        return []
    plan, least = (sums_by(one.costs, ["country", "term"], "discounted") for one in (facts, facts.minimum))
    kinds, outlays = kind_of({str(term) for _, term in (*plan, *least)}), outlay_terms()
    more: dict[str, list[float]] = {}
    for joint, term in sorted({*plan, *least}):
        change = float(plan.get((joint, term), 0.0)) - float(least.get((joint, term), 0.0))
        place = 0 if term in outlays else 1
        if place == 1 and kinds[str(term)] != "money":
            continue
        parts = countries_of(str(joint))
        for part in parts:
            more.setdefault(part, [0.0, 0.0])[place] += change / len(parts)
    subsidies, found = feature_subsidies(facts), []
    for name in dict.fromkeys([*more, *subsidies]):
        works, charges = more.get(name, (0.0, 0.0))
        found.append(Balance(name, works, charges, subsidies.get(name, 0.0)))
    return sorted(found, key=lambda one: -one.works)


def countries_block(facts: Facts) -> Block:
    """Outlays where the works stand, charges where cargo runs; what cannot be given to a country stands apart."""
    found = facts.once(balances)
    by_size = sorted(found, key=_size, reverse=True)
    works = sum(abs(one.works) for one in found)
    large = [
        one
        for place, one in enumerate(by_size)
        if (place < COUNTRIES_SHOWN and _size(one) > UNSEEN) or abs(one.works) > WORTH_A_LINE * max(works, 1.0)
    ]
    shown = [one for one in found if one in large]
    rest = [one for one in found if one not in large]
    heads = [Head("Pays more for works", PRESENT), Head("Receives more from cargo", PRESENT)]
    subsidised = any(one.subsidies for one in found)
    if subsidised:
        heads.append(Head("Price cuts made good less borne", PRESENT))

    def told(some: list[Balance]) -> tuple[Figure, ...]:
        names = ("works", "charges", "subsidies")[: len(heads)]
        return figures(*(sum(getattr(one, name) for one in some) for name in names))

    records = [Record(country(one.country), _balance(one), told([one])) for one in shown]
    if rest:
        moved = sum(_size(one) > UNSEEN and one.country not in (NO_COUNTRY, SHIP_LINES) for one in rest)
        words = f"All others together, something changes in {moved} of them: sheet Countries."
        records.append(Record("Elsewhere", words, told(rest)))
    records += [
        *lost_by_others(found),
        *(one for kind in ("time", "taste", "penalty") for one in _not_attributed(facts, kind)),
    ]
    return Block(
        "countries", "Who pays, and who receives", "Country", "Balance", tuple(heads), tuple(records),
        note="Works: capital, renewals and upkeep less salvage, where they stand (of a link across a border half, of a "
        f"joint station an equal share in each country). {_funded(facts)} From cargo: tariffs, "
        "handling, ships and the like, charged where cargo runs: revenue there, a cost to shippers. What ships charge "
        "between two countries is their lines', whatever the flag; ports are their countries'. "
        f"{SUBSIDIES if subsidised else ''}What shippers gain "
        "in time and choice is not attributed to a country: the case does not say where they are.",
        sheet="Countries",
    )  # fmt: skip


def _funded(facts: Facts) -> str:
    """Of how many projects that open the case names who pays, and of how many of those that the plan chose."""
    named = set(facts.case.table("Funding")["project"])
    status = dict(zip(facts.openings["project"], facts.openings["status"], strict=True))
    chosen = [project for project, word in status.items() if word != "committed"]
    if not named.intersection(status):
        return "Who pays for them the case does not say."
    some, of_chosen = len(named.intersection(status)), len(named.intersection(chosen))
    words = f"The sheet Funding says who pays for {some} of the {count(len(status), 'project')} that open"
    if not chosen:
        return f"{words}."
    link = f"among them {of_chosen}" if of_chosen else "but for none"
    return f"{words}, {link} of the {len(chosen)} that the plan chose."


def _size(one: Balance) -> float:
    """The largest of its sums."""
    return max(abs(one.works), abs(one.charges), abs(one.subsidies))


def _balance(one: Balance) -> str:
    works, charges = one.works, one.received
    whose = OF_NOBODY.get(one.country, "")
    if works > UNSEEN:
        return f"{whose}Pays more than it receives." if charges < works else f"{whose}Receives more than it pays."
    if one.subsidies < -UNSEEN and abs(one.charges) <= UNSEEN:
        return f"{whose}Bears price cuts."
    if abs(charges) <= UNSEEN:
        return f"{whose}Little changes."
    return f"{whose}Receives {'more' if charges > 0 else 'less'} than without the plan."


def lost_by_others(found: list[Balance]) -> list[Record]:
    """That what is paid less is mostly turnover lost where the plan builds nothing; no record where it is not."""
    saved = -math.fsum(one.charges for one in found)
    losing = sorted(
        (one for one in found if one.charges < -UNSEEN and one.works <= UNSEEN), key=lambda one: one.charges
    )
    if saved < UNSEEN or -math.fsum(one.charges for one in losing) < saved / 2:
        return []
    shown = losing[:LOSERS_SHOWN]
    rest = -saved - math.fsum(one.charges for one in shown)
    named = listed([f"{country(one.country)} {-one.charges:,.1f}" for one in shown], LOSERS_SHOWN)
    words = (
        f"The costs paid that the plan saves, {saved:,.1f} million USD, are largely turnover that others lose, where "
        f"it builds nothing more: {named}"
    )
    if abs(rest) > UNSEEN:
        words += f"; the rest together receive {abs(rest):,.1f} {'more' if rest > 0 else 'less'}"
    return [Record("Lost by others", f"{words}.")]


def _not_attributed(facts: Facts, kind: str) -> list[Record]:
    """What a kind of cost changes by that no country bears; nothing where it does not change."""
    found = facts.once(appraisal)
    saved = 0.0 if found is None else found.benefits_by_kind.get(kind, 0.0)
    if abs(saved) < UNSEEN:
        return []
    words = (
        f"Shippers and the public save {saved:,.1f} million USD of it (present value)."
        if saved >= 0
        else f"Shippers and the public bear {-saved:,.1f} million USD more of it (present value)."
    )
    return [Record(f"{KINDS[kind]}: not attributed", words)]
