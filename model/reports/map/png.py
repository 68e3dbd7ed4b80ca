"""map.png: map.svg drawn as a picture, for the workbook and for programs that do not take SVG."""

from __future__ import annotations


def map_png(svg: str, scale: float = 1.0) -> bytes | None:
    """The picture as PNG, `scale` times as many dots as the drawing has units; None where nothing can draw it."""
    try:
        import vl_convert
    except ImportError:  # a plan that took ten minutes is not lost for a picture
        return None
    return bytes(vl_convert.svg_to_png(svg, scale=scale))
