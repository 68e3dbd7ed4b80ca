"""Comparing and cleaning text."""

from __future__ import annotations

import unicodedata

import pytest

from model.case.text import clean_key, clean_text, did_you_mean, fold, fold_name, matches, mixes_alphabets


def test_invisible_characters_go_and_meaning_stays() -> None:
    """Proves: NBSP, zero-width and direction marks go, accents are composed, and the joiner of Persian names stays in
    free text. If it were ignored: equal-looking keys would differ."""
    assert clean_key("\u00a0Ri\u200bga\u200e ") == "Riga"
    assert clean_key("a\u00a0 \tb\nc") == "a b c"
    decomposed = unicodedata.normalize("NFD", "Klaipėda")
    assert clean_text(decomposed) == "Klaipėda"
    assert clean_text("می\u200cروم") == "می\u200cروم"
    assert clean_text("a\x00\x07b") == "ab"


def test_headers_are_compared_as_people_read_them() -> None:
    """Proves: capitals, width, spaces and line breaks do not matter. If it were ignored: a header on two lines would be
    an unknown column."""
    assert fold(" Cost\nper  TEU") == fold("cost PER teu") == fold("Ｃｏｓｔ per TEU")
    assert fold_name("Project effects") == fold_name("ProjectEffects") == fold_name("project_effects")


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("Роti", True),
        ("KZ_АКТ", True),
        ("Aktau", False),
        ("Актау", False),
        ("Aktau Актау", False),
        ("ο2", False),
        ("Ålesund", False),
    ],
)
def test_look_alike_letters_are_found(text: str, mixed: bool) -> None:
    """Proves: Cyrillic or Greek look-alikes inside Latin keys are found; whole words of another alphabet are not
    suspicious. If it were ignored: 'Роti' and 'Poti' would be two ports."""
    assert mixes_alphabets(text) is mixed


def test_near_matches_see_through_alphabets_and_slips() -> None:
    """Proves: the hint finds misspelt and look-alike names, and stays silent when nothing is near. If it were ignored:
    hints would be missing or silly."""
    assert did_you_mean("Aktua", ["Aktau", "Alat"]) == " Did you mean “Aktau”?"
    assert did_you_mean("АКТАU", ["Aktau", "Alat"]) == " Did you mean “Aktau”?"
    assert did_you_mean("Rotterdam", ["Aktau", "Alat"]) == ""


def test_patterns_of_scenario_changes() -> None:
    """Proves: '*' stands for any letters and everything else for itself, also signs that mean something to regular
    expressions. If it were ignored: 'L.1' would match 'LX1'."""
    assert matches("kz_*", "KZ_AKTP")
    assert matches("*port*", "Sea port of Baku")
    assert not matches("L.1", "LX1")
    assert not matches("L1", "L11")
    assert matches("*", "")
