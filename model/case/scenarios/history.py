"""One year of a case by itself: nothing to decide, and what the sheet History says was otherwise then."""

from __future__ import annotations

from model.case.canonical import canonical_table
from model.case.case import Case
from model.case.checks.memo import CheckMemo
from model.case.messages import CaseError, Message
from model.case.scenarios.apply import overlay_history
from model.case.schema import SHEETS


def base_year_case(case: Case, year: int) -> Case:
    """The case with one period, the base year, and nothing to decide: no projects, no ships to buy."""
    periods = canonical_table(SHEETS["Periods"], [{"period": str(year), "first_year": year, "years": 1}])
    projects = case.table("Projects")
    vessels = case.table("Vessels").assign(maximum_purchases=0.0)
    settled = projects.assign(status=projects["status"].where(projects["status"] == "baseline", "excluded"))
    return case.with_tables(Periods=periods, Projects=settled, Vessels=vessels)


def in_year(case: Case, year: int) -> Case:
    """That year by itself, as it was by History. Raises CaseError when a row of History cannot be applied."""
    overlaid = overlay_history(base_year_case(case, year), year)
    if overlaid.case is None:
        raise CaseError(overlaid.messages, overlaid.contradictory)
    return overlaid.case


def years_of(case: Case) -> list[int]:
    """Years of the sheet History, in order."""
    return sorted({int(year) for year in case.table("History")["year"]})


def history_messages(case: Case, memo: CheckMemo | None = None) -> list[Message]:
    """Remarks about the rows of History, year by year. `memo` is what the checks of scenarios found."""
    memo = memo or CheckMemo()
    found = [overlay_history(base_year_case(case, year), year, memo).messages for year in years_of(case)]
    return [message for messages in found for message in messages]
