"""One cell → one canonical value, by the declared kind of its column. No cell can make this raise."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from model.case.keys import keys_listed
from model.case.messages import shown
from model.case.schema.columns import Column, Kind
from model.case.text import EXCEL_ERRORS, clean_key, clean_text, did_you_mean, fold, listed, mixes_alphabets

FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST_NUMBER = 1e15
"""Whole numbers from here on may have lost digits: Excel keeps 15."""
_DATE_SERIALS = range(20_000, 80_000)
_YES = {"yes", "y", "true", "1", "да", "x", "✓"}
_NO = {"no", "n", "false", "0", "нет"}
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?")
_PLAIN = re.compile(r"[+-]?(?:\d+|\d*[.,]\d+|\d+[.,])(?:[eE][+-]?\d{1,3})?")
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_TWO_MARKS = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+|(?:,\d{3}){2,}|(?:\.\d{3}){2,})")
_SIGNS = str.maketrans({"≤": "<=", "≥": ">="})
_ISO_DATE = re.compile(r"(\d{4})-\d{2}-\d{2}(?:[T ].*)?")


@dataclass(frozen=True)
class Parsed:
    """Result of one cell: the value (None = blank or unusable) and remarks as (code, sentence)."""

    value: Any = None
    remarks: tuple[tuple[str, str], ...] = field(default=())

    @property
    def blank(self) -> bool:
        """Whether the cell holds nothing, as opposed to something unusable."""
        return self.value is None and not self.remarks


BLANK = Parsed()


def _problem(code: str, text: str) -> Parsed:
    return Parsed(None, ((code, text),))


def is_blank(raw: object) -> bool:
    """Whether a raw cell value counts as empty."""
    return raw is None or (isinstance(raw, str) and not clean_key(raw))


def parse_cell(column: Column, raw: object) -> Parsed:
    """Raw cell value (as openpyxl gives it) → canonical value: str, bool, float or tuple of str.

    Numbers are multiplied by the column's factor. Ranges, references and required cells are not checked here.
    """
    if raw is None:
        return BLANK
    if isinstance(raw, str):
        if not clean_key(raw):
            return BLANK
        if raw.strip().upper() in EXCEL_ERRORS:
            return _problem(
                "error-cell", f"The cell shows the Excel error {raw.strip()}; mend the formula or type a value."
            )
    kind = column.kind
    if kind is Kind.TEXT:
        return Parsed(plain_text(raw))
    if kind in (Kind.IDENTIFIER, Kind.IDENTIFIERS):
        return _identifier(raw, several=kind is Kind.IDENTIFIERS)
    if kind is Kind.FLAG:
        return _flag(raw)
    if kind is Kind.CHOICE:
        return _choice(column, raw)
    if kind is Kind.YEAR:
        return _year(raw, column.required)
    parsed = parse_number(raw, column.required, column.unit)
    if parsed.value is None:
        return parsed
    if kind is Kind.INTEGER and parsed.value != int(parsed.value):
        return _problem("integer-expected", f"{shown(raw)} is not a whole number.")
    return Parsed(parsed.value * column.factor, parsed.remarks)


def plain_text(raw: object) -> str:
    """Any cell as text: whole numbers without '.0', dates as ISO text, booleans as yes or no."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, datetime.datetime) and raw.time() == datetime.time():
        return raw.date().isoformat()
    return clean_text(str(raw))


def _identifier(raw: object, *, several: bool) -> Parsed:
    if isinstance(raw, datetime.date | datetime.time | datetime.timedelta):
        return _problem(
            "identifier-date",
            f"Excel turned this key into a date ({raw}). Format the cell as text and type the key again.",
        )
    if isinstance(raw, bool):
        raw = "TRUE" if raw else "FALSE"
    text = plain_text(raw)
    cleaned = clean_key(text)
    remarks: list[tuple[str, str]] = []
    if isinstance(raw, str) and cleaned != raw:
        text = f"Spaces, invisible characters or unusual hyphens were replaced: read as “{cleaned}”."
        remarks.append(("text-cleaned", text))
    elif isinstance(raw, int | float) and abs(raw) >= LONGEST_NUMBER:
        text = f"Excel keeps 15 digits of a number: “{cleaned}” may have lost its last ones. Store the key as text."
        remarks.append(("identifier-digits", text))
    if mixes_alphabets(cleaned):
        text = f"“{cleaned}” mixes Latin letters with look-alikes of another alphabet. Type it anew in one alphabet."
        remarks.append(("alphabet-mixed", text))
    if several:
        return Parsed(
            tuple(dict.fromkeys(part for part in map(clean_key, keys_listed(cleaned)) if part)), tuple(remarks)
        )
    return Parsed(cleaned, tuple(remarks))


def _flag(raw: object) -> Parsed:
    if isinstance(raw, bool):
        return Parsed(raw)
    word = fold(plain_text(raw))
    if word in _YES:
        return Parsed(True)
    if word in _NO:
        return Parsed(False)
    return _problem("flag-expected", f"“{shown(raw)}” should be yes or no.")


