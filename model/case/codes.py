"""Every kind of remark the case room can make, with its severity: the catalogue behind `Message.code`."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """How much a remark matters: an error stops the run, a warning asks for a look, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


_ERRORS: Final = {
    "path-missing": "The case folder or workbook does not exist.",
    "no-workbook": "The folder holds no .xlsx workbook.",
    "file-unreadable": "The file cannot be opened or read.",
    "file-damaged": "The file is not a sound workbook.",
    "file-format": "The file is of a format that is not read.",
    "file-encrypted": "The workbook can be opened only with a password.",
    "file-too-large": "The file is larger than is read.",
    "file-hostile": "The file holds what no ordinary workbook holds.",
    "sheet-too-large": "A sheet reaches further than is read.",
    "schema-newer": "The workbooks are of a newer layout than the program knows.",
    "sheet-missing": "A required sheet is in none of the workbooks.",
    "sheet-twice": "A sheet of that name stands in two places.",
    "sheet-empty": "A required sheet has no records.",
    "header-missing": "No header row was found in the first rows of the sheet.",
    "column-missing": "A required column is missing.",
    "column-twice": "Two columns have the same header.",
    "header-blank": "A column holds data but has no header.",
    "header-unit": "The unit in the header is not the unit in which the column is read.",
    "header-date-serial": "A header looks like a date serial where a year is expected.",
    "value-missing": "A required cell is empty.",
    "formula-uncalculated": "A formula whose value was never calculated and saved.",
    "formula-external": "A formula takes its value from another workbook.",
    "cells-merged": "Merged cells inside the table.",
    "error-cell": "The cell holds an Excel error.",
    "number-expected": "The cell should hold a number.",
    "number-ambiguous": "Text that could be read as two different numbers.",
    "number-not-finite": "The number is not finite.",
    "integer-expected": "The cell should hold a whole number.",
    "year-expected": "The cell should hold a calendar year.",
    "year-date-serial": "A number that looks like a date serial in a year column.",
    "flag-expected": "The cell should hold yes or no.",
    "choice-unknown": "The word is not one of the allowed words.",
    "identifier-date": "Excel turned a key into a date.",
    "share-percent": "A share above 1: written as a bare percentage.",
    "below-minimum": "The value is below the smallest allowed.",
    "above-maximum": "The value is above the largest allowed.",
    "key-separator": "A key holds the sign that separates keys.",
    "word-reserved": "A key is a name that the program uses itself.",
    "key-twice": "Two records have the same key.",
    "reference-unknown": "The key is not in the sheet it refers to.",
    "constraint-unknown": "There is no such constraint family.",
    "setting-unknown": "There is no such setting.",
    "horizon-too-long": "The periods span more years than can be planned.",
    "discount-base-far": "The year to which costs are discounted is too far from the plan.",
    "periods-broken": "Periods overlap or leave a gap.",
    "same-ends": "Both ends are the same place.",
    "unit-mismatch": "The unit is not the unit of the commodity.",
    "demand-without-years": "Demand gives no flow in any year.",
    "cost-missing": "Neither cost per TEU nor cost per tonne is given.",
    "item-unfit": "The cost item does not exist for that kind of asset.",
    "effect-unlimited": "A project adds capacity to an asset that has no limit.",
    "committed-year": "A committed project without a usable committed opening.",
    "opening-window": "Earliest opening is after latest opening.",
    "rule-self": "A rule ties a project to itself.",
    "funding-sum": "The funding shares of a project add up to more than 100 %.",
    "seasons-sum": "The shares of the seasons do not add up to 100 %.",
    "effect-unfit": "An effect that this kind of asset cannot have.",
    "profile-broken": "A spending profile that does not fit the construction time.",
    "policy-incomplete": "A policy does not say what it counts.",
    "policy-per-window": "A share that is said to hold for a window as a whole.",
    "policy-window": "A policy ends before it begins.",
    "policies-contradict": "Two policies that no plan can keep together.",
    "policy-unreachable": "A policy that no plan can keep even with everything built.",
    "service-on-land": "Ships on a link of rail or road.",
    "rules-contradict": "A rule that projects fixed in time cannot keep.",
    "commitment-over-envelope": "Committed projects spend more than an envelope has.",
    "budget-window": "A budget window ends before it begins or overlaps another.",
    "budget-scope": "The scope of an envelope is missing or unknown.",
    "envelope-mixed": "Rows of one envelope disagree in scope, carry-over or kind of amount.",
    "scenario-unknown": "There is no such scenario.",
    "scenario-cycle": "Scenarios are based on each other in a circle.",
    "scenario-reference-changed": "The reference scenario has changes.",
    "change-sheet": "A scenario change names a sheet that cannot be changed.",
    "change-column": "A scenario change names a column that does not exist or cannot be changed.",
    "change-no-row": "A scenario change matches no row.",
    "change-nothing": "A scenario change changes nothing.",
    "change-operation": "The operation does not fit the column.",
    "change-value": "The value of a scenario change does not fit the column.",
    "change-year": "The from-year of a scenario change cannot be used there.",
}

