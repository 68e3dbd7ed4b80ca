"""Two-letter country codes (ISO 3166-1), and names by which people type those of the corridor instead."""

from __future__ import annotations

from typing import Final

from model.case.text import fold, nearest

_CODES: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL "
    "BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV "
    "CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD "
    "GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM "
    "IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK "
    "LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW "
    "MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR "
    "PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS "
    "ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY "
    "UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
COUNTRY_CODES: Final = frozenset(_CODES.split())
_NAMES: Final = {
    **{"kazakhstan": "KZ", "kaz": "KZ", "azerbaijan": "AZ", "aze": "AZ", "georgia": "GE", "geo": "GE"},
    **{"turkmenistan": "TM", "tkm": "TM", "uzbekistan": "UZ", "uzb": "UZ", "kyrgyzstan": "KG", "kgz": "KG"},
    **{"tajikistan": "TJ", "tjk": "TJ", "turkey": "TR", "turkiye": "TR", "türkiye": "TR", "tur": "TR"},
    **{"china": "CN", "chn": "CN", "japan": "JP", "jpn": "JP", "korea": "KR", "south korea": "KR", "kor": "KR"},
    **{"russia": "RU", "rus": "RU", "iran": "IR", "irn": "IR", "armenia": "AM", "arm": "AM", "mongolia": "MN"},
    **{"belarus": "BY", "poland": "PL", "germany": "DE", "deu": "DE", "romania": "RO", "bulgaria": "BG"},
    **{"ukraine": "UA", "hungary": "HU", "austria": "AT", "italy": "IT", "france": "FR", "spain": "ES"},
    **{"netherlands": "NL", "belgium": "BE", "greece": "GR", "el": "GR", "united kingdom": "GB", "uk": "GB"},
    **{"lithuania": "LT", "latvia": "LV", "estonia": "EE", "finland": "FI", "sweden": "SE", "czechia": "CZ"},
    **{"slovakia": "SK", "slovenia": "SI", "croatia": "HR", "serbia": "RS", "moldova": "MD", "egypt": "EG"},
    **{"india": "IN", "pakistan": "PK", "afghanistan": "AF", "iraq": "IQ", "singapore": "SG", "malaysia": "MY"},
    **{"vietnam": "VN", "viet nam": "VN", "taiwan": "TW", "hong kong": "HK", "united states": "US", "usa": "US"},
}


def code_of(word: str) -> str | None:
    """Code that a word other than a code probably means: 'kz' and 'Kazakstan' → 'KZ'; None when nothing is near."""
    folded = fold(word)
    if folded.upper() in COUNTRY_CODES:
        return folded.upper()
    near = nearest(folded, _NAMES) if len(folded) > 3 else folded
    return _NAMES.get(near or "")