def _choice(column: Column, raw: object) -> Parsed:
    word = fold(plain_text(raw).translate(_SIGNS))
    for allowed in column.allowed:
        if fold(allowed) == word:
            return Parsed(allowed)
    hint = did_you_mean(shown(raw), column.allowed)
    return _problem("choice-unknown", f"“{shown(raw)}” should be one of: {listed(column.allowed, 12)}.{hint}")


def _year(raw: object, required: bool) -> Parsed:
    if isinstance(raw, datetime.date):
        return _in_years(
            float(raw.year),
            raw,
            (
                (
                    "year-date",
                    f"A date ({raw:%Y-%m-%d}) stands here; its year {raw.year} was read. Type the year alone.",
                ),
            ),
        )
    if isinstance(raw, str) and (found := _ISO_DATE.fullmatch(clean_key(raw))):
        year = int(found.group(1))
        return _in_years(
            float(year), raw, (("year-date", f"A date stands here; its year {year} was read. Type the year alone."),)
        )
    parsed = parse_number(raw, required)
    if parsed.value is None:
        return parsed
    return _in_years(parsed.value, raw, parsed.remarks)


def _in_years(year: float, raw: object, remarks: tuple[tuple[str, str], ...]) -> Parsed:
    if year == int(year) and FIRST_YEAR <= year <= LAST_YEAR:
        return Parsed(year, remarks)
    if int(year) in _DATE_SERIALS:
        return _problem(
            "year-date-serial",
            f"{shown(raw)} looks like a date serial ({serial_date(year)}). Type the year, e.g. 2030.",
        )
    return _problem("year-expected", f"{shown(raw)} should be a calendar year between {FIRST_YEAR} and {LAST_YEAR}.")


def serial_date(serial: float) -> str:
    """The date that Excel shows for a serial number (1900 system), as ISO text."""
    return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(serial))).isoformat()


def parse_number(raw: object, required: bool = False, unit: str = "") -> Parsed:
    """A number, or text that can be read as one number only (with a warning).

    What a remark advises depends on whether the cell is `required`, and on its `unit`.
    """
    if isinstance(raw, bool):
        return _problem("number-expected", f"{str(raw).upper()} is a yes/no value where a number is expected.")
    if isinstance(raw, int | float):
        try:
            number = float(raw)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            return _problem("number-not-finite", f"{shown(raw)} is not a finite number.")
        return Parsed(number)
    if isinstance(raw, datetime.date | datetime.time | datetime.timedelta):
        return _problem(
            "number-expected",
            f"Excel shows a date or time here ({raw}). Format the cell as a number and type it again.",
        )
    return _number_text(str(raw), required, unit)


def _number_text(raw: str, required: bool, unit: str) -> Parsed:
    text = unicodedata.normalize("NFKC", clean_key(raw)).replace("−", "-").replace("–", "-")
    share = text.endswith("%")
    body = text.removesuffix("%").strip()
    if _AMBIGUOUS.fullmatch(body):
        mark = "," if "," in body else "."
        readings = f"{body.replace(mark, '')} or {body.replace(mark, '.')}"
        return _problem("number-ambiguous", f"“{shown(raw)}” is text that could mean {readings}. Type it as a number.")
    number = _decimal(body)
    if number is None:
        advice = _advice(body, required, unit)
        return _problem("number-expected", f"“{shown(raw)}” is text where a number is expected. {advice}")
    if not math.isfinite(number):
        return _problem("number-not-finite", f"“{shown(raw)}” is not a finite number.")
    number = number / 100 if share else number
    return Parsed(
        number, (("number-text", f"“{shown(raw)}” is text; it was read as {number:.12g}. Store it as a number."),)
    )


def _advice(body: str, required: bool, unit: str) -> str:
    """What to type in place of a text that is no number."""
    negative = re.fullmatch(r"\((.+)\)", body)
    inner = _decimal(negative.group(1)) if negative else None
    if inner is not None:
        return f"Did you mean -{inner:g}?"
    if any(character.isdigit() for character in body):
        return f"Type one number and nothing else{f', in {unit}' if unit else ''}."
    return "A figure is needed here." if required else "Leave the cell empty if there is no value."


def _decimal(body: str) -> float | None:
    """Unambiguous number text → float, else None."""
    if _GROUPED.fullmatch(body):
        return float(re.sub(r"[ '’]", "", body).replace(",", "."))
    if _TWO_MARKS.fullmatch(body):
        if body.count(",") > 1 or body.count(".") > 1 and "," not in body:
            mark = "," if body.count(",") > 1 else "."
            return float(body.replace(mark, ""))
        thousands, decimal = (",", ".") if body.rfind(".") > body.rfind(",") else (".", ",")
        return float(body.replace(thousands, "").replace(decimal, "."))
    if _PLAIN.fullmatch(body):
        return float(body.replace(",", "."))
    return None
