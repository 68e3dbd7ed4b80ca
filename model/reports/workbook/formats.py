"""Cell formats: one look for every sheet; colours only repeat a word or a figure."""

from __future__ import annotations

from typing import Any, Final

from model.reports.workbook.sheet import NUMBER_FORMATS

INK: Final = "#1f2933"
DARK: Final = "#1d3c5a"
RULE: Final = "#d5dbe1"
FILLS: Final[dict[str, tuple[str, str]]] = {
    "good": ("#dcefe3", "#17603a"),
    "warn": ("#fdeccc", "#7a4b00"),
    "bad": ("#f8d7d3", "#8c1d13"),
    "calm": ("#e3ebf3", "#1d3c5a"),
    "build": ("#f2b76b", "#5a3200"),
    "serve": ("#8db7d9", "#12344f"),
    "renew": ("#b9a3d6", "#2d1650"),
}
WORD_FILLS: Final[dict[str, str]] = {
    "OK": "good",
    "FAIL": "bad",
    "OVER": "bad",
    "full": "bad",
    "busy": "warn",
    "free": "good",
    "spent": "warn",
    "Build": "good",
    "Committed": "calm",
    "Not built": "warn",
    "B": "build",
    "S": "serve",
    "R": "renew",
    "missed": "bad",
    "binding": "warn",
    "kept": "good",
    "all assigned": "warn",
    "yes": "warn",
    "changed": "warn",
    "not proven": "warn",
    "proven": "good",
}


def properties(kind: str, *, quoted: bool, extra: str) -> dict[str, Any]:
    """XlsxWriter properties of a cell kind."""
    base: dict[str, Any] = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
    special: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 15, "font_color": DARK, "valign": "vcenter"},
        "plain": {},
        "note": {"italic": True, "font_color": "#52606d"},
        "small note": {"italic": True, "font_color": "#52606d", "font_size": 9, "text_wrap": True},
        "back": {"font_color": "#0b5cad", "underline": 1},
        "link": {"font_color": "#0b5cad", "underline": 1, "bottom": 1, "bottom_color": RULE, "text_wrap": True},
        "header": {
            "bold": True,
            "font_color": "#ffffff",
            "bg_color": DARK,
            "text_wrap": True,
            "valign": "vcenter",
            "indent": 1,
            "align": "left",
        },
        "header symbol": {"bold": True, "font_color": "#ffffff", "bg_color": DARK, "align": "center", "font_size": 9},
        "total": {"bold": True},
        "heading": {"bold": True, "font_size": 12, "font_color": DARK},
        "big": {"bold": True, "font_size": 14, "text_wrap": True},
        "prose": {"text_wrap": True, "font_size": 11},
        "label": {"bold": True, "text_wrap": True},
    }
    if kind == "fill":
        background, ink = FILLS[extra]
        return {"bg_color": background, "font_color": ink}
    base.update(special.get(kind, {"bottom": 1, "bottom_color": RULE}))
    if kind in NUMBER_FORMATS:
        base.update({"num_format": NUMBER_FORMATS[kind], "align": "right"})
    elif kind not in special and kind != "symbol":
        base.update({"indent": 1, "align": "left"})  # keeps words off the figures of the column before
    if kind in ("text", "long"):
        base["text_wrap"] = True
    if kind == "symbol":
        base.update({"align": "center", "font_size": 9})
    if extra == "total":
        base.update({"bold": True, "bottom": 0})
    if extra.endswith("name"):  # a year that is a name stands where the other names stand
        base.update({"indent": 1, "align": "left"})
    if extra.startswith("bare"):
        base.update({"bottom": 0, "text_wrap": False})
    if quoted:
        base["quote_prefix"] = True
    return base
