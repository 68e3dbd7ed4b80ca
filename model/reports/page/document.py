"""The frame of every page: one file, no request to anywhere, strict content security policy."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from model.reports.markup import Markup, element

DATA = Path(__file__).parent.parent / "data"
SCRIPTS = ("report.js", "map.js", "charts.js")


def document(
    title: str,
    banner: Markup,
    navigation: Sequence[tuple[str, str]],
    sections: Sequence[Markup],
    *,
    script: bool = False,
) -> str:
    """HTML of a page: banner, navigation to the sections that are there, sections. `script` adds SCRIPTS."""
    style = (DATA / "report.css").read_text(encoding="utf-8")
    code = "".join((DATA / name).read_text(encoding="utf-8") for name in SCRIPTS) if script else ""
    present = "".join(sections)
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        element("meta", http_equiv="Content-Security-Policy", content=policy(style, code)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", Markup(style)),
    )
    links = [element("a", words, href=f"#{key}") for key, words in navigation if f'<section id="{key}"' in present]
    body = element(
        "body",
        element("a", "Skip to the content", href=f"#{navigation[0][0]}", class_="skip"),
        banner,
        element("nav", *links, aria_label="Sections"),
        element("main", *sections),
        element("footer", "Written by the Trans-Caspian corridor planner. Everything is in this file."),
        element("script", Markup(code)) if code else "",
    )
    return f'<!DOCTYPE html>\n<html lang="en">{head}{body}</html>\n'


def policy(style: str, script: str) -> str:
    """Nothing may be loaded; only this file's own style and script run, known by their hashes."""
    allowed = f"'{_digest(script)}'" if script else "'none'"
    rules = f"style-src '{_digest(style)}'; script-src {allowed}; base-uri 'none'; form-action 'none'"
    return f"default-src 'none'; {rules}"


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
