"""HTML and SVG elements as text; everything that is not an element made here is escaped."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from typing import Any

from model.reports.text import plain


class Markup(str):
    """Text that is already markup."""

    __slots__ = ()


def escaped(value: Any) -> Markup:
    """User text as markup; markup stays as it is."""
    return value if isinstance(value, Markup) else Markup(html.escape(plain(value), quote=True))


def joined(parts: Iterable[Any], between: str = "") -> Markup:
    """Parts one after the other, text escaped."""
    return Markup(between.join(escaped(part) for part in parts))


def element(tag: str, *content: Any, **attributes: Any) -> Markup:
    """'<tag name="value">content</tag>'.

    Attributes that are None or False are left out, True stands without value, a trailing underscore is dropped
    (class_, for_) and inner underscores become hyphens. Numbers are written short.
    """
    words = [tag]
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        key = name.rstrip("_").replace("_", "-")
        words.append(key if value is True else f'{key}="{escaped(brief(value))}"')
    inner = joined(content)
    if not inner and tag in ("path", "rect", "line", "circle", "use", "polygon", "input", "meta", "br"):
        return Markup(f"<{' '.join(words)}/>")
    return Markup(f"<{' '.join(words)}>{inner}</{tag}>")


def brief(value: Any) -> Any:
    """Floats with at most two decimals."""
    if isinstance(value, float):
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return "0" if text in ("-0", "") else text
    return value


def script_json(content: Any) -> Markup:
    """JSON for a script element, which nothing in it can close. Raises ValueError for a figure that is no number."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def with_own_ids(text: str, own: str) -> str:
    """Markup whose ids, and what points to them, begin with `own`."""
    text = re.sub(r'\bid="([^"]+)"', rf'id="{own}-\1"', text)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{own}-\1)", text)


def points(line: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """A line as SVG path data with one decimal."""
    text = "".join(f"{'L' if index else 'M'}{x:.1f} {y:.1f}" for index, (x, y) in enumerate(line))
    return text + ("Z" if closed and text else "")
