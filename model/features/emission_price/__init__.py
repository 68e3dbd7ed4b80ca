"""emission_price — what cargo emits on its way, at a price of CO2.

Why: a price of carbon changes which route is cheapest, and what electrification is worth. Emissions without a price are
counted in the plan's tables all the same.
"""

from __future__ import annotations

from model.case.case import Case

NAME = "emission_price"
LABEL = "CO2"


def applies(case: Case) -> bool:
    """Whether emissions have a price in some period: its own, or that of the settings."""
    own = case.table("Periods")["co2_price"].astype(float)
    return bool((own.fillna(float(case.settings["co2_price"])) > 0).any())
