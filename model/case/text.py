"""Text as people type it: cleaning, comparing and finding what was probably meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Characters without ink or width: soft hyphen, marks of direction, word joiner and invisible operators, selectors of
# variants, notes between lines, tags. What Unicode calls "format" beside these is seen (Arabic number signs).
_INVISIBLE = dict.fromkeys(
    [
        *(0x00AD, 0x034F, 0x061C, 0x17B4, 0x17B5, 0x200B, 0x200E, 0x200F, 0xFEFF),
        *(code for first, last in (
            (0x180B, 0x180F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFFF0, 0xFFFB),
            (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
        ) for code in range(first, last + 1)),
    ]
)  # fmt: skip
# Joiners carry meaning in Persian names; in a key they only hide a difference.
_JOINERS = dict.fromkeys([0x200C, 0x200D])
# Spaces of other widths, separators of lines, and letters and patterns that are drawn as nothing.
_SPACES = dict.fromkeys(
    [
        *(0x00A0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000),
        *(0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0),
    ],
    " ",
)
# The typographic and the non-breaking hyphen look like the one of the keyboard.
_HYPHENS = dict.fromkeys([0x2010, 0x2011], "-")
_CONTROLS = dict.fromkeys([*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)])

# Letters of other alphabets that look like Latin ones; dashes and apostrophes of other lengths.
_LOOK_ALIKE = str.maketrans(
    "АВЕКМНОРСТУХІЈЅаеорсухіјѕһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲϳ\u2012\u2013\u2014\u2015\u2212\u2018\u2019\u02bc\u00b4",
    "ABEKMHOPCTYXIJSaeopcyxijshqwABEZHIKMNOPTYXocj-----''''",
)

EXCEL_ERRORS = frozenset(
    {
        "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!",
        "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!",
    }
)  # fmt: skip


def clean_text(text: str) -> str:
    """Free text without invisible characters: NFC, ordinary spaces, no control characters, stripped."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE | _SPACES | _CONTROLS)).strip()


def clean_key(text: str) -> str:
    """A key: as `clean_text`, with no joiners, the hyphen of the keyboard and single spaces."""
    return " ".join(clean_text(text).translate(_JOINERS | _HYPHENS).split())


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """Form in which headers, sheet names and keys are compared: NFKC, no case, single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", clean_key(text)).casefold().split())


def fold_name(text: str) -> str:
    """As `fold`, also ignoring spaces, underscores and hyphens: 'Project effects' equals 'ProjectEffects'."""
    return re.sub(r"[\s_\-]+", "", fold(text))


def bare_letters(text: str) -> str:
    """Letters and figures alone, without accents: "Xi'an" and 'Xian', 'Halkalı–Kapıkule' and 'halkali kapikule'."""
    plain = unicodedata.normalize("NFD", fold(text)).replace("ı", "i")
    return "".join(letter for letter in plain if letter.isalnum())


def fold_look_alikes(text: str) -> str:
    """As `fold`, with letters that look Latin read as Latin."""
    if text.isascii():
        return fold(text)
    return fold(clean_key(text).translate(_LOOK_ALIKE))


def mixes_alphabets(text: str) -> bool:
    """Whether a key hides look-alike letters: a word of two alphabets, or Latin beside nothing but look-alikes."""
    if text.isascii():
        return False
    foreign = [letter for letter in text if _alphabet(letter) not in ("", "LATIN")]
    if not foreign or all(_alphabet(letter) != "LATIN" for letter in text):
        return False
    words = re.findall(r"[^\W\d_]+", text)
    mixed = any(len({_alphabet(letter) for letter in word} - {""}) > 1 for word in words)
    return mixed or not any(_alphabet(letter.translate(_LOOK_ALIKE)) != "LATIN" for letter in foreign)


@lru_cache(maxsize=4096)
def _alphabet(letter: str) -> str:
    name = unicodedata.name(letter, "").split(" ", 1)[0] if letter.isalpha() else ""
    return name if name in ("LATIN", "CYRILLIC", "GREEK") else ""


@lru_cache(maxsize=4096)
def _nearest(word: str, candidates: tuple[str, ...]) -> str | None:
    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(fold_look_alikes(candidate), candidate)
    found = difflib.get_close_matches(fold_look_alikes(word), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or None when nothing is near."""
    return _nearest(word[:100], tuple(candidates))


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """' Did you mean “…”?' or, when nothing is near, an empty text."""
    found = nearest(word, candidates)
    return f" Did you mean “{found}”?" if found is not None else ""


def listed(words: Iterable[str], limit: int = 8) -> str:
    """Words for a sentence: 'a, b, c … (12 in all)'."""
    every = list(words)
    text = ", ".join(every[:limit])
    return text if len(every) <= limit else f"{text} … ({len(every)} in all)"


def matches(pattern: str, value: str) -> bool:
    """Whether a key matches a pattern in which '*' stands for any letters; capitals do not matter."""
    expression = ".*".join(re.escape(part) for part in fold(pattern).split("*"))
    return re.fullmatch(expression, fold(value), flags=re.DOTALL) is not None
