"""shut — links and places that nothing passes in some years or seasons, whatever is built there.

Why: a port shut by a storm, a line of ships laid up, a closed border. A capacity or an availability of 0 would not do:
projects add to the one and raise the other, and many links have no limit at all.
"""

from __future__ import annotations

from typing import Any

from model.case.canonical import records
from model.case.case import Case, Period

NAME = "shut"
LABEL = "Outages"


def applies(case: Case) -> bool:
    """Whether something is shut."""
    return not case.table("Outages").empty


def holds_in(row: Any, period: Period) -> bool:
    """Whether a row of Outages holds in a period; periods are split where an outage begins or ends."""
    begins = row.first_year != row.first_year or row.first_year <= period.first_year
    return bool(begins and (row.last_year != row.last_year or period.first_year <= row.last_year))


def links_shut(case: Case, period: Period, season: str) -> set[str]:
    """Links that nothing passes in a period and season: those named, and all links of the places named."""
    found: set[str] = set()
    links = case.table("Links")
    for row in records(case.table("Outages")):
        if row.season not in (None, season) or not holds_in(row, period):
            continue
        if row.asset_kind == "link":
            found.add(str(row.asset))
        else:
            ends = (links["from_node"] == row.asset) | (links["to_node"] == row.asset)
            found |= set(links.loc[ends, "link"])
    return found