_WARNINGS: Final = {
    "file-macros": "The workbook holds macros.",
    "file-links": "The workbook has links to other files.",
    "file-connections": "The workbook has data connections.",
    "file-embedded": "The workbook holds embedded objects.",
    "file-other": "A file of another format in the case folder.",
    "sheet-unknown": "A sheet that is not read has a name near that of an input sheet.",
    "header-unknown": "A column that is not read.",
    "header-date": "A year header is a date.",
    "text-cleaned": "Invisible characters, spaces or unusual hyphens were replaced in a key.",
    "number-text": "A number stored as text was read.",
    "year-date": "A date in a year column; its year was read.",
    "reference-spelling": "A key spelt with other capitals than in its own sheet.",
    "identifier-padded": "A key that a number format shows with more zeros or words than the cell holds.",
    "identifier-digits": "A long key stored as a number may have lost digits.",
    "alphabet-mixed": "A key mixes Latin letters with look-alikes of another alphabet.",
    "alphabet-twins": "Two keys look the same but are written with different characters.",
    "sheet-hidden": "A hidden input sheet was read.",
    "rows-hidden": "Hidden or filtered rows were read.",
    "columns-hidden": "Hidden columns were read.",
    "formula-doubtful": "A formula whose saved value may be old or made up.",
    "row-outside": "Records stand outside the Excel table of their sheet.",
    "row-total": "A row of totals inside the table.",
    "row-gap": "Records stand below empty rows.",
    "setting-unit": "The unit written beside a setting is not the unit in which it is read.",
    "committed-late": "A committed project opens after the last period.",
    "word-twins": "Two words that group rows differ only in capitals or look the same.",
    "country-code": "A country that is no ISO code, or none of the case.",
    "value-unused": "A cell that says nothing beside the others of its row.",
    "price-missing": "A leg or a place without a price among others that have one.",
    "emission-missing": "A leg without a CO2 factor among others that have one.",
    "crossing-uncounted": "A link on the Caspian that is not counted among the crossings.",
    "budget-years-open": "Years of the plan in which an envelope has no window.",
    "unusual-value": "A figure outside the usual range.",
    "unusual-sibling": "A figure far from those of its siblings.",
    "unusual-jump": "A flow that changes several hundred times between two years.",
    "link-speed": "A link that is too fast or too slow.",
    "link-cost": "A price per km far from those of similar links.",
    "link-length": "A length that does not fit the coordinates of its ends.",
    "node-isolated": "A place that no link touches.",
    "demand-without-way": "Demand between places that no way joins, even with every project built.",
    "demand-over-capacity": "More demand than every way together carries, even with every project built.",
    "background-over-capacity": "More background traffic than the whole capacity.",
    "carrier-empty": "A carrier that takes nothing.",
    "commodity-uncarried": "A commodity that no carrier takes.",
    "window-too-short": "A project that cannot be built within its window.",
    "project-impossible": "A project that its rules keep from ever being built.",
    "project-without-effect": "A project that adds capacity nowhere.",
    "effect-nothing": "An effect that adds nothing.",
    "vessel-unpriced": "Ships may be bought but have no price.",
    "optimism-unused": "An uplift for a class that no project has.",
    "rule-redundant": "A rule that says nothing.",
}

_NOTES: Final = {
    "schema-older": "The workbooks are of an older layout, which is still read.",
    "demand-way-unbuilt": "Demand that can travel only when projects have opened the way.",
    "sheet-ignored": "A sheet that is not an input sheet was left alone.",
}

SEVERITIES: Final[dict[str, Severity]] = {
    **dict.fromkeys(_ERRORS, Severity.ERROR),
    **dict.fromkeys(_WARNINGS, Severity.WARNING),
    **dict.fromkeys(_NOTES, Severity.NOTE),
}

CONTRADICTIONS: Final = frozenset(
    {"rules-contradict", "commitment-over-envelope", "policies-contradict", "policy-unreachable"}
)
"""Errors of a case that can be read but not planned: its rows do not go together."""

MEANINGS: Final[dict[str, str]] = {**_ERRORS, **_WARNINGS, **_NOTES}
