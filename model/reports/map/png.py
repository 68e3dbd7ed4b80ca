"""map.png: map.svg drawn as a picture, for the workbook and for programs that do not take SVG."""

from __future__ import annotations

from typing import Final

DENSITY: Final = 96
"""Dots of an inch, as workbooks count them: they draw a picture of fewer larger than its dots."""


def map_png(svg: str, scale: float = 1.0) -> bytes | None:
    """The picture as PNG, `scale` times as many dots as the drawing has units; None where nothing can draw it."""
    try:
        import vl_convert
    except ImportError:  # a plan that took ten minutes is not lost for a picture
        return None
    return bytes(vl_convert.svg_to_png(svg, scale=scale * 72 / DENSITY, ppi=DENSITY))
