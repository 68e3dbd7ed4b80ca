"""What carries the benefit, and who pays and who receives, against building only what is committed."""

from __future__ import annotations

from model.plan.kinds import KINDS, kind_of
from model.reports.analysis.appraisal import OUTLAYS, Appraisal
from model.reports.brief.blocks import Block, Head, Record, figures
from model.reports.facts import Facts
from model.reports.frames import sums_by

PRESENT = "million USD, present value"
NOT_PAID = "Nobody pays it; it is what the plan weighs, not money saved."
WORDS = {"money": "Paid less.", "time": "Days of goods, at the value of time.", "taste": NOT_PAID, "penalty": NOT_PAID}


def benefit_block(facts: Facts, minimum: Facts) -> Block:
    """Benefits by term, the largest first, then outlays and the net: the rows above it add up to it."""
    found = Appraisal(facts, minimum)
    saved = {
        term: sum(year.discount * year.benefits[term] for year in found.years) for term in found.benefit_terms
    }  # fmt: skip
    order = sorted((term for term in saved if abs(saved[term]) > 0.05), key=lambda term: -saved[term])
    small = sum(value for term, value in saved.items() if term not in order)
    records = [Record(found.benefit_terms[term], WORDS[found.kinds[term]], figures(saved[term])) for term in order]
    if abs(small) > 1e-9:
        records.append(Record("Other terms", "Each below 0.1 million USD.", figures(small)))
    records += [
        Record("Outlays", "Capital, renewals and upkeep, less what is left of the works.", figures(-found.outlays)),
        Record("Net", "What the plan is worth against building only what is committed.", figures(found.net)),
        *_without_transfers(found),
    ]
    return Block(
        "benefit", "What carries the benefit", "Term", "What it is", (Head("Saved", PRESENT),), tuple(records),
        note="Below zero: the plan spends more of it. The rows down to the net add up to it.", sheet="Appraisal",
    )  # fmt: skip


def _without_transfers(found: Appraisal) -> list[Record]:
    """What of the net others pay for, and what is left; nothing where no benefit is a transfer."""
    if abs(found.transfers) < 0.05:
        return []
    words = "Subsidies and price cuts: shippers save what others pay or earn less."
    return [
        Record("of it transfers", words, figures(found.transfers)),
        Record("Net without transfers", "What society gains.", figures(found.net_to_society)),
    ]


def countries_block(facts: Facts, minimum: Facts) -> Block:
    """Outlays where the works stand, charges where cargo runs; what cannot be given to a country stands apart."""
    plan, least = (sums_by(one.costs, ["country", "term"], "discounted") for one in (facts, minimum))
    terms = {str(term) for _, term in (*plan, *least)}
    kinds = kind_of(terms)
    more: dict[str, list[float]] = {}
    for country, term in sorted({*plan, *least}):
        change = float(plan.get((country, term), 0.0)) - float(least.get((country, term), 0.0))
        line = more.setdefault(str(country), [0.0, 0.0])
        if term in OUTLAYS:
            line[0] += change
        elif kinds[term] == "money":
            line[1] += change
    shown = {name: line for name, line in more.items() if max(map(abs, line)) > 0.05}
    rest = [sum(line[place] for name, line in more.items() if name not in shown) for place in (0, 1)]
    order = sorted(shown, key=lambda name: -shown[name][0])
    records = [Record(name, _balance(*shown[name]), figures(*shown[name])) for name in order]
    if len(shown) < len(more):
        records.append(Record("Elsewhere", "Countries below 0.1 million USD each.", figures(*rest)))
    records += [_not_attributed(facts, minimum, kind) for kind in KINDS if kind in ("time", "taste", "penalty")]
    heads = (Head("Pays more for works", PRESENT), Head("Receives more from cargo", PRESENT))
    return Block(
        "countries", "Who pays, and who receives", "Country", "Balance", heads, tuple(records),
        note="Works: capital, renewals and upkeep less salvage, where they stand (a link across a border half in each "
        "country); who funds them stands on Funding. From cargo: tariffs, handling, ships and the like, charged where "
        "cargo runs: revenue there, a cost to shippers. What shippers gain in time and choice is not attributed to a "
        "country: the case does not say where they are.",
        sheet="Costs_country",
    )  # fmt: skip


def _balance(works: float, charges: float) -> str:
    if works > 0.05 and charges < works:
        return "Pays more than it receives."
    if charges > 0.05:
        return "Receives more than it pays."
    return "Receives less than without the plan." if charges < -0.05 else "Little changes."


def _not_attributed(facts: Facts, minimum: Facts, kind: str) -> Record:
    sums = []
    for one in (facts, minimum):
        kinds = kind_of(one.terms)
        of_kind = one.costs["term"].map(kinds) == kind
        sums.append(float(one.costs.loc[of_kind, "discounted"].sum()))
    words = f"Shippers and the public save {sums[1] - sums[0]:,.1f} million USD of it (present value)."
    return Record(f"{KINDS[kind]}: not attributed", words)
